"""The consortium's driver: what the gateway of one member hands in, and when it can no longer be lost.

Transactions are judged at the door, handed to the engine's mempool many at a time, and answered when their block is on this
member's disk and a quorum has co-signed the log after it: a quorum that this member itself has verified (quorum.py), or else
the one that the next block records. A mempool lives in memory: until then what waits is handed in again from time to time,
and whoever must not lose it over a halt of all members keeps it in an outbox until it is recorded.
"""

import asyncio
import contextlib
import hashlib
import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import structlog

from tianping.engines.ledger.checkpoints import Cosigned
from tianping.engines.ledger.drivers.base import Acknowledged, Busy, NotYet, Stopped, StorageFailed, storage_failure
from tianping.engines.ledger.drivers.cometbft.application import Decided, LedgerApplication
from tianping.engines.ledger.drivers.cometbft.genesis import read_app_state
from tianping.engines.ledger.drivers.cometbft.homes import Home
from tianping.engines.ledger.drivers.cometbft.node import Node, NodeState, Watch, held
from tianping.engines.ledger.drivers.cometbft.problems import EngineProblem
from tianping.engines.ledger.model import Genesis, Receipt
from tianping.engines.ledger.store import Store
from tianping.interfaces.signing import Signer, Verifying
from tianping.kit.problems import Text

log = structlog.get_logger()

MOST_WAITING = 40_000
A_POST = 200
A_POST_BYTES = 2 << 20
POSTS_AT_ONCE = 4
DISK_PAUSE_S = 2.0
# Longer than anything waits at the door.
LATELY_S = 30.0


_TROUBLES = {
    NodeState.BEHIND: Text("落后于其他成员", "it is behind the other members"),
    NodeState.CATCHING_UP: Text("正在追赶其他成员", "it is catching up with the other members"),
    NodeState.RECOVERING: Text("正在恢复", "it is recovering"),
    NodeState.DIVERGED: Text("与其他成员不一致，须由管理者处理", "it has diverged from the other members; its operator must act"),
}  # fmt: skip


class _Waiting(msgspec.Struct):
    """One transaction under way. `receipt` once it is in a block."""

    envelope: bytes
    tx_id: bytes
    answers: list["asyncio.Future[Acknowledged]"]
    sent_at: float
    receipt: Receipt | None = None


class _Lately(msgspec.Struct, frozen=True):
    """What became of a transaction in a block, `at` the monotonic clock's seconds."""

    at: float
    receipt: Receipt


