"""The shapes of the lawbook's items on courts: jurisdiction, causes of action, case numbers, reasons for review."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from tianping.kit.problems import Text
from tianping.law.dated import Dated

Nature = Literal["sale", "contract", "tort", "dissemination", "by_cause", "administrative", "designated"]


class SubjectType(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item of an article that gives cases to Internet courts.

    `num` is the item's number. `needs`: facts that must not be false; `required`: facts that must be stated true.
    """

    num: int
    id: str
    nature: Nature
    zh: str
    en: str
    needs: tuple[str, ...]
    required: tuple[str, ...] = ()
    causes: tuple[str, ...]
    articles: tuple[str, ...]
    verified: bool


class RuleSet(Dated, frozen=True, kw_only=True):
    """The subject list in force for filings between two days."""

    types: tuple[SubjectType, ...]


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that may be stated about a dispute; its key in `links`."""

    id: str
    kind: Literal["bool", "place", "text"]
    zh: str
    en: str


class TerritorialLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place that ties a dispute to a city. `unless`: another place that, if stated, prevails."""

    id: str
    natures: tuple[Nature, ...]
    fact: str
    when: Mapping[str, bool] = msgspec.field(default_factory=dict)
    unless: str | None = None
    zh: str
    en: str
    articles: tuple[str, ...]
    verified: bool


class InternetCourt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An Internet court, its city, and where its judgments are appealed."""

    id: str
    name: Text
    province: str
    city: str
    english: str
    appeal: Text
    appeal_special: Text
    special_types: tuple[str, ...]
    articles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    verified: bool


class JurisdictionBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule_sets: tuple[RuleSet, ...]
    facts: tuple[Fact, ...]
    territorial: tuple[TerritorialLink, ...]
    courts: tuple[InternetCourt, ...]


class CauseVersion(Dated, frozen=True, kw_only=True):
    """One edition of the list of causes of action."""


class CauseItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cause of action. `c2020`, `c2025`: its number in that edition (None: not recorded); `absent`: not in it.

    `parent` is a cause of a higher level, `under` the heading where there is none.
    """

    zh: str
    en: str
    unit: Literal["number"]
    verified: bool
    c2020: str | None
    c2025: str | None
    parent: str | None = None
    under: str | None = None
    absent: tuple[str, ...] = ()
    note: Text | None = None


class CausesBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    versions: tuple[CauseVersion, ...]
    parts: tuple[Text, ...]
    items: tuple[CauseItem, ...]


class NumberWord(Dated, frozen=True, kw_only=True):
    """A word used in case numbers: a court code, a type word, or a special word. `id` is the word."""

    unit: Literal["word"]
    group: str = ""


class FirstNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the numbering of a year, court and type begins."""

    value: int
    unit: Literal["number"]
    articles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    verified: bool


class CaseNumberBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first_number: FirstNumber
    special_words: tuple[NumberWord, ...]
    courts: tuple[NumberWord, ...]
    type_words: tuple[NumberWord, ...]


class RenumberingSegment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    old_from: int
    old_to: int
    offset: int


class Renumbering(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Article numbers of the Civil Procedure Law, 2021 text to 2023 text."""

    unit: Literal["article"]
    articles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    verified: bool
    segments: tuple[RenumberingSegment, ...]
    new_articles: tuple[int, ...]
    amended: tuple[int, ...]

    def new_number(self, old: int) -> int:
        """The 2023 number of an article of the 2021 text. Raises KeyError if there was no such article."""
        for segment in self.segments:
            if segment.old_from <= old <= segment.old_to:
                return old + segment.offset
        raise KeyError(old)


ReviewOutcome = Literal["accept", "correct", "return", "redirect", "refuse", "withdraw", "lapse"]


class FilingCondition(Dated, frozen=True, kw_only=True):
    """One line of the reviewer's checklist."""

    unit: Literal["outcome"]


class ReviewReason(Dated, frozen=True, kw_only=True):
    """A reason for an outcome of the review of a filing."""

    unit: Literal["outcome"]
    outcome: ReviewOutcome


class ReviewBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    conditions: tuple[FilingCondition, ...]
    items: tuple[ReviewReason, ...]
