"""A small supervised installation in a process of its own, for tests to kill: `python installation.py DATA MODE`.

Prints one line a change (`name state`) and `up` when all is ready. Modes: `whole` (database, a server with a worker of
its own, a stubborn child that ignores SIGTERM and its parent's death), `dying` (a child that always dies), `plain`.
"""

import sys
from pathlib import Path

from tianping.platform.supervisor import (
    CannotRun,
    ChildSpec,
    EmbeddedPostgres,
    Patience,
    StopAsked,
    Supervisor,
)

PYTHON = sys.executable

SERVER = """
import os, signal, time
worker = os.fork()
if worker == 0:
    while True:
        time.sleep(1)
def leave(number, frame):
    os.kill(worker, signal.SIGKILL)
    raise SystemExit(0)
signal.signal(signal.SIGTERM, leave)
print("worker", worker, flush=True)
while True:
    time.sleep(1)
"""

STUBBORN = """
import ctypes, signal, time
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
while True:
    time.sleep(1)
"""


def said(data: Path, name: str, word: str) -> bool:
    return word in (data / "log" / f"{name}.log").read_text()


def children(data: Path, mode: str, supervisor: Supervisor) -> list[ChildSpec]:
    if mode == "dying":
        return [
            ChildSpec(
                name="dying", argv=(PYTHON, "-c", "print('why it died'); raise SystemExit(3)"), ready=lambda: False
            )
        ]
    server = ChildSpec(name="server", argv=(PYTHON, "-c", SERVER), ready=lambda: said(data, "server", "worker"))
    if mode == "plain":
        return [server]
    stubborn = ChildSpec(
        name="stubborn",
        argv=(PYTHON, "-c", STUBBORN),
        ready=lambda: said(data, "stubborn", "deaf"),
        after=("postgres", "server"),
        stop_within_s=0.3,
    )
    return [EmbeddedPostgres(supervisor.directory, durable=True).child_spec(), server, stubborn]


def main(data: Path, mode: str) -> int:
    def tell(name: str, state: str, reason: str) -> None:
        print(name, state, reason, flush=True)

    try:
        patience = Patience(quick_s=0.5 if mode == "plain" else 0.0, first_delay_s=0.01, longest_delay_s=0.05)
        with Supervisor(data, patience=patience, report=tell) as supervisor:
            print("ended", *supervisor.ended, flush=True)
            for spec in children(data, mode, supervisor):
                supervisor.add(spec)
            supervisor.until_ready()
            print("up", flush=True)
            supervisor.watch()
    except StopAsked:
        pass
    except CannotRun as refusal:
        print("refused", refusal.code, str(refusal).replace("\n", " "), flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
