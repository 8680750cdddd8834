"""What stands in front of Chromium's stand-in for a camera."""

from pathlib import Path

import segno
from PIL import Image

WIDTH, HEIGHT = 1280, 720


def options_for(film: Path) -> tuple[str, str]:
    """Options of Chromium that have `film` shown to its camera; it is read anew whenever the camera is opened."""
    return "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"


def show_code(film: Path, text: str) -> None:
    """A film (YUV4MPEG2, 1280×720, ten frames a second) of a QR code of `text` that is held before the camera."""
    frame = Image.new("L", (WIDTH, HEIGHT), 160)
    frame.paste(code(text, 520), ((WIDTH - 520) // 2, (HEIGHT - 520) // 2))
    picture = frame.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)
    film.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + 10 * (b"FRAME\n" + picture))


def code(text: str, side: int) -> Image.Image:
    """A QR code with its quiet zone, `side` pixels wide."""
    rows = [[not dark for dark in row] for row in segno.make(text, error="m", micro=False).matrix]
    small = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for y, row in enumerate(rows):
        for x, light in enumerate(row):
            small.putpixel((x + 4, y + 4), 255 if light else 0)
    return small.resize((side, side), Image.Resampling.NEAREST)
