"""Refunds: owed by law, sent through the gateway by a job, booked once."""

from uuid import UUID

import msgspec

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.model import Order, OrderState, Refund
from tianping.interfaces.cases import CaseCard
from tianping.interfaces.payments import FeeRefunded
from tianping.kit.clock import court_day
from tianping.kit.ids import CaseId, OrderId, new_id
from tianping.kit.money import Money
from tianping.law.fees import litigation_fee
from tianping.law.time_limits import deadline
from tianping.platform.database import Transaction

SEND = "payments.send_refund"


async def owe_refund(desk: Desk, tx: Transaction, order: Order, amount: Money, *, reason: str, article: str) -> None:
    """Owe a refund and put its sending into the queue. Within 15 days. Fee Measures art. 53."""
    now = desk.clock.now()
    due = deadline("fee_refund", court_day(now), desk.calendar(), desk.law).deadline
    assert due is not None
    refund = Refund(new_id(), order.id, amount, reason, article, due, "owed", None)
    if not await store.insert_refund(tx, refund, at=now):
        return
    await store.book(
        tx, cause=f"owed:{refund.id}", what=reason, order_id=order.id, debit="fees_held", credit="refunds_payable",
        amount=amount, at=now,
    )  # fmt: skip
    await desk.journal.defer(tx, SEND, lock=str(order.id), refund_id=str(refund.id))


async def send_refund(desk: Desk, refund_id: str) -> None:
    """Send an owed refund. The gateway knows the refund by its id, so that sending twice pays once."""
    async with desk.database.reading() as reader:
        refund = await store.refund(reader, UUID(refund_id))
        order = await store.order(reader, OrderId(refund.order_id))
        if refund.state == "sent":
            return
        if refund.reason.startswith("not_owed:"):
            attempt = await store.attempt(reader, UUID(refund.reason.removeprefix("not_owed:")))
        else:
            attempt = await store.successful_attempt(reader, order.id)
    assert attempt is not None, "a refund is only owed for money that came"
    reference = await desk.gateway.refund(refund_id=refund.id, reference=attempt.reference, amount=refund.amount)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        locked = await store.lock_refund(tx, refund.id)
        if locked.state == "sent":
            return
        order = await store.lock_order(tx, OrderId(refund.order_id))
        await store.refund_sent(tx, refund.id, reference=reference, at=now)
        await store.book(
            tx, cause=f"refunded:{refund.id}", what="refund", order_id=order.id, debit="refunds_payable",
            credit="gateway", amount=refund.amount, at=now,
        )  # fmt: skip
        if order.state is OrderState.PAID and refund.amount == order.amount:
            await store.save_order(tx, msgspec.structs.replace(order, state=OrderState.REFUNDED))
        await desk.journal.tell(tx, FeeRefunded(order_id=order.id, case_id=order.case_id), at=now)


async def settle_closed_case(desk: Desk, case_id: CaseId, *, ground: str) -> None:
    """What becomes of the orders of a closed case.

    Unpaid orders fall away. Withdrawn: what was paid above the fee of a withdrawn case comes back (Fee Measures
    art. 15; halved only once, JI art. 206). Dismissed or not accepted: all comes back (art. 27).
    """
    now = desk.clock.now()
    case = await desk.cases.card(case_id)
    owed = _fee_when_closed(desk, case, ground)
    async with desk.database.transaction() as tx:
        orders = await store.lock_orders_of_case(tx, case_id)
        for order in orders:
            if order.state in (OrderState.DUE, OrderState.DEFERRED, OrderState.OVERDUE):
                if order.state is not OrderState.OVERDUE:
                    await store.save_order(tx, msgspec.structs.replace(order, state=OrderState.CANCELLED))
                await store.book(
                    tx, cause=f"cancelled:{order.id}", what=ground, order_id=order.id, debit="fees_held",
                    credit="receivable", amount=order.amount, at=now,
                )  # fmt: skip
        if owed is None:
            return
        paid = [order for order in orders if order.state is OrderState.PAID]
        too_much = Money(sum((order.amount.yuan for order in paid), Money.zero().yuan)) - owed
        for order in reversed(paid):
            back = min(too_much, order.amount)
            if back > Money.zero():
                article = "FM 15" if ground == "withdrawn" else "FM 27"
                await owe_refund(desk, tx, order, back, reason=ground, article=article)
                too_much = too_much - back


def _fee_when_closed(desk: Desk, case: CaseCard, ground: str) -> Money | None:
    """What the case costs in the end; None where nothing comes back."""
    if ground in {"dismissed", "not_accepted"}:
        return Money.zero()
    if ground != "withdrawn":
        return None
    request = rules.acceptance_request(case.fee_act, case.amount, case.procedure, desk.fee_base(case.fee_act))
    halved = msgspec.structs.replace(request, mediated_or_withdrawn=True)
    return litigation_fee(halved, desk.law, case.opened_on).fee
