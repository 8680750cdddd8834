"""Solo: one signing node that puts transactions in order by itself; the embedded default.

Group commit: whatever waits becomes one block, is executed, co-signed and written through to disk, and only then
acknowledged. Signatures are checked beforehand, over all cores, while the block before is being written.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

import msgspec

from tianping.engines.ledger import machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosigned, cosign, gather
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.base import Acknowledged, Stopped
from tianping.engines.ledger.model import Block, Genesis, Member, SigningKey, signed_message
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.interfaces.signing import SignatureCheck, Signer, Verifying

LARGEST_BLOCK = 20_000
"""Entries of one block; what is over waits for the next."""


class _Waiting(msgspec.Struct):
    envelope: bytes
    entries: int
    answer: "asyncio.Future[Acknowledged]"


class SoloDriver:
    """`now`: the node's clock in milliseconds. Start and stop it within one event loop."""

    def __init__(
        self,
        store: Store,
        signer: Signer,
        verifying: Verifying,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.store = store
        self.genesis: Genesis = store.genesis()
        self._signer = signer
        self._verifying = verifying
        self._now = now
        self._checked: dict[bytes, bool] = {}
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        head = self.store.head()
        self._me((head.height if head else 0) + 1)
        self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """What was taken is finished; what still waits is answered Stopped."""
        if self._worker is not None:
            self._worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker
            self._worker = None
        for one in self._waiting:
            if not one.answer.done():
                one.answer.set_exception(Stopped())
        self._waiting.clear()

    async def submit(self, envelopes: Sequence[bytes]) -> list[Acknowledged]:
        """Take transactions and wait until they are on disk under a co-signed checkpoint. Raises Stopped.

        A refused transaction is an answer like another: its receipt says why.
        """
        if self._worker is None or self._worker.done():
            raise Stopped
        await self._check_signatures(envelopes)
        loop = asyncio.get_running_loop()
        mine = [_Waiting(one, 0, loop.create_future()) for one in envelopes]
        self._waiting.extend(mine)
        self._wake.set()
        return list(await asyncio.gather(*(one.answer for one in mine)))

    async def _check_signatures(self, envelopes: Sequence[bytes]) -> None:
        checks: list[SignatureCheck] = []
        state = Overlay(self.store)
        for raw in envelopes:
            try:
                envelope, _ = machine.read_envelope(raw)
            except Refused:
                continue
            message = signed_message(envelope.body)
            for one in envelope.signatures:
                key = state.read(key_of("key", one.fingerprint), SigningKey)
                if key is not None:
                    checks.append(SignatureCheck(key.public_key, message, one.signature))
        for check, right in zip(checks, await self._verifying.verify_all(checks), strict=True):
            self._checked[_name(check.public_key, check.message, check.signature)] = right

    def _verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        known = self._checked.pop(_name(public_key, message, signature), None)
        return self._verifying.verify(public_key, message, signature) if known is None else known

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                taken = self._take()
                task = asyncio.create_task(asyncio.to_thread(self._make_block, [one.envelope for one in taken]))
                try:
                    acknowledged = await asyncio.shield(task)
                except asyncio.CancelledError:
                    # The block is being written: those who wait for it are told before we stop.
                    self._answer(taken, await task)
                    raise
                except Exception as failed:
                    for one in taken:
                        if not one.answer.done():
                            one.answer.set_exception(failed)
                    continue
                self._answer(taken, acknowledged)

    def _take(self) -> list[_Waiting]:
        total = 0
        for count, one in enumerate(self._waiting):
            # A transaction of n items is about 100 n bytes: enough to bound a block without decoding it again.
            total += 1 + len(one.envelope) // 100
            if total > LARGEST_BLOCK and count:
                taken, self._waiting = self._waiting[:count], self._waiting[count:]
                return taken
        taken, self._waiting = self._waiting, []
        return taken

    @staticmethod
    def _answer(taken: Sequence[_Waiting], acknowledged: Sequence[Acknowledged]) -> None:
        for one, answer in zip(taken, acknowledged, strict=True):
            if not one.answer.done():
                one.answer.set_result(answer)

    def _make_block(self, envelopes: list[bytes]) -> list[Acknowledged]:
        head = self.store.head()
        last = self.store.checkpoint()
        height = (head.height if head else -1) + 1
        outcome = machine.execute(self.store, Block(height, last.time if last else 0, envelopes), self._verify)
        if outcome.entries:
            cosigned = self._cosign(Checkpoint(self.genesis.origin, outcome.size, outcome.root, height), last)
            self.store.keep(outcome, cosigned)
        else:
            cosigned = last
        return [self._acknowledge(receipt, cosigned, outcome.entries != []) for receipt in outcome.receipts]

    def _acknowledge(self, receipt: machine.Receipt, cosigned: Cosigned | None, new: bool) -> Acknowledged:
        covering = cosigned
        if receipt.code == "duplicate" or (receipt.accepted and not new):
            covering = self.store.checkpoint_covering(receipt.first + receipt.count)
        return Acknowledged(receipt, covering if receipt.accepted else None)

    def _cosign(self, checkpoint: Checkpoint, last: Cosigned | None) -> Cosigned:
        me = self._me(checkpoint.height)
        # A clock that was set back never makes time run backwards on the chain.
        clock = max(self._now(), last.time if last else 0)
        own = cosign(checkpoint, me, clock, self._signer.sign)
        return gather(checkpoint, [own], [me], lambda *_: True)

    def _me(self, height: int) -> Member:
        for member in machine.signers_at(self.store, height):
            if member.fingerprint == self._signer.certificate.fingerprint:
                return member
        raise Stopped


def _name(public_key: bytes, message: bytes, signature: bytes) -> bytes:
    return sm3(public_key + signature + message)
