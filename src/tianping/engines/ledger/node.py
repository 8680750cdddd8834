"""A node: every chain of a directory in one process, a durable outbox before them, and what has to be done regularly.

A transaction is written to the outbox before a driver sees it, so that nothing the gateway took is lost in a halt; it
leaves the outbox when it is refused or under a recorded checkpoint, which may be a block after the answer. An answer that takes too long is "pending": it comes all the same, and the
same reference asks for it.
"""

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
import structlog

from tianping.engines.ledger import machine
from tianping.engines.ledger.drivers.base import Acknowledged, Busy, Driver, NotYet, Stopped, StorageFailed
from tianping.engines.ledger.home import Config, Home
from tianping.engines.ledger.model import signed_message, transaction_id
from tianping.engines.ledger.regular import Regular
from tianping.engines.ledger.store import ChainUnknown, Store
from tianping.engines.ledger.transactions.base import Refused
from tianping.engines.ledger.vault import Vault, Waiting
from tianping.interfaces.signing import SignatureCheck, Signer, TimeStampAuthority, Verifying
from tianping.kit.problems import Text

log = structlog.get_logger(__name__)

T = TypeVar("T")

MINUTE_MS = 60_000
NONCES_KEPT_MS = 15 * MINUTE_MS
REFUSALS_KEPT_MS = 7 * 24 * 60 * MINUTE_MS


class Patience(msgspec.Struct, frozen=True):
    """Seconds: how long an answer is waited for, how long the record of what was answered, how often what waits is sent
    again, how old it may get before the node says that it lags. `outstanding`: transactions that may be under way at once.
    """

    answer_s: float = 10.0
    record_s: float = 5.0
    again_s: float = 2.0
    lag_s: float = 60.0
    outstanding: int = 10_000


class Nonce(NamedTuple):
    """Of a signed request: whose, which, when (milliseconds)."""

    owner: str
    nonce: str
    at: int


class Symptom(msgspec.Struct, frozen=True):
    """What is not well. `name`: stable."""

    name: str
    said: Text