class CometDriver:
    """One member's node as a driver. Start and stop it within one event loop.

    `store`: where the chain is kept if not in the home. `patience_s`: how long `submit` waits for a quorum before it says NotYet; `again_s`: after how long what is in no block
    is handed in once more. A member without power in the quorum gives no `signers`.
    """

    def __init__(
        self,
        home: Home,
        program: Path,
        signers: Sequence[Signer],
        verifying: Verifying,
        *,
        store: Store | None = None,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        patience_s: float = 30.0,
        again_s: float = 5.0,
        snapshot_every: int = 1000,
        watch: Watch | None = None,
        application: Callable[..., LedgerApplication] = LedgerApplication,
    ) -> None:
        self.home = home
        self.genesis: Genesis = read_genesis(home)
        self.store = store or Store(home.place / "ledger.db")
        self.application = application(
            self.store,
            self.genesis,
            signers,
            verifying,
            allowed=lambda peer: peer in home.settings.peer_ids,
            now=now,
            decided=self._on_decided,
            snapshot_every=snapshot_every,
        )
        self._new_node = lambda: Node(home, self.application, program, watch=watch)
        self.node = self._new_node()
        self.failing: StorageFailed | None = None
        self._stopping = False
        self._patience_s = patience_s
        self._again_s = again_s
        self._waiting: dict[bytes, _Waiting] = {}
        self._held: Cosigned | None = None
        self._lately: dict[bytes, _Lately] = {}
        self._record_waits: list[tuple[int, asyncio.Future[None]]] = []
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def trouble(self) -> Text | None:
        """The node's state, where it does not follow its peers."""
        return _TROUBLES.get(self.node.state)

    async def start(self) -> None:
        """Return when the engine answers. Raises NodeHomeTaken, or what made the node end."""
        if self._tasks:
            return
        self._stopping = False
        self.node = self._new_node()
        running = asyncio.create_task(self._run())
        ready = asyncio.create_task(self.node.ready.wait())
        try:
            await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if running.done():
            await running
            raise Stopped
        self._tasks = [running, *(asyncio.create_task(self._hand_in()) for _ in range(POSTS_AT_ONCE))]
        self._tasks.append(asyncio.create_task(self._again()))

    async def stop(self) -> None:
        """End the node and its engine; what still waits is answered Stopped."""
        self._stopping = True
        self.node.stop()
        for task in self._tasks[1:]:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        self._tasks = []
        self._fail_all(Stopped())

    def close(self) -> None:
        """After the last stop: the store's file is let go."""
        self.store.close()

    async def ended(self) -> None:
        """Wait until the node has ended. Raises what made it end: then the process should end and be started again."""
        # Who waits no longer must not end the node.
        await asyncio.shield(self._tasks[0])

    async def _run(self) -> None:
        """The node, begun again as long as its disk is full or failing."""
        while True:
            try:
                return await self.node.run()
            except Exception as failed:
                full = storage_failure(failed)
                self._fail_all(full or Stopped())
                if full is None or self._stopping:
                    raise
                log.error(
                    "the node could not store a block", node=self.node.settings.name, reason=full.values["reason"]
                )
                self.failing = full
            await asyncio.sleep(DISK_PAUSE_S)
            self.node = self._new_node()

    async def submit(self, envelopes: Sequence[bytes]) -> list[Acknowledged]:
        """Raises Stopped, Busy, NotYet, StorageFailed."""
        if not self._tasks or self._tasks[0].done():
            raise Stopped
        if self.failing is not None:
            raise self.failing
        if len(self._waiting) + len(envelopes) > MOST_WAITING:
            raise Busy
        receipts = await asyncio.gather(*(self.application.door.check(one) for one in envelopes))
        answers = [self._take(envelope, receipt) for envelope, receipt in zip(envelopes, receipts, strict=True)]
        try:
            async with asyncio.timeout(self._patience_s):
                return list(await asyncio.gather(*answers))
        except TimeoutError:
            raise NotYet from None

    def _take(self, envelope: bytes, forecast: Receipt) -> "asyncio.Future[Acknowledged]":
        answer: asyncio.Future[Acknowledged] = asyncio.get_running_loop().create_future()
        if not forecast.accepted:
            answer.set_result(Acknowledged(forecast, None))
            return answer
        if forecast.code == "duplicate" and (known := self._known(forecast, self._covered())):
            answer.set_result(known)
            return answer
        name = _name(envelope)
        waiting = self._waiting.get(name)
        if waiting is not None:
            waiting.answers.append(answer)
            return answer
        decided = forecast if forecast.code == "duplicate" else None
        if decided is None and (lately := self._lately.get(forecast.tx_id)):
            # Decided while the door looked at it: no later block tells of it.
            decided = lately.receipt
            if known := self._known(decided, self._covered()):
                answer.set_result(known)
                return answer
        self._waiting[name] = _Waiting(envelope, forecast.tx_id, [answer], time.monotonic(), decided)
        if decided is None:
            self._queue.put_nowait(name)
        return answer

    def _covered(self) -> int:
        """Size of the log under the newest recorded checkpoint."""
        newest = self.store.checkpoint()
        return newest.checkpoint.size if newest is not None and newest.quorate else 0

    def _known(self, receipt: Receipt, covered: int) -> Acknowledged | None:
        """The answer for what is in a block, None while no quorum is known."""
        size = receipt.first + receipt.count
        if size <= covered:
            return Acknowledged(receipt, self.store.checkpoint_covering(size))
        if self._held is not None and size <= self._held.checkpoint.size:
            return Acknowledged(receipt, None, self._held)
        return None

    async def recorded(self, size: int) -> None:
        """What is in no block and in none that is being decided is not waited for."""
        head = self.store.head()
        if self._covered() < size <= max(head.size if head else 0, self.application.ahead):
            wait: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._record_waits.append((size, wait))
            await wait

    def _on_recorded(self, covered: int) -> None:
        waits, self._record_waits = self._record_waits, []
        for size, wait in waits:
            if size > covered and not wait.done():
                self._record_waits.append((size, wait))
            elif not wait.done():
                wait.set_result(None)

    def _on_decided(self, decided: Decided) -> None:
        """Called after each block that is on disk."""
        self.failing = None
        self._held = decided.held
        outcome = decided.outcome
        now = time.monotonic()
        for tx_id in list(itertools.takewhile(lambda one: now - self._lately[one].at > LATELY_S, self._lately)):
            del self._lately[tx_id]
        for envelope, receipt in zip(outcome.block.envelopes, outcome.receipts, strict=True):
            if receipt.accepted:
                self._lately.setdefault(receipt.tx_id, _Lately(now, receipt))
            elif waiting := self._waiting.pop(_name(envelope), None):
                _answer(waiting, Acknowledged(receipt, None))
        for waiting in self._waiting.values():
            # Under another signature too: who asks again signs again. A refusal is of exactly these bytes.
            if waiting.receipt is None and (lately := self._lately.get(waiting.tx_id)):
                waiting.receipt = lately.receipt
        if decided.sealed is None and decided.held is None:
            return
        covered = self._covered()
        self._on_recorded(covered)
        for name, waiting in list(self._waiting.items()):
            if waiting.receipt and (known := self._known(waiting.receipt, covered)):
                del self._waiting[name]
                _answer(waiting, known)

    def _fail_all(self, problem: Exception) -> None:
        for one in self._waiting.values():
            _fail(one, problem)
        self._waiting.clear()
        self._lately.clear()
        for _, wait in self._record_waits:
            if not wait.done():
                wait.set_result(None)
        self._record_waits.clear()

    async def _hand_in(self) -> None:
        """Post what waits to our engine, many at a time. Its mempool passes them on to the other members."""
        while True:
            names = [await self._queue.get()]
            size = 0
            while len(names) < A_POST and size < A_POST_BYTES and not self._queue.empty():
                names.append(self._queue.get_nowait())
                size += len(self._waiting[names[-1]].envelope) if names[-1] in self._waiting else 0
            posted = [self._waiting[name] for name in names if name in self._waiting]
            try:
                refused = await self.node.engine.rpc.broadcast_all([one.envelope for one in posted])
                if refused:
                    log.warning("the mempool refused transactions", count=refused)
            except EngineProblem as problem:
                # They are handed in again before long.
                log.warning("the engine took nothing", reason=str(problem))

    async def _again(self) -> None:
        while True:
            await asyncio.sleep(self._again_s / 4)
            now = time.monotonic()
            for name, one in list(self._waiting.items()):
                if all(answer.done() for answer in one.answers):
                    # Nobody waits any more; whoever cares asks again with the same reference.
                    del self._waiting[name]
                elif one.receipt is None and now - one.sent_at > self._again_s:
                    one.sent_at = now
                    self._queue.put_nowait(name)


def read_genesis(home: Home) -> Genesis:
    """The ledger's genesis as the engine's genesis.json carries it. Raises GenesisDiffers."""
    document = msgspec.json.decode((home.config / "genesis.json").read_bytes())
    return read_app_state(msgspec.json.encode(document["app_state"]))


def start_over(home: Home, store: Path) -> None:
    """For a member that diverged: remove the chain's file and the engine's blocks, so that the next start fetches all anew.

    Keys, settings and the record of what was signed stay. Raises NodeHomeTaken while the node runs.
    """
    with held(home):
        for ending in ("", "-wal", "-shm"):
            store.with_name(store.name + ending).unlink(missing_ok=True)
        home.forget_blocks()
        # It says that this process runs the node; whoever starts nodes would wait for its end.
        (home.run / "node.json").unlink()


def _name(envelope: bytes) -> bytes:
    return hashlib.sha256(envelope).digest()


def _answer(one: _Waiting, acknowledged: Acknowledged) -> None:
    for answer in one.answers:
        if not answer.done():
            answer.set_result(acknowledged)


def _fail(one: _Waiting, problem: Exception) -> None:
    for answer in one.answers:
        if not answer.done():
            answer.set_exception(problem)
