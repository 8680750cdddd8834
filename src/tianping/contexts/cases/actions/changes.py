"""Changes by ruling or designation: a collegial bench, another procedure, who presides, a new attempt to draw."""

from uuid import UUID

import msgspec

from tianping.contexts.cases.actions.assignment import Basis, bases_of, fill_bench, roster
from tianping.contexts.cases.actions.desk import Desk, actor_word, affiliation
from tianping.contexts.cases.actions.requests import after_act, for_act
from tianping.contexts.cases.model import Case, Seat, Stage
from tianping.contexts.cases.model.views import CaseView
from tianping.contexts.cases.rules import course, sight, words
from tianping.contexts.cases.rules.problems import (
    BenchAlreadyFixed,
    CollegialAlready,
    FeeNotSettled,
    NotPresidingCapable,
    TooFewJudges,
)
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import docket
from tianping.interfaces.cases import BenchChanged, ProcedureChanged
from tianping.interfaces.identity import Actor
from tianping.kit.ids import PersonId
from tianping.kit.problems import NotPermitted
from tianping.platform.database import Transaction


async def change_bench_kind(desk: Desk, actor: Actor, case_id: UUID, *, reason: str) -> CaseView:
    """The sole judge rules that a collegial bench hears the case; two more judges are drawn. CPL arts. 42, 43.

    Simplified procedure and small claims are for a sole judge (CPL arts. 163, 165): such a case becomes ordinary with
    the same ruling, inside its trial period.
    Raises: NotFound, NotPermitted (not the sole judge), CollegialAlready, SimplifiedPeriodOver, TooFewJudges (nothing
    is changed then).
    """
    own = await affiliation(desk.people, actor, desk.today())
    staff = await roster(desk)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        if case.bench_kind == "collegial":
            raise CollegialAlready
        _check_presides(case, actor)
        fact = words.bench_kind_changed(reason)
        await docket.append(tx, desk.keyring, case.id, fact, actor=actor_word(case, actor), at=now)
        if case.procedure != "ordinary":
            case = await _change_procedure(desk, tx, case, actor, to="ordinary", reason=reason)
        for judge in case.judges:
            await store.change_seat(tx, case.id, judge.person_id, Seat.PRESIDING, at=now)
        case = msgspec.structs.replace(
            case,
            bench_kind="collegial",
            bench=[msgspec.structs.replace(s, seat=Seat.PRESIDING) if s.seat is Seat.SOLE else s for s in case.bench],
        )
        filled = await fill_bench(
            desk, tx, case, staff, purpose="collegial", bases=[Basis("request", now)], actor=actor.person_id
        )
        if filled.waiting:
            raise TooFewJudges
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def change_procedure(desk: Desk, actor: Actor, case_id: UUID, *, to: str, reason: str) -> CaseView:
    """The bench rules that another procedure applies; the trial period still runs from filing. CPL 169, 170; JI 258.

    Raises: NotFound, NotPermitted, ProcedureNotChangeable, SimplifiedPeriodOver.
    """
    own = await affiliation(desk.people, actor, desk.today())
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        _check_presides(case, actor)
        await _change_procedure(desk, tx, case, actor, to=to, reason=reason)
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def _change_procedure(desk: Desk, tx: Transaction, case: Case, actor: Actor, *, to: str, reason: str) -> Case:
    now = desk.clock.now()
    course.check_procedure_change(case, to, on=desk.today())
    due = course.trial_due(to, case.opened_on, desk.law, desk.calendar())
    changed = msgspec.structs.replace(case, procedure=to, trial_due=due)
    changed = msgspec.structs.replace(changed, next_due=course.next_due(changed, desk.law, desk.calendar()))
    await store.save(tx, changed)
    fact = words.procedure_changed(case.procedure, to, reason, due)
    await docket.append(tx, desk.keyring, case.id, fact, actor=actor_word(case, actor), at=now)
    event = ProcedureChanged(case_id=case.id, procedure=to, before=case.procedure)
    await desk.journal.tell(tx, event, actor=actor.person_id, at=now)
    return changed


async def designate_presiding(desk: Desk, actor: Actor, case_id: UUID, *, person_id: PersonId) -> CaseView:
    """The division head or the president names the presiding judge of a collegial bench. CPL art. 44.

    Raises: NotFound, NotPermitted, NotPresidingCapable.
    """
    own = await affiliation(desk.people, actor, desk.today())
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        _check_leads(case, standing.kind)
        judges = {j.person_id: j for j in case.judges}
        if case.bench_kind != "collegial" or person_id not in judges:
            raise NotPresidingCapable
        if judges[person_id].seat is not Seat.PRESIDING:
            for judge in case.judges:
                if judge.seat is Seat.PRESIDING:
                    await store.change_seat(tx, case.id, judge.person_id, Seat.JUDGE, at=now)
            await store.change_seat(tx, case.id, person_id, Seat.PRESIDING, at=now)
            fact = words.presiding_designated(judges[person_id].name)
            await docket.append(tx, desk.keyring, case.id, fact, actor=actor_word(case, actor), at=now)
            await desk.journal.tell(tx, BenchChanged(case_id=case.id), actor=actor.person_id, at=now)
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def retry_assignment(desk: Desk, actor: Actor, case_id: UUID) -> CaseView:
    """Draw again for a paid case that waits for a bench. It goes on waiting if there is still nobody to draw.

    Raises: NotFound, NotPermitted, FeeNotSettled, BenchAlreadyFixed.
    """
    own = await affiliation(desk.people, actor, desk.today())
    staff = await roster(desk)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        _check_leads(case, standing.kind)
        if case.stage in {Stage.OPENED, Stage.AWAITING_FEE}:
            raise FeeNotSettled
        if case.stage is Stage.ASSIGNED:
            raise BenchAlreadyFixed
        purpose = "first" if case.assigned_at is None else "reassignment"
        bases = [*bases_of(case), Basis("retry", now)]
        await fill_bench(
            desk, tx, case, staff,
            purpose=purpose, bases=bases, actor=actor.person_id, actor_role=actor_word(case, actor),
        )  # fmt: skip
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def close(desk: Desk, tx: Transaction, case: Case, *, ground: str) -> Case:
    """Close a locked case. JI art. 213 (fee unpaid), art. 199 (supplement unpaid after a change of procedure)."""
    now = desk.clock.now()
    closed = msgspec.structs.replace(
        case, stage=Stage.CLOSED, closed_at=now, closed_ground=ground, next_due=None, waiting=None, waiting_since=None
    )
    await store.save(tx, closed)
    fact = words.closed(ground, after_change=case.stage is Stage.ASSIGNED)
    await docket.append(tx, desk.keyring, case.id, fact, actor="court", at=now)
    return closed


def _check_presides(case: Case, actor: Actor) -> None:
    assert actor.person_id is not None
    if not sight.presides(case, actor.person_id):
        raise NotPermitted


def _check_leads(case: Case, standing: str) -> None:
    """Leadership acts from its office, and not in a case to which it is a party."""
    if standing not in {"staff", "bench"}:
        raise NotPermitted
