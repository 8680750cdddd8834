"""The only way out for the browser: a proxy on this machine that looks up, checks and connects for it, and counts.

The browser itself never asks the name service and never connects anywhere else.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from tianping.engines.capture.addresses import AddressGuard, Place
from tianping.interfaces.capture import AddressRefused

_LARGEST_HEAD = 64 * 1024
_BLOCK = 64 * 1024
_CONNECT_S = 10.0
FORBIDDEN = frozenset({"scheme", "credentials", "private", "port"})
"""Why a connection may not be opened, apart from those that only could not (unknown-host, unreachable)."""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """One that was opened, or refused (`refused`: why). `address` is the one connected to; `answers` of the name service."""

    at: datetime
    host: str
    port: int
    address: str | None
    answers: list[str]
    refused: str | None


class Doorway:
    """`most`: bytes that may come in altogether; beyond that every connection is cut."""

    def __init__(self, guard: AddressGuard, *, most: int) -> None:
        self._guard = guard
        self._most = most
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        self.received = 0

    @property
    def overflowed(self) -> bool:
        return self.received > self._most

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", 0, limit=_LARGEST_HEAD)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
                await self._serve(reader, writer)
        finally:
            self._open.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, _, rest = head.partition("\r\n")
        method, target, version = line.split(" ")
        if method == "CONNECT":
            name, _, number = target.rpartition(":")
            host, port, first = name.strip("[]"), int(number), b""
        else:
            host, port = self._guard.read(target)
            first = _for_origin(method, target, version, rest)
        try:
            place = await self._guard.place(host, port)
        except AddressRefused as refused:
            self._note(host, port, None, str(refused.values["reason"]))
            await _say_no(writer, b"403 Forbidden")
            return
        if self.overflowed:
            return
        try:
            async with asyncio.timeout(_CONNECT_S):
                inward, outward = await asyncio.open_connection(place.address, place.port)
        except OSError:
            self._note(host, port, place, "unreachable")
            await _say_no(writer, b"502 Bad Gateway")
            return
        self._note(host, port, place, None)
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            outward.write(first)
            await asyncio.gather(
                self._carry(reader, outward, lambda _: None),
                self._carry(inward, writer, self._count),
                return_exceptions=True,
            )
        finally:
            outward.close()

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, count: Callable[[int], None]
    ) -> None:
        while (block := await source.read(_BLOCK)) and not self.overflowed:
            count(len(block))
            target.write(block)
            await target.drain()
        with contextlib.suppress(OSError):
            if target.can_write_eof():
                target.write_eof()

    def _count(self, size: int) -> None:
        self.received += size

    def _note(self, host: str, port: int, place: Place | None, refused: str | None) -> None:
        self.connections.append(
            Connection(
                at=datetime.now(UTC), host=host, port=port, address=place.address if place else None,
                answers=place.answers if place else [], refused=refused,
            )
        )  # fmt: skip


async def _say_no(writer: asyncio.StreamWriter, status: bytes) -> None:
    writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()


def _for_origin(method: str, target: str, version: str, rest: str) -> bytes:
    """A request to a proxy as the origin takes it: path only, one request a connection."""
    path = "/" + target.split("://", 1)[1].partition("/")[2]
    kept = [
        line
        for line in rest.split("\r\n")
        if line and line.partition(":")[0].lower() not in {"proxy-connection", "connection", "proxy-authorization"}
    ]
    return "\r\n".join([f"{method} {path} {version}", *kept, "Connection: close", "", ""]).encode("latin-1")
