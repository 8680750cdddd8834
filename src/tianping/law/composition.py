"""Which procedure a first-instance case takes and who sits: small claims, simplified or ordinary; sole or panel.

Law: CPL 40, 42, 160, 165, 166; CPL Interpretation 257, 272; IC18 18.
"""

from datetime import date
from typing import Literal

import msgspec

from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.claim_entries import AverageWage, Exclusion
from tianping.law.dated import LawNotInForce
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article

Procedure = Literal["small_claims", "simplified", "ordinary"]
Bench = Literal["sole", "collegial"]


class CaseTraits(msgspec.Struct, frozen=True, kw_only=True):
    """What decides procedure and bench. `amount`: CNY claimed in money; `excluding`: ids of the lawbook's exclusions.

    `clear`: the facts are clear and rights and duties plain. `minor`: the dispute is not serious.
    `only_money`: a plain money claim. `announcement_needed`: the defendant can only be served by announcement.
    """

    amount: Money | None = None
    only_money: bool = False
    clear: bool = True
    minor: bool = True
    agreed_small_claims: bool = False
    agreed_simplified: bool = False
    announcement_needed: bool = False
    internet_court: bool = True
    excluding: tuple[str, ...] = ()


class CompositionAnswer(msgspec.Struct, frozen=True):
    """`small_claims_by_agreement`: the parties may still agree on small claims. `verified` False: a figure used is
    from memory (the province's average wage)."""

    procedure: Procedure
    bench: Bench
    reasons: tuple[Text, ...]
    small_claims_by_agreement: bool
    articles: tuple[Article, ...]
    verified: bool


def composition(
    traits: CaseTraits, law: Lawbook, on: date, *, province: str = "", average_wage: Money | None = None
) -> CompositionAnswer:
    """Procedure and bench by law for a case filed on a day. `average_wage`: the court's own figure, CNY a year.

    Raises: KeyError for an unknown exclusion; LawNotInForce.
    """
    found = [law.exclusions.at(key, on) for key in dict.fromkeys(traits.excluding)]
    if traits.announcement_needed and "defendant_missing" not in traits.excluding:
        found.append(law.exclusions.at("defendant_missing", on))
    reasons: list[Text] = []
    cites: list[str] = []
    wage = None if average_wage is not None else wage_for(law, province, on)
    sum_of = average_wage.yuan if average_wage else (wage.value if wage else None)
    procedure = "ordinary"
    by_agreement = False
    barred_small = _barred("small_claims", found, traits)
    barred_simple = _barred("simplified", found, traits)
    simple = traits.clear and traits.minor
    if simple and traits.only_money and traits.amount is not None and sum_of is not None and not barred_small:
        lower = law.thresholds.at("small_claims", on)
        upper = law.thresholds.at("small_claims_by_agreement", on)
        if traits.amount.yuan <= sum_of * lower.value:
            procedure = "small_claims"
            cites += [*lower.articles, "JI 272"]
            reasons.append(
                Text(
                    f"简单金钱给付案件，标的额不超过{Money(sum_of * lower.value)}元，适用小额诉讼程序",
                    f"A simple money claim of at most {Money(sum_of * lower.value)} yuan: small claims procedure",
                )
            )
        elif traits.amount.yuan <= sum_of * upper.value:
            by_agreement = True
            if traits.agreed_small_claims:
                procedure = "small_claims"
                cites += upper.articles
                reasons.append(Text("双方约定适用小额诉讼程序", "The parties agreed on small claims procedure"))
    if procedure == "ordinary" and (simple or traits.agreed_simplified) and not barred_simple:
        procedure = "simplified"
        cites.append("CPL 160.1" if simple else "CPL 160.2")
        if traits.announcement_needed:
            cites.append("IC18 18")
        reasons.append(
            Text(
                "事实清楚、权利义务关系明确、争议不大，适用简易程序",
                "Clear facts, plain rights, minor dispute: simplified procedure",
            )
            if simple
            else Text("双方约定适用简易程序", "The parties agreed on simplified procedure")
        )
    for exclusion in {e.id: e for e in (*barred_small, *barred_simple)}.values():
        reasons.append(Text(f"排除：{exclusion.zh}", f"Excluded by: {exclusion.en}"))
        cites += exclusion.articles
    against_sole = _barred("sole", found, traits)
    bench: Bench = "collegial" if against_sole or (procedure == "ordinary" and not traits.clear) else "sole"
    cites.append("CPL 40.2" if bench == "sole" else "CPL 40.1")
    if against_sole:
        cites += [cite for exclusion in against_sole for cite in exclusion.articles]
    reasons.append(
        Text("由审判员一人独任审理", "Heard by a sole judge")
        if bench == "sole"
        else Text("组成合议庭审理", "Heard by a collegial panel")
    )
    relies_on_wage = wage is not None and (procedure == "small_claims" or by_agreement)
    verified = not (relies_on_wage and wage is not None and not wage.verified)
    return CompositionAnswer(procedure, bench, tuple(reasons), by_agreement, law.articles(cites), verified)


def wage_for(law: Lawbook, province: str, on: date) -> AverageWage | None:
    """The province's latest published average wage on a day, or None if the lawbook has none. JI 272."""
    try:
        return law.wages.at(province, on) if province in law.wages else None
    except LawNotInForce:
        return None


def _barred(what: str, found: list[Exclusion], traits: CaseTraits) -> list[Exclusion]:
    """The exclusions that hold. An Internet court may keep simplified procedure in simple cases needing announcement."""
    barred = [exclusion for exclusion in found if what in exclusion.excluded]
    if what == "simplified" and traits.internet_court and traits.announcement_needed:
        barred = [exclusion for exclusion in barred if exclusion.id != "defendant_missing"]
    return barred
