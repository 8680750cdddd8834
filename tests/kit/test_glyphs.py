"""Text made printable without losing anything in silence."""

import pylopdf_fonts_zh_cn
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.kit.glyphs import Glyphs

GLYPHS = Glyphs([pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()])


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("张三（2026）京0491民初1号", "张三（2026）京0491民初1号"),
        ("𠮷", "〔U+20BB7〕"),
        ("a\u202eb\u200dc\ufeff", "abc"),
        ("e\u0301", "é"),
        ("a\r\nb\u2028c\td", "a\nb\nc d"),
        ("\x00\x1b", ""),
    ],
)
def test_examples(typed: str, printed: str) -> None:
    assert GLYPHS.printable(typed) == printed


@given(st.text(st.characters(exclude_categories=[]), max_size=80))
def test_everything_left_can_be_drawn(text: str) -> None:
    assert all(c in "\n\u200b" or c in GLYPHS for c in GLYPHS.printable(text))


@given(st.text("abc/.:0", min_size=25, max_size=200))
def test_breaks_add_nothing_but_breaks(text: str) -> None:
    assert GLYPHS.printable(text).replace("\u200b", "") == text
    assert max(map(len, GLYPHS.printable(text).split("\u200b"))) <= 8
