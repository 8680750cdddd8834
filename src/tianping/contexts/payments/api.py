"""HTTP of payments: decode, call the act, answer."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import Dependency

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.actions import books, orders, paying, relief
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.gateways.stand_in import StandInGateway, StandInPayment
from tianping.contexts.payments.model import Balance, OrderView, PaymentView, ReliefKind, ReliefView, StatementView
from tianping.interfaces.identity import Actor
from tianping.kit.ids import CaseId, OrderId, UploadId
from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Text
from tianping.platform.http import PUBLIC, Page, permit, read_cursor, write_cursor

PaymentsDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]


class AskRelief(msgspec.Struct, frozen=True):
    """An application for deferral, reduction or waiver. `proof` are uploads."""

    kind: ReliefKind
    ground: Annotated[str, msgspec.Meta(min_length=1, max_length=60, examples=["minimum_living_allowance"])]
    explanation: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, examples=["每月仅有低保收入"])]
    proof: Annotated[list[UUID], msgspec.Meta(max_length=20)] = []


class DecideRelief(msgspec.Struct, frozen=True):
    """`reduce_to` for a granted reduction, `new_due` for a granted deferral; `reasons` always for a refusal."""

    granted: bool
    reasons: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    reduce_to: Annotated[str, msgspec.Meta(pattern=r"^\d{1,13}(\.\d{1,2})?$", examples=["500.00"])] | None = None
    new_due: date | None = None


class Ground(msgspec.Struct, frozen=True):
    kind: ReliefKind
    ground: str
    text: Text
    article: str


class FinishStandIn(msgspec.Struct, frozen=True):
    """What the payer does at the stand-in: pay, or decline."""

    pay: bool


class Taken(msgspec.Struct, frozen=True):
    """What became of a notification: taken, repeated, late_refund."""

    outcome: str


class OpenRelief(msgspec.Struct, frozen=True):
    order: OrderView
    relief: ReliefView


@get("/orders/{order_id:uuid}", opt=permit("payments.order.read"), tags=["payments"], summary="A fee order")
async def read_order(order_id: UUID, payments_desk: PaymentsDesk, actor: Who) -> OrderView:
    return await orders.see_order(payments_desk, actor, OrderId(order_id))


@get("/cases/{case_id:uuid}/orders", opt=permit("payments.order.read"), tags=["payments"], summary="Fees of a case")
async def orders_of_case(case_id: UUID, payments_desk: PaymentsDesk, actor: Who) -> list[OrderView]:
    return await orders.orders_of_case(payments_desk, actor, CaseId(case_id))


@get("/orders", opt=permit("payments.order.read"), tags=["payments"], summary="My fee orders, newest first")
async def my_orders(
    payments_desk: PaymentsDesk, actor: Who, limit: Limit = 20, cursor: str | None = None
) -> Page[OrderView]:
    assert actor.person_id is not None
    position = read_cursor(cursor, str, UUID)
    before = (msgspec.convert(position[0], type=datetime, strict=False), position[1]) if position else None
    async with payments_desk.database.reading() as reader:
        found = await store.orders_of_payer(reader, actor.person_id, before=before, limit=limit + 1)
    items = [await orders.view(payments_desk, o, may_pay=True, may_decide=False) for o in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return Page(items, write_cursor(last.created_at.isoformat(), last.id) if last else None)


@post("/orders/{order_id:uuid}/pay", opt=permit("payments.order.pay"), tags=["payments"], summary="Start a payment")
async def pay(order_id: UUID, payments_desk: PaymentsDesk, actor: Who) -> PaymentView:
    return await paying.start_payment(payments_desk, actor, OrderId(order_id))


@get("/relief-grounds", opt=permit(PUBLIC), tags=["payments"], summary="Grounds of relief, by kind")
async def grounds() -> list[Ground]:
    return [
        Ground(kind, ground, text, rules.ARTICLES[kind])
        for kind, of_kind in rules.GROUNDS.items()
        for ground, text in of_kind.items()
    ]


@post(
    "/orders/{order_id:uuid}/ask-relief", opt=permit("payments.relief.ask"), tags=["payments"],
    summary="Ask for deferral, reduction or waiver",
)  # fmt: skip
async def ask_relief(order_id: UUID, data: AskRelief, payments_desk: PaymentsDesk, actor: Who) -> OrderView:
    return await relief.ask_relief(
        payments_desk, actor, OrderId(order_id), kind=data.kind, ground=data.ground, explanation=data.explanation,
        proof=[UploadId(u) for u in data.proof],
    )  # fmt: skip


@get(
    "/reliefs", opt=permit("payments.relief.decide"), tags=["payments"], summary="Applications to decide, oldest first"
)
async def open_reliefs(
    payments_desk: PaymentsDesk, actor: Who, limit: Limit = 20, cursor: str | None = None
) -> Page[OpenRelief]:
    position = read_cursor(cursor, str, UUID)
    after = (msgspec.convert(position[0], type=datetime, strict=False), position[1]) if position else None
    async with payments_desk.database.reading() as reader:
        found = await store.open_reliefs(reader, after=after, limit=limit + 1)
    items: list[OpenRelief] = []
    for item in found[:limit]:
        order = await orders.see_order(payments_desk, actor, item.order_id)
        items.append(OpenRelief(order, next(r for r in order.reliefs if r.id == item.id)))
    last = found[limit - 1] if len(found) > limit else None
    return Page(items, write_cursor(last.asked_at.isoformat(), last.id) if last else None)


@post(
    "/reliefs/{relief_id:uuid}/decide", opt=permit("payments.relief.decide"), tags=["payments"],
    summary="Grant or refuse relief, with reasons",
)  # fmt: skip
async def decide_relief(relief_id: UUID, data: DecideRelief, payments_desk: PaymentsDesk, actor: Who) -> OrderView:
    return await relief.decide_relief(
        payments_desk, actor, relief_id, granted=data.granted, reasons=data.reasons,
        reduce_to=Money.parse(data.reduce_to) if data.reduce_to is not None else None, new_due=data.new_due,
    )  # fmt: skip


@post(
    "/payment-notifications", opt=permit(PUBLIC, idempotent=False), tags=["payments"], status_code=200,
    summary="The gateway tells of a payment (signed)",
)  # fmt: skip
async def notification(request: Request[Any, Any, Any], payments_desk: PaymentsDesk) -> Taken:
    """Authorised by its signature (`X-Gateway-Signature`), not by a session."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Taken(await paying.take_notification(payments_desk, headers, await request.body()))


