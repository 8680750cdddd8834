"""The supervisor: holds the data directory, starts children in order, restarts the dead, stops all in reverse."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import psutil

from tianping.platform.supervisor import orphans
from tianping.platform.supervisor.child import Child, ChildSpec, Patience, State, end, in_words, launch, log_of
from tianping.platform.supervisor.directory import DataDirectory, Status, tail
from tianping.platform.supervisor.problems import StepFailed

PAUSE_S = 0.1
TRIM_EVERY_S = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(Exception):
    """SIGINT, SIGTERM or SIGHUP came while something was being waited for."""


class Supervisor:
    """Use as a context manager in the main thread: entering takes the lock, ends what a killed predecessor left and
    listens for signals; leaving stops every child, the last started first, and frees the directory.

    `report(name, state, reason)` is told each change; `echo(line)` gets the output of steps.
    Raises AlreadyRunning, DirectoryNotOurs.
    """

    def __init__(
        self,
        data: Path,
        *,
        patience: Patience | None = None,
        report: Callable[[str, State, str], None] | None = None,
        echo: Callable[[str], None] | None = None,
    ) -> None:
        self.directory = DataDirectory(data)
        self.address: str | None = None
        self.ended: list[int] = []
        self._children: dict[str, Child] = {}
        self._patience = patience or Patience()
        self._tell = report
        self._echo = echo
        self._signals = 0
        self._stopping = False
        self._handlers: dict[signal.Signals, Any] = {}
        self._trimmed = time.monotonic()

    def __enter__(self) -> Self:
        self.directory.prepare().lock()
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        self.ended = orphans.end_all(orphans.marked(self.directory.place))
        self._write_status()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping = True
        for child in reversed(self._children.values()):
            child.stop()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self.directory.unlock()

    def add(self, spec: ChildSpec) -> Child:
        """Take a child on; it starts when `watch` or `until_ready` next looks and its `after` are ready."""
        unknown = set(spec.after) - set(self._children)
        if unknown:
            raise ValueError(f"{spec.name} comes after {sorted(unknown)}, which were not added")
        child = Child(spec, self.directory, self._patience, self._on_change)
        self._children[spec.name] = child
        return child

    def until_ready(self) -> None:
        """Return when every child is ready. Raises GaveUp, StopAsked."""
        while not all(child.state is State.READY for child in self._children.values()):
            self._look()
        self._write_status()

    def watch(self) -> None:
        """Keep all running until a signal asks to stop; then return. Raises GaveUp."""
        try:
            while True:
                self._look()
        except StopAsked:
            return

    def step(self, name: str, argv: tuple[str, ...], env: Mapping[str, str]) -> None:
        """Run a program to its end while the children are kept up. Raises StepFailed, StopAsked, GaveUp."""
        spec = ChildSpec(name=name, argv=argv, env=env, cwd=Path.cwd())
        log = log_of(name, self.directory)
        log.touch(mode=0o600)
        with log.open(errors="replace") as output:
            output.seek(0, os.SEEK_END)
            process = launch(spec, self.directory)
            try:
                while process.poll() is None:
                    self._look()
                    self._show(output.read())
            finally:
                end(process, signal.SIGTERM, spec.stop_within_s)
            self._show(output.read())
        if process.returncode != 0:
            raise StepFailed(name=name, status=in_words(process.returncode), log=log, tail=tail(log))

    def _show(self, text: str) -> None:
        if self._echo:
            for line in text.splitlines():
                self._echo(line)

    def _look(self) -> None:
        if self._signals:
            raise StopAsked
        for child in self._children.values():
            child.advance(all(self._children[name].state is State.READY for name in child.spec.after))
        if time.monotonic() - self._trimmed > TRIM_EVERY_S:
            self._trimmed = time.monotonic()
            for child in self._children.values():
                child.trim_log()
        time.sleep(PAUSE_S)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """The first signal asks for an orderly stop; a further one while stopping ends what is still there."""
        self._signals += 1
        if self._stopping:
            for child in self._children.values():
                child.kill()

    def _on_change(self, child: Child, reason: str) -> None:
        self._write_status()
        if self._tell:
            self._tell(child.spec.name, child.state, reason)

    def _write_status(self) -> None:
        children = tuple(child.status() for child in self._children.values())
        self.directory.write_status(Status(os.getpid(), psutil.Process().create_time(), self.address, children))
