"""One member's node: the application, its ABCI server and its engine, kept running together.

If the engine dies, what was staged is forgotten and a new one is started; if the application fails, the node ends and
whoever supervises it starts it again: both are safe at any moment, because a block is one transaction on disk. An
engine can stop deciding while its process lives and its health is fine (after a wrong root), so the heights of the
peers are watched: one that stays behind is restarted, then taken back a block, and then said to have diverged.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from tianping.engines.ledger.drivers.cometbft import abci
from tianping.engines.ledger.drivers.cometbft.engine import Engine, Running
from tianping.engines.ledger.drivers.cometbft.homes import Home
from tianping.engines.ledger.drivers.cometbft.problems import EngineFailed, EngineProblem, NodeHomeTaken

log = structlog.get_logger()

# A restart, then the last block taken back.
REMEDIES = 2
# Finding a snapshot and taking it over shows no new block for a while.
CATCHING_UP_MORE = 15
# An engine whose last root is not the application's ends at every start; so many in a row, and the block is taken back.
VAIN_STARTS = 3


class NodeApplication(abci.Application, Protocol):
    """What a node runs behind its engine."""

    @property
    def height(self) -> int:
        """Of the last block that is on disk, 0 before the first."""
        ...

    def forget(self) -> None:
        """A new engine is about to connect: drop what was staged for blocks that are not decided."""
        ...

    async def roll_back(self, height: int) -> None:
        """Go back to the state after block `height`."""
        ...


class NodeState(StrEnum):
    STARTING = "starting"
    READY = "ready"
    CATCHING_UP = "catching-up"
    BEHIND = "behind"
    RECOVERING = "recovering"
    DIVERGED = "diverged"
    STOPPED = "stopped"


class NodeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A node as last written to `run/status.json`. `height`: of the application; `others`: the highest a peer has
    decided; `behind_since`: since when the node does not follow; `restarts`: of the engine. Instants in UTC.
    """

    name: str
    state: NodeState
    running: Running
    engine_pid: int | None
    height: int
    others: int
    peers: int
    restarts: int
    behind_since: datetime | None
    written_at: datetime


class Watch(msgspec.Struct, frozen=True):
    """How the engine is watched: every so many seconds; `lag` blocks at least behind what the others had at the look before,
    without a new one for so long.
    """

    every_s: float = 1.0
    lag: int = 1
    stuck_after_s: float = 20.0
    first_delay_s: float = 0.2
    longest_delay_s: float = 10.0


