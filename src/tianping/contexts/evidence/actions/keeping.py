"""What a depositor does with a deposit later: another title, or forgetting."""

from uuid import UUID

import msgspec

from tianping.contexts.evidence.actions.depositing import check_own
from tianping.contexts.evidence.actions.views import view
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.deposits import DepositView, State
from tianping.contexts.evidence.rules import problems
from tianping.contexts.evidence.store import deposits as store
from tianping.interfaces.evidence import DepositForgotten
from tianping.interfaces.identity import Actor

FORGOTTEN = "（已删除）"


async def rename(desk: Desk, actor: Actor, deposit_id: UUID, title: str) -> DepositView:
    """Raises NotFound, Forgotten."""
    async with desk.database.transaction() as tx:
        deposit = await store.lock(tx, desk.keyring, deposit_id)
        await check_own(desk, actor, deposit)
        if deposit.forgotten_at is not None:
            raise problems.Forgotten
        renamed = msgspec.structs.replace(deposit, title=title.strip())
        await store.save(tx, desk.keyring, renamed)
        return tx.answer(view(desk, renamed))


async def forget(desk: Desk, actor: Actor, deposit_id: UUID) -> DepositView:
    """Delete facts, names and sharing here; the reaction deletes the salt at the node and lets go of the file.

    Raises NotFound, Forgotten, NotStoredYet (while it is on its way to the node).
    """
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        deposit = await store.lock(tx, desk.keyring, deposit_id)
        await check_own(desk, actor, deposit)
        if deposit.forgotten_at is not None:
            raise problems.Forgotten
        if deposit.state is State.PENDING:
            raise problems.NotStoredYet
        gone = msgspec.structs.replace(
            deposit, title=FORGOTTEN, file_name=FORGOTTEN, facts=None, code=None, shared_until=None, forgotten_at=now
        )
        await store.save(tx, desk.keyring, gone)
        await desk.journal.tell(tx, DepositForgotten(deposit_id=deposit_id), actor=actor.person_id, at=now)
        return tx.answer(view(desk, gone))
