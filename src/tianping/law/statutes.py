"""Statutes and citations: `FM 13(1)` is one string in the lawbook and a sentence in two languages outside it."""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from tianping.kit.problems import Text

_CITATION = re.compile(
    r"(?P<statute>[A-Z]+[0-9]*) (?P<first>[0-9]+)(?:-(?P<last>[0-9]+))?"
    r"(?:\.(?P<paragraph>[0-9]+))?(?:\((?P<item>[0-9]+)\)(?P<point>[0-9]+)?)?"
)
_DIGITS = "零一二三四五六七八九"


class Statute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A law, interpretation or regulation. `last_article` is the number of its last article."""

    id: str
    zh: str
    en: str
    number: str
    last_article: int
    valid_from: date
    valid_to: date | None
    verified: bool


class Article(msgspec.Struct, frozen=True):
    """A citation: `cite` as the lawbook writes it, the same in both languages, and the instrument that it is in.

    `number` and validity are the instrument's; `verified` False: the lawbook states it from memory.
    """

    cite: str
    zh: str
    en: str
    instrument: Text
    number: str
    valid_from: date
    valid_to: date | None
    verified: bool


def chinese_numeral(number: int) -> str:
    """1–9999 as it is written in article numbers: 13 → 十三, 206 → 二百零六."""
    if not 0 < number < 10_000:
        raise ValueError(f"outside 1–9999: {number}")
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + name
            zero = False
        elif text:
            zero = True
    return text.removeprefix("一") if text.startswith("一十") else text


class Place(msgspec.Struct, frozen=True):
    """What a citation names: articles `first` to `last`, perhaps one paragraph, item and point of them."""

    statute: str
    first: int
    last: int
    paragraph: int | None
    item: int | None
    point: int | None


def parse_citation(cite: str) -> Place:
    """Raises ValueError if it is not a citation."""
    found = _CITATION.fullmatch(cite)
    if not found:
        raise ValueError(f"not a citation: {cite!r}")
    first = int(found["first"])
    paragraph, item, point = (int(found[part]) if found[part] else None for part in ("paragraph", "item", "point"))
    return Place(found["statute"], first, int(found["last"] or first), paragraph, item, point)


def split_citation(cite: str) -> tuple[str, int, int]:
    """Statute, first and last article of a citation. Raises ValueError if it is not one."""
    place = parse_citation(cite)
    return place.statute, place.first, place.last


def article(cite: str, statutes: Mapping[str, Statute]) -> Article:
    """The citation in words. Raises ValueError (not a citation), KeyError (unknown statute)."""
    place = parse_citation(cite)
    statute = statutes[place.statute]
    zh = f"《{statute.zh}》第{chinese_numeral(place.first)}条"
    en = f"{statute.en}, art. {place.first}"
    if place.last != place.first:
        zh += f"至第{chinese_numeral(place.last)}条"
        en = f"{statute.en}, arts. {place.first}–{place.last}"
    if place.paragraph:
        zh += f"第{chinese_numeral(place.paragraph)}款"
        en += f" para. {place.paragraph}"
    if place.item:
        zh += f"第（{chinese_numeral(place.item)}）项"
        en += f" ({place.item})"
    if place.point:
        zh += f"第{place.point}目"
        en += f" {place.point}"
    return Article(
        cite, zh, en, Text(statute.zh, statute.en), statute.number, statute.valid_from, statute.valid_to,
        statute.verified,
    )  # fmt: skip


def joined(articles: tuple[Article, ...]) -> Text:
    """Several citations as one phrase."""
    return Text("、".join(a.zh for a in articles), "; ".join(a.en for a in articles))
