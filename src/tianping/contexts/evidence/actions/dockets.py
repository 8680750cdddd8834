"""The heads of all dockets are deposited every few minutes, so that no docket can be rewritten unseen, not even by the court."""

from datetime import timedelta
from uuid import UUID

import structlog

from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.verifications import DocketDepositView
from tianping.contexts.evidence.rules import docket_heads
from tianping.contexts.evidence.store import dockets as store
from tianping.interfaces.identity import Actor
from tianping.interfaces.ledger import DepositItem
from tianping.kit.digests import sm3
from tianping.kit.ids import CaseId, new_id
from tianping.kit.problems import NotFound, Problem, TooManyRequests, Unavailable

log = structlog.get_logger(__name__)

BATCH = 1000
OVERLAP = timedelta(minutes=10)
"""How late an entry may come to light after its time: longer than any transaction lasts."""
SHOWN = 200


async def deposit_heads(desk: Desk) -> None:
    """Take up the heads that grew, then bring everything that waits to the node. Idempotent."""
    await _take_up(desk)
    async with desk.database.reading() as reader:
        waiting = await store.pending(reader)
    for batch in waiting:
        if not await _bring(desk, batch):
            return


async def _take_up(desk: Desk) -> None:
    async with desk.database.reading() as reader:
        seen = await store.seen_until(reader)
    since = None if seen is None else seen - OVERLAP
    after: CaseId | None = None
    while True:
        heads = await desk.cases.docket_heads(since=since, after=after, limit=BATCH)
        if not heads:
            return
        async with desk.database.transaction() as tx:
            known = await store.known(tx, [head.case_id for head in heads])
            new = [head for head in heads if head.seq > known.get(head.case_id, 0)]
            await store.insert(tx, new_id(), new, at=desk.clock.now())
            await store.note_seen(tx, heads[-1].grown_at)
        if len(heads) < BATCH:
            return
        since, after = heads[-1].grown_at, heads[-1].case_id


async def _bring(desk: Desk, batch: UUID) -> bool:
    """False: the node does not take it now."""
    async with desk.database.reading() as reader:
        heads = await store.batch(reader, batch)
    texts = [docket_heads.text(head.case_id, head.seq, head.head) for head in heads]
    items = [
        DepositItem(
            digest=sm3(text),
            sha256=None,
            size=len(text),
            media_type=docket_heads.MEDIA_TYPE,
            facts=None,
            claimed_at=None,
        )
        for text in texts
    ]
    try:
        receipts = await desk.ledger.deposit(category="court", ref=f"docket/{batch}", items=items)
    except (Unavailable, TooManyRequests):
        return False
    except Problem as refused:
        log.warning("the ledger refuses docket heads", batch=str(batch), code=refused.code)
        async with desk.database.transaction() as tx:
            await store.failed(tx, batch)
        return True
    async with desk.database.transaction() as tx:
        await store.stored(tx, batch, receipts)
    return True


async def of_case(desk: Desk, actor: Actor, case_id: CaseId) -> list[DocketDepositView]:
    """Newest first, at most 200. Raises NotFound without any standing in the case."""
    if await desk.cases.standing(actor, case_id) is None:
        raise NotFound
    async with desk.database.reading() as reader:
        found = await store.of_case(reader, case_id, limit=SHOWN)
    return [
        DocketDepositView(
            seq=one.seq, head=one.head, state=one.state, number=one.number, made_at=one.made_at, stored_at=one.stored_at,
            content=docket_heads.text(case_id, one.seq, one.head).decode(),
            digest=sm3(docket_heads.text(case_id, one.seq, one.head)),
            proof=f"/api/v1/cases/{case_id}/docket-deposits/{one.seq}/proof" if one.number else None,
        )
        for one in found
    ]  # fmt: skip


async def proof(desk: Desk, actor: Actor, case_id: CaseId, seq: int) -> tuple[str, bytes]:
    """Number and bundle with the opening: whoever may read the docket may check its head. Raises NotFound."""
    if await desk.cases.standing(actor, case_id) is None:
        raise NotFound
    async with desk.database.reading() as reader:
        number = await store.number_of(reader, case_id, seq)
    return number, await desk.ledger.proof(number, opening=True)
