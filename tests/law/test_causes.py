"""Causes of action: the list of the filing date."""

from datetime import date

import pytest

from tianping.law.causes import cause_named, causes_in_force, causes_like
from tianping.law.dated import LawNotInForce

OLD, NEW = date(2025, 12, 31), date(2026, 1, 1)


def test_numbers_change_with_the_edition(law):
    assert cause_named(law, "信息网络买卖合同纠纷", OLD).number == "84(8)"
    assert cause_named(law, "信息网络买卖合同纠纷", NEW).number == "88(8)"


def test_new_and_gone_causes(law):
    assert cause_named(law, "数据权属纠纷", OLD) is None
    assert cause_named(law, "数据权属纠纷", NEW).number == "199"
    assert cause_named(law, "网络侵权责任纠纷", OLD).number == "369"
    assert cause_named(law, "网络侵权责任纠纷", NEW) is None


def test_the_path_leads_down_from_the_heading(law):
    assert cause_named(law, "privacy", NEW).path == ("人格权纠纷", "隐私权、个人信息保护纠纷")
    assert cause_named(law, "侵害商标权纠纷", NEW).path == ("商标权权属、侵权纠纷",)


def test_search(law):
    assert {c.zh for c in causes_like(law, "域名", NEW)} >= {"网络域名合同纠纷", "侵害网络域名纠纷"}
    assert causes_like(law, "DATA", NEW)
    assert len(causes_in_force(law, NEW)) > len(causes_in_force(law, OLD))


def test_no_list_before_2021(law):
    with pytest.raises(LawNotInForce):
        causes_in_force(law, date(2020, 12, 31))
