"""Signatures from outside carry ink and nothing else."""

import io

import pytest
from PIL import Image
from tests.contexts.documents.rendering.papers import drawn_signature

from tianping.contexts.documents.rendering.signature import MAX_BYTES, Unreadable, as_svg

STROKE = b'<svg viewBox="0 0 300 100"><path d="M1 2 C3,4 5,6 7e1,8" stroke-width="2.5" fill="none"/></svg>'


def test_a_bitmap_is_trimmed_to_its_ink() -> None:
    svg = as_svg(drawn_signature())
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ')
    assert svg.count("data:image/png;base64,") == 1


def test_strokes_are_rebuilt() -> None:
    assert '<path d="M1 2 C3,4 5,6 7e1,8" fill="none" stroke="black" stroke-width="2.5"' in as_svg(STROKE)


def blank() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (50, 50), "white").save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\nbroken",
        blank(),
        b"<svg></svg>",
        b'<svg viewBox="0 0 9 9"></svg>',
        b'<svg viewBox="0 0 1e9 9"><path d="M0 0"/></svg>',
        b'<svg viewBox="0 0 9 9"><path d="url(file:///etc/passwd)"/></svg>',
        b'<svg viewBox="0 0 9 9"><circle cx="1" cy="1" r="&#34;/>"/></svg>',
        b"\xff\xfe",
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_anything_else_is_refused(image: bytes) -> None:
    with pytest.raises(Unreadable):
        as_svg(image)


def test_scripts_and_references_are_left_behind() -> None:
    svg = as_svg(
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg viewBox="0 0 9 9" onload="x()"><script>alert(1)</script>'
        b'<image href="file:///etc/passwd"/><path d="M0 0L9 9" onclick="y()" style="fill:url(#z)"/></svg>'
    )
    assert not any(word in svg for word in ("script", "onload", "onclick", "href", "style", "ENTITY"))
