"""Publishing commitments to seeds ahead of need, so that every draw uses one made before its case was filed."""

import secrets
from datetime import datetime

from tianping.contexts.cases.actions.desk import Desk
from tianping.contexts.cases.rules import chain, draw
from tianping.contexts.cases.store import draws as store

AHEAD = 200
"""Unused commitments that there are at least."""

_SPARE = 100
"""Published beyond that, so that the stock is not made up one by one."""


async def publish_commitments(desk: Desk, *, ahead: int = AHEAD + _SPARE, at: datetime | None = None) -> int:
    """Publish until `ahead` are unused; returns how many were new. Idempotent. `at`: only for setting up a
    demonstration whose filings lie in the past; never earlier than the last published.
    """
    at = at or desk.clock.now()
    async with desk.database.transaction() as tx:
        await store.lock_publishing(tx)
        missing = ahead - await store.unused(tx)
        last = await store.last_commitment(tx)
        if last is not None:
            at = max(at, datetime.fromisoformat(last.at))
        first, prev = (last.seq + 1, last.hash) if last else (1, chain.START)
        made = []
        for seq in range(first, first + missing):
            seed = secrets.token_bytes(draw.SEED_LENGTH)
            commitment = draw.commit(seq, chain.as_of(at), seed, prev)
            made.append((commitment, seed))
            prev = commitment.hash
        if made:
            await store.publish(tx, desk.keyring, made, at=at)
    return len(made)


async def replenish(desk: Desk) -> None:
    """By the clock: when fewer than `AHEAD` are unused, publish the stock anew."""
    async with desk.database.reading() as reader:
        left = await store.unused(reader)
    if left < AHEAD:
        await publish_commitments(desk)
