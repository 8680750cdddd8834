"""Litigation costs. Measures on the Payment of Litigation Costs 13–18, 20, 21; Interpretation 199, 201, 206."""

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.kit.money import Money
from tianping.law.dated import LawNotInForce
from tianping.law.fees import FEE_ACTS, FeeQuestionUnclear, FeeRequest, litigation_fee, tariff_amount
from tianping.law.lawbook import load

ON = date(2026, 3, 2)
LAW = load()
EXAMPLES = json.loads((Path(__file__).parent / "examples" / "fees_examples.json").read_text("utf-8"))["examples"]

# How each example of the data pack is asked; its id's letter gives the act unless told otherwise.
ACTS = {
    "P": "property",
    "R": "personality_rights",
    "I": "ip",
    "J": "jurisdiction_objection",
    "B": "preservation",
    "E": "enforcement",
}
ASKED = {
    "P21": {"procedure": "small_claims"},
    "P24": {"act": "counterclaim"},
    "P26": {"act": "change_of_claim", "previous_amount": "100000"},
    "P27": {"act": "change_of_claim", "previous_amount": "150000"},
    "P28": {"act": "change_of_procedure"},
    "R04": {"base": "300", "procedure": "simplified"},
    "I02": {"base": "750"},
    "J01": {"base": "100"},
}
# The tariff as one line a tier, amount × rate + constant: an independent way to the same figure.
QUICK = [
    ("100000", "0.025", -200),
    ("200000", "0.02", 300),
    ("500000", "0.015", 1300),
    ("1000000", "0.01", 3800),
    ("2000000", "0.009", 4800),
    ("5000000", "0.008", 6800),
    ("10000000", "0.007", 11800),
    ("20000000", "0.006", 21800),
    ("1e18", "0.005", 41800),
]

cents = st.integers(0, 10**13)
amounts = cents.map(lambda c: Money(Decimal(c) / 100))


def ask(**asked: object):
    for key in ("amount", "previous_amount", "base"):
        if isinstance(asked.get(key), str):
            asked[key] = Money.parse(asked[key])
    return litigation_fee(FeeRequest(**asked), LAW, ON)


def fee(**asked: object) -> str:
    return str(ask(**asked).fee)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_every_example_of_the_data_pack(example):
    asked = {"act": ACTS[example["id"][0]], "amount": example["amount"], **ASKED.get(example["id"], {})}
    answer = ask(**asked)
    assert str(answer.fee) == example["fee"]
    assert answer.direction == ("refund" if example["id"] == "P27" else "pay")
    assert answer.articles
    assert answer.steps


@pytest.mark.parametrize(
    ("expected", "asked"),
    [
        ("2769.14", {"act": "property", "amount": "123456.78"}),  # FM 13(1)
        ("50.00", {"act": "property", "amount": "0"}),  # FM 13(1): at least 50 a case
        ("10.00", {"act": "labour"}),  # FM 13(4)
        ("5.00", {"act": "labour", "procedure": "simplified"}),  # FM 13(4), 16
        ("5.00", {"act": "labour", "procedure": "simplified", "mediated_or_withdrawn": True}),  # JI 206
        ("300.00", {"act": "personality_rights", "base": "300"}),  # FM 13(2)2
        ("300.00", {"act": "personality_rights", "base": "300", "amount": "50000"}),
        ("800.00", {"act": "personality_rights", "base": "300", "amount": "100000"}),
        ("1300.00", {"act": "personality_rights", "base": "300", "amount": "200000"}),
        ("2300.00", {"act": "ip", "amount": "100000"}),  # FM 13(3)
        ("500.00", {"act": "ip"}),  # no local figure: the lowest legal one
        ("70.00", {"act": "other_non_property", "base": "70"}),  # FM 13(2)3
        ("1050.00", {"act": "other_non_property", "base": "70", "amount": "50000"}),  # JI 201: property tariff
        ("100.00", {"act": "jurisdiction_objection", "base": "100", "procedure": "simplified"}),  # never halved
        ("30.00", {"act": "preservation"}),  # FM 14(2)
        ("30.00", {"act": "preservation", "amount": "1000"}),
        ("5000.00", {"act": "preservation", "amount": "896000"}),
        ("5000.00", {"act": "preservation", "amount": "900000000"}),
        ("50.00", {"act": "enforcement"}),
        ("50.00", {"act": "enforcement", "amount": "10000"}),  # FM 14(1)2
        ("52400.00", {"act": "enforcement", "amount": "5000000"}),
        ("77400.00", {"act": "enforcement", "amount": "10000000"}),
        ("77500.00", {"act": "enforcement", "amount": "10100000"}),
        ("350.00", {"act": "payment_order", "amount": "50000"}),  # FM 14(3): one third
        ("16.67", {"act": "payment_order", "amount": "299"}),
        ("1050.00", {"act": "appeal", "amount": "50000", "procedure": "simplified"}),  # FM 17: not halved
        ("1050.00", {"act": "appeal", "amount": "50000", "procedure": "small_claims"}),
        ("525.00", {"act": "appeal", "amount": "50000", "mediated_or_withdrawn": True}),  # FM 15
        ("0.00", {"act": "appeal", "matter": "ruling"}),  # FM 8(3)
        ("10.00", {"act": "appeal", "matter": "labour"}),
        ("900.00", {"act": "counterclaim", "amount": "80000", "procedure": "simplified"}),  # FM 18, JI 206
        (
            "500.00",
            {"act": "change_of_claim", "amount": "150000", "previous_amount": "100000", "procedure": "simplified"},
        ),
        ("0.00", {"act": "change_of_claim", "amount": "500", "previous_amount": "9000"}),
        (
            "0.00",
            {
                "act": "change_of_procedure",
                "amount": "50000",
                "procedure": "simplified",
                "previous_procedure": "small_claims",
            },
        ),
    ],
)
def test_each_act(expected, asked):
    assert fee(**asked) == expected


