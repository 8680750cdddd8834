"""Drawn signatures: a PNG or an SVG from outside becomes an SVG that holds nothing but ink."""

import base64
import io
import re
from collections.abc import Mapping
from html.parser import HTMLParser

from PIL import Image, ImageChops, UnidentifiedImageError

from tianping.kit.problems import Problem, Text

MAX_BYTES = 512 * 1024
MAX_SIDE_PX = 4000
_SVG = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"^-?\d{1,6}(?:\.\d{1,6})?\Z")
_PATH = re.compile(r"^[MmLlHhVvCcSsQqTtAaZz\d\s.,eE+-]{1,200000}\Z")
_INK = {"path": ("d",), "circle": ("cx", "cy", "r"), "line": ("x1", "y1", "x2", "y2"), "polyline": ("points",)}


class Unreadable(Problem):
    status = 422
    code = "signature-unreadable"
    title = Text("签名图像无法读取，请重新签名", "The signature image cannot be read; please sign again")


def as_svg(image: bytes) -> str:
    """A signature as safe SVG text: a trimmed bitmap, or strokes rebuilt from their numbers.

    Raises: Unreadable if it is neither, larger than 512 KiB or 4000 px, or without any ink.
    """
    if len(image) > MAX_BYTES:
        raise Unreadable
    return _bitmap(image) if image.startswith(b"\x89PNG\r\n\x1a\n") else _strokes(image)


def _bitmap(image: bytes) -> str:
    try:
        with Image.open(io.BytesIO(image), formats=["PNG"]) as picture:
            if max(picture.size) > MAX_SIDE_PX:
                raise Unreadable
            drawn = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as reason:
        raise Unreadable from reason
    # Ink is whatever differs from white paper, whether the ground is white or clear.
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    ink = ImageChops.invert(paper.convert("L"))
    box = ink.point([0] * 17 + [255] * 239).getbbox()
    if box is None:
        raise Unreadable
    strokes = Image.new("LA", drawn.size, 0)
    strokes.putalpha(ink)
    strokes = strokes.crop(box)
    strokes.thumbnail((900, 360))
    kept = io.BytesIO()
    strokes.save(kept, "PNG", compress_level=1)
    width, height = strokes.size
    encoded = base64.b64encode(kept.getvalue()).decode()
    return (
        f'<svg xmlns="{_SVG}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{encoded}"/></svg>'
    )


class _Drawing(HTMLParser):
    """Reads the few elements of a drawing that are ink. No entities, no references, no document types."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.extent: tuple[str, str] | None = None
        self.strokes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "svg" and self.extent is None:
            self.extent = _extent(given)
        elif tag in _INK:
            self.strokes.append(_stroke(tag, given))


def _strokes(image: bytes) -> str:
    drawing = _Drawing()
    try:
        drawing.feed(image.decode("utf-8"))
        drawing.close()
    except UnicodeDecodeError as reason:
        raise Unreadable from reason
    if drawing.extent is None or not drawing.strokes:
        raise Unreadable
    width, height = drawing.extent
    return f'<svg xmlns="{_SVG}" viewBox="0 0 {width} {height}">{"".join(drawing.strokes)}</svg>'


def _extent(given: Mapping[str, str]) -> tuple[str, str]:
    box = given.get("viewbox", "").replace(",", " ").split()
    if len(box) == 4 and box[:2] == ["0", "0"]:
        width, height = box[2], box[3]
    else:
        width, height = (given.get(side, "").removesuffix("px") for side in ("width", "height"))
    if not all(_NUMBER.match(side) and 0 < float(side) <= MAX_SIDE_PX for side in (width, height)):
        raise Unreadable
    return width, height


def _stroke(shape: str, given: Mapping[str, str]) -> str:
    written = {name: given.get(name, "") for name in _INK[shape]}
    for name, value in written.items():
        if not (_PATH if name in {"d", "points"} else _NUMBER).match(value):
            raise Unreadable
    width = given.get("stroke-width", "2")
    width = width if _NUMBER.match(width) else "2"
    filled = shape == "circle" or given.get("fill", "none") != "none"
    paint = 'fill="black"' if filled else f'fill="none" stroke="black" stroke-width="{width}" stroke-linecap="round"'
    geometry = " ".join(f'{name}="{value}"' for name, value in written.items())
    return f"<{shape} {geometry} {paint}/>"