class Node:
    """`drivers`: by chain; `reading`: read-only stores of the same files, so that readers never wait for a block.

    `signer`: the node's key; `own`: the key of the court's application. `now`: milliseconds.
    """

    def __init__(
        self,
        *,
        home: Home,
        config: Config,
        drivers: Mapping[str, Driver],
        reading: Mapping[str, Store],
        vault: Vault,
        signer: Signer,
        own: Signer,
        verifying: Verifying,
        stamping: TimeStampAuthority | None = None,
        patience: Patience | None = None,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.home = home
        self.config = config
        self.drivers = dict(drivers)
        self.reading = dict(reading)
        self.vault = vault
        self.signer = signer
        self.own = own
        self.verifying = verifying
        self.patience = patience or Patience()
        self.now = now
        self.categories = {chain.category: chain.name for chain in config.chains if chain.category}
        self.regular = Regular(self, stamping)
        self._under_way: set[bytes] = set()
        self._early: dict[Driver, list[tuple[int, list[tuple[bytes, str, str]]]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._running = False

    # Life

    async def start(self) -> None:
        """Raises Taken, Stopped. What an earlier run left in the outbox is sent at once."""
        await self.vault.start()
        for driver in self.drivers.values():
            await driver.start()
        self._running = True
        self._keep(self._send_again())
        self.regular.start()

    async def stop(self) -> None:
        self._running = False
        await self.regular.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._early.clear()
        for driver in self.drivers.values():
            await driver.stop()
        await self.vault.stop()

    def close(self) -> None:
        for store in self.reading.values():
            store.close()
        for driver in self.drivers.values():
            driver.store.close()
        self.vault.close()

    # Reading

    def store(self, chain: str) -> Store:
        """For reading. Raises ChainUnknown."""
        found = self.reading.get(chain)
        if found is None:
            raise ChainUnknown
        return found

    # Taking

    async def submit(
        self, chain: str, envelopes: Sequence[bytes], *, nonce: Nonce | None = None
    ) -> list[Acknowledged | None]:
        """Take transactions for one chain. An answer each, in their order; None: taken durably, not yet co-signed.

        Raises ChainUnknown, Busy, StorageFailed, Stopped, RequestSeen: then nothing was taken. Malformed ones: Refused.
        """
        if not self._running:
            raise Stopped
        driver = self.drivers.get(chain)
        if driver is None:
            raise ChainUnknown
        if self._under_way and len(self._under_way) + len(envelopes) > self.patience.outstanding:
            raise Busy
        waiting = [self._waiting(chain, envelope) for envelope in envelopes]
        ids = [one.tx_id for one in waiting]
        self._under_way.update(ids)
        try:
            await self.vault.outbox.take(waiting, nonce=nonce)
        except BaseException:
            self._under_way.difference_update(ids)
            raise
        task = self._keep(self._send(driver, waiting))
        try:
            return list(await asyncio.wait_for(asyncio.shield(task), self.patience.answer_s))
        except (TimeoutError, NotYet, Busy, StorageFailed, Stopped):
            # It lies in the outbox: it will be sent again until a driver has answered.
            return [None] * len(waiting)

    def _waiting(self, chain: str, envelope: bytes) -> Waiting:
        outer, body = machine.read_envelope(envelope)
        if body.chain != chain:
            raise Refused("wrong-chain")
        return Waiting(0, chain, transaction_id(outer.body), body.author, body.ref, envelope, self.now())

    async def _send(self, driver: Driver, waiting: Sequence[Waiting]) -> list[Acknowledged]:
        try:
            answers = await driver.submit([one.envelope for one in waiting])
        except BaseException:
            self._under_way.difference_update(one.tx_id for one in waiting)
            raise
        settled: list[tuple[bytes, str, str]] = []
        early: list[tuple[bytes, str, str]] = []
        size = 0
        for one, answer in zip(waiting, answers, strict=True):
            if answer.held is None:
                settled.append((one.tx_id, one.chain, answer.receipt.code))
            else:
                early.append((one.tx_id, one.chain, answer.receipt.code))
                size = max(size, answer.receipt.first + answer.receipt.count)
        # Not waited for: sending a settled transaction again changes nothing.
        if settled:
            self._keep(self._settle(settled))
        if early:
            waiting_already = driver in self._early
            self._early.setdefault(driver, []).append((size, early))
            if not waiting_already:
                self._keep(self._settle_recorded(driver))
        return answers

    async def _settle_recorded(self, driver: Driver) -> None:
        """What was answered before the chain has recorded it stays in the outbox until it has; if that takes long, it is sent
        again as what waits is, and answered as a duplicate.
        """
        while told := self._early[driver]:
            self._early[driver] = []
            early = [one for _, some in told for one in some]
            try:
                async with asyncio.timeout(self.patience.answer_s):
                    await driver.recorded(max(size for size, _ in told))
                await self._settle(early)
            except Exception as failed:
                self._under_way.difference_update(tx_id for tx_id, _, _ in early)
                log.warning(
                    "not recorded yet", chain=driver.genesis.chain, transactions=len(early), reason=repr(failed)
                )
        del self._early[driver]

    async def recorded(self, places: Iterable[tuple[str, int]]) -> None:
        """Wait a few seconds at most until the chains have recorded what is on its way: (chain, size of its log)."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.patience.record_s):
                for chain, size in places:
                    if (driver := self.drivers.get(chain)) is not None:
                        await driver.recorded(size)

    async def _settle(self, settled: Sequence[tuple[bytes, str, str]]) -> None:
        try:
            with contextlib.suppress(StorageFailed):
                await self.vault.outbox.settle(settled, self.now())
        finally:
            self._under_way.difference_update(tx_id for tx_id, _, _ in settled)

    async def _send_again(self) -> None:
        while True:
            for chain, driver in self.drivers.items():
                waiting = [one for one in self.vault.outbox.unsettled(chain) if one.tx_id not in self._under_way]
                if not waiting:
                    continue
                self._under_way.update(one.tx_id for one in waiting)
                try:
                    await self._send(driver, waiting)
                    log.info("sent again", chain=chain, transactions=len(waiting))
                except (NotYet, Busy, StorageFailed, Stopped) as later:
                    log.warning("not taken yet", chain=chain, transactions=len(waiting), code=later.code)
                except Exception:
                    log.exception("what waits could not be sent", chain=chain)
            await asyncio.sleep(self.patience.again_s)

    async def check(self, envelope: bytes) -> machine.Receipt:
        """What would become of a transaction now, without taking it. Raises ChainUnknown, Refused."""
        _, body = machine.read_envelope(envelope)
        store = self.store(body.chain)
        newest = store.checkpoint()
        clock = newest.time if newest else 0
        return await asyncio.to_thread(machine.check, store, envelope, clock, self.verifying.verify)

    async def signature_is_right(self, public_key: bytes, body: bytes, signature: bytes) -> bool:
        [right] = await self.verifying.verify_all([SignatureCheck(public_key, signed_message(body), signature)])
        return right

    # Health

    def symptoms(self) -> list[Symptom]:
        """What keeps this node from taking deposits, or from answering for them in time. Empty: it is well."""
        found: list[Symptom] = []
        if not self._running:
            found.append(Symptom("stopped", Text("节点未在运行", "the node is not running")))
        for chain, driver in self.drivers.items():
            if driver.trouble is not None:
                found.append(
                    Symptom("lag", Text(f"{chain} 链：{driver.trouble.zh}", f"chain {chain}: {driver.trouble.en}"))
                )
            if driver.failing is not None:
                said = str(driver.failing.values.get("reason", ""))
                found.append(
                    Symptom("storage", Text(f"{chain} 链写盘失败：{said}", f"chain {chain} cannot write: {said}"))
                )
        count, since = self.vault.outbox.oldest_unsettled()
        if since is not None and self.now() - since > self.patience.lag_s * 1000:
            seconds = (self.now() - since) // 1000
            said = Text(
                f"{count} 笔已受理未共签，最早已 {seconds} 秒",
                f"{count} taken, not co-signed; the oldest waits {seconds} s",
            )
            found.append(Symptom("lag", said))
        free = self.disk_free()
        if free < self.config.disk_reserve_mb * 1024 * 1024:
            said = Text(f"磁盘仅余 {free // 1024**2} MB", f"only {free // 1024**2} MB left on the disk")
            found.append(Symptom("disk", said))
        return found

    def disk_free(self) -> int:
        return shutil.disk_usage(self.home.place).free

    def outstanding(self) -> int:
        return len(self._under_way)

    async def sweep(self) -> None:
        now = self.now()
        await self.vault.outbox.sweep(nonces_before=now - NONCES_KEPT_MS, refusals_before=now - REFUSALS_KEPT_MS)

    def _keep(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failed := task.exception()) is not None:
            # Those that wait for it have it too; without any it would be lost.
            log.debug("a piece of work failed", reason=repr(failed))
