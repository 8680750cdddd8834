"""Articles as a Chinese paper names them: `CP 55` → 《中华人民共和国消费者权益保护法》第五十五条."""

import re
from collections.abc import Iterable, Mapping

from tianping.law.statutes import Statute, article, split_citation

_REMARK = re.compile(r"（[^）]*修正[^）]*）$")


def named(citations: Iterable[str], statutes: Mapping[str, Statute]) -> str:
    """All articles in one phrase: each statute named once, its articles in their order, each article once.

    Laws come first, then administrative regulations, then judicial interpretations; among equals as given.
    `《甲法》第一条、第三条，《乙法》第二条`; empty for no citation.
    Raises: ValueError (not a citation), KeyError (unknown statute).
    """
    places: dict[str, dict[str, tuple[list[int], str]]] = {}
    for citation in citations:
        place = article(citation, statutes).zh.rpartition("》")[2]
        id_, first, last = split_citation(citation)
        if last == first + 1:
            place = place.replace("条至第", "条、第")
        in_order = [int(digits) for digits in re.findall(r"[0-9]+", citation.partition(" ")[2])]
        places.setdefault(id_, {})[citation] = (in_order, place)
    phrases = []
    for id_ in sorted(places, key=lambda id_: _rank(statutes[id_].zh)):
        ordered = dict.fromkeys(place for _, place in sorted(places[id_].values(), key=lambda found: found[0]))
        phrases.append(f"《{full_name(statutes[id_].zh)}》{'、'.join(ordered)}")
    return "，".join(phrases)


def _rank(name: str) -> int:
    if full_name(name) != _REMARK.sub("", name):
        return 0
    return 2 if "最高人民法院" in name or name.startswith("人民法院") else 1


def full_name(name: str) -> str:
    """The name of a statute as papers give it: laws of the National People's Congress begin with the state's name."""
    name = _REMARK.sub("", name)
    is_law = name.endswith(("法", "法典")) and not name.endswith("办法")
    return f"中华人民共和国{name}" if is_law and not name.startswith("中华人民共和国") else name
