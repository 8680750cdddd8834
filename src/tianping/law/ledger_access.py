"""The access and assessment standard of the evidence ledger, versioned and dated (`lawbook/ledger_access.yaml`). ORL art. 17."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec
import yaml

from tianping.kit.problems import Text
from tianping.law import checks
from tianping.law.dated import LawbookInvalid, LawNotInForce
from tianping.law.lawbook import Lawbook

FILE = "ledger_access.yaml"
FULL_SCORE = 100


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class RequiredPaper(Said, frozen=True, kw_only=True):
    """A document that an application comes with; `section` of the standard that it answers."""

    id: str
    section: str
    required: bool


class StandardItem(Said, frozen=True, kw_only=True):
    """`score`: the most points; a `mandatory` item with no points fails the whole."""

    id: str
    score: int
    mandatory: bool
    asks_zh: str
    asks_en: str
    articles: tuple[str, ...]

    @property
    def asks(self) -> Text:
        return Text(self.asks_zh, self.asks_en)


class StandardSection(Said, frozen=True, kw_only=True):
    id: str
    items: tuple[StandardItem, ...]


class AccessStandard(Said, frozen=True, kw_only=True):
    """`passing`: points for probation and admission; `probation_days` before admission; `officers` who decide together."""

    id: str
    valid_from: date
    valid_to: date | None
    passing: int
    probation_days: int
    officers: int
    aims: tuple[Said, ...]
    papers: tuple[RequiredPaper, ...]
    sections: tuple[StandardSection, ...]

    @property
    def items(self) -> tuple[StandardItem, ...]:
        return tuple(item for section in self.sections for item in section.items)

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class _Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    versions: tuple[AccessStandard, ...]


class AccessStandards:
    """All versions."""

    def __init__(self, versions: tuple[AccessStandard, ...]) -> None:
        self.versions: Mapping[str, AccessStandard] = {version.id: version for version in versions}

    def at(self, on: date) -> AccessStandard:
        """The version in force on a court-local day. Raises LawNotInForce."""
        for version in self.versions.values():
            if version.in_force(on):
                return version
        raise LawNotInForce("ledger access standard", on)


def read_standards(law: Lawbook) -> AccessStandards:
    """Raises LawbookInvalid: points that are not 100 in all, ids twice, unknown sections or articles, versions that overlap."""
    path: Path = law.root / FILE
    try:
        book = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), _Book)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as wrong:
        raise LawbookInvalid(FILE, "versions", str(wrong)) from wrong
    for version in book.versions:
        _check(version, law)
    for one in book.versions:
        for other in book.versions:
            if (
                one is not other
                and one.valid_from <= (other.valid_to or date.max)
                and other.valid_from <= (one.valid_to or date.max)
            ):
                raise LawbookInvalid(FILE, one.id, f"overlaps {other.id}")
    return AccessStandards(book.versions)


def _check(version: AccessStandard, law: Lawbook) -> None:
    items = [item.id for item in version.items]
    sections = {section.id for section in version.sections}
    if len(set(items)) != len(items) or len({paper.id for paper in version.papers}) != len(version.papers):
        raise LawbookInvalid(FILE, version.id, "an id stands twice")
    if sum(item.score for item in version.items) != FULL_SCORE:
        raise LawbookInvalid(FILE, version.id, f"the points are not {FULL_SCORE} in all")
    if unknown := {paper.section for paper in version.papers} - sections:
        raise LawbookInvalid(FILE, version.id, f"unknown sections {sorted(unknown)}")
    for item in version.items:
        checks.check_cites(FILE, item.id, item.articles, law.statutes)
