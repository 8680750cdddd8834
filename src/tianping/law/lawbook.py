"""The lawbook: every figure with legal meaning, read once from YAML into frozen structures and checked.

`load()` finds the folder by `TIANPING_LAWBOOK` or by walking up from this package (a checkout has `lawbook/` at its
root, an installation beside the package's floors). Nothing is cached on disk.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from tianping.law import checks
from tianping.law.calendar import CourtCalendar
from tianping.law.claim_entries import CaseType, CompositionBook, Figure, InterestBook
from tianping.law.court_entries import CaseNumberBook, CausesBook, JurisdictionBook, Renumbering, ReviewBook, RuleSet
from tianping.law.dated import Dated, LawbookInvalid, LawNotInForce, Timeline
from tianping.law.entries import CalendarBook, FeeItem, TimeLimit
from tianping.law.statute_texts import StatuteText, WithoutText, check_text
from tianping.law.statutes import Article, Statute, article

__all__ = ["LawNotInForce", "Lawbook", "LawbookInvalid", "find_lawbook", "load"]

T = TypeVar("T")
_MARKER = "statutes.yaml"


class Lawbook:
    """The law as this installation knows it. Frozen after `load`; share one instance.

    `statutes` by key; `fees`, `limits` … are timelines asked with `.at(id, on)`; `calendar` is the calendar
    before any administrator's change.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.statutes: Mapping[str, Statute] = {s.id: s for s in _items(root, "statutes.yaml", Statute)}
        self._articles: dict[str, Article] = {}
        self._read_texts(root)
        self.fees: Timeline[Any] = Timeline("fees.yaml", _items(root, "fees.yaml", FeeItem))
        self.limits: Timeline[TimeLimit] = Timeline("time_limits.yaml", _items(root, "time_limits.yaml", TimeLimit))
        self.calendar_book = _whole(root, "calendar.yaml", CalendarBook, lists=("years",))
        self._read_courts(root)
        self._read_claims(root)
        self.check()
        self.calendar = CourtCalendar.from_book(self.calendar_book)

    def _read_texts(self, root: Path) -> None:
        self.texts: Mapping[str, StatuteText] = {}
        for file in sorted((root / "statutes").glob("*.yaml")):
            name = f"statutes/{file.name}"
            text = _whole(root, name, StatuteText)
            check_text(name, text, self.statutes)
            self.texts = {**self.texts, text.statute: text}
        self.without_text = {item.id: item for item in _items(root, "without_text.yaml", WithoutText)}
        if unknown := sorted(
            (self.without_text.keys() - self.statutes.keys()) | (self.without_text.keys() & self.texts)
        ):
            raise LawbookInvalid("without_text.yaml", unknown[0], "is no statute of the lawbook, or has a text")

    def _read_courts(self, root: Path) -> None:
        book = _whole(root, "jurisdiction.yaml", JurisdictionBook)
        self.rule_sets = book.rule_sets
        self.facts = {fact.id: fact for fact in book.facts}
        self.territorial = book.territorial
        self.internet_courts = book.courts
        self.causes_book = _whole(root, "causes.yaml", CausesBook, lists=("items",))
        self.causes = {item.zh: item for item in self.causes_book.items}
        self.case_number_book = _whole(
            root, "case_numbers.yaml", CaseNumberBook, lists=("special_words", "courts", "type_words")
        )
        self.court_codes = {word.id: word for word in self.case_number_book.courts}
        self.type_words = {word.id: word for word in self.case_number_book.type_words}
        self.special_words = {word.id: word for word in self.case_number_book.special_words}
        self.renumbering = _whole(root, "cpl_renumbering.yaml", Renumbering)
        review = _whole(root, "review_reasons.yaml", ReviewBook, lists=("conditions", "items"))
        self.conditions = Timeline("review_reasons.yaml", review.conditions)
        self.reasons = Timeline("review_reasons.yaml", review.items)

    def _read_claims(self, root: Path) -> None:
        self.case_types = {kind.id: kind for kind in _items(root, "elements.yaml", CaseType)}
        book = _whole(root, "interest.yaml", InterestBook, lists=("lpr",))
        self.lpr = Timeline("interest.yaml", book.lpr)
        self.rates = Timeline("interest.yaml", book.rates)
        self.damages: Timeline[Figure] = Timeline("damages.yaml", _items(root, "damages.yaml", Figure))
        self.limitation: Timeline[Figure] = Timeline("limitation.yaml", _items(root, "limitation.yaml", Figure))
        bench = _whole(root, "composition.yaml", CompositionBook, lists=("wages", "thresholds", "exclusions"))
        self.wages = Timeline("composition.yaml", bench.wages)
        self.thresholds = Timeline("composition.yaml", bench.thresholds)
        self.exclusions = Timeline("composition.yaml", bench.exclusions)

    def timelines(self) -> tuple[Timeline[Any], ...]:
        """Every dated part, for checks and for telling what is from memory."""
        return (
            self.fees,
            self.limits,
            self.conditions,
            self.reasons,
            Timeline("jurisdiction.yaml", self.rule_sets_as_dated()),
            Timeline("causes.yaml", self.causes_book.versions),
            Timeline("case_numbers.yaml", (*self.type_words.values(), *self.special_words.values())),
            Timeline("elements.yaml", self.case_types.values()),
            self.lpr,
            self.rates,
            self.damages,
            self.limitation,
            self.wages,
            self.thresholds,
            self.exclusions,
        )

    def rule_sets_as_dated(self) -> tuple[Dated, ...]:
        """The rule sets under one name, so that a day without a rule set, or with two, is found."""
        return tuple(msgspec.structs.replace(rule_set, id="subject_list") for rule_set in self.rule_sets)

    def check(self) -> None:
        """Raises LawbookInvalid for the first thing wrong."""
        checks.check_fees(self.fees)
        checks.check_limits(self.limits)
        checks.check_calendar(self.calendar_book)
        checks.check_jurisdiction(self.rule_sets, self.territorial, self.facts, self.causes)
        checks.check_causes(self.causes_book)
        checks.check_case_types(self.case_types, self.causes)
        checks.check_renumbering(self.renumbering)
        for timeline in self.timelines():
            checks.check_articles(timeline, self.statutes)
        for file, item, cites in self._other_cites():
            checks.check_cites(file, item, cites, self.statutes)

    def _other_cites(self) -> Iterable[tuple[str, str, tuple[str, ...]]]:
        for rule_set in self.rule_sets:
            for subject in rule_set.types:
                yield "jurisdiction.yaml", f"{rule_set.id}.{subject.id}", subject.articles
        for link in self.territorial:
            yield "jurisdiction.yaml", link.id, link.articles
        for court in self.internet_courts:
            yield "jurisdiction.yaml", court.id, court.articles
        for kind in self.case_types.values():
            yield "elements.yaml", kind.id, kind.articles
            for claim in kind.claims:
                yield "elements.yaml", f"{kind.id}.{claim.id}", claim.articles
        for year in self.calendar_book.years:
            yield "calendar.yaml", str(year.year), year.articles
        yield "calendar.yaml", "statutory", self.calendar_book.statutory.articles

    def rule_set_on(self, on: date) -> RuleSet:
        """The subject list for filings on a day. Raises LawNotInForce before 2018-09-07."""
        for rule_set in self.rule_sets:
            if rule_set.in_force(on):
                return rule_set
        raise LawNotInForce("jurisdiction", on)

    def cause_version(self, on: date) -> Dated:
        """The edition of the causes of action for filings on a day. Raises LawNotInForce."""
        for version in self.causes_book.versions:
            if version.in_force(on):
                return version
        raise LawNotInForce("causes", on)

    def article(self, cite: str) -> Article:
        """A citation with its instrument. Raises ValueError (not a citation), KeyError (unknown statute)."""
        found = self._articles.get(cite)
        if found is None:
            found = self._articles[cite] = article(cite, self.statutes)
        return found

    def articles(self, cites: Iterable[str]) -> tuple[Article, ...]:
        """Citations with their instruments, each once, in the order given."""
        return tuple(self.article(cite) for cite in dict.fromkeys(cites))

    def unverified(self, on: date) -> tuple[str, ...]:
        """`file: id` of every item in force on a day that is from memory, for `tianping doctor`."""
        return tuple(
            f"{timeline.file}: {item.id}"
            for timeline in self.timelines()
            for item in timeline.in_force(on)
            if not item.verified
        )


