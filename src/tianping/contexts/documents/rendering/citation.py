"""Articles as a Chinese paper names them: `CP 55` → 《中华人民共和国消费者权益保护法》第五十五条.

A citation is written as in `lawbook/README.md`: the statute's short name, then articles (`CC 577`, `EC 49-50`,
`CPL 85.3` third paragraph, `FM 13(2)` item two, `CPL 166.1(4)`, `FM 13(2)3` third sub-item).
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from tianping.contexts.documents.rendering.wording import small_number

_CITATION = re.compile(r"^(?P<statute>[A-Z]+\d*)\s+(?P<places>\S.*)$")
_PLACE = re.compile(
    r"^(?P<article>\d{1,4})(?:-(?P<last>\d{1,4}))?(?:\.(?P<paragraph>\d{1,2}))?(?:\((?P<item>\d{1,2})\))?(?P<sub>\d{1,2})?$"
)


class Cited(msgspec.Struct, frozen=True):
    """One place in one statute, both as they are printed."""

    statute: str
    place: str


def cited(citation: str, names: Mapping[str, str]) -> list[Cited]:
    """Read a citation such as `CC 496-498, 577`. `names` maps short names to full Chinese ones.

    Raises: ValueError for a citation that is not one, or a statute without a name.
    """
    match = _CITATION.match(citation.strip())
    if not match:
        raise ValueError(f"not a citation: {citation!r}")
    name = names.get(match["statute"])
    if name is None:
        raise ValueError(f"unknown statute: {match['statute']!r}")
    return [
        Cited(name, _place(place.strip(), citation)) for place in re.split(r"[,;]", match["places"]) if place.strip()
    ]


def named(citations: Iterable[str], names: Mapping[str, str]) -> str:
    """All articles in one phrase, each statute named once, repeated articles left out, in the order given.

    `《甲法》第一条、第三条，《乙法》第二条`; empty for no citation.
    """
    by_statute: dict[str, list[str]] = {}
    for citation in citations:
        for article in cited(citation, names):
            places = by_statute.setdefault(article.statute, [])
            if article.place not in places:
                places.append(article.place)
    return "，".join(f"《{statute}》{'、'.join(places)}" for statute, places in by_statute.items())


def _place(text: str, citation: str) -> str:
    match = _PLACE.match(text)
    if not match:
        raise ValueError(f"not an article: {text!r} in {citation!r}")
    place = f"第{small_number(int(match['article']))}条"
    if match["last"]:
        place += f"至第{small_number(int(match['last']))}条"
    if match["paragraph"]:
        place += f"第{small_number(int(match['paragraph']))}款"
    if match["item"]:
        place += f"第（{small_number(int(match['item']))}）项"
    if match["sub"]:
        place += f"第{int(match['sub'])}目"
    return place
