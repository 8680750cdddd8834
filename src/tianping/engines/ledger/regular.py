"""What a node does regularly: time stamps of an authority over its checkpoints, anchors in the main chain, sweeping."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import structlog

from tianping.engines.ledger.digests import sm3
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
        every: dict[str, tuple[float, Callable[[], Awaitable[object]]]] = {"sweep": (SWEEP_S, self._node.sweep)}
        if self._stamping is not None:
            every["stamp"] = (self._node.config.stamps.every_minutes * 60.0, self.stamp)
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

    async def stamp(self) -> int:
        """Have the newest checkpoint of each chain stamped, where it is not yet. Returns how many were.

        Raises Unavailable with the first that was refused, after trying all.
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
            at = int(stamp.time.timestamp() * 1000)
            await asyncio.to_thread(writing.keep_stamp, height, at, stamp.authority, stamp.token)
            stamped += 1
        if wrong is not None:
            raise wrong
        return stamped
