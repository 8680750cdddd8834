"""The browser's own protocol (Chrome DevTools Protocol) over two pipes: JSON, each message ended by a zero byte."""

import asyncio
import itertools
import os
from collections.abc import Callable
from typing import Any

import msgspec

_LARGEST = 128 * 1024 * 1024


class BrowserGone(Exception):
    """The browser ended, or does not answer."""


class CommandRefused(Exception):
    """The browser did not do what it was asked."""


class DevTools:
    """`send` asks and waits; what the browser tells by itself goes to `listen`'s function, which must not block."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._told: Callable[[str, dict[str, Any]], None] = lambda *_: None
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.WriteTransport | None = None
        self._transport: asyncio.ReadTransport | None = None

    async def open(self, read_fd: int, write_fd: int) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_LARGEST)
        self._transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_fd, "rb")
        )
        self._writer, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(write_fd, "wb"))
        self._reading = asyncio.create_task(self._read(reader))

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        for transport in (self._writer, self._transport):
            if transport is not None:
                transport.close()

    def listen(self, told: Callable[[str, dict[str, Any]], None]) -> None:
        self._told = told

    async def send(
        self, method: str, *, session: str | None = None, timeout_s: float = 20.0, **params: Any
    ) -> dict[str, Any]:
        """Raises BrowserGone, CommandRefused."""
        if self._writer is None or self._reading is None or self._reading.done():
            raise BrowserGone(method)
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._writer.write(msgspec.json.encode(message) + b"\0")
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        except TimeoutError as silent:
            raise BrowserGone(method) from silent
        finally:
            self._waiting.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                raw = await reader.readuntil(b"\0")
                message = msgspec.json.decode(raw[:-1])
                if "id" in message:
                    self._answer(message)
                else:
                    self._told(message["method"], message.get("params", {}))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, msgspec.MsgspecError):
            pass
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(BrowserGone("ended"))

    def _answer(self, message: dict[str, Any]) -> None:
        answer = self._waiting.get(message["id"])
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(CommandRefused(str(message["error"].get("message", ""))))
        else:
            answer.set_result(message.get("result", {}))
