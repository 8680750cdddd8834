"""What payments does when something happened."""

from collections.abc import Mapping

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.actions.orders import order_acceptance_fee, order_supplement
from tianping.contexts.payments.actions.refunds import settle_closed_case
from tianping.contexts.payments.desk import Desk
from tianping.interfaces.cases import CaseClosed, CaseOpened, ProcedureChanged
from tianping.interfaces.delivery import Notice
from tianping.interfaces.events import Event
from tianping.interfaces.payments import (
    FeeOrdered,
    FeeOverdue,
    FeePaid,
    FeeRefunded,
    FeeReliefDecided,
    _OrderEvent,
)
from tianping.kit.problems import Text
from tianping.platform.events import Reaction, Told


async def on_case_opened(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, CaseOpened)
    case = await desk.cases.card(told.event.case_id)
    payer = await desk.filings.filer_of(told.event.filing_id)
    await order_acceptance_fee(desk, case, payer)


async def on_procedure_changed(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, ProcedureChanged)
    if told.event.procedure != "ordinary":
        return
    case = await desk.cases.card(told.event.case_id)
    payer = await desk.filings.filer_of(case.filing_id)
    await order_supplement(desk, case, payer, before=told.event.before)


async def on_case_closed(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, CaseClosed)
    await settle_closed_case(desk, told.event.case_id, ground=told.event.ground)


_TEXTS: Mapping[type[Event], tuple[Text, Text]] = {
    FeeOrdered: (
        Text("请交纳诉讼费", "Please pay the court fee"),
        Text(
            "{number}：应交{title}{amount}元，最后一日为{due}。逾期未交且未获缓减免的，按撤诉处理。",
            "{number}: {title}, {amount} yuan, last day {due}. Unpaid without relief, the case is treated as withdrawn.",
        ),
    ),
    FeePaid: (
        Text("诉讼费已收到", "The court fee was received"),
        Text("{number}：已收到{amount}元，票据号{receipt}。", "{number}: {amount} yuan received, receipt {receipt}."),
    ),
    FeeOverdue: (
        Text("逾期未交费，按撤诉处理", "Not paid in time: treated as withdrawn"),
        Text(
            "{number}：{title}{amount}元在{due}前未交，案件按撤诉处理。",
            "{number}: {title}, {amount} yuan, was not paid by {due}; the case is treated as withdrawn.",
        ),
    ),
    FeeReliefDecided: (
        Text("缓减免申请已有决定", "Your application for relief was decided"),
        Text("{number}：请查看决定和理由。", "{number}: see the decision and its reasons."),
    ),
    FeeRefunded: (
        Text("诉讼费已退还", "A court fee was refunded"),
        Text("{number}：退费已原路退回。", "{number}: the money went back the way it came."),
    ),
}


async def inform_payer(desk: Desk, told: Told) -> None:
    """Tell the payer in plain words."""
    event = told.event
    assert isinstance(event, _OrderEvent)
    title, body = _TEXTS[type(event)]
    async with desk.database.reading() as reader:
        order = await store.order(reader, event.order_id)
    kind = rules.TITLES[order.purpose]
    receipt = order.receipt_number or ""
    text = Text(
        body.zh.format(number=order.case_number, title=kind.zh, amount=order.amount, due=order.due, receipt=receipt),
        body.en.format(number=order.case_number, title=kind.en, amount=order.amount, due=order.due, receipt=receipt),
    )
    await desk.delivery.notify(
        Notice(order.payer, f"payments:{told.id}", title, text, f"/pay/{order.id}", matter=order.case_id)
    )


REACTIONS: Mapping[type[Event], Reaction] = {
    CaseOpened: on_case_opened,
    ProcedureChanged: on_procedure_changed,
    CaseClosed: on_case_closed,
    FeeOrdered: inform_payer,
    FeePaid: inform_payer,
    FeeOverdue: inform_payer,
    FeeReliefDecided: inform_payer,
    FeeRefunded: inform_payer,
}
