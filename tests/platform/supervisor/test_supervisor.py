"""The supervisor as a process of its own, with real children and the real PostgreSQL, killed in every way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tianping.platform.supervisor import (
    ChildSpec,
    DataDirectory,
    EmbeddedPostgres,
    GaveUp,
    Patience,
    State,
    StepFailed,
    Supervisor,
)
from tianping.platform.supervisor.child import MARK

pytestmark = pytest.mark.slow

INSTALLATION = Path(__file__).with_name("installation.py")


def until(look: Callable[[], Any], what: str, patience_s: float = 40) -> Any:
    """Wait for something to become true; the time only bounds how long a broken test hangs."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    pytest.fail(f"never came: {what}")


def alive(process: psutil.Process) -> bool:
    """Dead but not yet asked about counts as dead."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Installation:
    """The process of `installation.py` on one data directory, and what it has said."""

    def __init__(self, data: Path, mode: str) -> None:
        self.data = DataDirectory(data)
        self.spoken = data.parent / f"{data.name}-{time.monotonic_ns()}.txt"
        with self.spoken.open("wb") as out:
            argv = [sys.executable, str(INSTALLATION), str(data), mode]
            self.process = subprocess.Popen(argv, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def lines(self) -> list[str]:
        return self.spoken.read_text().splitlines()

    def up(self) -> "Installation":
        until(lambda: "up" in self.lines or self.process.poll() is not None, "the installation")
        assert "up" in self.lines, self.lines
        return self

    def child(self, name: str) -> psutil.Process | None:
        """The running, ready child of that name."""
        status = self.data.read_status()
        found = [c for c in status.children if c.name == name and c.state == "ready" and c.pid] if status else []
        return psutil.Process(found[0].pid) if found and psutil.pid_exists(found[0].pid) else None

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    begun: list[Installation] = []

    def begin(mode: str = "plain", name: str = "data") -> Installation:
        begun.append(Installation(tmp_path / name, mode))
        return begun[-1]

    yield begin
    for installation in begun:
        installation.end()
        home = installation.data.secrets / "postgres.place"
        if home.exists():
            EmbeddedPostgres(installation.data).remove()


@pytest.fixture
def bystander(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of somebody else: same program, and even marked, but for another data directory."""
    environment = {**os.environ, MARK: str(tmp_path / "other")}
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], env=environment)
    yield process
    process.kill()
    process.wait()


def test_a_killed_child_comes_back_and_leaves_no_worker_behind(start):
    installation = start().up()
    first = installation.child("server")
    worker = until(first.children, "the worker")[0]
    first.kill()
    again = until(lambda: (c := installation.child("server")) and c.pid != first.pid and c, "the restarted child")
    assert alive(again)
    assert not alive(worker)
    assert installation.data.read_status().children[0].restarts == 1


def test_a_second_start_on_the_same_directory_is_refused_and_harms_nothing(start):
    installation = start().up()
    child = installation.child("server")
    second = start()
    assert second.process.wait(30) == 1
    assert second.lines[-1].startswith("refused already-running")
    assert str(installation.process.pid) in second.lines[-1]
    assert alive(child)
    assert installation.process.poll() is None


def test_sigterm_stops_all_it_started_in_reverse_and_nothing_else(start, bystander):
    installation = start("whole").up()
    children = [installation.child(name) for name in ("postgres", "server", "stubborn")]
    assert installation.end() == 0
    stopped = [line.split()[0] for line in installation.lines if " stopped" in line]
    assert stopped == ["stubborn", "server", "postgres"]
    assert not any(alive(child) for child in children)
    assert bystander.poll() is None
    assert not installation.data.locked


