"""A court as real processes: PostgreSQL, web, worker; each can be killed without warning and is started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

from tianping.platform.migrations import migrate
from tianping.platform.supervisor import DataDirectory, EmbeddedPostgres
from tianping.platform.supervisor.postgres import APP

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Processes:
    """`start` brings all up; `kill` ends one as the kernel would; `mend` starts again what is not running."""

    def __init__(self, place: Path, *, settings: dict[str, str] | None = None, options: tuple[str, ...] = ()) -> None:
        self.place = place
        self.port = free_port()
        self.directory = DataDirectory(place).prepare()
        self.postgres = EmbeddedPostgres(self.directory, durable=True, options=options)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._settings = settings or {}
        self.kills: dict[str, int] = {"web": 0, "worker": 0, "postgres": 0}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TIANPING_DATA": str(self.place), "TIANPING_DATABASE_DSN": self.postgres.app_dsn,
            "TIANPING_PORT": str(self.port), "TIANPING_REQUESTS_A_MINUTE": "0", "TIANPING_LOG_LEVEL": "WARNING",
            "TIANPING_POOL_SIZE": "4", "PYTHONUNBUFFERED": "1", **self._settings,
        }  # fmt: skip

    def start_database(self) -> None:
        self.directory.lock()
        self.postgres.start()
        migrate(self.postgres.dsn, served_by=APP)

    def start(self) -> None:
        for name in ("web", "worker"):
            self._launch(name)
        self.until_answering()

    def _launch(self, name: str) -> None:
        with (self.place / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                [sys.executable, "-m", f"tianping.apps.{name}"], env={**os.environ, **self.environment}, cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """`kill -9` of the process and of all its children."""
        self.kills[name] += 1
        if name == "postgres":
            process = self.postgres._process
            assert process is not None
            server = psutil.Process(process.pid)
            for victim in (server, *server.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    victim.kill()
            process.wait()
        else:
            self._end(self.children[name])

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def mend(self) -> None:
        """What a supervisor does: start again whatever has died."""
        if self.postgres._process is None or self.postgres._process.poll() is not None:
            self.postgres.start()
        for name, process in list(self.children.items()):
            if process.poll() is not None:
                self._launch(name)

    def until_answering(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            self.mend()
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the court does not come up: {(self.place / 'web.log').read_text()[-3000:]}")

    def failures(self) -> str:
        """What web and worker logged as an unexpected failure, for the message of a test that failed."""
        lines = []
        for name in ("web", "worker"):
            with suppress(FileNotFoundError):
                lines += [x for x in (self.place / f"{name}.log").read_text().splitlines() if "unexpected" in x]
        return "\n".join(line[-3000:] for line in lines[-3:])

    def stop(self) -> None:
        for process in self.children.values():
            self._end(process)
        self.postgres.stop()
        self.postgres.remove()
        self.directory.unlock()
