"""Scanners: clamd over its INSTREAM command, and the rules that apply when no scanner is connected.

The `clamd` package from the registry is not used: it sends with `socket.send` and does not look at how much was taken,
so a busy daemon would receive a mutilated stream, and it blocks the event loop.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tianping.interfaces.materials import Finding
from tianping.interfaces.scanning import Harm, Scanner, ScannerUnavailable, Verdict
from tianping.kit.problems import Text

_BLOCK = 256 << 10
_SIZE_ANSWER = "INSTREAM size limit exceeded. ERROR"

_NO_SCANNER = Text(
    "本法院尚未接入病毒检测服务：可执行程序、脚本、含宏文档等可疑文件会被隔离，其余文件未经病毒检测，打开前请留意。",
    "No virus scanner is connected to this court. Programs, scripts, documents with macros and other suspicious files "
    "are quarantined; all other files have not been scanned, so take care when opening them.",
)
_INFECTED = Finding(
    "infected",
    "文件中检出恶意内容，已隔离，任何人都不能打开。",
    "Harmful content was found in this file. It is quarantined and nobody can open it.",
    Text(
        "请用杀毒软件检查您的设备，然后重新制作或另行取得该文件后上传。",
        "Check your device with an anti-virus program, then make or obtain the file anew and upload that.",
    ),
)
_TOO_LONG = Finding(
    "scan-size",
    "文件超过病毒检测服务允许的大小，暂予隔离，由技术人员核查。",
    "The file is larger than the virus scanner accepts. It is quarantined until a technician has checked it.",
)


class RuleScanner:
    """Judges by the hazards an inspection noticed. With `macros` false, those are left to a real scanner."""

    def __init__(self, *, macros: bool = True) -> None:
        self._passed = frozenset() if macros else frozenset({"macros", "active-object"})

    async def scan(self, path: Path, hazards: tuple[Finding, ...]) -> Verdict:
        for hazard in hazards:
            if hazard.code not in self._passed:
                return Verdict(Harm.SUSPECTED, "rules", hazard)
        return Verdict(Harm.NONE, "rules")

    async def ready(self) -> bool:
        return True

    def banner(self) -> Text | None:
        return _NO_SCANNER


class ClamdScanner:
    """ClamAV's daemon at `unix:///path` or `tcp://host:port`. Times in seconds.

    Programs and scripts are quarantined whatever clamd says. Anything but a clear answer is `ScannerUnavailable`:
    unscanned content never becomes readable. Its StreamMaxLength, MaxScanSize and MaxFileSize should be as large as the
    court's upload limit: what is longer is quarantined.
    """

    def __init__(self, url: str, *, connect_s: float = 5, answer_s: float = 120) -> None:
        parts = urlsplit(url)
        if parts.scheme == "unix" and parts.path:
            self._unix, self._host, self._port = parts.path, "", 0
        elif parts.scheme == "tcp" and parts.hostname:
            self._unix, self._host, self._port = "", parts.hostname, parts.port or 3310
        else:
            raise ValueError(f"a clamd address is unix:///path or tcp://host:port, not {url!r}")
        self._connect_s = connect_s
        self._answer_s = answer_s
        self._rules = RuleScanner(macros=False)

    async def scan(self, path: Path, hazards: tuple[Finding, ...]) -> Verdict:
        answer, version = await self._instream(path), await self._ask(b"zVERSION\0")
        if answer == "stream: OK":
            verdict = await self._rules.scan(path, hazards)
            return Verdict(verdict.harm, version, verdict.finding)
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return Verdict(Harm.FOUND, f"{version}: {answer[8:-6]}", _INFECTED)
        if answer == _SIZE_ANSWER:
            return Verdict(Harm.SUSPECTED, version, _TOO_LONG)
        raise ScannerUnavailable

    async def ready(self) -> bool:
        try:
            return await self._ask(b"zPING\0") == "PONG"
        except ScannerUnavailable:
            return False

    def banner(self) -> Text | None:
        return None

    async def _ask(self, command: bytes) -> str:
        async with self._connection() as (reader, writer):
            writer.write(command)
            await writer.drain()
            return await _answer(reader)

    async def _instream(self, path: Path) -> str:
        sent = False
        try:
            async with self._connection() as (reader, writer):
                # Listen while sending: past its StreamMaxLength clamd answers and hangs up in the middle.
                answer = asyncio.create_task(_answer(reader))
                try:
                    await self._send(path, writer, answer)
                    sent = True
                    return await answer
                finally:
                    answer.cancel()
        except ScannerUnavailable:
            # A daemon that is well and yet hung up on the stream refused its length; the answer was lost on the way.
            if not sent and await self.ready():
                return _SIZE_ANSWER
            raise

    @staticmethod
    async def _send(path: Path, writer: asyncio.StreamWriter, answer: asyncio.Task[str]) -> None:
        writer.write(b"zINSTREAM\0")
        with path.open("rb") as content:
            while not answer.done() and (block := await asyncio.to_thread(content.read, _BLOCK)):
                writer.write(struct.pack("!I", len(block)) + block)
                await writer.drain()
        if not answer.done():
            writer.write(struct.pack("!I", 0))
            await writer.drain()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        writer = None
        try:
            async with asyncio.timeout(self._connect_s):
                if self._unix:
                    reader, writer = await asyncio.open_unix_connection(self._unix)
                else:
                    reader, writer = await asyncio.open_connection(self._host, self._port)
            async with asyncio.timeout(self._answer_s):
                yield reader, writer
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ScannerUnavailable from error
        finally:
            if writer is not None:
                writer.close()


async def _answer(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace").strip()


def open_scanner(url: str | None) -> Scanner:
    """The scanner a setting names; the rules alone, which say so, if none is set."""
    return ClamdScanner(url) if url else RuleScanner()
