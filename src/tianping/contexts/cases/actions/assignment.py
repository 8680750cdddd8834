"""Assigning the bench by a draw that anyone can recompute. CPL arts. 40, 44, 131."""

from datetime import datetime

import msgspec

from tianping.contexts.cases.actions.desk import Desk
from tianping.contexts.cases.model import Candidate, Case, Draw, DrawInput, Seat, Seated, Stage
from tianping.contexts.cases.rules import bench, course, draw, words
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import docket
from tianping.contexts.cases.store import draws as draw_store
from tianping.interfaces.cases import BenchAssigned, BenchChanged
from tianping.interfaces.identity import Role, StaffMember
from tianping.kit.clock import court_day
from tianping.kit.ids import PersonId, new_id
from tianping.platform.database import Transaction

TELL_HEADS = "cases.tell_heads"
"""Job that tells the division head of a case that waits for a bench."""


class Roster(msgspec.Struct, frozen=True):
    """The court's judges and clerks, asked before a transaction."""

    judges: list[StaffMember]
    clerks: list[StaffMember]


class Basis(msgspec.Struct, frozen=True):
    """A commitment must be older than `at`; `event` says what that instant is."""

    event: str
    at: datetime


async def roster(desk: Desk) -> Roster:
    return Roster(await desk.people.staff(Role.JUDGE), await desk.people.staff(Role.CLERK))


def bases_of(case: Case) -> list[Basis]:
    """A first draw uses a commitment older than the filing; if none is left, one older than the case."""
    return [Basis("filing", case.submitted_at), Basis("opening", case.opened_at)]


async def fill_bench(
    desk: Desk,
    tx: Transaction,
    case: Case,
    staff: Roster,
    *,
    purpose: str,
    bases: list[Basis],
    actor: PersonId | None,
    actor_role: str = "court",
) -> Case:
    """Draw judges for the empty seats of a locked case, save it and tell. Without enough judges, or without a
    commitment, the case waits and the division head is told.
    """
    now = desk.clock.now()
    seats = bench.empty_seats(case)
    drawn: list[Seated] | str = []
    if seats:
        drawn = await _draw(desk, tx, case, staff, seats, purpose=purpose, bases=bases, at=now, actor=actor_role)
    if isinstance(drawn, str):
        return await _wait(desk, tx, case, drawn, at=now)
    first = case.assigned_at is None
    members = [*case.bench, *drawn]
    clerk = await _seat_clerk(desk, tx, case, staff, at=now)
    case = msgspec.structs.replace(
        case, bench=[*members, *([clerk] if clerk else [])], stage=Stage.ASSIGNED, waiting=None, waiting_since=None,
        assigned_at=now, bench_notified=False,
    )  # fmt: skip
    case = msgspec.structs.replace(case, next_due=course.next_due(case, desk.law, desk.calendar()))
    await store.save(tx, case)
    event = BenchAssigned(case_id=case.id) if first else BenchChanged(case_id=case.id)
    await desk.journal.tell(tx, event, actor=actor, at=now)
    return case


async def _draw(
    desk: Desk, tx: Transaction, case: Case, staff: Roster, seats: list[Seat], *,
    purpose: str, bases: list[Basis], at: datetime, actor: str,
) -> list[Seated] | str:  # fmt: skip
    """The judges drawn, seated and recorded; or why there can be no draw now."""
    candidates, excluded, people = await _pool(desk, tx, case, staff, at=at)
    if len(candidates) < len(seats):
        return "no_eligible_judge"
    taken = None
    for basis in bases:
        taken = await draw_store.take_oldest(tx, desk.keyring, before=basis.at, used_at=at)
        if taken is not None:
            break
    else:
        return "no_commitment"
    assert taken is not None
    commitment, seed = taken
    ordinal = case.draw_count + 1
    text = draw.input_text(
        DrawInput(
            draw.VERSION, case.number, ordinal, case.filing_digest, commitment.seq, len(seats), candidates, excluded
        )
    )
    chosen, steps = draw.outcome(seed, text)
    done = Draw(
        id=new_id(), case_id=case.id, case_number=case.number, ordinal=ordinal, purpose=purpose, at=at,
        basis=basis.event, basis_at=basis.at, commitment=commitment, seed=seed.hex(), input=text, steps=steps,
        chosen=chosen, judges={c.id: people[c.id].name for c in candidates},
    )  # fmt: skip
    await draw_store.insert_draw(tx, done)
    drawn = [
        Seated(people[name].person_id, people[name].name, seat, at) for name, seat in zip(chosen, seats, strict=True)
    ]
    for seated in drawn:
        await store.seat(tx, case.id, seated)
    fact = words.bench_drawn(
        [(s.name, s.seat) for s in drawn], purpose=purpose, commitment=commitment.seq, draw=str(done.id),
        candidates=len(candidates),
    )  # fmt: skip
    await docket.append(tx, desk.keyring, case.id, fact, actor=actor, at=at)
    return drawn


async def _pool(
    desk: Desk, tx: Transaction, case: Case, staff: Roster, *, at: datetime
) -> tuple[list[Candidate], list[draw.Excluded], dict[str, StaffMember]]:
    ids = [judge.person_id for judge in staff.judges]
    digests = [store.name_digest(desk.keyring, party.name) for party in case.parties]
    declared = await draw_store.declared(tx, case.id, ids, digests)
    # A judge who is a party or an agent must not sit whether it was declared or not (CPL art. 47 item 1).
    declared |= {p.person_id: "recusal" for p in case.parties if p.person_id}
    declared |= {agent: "recusal" for p in case.parties for agent in p.agents}
    declared |= {seated.person_id: "seated" for seated in case.bench}
    candidates, excluded = draw.pool(
        staff.judges,
        subjects=frozenset({case.case_type, case.cause}),
        on=court_day(at),
        open_cases=await store.open_cases(tx, ids),
        declared=declared,
    )
    return candidates, excluded, {draw.pseudonym(judge.person_id): judge for judge in staff.judges}


async def _seat_clerk(desk: Desk, tx: Transaction, case: Case, staff: Roster, *, at: datetime) -> Seated | None:
    if any(seated.seat is Seat.CLERK for seated in case.bench):
        return None
    barred = await draw_store.declared(tx, case.id, [c.person_id for c in staff.clerks], [])
    free = [c for c in staff.clerks if c.person_id not in barred]
    chosen = bench.clerk_for(free, case.division, await store.open_cases(tx, [c.person_id for c in free]))
    if chosen is None:
        return None
    clerk = Seated(chosen.person_id, chosen.name, Seat.CLERK, at)
    await store.seat(tx, case.id, clerk)
    await docket.append(tx, desk.keyring, case.id, words.clerk_assigned(chosen.name), actor="court", at=at)
    return clerk


async def _wait(desk: Desk, tx: Transaction, case: Case, reason: str, *, at: datetime) -> Case:
    waiting = msgspec.structs.replace(
        case, stage=Stage.PAID, waiting=reason, waiting_since=case.waiting_since or at, next_due=case.trial_due
    )
    await store.save(tx, waiting)
    if case.waiting != reason:
        await docket.append(tx, desk.keyring, case.id, words.awaiting(reason), actor="court", at=at)
        await desk.jobs.defer(tx, TELL_HEADS, lock=f"cases:{case.id}", case_id=str(case.id), since=at.isoformat())
    return waiting
