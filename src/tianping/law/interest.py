"""Interest: the prime rate table, the cap of private lending, interest for late performance.

Rates are percent a year unless said otherwise; days are court-local; sums are exact until rounded once.

Law: SPC Provisions on Private Lending 25 (4 × LPR); CPL 264 and its 2014 interpretation 1 (0.0175 % a day).
"""

from datetime import date
from decimal import Decimal

import msgspec

from tianping.kit.money import Money
from tianping.law.claim_entries import Figure
from tianping.law.lawbook import Lawbook

LPR = "lpr_1y"


class InterestAnswer(msgspec.Struct, frozen=True):
    """`rate`: the yearly rate used, percent. `capped`: the agreed rate exceeded the cap. `formula`: the working."""

    amount: Money
    rate: Decimal
    capped: bool
    days: int
    formula: str
    cites: tuple[str, ...]


def prime_rate(law: Lawbook, on: date) -> Figure:
    """The one-year LPR in force on a day. Raises LawNotInForce before 2019-08-20."""
    return law.lpr.at(LPR, on)


def private_loan_cap(law: Lawbook, contract_on: date) -> Decimal:
    """The greatest yearly rate of a private loan made on a day, percent: four times the LPR. PL20 25."""
    return prime_rate(law, contract_on).value * law.rates.at("private_loan_cap", contract_on).value


def simple_interest(
    principal: Money, rate: Decimal, begins: date, ends: date, law: Lawbook, *, cap: Decimal | None = None
) -> InterestAnswer:
    """Interest of a principal from `begins` to `ends`, the first day not counted; `cap` limits the rate, percent.

    Raises ValueError if the period ends before it begins.
    """
    if ends < begins:
        raise ValueError("interest ends before it begins")
    used = rate if cap is None else min(rate, cap)
    days = (ends - begins).days
    basis = law.rates.at("days_in_year", ends)
    amount = Money(principal.yuan * used * days / (100 * basis.value))
    cites = ("PL20 25.1",) if used < rate else ()
    formula = f"{principal} × {used.normalize():f}% × {days} ÷ {basis.value} = {amount}"
    return InterestAnswer(amount, used, used < rate, days, formula, cites)


def late_performance_interest(principal: Money, due_on: date, paid_on: date, law: Lawbook) -> InterestAnswer:
    """The doubled part of the interest on an unpaid judgment debt. CPL 264; LI14 1–3."""
    daily = law.rates.at("late_performance_daily", paid_on)
    days = max((paid_on - due_on).days, 0)
    amount = Money(principal.yuan * daily.value * days)
    formula = f"{principal} × {daily.value:f} × {days} = {amount}"
    return InterestAnswer(amount, daily.value * 100 * 365, False, days, formula, daily.articles)
