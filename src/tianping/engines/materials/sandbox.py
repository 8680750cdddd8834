"""Inspection in a process of its own, with limits of time and memory, because it parses hostile content."""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

import tianping
from tianping.engines.materials import findings as f
from tianping.engines.materials.errands import Ended, Errand, Look, Ready, Said, Stop
from tianping.interfaces.materials import Inspection, Kind
from tianping.kit.problems import Unavailable
from tianping.platform.supervisor.child import MARK

log = structlog.get_logger(__name__)

_SOURCES = str(Path(tianping.__file__).resolve().parent.parent)
_START_S = 60.0
_GRACE_S = 10.0
"""How much longer than a child's time the warm process may take to say that it is over."""
_ANSWER = 1 << 20


class Limits(msgspec.Struct, frozen=True):
    """`time_s` on the clock, `cpu_s` of processor, `memory` in bytes of address space, `file_size` of a derivative."""

    time_s: float = 60
    cpu_s: int = 45
    memory: int = 2 << 30
    file_size: int = 512 << 20


class ParentLost(Exception):
    """The warm process ended before the child did: that says nothing about the file."""


class WarmParent:
    """The service's hold on one warm process, within one event loop. Over for good once it is `lost`."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.lost = False
        self._ready: asyncio.Future[None] = self.loop.create_future()
        self._ends: dict[int, asyncio.Future[bool]] = {}
        self._count = 0
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._socket.setblocking(False)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tianping.engines.materials.warm"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # No secret of the service reaches the processes that read hostile content. The supervisor's mark is
                # none: by it a supervisor finds what one before it left running.
                env={
                    "PATH": os.defpath, "PYTHONPATH": _SOURCES, "LANG": "C.UTF-8",
                    **({MARK: os.environ[MARK]} if MARK in os.environ else {}),
                },
                start_new_session=True,
            )  # fmt: skip
        self.loop.add_reader(self._socket.fileno(), self._hear)

    async def ready(self) -> None:
        """Raises ParentLost when it does not come up."""
        try:
            async with asyncio.timeout(_START_S):
                await asyncio.shield(self._ready)
        except TimeoutError:
            self.lose()
            raise ParentLost from None

    async def look(self, errand: int, time_s: float) -> bool:
        """Have a child work on the open file `errand`; whether it answered. Raises ParentLost."""
        self._count += 1
        number, ended = self._count, self.loop.create_future()
        self._ends[number] = ended
        try:
            self._send(Look(number, time_s), errand)
            async with asyncio.timeout(time_s + _GRACE_S):
                return await asyncio.shield(ended)
        except TimeoutError:
            self.lose()
            raise ParentLost from None
        finally:
            self._ends.pop(number, None)
            if not ended.done():
                ended.cancel()
                with suppress(ParentLost):
                    self._send(Stop(number))

    def _send(self, message: Look | Stop, *descriptors: int) -> None:
        if self.lost:
            raise ParentLost
        try:
            # Few and small, so that there is always room for them.
            socket.send_fds(self._socket, [msgspec.json.encode(message)], list(descriptors))
        except OSError:
            self.lose()
            raise ParentLost from None

    def _hear(self) -> None:
        try:
            message = self._socket.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self.lose()
            return
        said = msgspec.json.decode(message, type=Said)
        if isinstance(said, Ready):
            self._ready.set_result(None)
        elif isinstance(said, Ended) and (ended := self._ends.get(said.number)) and not ended.done():
            ended.set_result(said.good)

    def lose(self) -> None:
        """End it, and with it its children; whoever waits hears ParentLost."""
        if self.lost:
            return
        self.lost = True
        if not self.loop.is_closed():
            self.loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self.process.kill()
        self.process.wait()
        for waiting in (self._ready, *self._ends.values()):
            if not waiting.done() and not self.loop.is_closed():
                waiting.set_exception(ParentLost())
        # Perhaps nobody waits for it.
        if self._ready.done() and not self._ready.cancelled():
            self._ready.exception()


class SandboxedInspector:
    """The `Inspector` of the service. At most `at_once` children work; others wait their turn.

    A child that is killed, crashes or answers nonsense is the refusal `could-not-be-read`. So is a file under which the
    warm process died twice, for it may be what killed it. Raises Unavailable when no warm process can be started.
    """

    def __init__(self, limits: Limits | None = None, *, at_once: int = 2) -> None:
        self._limits = limits or Limits()
        self._turn = asyncio.Semaphore(at_once)
        self._starting = asyncio.Lock()
        self._parent: WarmParent | None = None

    def close(self) -> None:
        """Let the warm process go. Without it that ends with this process."""
        if self._parent is not None:
            self._parent.lose()
            self._parent = None

    async def inspect(
        self,
        path: Path,
        declared_name: str,
        declared_type: str,
        *,
        into: Path | None = None,
        password: str | None = None,
    ) -> Inspection:
        limits = self._limits
        errand = Errand(
            str(path.absolute()),
            declared_name.encode("utf-8", "replace").decode(),
            declared_type,
            str(into.absolute()) if into else None,
            password,
            limits.memory,
            limits.cpu_s,
            limits.file_size,
        )
        async with self._turn:
            for _ in range(2):
                with suppress(ParentLost):
                    answer = await self._ask(msgspec.json.encode(errand))
                    break
            else:
                log.warning("warm process lost twice under one file")
                answer = b""
        try:
            return msgspec.json.decode(answer, type=Inspection)
        except msgspec.MsgspecError:
            for leftover in into.iterdir() if into else ():
                leftover.unlink()
            return Inspection(Kind.UNKNOWN, "application/octet-stream", "", refusal=f.COULD_NOT_BE_READ)

    async def _ask(self, errand: bytes) -> bytes:
        """The child's answer; nothing if it had none. Raises ParentLost, Unavailable."""
        parent = await self._warm()
        sheet = os.memfd_create("errand")
        try:
            os.write(sheet, errand)
            good = await parent.look(sheet, self._limits.time_s)
            return os.pread(sheet, _ANSWER, 0) if good else b""
        finally:
            os.close(sheet)

    async def _warm(self) -> WarmParent:
        """The warm process, started where there is none. Raises Unavailable."""
        async with self._starting:
            parent = self._parent
            if parent is None or parent.lost or parent.loop is not asyncio.get_running_loop():
                self.close()
                parent = self._parent = WarmParent()
            try:
                await parent.ready()
            except ParentLost:
                raise Unavailable from None
            return parent
