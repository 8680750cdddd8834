"""Jurisdiction of Internet courts. IC18 2–4; IC25 1; CPL 24, 29, 35, 127; Interpretation 20, 25, 31, 211."""

from datetime import date

import pytest

from tianping.law.dated import LawNotInForce
from tianping.law.jurisdiction import CourtSeat, appeal_court, in_city, jurisdiction
from tianping.law.lawbook import load

LAW = load()
COURTS = {court.id: court for court in LAW.internet_courts}
BEIJING = CourtSeat.of(COURTS["beijing"])


def ask(cause: str, filed_on: str, court: CourtSeat = BEIJING, **links):
    return jurisdiction(cause, date.fromisoformat(filed_on), links, LAW, court)


@pytest.mark.parametrize(
    ("cause", "filed_on", "links", "rule_set", "item"),
    [
        # The data pack's cases that are accepted.
        (
            "信息网络买卖合同纠纷",
            "2026-03-02",
            {"platform_is_ecommerce_platform": True, "buyer_domicile": "四川省成都市", "defendant_domicile": "北京市"},
            "ic2025",
            6,
        ),
        ("名誉权纠纷", "2025-10-20", {"act_online": True, "defendant_domicile": "北京市朝阳区"}, "ic2018", 7),
        (
            "小额借款合同纠纷",
            "2024-05-06",
            {
                "signed_online": True,
                "performed_online": True,
                "lender_is_licensed": True,
                "defendant_domicile": "北京市",
            },
            "ic2018",
            3,
        ),
        ("网络服务合同纠纷", "2024-05-06", {"defendant_domicile": "北京市海淀区"}, "ic2018", 2),
        ("侵害网络虚拟财产权益纠纷", "2026-05-06", {"defendant_domicile": "北京市海淀区"}, "ic2025", 3),
        ("个人信息保护纠纷", "2026-04-02", {"victim_domicile": "北京市丰台区"}, "ic2025", 2),
        (
            "信息网络买卖合同纠纷",
            "2026-03-02",
            {
                "agreed_court": "杭州互联网法院",
                "form_clause": True,
                "form_clause_prompted": False,
                "buyer_domicile": "北京市东城区",
            },
            "ic2025",
            6,
        ),
        # The change of 2025-11-01, to the day.
        ("名誉权纠纷", "2025-10-31", {"defendant_domicile": "北京市"}, "ic2018", 7),
        ("数据权属纠纷", "2026-01-05", {"defendant_domicile": "北京市"}, "ic2025", 1),
        ("网络不正当竞争纠纷", "2026-01-05", {"defendant_domicile": "北京市"}, "ic2025", 4),
        ("侵害网络域名纠纷", "2026-01-05", {"place_of_tort": "北京市"}, "ic2025", 5),
        ("名誉权纠纷", "2026-01-05", {"designation_order": True}, "ic2025", 9),
        ("ecom_contract", "2026-01-05", {"place_of_receipt": "北京市通州区", "delivered_online": False}, "ic2025", 6),
        ("信息网络买卖合同纠纷", "2026-01-05", {"agreed_court": "北京互联网法院"}, "ic2025", 6),
        ("信息网络买卖合同纠纷", "2026-01-05", {"defendant_answered": True, "buyer_domicile": "上海市"}, "ic2025", 6),
    ],
)
def test_competent(cause, filed_on, links, rule_set, item):
    found = ask(cause, filed_on, **links)
    assert (found.competent, found.rule_set, found.item) == (True, rule_set, item), found.why.zh
    assert found.who is None
    assert found.articles


@pytest.mark.parametrize(
    ("cause", "filed_on", "links", "who"),
    [
        # The data pack's cases that are refused.
        ("名誉权纠纷", "2026-03-02", {"defendant_domicile": "北京市朝阳区"}, "北京市朝阳区人民法院"),
        ("名誉权纠纷", "2025-11-01", {"defendant_domicile": "北京市朝阳区"}, "北京市朝阳区人民法院"),
        ("小额借款合同纠纷", "2026-03-02", {"defendant_domicile": "北京市"}, "北京市有管辖权的基层人民法院"),
        (
            "侵害作品信息网络传播权纠纷",
            "2026-03-02",
            {"defendant_domicile": "北京市西城区"},
            "北京市西城区人民法院（须为有知识产权民事案件管辖权的法院）",
        ),
        ("买卖合同纠纷", "2023-03-02", {}, "被告住所地或者合同履行地有管辖权的基层人民法院"),
        # An own website is no e-commerce platform (EC 9).
        (
            "信息网络买卖合同纠纷",
            "2026-03-02",
            {"platform_is_ecommerce_platform": False, "defendant_domicile": "北京市海淀区"},
            "北京市海淀区人民法院",
        ),
        # Delivered by post: the buyer's domicile is no link, the place of receipt is (JI 20).
        (
            "信息网络买卖合同纠纷",
            "2026-03-02",
            {"delivered_online": False, "buyer_domicile": "北京市", "defendant_domicile": "浙江省杭州市余杭区"},
            "杭州互联网法院",
        ),
        # For dissemination the victim's domicile is no link (DS20 15).
        (
            "侵害作品信息网络传播权纠纷",
            "2025-03-03",
            {"victim_domicile": "北京市", "defendant_domicile": "广东省广州市天河区"},
            "广州互联网法院",
        ),
        ("信息网络买卖合同纠纷", "2026-03-02", {"arbitration_agreement": True}, "约定的仲裁机构"),
        ("信息网络买卖合同纠纷", "2026-03-02", {"agreed_court": "杭州互联网法院"}, "杭州互联网法院"),
        (
            "离婚纠纷",
            "2026-03-02",
            {"defendant_domicile": "内蒙古自治区呼和浩特市新城区"},
            "内蒙古自治区呼和浩特市新城区人民法院",
        ),
        ("信息网络买卖合同纠纷", "2026-03-02", {}, "被告住所地或者合同履行地有管辖权的基层人民法院"),
    ],
)
def test_not_competent_and_who_is(cause, filed_on, links, who):
    found = ask(cause, filed_on, **links)
    assert not found.competent
    assert found.who is not None
    assert found.who.zh == who
    assert found.why.zh
    assert found.why.en


def test_what_is_not_stated_is_assumed_and_said_so():
    found = ask("网络服务合同纠纷", "2026-03-02", defendant_domicile="北京市", signed_online=True)
    assert found.assumed == ("performed_online",)


def test_before_the_internet_courts_there_is_no_rule():
    """IC18 23: in force from 2018-09-07."""
    with pytest.raises(LawNotInForce):
        ask("网络服务合同纠纷", "2018-09-06")


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ("北京市朝阳区望京街道", True),
        ("北京", True),
        ("Chaoyang District, Beijing", True),
        ("河北省石家庄市北京路", False),
        ("广东省广州市", False),
        ("", False),
    ],
)
def test_a_place_in_the_city(place, inside):
    assert in_city(place, BEIJING) is inside


def test_a_city_in_a_province():
    guangzhou = CourtSeat.of(COURTS["guangzhou"])
    assert in_city("广东省广州市天河区", guangzhou)
    assert in_city("广州市天河区", guangzhou)
    assert not in_city("广东省深圳市", guangzhou)


def test_where_appeals_go():
    """IC18 4."""
    assert appeal_court("domain", COURTS["beijing"]).zh == "北京知识产权法院"
    assert appeal_court("ecom_contract", COURTS["beijing"]).zh == "北京市第四中级人民法院"
