"""Orders: made when a case opens, read by those who stand in it, closed when the time is over."""

import msgspec

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.model import Order, OrderState, OrderView, Refund, RefundView, ReliefView
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.cases import CaseCard
from tianping.interfaces.identity import Actor, Role
from tianping.interfaces.payments import FeeOrdered, FeeOverdue
from tianping.kit.clock import court_day
from tianping.kit.ids import CaseId, OrderId, PersonId, new_id
from tianping.kit.problems import NotFound, Text
from tianping.law.fees import FeeAnswer, FeeRequest, litigation_fee
from tianping.law.lawbook import Lawbook
from tianping.law.time_limits import deadline

_PAYERS = frozenset({"plaintiff", "agent"})


async def order_acceptance_fee(desk: Desk, case: CaseCard, payer: PersonId) -> None:
    """Order the acceptance fee of a new case. Fee Measures arts. 13, 20, 22."""
    request = rules.acceptance_request(case.fee_act, case.amount, case.procedure, desk.fee_base(case.fee_act))
    answer = litigation_fee(request, desk.law, case.opened_on)
    await _order(desk, case, payer, "acceptance_fee", answer, request)


async def order_supplement(desk: Desk, case: CaseCard, payer: PersonId, *, before: str) -> None:
    """Order the other half when a case becomes ordinary. CPL Interpretation art. 199."""
    request = FeeRequest(
        act="change_of_procedure",
        amount=case.amount,
        base=desk.fee_base(case.fee_act),
        procedure=msgspec.convert(case.procedure, FeeRequest.__annotations__["procedure"]),
        previous_procedure=msgspec.convert(before, FeeRequest.__annotations__["procedure"]),
        matter=msgspec.convert(case.fee_act, FeeRequest.__annotations__["matter"]),
    )
    answer = litigation_fee(request, desk.law, case.opened_on)
    if answer.direction == "pay" and answer.fee:
        await _order(desk, case, payer, "procedure_supplement", answer, request)


async def _order(
    desk: Desk, case: CaseCard, payer: PersonId, purpose: str, answer: FeeAnswer, request: FeeRequest
) -> None:
    now = desk.clock.now()
    limit = deadline("fee_payment", court_day(now), desk.calendar(), desk.law)
    last_day = limit.deadline
    assert last_day is not None
    articles = list(dict.fromkeys(a.cite for a in (*answer.articles, *limit.articles)))
    order = Order(
        id=OrderId(new_id()), case_id=case.id, case_number=case.number, payer=payer, purpose=purpose, amount=answer.fee,
        state=OrderState.DUE if answer.fee else OrderState.WAIVED, due=last_day, counted=limit.counted,
        steps=rules.fee_steps(answer), articles=articles, created_at=now, paid_at=None, receipt_number=None, revision=0,
    )  # fmt: skip
    async with desk.database.transaction() as tx:
        if not await store.insert_order(tx, order):
            return
        await store.book(
            tx, cause=f"ordered:{order.id}", what=purpose, order_id=order.id, debit="receivable", credit="fees_held",
            amount=order.amount, at=now,
        )  # fmt: skip
        await desk.journal.tell(tx, FeeOrdered(order_id=order.id, case_id=case.id), at=now)


async def see_order(desk: Desk, actor: Actor, order_id: OrderId) -> OrderView:
    """Raises NotFound for an order of a case that the actor has no standing in."""
    async with desk.database.reading() as reader:
        order = await store.order(reader, order_id)
    standing = await standing_of(desk, actor, order)
    return await view(desk, order, may_pay=standing in _PAYERS, may_decide=_decides(actor))


async def standing_of(desk: Desk, actor: Actor, order: Order) -> str:
    """How the actor stands to the order's case. Raises NotFound. The payer always sees the order."""
    if actor.person_id == order.payer:
        return "plaintiff"
    if actor.roles & {Role.CASHIER, Role.DIVISION_HEAD, Role.PRESIDENT}:
        return "staff"
    standing = await desk.cases.standing(actor, order.case_id)
    if standing is None:
        raise NotFound
    return standing