class Node:
    """Runs until `stop` is called. `ready` is set while the engine answers.

    Raises NodeHomeTaken where another process runs this home, and whatever the application raised.
    """

    def __init__(self, home: Home, application: NodeApplication, program: Path, *, watch: Watch | None = None) -> None:
        self.home = home
        self.settings = home.settings
        self.application = application
        self.engine = Engine(home, self.settings, program)
        self.ready = asyncio.Event()
        self.state = NodeState.STARTING
        self.restarts = 0
        self._watch = watch or Watch()
        self._stop = asyncio.Event()
        self._others = 0
        self._peers = 0
        self._behind: datetime | None = None
        self._running = Running.of(os.getpid())
        self._tried = 0
        # Where the last remedy was needed: only beyond it has a remedy worked.
        self._stuck = -1

    def stop(self) -> None:
        self._stop.set()

    async def run(self) -> None:
        with held(self.home):
            server = abci.Server(self.application, self.home.socket)
            await server.start()
            try:
                await self._keep(server)
            finally:
                self.ready.clear()
                await self.engine.close()
                await server.stop()
                self._become(NodeState.STOPPED)

    async def _keep(self, server: abci.Server) -> None:
        deaths = vain = 0
        while not self._stop.is_set():
            await server.until_alone()
            self.application.forget()
            self._become(self._not_following(NodeState.STARTING))
            begun, height = time.monotonic(), self.application.height
            await self.engine.start()
            try:
                await self._live(server)
            except EngineFailed as failed:
                log.error("the engine failed", node=self.settings.name, reason=str(failed))
            self.ready.clear()
            await self.engine.stop()
            if server.failed.done():
                raise server.failed.result()
            if self._stop.is_set():
                return
            short = time.monotonic() - begun < self._watch.longest_delay_s
            deaths = deaths + 1 if short else 1
            vain = vain + 1 if short and self.application.height == height else 0
            self.restarts += 1
            log.warning("the engine is started again", node=self.settings.name, deaths=deaths)
            if vain == VAIN_STARTS:
                vain, self._tried = 0, max(self._tried, REMEDIES - 1)
                await self._remedy()
            pause = min(self._watch.longest_delay_s, self._watch.first_delay_s * 2 ** (deaths - 1))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def _live(self, server: abci.Server) -> None:
        """Until the engine or the application ends, we are stopped, or a remedy wants a new start."""
        ends = [
            asyncio.create_task(self.engine.ended()),
            asyncio.create_task(self._stop.wait()),
            asyncio.create_task(self._watching()),
        ]
        try:
            await asyncio.wait([*ends, server.failed], return_when=asyncio.FIRST_COMPLETED)
            if ends[2].done():
                await ends[2]
        finally:
            for task in ends:
                task.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    async def _watching(self) -> None:
        """Until the node has stayed behind for too long; then the next remedy is tried and a new start is wanted."""
        await self.engine.until_ready()
        self.ready.set()
        self._become(NodeState.READY if self._tried == 0 else self._not_following(NodeState.RECOVERING))
        moved, last = time.monotonic(), -1
        while True:
            with suppress(EngineProblem):
                status = await self.engine.rpc.status()
                heights = await self.engine.rpc.peer_heights()
                self._peers = len(heights)
                # Who has what the others had a look ago follows: one block late at the moment of looking is nobody's lag.
                due = self._others
                # A peer says which height it decides now.
                self._others = max([height - 1 for height in heights.values()], default=0)
                if self.application.height != last:
                    moved, last = time.monotonic(), self.application.height
                if self._tried and not heights:
                    # Only beside others can it be seen that a remedy worked.
                    moved = time.monotonic()
                elif due - last < self._watch.lag:
                    moved, self._behind = time.monotonic(), None
                    if last > self._stuck:
                        self._tried = 0
                    self._become(self._not_following(NodeState.READY))
                else:
                    self._behind = self._behind or datetime.now(UTC)
                    lagging = NodeState.CATCHING_UP if status.catching_up else NodeState.BEHIND
                    self._become(self._not_following(lagging))
                    patience = self._watch.stuck_after_s * (CATCHING_UP_MORE if status.catching_up else 1)
                    if time.monotonic() - moved > patience and await self._remedy():
                        return
            await asyncio.sleep(self._watch.every_s)

    def _not_following(self, state: NodeState) -> NodeState:
        return NodeState.DIVERGED if self._tried > REMEDIES else state

    async def _remedy(self) -> bool:
        """Restart; the next time take the last block back; then only say that the node has diverged. Whether to restart."""
        if self._tried > REMEDIES:
            return False
        height, tried = self.application.height, self._tried
        log.error("the node does not follow", node=self.settings.name, height=height, tried=tried)
        self._tried, self._stuck = tried + 1, max(self._stuck, height)
        if self._tried > REMEDIES:
            return False
        self._become(NodeState.RECOVERING)
        await self.engine.stop()
        if self._tried == REMEDIES:
            await self._take_back()
        return True

    async def _take_back(self) -> None:
        """Engine and application go back one block, which is executed again at the next start."""
        try:
            height = await self.engine.rollback()
        except EngineFailed as failed:
            log.error("nothing could be taken back", node=self.settings.name, reason=str(failed))
            return
        await self.application.roll_back(height)
        log.warning("the last block was taken back", node=self.settings.name, height=height)

    def _become(self, state: NodeState) -> None:
        self.state = state
        status = NodeStatus(
            name=self.settings.name,
            state=state,
            running=self._running,
            engine_pid=self.engine.pid,
            height=self.application.height,
            others=self._others,
            peers=self._peers,
            restarts=self.restarts,
            behind_since=self._behind,
            written_at=datetime.now(UTC),
        )
        place = self.home.run / "status.json"
        with suppress(OSError):
            # Written every second and worth nothing after a crash, so it is not forced to disk.
            fresh = place.with_name(".status.json")
            fresh.write_bytes(msgspec.json.encode(status))
            fresh.replace(place)


def read_status(home: Home) -> NodeStatus | None:
    """What the node last wrote, None where it never ran; whether it runs, `running.process()` says."""
    with suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((home.run / "status.json").read_bytes(), type=NodeStatus)
    return None


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Nobody else runs a node in this home meanwhile. Raises NodeHomeTaken."""
    handle = os.open(home.run / "node.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NodeHomeTaken(home=home.place) from None
        Running.of(os.getpid()).write(home.run / "node.json")
        yield
    finally:
        os.close(handle)
