"""`court.toml`: the demo court is right, and every way of being wrong is named."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tianping.kit.money import Money
from tianping.law.lawbook import load
from tianping.platform.court import CourtInvalid, fee_problems, read_court

DEMO = Path("court.toml")


def changed(place: Path, before: str, after: str) -> Path:
    text = DEMO.read_text(encoding="utf-8")
    assert before in text
    file = place / "court.toml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return file


def test_the_default_is_a_demo_court_that_says_so():
    court = read_court(DEMO)
    assert court.is_demo
    assert "示范" in court.name.zh
    assert "Demonstration" in court.name.en
    assert court.branding.notice is not None
    assert court.base_fee("personality_rights_base") == Money.parse("300")
    assert court.base_fee("property") is None


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2018-09-06", None),
        ("2018-09-07", "ic2018"),
        ("2025-10-31", "ic2018"),
        ("2025-11-01", "ic2025"),
        ("2030-01-01", "ic2025"),
    ],
)
def test_the_jurisdiction_rules_follow_the_day_of_filing(day: str, rules: str | None):
    """法释〔2025〕14号 replaced 法释〔2018〕16号 arts. 2-4 for filings from 2025-11-01."""
    assert read_court(DEMO).subject_rules_on(date.fromisoformat(day)) == rules


def test_divisions_and_courts_of_appeal_take_what_is_theirs_and_the_rest():
    court = read_court(DEMO)
    assert court.division_for("copyright_infringement").code == "third"
    assert court.division_for("virtual_property", "general").code == "second"
    assert court.division_for(None, "net_service").code == "first"
    assert court.division_for("unheard of").code == "first"
    assert court.appeal_court_for("domain").code == "京98"
    assert court.appeal_court_for("loan").code == "京99"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('code = "京0499"', 'code = "京499"', "four digits"),
        ('kind = "demo"', 'kind = "toy"', "kind"),
        ("valid_from = 2025-11-01", "valid_from = 2025-11-02", "day after ic2018 ends"),
        ("valid_to = 2025-10-31", "", "day after ic2018 ends"),
        ("valid_to = 2025-10-31", "valid_to = 2017-01-01", "ends before it begins"),
        ('code = "second"', 'code = "first"', "occurs 2 times"),
        ('hears = ["data", ', 'hears = ["loan", ', "'loan' is heard by 2"),
        ('code = "京99"', 'code = "京99"\nhears = ["loan"]', "exactly one"),
        ("draft_warning_days = 7", "draft_warning_days = 90", "below draft_days"),
        ('en = "Tianping Demonstration Internet Court"', 'en = ""', "name: zh and en"),
        ("notice = {", "note = {", "note"),
        ('ip_no_amount = "750"', 'ip_no_amount = "much"', "fees"),
        ("[retention]", "[retention", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, before: str, after: str, said: str):
    file = changed(tmp_path, before, after)
    with pytest.raises(CourtInvalid) as refusal:
        read_court(file)
    assert str(file) in str(refusal.value)
    assert said in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(CourtInvalid, match="TIANPING_COURT"):
        read_court(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("fee", "said"), [("300", None), ("100", None), ("500", None), ("99.99", "100–500"), ("500.01", "100–500")]
)
def test_local_fees_stay_inside_the_legal_range(tmp_path: Path, fee: str, said: str | None):
    """Measures on Litigation Costs art. 13 (2) item 2 and last paragraph."""
    court = read_court(changed(tmp_path, 'personality_rights_base = "300"', f'personality_rights_base = "{fee}"'))
    problems = fee_problems(court, load(), date(2026, 3, 2))
    assert bool(problems) == (said is not None)
    assert all(said in problem for problem in problems)


def test_a_fee_that_the_law_leaves_to_the_province_must_be_there(tmp_path: Path):
    court = read_court(changed(tmp_path, 'other_non_property = "70"\n', ""))
    assert fee_problems(court, load(), date(2026, 3, 2)) == ["fees.other_non_property: missing"]


def test_rules_have_no_gap_between_them():
    rules = read_court(DEMO).subject_rules
    assert rules[1].valid_from - rules[0].valid_to == timedelta(days=1)


def test_divisions_of_the_demo_court_hear_kinds_that_the_lawbook_has() -> None:
    """A kind that is written otherwise than in the lawbook would never be heard by its division."""
    law = load(Path("lawbook"))
    known = set(law.case_types) | {kind.id for rules in law.rule_sets for kind in rules.types}
    court = read_court(DEMO)
    assert {kind for division in court.divisions for kind in division.hears} <= known | {"enforcement"}
