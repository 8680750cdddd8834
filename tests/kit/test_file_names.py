"""File names from outside are made safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.kit.file_names import clean_name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\合同.pdf", "合同.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("\0\n", "未命名"),
        ("...", "未命名"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
        ("聊天:记录?.txt", "聊天_记录_.txt"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text(max_size=400))
def test_a_clean_name_is_one_path_part_and_stays_clean(name: str) -> None:
    clean = clean_name(name)
    assert clean
    assert len(clean) <= 200
    assert not set(clean) & set('/\\\0\n\r"<>:|?*')
    assert clean not in {".", ".."}
    assert clean_name(clean) == clean
