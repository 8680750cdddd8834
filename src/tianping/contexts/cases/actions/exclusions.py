"""Declaring kinship with a party, before any case: the judge is left out of draws of that party's cases. CPL art. 47."""

from uuid import UUID

import msgspec

from tianping.contexts.cases.actions.desk import Desk
from tianping.contexts.cases.model import Exclusion
from tianping.contexts.cases.store import requests as store
from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import PersonId, new_id
from tianping.kit.problems import Conflict, FieldProblem, InvalidInput, NotFound, NotPermitted, Text

_LEADERS = frozenset({Role.DIVISION_HEAD, Role.PRESIDENT})


class ExclusionWithdrawn(Conflict):
    code = "exclusion-withdrawn"
    title = Text("该申报已撤回", "This declaration is withdrawn already")


async def declare(desk: Desk, actor: Actor, *, judge: PersonId | None, kind: str, party_name: str) -> Exclusion:
    """A judge declares for oneself; the division head or the president may declare for a judge.

    Raises: NotPermitted, InvalidInput (no such judge).
    """
    assert actor.person_id is not None
    about = judge or actor.person_id
    if about != actor.person_id and not actor.roles & _LEADERS:
        raise NotPermitted
    if about not in {m.person_id for m in await desk.people.staff(Role.JUDGE)}:
        unknown = Text("该人员不是本院审判人员", "This person is not a judge of this court")
        raise InvalidInput(fields=(FieldProblem("judge", "not-a-judge", unknown),))
    now = desk.clock.now()
    declared = Exclusion(new_id(), about, kind, party_name.strip(), None, actor.person_id, now, None)
    async with desk.database.transaction() as tx:
        await store.exclude(tx, desk.keyring, declared)
        return tx.answer(declared)


async def withdraw(desk: Desk, actor: Actor, exclusion_id: UUID) -> Exclusion:
    """Take a declaration of kinship back; recusals that were decided stay. Raises NotFound, ExclusionWithdrawn."""
    assert actor.person_id is not None
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        found = await store.lock_exclusion(tx, desk.keyring, exclusion_id)
        if found.case_id is not None or (found.judge != actor.person_id and not actor.roles & _LEADERS):
            raise NotFound
        if found.withdrawn_at is not None:
            raise ExclusionWithdrawn
        await store.withdraw_exclusion(tx, exclusion_id, by=actor.person_id, at=now)
        return tx.answer(msgspec.structs.replace(found, withdrawn_at=now))


async def mine(desk: Desk, actor: Actor, *, judge: PersonId | None) -> list[Exclusion]:
    """Declarations about oneself; leaders may read those of a judge. Raises NotPermitted."""
    assert actor.person_id is not None
    about = judge or actor.person_id
    if about != actor.person_id and not actor.roles & _LEADERS:
        raise NotPermitted
    async with desk.database.reading() as reader:
        return await store.exclusions_of(reader, desk.keyring, about)
