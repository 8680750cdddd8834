"""The court calendar: which days are rest days (法定休假日), from the official notice or estimated.

Days are court-local (Asia/Shanghai). A year with an official notice is `official`; any other is `estimated`
from weekends and the statutory holidays. Days off in lieu are not guessed, so an estimate errs to the early side.

Law: CPL 85 para. 3; Regulation on Public Holidays 2, 6, 7.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

import msgspec

from tianping.law.entries import CalendarBook

CalendarKind = Literal["official", "estimated"]
_DAY = timedelta(days=1)
# The longest period of the law is twenty years (Civil Code 188); estimates reach well beyond it.
_HORIZON_YEARS = 75


class CalendarChange(msgspec.Struct, frozen=True):
    """An administrator's correction of one day. `rest` True: a rest day; False: a working day."""

    day: date
    rest: bool
    reason: str = ""


def days_of(year: int, spans: Iterable[str]) -> Iterable[date]:
    """The dates of `MM-DD` and `MM-DD..MM-DD` in a year. Raises ValueError for anything else."""
    for span in spans:
        first, _, last = span.partition("..")
        day = date.fromisoformat(f"{year:04d}-{first}")
        end = date.fromisoformat(f"{year:04d}-{last or first}")
        if end < day:
            raise ValueError(f"{span} ends before it begins")
        while day <= end:
            yield day
            day += _DAY


class CourtCalendar:
    """Rest days and working days. Frozen: `with_changes` makes another calendar."""

    __slots__ = ("_official", "_rest", "_work")

    def __init__(self, rest: frozenset[date], work: frozenset[date], official: frozenset[int]) -> None:
        self._rest, self._work, self._official = rest, work, official

    @classmethod
    def from_book(cls, book: CalendarBook) -> "CourtCalendar":
        rest: set[date] = set()
        work: set[date] = set()
        for year in book.years:
            rest.update(days_of(year.year, year.holidays))
            work.update(days_of(year.year, year.workdays))
        official = frozenset(year.year for year in book.years)
        for lunar in book.lunar.years:
            if lunar.year not in official:
                rest.update(days_of(lunar.year, (lunar.qingming, lunar.dragon_boat, lunar.mid_autumn)))
                (spring,) = days_of(lunar.year, (lunar.spring,))
                rest.update(spring + offset * _DAY for offset in book.statutory.spring_festival)
        first = book.statutory.valid_from.year
        for year in range(first, first + _HORIZON_YEARS):
            if year not in official:
                rest.update(days_of(year, book.statutory.fixed))
        return cls(frozenset(rest - work), frozenset(work), official)

    def with_changes(self, changes: Iterable[CalendarChange], *, official_years: Iterable[int] = ()) -> "CourtCalendar":
        """A calendar with single days changed, later changes winning; `official_years` are now announced."""
        rest, work = set(self._rest), set(self._work)
        for change in changes:
            (rest if change.rest else work).add(change.day)
            (work if change.rest else rest).discard(change.day)
        return CourtCalendar(frozenset(rest), frozenset(work), self._official | frozenset(official_years))

    def is_rest_day(self, day: date) -> bool:
        """A weekend not swapped into a workday, or a public holiday with its swapped days off."""
        if day in self._rest:
            return True
        return day.weekday() >= 5 and day not in self._work

    def kind(self, *days: date) -> CalendarKind:
        """`official` only if every one of these days lies in a year with an official notice."""
        return "official" if all(day.year in self._official for day in days) else "estimated"

    def official_years(self) -> tuple[int, ...]:
        return tuple(sorted(self._official))

    def working_day_from(self, day: date) -> date:
        """The day itself if it is a working day, else the first working day after it. CPL 85 para. 3."""
        while self.is_rest_day(day):
            day += _DAY
        return day

    def working_day_until(self, day: date) -> date:
        """The day itself if it is a working day, else the last working day before it."""
        while self.is_rest_day(day):
            day -= _DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it, if negative); `day` itself is not counted."""
        step = _DAY if count >= 0 else -_DAY
        left = abs(count)
        while left:
            day += step
            if not self.is_rest_day(day):
                left -= 1
        return day

    def rest_days(self, year: int) -> tuple[date, ...]:
        """Every rest day of a year, weekends included."""
        day, days = date(year, 1, 1), []
        while day.year == year:
            if self.is_rest_day(day):
                days.append(day)
            day += _DAY
        return tuple(days)

    def swapped_workdays(self, year: int) -> tuple[date, ...]:
        """Weekend days of a year that are worked (调休上班)."""
        return tuple(sorted(day for day in self._work if day.year == year))