@pytest.mark.parametrize(
    "also_kill",
    [
        pytest.param((), marks=pytest.mark.slow, id="the supervisor"),
        pytest.param(("postgres",), marks=pytest.mark.slow, id="and the database"),
        pytest.param(("postgres", "server", "stubborn"), id="everything"),
    ],
)
def test_after_kill_9_the_next_start_recovers_and_keeps_every_row(start, bystander, also_kill):
    installation = start("whole").up()
    dsn = EmbeddedPostgres(installation.data).dsn
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table acts (number int)")
        connection.execute("insert into acts select generate_series(1, 1000)")
    left = [installation.child(name) for name in ("postgres", "server", "stubborn")]
    victims = [installation.child(name) for name in also_kill]
    installation.process.kill()
    for victim in victims:
        victim.kill()
    installation.process.wait()

    again = start("whole").up()
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select count(*) from acts").fetchone() == (1000,)
    assert not any(alive(process) for process in left)
    if "stubborn" not in also_kill:
        assert str(left[2].pid) in again.lines[0].split(), "the orphan that ignored its parent's death was ended"
    assert bystander.poll() is None


def test_a_killed_database_comes_back_under_the_same_address(start):
    installation = start("whole").up()
    dsn = EmbeddedPostgres(installation.data).dsn
    first = installation.child("postgres")
    first.kill()
    until(lambda: (c := installation.child("postgres")) and c.pid != first.pid, "the restarted database")
    with psycopg.connect(dsn) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_it_gives_up_loudly_on_a_child_that_keeps_dying(start):
    installation = start("dying")
    assert installation.process.wait(60) == 1
    assert "refused gave-up" in installation.lines[-1]
    assert "why it died" in installation.lines[-1]
    assert "status 3" in installation.lines[-1]
    assert sum(line.startswith("dying starting") for line in installation.lines) == Patience().quick_deaths


def test_a_child_that_is_never_ready_counts_as_dead(tmp_path: Path):
    told = []
    patience = Patience(first_delay_s=0, quick_deaths=2)
    sleeper = ChildSpec(name="sleeper", argv=("sleep", "600"), ready=lambda: False, ready_within_s=0.2)
    with (
        pytest.raises(GaveUp, match=r"not ready within"),
        Supervisor(tmp_path, patience=patience, report=lambda *change: told.append(change)) as supervisor,
    ):
        supervisor.add(sleeper)
        supervisor.until_ready()
    assert ("sleeper", State.GAVE_UP, "not ready within 0 s") in told


def test_a_step_shows_its_output_and_its_failure(tmp_path: Path):
    lines: list[str] = []
    with Supervisor(tmp_path, echo=lines.append) as supervisor:
        supervisor.step(
            "greet", (sys.executable, "-c", "import os; print('hello', os.environ['WHOM'])"), {"WHOM": "court"}
        )
        assert lines == ["hello court"]
        with pytest.raises(StepFailed, match=r"(?s)status 7.*too bad"):
            supervisor.step("fail", (sys.executable, "-c", "print('too bad'); raise SystemExit(7)"), {})


def test_a_program_that_does_not_exist_says_so(tmp_path: Path):
    with Supervisor(tmp_path) as supervisor, pytest.raises(StepFailed, match="cannot start /no/such/program"):
        supervisor.step("absent", ("/no/such/program",), {})


def test_children_start_only_after_those_they_need(tmp_path: Path):
    ready = {"first": False}
    order = []
    with Supervisor(tmp_path, report=lambda name, state, reason: order.append((name, state))) as supervisor:

        def slow() -> bool:
            was, ready["first"] = ready["first"], True
            return was

        supervisor.add(ChildSpec(name="first", argv=("sleep", "600"), ready=slow))
        supervisor.add(ChildSpec(name="second", argv=("sleep", "600"), after=("first",)))
        supervisor.until_ready()
    assert order.index(("first", State.READY)) < order.index(("second", State.STARTING))
    with pytest.raises(ValueError, match="nobody"), Supervisor(tmp_path) as supervisor:
        supervisor.add(ChildSpec(name="third", argv=("true",), after=("nobody",)))


@pytest.mark.parametrize(("deaths", "delay_s"), [(0, 0.5), (1, 0.5), (2, 1), (3, 2), (4, 4), (7, 30), (50, 30)])
def test_the_wait_before_a_restart_doubles_up_to_a_limit(deaths, delay_s):
    assert Patience().delay_s(deaths) == delay_s
