"""Court staff: created by the system administrator, roles confirmed by the security administrator."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

import msgspec

from tianping.contexts.identity.actions import register
from tianping.contexts.identity.actions.desk import Desk, in_person, who
from tianping.contexts.identity.model import Leave, PartyName, Person, RoleGrant
from tianping.contexts.identity.model.offices import LicenceView, RoleGrantView, StaffView
from tianping.contexts.identity.rules import duties, numbers
from tianping.contexts.identity.store import administration as store
from tianping.contexts.identity.store import people, sessions
from tianping.interfaces.identity import (
    ADMINISTRATORS,
    Actor,
    Role,
    RoleGranted,
    RoleRequested,
    RoleWithdrawn,
    StaffRegistered,
)
from tianping.kit.clock import court_day
from tianping.kit.ids import PersonId, new_id
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Text
from tianping.platform.database import Reader, Transaction


class PlaceForm(msgspec.Struct, frozen=True):
    """Where a member of the court works: division (its code), kinds of case a judge hears, share of the load."""

    division: str
    subjects: list[str]
    load_weight: str


def _checked_place(desk: Desk, place: PlaceForm) -> tuple[str, list[str], Decimal]:
    """Raises InvalidInput."""
    problems = []
    if place.division not in {d.code for d in desk.court.divisions}:
        problems.append(
            FieldProblem("division", "division-unknown", Text("本院没有这个部门", "The court has no such division"))
        )
    if not all(subject.isprintable() and subject.strip() for subject in place.subjects):
        wrong = Text("案件类型代码有误", "A kind of case is not written right")
        problems.append(FieldProblem("subjects", "text-invalid", wrong))
    try:
        weight = Decimal(place.load_weight)
        right = weight.is_finite() and Decimal(0) <= weight <= Decimal(2) and weight == round(weight, 2)
    except InvalidOperation:
        weight, right = Decimal(0), False
    if not right:
        text = Text(
            "办案权重为 0 至 2 的小数，1 为全额", "The share of the load is a decimal from 0 to 2; 1 is a full share"
        )
        problems.append(FieldProblem("load_weight", "load-weight-invalid", text))
    if problems:
        raise InvalidInput(fields=tuple(problems))
    return place.division, sorted(set(place.subjects)), weight


async def create_staff(desk: Desk, actor: Actor, *, name: str, mobile: str, place: PlaceForm) -> StaffView:
    """A member of the court without a role yet; the password is set by the person, with a one-time code.

    Raises: InvalidInput, MobileTaken.
    """
    by = in_person(actor)
    now = desk.clock.now()
    division, subjects, weight = _checked_place(desk, place)
    person = await register.checked_person(
        desk, mobile=mobile, name=name, identity_number=None, at=now, roles=frozenset()
    )
    person = msgspec.structs.replace(
        person, staff=True, division=division, subjects=tuple(subjects), load_weight=weight, real_name_checked_at=now,
        real_name_matched=True, real_name_source="court",
    )  # fmt: skip
    async with desk.database.transaction() as tx:
        await register.save_person(tx, desk, person, at=now)
        await _trace(tx, by, person.id, "staff member created", at=now)
        await desk.journal.tell(tx, StaffRegistered(person_id=person.id), actor=by, at=now)
        return tx.answer(await _view(desk, tx, person.id))


async def change_place(desk: Desk, actor: Actor, person_id: PersonId, place: PlaceForm) -> StaffView:
    """Raises NotFound, InvalidInput."""
    by = in_person(actor)
    division, subjects, weight = _checked_place(desk, place)
    async with desk.database.transaction() as tx:
        await _lock_staff(tx, desk, person_id)
        await store.set_place(tx, person_id, division=division, subjects=subjects, load_weight=weight)
        await _trace(tx, by, person_id, "division, subjects or load changed", at=desk.clock.now())
        return tx.answer(await _view(desk, tx, person_id))


async def note_leave(desk: Desk, actor: Actor, person_id: PersonId, *, first_day: date, last_day: date) -> StaffView:
    """No new case is drawn for a judge on leave. Raises NotFound, InvalidInput."""
    by = in_person(actor)
    if last_day < first_day:
        wrong = Text("结束日期不能早于开始日期", "The last day cannot be before the first")
        raise InvalidInput(fields=(FieldProblem("last_day", "date-order", wrong),))
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        await _lock_staff(tx, desk, person_id)
        await store.insert_leave(tx, Leave(new_id(), first_day, last_day), person_id=person_id, by=by, at=now)
        await _trace(tx, by, person_id, "leave noted", at=now)
        return tx.answer(await _view(desk, tx, person_id))


async def cancel_leave(desk: Desk, actor: Actor, person_id: PersonId, leave_id: UUID) -> StaffView:
    """Raises NotFound."""
    by = in_person(actor)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        await store.cancel_leave(tx, leave_id, person_id=person_id, at=now)
        await _trace(tx, by, person_id, "leave cancelled", at=now)
        return tx.answer(await _view(desk, tx, person_id))


async def request_role(desk: Desk, actor: Actor, person_id: PersonId, role: Role) -> StaffView:
    """Ask for a role; it holds once another administrator has confirmed it.

    Raises: NotFound, NotStaff, RoleNotGrantable, RoleHeldAlready, DutiesNotSeparate, RequestSettled.
    """
    by = in_person(actor)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        duties.check_may_be_given(person, role)
        if not await store.insert_grant(tx, RoleGrant(new_id(), person_id, role, by, now, "open", None, None)):
            raise duties.RequestSettled
        await _trace(tx, by, person_id, f"role {role} requested", at=now)
        await desk.journal.tell(tx, RoleRequested(person_id=person_id, role=role), actor=by, at=now)
        return tx.answer(await _view(desk, tx, person_id))


async def settle_grant(desk: Desk, actor: Actor, grant_id: UUID, *, confirm: bool) -> StaffView:
    """The second person confirms or refuses. Raises NotFound, RequestSettled, SecondPersonNeeded, DutiesNotSeparate."""
    by = in_person(actor)
    now = desk.clock.now()
    async with desk.changing_sessions() as tx:
        grant = await store.lock_grant(tx, grant_id)
        duties.check_may_settle(grant, by)
        person = await people.lock(tx, desk.keyring, grant.person_id)
        await store.settle_grant(tx, grant_id, "confirmed" if confirm else "refused", by=by, at=now)
        if confirm:
            duties.check_may_be_given(person, grant.role)
            await people.set_roles(tx, person.id, person.roles | {grant.role})
            await desk.journal.tell(tx, RoleGranted(person_id=person.id, role=grant.role), actor=by, at=now)
        await _trace(tx, by, person.id, f"role {grant.role} {'confirmed' if confirm else 'refused'}", at=now)
        return tx.answer(await _view(desk, tx, person.id))


async def withdraw_role(desk: Desk, actor: Actor, person_id: PersonId, role: Role) -> StaffView:
    """Taking a role away needs no second person; the person's sessions end. Raises NotFound, RoleNotHeld, LastAdministrator."""
    by = in_person(actor)
    now = desk.clock.now()
    async with desk.changing_sessions() as tx:
        if role in ADMINISTRATORS and await people.holders(tx, role) == 1:
            raise duties.LastAdministrator
        person = await _lock_staff(tx, desk, person_id)
        if role not in person.roles:
            raise duties.RoleNotHeld
        await people.set_roles(tx, person_id, person.roles - {role})
        await sessions.end_all(tx, person_id, besides=None, at=now)
        await _trace(tx, by, person_id, f"role {role} withdrawn", at=now)
        await desk.journal.tell(tx, RoleWithdrawn(person_id=person_id, role=role), actor=by, at=now)
        return tx.answer(await _view(desk, tx, person_id))


