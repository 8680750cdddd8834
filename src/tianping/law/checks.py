"""What a lawbook must satisfy before anything is decided by it. Each check raises LawbookInvalid."""

from collections.abc import Iterable, Mapping
from datetime import date

from tianping.law.calendar import days_of
from tianping.law.claim_entries import CaseType
from tianping.law.court_entries import CauseItem, CausesBook, Fact, Renumbering, RuleSet, TerritorialLink
from tianping.law.dated import Dated, LawbookInvalid, Timeline
from tianping.law.entries import CalendarBook, FeeItem, FeeRange, Tariff, TimeLimit
from tianping.law.statutes import Statute, split_citation

# Names the rules use for what no list of civil causes has: the wording of 2018, and administrative cases.
_CAUSES_OF_THE_RULES = frozenset({"网络购物合同纠纷", "网络首发作品著作权权属纠纷", "互联网行政纠纷"})


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


def check_jurisdiction(
    rule_sets: Iterable[RuleSet],
    territorial: Iterable[TerritorialLink],
    facts: Mapping[str, Fact],
    causes: Mapping[str, CauseItem],
) -> None:
    """Rule sets use known facts and causes, their items are numbered without gap, links use known places."""
    file = "jurisdiction.yaml"
    for rule_set in rule_sets:
        numbers = [subject.num for subject in rule_set.types]
        if numbers != list(range(1, len(numbers) + 1)):
            raise LawbookInvalid(file, rule_set.id, "items are missing, repeated or out of order")
        for subject in rule_set.types:
            for fact in (*subject.needs, *subject.required):
                if fact not in facts:
                    raise LawbookInvalid(file, f"{rule_set.id}.{subject.id}", f"unknown fact {fact!r}")
            for cause in subject.causes:
                if cause not in causes and cause not in _CAUSES_OF_THE_RULES:
                    raise LawbookInvalid(file, f"{rule_set.id}.{subject.id}", f"unknown cause {cause!r}")
    for link in territorial:
        for fact in (link.fact, *link.when, *((link.unless,) if link.unless else ())):
            if fact not in facts:
                raise LawbookInvalid(file, link.id, f"unknown fact {fact!r}")
        if facts[link.fact].kind != "place":
            raise LawbookInvalid(file, link.id, f"{link.fact!r} is not a place")


def check_causes(book: CausesBook) -> None:
    """Names and numbers are unique in each edition; an absent cause has no number there."""
    file = "causes.yaml"
    for version in book.versions:
        seen: dict[str, str] = {}
        for item in book.items:
            number = item.c2020 if version.id == "c2020" else item.c2025
            if number is None:
                continue
            if version.id in item.absent:
                raise LawbookInvalid(file, item.zh, f"has a number in {version.id} though absent from it")
            if number in seen:
                raise LawbookInvalid(file, item.zh, f"has the number of {seen[number]} in {version.id}")
            seen[number] = item.zh
    if len({item.zh for item in book.items}) != len(book.items):
        raise LawbookInvalid(file, "items", "a name occurs twice")
    for item in book.items:
        if (item.parent is None) == (item.under is None):
            raise LawbookInvalid(file, item.zh, "has either a parent or a heading")


def check_case_types(case_types: Mapping[str, CaseType], causes: Mapping[str, CauseItem]) -> None:
    """Fields are unique, enums have options, causes are known, and there is a general type."""
    file = "elements.yaml"
    if "general" not in case_types:
        raise LawbookInvalid(file, "general", "is missing")
    for kind in case_types.values():
        keys = [field.key for field in kind.fields]
        if len(set(keys)) != len(keys):
            raise LawbookInvalid(file, kind.id, "a field occurs twice")
        if len({claim.id for claim in kind.claims}) != len(kind.claims):
            raise LawbookInvalid(file, kind.id, "a claim occurs twice")
        for field in kind.fields:
            if (field.type == "enum") != bool(field.options):
                raise LawbookInvalid(
                    file, f"{kind.id}.{field.key}", "options belong to an enum, and an enum needs them"
                )
        for claim in kind.claims:
            if (claim.formula is None) != (not claim.inputs):
                raise LawbookInvalid(file, f"{kind.id}.{claim.id}", "a formula and its inputs come together")
        for cause in kind.causes:
            if cause not in causes:
                raise LawbookInvalid(file, kind.id, f"unknown cause {cause!r}")


def check_renumbering(renumbering: Renumbering) -> None:
    """Segments cover the old text without gap; no two old articles get one new number."""
    expected, taken = 1, set()
    for segment in renumbering.segments:
        if segment.old_from != expected or segment.old_to < segment.old_from:
            raise LawbookInvalid("cpl_renumbering.yaml", str(segment.old_from), "gap or overlap")
        taken.update(range(segment.old_from + segment.offset, segment.old_to + segment.offset + 1))
        expected = segment.old_to + 1
    if len(taken) != expected - 1 or taken & set(renumbering.new_articles):
        raise LawbookInvalid("cpl_renumbering.yaml", "segments", "two articles have one new number")
