"""What a supervisor that was killed left running, found by the mark in its environment and ended at the next start."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from tianping.platform.supervisor.child import MARK


def marked(place: Path) -> Iterator[psutil.Process]:
    """Processes that a supervisor of `place` started, other than ourselves and those above us."""
    mine = psutil.Process()
    spared = {mine.pid, *(parent.pid for parent in mine.parents())}
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid not in spared and process.environ().get(MARK) == str(place):
                yield process


def servers_of(cluster: Path) -> Iterator[psutil.Process]:
    """PostgreSQL processes at work in `cluster`. They overwrite their environment, but their directory tells them."""
    wanted = os.path.realpath(cluster)
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name().startswith("postgres") and process.cwd() == wanted:
                yield process


def end_all(processes: Iterable[psutil.Process], *, within_s: float = 5.0) -> list[int]:
    """Ask each to stop, insist after `within_s` seconds. Returns the pids that were ended."""
    found = [process for process in processes if _alive(process)]
    for process in found:
        with suppress(psutil.Error):
            # PostgreSQL takes SIGTERM as "when the last client has gone", SIGINT as "now".
            process.send_signal(signal.SIGINT if process.name().startswith("postgres") else signal.SIGTERM)
    _wait(found, within_s)
    for process in filter(_alive, found):
        with suppress(psutil.Error):
            process.kill()
    _wait(found, within_s)
    return [process.pid for process in found]


def _alive(process: psutil.Process) -> bool:
    """A dead process that nobody has asked about yet is dead; in a container without an init it stays so forever."""
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _wait(processes: list[psutil.Process], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while any(map(_alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
