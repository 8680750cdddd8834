"""What cases does when others tell: the case opens, the docket follows, the bench is drawn, people are told.

Each reaction has one transaction, claimed by the event, or none; notices have keys, so that they go out once.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from tianping.contexts.cases.actions import assignment, changes, opening
from tianping.contexts.cases.actions.desk import Desk
from tianping.contexts.cases.model import Case, Stage
from tianping.contexts.cases.rules import course, notices, words
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import docket
from tianping.interfaces.cases import (
    BenchAssigned,
    BenchChanged,
    CaseClosed,
    CaseOpened,
    DocketFact,
    ProcedureChanged,
)
from tianping.interfaces.documents import DocumentIssued
from tianping.interfaces.events import Event
from tianping.interfaces.filing import FilingAccepted
from tianping.interfaces.payments import (
    FeeOrdered,
    FeeOverdue,
    FeePaid,
    FeeRefunded,
    FeeReliefDecided,
    FeeReliefRequested,
    FeeWaived,
)
from tianping.kit.clock import court_day
from tianping.kit.ids import CaseId, PersonId
from tianping.kit.problems import Text
from tianping.platform.database import Transaction
from tianping.platform.events import Reaction, Told

BENCH_NOTICE = "bench_notice"
"""Kind of paper that tells the parties who sits. CPL art. 131."""


async def open_accepted(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, FilingAccepted)
    await opening.open_case(desk, told.event.filing_id, actor=told.actor)


async def note_fee_ordered(desk: Desk, told: Told) -> None:
    """The fee is asked for; an unpaid first fee holds the case, a later supplement does not."""
    assert isinstance(told.event, FeeOrdered)
    order = await desk.payments.order(told.event.order_id)
    async with desk.database.transaction() as tx:
        case = await store.lock(tx, desk.keyring, told.event.case_id)
        await _note(desk, tx, case, told, words.fee_ordered(order.amount, order.due, str(order.id)))
        if case.stage is Stage.OPENED:
            await _save(
                desk, tx, case, stage=Stage.AWAITING_FEE, fee_due=order.due, fee_from=court_day(order.ordered_at)
            )


async def assign_paid(desk: Desk, told: Told) -> None:
    """Paid: the bench is drawn, if the case has none."""
    assert isinstance(told.event, FeePaid)
    order = await desk.payments.order(told.event.order_id)
    await _settle(desk, told, told.event.case_id, words.fee_paid(order.amount, order.receipt_number, str(order.id)))


async def assign_waived(desk: Desk, told: Told) -> None:
    """Waived or deferred: the case goes on without the money. Fee Measures arts. 44-48."""
    assert isinstance(told.event, FeeWaived)
    await _settle(desk, told, told.event.case_id, words.fee_event("fee_waived", str(told.event.order_id)))


async def _settle(desk: Desk, told: Told, case_id: CaseId, fact: DocketFact) -> None:
    staff = await assignment.roster(desk)
    async with desk.database.transaction() as tx:
        case = await store.lock(tx, desk.keyring, case_id)
        await _note(desk, tx, case, told, fact)
        if case.stage not in {Stage.OPENED, Stage.AWAITING_FEE}:
            return
        case = msgspec.structs.replace(case, stage=Stage.PAID, paid_at=told.occurred_at)
        await assignment.fill_bench(desk, tx, case, staff, purpose="first", bases=assignment.bases_of(case), actor=None)


async def close_unpaid(desk: Desk, told: Told) -> None:
    """Unpaid in time and without excuse: treated as withdrawn. JI art. 213."""
    assert isinstance(told.event, FeeOverdue)
    async with desk.database.transaction() as tx:
        case = await store.lock(tx, desk.keyring, told.event.case_id)
        await _note(desk, tx, case, told, words.fee_event("fee_overdue", str(told.event.order_id)))
        if case.stage is Stage.CLOSED:
            return
        await changes.close(desk, tx, case, ground="fee_unpaid")
        event = CaseClosed(case_id=case.id, ground="fee_unpaid")
        await desk.journal.tell(tx, event, at=desk.clock.now())


async def note_relief(desk: Desk, told: Told) -> None:
    event = told.event
    assert isinstance(event, FeeReliefRequested | FeeReliefDecided | FeeRefunded)
    kind = {
        FeeReliefRequested: "fee_relief_requested",
        FeeReliefDecided: "fee_relief_decided",
        FeeRefunded: "fee_refunded",
    }[type(event)]
    granted = isinstance(event, FeeReliefDecided) and event.granted
    order = await desk.payments.order(event.order_id) if granted else None
    async with desk.database.transaction() as tx:
        case = await store.lock(tx, desk.keyring, event.case_id)
        await _note(desk, tx, case, told, words.fee_event(kind, str(event.order_id), granted=granted))
        if order is not None and case.stage is Stage.AWAITING_FEE and case.fee_due != order.due:
            # A reduction may come with a later last day.
            await _save(desk, tx, case, fee_due=order.due)


async def note_document(desk: Desk, told: Told) -> None:
    """A paper of the case was issued; the notice of the bench moves the next step on."""
    assert isinstance(told.event, DocumentIssued)
    if told.event.case_id is None:
        return
    issued = await desk.documents.of_case(told.event.case_id)
    card = next((d for d in issued if d.id == told.event.document_id), None)
    if card is None:
        raise LookupError(f"document {told.event.document_id} is not among those of its case")
    async with desk.database.transaction() as tx:
        case = await store.lock(tx, desk.keyring, told.event.case_id)
        await _note(desk, tx, case, told, words.document_issued(card.title, card.number, card.digest, str(card.id)))
        await _save(
            desk, tx, case,
            document_count=case.document_count + 1,
            bench_notified=case.bench_notified or card.kind == BENCH_NOTICE,
        )  # fmt: skip


async def _note(desk: Desk, tx: Transaction, case: Case, told: Told, fact: DocketFact) -> None:
    await docket.append(tx, desk.keyring, case.id, fact, actor=_side_of(case, told.actor), at=desk.clock.now())


def _side_of(case: Case, actor: PersonId | None) -> str:
    """The capacity of a party or agent who acted; all else is the court's doing."""
    for party in case.parties:
        if actor is not None and (party.person_id == actor or actor in party.agents):
            return party.capacity
    return "plaintiff" if actor is not None and actor == case.filer else "court"


