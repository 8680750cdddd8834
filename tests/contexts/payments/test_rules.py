"""Rules of payments. Fee Measures (Decree 481) arts. 44-48."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.payments import rules
from tianping.contexts.payments.model import Order, OrderState, Relief, ReliefKind
from tianping.interfaces.gateway import StatementLine
from tianping.kit.ids import CaseId, OrderId, PersonId, new_id
from tianping.kit.money import Money
from tianping.kit.problems import InvalidInput, Text

NOW = datetime(2026, 3, 2, tzinfo=UTC)
cents = st.integers(1, 10**9).map(lambda n: Money(Decimal(n) / 100))


def order(amount: Money = Money.parse("1000"), state: OrderState = OrderState.DUE) -> Order:
    return Order(
        OrderId(new_id()), CaseId(new_id()), "（2026）京0499民初1号", PersonId(new_id()), "acceptance_fee", amount, state,
        date(2026, 3, 9), Text("", ""), [], [], NOW, None, None, 0,
    )  # fmt: skip


def relief(kind: ReliefKind) -> Relief:
    return Relief(new_id(), OrderId(new_id()), kind, "other", [], PersonId(new_id()), NOW, "asked", *[None] * 5)


@pytest.mark.parametrize(
    ("state", "on", "pending", "late"),
    [
        (OrderState.DUE, date(2026, 3, 9), False, False),
        (OrderState.DUE, date(2026, 3, 10), False, True),
        (OrderState.DUE, date(2026, 3, 10), True, False),
        (OrderState.DEFERRED, date(2026, 3, 10), False, True),
        (OrderState.PAID, date(2027, 1, 1), False, False),
        (OrderState.WAIVED, date(2027, 1, 1), False, False),
        (OrderState.CANCELLED, date(2027, 1, 1), False, False),
    ],
)
def test_overdue(state, on, pending, late):
    """JI art. 213: not while an application for relief is undecided."""
    assert rules.is_overdue(order(state=state), on=on, relief_pending=pending) is late


@given(amount=cents, to=cents)
def test_a_reduction_never_leaves_more_than_seventy_per_cent(amount, to):
    """Fee Measures art. 46."""
    asked = relief(ReliefKind.REDUCTION)
    try:
        after = rules.grant(order(amount), asked, reduce_to=to, new_due=None, today=date(2026, 3, 2))
    except InvalidInput:
        # What remains would be more than 70 %, within the cent that rounding takes.
        assert to.yuan > amount.yuan * 7 / 10 - Decimal("0.01")
    else:
        assert after.amount.yuan <= amount.yuan * 7 / 10 + Decimal("0.005")


@pytest.mark.parametrize("new_due", [None, date(2026, 3, 9), date(2026, 3, 1)])
def test_a_deferral_is_to_a_later_day(new_due):
    with pytest.raises(InvalidInput):
        rules.grant(order(), relief(ReliefKind.DEFERRAL), reduce_to=None, new_due=new_due, today=date(2026, 3, 2))


lines = st.lists(
    st.builds(StatementLine, st.sampled_from("abcdef"), st.sampled_from(["payment", "refund"]), cents, st.just(NOW)),
    unique_by=lambda line: (line.reference, line.kind),
)


@given(ours=lines, theirs=lines)
def test_a_statement_is_compared_line_by_line(ours, theirs):
    matched, differences = rules.compare(ours, theirs)
    keys = {(x.kind, x.reference) for x in ours} | {(x.kind, x.reference) for x in theirs}
    assert matched + len(differences) == len(keys)
    assert rules.compare(ours, ours) == (len(ours), [])
