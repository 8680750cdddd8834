"""What the security administrator governs (sessions, lockouts, accounts, keys) and the audit administrator reads."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from tianping.contexts.identity.actions.desk import Desk, in_person
from tianping.contexts.identity.model import Done, PartyName, Person
from tianping.contexts.identity.model.offices import AccessView, ClosedAccount, GovernedSession, KeyState, Lockout
from tianping.contexts.identity.rules import duties, numbers
from tianping.contexts.identity.rules import signing_in as rules
from tianping.contexts.identity.store import administration as store
from tianping.contexts.identity.store import people, sessions
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import ADMINISTRATORS, AccountClosed, AccountReopened, Actor, KeysRotated, Role
from tianping.kit.ids import PersonId, SessionId, new_id
from tianping.kit.problems import NotFound, Text
from tianping.platform.database import Reader

RESEAL = "identity.reseal"
BATCH = 200
CLOSED_BATCH = 500


async def _names(desk: Desk, reader: Reader, ids: set[PersonId]) -> dict[PersonId, PartyName]:
    found = await people.people(reader, desk.keyring, ids)
    return {i: PartyName("person", i, p.name) for i, p in found.items()}


async def list_sessions(
    desk: Desk, *, person_id: PersonId | None, before: UUID | None, limit: int
) -> list[GovernedSession]:
    async with desk.database.reading() as reader:
        found = await sessions.all_live(reader, person_id=person_id, before=before, at=desk.clock.now(), limit=limit)
        names = await _names(desk, reader, {s.person_id for s in found})
    return [GovernedSession(s.id, names[s.person_id], s.device, s.opened_at, s.seen_at) for s in found]


async def end_session(desk: Desk, actor: Actor, session_id: SessionId) -> Done:
    """Raises NotFound."""
    by = in_person(actor)
    now = desk.clock.now()
    async with desk.changing_sessions() as tx:
        person_id = await sessions.end(tx, session_id, person_id=None, at=now)
        if person_id is None:
            raise NotFound
        await store.insert_access(tx, by, matter="account", matter_id=person_id, what="session ended", at=now)
        return tx.answer(Done(1))


async def list_lockouts(desk: Desk, *, before: tuple[datetime, bytes] | None, limit: int) -> list[Lockout]:
    """Numbers at which a proof of work or a wait is asked for now, latest first."""
    now = desk.clock.now()
    async with desk.database.reading() as reader:
        found = await sessions.lockouts(
            reader, least=rules.FAILURES_BEFORE_PROOF, since=now - rules.FAILURES_FADE, before=before, limit=limit
        )
        names = await people.names_by_mobile_digest(reader, desk.keyring, [row["mobile_digest"] for row in found])

    def party(digest: bytes) -> PartyName | None:
        known = names.get(digest)
        return PartyName("person", *known) if known else None

    return [
        Lockout(
            bytes(row["mobile_digest"]).hex(), party(bytes(row["mobile_digest"])), row["failures"], row["failed_at"],
            row["failed_at"] + rules.waiting_time(row["failures"]),
        )
        for row in found
    ]  # fmt: skip


async def clear_lockout(desk: Desk, actor: Actor, lockout_id: str) -> Done:
    """Let the number try again at once. Raises NotFound."""
    by = in_person(actor)
    now = desk.clock.now()
    try:
        digest = bytes.fromhex(lockout_id)
    except ValueError:
        raise NotFound from None
    async with desk.database.transaction() as tx:
        if not await sessions.forget_failures(tx, digest):
            raise NotFound
        known = (await people.names_by_mobile_digest(tx, desk.keyring, [digest])).get(digest)
        await store.insert_access(
            tx, by, matter="account", matter_id=known[0] if known else None, what="lockout cleared", at=now
        )
        return tx.answer(Done(1))


async def set_account_open(desk: Desk, actor: Actor, person_id: PersonId, *, open_: bool) -> Done:
    """Close an account (sessions and tokens end) or open it again. Raises NotFound, LastAdministrator."""
    by = in_person(actor)
    now = desk.clock.now()
    async with desk.changing_sessions() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        for role in () if open_ else person.roles & ADMINISTRATORS:
            if person.active and await people.holders(tx, role) == 1:
                raise duties.LastAdministrator
        ended = 0
        if open_:
            await people.reopen(tx, person_id)
        else:
            await people.close(tx, person_id, by=by, at=now)
            ended = await sessions.end_all(tx, person_id, besides=None, at=now)
            await sessions.revoke_tokens_of(tx, person_id, at=now)
        what = "account reopened" if open_ else "account closed"
        await store.insert_access(tx, by, matter="account", matter_id=person_id, what=what, at=now)
        event = AccountReopened(person_id=person_id) if open_ else AccountClosed(person_id=person_id)
        await desk.journal.tell(tx, event, actor=by, at=now)
        return tx.answer(Done(ended))


async def closed_accounts(
    desk: Desk, actor: Actor, *, search: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[ClosedAccount]:
    """Accounts that were closed and are nobody's of the court, latest first. Nothing of them is removed: cases,
    papers and proofs of service refer to them.

    `search`: a whole mobile or identity number, or part of a name. Names are sealed, so they are opened and compared
    here, batch by batch.
    """
    wanted = "".join(search.split()).casefold() if search else ""
    found: list[store.Closed] = []
    async with desk.database.reading() as reader:
        while len(found) < limit:
            batch = await store.closed_people(reader, desk.keyring, after=after, limit=CLOSED_BATCH)
            found += [one for one in batch if _is_meant(one.person, wanted)]
            if len(batch) < CLOSED_BATCH:
                break
            after = (batch[-1].closed_at, batch[-1].person.id)
        found = found[:limit]
        names = await _names(desk, reader, {one.closed_by for one in found if one.closed_by})
    may_reopen = Role.SECURITY_ADMIN in actor.roles
    return [
        ClosedAccount(
            id=one.person.id, name=one.person.name, mobile=numbers.masked_mobile(one.person.mobile),
            roles=sorted(one.person.roles), registered_at=one.registered_at, closed_at=one.closed_at,
            closed_by=names.get(one.closed_by) if one.closed_by else None,
            permitted_acts=[_reopening(one.person.id, permitted=may_reopen)],
        )
        for one in found
    ]  # fmt: skip


def _is_meant(person: Person, wanted: str) -> bool:
    numbers_of = {person.mobile, (person.identity_number or "").casefold()}
    return not wanted or wanted in numbers_of or wanted in "".join(person.name.split()).casefold()


def _reopening(person_id: PersonId, *, permitted: bool) -> PermittedAct:
    why_not = None if permitted else Text("由安全管理员办理", "The security administrator does this")
    path = f"/administration/people/{person_id}/reopen"
    return PermittedAct("reopen", Text("恢复账号", "Open the account again"), permitted, path, why_not)


async def key_state(desk: Desk) -> KeyState:
    outdated = await desk.sealed.outdated()
    async with desk.database.reading() as reader:
        at = await store.last_rotation(reader)
    return KeyState(desk.keyring.newest(), outdated, not any(outdated.values()), at)


async def rotate_keys(desk: Desk, actor: Actor) -> KeyState:
    """Seal with a new key from now on; a job moves what is under older ones, in batches, while the court works.

    How far it is, `key_state` counts from the rows.
    """
    by = in_person(actor)
    now = desk.clock.now()
    rotation_id = new_id()
    async with desk.database.transaction() as tx:
        # The key is made inside the claimed act, so that a repeated request makes no second one.
        number = await asyncio.to_thread(desk.keyring.renew)
        await store.insert_rotation(tx, rotation_id, number, by=by, at=now)
        await store.insert_access(tx, by, matter="keys", matter_id=rotation_id, what=f"key {number} made", at=now)
        await desk.journal.tell(tx, KeysRotated(rotation_id=rotation_id, number=number), actor=by, at=now)
        await desk.journal.defer(tx, RESEAL, lock=RESEAL)
        return tx.answer(KeyState(number, {}, False, now))


async def reseal(desk: Desk) -> None:
    """The job: one batch after another until no row is under an older key. Safe to stop and to run again."""
    while await desk.sealed.reseal(limit=BATCH):
        pass
    async with desk.database.transaction() as tx:
        if not any((await desk.sealed.outdated()).values()):
            await store.finish_rotations(tx, at=desk.clock.now())


async def access_log(
    desk: Desk,
    *,
    person_id: PersonId | None,
    matter_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> list[AccessView]:
    """Newest first; `since` included, `until` not."""
    async with desk.database.reading() as reader:
        rows = await store.access_log(
            reader, person_id=person_id, matter_id=matter_id, since=since, until=until, before=before, limit=limit
        )
        names = await _names(desk, reader, {row["person_id"] for row in rows})
    return [AccessView(r["id"], r["at"], names[r["person_id"]], r["matter"], r["matter_id"], r["what"]) for r in rows]


async def forget_old(desk: Desk) -> None:
    """The timer: codes, challenges, failures and sessions that are of no use any more."""
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        await sessions.forget_old(tx, day_ago=now - timedelta(days=1), month_ago=now - timedelta(days=30), at=now)
