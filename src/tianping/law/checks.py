"""What a lawbook must satisfy before anything is decided by it. Each check raises LawbookInvalid."""

from collections.abc import Iterable, Mapping
from datetime import date

from tianping.law.calendar import days_of
from tianping.law.dated import Dated, LawbookInvalid, Timeline
from tianping.law.entries import CalendarBook, FeeItem, FeeRange, Tariff, TimeLimit
from tianping.law.statutes import Statute, split_citation


def check_cites(file: str, item: str, cites: Iterable[str], statutes: Mapping[str, Statute]) -> None:
    """Every citation names a known statute and an article that it has."""
    for cite in cites:
        try:
            statute, first, last = split_citation(cite)
        except ValueError as error:
            raise LawbookInvalid(file, item, str(error)) from error
        if statute not in statutes:
            raise LawbookInvalid(file, item, f"unknown statute in {cite!r}")
        if not 1 <= first <= last <= statutes[statute].last_article:
            raise LawbookInvalid(file, item, f"{cite!r}: {statute} ends with article {statutes[statute].last_article}")


def check_articles(timeline: Timeline[Dated], statutes: Mapping[str, Statute]) -> None:
    """Every dated item rests on at least one article."""
    for item in timeline:
        if not item.articles:
            raise LawbookInvalid(timeline.file, item.id, "names no article")
        check_cites(timeline.file, item.id, item.articles, statutes)
        if isinstance(item, TimeLimit):
            check_cites(timeline.file, item.id, item.abroad_articles, statutes)


def check_fees(fees: Timeline[FeeItem]) -> None:
    """Tiers join without gap or overlap, each with a flat sum or a rate; a range has a low and a high end."""
    for item in fees:
        if isinstance(item, FeeRange) and not 0 <= item.low <= item.high:
            raise LawbookInvalid(fees.file, item.id, "the range is upside down")
        if not isinstance(item, Tariff):
            continue
        expected = 0
        for tier in item.tiers:
            if tier.over != expected:
                raise LawbookInvalid(fees.file, item.id, f"gap or overlap at {tier.over}")
            if (tier.flat is None) == (tier.rate is None):
                raise LawbookInvalid(fees.file, item.id, f"the tier over {tier.over} needs a flat sum or a rate")
            if tier.upto is None:
                if tier is not item.tiers[-1]:
                    raise LawbookInvalid(fees.file, item.id, "an open tier comes before the last one")
                break
            if tier.upto <= tier.over:
                raise LawbookInvalid(fees.file, item.id, f"the tier over {tier.over} is empty")
            expected = tier.upto
        else:
            raise LawbookInvalid(fees.file, item.id, "the last tier has an end")


def check_limits(limits: Timeline[TimeLimit]) -> None:
    """A limit has a length with a unit, or is a rule."""
    for item in limits:
        measured = item.value is not None or bool(item.variants)
        if measured and item.unit is None:
            raise LawbookInvalid(limits.file, item.id, "has a length without a unit")
        if measured == (item.rule is not None):
            raise LawbookInvalid(limits.file, item.id, "has either a length or a rule, not both and not neither")
        if (item.value or 1) < 1 or any(variant.value < 1 for variant in item.variants):
            raise LawbookInvalid(limits.file, item.id, "a length is at least 1")
        if (item.abroad is None) != (not item.abroad_articles):
            raise LawbookInvalid(limits.file, item.id, "the length abroad and its articles come together")


def check_calendar(book: CalendarBook) -> None:
    """Each year once, in sequence; days are dates; a worked day is a weekend day and no holiday."""
    file = "calendar.yaml"
    for years in ([y.year for y in book.years], [y.year for y in book.lunar.years]):
        if not years or years != list(range(years[0], years[0] + len(years))):
            raise LawbookInvalid(file, "years", "years are missing, repeated or out of order")
    if book.lunar.years[0].year > book.years[-1].year + 1:
        raise LawbookInvalid(file, "lunar", "a gap between official and estimated years")
    for year in book.years:
        name = str(year.year)
        try:
            holidays = set(days_of(year.year, year.holidays))
            workdays = set(days_of(year.year, year.workdays))
        except ValueError as error:
            raise LawbookInvalid(file, name, str(error)) from error
        if holidays & workdays:
            raise LawbookInvalid(file, name, f"both holiday and workday: {min(holidays & workdays)}")
        if weekday := next((day for day in sorted(workdays) if day.weekday() < 5), None):
            raise LawbookInvalid(file, name, f"{weekday} is not a weekend day, it cannot be swapped into a workday")
        if date(year.year, 1, 1) not in holidays:
            raise LawbookInvalid(file, name, "New Year's Day is missing")
    for lunar in book.lunar.years:
        try:
            set(days_of(lunar.year, (lunar.spring, lunar.qingming, lunar.dragon_boat, lunar.mid_autumn)))
        except ValueError as error:
            raise LawbookInvalid(file, str(lunar.year), str(error)) from error
