"""What every drawing needs: fonts, colours, a camera's imperfections, and saving as a phone would."""

import io
import random
from functools import cache

import pillow_heif
import pylopdf_fonts_zh_cn
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

Colour = tuple[int, int, int]

INK: Colour = (34, 38, 46)
GREY: Colour = (128, 132, 140)
PAPER: Colour = (250, 249, 245)
_ORIENTATION, _MODEL, _SOFTWARE = 0x0112, 0x0110, 0x0131


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)


def mixed(colour: Colour, towards: Colour, share: float) -> Colour:
    """A colour on the way to another; share 0 to 1."""
    r, g, b = (round(a + (c - a) * share) for a, c in zip(colour, towards, strict=True))
    return r, g, b


def lines_of(text: str, width: int, size: int) -> list[str]:
    """The text broken into lines of at most `width` pixels."""
    face, lines = font(size), [""]
    for character in text:
        if character == "\n" or face.getlength(lines[-1] + character) > width:
            lines.append("" if character == "\n" else character)
        else:
            lines[-1] += character
    return lines


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    *,
    size: int,
    width: int,
    colour: Colour = INK,
    lead: float = 1.45,
) -> int:
    """Write broken text; returns the y below it."""
    x, y = at
    for line in lines_of(text, width, size):
        draw.text((x, y), line, font=font(size), fill=colour)
        y += round(size * lead)
    return y


def table_top(size: tuple[int, int], chance: random.Random, colour: Colour) -> Image.Image:
    """A wooden or cloth surface, with grain and a fall of light."""
    w, h = size
    ground = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(ground)
    for _ in range(90):
        y = chance.randrange(h)
        shade = mixed(colour, (0, 0, 0), chance.uniform(0.02, 0.12))
        draw.line([(0, y), (w, y + chance.randint(-14, 14))], fill=shade, width=chance.randint(1, 4))
    return ground.filter(ImageFilter.GaussianBlur(1.2))


def as_photograph(scene: Image.Image, chance: random.Random) -> Image.Image:
    """The scene as a hand-held phone sees it: a little turned, brighter on one side, vignetted, with noise."""
    w, h = scene.size
    scene = scene.rotate(chance.uniform(-2.4, 2.4), Image.Resampling.BICUBIC, fillcolor=scene.getpixel((3, 3)))  # type: ignore[arg-type]
    light = (
        Image.linear_gradient("L")
        .rotate(chance.choice((0, 90, 180, 270)))
        .resize((w, h))
        .point([205 + v // 5 for v in range(256)])
    )
    scene = ImageChops.multiply(scene, Image.merge("RGB", (light,) * 3))
    dark = Image.radial_gradient("L").resize((w, h)).point([255 - max(0, v - 120) // 3 for v in range(256)])
    scene = ImageChops.multiply(scene, Image.merge("RGB", (dark,) * 3))
    noise = Image.effect_noise((w // 2, h // 2), 14).resize((w, h)).convert("RGB")
    scene = Image.blend(scene, ImageChops.overlay(scene, noise), 0.35).filter(ImageFilter.GaussianBlur(0.7))
    return ImageEnhance.Color(scene).enhance(0.92)


def jpeg(picture: Image.Image, *, model: str, turned: bool = False) -> bytes:
    """A JPEG. `turned`: stored lying, with the EXIF orientation that stands it up again, as phones do."""
    exif = Image.Exif()
    exif[_MODEL] = model
    exif[_SOFTWARE] = "Tianping demo"
    exif[_ORIENTATION] = 6 if turned else 1
    out = io.BytesIO()
    stored = picture.transpose(Image.Transpose.ROTATE_90) if turned else picture
    stored.save(out, "JPEG", quality=68, optimize=True, exif=exif)
    return out.getvalue()


def heic(picture: Image.Image, *, model: str) -> bytes:
    exif = Image.Exif()
    exif[_MODEL] = model
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out, quality=45, exif=exif.tobytes())
    return out.getvalue()


def png(picture: Image.Image, *, colours: int = 64) -> bytes:
    out = io.BytesIO()
    picture.quantize(colours).save(out, "PNG", optimize=True)
    return out.getvalue()