async def settle_licence(desk: Desk, actor: Actor, person_id: PersonId, *, confirm: bool) -> LicenceView:
    """The licence was compared with the register of lawyers. Raises NotFound if none is waiting."""
    by = in_person(actor)
    now = desk.clock.now()
    async with desk.changing_sessions() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        if person.licence_state != "stated":
            raise NotFound
        state = "confirmed" if confirm else "refused"
        await people.set_licence_state(tx, person_id, state)
        if confirm:
            await people.set_roles(tx, person_id, person.roles | {Role.LAWYER})
            await desk.journal.tell(tx, RoleGranted(person_id=person_id, role=Role.LAWYER), actor=by, at=now)
        await _trace(tx, by, person_id, f"lawyer's licence {state}", at=now)
        return tx.answer(_licence(msgspec.structs.replace(person, licence_state=state)))


async def list_staff(desk: Desk, *, role: Role | None, after: UUID | None, limit: int) -> list[StaffView]:
    async with desk.database.reading() as reader:
        found = await store.staff(reader, desk.keyring, role=role, after=after, limit=limit)
        return await _staff_views(desk, reader, found)


async def list_grants(desk: Desk, actor: Actor, *, after: UUID | None, limit: int) -> list[RoleGrantView]:
    me = who(actor)
    async with desk.database.reading() as reader:
        grants = await store.open_grants(reader, people=None, after=after, limit=limit)
        ids = {g.person_id for g in grants} | {g.requested_by for g in grants}
        found = await people.people(reader, desk.keyring, ids)
    names = {i: PartyName("person", i, p.name) for i, p in found.items()}
    may_settle = Role.SECURITY_ADMIN in actor.roles
    return [
        RoleGrantView(
            g.id, names[g.person_id], g.role, names[g.requested_by], g.requested_at,
            may_settle and me not in (g.requested_by, g.person_id),
        )
        for g in grants
    ]  # fmt: skip


