"""Prints certificates of storage in a process of their own: typesetting takes more memory than all the rest of a node.

The process is started with the first certificate and ended when none was asked for a while. It is told on its standard
input, and answers on its standard output, in MessagePack with the length before it (four bytes, big-endian).
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from tianping.kit.problems import Text

IDLE_S = 120.0


class PrintingFailed(Exception):
    """The printing process could not make the page; the text is its reason."""


class Orders(msgspec.Struct, frozen=True):
    """What the process is told first. `data`: directory; `note` and `check_url`: see `ledger.toml`."""

    data: str
    passphrase: str
    court: Text
    note: Text | None
    check_url: str | None


class Order(msgspec.Struct, frozen=True):
    bundle: bytes
    language: str
    at: datetime


class Printed(msgspec.Struct, frozen=True):
    """`failed`: why there is no page, empty where there is one."""

    page: bytes
    failed: str


class Printer:
    """`await printer(bundle, language)` gives a PDF; one at a time. `close` ends the process."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._process: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def __call__(self, bundle: bytes, language: str) -> bytes:
        """Raises PrintingFailed."""
        async with self._one_at_a_time:
            if self._idle is not None:
                self._idle.cancel()
            try:
                printed = await self._ask(Order(bundle, language, datetime.now(UTC)))
            except (OSError, EOFError, msgspec.MsgspecError) as broken:
                self.close()
                raise PrintingFailed(repr(broken)) from broken
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self.close)
        if printed.failed:
            raise PrintingFailed(printed.failed)
        return printed.page

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            # It ends by itself when nobody can tell it anything any more, also when we are killed.
            process.stdin.close()

    async def _ask(self, order: Order) -> Printed:
        if self._process is None or self._process.returncode is not None:
            argv = (sys.executable, "-m", "tianping.apps.ledger_printer")
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe)
            self._tell(msgspec.msgpack.encode(self._orders))
        self._tell(msgspec.msgpack.encode(order))
        assert self._process.stdin is not None, "it is a pipe"
        assert self._process.stdout is not None, "it is a pipe"
        await self._process.stdin.drain()
        size = int.from_bytes(await self._process.stdout.readexactly(4), "big")
        return msgspec.msgpack.decode(await self._process.stdout.readexactly(size), type=Printed)

    def _tell(self, message: bytes) -> None:
        assert self._process is not None, "it was started"
        assert self._process.stdin is not None, "it is a pipe"
        self._process.stdin.write(len(message).to_bytes(4, "big") + message)


def main() -> None:
    """Until the standard input ends."""
    from tianping.apps.ledger_keys import SEAL, signer_of
    from tianping.engines.ledger.certificate import Issuer, render
    from tianping.engines.ledger.home import Home
    from tianping.engines.signing.provider import sm2
    from tianping.engines.signing.register import Register

    told, answers = sys.stdin.buffer, sys.stdout.buffer
    orders = msgspec.msgpack.decode(_next(told) or b"", type=Orders)
    home = Home(Path(orders.data))
    register = Register(home.ca, sm2())
    issuer = Issuer(
        signer=signer_of(home, SEAL, register, orders.passphrase), above=[register.issuer.der, register.root.der],
        name=orders.court, note=orders.note, check_url=orders.check_url,
    )  # fmt: skip
    while (message := _next(told)) is not None:
        order = msgspec.msgpack.decode(message, type=Order)
        try:
            printed = Printed(render(order.bundle, language=order.language, issuer=issuer, at=order.at), "")
        except Exception as failed:
            printed = Printed(b"", repr(failed))
        answer = msgspec.msgpack.encode(printed)
        answers.write(len(answer).to_bytes(4, "big") + answer)
        answers.flush()


def _next(told: BinaryIO) -> bytes | None:
    head = told.read(4)
    return told.read(int.from_bytes(head, "big")) if len(head) == 4 else None


if __name__ == "__main__":
    main()
