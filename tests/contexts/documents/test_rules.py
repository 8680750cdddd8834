"""Numbers as they are made and as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.documents import rules
from tianping.contexts.documents.rendering.model import Notice, Paper


def test_every_kind_has_letters_of_its_own() -> None:
    kinds = {paper.kind for base in (Paper, Notice) for paper in base.__subclasses__() if paper.kind}
    assert set(rules.WORDS) == kinds
    assert len(set(rules.WORDS.values())) == len(kinds)


@pytest.mark.parametrize(
    "typed",
    [
        "京0499-2026-SJ-000012",
        " 京0499-2026-sj-12",
        "京０４９９－２０２６－ＳＪ－００００１２",
        "京0499 - 2026 — SJ – 12",
        "京0499−2026―SJ_12",
    ],
)
def test_numbers_as_people_type_them(typed: str) -> None:
    assert rules.normal_number(typed) == rules.number("京0499", 2026, "filing_receipt", 12) == "京0499-2026-SJ-000012"


@given(st.text(max_size=60))
def test_any_text_is_read_and_only_numbers_are_numbers(text: str) -> None:
    number = rules.normal_number(text)
    if rules.is_number(number):
        assert rules.normal_number(number) == number
        assert number.isprintable()