async def list_licences(desk: Desk, *, after: UUID | None, limit: int) -> list[LicenceView]:
    async with desk.database.reading() as reader:
        return [_licence(p) for p in await people.stated_licences(reader, desk.keyring, after=after, limit=limit)]


def _licence(person: Person) -> LicenceView:
    return LicenceView(
        PartyName("person", person.id, person.name), person.licence or "", person.firm or "", person.licence_state or ""
    )


async def _lock_staff(tx: Transaction, desk: Desk, person_id: PersonId) -> Person:
    """Raises NotFound for who is not staff."""
    person = await people.lock(tx, desk.keyring, person_id)
    if not person.staff:
        raise NotFound
    return person


async def _trace(tx: Transaction, by: PersonId, person_id: PersonId, what: str, *, at: datetime) -> None:
    """What administrators do to accounts is read by the audit administrator."""
    await store.insert_access(tx, by, matter="account", matter_id=person_id, what=what, at=at)


async def _view(desk: Desk, reader: Reader, person_id: PersonId) -> StaffView:
    [view] = await _staff_views(desk, reader, [await people.person(reader, desk.keyring, person_id)])
    return view


async def _staff_views(desk: Desk, reader: Reader, found: list[Person]) -> list[StaffView]:
    ids = [p.id for p in found]
    leaves = await store.leaves(reader, ids, on=court_day(desk.clock.now()))
    open_requests: dict[PersonId, list[Role]] = {}
    for grant in await store.open_grants(reader, people=ids, after=None, limit=1000):
        open_requests.setdefault(grant.person_id, []).append(grant.role)
    return [
        StaffView(
            p.id, p.name, numbers.masked_mobile(p.mobile), sorted(p.roles), open_requests.get(p.id, []), p.division,
            list(p.subjects), f"{p.load_weight:.2f}", leaves.get(p.id, []), p.active,
        )
        for p in found
    ]  # fmt: skip
