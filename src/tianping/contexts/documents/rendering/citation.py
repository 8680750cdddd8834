"""Articles as a Chinese paper names them: `CP 55` → 《中华人民共和国消费者权益保护法》第五十五条."""

import re
from collections.abc import Iterable, Mapping

from tianping.law.statutes import Statute, article

_REMARK = re.compile(r"（[^）]*修正[^）]*）$")


def named(citations: Iterable[str], statutes: Mapping[str, Statute]) -> str:
    """All articles in one phrase: each statute named once, in the order given, repeated articles left out.

    `《甲法》第一条、第三条，《乙法》第二条`; empty for no citation.
    Raises: ValueError (not a citation), KeyError (unknown statute).
    """
    places: dict[str, list[str]] = {}
    for citation in citations:
        in_words = article(citation, statutes)
        of_statute = places.setdefault(citation.split(" ", 1)[0], [])
        place = in_words.zh.rpartition("》")[2]
        if place not in of_statute:
            of_statute.append(place)
    return "，".join(f"《{full_name(statutes[id_].zh)}》{'、'.join(found)}" for id_, found in places.items())


def full_name(name: str) -> str:
    """The name of a statute as papers give it: laws of the National People's Congress begin with the state's name."""
    name = _REMARK.sub("", name)
    is_law = name.endswith(("法", "法典")) and not name.endswith("办法")
    return f"中华人民共和国{name}" if is_law and not name.startswith("中华人民共和国") else name
