"""Inspection in a process of its own, with limits of time and memory, because it parses hostile content."""

import asyncio
import os
import sys
from pathlib import Path

import msgspec

import tianping
from tianping.engines.materials import findings as f
from tianping.engines.materials.child import Errand
from tianping.interfaces.materials import Inspection, Kind

_SOURCES = str(Path(tianping.__file__).resolve().parent.parent)


class Limits(msgspec.Struct, frozen=True):
    """`time_s` on the clock, `cpu_s` of processor, `memory` in bytes of address space, `file_size` of a derivative."""

    time_s: float = 60
    cpu_s: int = 45
    memory: int = 2 << 30
    file_size: int = 512 << 20


class SandboxedInspector:
    """The `Inspector` of the service. At most `at_once` processes run; others wait their turn.

    A process that is killed, crashes or answers nonsense is the refusal `could-not-be-read`.
    """

    def __init__(self, limits: Limits | None = None, *, at_once: int = 2) -> None:
        self._limits = limits or Limits()
        self._turn = asyncio.Semaphore(at_once)

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
            answer = await self._ask(msgspec.json.encode(errand))
        try:
            return msgspec.json.decode(answer, type=Inspection)
        except msgspec.MsgspecError:
            for leftover in into.iterdir() if into else ():
                leftover.unlink()
            return Inspection(Kind.UNKNOWN, "application/octet-stream", "", refusal=f.COULD_NOT_BE_READ)

    async def _ask(self, errand: bytes) -> bytes:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tianping.engines.materials.child",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # No secret of the service reaches the process that reads hostile content.
            env={"PATH": os.defpath, "PYTHONPATH": _SOURCES, "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            answer, _ = await asyncio.wait_for(child.communicate(errand), self._limits.time_s)
        except TimeoutError:
            return b""
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return answer if child.returncode == 0 else b""
