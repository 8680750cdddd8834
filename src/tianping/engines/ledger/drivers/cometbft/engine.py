"""One consensus engine, a CometBFT process that lives and dies with ours.

It is started in its node's directory, so that the socket's path stays short. If our process ends, however it ends, the
kernel ends the engine (Linux); elsewhere the engine ends itself when its application is gone. What a killed predecessor
left running is ended before a new one starts, because two engines of one key would sign twice.
"""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

from tianping.engines.ledger.drivers.cometbft.homes import Home, NodeSettings
from tianping.engines.ledger.drivers.cometbft.problems import EngineFailed, EngineProblem
from tianping.engines.ledger.drivers.cometbft.rpc import EngineRpc
from tianping.platform.supervisor import write_private
from tianping.platform.supervisor.account import Account
from tianping.platform.supervisor.directory import tail

LOG_LIMIT = 50 * 1024 * 1024
POLITE_S = 10.0
GARBAGE_AT_PERCENT = "50"
"""How much an engine's memory may grow before it is collected: half of Go's own, at the same processor time, halves what an
engine holds after a burst; a member runs one for each chain. `GOGC` in the environment comes before it.
"""


class Running(msgspec.Struct, frozen=True):
    """A process by its id and the kernel's start time of it (seconds since 1970); together they are never ambiguous."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Running":
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process if it still runs; a dead one that nobody has asked about counts as dead."""
        with suppress(psutil.Error):
            found = psutil.Process(self.pid)
            if found.create_time() == self.started and found.status() != psutil.STATUS_ZOMBIE:
                return found
        return None

    def write(self, place: Path) -> None:
        write_private(place, msgspec.json.encode(self))

    @classmethod
    def read(cls, place: Path) -> "Running | None":
        with suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode(place.read_bytes(), type=cls)
        return None


def end_process(running: Running | None, *, within_s: float = POLITE_S) -> bool:
    """Ask a process to stop, insist after `within_s` seconds. Blocks. Returns whether there was one."""
    process = running.process() if running else None
    if process is None:
        return False
    with suppress(psutil.Error):
        process.terminate()
    if not _gone(running, within_s):
        with suppress(psutil.Error):
            process.kill()
        _gone(running, within_s)
    return True


def _gone(running: Running | None, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while running and running.process():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class Engine:
    """The engine of the node in `home`. Use `start`, `until_ready`, `ended` and `stop` in that order, again and again."""

    def __init__(self, home: Home, settings: NodeSettings, program: Path) -> None:
        self.home = home
        self.settings = settings
        self.rpc = EngineRpc(settings.rpc)
        self._program = program
        self._process: asyncio.subprocess.Process | None = None
        self._record = home.run / "engine.json"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Write the configuration anew and start the process. What is left of a predecessor is ended first."""
        await asyncio.to_thread(end_process, Running.read(self._record))
        self.home.write_config(self.settings)
        self._trim_log()
        launcher = Account(os.geteuid(), os.getegid(), drop=False).launcher()
        orphaned = ("--parent", str(os.getpid()), "--when-orphaned", str(int(signal.SIGTERM)), "--")
        with self.home.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(*launcher, *orphaned, str(self._program), "start", "--home", "engine"),
                cwd=self.home.place,
                env={"GOGC": GARBAGE_AT_PERCENT, **os.environ},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        with suppress(psutil.Error):
            Running.of(self._process.pid).write(self._record)

    async def until_ready(self, within_s: float = 60.0) -> None:
        """Return when its RPC answers: by then it has replayed what the application lacked. Raises EngineFailed."""
        deadline = time.monotonic() + within_s
        while self.pid:
            with suppress(EngineProblem):
                await self.rpc.status()
                return
            if time.monotonic() > deadline:
                raise self._failure(f"not ready within {within_s:.0f} s")
            await asyncio.sleep(0.05)
        raise self._failure("ended while starting")

    async def ended(self) -> int:
        """Wait for the end of the process; its exit status."""
        assert self._process
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask it to stop, insist after ten seconds. Nothing happens where none runs."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), POLITE_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def rollback(self) -> int:
        """Take back the engine's last height while it does not run; the application must go back with it.

        Returns the height it is at now. The block stays, so it is executed again at the next start.
        Raises EngineFailed.
        """
        process = await asyncio.create_subprocess_exec(
            *(str(self._program), "rollback", "--home", "engine"),
            cwd=self.home.place,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        words = output.decode(errors="replace").split()
        if process.returncode != 0 or "height" not in words:
            raise self._failure("rollback: " + " ".join(words[-40:]))
        return int(words[words.index("height") + 1])

    async def close(self) -> None:
        await self.stop()
        await self.rpc.close()

    def _failure(self, what: str) -> EngineFailed:
        return EngineFailed(node=self.settings.name, what=what, log=self.home.log, tail=tail(self.home.log))

    def _trim_log(self) -> None:
        with suppress(OSError):
            if self.home.log.stat().st_size > LOG_LIMIT:
                self.home.log.replace(self.home.log.with_suffix(".log.1"))
