"""The court calendar. CPL 85 para. 3; Regulation on Public Holidays 2."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tianping.law.calendar import CalendarChange

PACK = json.loads((Path(__file__).parent / "examples" / "calendar_examples.json").read_text("utf-8"))


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_announced_holidays_and_swapped_workdays(calendar, year):
    for day in PACK["holidays"][year]:
        assert calendar.is_rest_day(date.fromisoformat(day))
    worked = [date.fromisoformat(day) for day in PACK["swapped_workdays"][year]]
    assert list(calendar.swapped_workdays(int(year))) == worked
    rest = {d for d in calendar.rest_days(int(year)) if d.weekday() < 5}
    assert rest == {d for d in map(date.fromisoformat, PACK["holidays"][year]) if d.weekday() < 5}


def test_announced_years_agree_with_a_published_data_set(calendar):
    chinese_calendar = pytest.importorskip("chinese_calendar")
    day = date(2018, 1, 1)
    while day <= date(2026, 12, 31):
        assert calendar.is_rest_day(day) == chinese_calendar.is_holiday(day), day
        day += timedelta(days=1)


def test_which_years_are_announced(calendar):
    assert calendar.official_years() == tuple(range(2018, 2027))
    assert calendar.kind(date(2026, 12, 31)) == "official"
    assert calendar.kind(date(2026, 12, 31), date(2027, 1, 1)) == "estimated"


@pytest.mark.parametrize(
    "day",
    ["2027-02-05", "2027-02-06", "2027-02-08", "2027-04-05", "2027-05-02", "2027-06-09", "2027-09-15", "2030-02-05"],
)
def test_estimated_years_know_the_statutory_holidays(calendar, day):
    """HD 2: thirteen days a year."""
    assert calendar.is_rest_day(date.fromisoformat(day))


@pytest.mark.parametrize("year", range(2027, 2036))
def test_thirteen_statutory_days_a_year(calendar, year):
    spring = [d for d in _days(year) if calendar.is_rest_day(d)]
    statutory = {d for d in spring if d.weekday() < 5}
    assert len(statutory) <= 13


def test_an_administrator_may_change_a_day(calendar):
    day = date(2027, 2, 9)
    assert not calendar.is_rest_day(day)
    changed = calendar.with_changes(
        [CalendarChange(day, rest=True, reason="notice"), CalendarChange(date(2027, 2, 20), rest=False)],
        official_years=[2027],
    )
    assert changed.is_rest_day(day)
    assert not changed.is_rest_day(date(2027, 2, 20))
    assert changed.kind(day) == "official"
    assert not calendar.is_rest_day(day)


def _days(year: int):
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