async def _save(desk: Desk, tx: Transaction, case: Case, **changed: Stage | date | int | bool | None) -> None:
    case = msgspec.structs.replace(case, **changed)
    await store.save(tx, msgspec.structs.replace(case, next_due=course.next_due(case, desk.law, desk.calendar())))


async def tell_opened(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, CaseOpened)
    case = await _case(desk, told.event.case_id)
    await _tell(desk, notices.plaintiff_side(case), case, told, notices.opened(case))


async def tell_bench(desk: Desk, told: Told) -> None:
    """The parties learn who sits (CPL art. 131), the bench that it has a case."""
    assert isinstance(told.event, BenchAssigned | BenchChanged)
    case = await _case(desk, told.event.case_id)
    changed = isinstance(told.event, BenchChanged)
    await _tell(desk, notices.all_sides(case), case, told, notices.bench_fixed(case, changed=changed))
    seated = [s.person_id for s in case.bench if s.since >= told.occurred_at]
    await _tell(desk, seated, case, told, notices.to_bench(case))


async def tell_procedure(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, ProcedureChanged)
    case = await _case(desk, told.event.case_id)
    await _tell(desk, notices.all_sides(case), case, told, notices.procedure_changed(case))


async def tell_closed(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, CaseClosed)
    case = await _case(desk, told.event.case_id)
    people = [*notices.all_sides(case), *(s.person_id for s in case.bench)]
    await _tell(desk, people, case, told, notices.closed(case))


async def _case(desk: Desk, case_id: CaseId) -> Case:
    async with desk.database.reading() as reader:
        return await store.case(reader, desk.keyring, case_id)


async def _tell(desk: Desk, people: list[PersonId], case: Case, told: Told, said: tuple[Text, Text]) -> None:
    for notice in notices.to_each(people, case, told.id, *said):
        await desk.delivery.notify(notice)


REACTIONS: Mapping[type[Event], Reaction] = {
    FilingAccepted: open_accepted,
    CaseOpened: tell_opened,
    BenchAssigned: tell_bench,
    BenchChanged: tell_bench,
    ProcedureChanged: tell_procedure,
    CaseClosed: tell_closed,
    FeeOrdered: note_fee_ordered,
    FeePaid: assign_paid,
    FeeWaived: assign_waived,
    FeeOverdue: close_unpaid,
    FeeReliefRequested: note_relief,
    FeeReliefDecided: note_relief,
    FeeRefunded: note_relief,
    DocumentIssued: note_document,
}