def _stand_in(desk: Desk) -> StandInGateway:
    if not isinstance(desk.gateway, StandInGateway):
        raise NotFound
    return desk.gateway


@get("/stand-in/{reference:str}", opt=permit(PUBLIC), tags=["payments"], summary="The stand-in's till (demo)")
async def stand_in(reference: str, payments_desk: PaymentsDesk) -> StandInPayment:
    return await _stand_in(payments_desk).show(reference)


@post(
    "/stand-in/{reference:str}/finish", opt=permit(PUBLIC, idempotent=False), tags=["payments"], status_code=200,
    summary="Pay or decline at the stand-in (demo)",
)  # fmt: skip
async def finish_stand_in(reference: str, data: FinishStandIn, payments_desk: PaymentsDesk) -> Taken:
    """The stand-in then tells the court by a signed notification, as a bank would."""
    headers, body = await _stand_in(payments_desk).finish(reference, pay=data.pay)
    return Taken(await paying.take_notification(payments_desk, headers, body))


@get("/ledger/balances", opt=permit("payments.ledger.read"), tags=["payments"], summary="Balances of the court's money")
async def balances(payments_desk: PaymentsDesk) -> list[Balance]:
    async with payments_desk.database.reading() as reader:
        return await store.balances(reader)


@get("/ledger/statements", opt=permit("payments.ledger.read"), tags=["payments"], summary="Reconciled days")
async def statements(payments_desk: PaymentsDesk, limit: Limit = 31) -> list[StatementView]:
    async with payments_desk.database.reading() as reader:
        return await store.statements(reader, limit=limit)


@post(
    "/ledger/statements/{day:date}/reconcile", opt=permit("payments.statement.reconcile"), tags=["payments"],
    summary="Hold the gateway's statement of a day against the books",
)  # fmt: skip
async def reconcile(day: date, payments_desk: PaymentsDesk) -> StatementView:
    if day > payments_desk.clock.now().date():
        wrong = Text("不能核对将来的日期", "A day to come cannot be reconciled")
        raise InvalidInput(fields=(FieldProblem("day", "day-to-come", wrong),))
    return await books.reconcile(payments_desk, day)


ROUTES = [
    read_order, orders_of_case, my_orders, pay, grounds, ask_relief, open_reliefs, decide_relief, notification,
    stand_in, finish_stand_in, balances, statements, reconcile,
]  # fmt: skip
