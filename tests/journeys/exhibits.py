"""Evidence as a person has it: a photograph from a phone, a long chat record, a film."""

import base64
import io
from pathlib import Path

import pikepdf
import pillow_heif
from PIL import Image
from playwright.sync_api import Browser

#: Of the film, with what fills it up: three pieces of the upload's eight megabytes.
FILM_BYTES = 20_000_000
PAGES = 60
#: EBML: an element of any length that players pass over.
VOID = b"\xec"

RECORDING = """() => new Promise((done, failed) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 })
  const ink = canvas.getContext('2d')
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' })
  const parts = []
  let drawn = 0
  recorder.ondataavailable = (event) => parts.push(event.data)
  recorder.onerror = () => failed(new Error('the recorder stopped'))
  recorder.onstop = () => {
    const reader = new FileReader()
    reader.onload = () => done(reader.result.split(',')[1])
    reader.readAsDataURL(new Blob(parts))
  }
  const draw = () => {
    ink.fillStyle = `hsl(${drawn * 20} 80% 50%)`
    ink.fillRect(0, 0, 160, 120)
    if (++drawn === 20) recorder.stop()
    else setTimeout(draw, 40)
  }
  recorder.start()
  draw()
})"""


def photograph() -> bytes:
    """HEIC, held sideways: stored 640×480 with red at the left; upright it is 480×640 with red at the top."""
    scene = Image.new("RGB", (640, 480), (40, 60, 200))
    scene.paste((210, 30, 30), (0, 0, 320, 480))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right to see it upright
    exif[0x0110] = "Court Phone 12"
    out = io.BytesIO()
    pillow_heif.from_pillow(scene).save(out, exif=exif.tobytes(), quality=80)
    return out.getvalue()


def chat_record() -> bytes:
    """A PDF of sixty pages."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        font = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for number in range(1, PAGES + 1):
            page = document.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.Contents = document.make_stream(f"BT /F1 24 Tf 72 720 Td (Chat, page {number}) Tj ET".encode())
        document.save(out)
    return out.getvalue()


def film(browser: Browser) -> bytes:
    """WebM as a browser records it, made long by an element that says nothing; it plays."""
    page = browser.new_page()
    try:
        recorded = base64.b64decode(page.evaluate(RECORDING))
    finally:
        page.close()
    filling = FILM_BYTES - len(recorded) - 9
    return recorded + VOID + (0x01 << 56 | filling).to_bytes(8, "big") + bytes(filling)


def files(browser: Browser, place: Path) -> list[Path]:
    """The photograph, the chat record and the film, as files in `place`."""
    made = {"IMG_0001.HEIC": photograph(), "聊天记录.pdf": chat_record(), "开箱.webm": film(browser)}
    for name, content in made.items():
        (place / name).write_bytes(content)
    return [place / name for name in made]
