"""The door: what would become of a transaction now, for those who hand them in and for the engine's mempool.

Those who ask while others are being checked wait for the next round, and each round checks all signatures at once. What many
ask for, keys and applications, is read once a block.
"""

import asyncio

import msgspec

from tianping.engines.ledger import machine
from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.signatures import CheckedSignatures
from tianping.engines.ledger.model import Receipt
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import Store

A_ROUND = 256
# Each is about a tenth of a millisecond: votes must not wait for a whole round.
YIELD_AFTER = 16
# What was read for so many is let go: without new blocks it would grow for ever.
READ_FOR = 1000


class _Asking(msgspec.Struct):
    envelope: bytes
    answer: "asyncio.Future[Receipt]"


class Door:
    """`check` may be called many times at once. Nothing is kept; a receipt here is a forecast."""

    def __init__(self, store: Store, signatures: CheckedSignatures) -> None:
        self._store = store
        self._signatures = signatures
        self._asking: list[_Asking] = []
        self._worker: asyncio.Task[None] | None = None
        self._view, self._clock, self._judged = Overlay(store), -1, 0

    def refresh(self) -> None:
        """The store has changed: a block was kept or taken back, or the chain taken over."""
        self._view, self._clock, self._judged = Overlay(self._store), -1, 0

    async def check(self, envelope: bytes) -> Receipt:
        """`duplicate` only of what is in a block already."""
        if sealing.is_seal(envelope):
            return Receipt("malformed", b"", 0, 0)
        one = _Asking(envelope, asyncio.get_running_loop().create_future())
        self._asking.append(one)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await one.answer

    async def _work(self) -> None:
        # Let those who ask in the same breath come into the same round.
        await asyncio.sleep(0)
        while self._asking:
            round_, self._asking = self._asking[:A_ROUND], self._asking[A_ROUND:]
            try:
                await self._signatures.check(self._store, [one.envelope for one in round_])
                for at, one in enumerate(round_, 1):
                    receipt = self._judge(one.envelope)
                    if not one.answer.done():
                        one.answer.set_result(receipt)
                    if at % YIELD_AFTER == 0:
                        await asyncio.sleep(0)
            except Exception as failed:
                for one in round_:
                    if not one.answer.done():
                        one.answer.set_exception(failed)

    def _judge(self, envelope: bytes) -> Receipt:
        if self._judged >= READ_FOR:
            self.refresh()
        if self._clock < 0:
            last = self._store.checkpoint()
            self._clock = last.time if last else 0
        self._judged += 1
        return machine.check(self._view, envelope, self._clock, self._signatures.verify, self._signatures.read)