def _decides(actor: Actor) -> bool:
    return bool(actor.roles & {Role.DIVISION_HEAD, Role.PRESIDENT})


async def orders_of_case(desk: Desk, actor: Actor, case_id: CaseId) -> list[OrderView]:
    """The orders of a case for those who stand in it. Raises NotFound."""
    async with desk.database.reading() as reader:
        orders = await store.orders_of_case(reader, case_id)
    if not orders:
        if await desk.cases.standing(actor, case_id) is None:
            raise NotFound
        return []
    standing = await standing_of(desk, actor, orders[0])
    return [await view(desk, order, may_pay=standing in _PAYERS, may_decide=_decides(actor)) for order in orders]


async def view(desk: Desk, order: Order, *, may_pay: bool, may_decide: bool) -> OrderView:
    async with desk.database.reading() as reader:
        reliefs = await store.reliefs_of(reader, order.id)
        refunds = await store.refunds_of(reader, order.id)
    # Why somebody asks to be relieved is for the applicant and the one who decides, not for the other side.
    shown = [
        ReliefView(
            r.id, r.kind, r.ground, desk.keyring.open(sealed, place=store.EXPLANATION), r.proof, r.asked_at, r.state,
            r.reasons, r.reduce_to, r.new_due,
        )
        for r, sealed in reliefs
        if may_pay or may_decide
    ]  # fmt: skip
    pending = any(r.state == "asked" for r, _ in reliefs)
    return OrderView(
        id=order.id, case_id=order.case_id, case_number=order.case_number, purpose=order.purpose,
        title=rules.TITLES[order.purpose], amount=order.amount, state=order.state, due=order.due, counted=order.counted,
        consequence=rules.CONSEQUENCE, steps=order.steps, articles=order.articles, paid_at=order.paid_at,
        receipt_number=order.receipt_number, reliefs=shown,
        refunds=[_refund_view(r) for r in refunds], gateway=desk.gateway.name, gateway_notice=desk.gateway.notice,
        permitted_acts=_acts(order, desk.law, may_pay=may_pay, pending=pending),
    )  # fmt: skip


def _refund_view(refund: Refund) -> RefundView:
    return RefundView(refund.amount, refund.reason, refund.article, refund.due, refund.state)


def _acts(order: Order, law: Lawbook, *, may_pay: bool, pending: bool) -> list[PermittedAct]:
    if not may_pay:
        return []
    open_ = order.state in (OrderState.DUE, OrderState.DEFERRED) and bool(order.amount)
    closed = None if open_ else rules.NothingToPay.title
    waiting = (
        Text("已有申请正在审查，请等待决定", "An application is being decided; please wait for it")
        if pending
        else closed
    )
    base = f"/api/v1/orders/{order.id}"
    return [
        PermittedAct("pay", Text("支付", "Pay"), open_, f"{base}/pay", closed, law.article("FM 22"), order.due),
        PermittedAct(
            "ask-relief", Text("申请缓交、减交或免交", "Ask for deferral, reduction or waiver"),
            open_ and not pending, f"{base}/ask-relief", waiting, law.article("FM 44-48"), order.due,
        ),
    ]  # fmt: skip


async def close_overdue(desk: Desk) -> int:
    """Close every order whose time is over; each in its own transaction, told once. Returns how many. JI art. 213."""
    today = court_day(desk.clock.now())
    async with desk.database.reading() as reader:
        late = await store.orders_past(reader, today)
    closed = 0
    for order_id in late:
        async with desk.database.transaction() as tx:
            order = await store.lock_order(tx, order_id)
            pending = await store.relief_pending(tx, order_id)
            if not rules.is_overdue(order, on=today, relief_pending=pending):
                continue
            await store.save_order(tx, msgspec.structs.replace(order, state=OrderState.OVERDUE))
            await desk.journal.tell(tx, FeeOverdue(order_id=order_id, case_id=order.case_id), at=desk.clock.now())
            closed += 1
    return closed
