"""Things that hold for a time: an item of the lawbook has a first day, perhaps a last day, and articles."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar, Generic, TypeVar

import msgspec

from tianping.kit.problems import Problem, Text


class LawbookInvalid(Exception):
    """The lawbook cannot be relied on. `file` and `item` say where, `why` says what is wrong."""

    def __init__(self, file: str, item: str, why: str) -> None:
        self.file, self.item, self.why = file, item, why
        super().__init__(f"{file}: {item}: {why}")


class LawNotInForce(Problem):
    """No rule on `topic` was in force on `day`."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "law-not-in-force"
    title: ClassVar[Text] = Text("该日没有可以适用的规定", "No rule in force on that day")
    detail: ClassVar[Text | None] = Text(
        "{day}没有可以适用于“{topic}”的规定", "No rule on “{topic}” was in force on {day}"
    )

    def __init__(self, topic: str, day: date) -> None:
        self.topic, self.day = topic, day
        super().__init__(topic=topic, day=day.isoformat())


class Dated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An item of the lawbook. Days are court-local and both inclusive; `valid_to` None: still in force.

    `articles` are citations such as `FM 13(1)`; `verified` False: from memory, not yet read in a text.
    """

    id: str
    zh: str
    en: str
    articles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    verified: bool

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


D = TypeVar("D", bound=Dated)


class Timeline(Generic[D]):
    """Dated items by id: for each id the versions that held one after the other, without gap or overlap.

    Raises at making: LawbookInvalid naming `file` and the item.
    """

    __slots__ = ("_versions", "file")

    def __init__(self, file: str, items: Iterable[D]) -> None:
        self.file = file
        by_id: dict[str, list[D]] = {}
        for item in items:
            by_id.setdefault(item.id, []).append(item)
        self._versions: Mapping[str, tuple[D, ...]] = {
            key: self._in_order(key, versions) for key, versions in by_id.items()
        }

    def _in_order(self, key: str, versions: list[D]) -> tuple[D, ...]:
        ordered = sorted(versions, key=lambda v: v.valid_from)
        for version in ordered:
            if version.valid_to is not None and version.valid_to < version.valid_from:
                raise LawbookInvalid(self.file, key, "ends before it begins")
        for earlier, later in pairwise(ordered):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                raise LawbookInvalid(self.file, key, f"two versions overlap on {later.valid_from}")
            if earlier.valid_to + timedelta(days=1) != later.valid_from:
                raise LawbookInvalid(self.file, key, f"no version between {earlier.valid_to} and {later.valid_from}")
        return tuple(ordered)

    def __contains__(self, key: object) -> bool:
        return key in self._versions

    def __iter__(self) -> Iterator[D]:
        for versions in self._versions.values():
            yield from versions

    def ids(self) -> tuple[str, ...]:
        return tuple(self._versions)

    def at(self, key: str, on: date) -> D:
        """The version of `key` in force on a day. Raises KeyError (no such id), LawNotInForce."""
        for version in self._versions[key]:
            if version.in_force(on):
                return version
        raise LawNotInForce(key, on)

    def in_force(self, on: date) -> tuple[D, ...]:
        """Every item in force on a day, in the order of the lawbook."""
        return tuple(item for item in self if item.in_force(on))
