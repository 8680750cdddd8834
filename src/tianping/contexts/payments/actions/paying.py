"""Paying: start a payment, take the gateway's word for it once, give the receipt."""

from collections.abc import Mapping

import msgspec

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.actions.orders import standing_of
from tianping.contexts.payments.actions.refunds import owe_refund
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.model import Attempt, Order, OrderState, PaymentView
from tianping.interfaces.gateway import Notification, SignatureWrong
from tianping.interfaces.identity import Actor
from tianping.interfaces.payments import FeePaid
from tianping.kit.clock import court_day
from tianping.kit.digests import sm3
from tianping.kit.ids import OrderId, new_id
from tianping.kit.problems import NotFound, NotPermitted, Problem, Text
from tianping.platform.database import Transaction


class NotificationRefused(Problem):
    status = 401
    code = "notification-refused"
    title = Text("支付通知未通过验签", "The notification's signature is not valid")


class PaymentUnknown(NotFound):
    code = "payment-unknown"
    title = Text("没有这笔支付，请稍后重新通知", "There is no such payment yet; tell of it again later")


async def start_payment(desk: Desk, actor: Actor, order_id: OrderId) -> PaymentView:
    """Open a payment at the gateway. Only the plaintiff's side pays. Raises NothingToPay, Unavailable."""
    await desk.database.stop_if_done()
    async with desk.database.reading() as reader:
        order = await store.order(reader, order_id)
    if await standing_of(desk, actor, order) not in {"plaintiff", "agent"} or actor.person_id is None:
        raise NotPermitted
    rules.check_payable(order)
    attempt_id = new_id()
    started = await desk.gateway.start(
        order_id=order.id, amount=order.amount, description=f"{order.case_number} 诉讼费", attempt_id=attempt_id
    )
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        rules.check_payable(await store.lock_order(tx, order_id))
        attempt = Attempt(
            attempt_id, order_id, desk.gateway.name, started.reference, order.amount, "started", started.pay_at, now
        )
        await store.insert_attempt(tx, attempt, by=actor.person_id)
        return tx.answer(PaymentView(attempt_id, order_id, order.amount, started.pay_at, "started"))


async def take_notification(desk: Desk, headers: Mapping[str, str], body: bytes) -> str:
    """Take a gateway's notification. Returns what became of it: taken, repeated, late_refund.

    Told twice it changes nothing. Money for an order that is no longer open is sent back.
    Raises: NotificationRefused (signature, time or form), PaymentUnknown, AmountDiffers.
    """
    now = desk.clock.now()
    try:
        told = desk.gateway.read_notification(headers, body, now=now)
    except SignatureWrong as wrong:
        raise NotificationRefused from wrong
    async with desk.database.transaction() as tx:
        attempt = await store.lock_attempt_by_reference(tx, desk.gateway.name, told.reference)
        if attempt is None:
            # The gateway may be quicker than our own commit: its nonce stays unused, so that telling again counts.
            raise PaymentUnknown
        fresh = await store.note_notification(tx, gateway=desk.gateway.name, nonce=told.nonce, digest=sm3(body), at=now)
        if not fresh:
            return "repeated"
        if attempt.state != "started":
            return "repeated"
        if not told.succeeded:
            await store.end_attempt(tx, attempt.id, state="failed", at=now)
            return "taken"
        if told.amount != attempt.amount:
            raise rules.AmountDiffers
        return await _receive(desk, tx, attempt, told)


async def _receive(desk: Desk, tx: Transaction, attempt: Attempt, told: Notification) -> str:
    now = desk.clock.now()
    order = await store.lock_order(tx, attempt.order_id)
    await store.end_attempt(tx, attempt.id, state="succeeded", at=now)
    if order.state not in (OrderState.DUE, OrderState.DEFERRED) or order.amount != attempt.amount:
        await _send_back(desk, tx, order, attempt)
        return "late_refund"
    number = await store.next_receipt(tx, court_day(now).year)
    paid = msgspec.structs.replace(
        order, state=OrderState.PAID, paid_at=now,
        receipt_number=f"{desk.court_code}-{court_day(now).year}-{number:07d}",
    )  # fmt: skip
    await store.save_order(tx, paid)
    await store.book(
        tx, cause=f"paid:{attempt.id}", what="payment", order_id=order.id, debit="gateway", credit="receivable",
        amount=told.amount, at=now,
    )  # fmt: skip
    await desk.journal.tell(tx, FeePaid(order_id=order.id, case_id=order.case_id), at=now)
    return "taken"


async def _send_back(desk: Desk, tx: Transaction, order: Order, attempt: Attempt) -> None:
    """Money that came for an order no longer open (paid twice, cancelled meanwhile) goes back at once."""
    now = desk.clock.now()
    await store.book(
        tx, cause=f"paid:{attempt.id}", what="payment not owed", order_id=order.id, debit="gateway", credit="fees_held",
        amount=attempt.amount, at=now,
    )  # fmt: skip
    await owe_refund(desk, tx, order, attempt.amount, reason=f"not_owed:{attempt.id}", article="CC 985")
