"""Sums claimed, worked out from the elements. Each formula of `elements.yaml` is one function here.

Inputs are typed values by key: Money for money, Decimal for percent and number, date, bool, str. Figures come from
the lawbook on the filing day. A missing input raises InputMissing naming it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.claim_entries import ClaimKind
from tianping.law.interest import private_loan_cap, simple_interest
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article

Value = Money | Decimal | date | bool | str
Inputs = Mapping[str, Value]
T = TypeVar("T")


class InputMissing(Exception):
    """The formula needs this input and it is absent or of another type."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


class ClaimSum(msgspec.Struct, frozen=True):
    """A sum in CNY, its working in both languages, and a warning where the law limits it."""

    amount: Money
    formula: Text
    articles: tuple[Article, ...]
    warning: Text | None = None


class _Sum(msgspec.Struct, frozen=True):
    amount: Money
    formula: Text
    cites: tuple[str, ...] = ()
    warning: Text | None = None


def claim_sum(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> ClaimSum | None:
    """What a claim comes to on the filing day; None for a claim without a sum.

    Raises: InputMissing; LawNotInForce.
    """
    if claim.formula is None:
        return None
    made = FORMULAS[claim.formula](claim, inputs, law, on)
    return ClaimSum(made.amount, made.formula, law.articles((*claim.articles, *made.cites)), made.warning)


def stated_sum(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """The sum the plaintiff states."""
    amount = _need(inputs, claim.inputs[0], Money)
    return _Sum(amount, Text(f"按所填金额：{amount}元", f"as stated: {amount} yuan"))


def fraud_compensation(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """Three times the price, at least 500 yuan. CP 55 para. 1."""
    price = _need(inputs, claim.inputs[0], Money)
    times, least = law.damages.at("fraud_multiple", on), law.damages.at("fraud_minimum", on)
    return _at_least(f"{price} × {times.value}", price * times.value, Money(least.value), times.articles)


def food_compensation(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """Ten times the price or three times the loss, whichever is more, at least 1,000 yuan. FS 148 para. 2."""
    price = _need(inputs, "price_paid", Money)
    loss = _may(inputs, "loss", Money) or Money.zero()
    by_price, by_loss = law.damages.at("food_price_multiple", on), law.damages.at("food_loss_multiple", on)
    least = law.damages.at("food_minimum", on)
    larger = max(price * by_price.value, loss * by_loss.value)
    working = f"max({price} × {by_price.value}, {loss} × {by_loss.value})"
    return _at_least(working, larger, Money(least.value), by_price.articles)


def unused_part(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """The share of a fee that answers to the days not used. CC 566."""
    paid = _need(inputs, "paid", Money)
    left, total = _need(inputs, "remaining_days", Decimal), _need(inputs, "total_days", Decimal)
    if total <= 0:
        raise InputMissing("total_days")
    if not 0 <= left <= total:
        raise InputMissing("remaining_days")
    amount = Money(paid.yuan * left / total)
    return _Sum(amount, _same(f"{paid} × {left} ÷ {total} = {amount}"))


def copyright_damages(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """Damages by one of four methods; statutory damages lie between 500 and 5,000,000 yuan. CW 54."""
    amount = _need(inputs, "damages_claimed", Money)
    method = _need(inputs, "loss_method", str)
    if method != "statutory":
        return _Sum(amount, Text(f"按所填金额：{amount}元", f"as stated: {amount} yuan"))
    low = Money(law.damages.at("copyright_statutory_minimum", on).value)
    high = Money(law.damages.at("copyright_statutory_maximum", on).value)
    warning = None
    if not low <= amount <= high:
        warning = Text(f"法定赔偿应当在{low}元以上{high}元以下", f"Statutory damages lie between {low} and {high} yuan")
    return _Sum(
        amount,
        Text(f"法定赔偿：{low} ≤ {amount} ≤ {high}", f"statutory damages: {low} ≤ {amount} ≤ {high}"),
        (),
        warning,
    )


def punitive_damages(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """One to five times the damages, for intentional and serious infringement. CW 54 para. 1."""
    base, times = _need(inputs, "damages_claimed", Money), _need(inputs, "punitive_multiple", Decimal)
    low = law.damages.at("punitive_least_multiple", on).value
    high = law.damages.at("punitive_greatest_multiple", on).value
    warning = None
    if not low <= times <= high:
        warning = Text(f"倍数应当在{low}倍以上{high}倍以下", f"The multiple lies between {low} and {high}")
    amount = base * times
    return _Sum(amount, _same(f"{base} × {times} = {amount}"), (), warning)


def discretionary_loss(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """The loss; where it cannot be proved the court decides up to 500,000 yuan. HP20 12 para. 2."""
    amount = _need(inputs, "loss", Money)
    provable = _may(inputs, "loss_provable", bool)
    limit = Money(law.damages.at("personal_rights_discretion", on).value)
    warning = None
    if provable is not True and amount > limit:
        warning = Text(
            f"损失和获利难以确定的，法院在{limit}元以下酌定",
            f"Where loss and gain cannot be proved the court decides up to {limit} yuan",
        )
    return _Sum(amount, Text(f"按所填金额：{amount}元", f"as stated: {amount} yuan"), (), warning)


def outstanding_principal(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """What was really paid out, less what was repaid; interest deducted in advance is no principal. CC 670."""
    paid, repaid = _need(inputs, "paid_out", Money), _may(inputs, "principal_repaid", Money) or Money.zero()
    amount = max(paid - repaid, Money.zero())
    return _Sum(amount, _same(f"{paid} − {repaid} = {amount}"))


def loan_interest(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """Interest of the term on the outstanding principal. CC 674, 680."""
    return _interest(inputs, law, rate="rate", begins="paid_out_on", ends="overdue_from")


def overdue_interest(claim: ClaimKind, inputs: Inputs, law: Lawbook, on: date) -> _Sum:
    """Interest after the term; a lender without licence at most 4 × LPR. CC 676; PL20 25."""
    return _interest(inputs, law, rate="overdue_rate", begins="overdue_from", ends="calc_date")


Formula = Callable[[ClaimKind, Inputs, Lawbook, date], _Sum]
FORMULAS: Mapping[str, Formula] = {
    function.__name__: function
    for function in (
        stated_sum,
        fraud_compensation,
        food_compensation,
        unused_part,
        copyright_damages,
        punitive_damages,
        discretionary_loss,
        outstanding_principal,
        loan_interest,
        overdue_interest,
    )
}


def _interest(inputs: Inputs, law: Lawbook, *, rate: str, begins: str, ends: str) -> _Sum:
    paid, repaid = _need(inputs, "paid_out", Money), _may(inputs, "principal_repaid", Money) or Money.zero()
    principal = max(paid - repaid, Money.zero())
    agreed = _need(inputs, rate, Decimal)
    first, last = _need(inputs, begins, date), _need(inputs, ends, date)
    if last < first:
        raise InputMissing(ends)
    cap = None
    # A licensed financial institution is outside the private lending rules (PL20 1).
    if _may(inputs, "licensed", bool) is not True:
        cap = private_loan_cap(law, _need(inputs, "contract_on", date))
    found = simple_interest(principal, agreed, first, last, law, cap=cap)
    warning = None
    if found.capped:
        warning = Text(
            f"约定年利率{agreed}%超过合同成立时一年期LPR的四倍，按{found.rate}%计算",
            f"The agreed rate of {agreed}% exceeds four times the LPR when the contract was made; {found.rate}% is used",
        )
    return _Sum(found.amount, _same(found.formula), found.cites, warning)


def _at_least(working: str, amount: Money, least: Money, cites: tuple[str, ...]) -> _Sum:
    if amount >= least:
        return _Sum(amount, _same(f"{working} = {amount}"), cites)
    return _Sum(
        least,
        Text(
            f"{working} = {amount}，不足{least}元，按{least}元", f"{working} = {amount}, less than {least}, so {least}"
        ),
        cites,
    )


def _same(text: str) -> Text:
    return Text(text, text)


def _need(inputs: Inputs, key: str, kind: type[T]) -> T:
    value = _may(inputs, key, kind)
    if value is None:
        raise InputMissing(key)
    return value


def _may(inputs: Inputs, key: str, kind: type[T]) -> T | None:
    value = inputs.get(key)
    return value if isinstance(value, kind) else None
