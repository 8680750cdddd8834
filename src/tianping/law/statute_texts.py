"""The words of the statutes that the lawbook cites, as far as a source was found: `lawbook/statutes/<ID>.yaml`.

Statutes are not under copyright (Copyright Law art. 5). The texts are for reading beside a citation; no rule reads them.
"""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from tianping.kit.digests import sm3
from tianping.kit.problems import Text
from tianping.law.dated import LawbookInvalid
from tianping.law.statutes import Statute, chinese_numeral, parse_citation

_ITEM = re.compile(r"（[零一二三四五六七八九十百]+）")


class TextSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a text was taken from. `sha256` is of the package file, `entry` the law's id inside it.

    `proofread`: whether somebody compared it with the official gazette.
    """

    package: str
    version: str
    sha256: str
    entry: str
    licence: str
    proofread: bool


class StatuteText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Articles of a statute by number, line by line (paragraphs, and items that begin with （一）), in Chinese.

    `version_on` is the day on which this wording was adopted; `digest` is SM3 over the articles (`digest_of`).
    """

    statute: str
    version_on: date
    source: TextSource
    digest: str
    remark: Text | None = None
    articles: dict[int, list[str]]


class WithoutText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statute whose text is not held, and why."""

    id: str
    zh: str
    en: str


class Line(msgspec.Struct, frozen=True):
    """A line of an article; `cited`: the citation means this paragraph or item."""

    text: str
    cited: bool


class ArticleText(msgspec.Struct, frozen=True):
    number: int
    heading: Text
    lines: list[Line]


def digest_of(articles: Mapping[int, list[str]]) -> str:
    """SM3 of the articles in their order, each line ended by a line feed, each article led by its number."""
    lines = (f"{number}\n" + "".join(f"{line}\n" for line in articles[number]) for number in sorted(articles))
    return sm3("".join(lines).encode())


def check_text(file: str, text: StatuteText, statutes: Mapping[str, Statute]) -> None:
    """Raises LawbookInvalid for an unknown statute, an article that it does not have, or words that were changed."""
    if text.statute not in statutes:
        raise LawbookInvalid(file, text.statute, "unknown statute")
    last = statutes[text.statute].last_article
    for number, lines in text.articles.items():
        if not 1 <= number <= last or not lines or not all(lines):
            raise LawbookInvalid(file, str(number), f"is empty, or {text.statute} ends with article {last}")
    if digest_of(text.articles) != text.digest:
        raise LawbookInvalid(file, text.statute, "the text does not have its digest: it was changed after extraction")


def articles_meant(cite: str, text: StatuteText) -> list[ArticleText]:
    """The articles that a citation names, as far as their words are held, with the lines that it means.

    Raises ValueError if it is not a citation.
    """
    place = parse_citation(cite)
    return [
        ArticleText(
            number,
            Text(f"第{chinese_numeral(number)}条", f"Article {number}"),
            _lines(text.articles[number], place.paragraph, place.item),
        )
        for number in range(place.first, place.last + 1)
        if number in text.articles
    ]


def _lines(lines: list[str], paragraph: int | None, item: int | None) -> list[Line]:
    """A paragraph with its items, or one item; nothing is marked when the article is meant as a whole."""
    marked, at = [], 0
    for line in lines:
        is_item = bool(_ITEM.match(line))
        at += not is_item
        cited = (paragraph is not None or item is not None) and (paragraph is None or at == paragraph)
        if item is not None:
            cited = cited and line.startswith(f"（{chinese_numeral(item)}）")
        marked.append(Line(line, cited))
    return marked
