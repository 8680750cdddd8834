"""Sums claimed and elements. CP 55; FS 148; CW 54; HP20 12; CC 566, 670; PL20 25."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from tianping.kit.money import Money
from tianping.law.claim_entries import FormulaName
from tianping.law.claims import FORMULAS, InputMissing, claim_sum
from tianping.law.elements import case_type_of_cause, case_types, check_elements, claim_sums

ON = date(2026, 3, 2)


def claim(law, kind: str, claim_id: str):
    return next(c for c in law.case_types[kind].claims if c.id == claim_id)


def money(text: str) -> Money:
    return Money.parse(text)


LOAN = {
    "paid_out": money("10000"),
    "principal_repaid": money("2000"),
    "paid_out_on": date(2024, 1, 10),
    "overdue_from": date(2024, 7, 10),
    "calc_date": date(2025, 7, 10),
    "contract_on": date(2024, 1, 10),
    "rate": Decimal(12),
    "overdue_rate": Decimal(24),
}


@pytest.mark.parametrize(
    ("kind", "claim_id", "inputs", "amount"),
    [
        ("ecom_sale", "refund", {"price_paid": money("299")}, "299.00"),
        ("ecom_sale", "triple", {"price_paid": money("299")}, "897.00"),
        ("ecom_sale", "triple", {"price_paid": money("99")}, "500.00"),  # CP 55: at least 500
        ("ecom_sale", "food_ten", {"price_paid": money("50"), "loss": money("400")}, "1200.00"),
        ("ecom_sale", "food_ten", {"price_paid": money("50")}, "1000.00"),  # FS 148: at least 1,000
        ("ecom_sale", "food_ten", {"price_paid": money("150"), "loss": money("10")}, "1500.00"),
        (
            "net_service",
            "refund",
            {"paid": money("365"), "remaining_days": Decimal(100), "total_days": Decimal(365)},
            "100.00",
        ),
        ("dissemination", "punitive", {"damages_claimed": money("1000"), "punitive_multiple": Decimal(3)}, "3000.00"),
        ("online_loan", "principal", {"paid_out": money("9500"), "principal_repaid": money("1000")}, "8500.00"),
        ("online_loan", "interest", {**LOAN, "licensed": True}, "478.68"),  # 8000 × 12% × 182 / 365
        ("online_loan", "overdue", {**LOAN, "licensed": True}, "1920.00"),  # licensed: PL20 does not bind
        ("online_loan", "overdue", {**LOAN, "licensed": False}, "1104.00"),  # capped at 4 × 3.45 % = 13.8 %
        ("reputation", "loss", {"loss": money("600000"), "loss_provable": False}, "600000.00"),
    ],
)
def test_each_formula(law, kind, claim_id, inputs, amount):
    found = claim_sum(claim(law, kind, claim_id), inputs, law, ON)
    assert str(found.amount) == amount
    assert found.formula.zh
    assert found.formula.en
    assert found.articles


@pytest.mark.parametrize(
    ("kind", "claim_id", "inputs"),
    [
        ("dissemination", "damages", {"damages_claimed": money("6000000"), "loss_method": "statutory"}),
        ("dissemination", "damages", {"damages_claimed": money("499.99"), "loss_method": "statutory"}),
        ("dissemination", "punitive", {"damages_claimed": money("1000"), "punitive_multiple": Decimal(6)}),
        ("reputation", "loss", {"loss": money("600000"), "loss_provable": False}),
        ("online_loan", "overdue", {**LOAN, "licensed": False}),
    ],
)
def test_a_sum_beyond_what_the_law_gives_warns(law, kind, claim_id, inputs):
    assert claim_sum(claim(law, kind, claim_id), inputs, law, ON).warning is not None


def test_a_missing_input_is_named(law):
    with pytest.raises(InputMissing) as missing:
        claim_sum(claim(law, "ecom_sale", "triple"), {}, law, ON)
    assert missing.value.key == "price_paid"
    with pytest.raises(InputMissing) as missing:
        inputs = {"paid": money("1"), "remaining_days": Decimal(9), "total_days": Decimal(3)}
        claim_sum(claim(law, "net_service", "refund"), inputs, law, ON)
    assert missing.value.key == "remaining_days"


def test_a_claim_without_a_sum_has_none(law):
    assert claim_sum(claim(law, "ecom_sale", "costs"), {}, law, ON) is None


def test_every_formula_of_the_lawbook_has_its_function(law):
    assert set(FORMULAS) == set(get_args(FormulaName))
    used = {c.formula for kind in law.case_types.values() for c in kind.claims if c.formula}
    assert used == set(FORMULAS)


def test_formulas_read_only_what_is_asked(law):
    """Every input is a field of the type, or an extra sum asked with the claim."""
    for kind in law.case_types.values():
        keys = {field.key for field in kind.fields} | {"promised_amount"}
        for one in kind.claims:
            assert set(one.inputs) <= keys, (kind.id, one.id)


def test_five_types_and_a_general_one(law):
    assert [kind.id for kind in case_types(law, ON)] == [
        "ecom_sale",
        "net_service",
        "dissemination",
        "online_loan",
        "reputation",
        "general",
    ]
    assert case_type_of_cause(law, "信息网络买卖合同纠纷").id == "ecom_sale"
    assert case_type_of_cause(law, "数据合同纠纷").id == "general"


SALE = {
    "platform": "某平台",
    "shop": "某店",
    "order_no": "1",
    "order_time": "2026-01-02T10:00",
    "goods": "茶叶",
    "price_paid": "299.00",
    "delivery": "2026-01-05 北京",
    "defect_kind": "counterfeit",
    "defect_facts": "假货",
    "purpose": "consumption",
    "contact": "无果",
}


def test_complete_elements_give_the_sums(law):
    kind = law.case_types["ecom_sale"]
    checked = check_elements(kind, SALE)
    assert checked.problems == ()
    sums = claim_sums(kind, checked.values, law, ON)
    assert {key: str(found.amount) for key, found in sums.items()} == {
        "refund": "299.00",
        "triple": "897.00",
        "food_ten": "2990.00",
    }


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"platform": None}, "platform", "required"),
        ({"price_paid": 299.0}, "price_paid", "ill-typed"),
        ({"price_paid": "-1"}, "price_paid", "ill-typed"),
        ({"defect_kind": "nonsense"}, "defect_kind", "ill-typed"),
        ({"order_time": "yesterday"}, "order_time", "ill-typed"),
        ({"self_operated": "yes"}, "self_operated", "ill-typed"),
        ({"colour": "red"}, "colour", "unknown-field"),
    ],
)
def test_what_is_wrong_with_elements_is_named(law, change, field, code):
    kind = law.case_types["ecom_sale"]
    (problem,) = check_elements(kind, {**SALE, **change}).problems
    assert (problem.field, problem.code) == (field, code)


def test_a_draft_misses_nothing(law):
    assert check_elements(law.case_types["reputation"], {}, complete=False).problems == ()
    assert check_elements(law.case_types["reputation"], {}).problems
