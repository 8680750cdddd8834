"""The lawbook is complete, dated and consistent, and a broken one is refused by file and item."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from tianping.law.lawbook import LawbookInvalid, find_lawbook, load
from tianping.law.statutes import article, chinese_numeral


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(find_lawbook(), tmp_path / "lawbook"))


def test_every_item_says_where_it_comes_from_and_when_it_holds(law):
    for timeline in law.timelines():
        for item in timeline:
            assert item.zh, item
            assert item.en, item
            assert item.articles, item
            assert isinstance(item.verified, bool)
            assert law.articles(item.articles)


def test_what_is_from_memory_is_said(law):
    found = law.unverified(date(2026, 3, 2))
    assert "interest.yaml: lpr_1y" in found
    assert "composition.yaml: 北京市" in found
    assert "fees.yaml: property" not in found


BREAKS = [
    ("fees.yaml", '{over: "10000", upto: "100000"', '{over: "10001", upto: "100000"', "property", "gap or overlap"),
    ("fees.yaml", "articles: [FM 17]", "articles: [FM 57]", "appeal_base", "ends with article 56"),
    ("fees.yaml", "articles: [FM 17]", "articles: [XX 17]", "appeal_base", "unknown statute"),
    ("fees.yaml", "articles: [FM 17]", "articles: []", "appeal_base", "names no article"),
    ("fees.yaml", 'kind: flat, unit: CNY, value: "10"', 'kind: flat, value: "10"', "labour", "unit"),
    ("fees.yaml", 'low: "500", high: "1000"', 'low: "1500", high: "1000"', "ip_no_amount", "upside down"),
    (
        "time_limits.yaml",
        "value: 6, unit: month, kind: court",
        "value: 6, kind: court",
        "trial_ordinary",
        "without a unit",
    ),
    ("time_limits.yaml", "valid_to: 2023-12-31, effect", "valid_to: 2024-06-30, effect", "answer", "overlap"),
    (
        "time_limits.yaml",
        "valid_to: 2023-12-31, effect",
        "valid_to: 2023-06-30, effect",
        "answer",
        "no version between",
    ),
    ("calendar.yaml", "workdays: [01-04, 02-14", "workdays: [01-05, 02-14", "2026", "not a weekend day"),
    ("calendar.yaml", "{year: 2030,", "{year: 2040,", "years", "out of order"),
    ("calendar.yaml", "mid_autumn: 09-15", "mid_autumn: 02-30", "2027", "day is out of range"),
    ("jurisdiction.yaml", "valid_to: 2025-10-31", "valid_to: 2025-11-01", "subject_list", "overlap"),
    (
        "jurisdiction.yaml",
        "needs: [act_online], causes: [网络侵权",
        "needs: [act_onlin], causes: [网络侵权",
        "ic2018.online_tort",
        "unknown fact",
    ),
    ("jurisdiction.yaml", "causes: [产品责任纠纷]", "causes: [产品纠纷]", "ic2018.product_liability", "unknown cause"),
    ("causes.yaml", 'c2025: "410"', 'c2025: "204"', "产品责任纠纷", "has the number of"),
    ("elements.yaml", "formula: unused_part", "formula: guess_part", "net_service", "Invalid enum value"),
    ("elements.yaml", "{key: minor, type: bool", "{key: paid, type: bool", "net_service", "a field occurs twice"),
    ("cpl_renumbering.yaml", "old_from: 194,", "old_from: 195,", "195", "gap or overlap"),
    ("interest.yaml", "valid_from: 2019-09-20", "valid_from: 2019-09-25", "lpr_1y", "no version between"),
    ("statutes.yaml", "last_article: 306,", "last_article: many,", "CPL", "int"),
]


@pytest.mark.parametrize(("file", "old", "new", "item", "why"), BREAKS, ids=lambda v: str(v)[:24])
def test_a_broken_lawbook_is_refused(copied, file, old, new, item, why):
    path = copied / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(LawbookInvalid) as refused:
        load(copied)
    assert refused.value.file == file
    assert refused.value.item == item
    assert why in refused.value.why


@pytest.mark.parametrize("content", [None, "- 1\n", "a: [", "items: 3\n"])
def test_an_unreadable_file_is_named(copied, content):
    path = copied / "fees.yaml"
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(LawbookInvalid, match=r"fees\.yaml"):
        load(copied)


def test_the_folder_is_named_by_the_environment(copied, monkeypatch):
    monkeypatch.setenv("TIANPING_LAWBOOK", str(copied))
    assert find_lawbook() == copied
    assert load().root == copied


def test_money_and_rates_are_never_floats():
    """A float in YAML would lose cents; figures are quoted decimals or whole numbers."""

    def walk(node, where):
        assert not isinstance(node, float), where
        if isinstance(node, dict):
            for key, value in node.items():
                walk(value, f"{where}.{key}")
        elif isinstance(node, list):
            for place, value in enumerate(node):
                walk(value, f"{where}.{place}")

    for path in find_lawbook().glob("*.yaml"):
        walk(yaml.safe_load(path.read_bytes()), path.name)


def test_the_law_floor_needs_no_other_floor():
    """Pure: importing and loading it brings in kit and nothing else of ours."""
    code = (
        "import sys; from tianping.law.lawbook import load; load(); import tianping.law.questions;"
        "print([m for m in sys.modules if m.startswith('tianping.') and m.split('.')[1] not in ('law', 'kit')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin"},
        cwd=Path(__file__).parents[2],
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("number", "zh"),
    [
        (1, "一"),
        (10, "十"),
        (13, "十三"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (206, "二百零六"),
        (1024, "一千零二十四"),
        (1200, "一千二百"),
    ],
)
def test_article_numbers_in_chinese(number, zh):
    assert chinese_numeral(number) == zh


@pytest.mark.parametrize(
    ("cite", "zh", "en"),
    [
        (
            "FM 13(2)3",
            "《诉讼费用交纳办法》第十三条第（二）项第3目",
            "Measures on the Payment of Litigation Costs, art. 13 (2) 3",
        ),
        ("CPL 85.3", "《民事诉讼法》第八十五条第三款", "Civil Procedure Law, art. 85 para. 3"),
        ("EC 49-50", "《电子商务法》第四十九条至第五十条", "E-Commerce Law, arts. 49–50"),
    ],
)
def test_citations_in_words(law, cite, zh, en):
    found = article(cite, law.statutes)
    assert (found.zh, found.en) == (zh, en)


@pytest.mark.parametrize(
    ("old", "new"), [(115, 115), (193, 193), (194, 198), (246, 250), (260, 264), (274, 283), (276, 286)]
)
def test_old_article_numbers(law, old, new):
    """The 2021 and the 2023 text of the Civil Procedure Law, both read."""
    assert law.renumbering.new_number(old) == new
    with pytest.raises(KeyError):
        law.renumbering.new_number(292)