def find_lawbook() -> Path:
    """The folder of the lawbook. Raises LawbookInvalid if there is none."""
    named = os.environ.get("TIANPING_LAWBOOK")
    if named:
        return Path(named)
    for folder in Path(__file__).resolve().parents:
        if (folder / "lawbook" / _MARKER).is_file():
            return folder / "lawbook"
    raise LawbookInvalid("lawbook", _MARKER, "not found above the package; set TIANPING_LAWBOOK")


def load(path: Path | str | None = None) -> Lawbook:
    """Read and check the lawbook. Raises LawbookInvalid naming the file and the item."""
    return Lawbook(Path(path) if path is not None else find_lawbook())


def _read(root: Path, file: str) -> dict[str, Any]:
    try:
        content = yaml.load((root / file).read_bytes(), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise LawbookInvalid(file, "file", f"cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise LawbookInvalid(file, "file", f"is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise LawbookInvalid(file, "file", "is not a mapping")
    return content


def _items(root: Path, file: str, kind: type[T] | Any, *, under: str = "items") -> tuple[T, ...]:
    content = _read(root, file)
    return _converted(file, content.get(under), content.get("defaults") or {}, kind)


def _converted(file: str, raw: object, defaults: dict[str, Any], kind: type[T] | Any) -> tuple[T, ...]:
    if not isinstance(raw, list):
        raise LawbookInvalid(file, "file", "has no list of items")
    made = []
    for position, item in enumerate(raw):
        name = str(item.get("id", item.get("year", position))) if isinstance(item, dict) else str(position)
        try:
            made.append(msgspec.convert({**defaults, **item}, kind))
        except (msgspec.ValidationError, TypeError) as error:
            raise LawbookInvalid(file, name, str(error)) from error
    return tuple(made)


def _whole(root: Path, file: str, kind: type[T], *, lists: tuple[str, ...] = ()) -> T:
    """A file as one structure; its `defaults` apply to the items of `lists`."""
    content = _read(root, file)
    defaults = content.pop("defaults", {})
    for key in lists:
        content[key] = [{**defaults, **item} for item in content.get(key, [])]
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise LawbookInvalid(file, "file", str(error)) from error
