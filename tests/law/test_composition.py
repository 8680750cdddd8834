"""Procedure and bench. CPL 40, 42, 160, 165, 166; Interpretation 257; IC18 18."""

from datetime import date

import pytest

from tianping.kit.money import Money
from tianping.law.composition import CaseTraits, composition
from tianping.law.review_reasons import filing_conditions, reasons_for, review_reason

ON = date(2026, 3, 2)
WAGE = Money.parse("140000")


def decide(law, **traits):
    if "amount" in traits:
        traits["amount"] = Money.parse(traits["amount"])
    return composition(CaseTraits(**traits), law, ON, average_wage=WAGE)


@pytest.mark.parametrize(
    ("traits", "procedure", "bench"),
    [
        ({"amount": "299", "only_money": True}, "small_claims", "sole"),
        ({"amount": "70000", "only_money": True}, "small_claims", "sole"),  # CPL 165: half the wage
        ({"amount": "70000.01", "only_money": True}, "simplified", "sole"),
        ({"amount": "280000", "only_money": True, "agreed_small_claims": True}, "small_claims", "sole"),
        ({"amount": "280000.01", "only_money": True, "agreed_small_claims": True}, "simplified", "sole"),
        ({"amount": "299"}, "simplified", "sole"),  # not a plain money claim
        ({"amount": "299", "only_money": True, "excluding": ("counterclaim_filed",)}, "simplified", "sole"),
        ({"amount": "299", "only_money": True, "announcement_needed": True}, "simplified", "sole"),  # IC18 18
        (
            {"amount": "299", "only_money": True, "announcement_needed": True, "internet_court": False},
            "ordinary",
            "sole",
        ),
        ({"clear": False}, "ordinary", "collegial"),
        ({"minor": False}, "ordinary", "sole"),  # CPL 40 para. 2
        ({"minor": False, "agreed_simplified": True}, "simplified", "sole"),  # CPL 160 para. 2
        ({"excluding": ("public_interest",)}, "ordinary", "collegial"),  # CPL 42 (1)
    ],
)
def test_procedure_and_bench(law, traits, procedure, bench):
    found = decide(law, **traits)
    assert (found.procedure, found.bench) == (procedure, bench)
    assert found.articles
    assert found.reasons


def test_between_the_thresholds_the_parties_may_agree(law):
    assert decide(law, amount="100000", only_money=True).small_claims_by_agreement


def test_a_wage_from_memory_is_said(law):
    traits = CaseTraits(amount=Money.parse("299"), only_money=True)
    assert not composition(traits, law, ON, province="北京市").verified
    assert composition(traits, law, ON, province="北京市", average_wage=WAGE).verified
    assert composition(traits, law, ON, province="浙江省").procedure == "simplified"


def test_an_unknown_exclusion_is_refused(law):
    with pytest.raises(KeyError):
        decide(law, excluding=("weather",))


@pytest.mark.parametrize("outcome", ["accept", "correct", "return", "redirect", "refuse", "withdraw"])
def test_every_outcome_has_reasons_with_articles(law, outcome):
    found = reasons_for(law, outcome, ON)
    assert found
    assert all(reason.articles for reason in found)


def test_reasons_and_checklist(law):
    assert review_reason(law, "not_competent", ON).articles == ("CPL 127(4)", "JI 211")
    assert {c.id for c in filing_conditions(law, ON)} >= {"interested_plaintiff", "definite_defendant"}
