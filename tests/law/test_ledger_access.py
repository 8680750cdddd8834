"""The access standard: a hundred points, dated, every item resting on an article; a wrong one stops the start."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tianping.law.dated import LawbookInvalid, LawNotInForce
from tianping.law.lawbook import load
from tianping.law.ledger_access import FILE, read_standards


def test_the_standard_in_force():
    standard = read_standards(load()).at(date(2026, 3, 2))
    assert sum(item.score for item in standard.items) == 100
    assert all(item.articles and item.zh and item.en and item.asks.zh and item.asks.en for item in standard.items)
    assert {section.id for section in standard.sections} == {"qualification", "storage", "management", "data"}
    assert {paper.section for paper in standard.papers if paper.required} == {
        section.id for section in standard.sections
    }
    with pytest.raises(LawNotInForce):
        read_standards(load()).at(date(2020, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("id: licences, score: 10", "id: licences, score: 11", "not 100"),
        ("id: clean, score", "id: capture, score", "stands twice"),
        ("articles: [ORL 38]", "articles: [ORL 99]", "ends with article 39"),
        ("{id: data, section: data", "{id: data, section: nowhere", "unknown sections"),
    ],
)
def test_a_wrong_standard_is_refused(tmp_path: Path, before: str, after: str, why: str):
    book = tmp_path / "lawbook"
    shutil.copytree(load().root, book)
    text = (book / FILE).read_text(encoding="utf-8")
    assert before in text
    (book / FILE).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(LawbookInvalid, match=why):
        read_standards(load(book))
