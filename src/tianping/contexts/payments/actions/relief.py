"""Relief: asked for with proof, decided with reasons. Fee Measures arts. 44-51."""

from datetime import date
from uuid import UUID

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.actions.orders import standing_of, view
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.model import OrderState, OrderView, Relief, ReliefKind
from tianping.interfaces.identity import Actor
from tianping.interfaces.payments import FeeReliefDecided, FeeReliefRequested, FeeWaived
from tianping.kit.clock import court_day
from tianping.kit.ids import OrderId, UploadId, new_id
from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, InvalidInput, NotPermitted, Text


async def ask_relief(
    desk: Desk,
    actor: Actor,
    order_id: OrderId,
    *,
    kind: ReliefKind,
    ground: str,
    explanation: str,
    proof: list[UploadId],
) -> OrderView:
    """Ask for deferral, reduction or waiver, in writing and with proof. Fee Measures arts. 44-48.

    Raises: ReliefPending, NothingToPay, InvalidInput, NotPermitted.
    """
    async with desk.database.reading() as reader:
        order = await store.order(reader, order_id)
    if await standing_of(desk, actor, order) not in {"plaintiff", "agent"} or actor.person_id is None:
        raise NotPermitted
    if proof:
        await desk.materials.keep(actor.person_id, tuple(proof), held_by=f"payments:{order_id}")
    case = await desk.cases.card(order.case_id)
    natural = all(party.kind == "person" for party in case.parties if party.capacity == "plaintiff")
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        order = await store.lock_order(tx, order_id)
        pending = await store.relief_pending(tx, order_id)
        rules.check_relief(order, kind, ground, natural_person=natural, pending=pending)
        relief = Relief(
            new_id(), order_id, kind, ground, proof, actor.person_id, now, "asked", None, None, None, None, None
        )
        await store.insert_relief(tx, relief, explanation=desk.keyring.seal(explanation, place=store.EXPLANATION))
        await desk.journal.tell(
            tx, FeeReliefRequested(order_id=order_id, case_id=order.case_id), actor=actor.person_id, at=now
        )
    return await view(desk, order, may_pay=True, may_decide=False)


async def decide_relief(
    desk: Desk,
    actor: Actor,
    relief_id: UUID,
    *,
    granted: bool,
    reasons: str,
    reduce_to: Money | None,
    new_due: date | None,
) -> OrderView:
    """Decide an application, with reasons when it is refused (Fee Measures art. 48).

    Raises: ReliefDecided, InvalidInput, NotFound.
    """
    assert actor.person_id is not None
    if not granted and not reasons.strip():
        missing = Text("不予准许的，应当书面说明理由", "A refusal needs written reasons")
        raise InvalidInput(fields=(FieldProblem("reasons", "reasons-missing", missing),))
    now = desk.clock.now()
    async with desk.database.reading() as reader:
        order_id = await store.order_of_relief(reader, relief_id)
    async with desk.database.transaction() as tx:
        order = await store.lock_order(tx, order_id)
        relief = await store.lock_relief(tx, relief_id)
        if relief.state != "asked":
            raise rules.ReliefDecided
        if granted:
            after = rules.grant(order, relief, reduce_to=reduce_to, new_due=new_due, today=court_day(now))
            await store.save_order(tx, after)
            await store.book(
                tx, cause=f"relief:{relief.id}", what=relief.kind, order_id=order.id, debit="fees_held",
                credit="receivable", amount=order.amount - after.amount, at=now,
            )  # fmt: skip
            if after.state in (OrderState.WAIVED, OrderState.DEFERRED):
                await desk.journal.tell(tx, FeeWaived(order_id=order.id, case_id=order.case_id), at=now)
            order = after
        await store.decide_relief(
            tx, relief_id, state="granted" if granted else "refused", by=actor.person_id, at=now, reasons=reasons,
            reduce_to=reduce_to, new_due=new_due,
        )  # fmt: skip
        await desk.journal.tell(
            tx,
            FeeReliefDecided(order_id=order.id, case_id=order.case_id, granted=granted),
            actor=actor.person_id,
            at=now,
        )
    return await view(desk, order, may_pay=False, may_decide=True)
