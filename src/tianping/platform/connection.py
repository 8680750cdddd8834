"""psycopg's connection, with less work around each statement.

Waiting for the server, psycopg registers the socket with the event loop and takes it away again, and each statement gets
a cursor of its own; together that is half of what a small statement costs. Here the socket stays registered from one
statement to the next, and one cursor is used again and again.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg import AsyncConnection, AsyncCursor, waiting
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

R = TypeVar("R")
Params = Mapping[str, Any] | Sequence[Any]

_INTERVAL = 0.1
_CANCEL_S = 5.0
_DOUBT_S = 0.25
"""How long a statement waits before it is doubted that the socket is watched; most are answered within a hundredth."""


class NotCommitted(psycopg.OperationalError):
    """The server took a COMMIT and rolled back: something in the act had failed, and nobody told."""


class Connection(AsyncConnection[dict[str, Any]]):
    """Rows are dicts. For one event loop, like its base."""

    _loop: asyncio.AbstractEventLoop | None = None
    _descriptor = -1
    _waiter: asyncio.Future[None] | None = None
    _spare: AsyncCursor[dict[str, Any]] | None = None

    async def rows(self, sql: LiteralString, params: Params = ()) -> list[dict[str, Any]]:
        """The rows of one statement."""
        cursor = self._cursor_to_use()
        try:
            await cursor.execute(sql, params)
            return await cursor.fetchall()
        finally:
            self._spare = cursor

    async def row(self, sql: LiteralString, params: Params = ()) -> dict[str, Any] | None:
        """The first row of one statement, if there is one."""
        cursor = self._cursor_to_use()
        try:
            await cursor.execute(sql, params)
            return await cursor.fetchone()
        finally:
            self._spare = cursor

    async def run(self, sql: LiteralString, params: Params = ()) -> int:
        """Execute one statement; the number of rows that it touched."""
        cursor = self._cursor_to_use()
        try:
            await cursor.execute(sql, params)
            return cursor.rowcount
        finally:
            self._spare = cursor

    @asynccontextmanager
    async def all_or_nothing(self) -> AsyncIterator[None]:
        """A transaction: committed at the end of the block, rolled back when it is left by an exception.

        Raises NotCommitted when the server rolled back although the block ended well.
        """
        await self._control("BEGIN")
        try:
            yield
        except BaseException:
            # On a connection that broke there is nothing to roll back: the server does it.
            with suppress(psycopg.Error):
                await self._control("ROLLBACK")
            raise
        done = await self._control("COMMIT")
        if done != "COMMIT":
            raise NotCommitted(done)

    async def _control(self, command: LiteralString) -> str:
        cursor = self._cursor_to_use()
        try:
            await cursor.execute(command, prepare=False)
            return cursor.statusmessage or ""
        finally:
            self._spare = cursor

    def _cursor_to_use(self) -> AsyncCursor[dict[str, Any]]:
        """The one cursor, or another while somebody else has it."""
        cursor, self._spare = self._spare, None
        return cursor or self.cursor()

    async def wait(self, gen: PQGen[R], interval: float = _INTERVAL, timeout: float | None = None) -> R:
        """Run one of psycopg's exchanges with the server, as the base does."""
        if timeout is not None or interval != _INTERVAL:
            self._unwatch()
            return await super().wait(gen, interval, timeout)
        try:
            wanted = next(gen)
            if wanted == waiting.WAIT_R:
                await self._until_readable()
                wanted = gen.send(waiting.READY_R)
            while True:
                wanted = gen.send(await self._until_possible(wanted))
        except StopIteration as over:
            return over.value
        except Exception:
            # libpq may have closed the socket, whose number the next file to be opened gets.
            self._unwatch()
            raise
        except (asyncio.CancelledError, KeyboardInterrupt):
            self._unwatch()
            await self._break_off(gen)
            raise

    async def _until_readable(self) -> None:
        """By the standing registration. A socket that had an error is not watched any more, though nobody says so
        (libuv): so after a while it is registered anew, and if there was anything to hear, it is heard then."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._unwatch()
            self._watch(loop)
        self._waiter = loop.create_future()
        doubt = loop.call_later(_DOUBT_S, self._watch_anew, loop)
        try:
            await self._waiter
        finally:
            doubt.cancel()
            self._waiter = None

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._descriptor = loop, self.pgconn.socket
        loop.add_reader(self._descriptor, self._readable)

    def _watch_anew(self, loop: asyncio.AbstractEventLoop) -> None:
        self._unwatch()
        try:
            self._watch(loop)
        except psycopg.Error:
            self._wake()

    def _wake(self) -> None:
        """Whoever waits looks for themselves, and finds out that there is no connection any more."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _until_possible(self, wanted: waiting.Wait) -> waiting.Ready:
        """Until the server says more, or takes more of what is sent: seldom, for what is large or has gone wrong."""
        self._unwatch()
        loop, descriptor = asyncio.get_running_loop(), self.pgconn.socket
        became: asyncio.Future[waiting.Ready] = loop.create_future()

        def now(state: waiting.Ready) -> None:
            if not became.done():
                became.set_result(state)

        if wanted & waiting.WAIT_R:
            loop.add_reader(descriptor, now, waiting.READY_R)
        if wanted & waiting.WAIT_W:
            loop.add_writer(descriptor, now, waiting.READY_W)
        try:
            return await became
        finally:
            loop.remove_reader(descriptor)
            loop.remove_writer(descriptor)

    def _readable(self) -> None:
        if self._waiter is None or self._waiter.done():
            # Nobody asked: a notice, or the end of the connection. Whoever asks next will read it.
            self._unwatch()
        else:
            self._waiter.set_result(None)

    def _unwatch(self) -> None:
        if self._loop is not None:
            if not self._loop.is_closed():
                self._loop.remove_reader(self._descriptor)
            self._loop = None

    async def _break_off(self, gen: PQGen[Any]) -> None:
        """Have the server give up the present statement, or else part with it: never leave the connection in between."""
        if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
            return
        try:
            await self._try_cancel(timeout=_CANCEL_S)
            await waiting.wait_async(gen, self.pgconn.socket, interval=_INTERVAL, timeout=_CANCEL_S)
        except psycopg.errors.QueryCanceled:
            return
        except BaseException:
            self.pgconn.finish()

    async def close(self) -> None:
        self._unwatch()
        await super().close()
        self._wake()
