"""Solo: one signing node that puts transactions in order by itself; the embedded default.

Group commit: whatever waits becomes one block, is executed, co-signed and written through to disk, and only then
acknowledged. Signatures are checked beforehand, over all cores, while the block before is being written.

What waits is bounded: beyond that a submission is refused as Busy before anything is done for it. Where the disk is full
or fails, those who wait are told StorageFailed and the next block is tried afresh.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

import msgspec
import structlog

from tianping.engines.ledger import machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosigned, cosign, gather
from tianping.engines.ledger.drivers.base import Acknowledged, Busy, Stopped, StorageFailed, storage_failure
from tianping.engines.ledger.locking import Lock
from tianping.engines.ledger.model import Block, Body, Envelope, Genesis, Member, SigningKey, signed_message
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.interfaces.signing import SignatureCheck, Signer, Verifying
from tianping.kit.problems import Text

log = structlog.get_logger(__name__)

LARGEST_BLOCK = 20_000
"""Entries of one block; what is over waits for the next."""

_KNOWN_KEYS = 10_000


class Bounds(msgspec.Struct, frozen=True):
    """What may wait at once: transactions, and bytes of them."""

    transactions: int = 20_000
    size: int = 128 * 1024 * 1024


CHECKED_AT_ONCE = 1000
"""Transactions whose signatures are checked together, at most: while the next are checked, these are written."""

_Check = tuple[bytes, bytes, bytes]
_Opened = tuple[Envelope, Body]


class _Waiting(msgspec.Struct):
    """`opened`: empty where it is malformed; `checked`: answers by (public key, message, signature)."""

    envelope: bytes
    opened: _Opened | None
    checked: dict[_Check, bool]
    answer: "asyncio.Future[Acknowledged]"


class SoloDriver:
    """`now`: the node's clock in milliseconds. Start and stop it within one event loop, as often as wanted."""

    def __init__(
        self,
        store: Store,
        signer: Signer,
        verifying: Verifying,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        bounds: Bounds | None = None,
    ) -> None:
        self.store = store
        self.genesis: Genesis = store.genesis()
        self.bounds = bounds or Bounds()
        self.failing: StorageFailed | None = None
        self._signer = signer
        self._verifying = verifying
        self._now = now
        self._held = 0
        self._held_bytes = 0
        self._public_keys: dict[bytes, bytes] = {}
        self._arrived: list[_Waiting] = []
        self._waiting: list[_Waiting] = []
        self._knock = asyncio.Event()
        self._wake = asyncio.Event()
        self._checker: asyncio.Task[None] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._lock = Lock(store.path.with_suffix(".lock"))

    @property
    def waiting(self) -> int:
        """Transactions taken and not yet answered."""
        return self._held

    @property
    def trouble(self) -> Text | None:
        """There is nobody to fall behind."""
        return None

    async def ended(self) -> None:
        worker = self._worker
        if worker is not None:
            await asyncio.wait([worker])
            if worker is self._worker:
                raise Stopped

    async def start(self) -> None:
        """Raises Taken where another process writes this chain, Stopped where this key is no member's."""
        if self._worker is not None and not self._worker.done():
            return
        self._lock.take()
        try:
            head = self.store.head()
            self._me((head.height if head else 0) + 1)
        except BaseException:
            self._lock.release()
            raise
        self._worker = asyncio.create_task(self._work())
        self._checker = asyncio.create_task(self._check())

    async def stop(self) -> None:
        """What was taken is finished; what still waits is answered Stopped."""
        checker, worker = self._checker, self._worker
        self._checker = self._worker = None
        for task in (checker, worker):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if worker is not None:
            self._lock.release()
        for one in (*self._arrived, *self._waiting):
            _fail(one, Stopped())
        self._arrived.clear()
        self._waiting.clear()

    async def submit(self, envelopes: Sequence[bytes]) -> list[Acknowledged]:
        """Take transactions and wait until they are on disk under a co-signed checkpoint.

        Raises Stopped, Busy, StorageFailed. A refused transaction is an answer like another: its receipt says why.
        """
        self._must_run()
        size = sum(map(len, envelopes))
        if self._held and (
            self._held + len(envelopes) > self.bounds.transactions or self._held_bytes + size > self.bounds.size
        ):
            raise Busy
        self._held += len(envelopes)
        self._held_bytes += size
        try:
            loop = asyncio.get_running_loop()
            mine = [_Waiting(one, _opened(one), {}, loop.create_future()) for one in envelopes]
            self._arrived.extend(mine)
            self._knock.set()
            answers = await asyncio.gather(*(one.answer for one in mine), return_exceptions=True)
        finally:
            self._held -= len(envelopes)
            self._held_bytes -= size
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return [answer for answer in answers if isinstance(answer, Acknowledged)]

    async def recorded(self, size: int) -> None:
        """A block is never without its checkpoint."""

    def _must_run(self) -> None:
        if self._worker is None or self._worker.done():
            raise Stopped

    async def _check(self) -> None:
        """Checks signatures ahead of the worker, at once for as many as arrived meanwhile."""
        while True:
            await self._knock.wait()
            self._knock.clear()
            while self._arrived:
                taken, self._arrived = self._arrived[:CHECKED_AT_ONCE], self._arrived[CHECKED_AT_ONCE:]
                try:
                    checks = [(one, check) for one in taken for check in self._checks(one)]
                    answers = await self._verifying.verify_all([check for _, check in checks])
                except asyncio.CancelledError:
                    self._arrived[:0] = taken
                    raise
                except Exception as failed:
                    log.error("signatures could not be checked", chain=self.genesis.chain, exc_info=failed)
                    for one in taken:
                        _fail(one, failed)
                    continue
                for (one, check), right in zip(checks, answers, strict=True):
                    one.checked[check.public_key, check.message, check.signature] = right
                self._waiting.extend(taken)
                self._wake.set()

    def _checks(self, one: _Waiting) -> list[SignatureCheck]:
        if one.opened is None:
            return []
        envelope, _ = one.opened
        message = signed_message(envelope.body)
        keys = [(self._public_key(signed.fingerprint), signed.signature) for signed in envelope.signatures]
        return [SignatureCheck(key, message, signature) for key, signature in keys if key is not None]

    def _public_key(self, fingerprint: bytes) -> bytes | None:
        """A certificate's key never changes, so it may be remembered; whether it may sign is decided in the block."""
        known = self._public_keys.get(fingerprint)
        if known is None:
            key = Overlay(self.store).read(key_of("key", fingerprint), SigningKey)
            if key is None:
                return None
            if len(self._public_keys) >= _KNOWN_KEYS:
                self._public_keys.clear()
            known = self._public_keys[fingerprint] = key.public_key
        return known

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._settle(self._take())

    async def _settle(self, taken: list[_Waiting]) -> None:
        task = asyncio.create_task(asyncio.to_thread(self._make_block, taken))
        stopping: asyncio.CancelledError | None = None
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as cancelled:
            # The block is being written: those who wait for it are told before we stop.
            stopping = cancelled
            await asyncio.wait([task])
        failed = task.exception()
        if failed is None:
            self.failing = None
            for one, answer in zip(taken, task.result(), strict=True):
                if not one.answer.done():
                    one.answer.set_result(answer)
        elif (full := storage_failure(failed)) is not None:
            log.error("the block could not be stored", chain=self.genesis.chain, reason=full.values["reason"])
            self.failing = full
            for one in taken:
                _fail(one, full)
        elif len(taken) == 1 or stopping is not None:
            log.error("the block failed", chain=self.genesis.chain, exc_info=failed)
            for one in taken:
                _fail(one, failed)
        else:
            # One of them fails the whole block: alone it fails nobody else.
            await self._settle_each(taken)
        if stopping is not None:
            raise stopping

    async def _settle_each(self, taken: list[_Waiting]) -> None:
        left = list(taken)
        try:
            while left:
                await self._settle([left.pop(0)])
        finally:
            self._waiting[:0] = left

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

    def _make_block(self, taken: list[_Waiting]) -> list[Acknowledged]:
        checked = {name: right for one in taken for name, right in one.checked.items()}

        def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
            known = checked.get((public_key, message, signature))
            return self._verifying.verify(public_key, message, signature) if known is None else known

        opened = {one.envelope: one.opened for one in taken if one.opened is not None}
        head = self.store.head()
        last = self.store.checkpoint()
        height = (head.height if head else -1) + 1
        block = Block(height, last.time if last else 0, [one.envelope for one in taken])
        outcome = machine.execute(self.store, block, verify, lambda raw: opened.get(raw) or machine.read_envelope(raw))
        cosigned = last
        if outcome.entries:
            cosigned = self._cosign(Checkpoint(self.genesis.origin, outcome.size, outcome.root, height), last)
            self.store.keep(outcome, cosigned)
        first = head.size if head else 0
        return [self._acknowledge(receipt, cosigned, first) for receipt in outcome.receipts]

    def _acknowledge(self, receipt: machine.Receipt, cosigned: Cosigned | None, first: int) -> Acknowledged:
        """`first`: size of the log before this block; what lies below it was covered by an earlier checkpoint."""
        if not receipt.accepted:
            return Acknowledged(receipt, None)
        if receipt.first < first:
            return Acknowledged(receipt, self.store.checkpoint_covering(receipt.first + receipt.count))
        return Acknowledged(receipt, cosigned)

    def _cosign(self, checkpoint: Checkpoint, last: Cosigned | None) -> Cosigned:
        me = self._me(checkpoint.height)
        # A clock that was set back never makes time run backwards on the chain.
        clock = max(self._now(), last.time if last else 0)
        own = cosign(checkpoint, me, clock, self._signer.sign)
        return gather(checkpoint, [own], machine.signers_at(self.store, checkpoint.height), lambda *_: True)

    def _me(self, height: int) -> Member:
        """The member whose key this is. Raises Stopped where it alone is no quorum: then this is no chain for one node."""
        members = machine.signers_at(self.store, height)
        for member in members:
            mine = member.fingerprint == self._signer.certificate.fingerprint
            if mine and member.power * 3 > sum(one.power for one in members) * 2:
                return member
        raise Stopped


def _fail(one: _Waiting, why: BaseException) -> None:
    if not one.answer.done():
        one.answer.set_exception(why)


def _opened(raw: bytes) -> _Opened | None:
    try:
        return machine.read_envelope(raw)
    except Refused:
        return None
