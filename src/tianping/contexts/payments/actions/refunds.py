"""Refunds: owed by law, sent through the gateway by a job, booked once."""

from uuid import UUID

import msgspec

from tianping.contexts.payments import store
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.model import Order, OrderState, Refund
from tianping.interfaces.payments import FeeRefunded
from tianping.kit.clock import court_day
from tianping.kit.ids import CaseId, OrderId, new_id
from tianping.kit.money import Money
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

    Unpaid orders fall away. Withdrawn after payment: half comes back (Fee Measures art. 15), unless it was halved
    already (JI art. 206). Dismissed or not accepted: all comes back (art. 27).
    """
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        for order in await store.lock_orders_of_case(tx, case_id):
            if order.state in (OrderState.DUE, OrderState.DEFERRED, OrderState.OVERDUE):
                if order.state is not OrderState.OVERDUE:
                    await store.save_order(tx, msgspec.structs.replace(order, state=OrderState.CANCELLED))
                await store.book(
                    tx, cause=f"cancelled:{order.id}", what=ground, order_id=order.id, debit="fees_held",
                    credit="receivable", amount=order.amount, at=now,
                )  # fmt: skip
            elif order.state is OrderState.PAID and ground == "withdrawn" and not _halved(order):
                half = order.amount - Money(order.amount.yuan / 2)
                await owe_refund(desk, tx, order, half, reason="withdrawn", article="FE 15")
            elif order.state is OrderState.PAID and ground in {"dismissed", "not_accepted"}:
                await owe_refund(desk, tx, order, order.amount, reason=ground, article="FE 27")


def _halved(order: Order) -> bool:
    return any("206" in article for article in order.articles)
