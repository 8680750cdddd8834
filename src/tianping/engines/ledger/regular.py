"""What a node does regularly: anchors of its chains in the main chain, time stamps of an authority, sweeping."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from tianping.engines.ledger import codec
from tianping.engines.ledger.building import transaction
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.home import MAIN
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions.anchors import Anchor, Anchored, TreeHash
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.engines.ledger.witness import proven_changes
from tianping.interfaces.signing import TimeStampAuthority

if TYPE_CHECKING:
    from tianping.engines.ledger.node import Node

log = structlog.get_logger(__name__)

SWEEP_S = 60.0


class Regular:
    """Each kind of work in a loop of its own: one that fails is tried again at its next turn and stops nothing else."""

    def __init__(self, node: "Node", stamping: TimeStampAuthority | None) -> None:
        self._node = node
        self._stamping = stamping
        self._loops: list[asyncio.Task[None]] = []
        self.failures: dict[str, str] = {}

    def start(self) -> None:
        config = self._node.config
        every: dict[str, tuple[float, Callable[[], Awaitable[object]]]] = {"sweep": (SWEEP_S, self._node.sweep)}
        if config.anchor_every_minutes:
            every["anchor"] = (config.anchor_every_minutes * 60.0, self.anchor)
        if self._stamping is not None and config.stamps.every_minutes:
            every["stamp"] = (config.stamps.every_minutes * 60.0, self.stamp)
        self._loops = [asyncio.create_task(self._loop(name, *turn)) for name, turn in every.items()]

    async def stop(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._loops = []

    async def _loop(self, name: str, every_s: float, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                await work()
                self.failures.pop(name, None)
            except Exception as failed:
                self.failures[name] = type(failed).__name__
                log.warning("regular work failed", work=name, reason=repr(failed))

    async def anchor(self) -> int:
        """Enter the newest checkpoint of each other chain in the main chain, where it grew. Returns how many were entered.

        Several members may anchor the same checkpoint; each entry is right. Raises Refused with the first that was refused,
        after trying all.
        """
        node, entered, wrong = self._node, 0, None
        main = node.store(MAIN)
        for name, store in node.reading.items():
            if name == MAIN:
                continue
            made = await asyncio.to_thread(self._made, main, store)
            if made is None:
                continue
            size, content = made
            envelope = transaction(
                chain=MAIN, kind="anchor", author=node.config.member, ref=f"anchor/{name}/{size}", content=content,
                signers=[node.signer],
            )  # fmt: skip
            [acknowledged] = await node.submit(MAIN, [envelope])
            if acknowledged is not None and not acknowledged.receipt.accepted:
                wrong = Refused(acknowledged.receipt.code)
                continue
            entered += 1
        if wrong is not None:
            raise wrong
        return entered

    @staticmethod
    def _made(main: Store, store: Store) -> tuple[int, Anchor] | None:
        """The anchor of a chain's newest checkpoint; None where it did not grow."""
        genesis, newest = store.genesis(), store.checkpoint()
        before = Overlay(main).read(key_of("anchor", genesis.origin), Anchored)
        known = before.size if before else 0
        if newest is None or not newest.quorate or newest.checkpoint.size <= known:
            return None
        size = newest.checkpoint.size
        return size, Anchor(
            newest.note(),
            store.consistency(known, size) if before else [],
            TreeHash.SM3,
            None if before else codec.encode(genesis),
            proven_changes(store, known, size),
        )

    async def stamp(self) -> int:
        """Have the newest checkpoint of each chain stamped, where it is not yet. Returns how many were.

        Raises what the authority's first failure raised, after trying all.
        """
        stamped, wrong = 0, None
        for name, store in self._node.reading.items():
            newest = store.checkpoint()
            if self._stamping is None or newest is None or newest.checkpoint.size == 0:
                continue
            height = newest.checkpoint.height
            if store.stamp_covering(height) is not None:
                continue
            try:
                stamp = await self._stamping.stamp(sm3(newest.checkpoint.text().encode()))
            except Exception as failed:
                wrong = failed
                continue
            writing = self._node.drivers[name].store
            # Rounded down, as a checker reads it in the token; a float would be a millisecond off now and then.
            at = (stamp.time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
            await asyncio.to_thread(writing.keep_stamp, height, at, stamp.authority, stamp.token)
            stamped += 1
        if wrong is not None:
            raise wrong
        return stamped
