"""Drawn signatures: the name in strokes, unsteady as a finger on glass."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

from tianping.apps.demo.evidence import seeded
from tianping.apps.demo.evidence.drawing import font


@cache
def drawn(name: str) -> bytes:
    """A PNG with a clear ground."""
    chance = seeded(f"signature{name}")
    wide = 130 * len(name) + 60
    mask = Image.new("L", (wide, 200), 0)
    for position, character in enumerate(name):
        glyph = Image.new("L", (170, 190), 0)
        ImageDraw.Draw(glyph).text((16, 6), character, font=font(126), fill=255)
        glyph = glyph.filter(ImageFilter.MinFilter(3) if position % 2 else ImageFilter.MaxFilter(3))
        glyph = glyph.rotate(chance.uniform(-9, 9), Image.Resampling.BICUBIC)
        lean = chance.uniform(-0.26, -0.1)
        glyph = glyph.transform(glyph.size, Image.Transform.AFFINE, (1, lean, 24, 0, 1, chance.uniform(-6, 6)))
        mask.paste(255, (20 + position * 122, chance.randint(0, 10)), glyph)
    ink = Image.new("RGBA", mask.size, (24, 30, 48, 0))
    ink.putalpha(mask.filter(ImageFilter.GaussianBlur(0.8)))
    under = ImageDraw.Draw(ink)
    if chance.random() < 0.5:
        under.line([(30, 184), (wide // 2, 176), (wide - 30, 188)], fill=(24, 30, 48, 230), width=4)
    out = io.BytesIO()
    ink.resize((wide // 2, 100)).quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()