def test_a_reduced_claim_refunds_and_a_grown_one_pays():
    """FM 21."""
    assert ask(act="change_of_claim", amount="100000", previous_amount="150000").direction == "refund"
    assert ask(act="change_of_claim", amount="150000", previous_amount="100000").direction == "pay"


def test_ordinary_turned_simplified_refunds_the_half():
    """FM 16."""
    answer = ask(act="change_of_procedure", amount="50000", procedure="simplified")
    assert (str(answer.fee), answer.direction) == ("525.00", "refund")


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("amount", {"act": "property"}),
        ("amount", {"act": "payment_order"}),
        ("previous_amount", {"act": "change_of_claim", "amount": "1"}),
        ("base", {"act": "other_non_property", "base": "300"}),
        ("base", {"act": "personality_rights", "base": "99.99"}),
        ("matter", {"act": "change_of_claim", "matter": "ruling", "amount": "1", "previous_amount": "1"}),
    ],
)
def test_what_is_missing_or_outside_the_law_is_named(field, asked):
    with pytest.raises(FeeQuestionUnclear) as refused:
        ask(**asked)
    assert refused.value.field == field


def test_before_the_measures_there_is_no_law():
    """FM 56: in force from 2007-04-01."""
    with pytest.raises(LawNotInForce):
        litigation_fee(FeeRequest(act="labour"), LAW, date(2007, 3, 31))
    assert str(litigation_fee(FeeRequest(act="labour"), LAW, date(2007, 4, 1)).fee) == "10.00"


def test_the_steps_of_a_tariff_add_up_to_the_fee():
    answer = ask(act="property", amount="123456.78")
    assert [step.amount for step in answer.steps] == ["50.00", "2250.00", "469.14", "2769.14"]
    assert all(step.zh and step.en for step in answer.steps)
    assert [a.cite for a in answer.articles] == ["FM 13(1)"]


@given(amounts)
def test_the_tariff_equals_the_quick_formula(amount):
    """FM 13(1): cumulative tiers and amount × rate + constant agree to the cent."""
    if amount <= Money(Decimal(10000)):
        expected = Decimal(50)
    else:
        rate, constant = next((r, k) for top, r, k in QUICK if amount.yuan <= Decimal(top))
        expected = amount.yuan * Decimal(rate) + constant
    assert ask(act="property", amount=amount).fee.yuan == expected.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(st.sampled_from(["property", "preservation", "enforcement", "payment_order", "appeal", "ip"]), amounts, amounts)
def test_a_greater_amount_never_costs_less(act, one, other):
    low, high = sorted((one, other))
    assert ask(act=act, amount=low).fee <= ask(act=act, amount=high).fee


@pytest.mark.parametrize("item", ["property", "personality_rights_damages", "enforcement", "preservation"])
def test_tiers_join_without_a_jump(item):
    """One cent above a tier's end costs at most the next rate on that cent more."""
    tariff = LAW.fees.at(item, ON)
    cent = Decimal("0.01")
    for tier in tariff.tiers:
        if tier.upto is not None:
            step = tariff_amount(tariff, tier.upto + cent) - tariff_amount(tariff, tier.upto)
            assert 0 <= step <= cent


@given(
    st.sampled_from(["property", "personality_rights", "labour", "other_non_property", "ip", "counterclaim"]),
    amounts,
    st.sampled_from(["ordinary", "simplified", "small_claims"]),
    st.booleans(),
)
def test_a_fee_is_halved_once_only(act, amount, procedure, settled):
    """JI 206."""
    matter = "property" if act == "counterclaim" else None
    whole = ask(act=matter or act, amount=amount).fee.yuan
    found = ask(act=act, amount=amount, procedure=procedure, mediated_or_withdrawn=settled).fee.yuan
    halved = settled or procedure != "ordinary" or act == "counterclaim"
    assert abs(found - (whole / 2 if halved else whole)) <= Decimal("0.01")


@given(amounts, amounts)
def test_supplement_and_refund_mirror_each_other(one, other):
    """FM 21: what is paid for growing is refunded for shrinking back."""
    there = ask(act="change_of_claim", amount=one, previous_amount=other)
    back = ask(act="change_of_claim", amount=other, previous_amount=one)
    assert there.fee == back.fee
    if there.fee:
        assert {there.direction, back.direction} == {"pay", "refund"}


@given(st.sampled_from(FEE_ACTS), st.none() | amounts, st.none() | amounts)
def test_every_act_answers_or_names_the_field(act, amount, previous):
    try:
        answer = ask(act=act, amount=amount, previous_amount=previous)
    except FeeQuestionUnclear as unclear:
        assert unclear.field in {"amount", "previous_amount"}
    else:
        assert answer.fee.yuan >= 0
        assert answer.articles
