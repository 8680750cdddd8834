"""Articles as papers name them."""

import pytest

from tianping.contexts.documents.rendering.citation import full_name, named
from tianping.law.lawbook import load

STATUTES = load().statutes


def test_a_statute_is_named_once() -> None:
    assert named(["CC 577", "CP 55", "CC 584", "CC 577"], STATUTES) == (
        "《中华人民共和国民法典》第五百七十七条、第五百八十四条，《中华人民共和国消费者权益保护法》第五十五条"
    )


def test_laws_come_before_interpretations_and_articles_in_their_order() -> None:
    assert named(["HP20 12.2", "HP20 12.1", "HP20 3", "CC 1183", "FM 29.1", "CC 144-145", "CC 1182"], STATUTES) == (
        "《中华人民共和国民法典》第一百四十四条、第一百四十五条、第一千一百八十二条、第一千一百八十三条，"
        "《诉讼费用交纳办法》第二十九条第一款，"
        "《最高人民法院关于审理利用信息网络侵害人身权益民事纠纷案件适用法律若干问题的规定》第三条、"
        "第十二条第一款、第十二条第二款"
    )


def test_items_and_paragraphs() -> None:
    assert named(["FM 13(1)", "CPL 157.1(1)"], STATUTES) == (
        "《中华人民共和国民事诉讼法》第一百五十七条第一款第（一）项，《诉讼费用交纳办法》第十三条第（一）项"
    )
    assert named([], STATUTES) == ""


def test_unknown_law_is_refused() -> None:
    with pytest.raises(KeyError):
        named(["XX 1"], STATUTES)
    with pytest.raises(ValueError, match="not a citation"):
        named(["第五条"], STATUTES)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("民法典", "中华人民共和国民法典"),
        ("民事诉讼法（2021年修正）", "中华人民共和国民事诉讼法"),
        ("诉讼费用交纳办法", "诉讼费用交纳办法"),
        ("人民法院在线诉讼规则", "人民法院在线诉讼规则"),
    ],
)
def test_full_names(name: str, full: str) -> None:
    assert full_name(name) == full
