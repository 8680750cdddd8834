"""Causes of action (案由): the list in force on the filing date. Cases already filed keep their number."""

from datetime import date

import msgspec

from tianping.kit.problems import Text
from tianping.law.court_entries import CauseItem
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article


class Cause(msgspec.Struct, frozen=True):
    """A cause in one edition. `number` None: not recorded in the lawbook. `path` from the heading downwards."""

    zh: str
    en: str
    version: str
    number: str | None
    path: tuple[str, ...]
    verified: bool
    note: Text | None


def causes_in_force(law: Lawbook, on: date) -> tuple[Cause, ...]:
    """Every recorded cause of the edition in force on the filing day. Raises LawNotInForce."""
    version = law.cause_version(on).id
    return tuple(_cause(law, item, version) for item in law.causes.values() if version not in item.absent)


def cause_named(law: Lawbook, name: str, on: date) -> Cause | None:
    """The cause of that Chinese or English name in the edition of the day, or None. Raises LawNotInForce."""
    version = law.cause_version(on).id
    item = law.causes.get(name) or next((c for c in law.causes.values() if c.en == name), None)
    if item is None or version in item.absent:
        return None
    return _cause(law, item, version)


def causes_like(law: Lawbook, text: str, on: date, *, limit: int = 20) -> tuple[Cause, ...]:
    """Causes whose Chinese or English name contains the text, for a search box."""
    wanted = text.strip().casefold()
    found = [c for c in causes_in_force(law, on) if wanted in c.zh or wanted in c.en.casefold()]
    return tuple(found[:limit])


def cause_articles(law: Lawbook, on: date) -> tuple[Article, ...]:
    return law.articles(law.cause_version(on).articles)


def _cause(law: Lawbook, item: CauseItem, version: str) -> Cause:
    number = item.c2020 if version == "c2020" else item.c2025
    path: list[str] = []
    above: str | None = item.parent
    while above is not None:
        path.insert(0, above)
        higher = law.causes.get(above)
        if higher is None:
            above = None
        else:
            if higher.under and higher.parent is None:
                path.insert(0, higher.under)
            above = higher.parent
    if item.under:
        path.insert(0, item.under)
    return Cause(item.zh, item.en, version, number, tuple(path), item.verified, item.note)
