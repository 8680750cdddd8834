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
from tianping.law.dated import LawbookInvalid, LawNotInForce, Timeline
from tianping.law.entries import CalendarBook, FeeItem, TimeLimit
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
        self.fees: Timeline[Any] = Timeline("fees.yaml", _items(root, "fees.yaml", FeeItem))
        self.limits: Timeline[TimeLimit] = Timeline("time_limits.yaml", _items(root, "time_limits.yaml", TimeLimit))
        self.calendar_book = _whole(root, "calendar.yaml", CalendarBook, lists=("years",))
        checks.check_fees(self.fees)
        checks.check_limits(self.limits)
        checks.check_calendar(self.calendar_book)
        self.calendar = CourtCalendar.from_book(self.calendar_book)
        for timeline in (self.fees, self.limits):
            checks.check_articles(timeline, self.statutes)

    def articles(self, cites: Iterable[str]) -> tuple[Article, ...]:
        """Citations in words, each once, in the order given."""
        return tuple(article(cite, self.statutes) for cite in dict.fromkeys(cites))

    def unverified(self, on: date) -> tuple[str, ...]:
        """`file: id` of every item in force on a day that is from memory, for `tianping doctor`."""
        return tuple(
            f"{timeline.file}: {item.id}"
            for timeline in (self.fees, self.limits)
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
