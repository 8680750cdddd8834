"""Deposit: taken from people in one act, brought to the node by a reaction, and again by a timer while the node is down."""

import secrets
from collections.abc import Sequence
from uuid import UUID

import structlog

from tianping.contexts.evidence.actions.views import view
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.deposits import (
    Category,
    Deposit,
    DepositInput,
    DepositsTaken,
    DepositView,
    State,
)
from tianping.contexts.evidence.rules import problems, provenance
from tianping.contexts.evidence.store import deposits as store
from tianping.interfaces import evidence as events
from tianping.interfaces.identity import Actor
from tianping.interfaces.ledger import DepositItem
from tianping.kit.file_names import clean_name
from tianping.kit.ids import OrganisationId, PersonId, UploadId, new_id
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Problem, Text, TooManyRequests, Unavailable

log = structlog.get_logger(__name__)


async def take(desk: Desk, actor: Actor, asked: Sequence[DepositInput]) -> list[DepositView]:
    """Raises InvalidInput, MaterialMissing, MaterialUnfit."""
    made = await _prepare(desk, actor, asked)
    async with desk.database.transaction() as tx:
        await _save(desk, tx, actor, made)
        return [tx.answer(view(desk, made[0]))]


async def take_together(desk: Desk, actor: Actor, asked: Sequence[DepositInput]) -> DepositsTaken:
    """All or none. Raises as `take`."""
    made = await _prepare(desk, actor, asked)
    async with desk.database.transaction() as tx:
        await _save(desk, tx, actor, made)
        return tx.answer(DepositsTaken([view(desk, one) for one in made]))


async def retry(desk: Desk, actor: Actor, deposit_id: UUID) -> DepositView:
    """Raises NotFound, NothingToRetry."""
    async with desk.database.transaction() as tx:
        deposit = await store.lock(tx, desk.keyring, deposit_id)
        await check_own(desk, actor, deposit)
        if deposit.state is not State.FAILED:
            raise problems.NothingToRetry
        batch = new_id()
        await store.again(tx, deposit_id, batch=batch)
        await desk.journal.tell(tx, events.DepositsTaken(batch=batch), actor=actor.person_id, at=desk.clock.now())
        return tx.answer(view(desk, await store.lock(tx, desk.keyring, deposit_id)))


async def bring(desk: Desk, wanted: store.Pending) -> bool:
    """Deposit a group at the node and note the numbers. False: the node does not take it now.

    The node knows the group by its reference, so asking again gives the same numbers.
    """
    async with desk.database.reading() as reader:
        group = await store.group(reader, desk.keyring, wanted)
    waiting = [one for one in group if one.state is State.PENDING]
    if not waiting:
        return True
    items = [
        DepositItem(
            digest=one.digest, sha256=one.sha256, size=one.size, media_type=one.media_type, facts=one.facts,
            claimed_at=one.claimed_at,
        )
        for one in group
    ]  # fmt: skip
    try:
        receipts = await desk.ledger.deposit(
            category=wanted.category, ref=f"deposit/{wanted.batch}/{wanted.category}", items=items
        )
    except (Unavailable, TooManyRequests):
        return False
    except Problem as refused:
        log.warning("the ledger refuses deposits", batch=str(wanted.batch), code=refused.code)
        async with desk.database.transaction() as tx:
            await store.failed(tx, wanted, refused.explanation or refused.title)
        return True
    async with desk.database.transaction() as tx:
        await store.stored(tx, wanted, receipts)
    return True


async def bring_waiting(desk: Desk) -> None:
    """Everything the node has not acknowledged, oldest first, until it stops answering."""
    async with desk.database.reading() as reader:
        waiting = await store.pending(reader)
    for one in waiting:
        if not await bring(desk, one):
            return


async def check_own(desk: Desk, actor: Actor, deposit: Deposit) -> None:
    """The depositor, or a member of the organisation that it was made for. Raises NotFound."""
    if actor.person_id is not None:
        if deposit.owner == actor.person_id:
            return
        if deposit.organisation_id is not None and deposit.organisation_id in await organisations(
            desk, actor.person_id
        ):
            return
    raise NotFound


async def organisations(desk: Desk, person_id: PersonId) -> set[OrganisationId]:
    return {one.id for one in await desk.people.organisations_of(person_id)}


async def _prepare(desk: Desk, actor: Actor, asked: Sequence[DepositInput]) -> list[Deposit]:
    assert actor.person_id is not None
    wanted = {one.organisation_id for one in asked if one.organisation_id is not None}
    if wanted - (await organisations(desk, actor.person_id) if wanted else set()):
        raise problems.not_a_member()
    now = desk.clock.now()
    batch, positions, made = new_id(), dict.fromkeys(Category, 0), []
    for at, one in enumerate(asked):
        if one.claimed_at is not None and one.claimed_at > now:
            raise InvalidInput(fields=(FieldProblem(f"deposits.{at}.claimed_at", "in-the-future", _FUTURE),))
        category = Category(one.category)
        made.append(
            Deposit(
                id=new_id(), owner=actor.person_id, organisation_id=one.organisation_id, batch=batch,
                position=positions[category], category=category, title=one.title.strip(), file_name=clean_name(one.file_name),
                digest=one.digest, sha256=one.sha256, size=one.size, media_type=one.media_type, upload_id=one.upload_id,
                capture_id=None, claimed_at=one.claimed_at,
                facts=provenance.facts_of(one, opening=secrets.token_hex(16)), state=State.PENDING, made_at=now, number=None,
                chain=None, index=None, stored_at=None, failure=None, code=None, shared_until=None, forgotten_at=None,
            )
        )  # fmt: skip
        positions[category] += 1
    await _keep_files(desk, actor.person_id, made)
    return made


_FUTURE = Text("形成时间不能晚于现在", "The time it was made lies in the future")
_OTHER_FILE = Text("上传的文件与所填的摘要不一致", "The uploaded file has another digest")


async def _keep_files(desk: Desk, owner: PersonId, made: Sequence[Deposit]) -> None:
    """Files that the court shall keep are the depositor's own uploads and have the digest that is deposited."""
    kept = {one.upload_id: one for one in made if one.upload_id is not None}
    if not kept:
        return
    for material in await desk.materials.owned(owner, tuple(kept)):
        if material.digest is not None and material.digest != kept[material.id].digest:
            raise InvalidInput(fields=(FieldProblem("digest", "other-file", _OTHER_FILE),))
    for upload_id, deposit in kept.items():
        await desk.materials.keep(owner, (UploadId(upload_id),), held_by=held_by(deposit.id))


def held_by(deposit_id: UUID) -> str:
    return f"evidence:{deposit_id}"


async def _save(desk: Desk, tx: store.Transaction, actor: Actor, made: Sequence[Deposit]) -> None:
    for one in made:
        await store.insert(tx, desk.keyring, one)
    await desk.journal.tell(tx, events.DepositsTaken(batch=made[0].batch), actor=actor.person_id, at=made[0].made_at)
