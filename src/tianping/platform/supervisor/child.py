"""One supervised process: how it is described, started, watched, restarted and stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import msgspec

from tianping.platform.supervisor.account import Account
from tianping.platform.supervisor.directory import ChildStatus, DataDirectory, tail
from tianping.platform.supervisor.problems import GaveUp

MARK = "TIANPING_SUPERVISED"
LOG_LIMIT = 50 * 1024 * 1024

# Our own processes are asked directly, whatever proxy the environment names.
_direct = build_opener(ProxyHandler({}))


class State(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing-off"
    GAVE_UP = "gave-up"
    STOPPED = "stopped"


class Patience(msgspec.Struct, frozen=True):
    """How long a dying child is put up with. A life shorter than `quick_s` seconds, or never ready, is a quick death."""

    quick_s: float = 10.0
    first_delay_s: float = 0.5
    longest_delay_s: float = 30.0
    quick_deaths: int = 5

    def delay_s(self, deaths: int) -> float:
        """Seconds before the next start, after `deaths` quick deaths in a row; doubles each time."""
        return min(self.longest_delay_s, self.first_delay_s * 2 ** max(0, deaths - 1))


class ChildSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What to run. `ready` is a question or an address that answers 200; without it, running is ready.

    `env` is added to our own environment, or is all there is if `clean_env`. `prepare` runs before every start.
    `after` names children that must be ready first. Times in seconds.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = msgspec.field(default_factory=dict)
    clean_env: bool = False
    cwd: Path | None = None
    account: Account | None = None
    prepare: Callable[[], None] | None = None
    ready: Callable[[], bool] | str | None = None
    ready_within_s: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 15.0
    after: tuple[str, ...] = ()


def answers(address: str) -> bool:
    """Whether GET on `address` gives 200 within two seconds."""
    with suppress(URLError, OSError, ValueError), _direct.open(address, timeout=2) as response:
        return response.status == 200
    return False


def launch(spec: ChildSpec, directory: DataDirectory) -> subprocess.Popen[bytes]:
    """Start the process with its output appended to its log. Call it from the main thread.

    The kernel sends the orphan's signal when the *thread* that started the child ends, hence the main one.
    """
    account = spec.account or Account(os.geteuid(), os.getegid(), drop=False)
    environment = {**({} if spec.clean_env else os.environ), **spec.env, MARK: str(directory.place)}
    with log_of(spec.name, directory).open("ab") as log:
        return subprocess.Popen(
            [
                *account.launcher(),
                *("--parent", str(os.getpid()), "--when-orphaned", str(int(spec.stop_signal)), "--"),
                *spec.argv,
            ],
            env=environment,
            cwd=spec.cwd or "/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def log_of(name: str, directory: DataDirectory) -> Path:
    return directory.log / f"{name}.log"


def end_group(pid: int) -> None:
    """End at once what is left of the session that the process led, such as the workers of a killed server."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end(process: subprocess.Popen[bytes], polite: signal.Signals, within_s: float) -> None:
    """Ask a process to stop, insist after `within_s` seconds, and leave nothing of its session."""
    if process.poll() is None:
        process.send_signal(polite)
        with suppress(subprocess.TimeoutExpired):
            process.wait(within_s)
    if process.poll() is None:
        process.kill()
        process.wait()
    end_group(process.pid)


def in_words(code: int) -> str:
    """An exit status for a person: `status 1`, `SIGKILL`."""
    if code >= 0:
        return f"status {code}"
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


class Child:
    """A process under supervision. `advance` moves it on and must be called often; nothing here blocks for long."""

    def __init__(
        self,
        spec: ChildSpec,
        directory: DataDirectory,
        patience: Patience,
        report: Callable[["Child", str], None],
    ) -> None:
        self.spec = spec
        self.state = State.WAITING
        self.restarts = 0
        self.since = datetime.now(UTC)
        self.process: subprocess.Popen[bytes] | None = None
        self._directory = directory
        self._patience = patience
        self._report = report
        self._quick_deaths = 0
        self._begun = 0.0
        self._due = 0.0

    @property
    def log(self) -> Path:
        return log_of(self.spec.name, self._directory)

    def status(self) -> ChildStatus:
        alive = self.process is not None and self.process.returncode is None
        return ChildStatus(
            name=self.spec.name,
            state=self.state,
            pid=self.process.pid if self.process and alive else None,
            restarts=self.restarts,
            since=self.since,
            log=str(self.log),
        )

    def advance(self, dependencies_ready: bool) -> None:
        """Start it if it is due, notice that it is ready or dead. Raises GaveUp after too many quick deaths."""
        now = time.monotonic()
        if self.state is State.WAITING and dependencies_ready:
            self._start()
        elif self.state is State.BACKING_OFF and now >= self._due and dependencies_ready:
            self.restarts += 1
            self._start()
        elif self.state in (State.STARTING, State.READY) and self.process is not None:
            code = self.process.poll()
            if code is not None:
                self._died(in_words(code))
            elif self.state is State.STARTING and self._is_ready():
                self._become(State.READY)
            elif self.state is State.STARTING and now - self._begun > self.spec.ready_within_s:
                end(self.process, self.spec.stop_signal, self.spec.stop_within_s)
                self._died(f"not ready within {self.spec.ready_within_s:.0f} s")

    def stop(self) -> None:
        """Ask it to stop, wait, insist. Blocks up to the spec's `stop_within_s`."""
        if self.process is not None:
            end(self.process, self.spec.stop_signal, self.spec.stop_within_s)
        if self.state is not State.GAVE_UP:
            self._become(State.STOPPED)

    def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    def trim_log(self) -> None:
        """Keep the log below its limit, with one older generation. Output is appended, so emptying the file is safe."""
        with suppress(OSError):
            if self.log.stat().st_size > LOG_LIMIT:
                kept = self.log.read_bytes()
                self.log.with_suffix(".log.1").write_bytes(kept)
                os.truncate(self.log, 0)

    def _start(self) -> None:
        self._become(State.STARTING)
        if self.spec.prepare:
            self.spec.prepare()
        self.process = launch(self.spec, self._directory)
        self._begun = time.monotonic()

    def _is_ready(self) -> bool:
        asked = self.spec.ready
        if asked is None:
            return True
        return answers(asked) if isinstance(asked, str) else asked()

    def _died(self, reason: str) -> None:
        assert self.process is not None
        end_group(self.process.pid)
        lived = time.monotonic() - self._begun
        quick = self.state is State.STARTING or lived < self._patience.quick_s
        self._quick_deaths = self._quick_deaths + 1 if quick else 1
        if self._quick_deaths >= self._patience.quick_deaths:
            self._become(State.GAVE_UP, reason)
            raise GaveUp(
                name=self.spec.name, deaths=self._quick_deaths, reason=reason, log=self.log, tail=tail(self.log)
            )
        self._due = time.monotonic() + self._patience.delay_s(self._quick_deaths)
        self._become(State.BACKING_OFF, reason)

    def _become(self, state: State, reason: str = "") -> None:
        self.state = state
        self.since = datetime.now(UTC)
        self._report(self, reason)
