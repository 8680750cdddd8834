"""The database: one pool a context under that context's own role, one transaction an act, each act done once.

Reads outside a transaction are single statements on an autocommit connection. Every write goes through
`transaction()`. When the present request or reaction carries an act key (see `acting`), the transaction claims it with
its last statement, together with the answer: a second run of the same act finds it claimed, is rolled back, and hears
the stored answer (`ActReplayed`). So does one that is refused because the first run already changed what it looks at.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate, LiteralString, ParamSpec, Protocol, TypeVar

import msgspec
import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb, set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from tianping.kit.digests import same
from tianping.kit.money import Money
from tianping.kit.problems import Conflict, NotFound, Problem, Text
from tianping.platform.connection import Connection, Params
from tianping.platform.keyring import Keyring

T = TypeVar("T")
P = ParamSpec("P")
D = TypeVar("D", bound="_Desk")


def encode_ours(value: object) -> object:
    """How our own types are written in JSON: money as its decimal text, a frozen set as a sorted list."""
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"cannot encode {type(value)}")


def decode_ours(wanted: type, value: object) -> object:
    if wanted is Money:
        if isinstance(value, Decimal):
            return Money(value)
        if isinstance(value, str):
            return Money.parse(value)
    raise TypeError(f"cannot read {wanted} from {type(value)}")


_ENCODER = msgspec.json.Encoder(enc_hook=encode_ours)
_PLACE = "platform.acts.answer"
_TURN_S = 10
"""How long a request waits for a connection while others have them all."""


def to_json(value: object) -> bytes:
    return _ENCODER.encode(value)


def as_json(value: object) -> Jsonb:
    """A parameter for a `jsonb` column."""
    return Jsonb(value)


def read_as(model: type[T], value: object) -> T:
    """Build a model from a row or from the content of a `jsonb` column."""
    return msgspec.convert(value, model, dec_hook=decode_ours, strict=False)


set_json_dumps(_ENCODER.encode)
set_json_loads(json.loads)


class ActKey(msgspec.Struct, frozen=True):
    """Names one act of one actor, so that it is done once. `digest` is over the request as it came."""

    scope: str
    key: str
    digest: str


class ActReplayed(Exception):
    """This act was done before; `answer` is the JSON text it gave then."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("act replayed")
        self.answer = answer


class KeyReused(Conflict):
    status = 422
    code = "idempotency-key-reused"
    title = Text("同一幂等键用于不同的请求", "This Idempotency-Key was used for a different request")


_acting: ContextVar[ActKey | None] = ContextVar("acting", default=None)


@asynccontextmanager
async def acting(key: ActKey | None) -> AsyncIterator[None]:
    """Within this block the first transaction, however it ends, is the act named by `key`."""
    token = _acting.set(key)
    try:
        yield
    finally:
        _acting.reset(token)


def set_acting(key: ActKey | None) -> None:
    _acting.set(key)


class Reader:
    """Runs statements. Rows are dicts, or models where one is named; parameters are `%(name)s` or `%s`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def all(self, sql: LiteralString, params: Params = ()) -> list[dict[str, Any]]:
        return await self.connection.rows(sql, params)

    async def maybe(self, sql: LiteralString, params: Params = ()) -> dict[str, Any] | None:
        return await self.connection.row(sql, params)

    async def one(self, sql: LiteralString, params: Params = ()) -> dict[str, Any]:
        """Raises NotFound if there is no row."""
        row = await self.maybe(sql, params)
        if row is None:
            raise NotFound
        return row

    async def run(self, sql: LiteralString, params: Params = ()) -> int:
        """Execute; returns the number of rows touched."""
        return await self.connection.run(sql, params)

    async def all_as(self, model: type[T], sql: LiteralString, params: Params = ()) -> list[T]:
        return [read_as(model, row) for row in await self.all(sql, params)]

    async def maybe_as(self, model: type[T], sql: LiteralString, params: Params = ()) -> T | None:
        row = await self.maybe(sql, params)
        return None if row is None else read_as(model, row)

    async def one_as(self, model: type[T], sql: LiteralString, params: Params = ()) -> T:
        return read_as(model, await self.one(sql, params))


class Transaction(Reader):
    """One act. All or nothing, on disk before the caller hears of it."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._answer: object = None

    def answer(self, value: T) -> T:
        """What the act tells its caller; kept with it, so that a retry hears the same."""
        self._answer = value
        return value

    async def _claim(self, key: ActKey, keyring: Keyring) -> None:
        """Once all is done, for a twin that runs at the same time waits here until it is known which of the two counts.

        Raises ActReplayed, KeyReused.
        """
        sealed = None if self._answer is None else keyring.seal(to_json(self._answer), place=_PLACE)
        claimed = await self.maybe(
            """INSERT INTO platform.acts (scope, key, digest, answer) VALUES (%s, %s, %s, %s)
               ON CONFLICT (scope, key) DO NOTHING RETURNING key""",
            (key.scope, key.key, key.digest, sealed),
        )
        if claimed is None:
            await _stop_if_done(self, key, keyring)


async def _stop_if_done(reader: Reader, key: ActKey, keyring: Keyring) -> None:
    """Raises ActReplayed with the stored answer, or KeyReused for another request under the same key."""
    done = await reader.maybe(
        "SELECT digest, answer FROM platform.acts WHERE scope = %s AND key = %s", (key.scope, key.key)
    )
    if done is None:
        return
    if not same(done["digest"], key.digest):
        raise KeyReused
    raise ActReplayed(keyring.open_bytes(done["answer"], place=_PLACE) if done["answer"] else b"null")


class Turns:
    """So many at once; others wait in the order in which they came, each at most `_TURN_S` seconds."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Raises PoolTimeout."""
        if self._free:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        over = loop.call_later(_TURN_S, _expire, turn)
        try:
            await turn
        except asyncio.CancelledError:
            # Given and given up in the same moment: the next in the queue gets it.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give()
            raise
        finally:
            over.cancel()

    def give(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def _expire(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(PoolTimeout(f"no connection was free within {_TURN_S} s"))


class _Held:
    """A connection in its turn, for one block. A class, because a generator costs twice as much for each read."""

    def __init__(self, turns: Turns, pool: AsyncConnectionPool[Connection]) -> None:
        self._turns = turns
        self._pool = pool

    async def __aenter__(self) -> Reader:
        await self._turns.take()
        try:
            self._connection = await self._pool.getconn()
        except BaseException:
            self._turns.give()
            raise
        return Reader(self._connection)

    async def __aexit__(self, *_: object) -> None:
        try:
            await self._pool.putconn(self._connection)
        finally:
            self._turns.give()


class Database:
    """One context's way to the database, under the role `tianping_<context>`."""

    def __init__(self, dsn: str, context: str, keyring: Keyring, *, size: int = 4) -> None:
        self.context = context
        self._keyring = keyring
        # The pool can make people wait too, but by a task and a lock for each; under load that costs more than a read.
        self._turns = Turns(size)
        self._pool = AsyncConnectionPool(
            dsn,
            connection_class=Connection,
            min_size=1,
            max_size=size,
            open=False,
            name=context,
            timeout=_TURN_S,
            max_idle=60,
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "options": f"-c role=tianping_{context} -c search_path=jobs -c timezone=UTC",
                "application_name": f"tianping-{context}",
            },
        )

    async def open(self) -> None:
        await self._pool.open(wait=True, timeout=20)

    async def close(self) -> None:
        await self._pool.close()

    def reading(self) -> AbstractAsyncContextManager[Reader]:
        """For single statements; for a consistent picture over several use `transaction()`. Raises PoolTimeout."""
        return _Held(self._turns, self._pool)

    async def stop_if_done(self) -> None:
        """For an act that does more before its transaction than look around: raises ActReplayed when the present act was
        done before. The claim stays with the transaction. An act that only looks is rather marked `once`.
        """
        await self._stop_if_done(_acting.get())

    async def _stop_if_done(self, key: ActKey | None) -> None:
        if key is not None:
            async with self.reading() as reader:
                await _stop_if_done(reader, key, self._keyring)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One act. Claims the present act key, if any. Raises ActReplayed when the act was done before."""
        key = _acting.get()
        _acting.set(None)
        try:
            async with self.reading() as reader, reader.connection.all_or_nothing():
                tx = Transaction(reader.connection)
                yield tx
                if key is not None:
                    await tx._claim(key, self._keyring)
        except (psycopg.OperationalError, PoolTimeout, ActReplayed, KeyReused):
            raise
        except Exception:
            # A twin may have changed what this one was refused for. Ask only now: most acts have none.
            await self._stop_if_done(key)
            raise


class _Desk(Protocol):
    @property
    def database(self) -> Database: ...


def once(
    act: Callable[Concatenate[D, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[D, P], Coroutine[Any, Any, T]]:
    """For an act that looks around before its transaction: refused there, it raises ActReplayed if it was done before.

    So a retry hears its own answer, and not that the matter has moved on since.
    """

    @wraps(act)
    async def acted(desk: D, /, *given: P.args, **named: P.kwargs) -> T:
        key = _acting.get()
        try:
            return await act(desk, *given, **named)
        except Problem:
            await desk.database._stop_if_done(key)
            raise

    return acted


__all__ = [
    "ActKey",
    "ActReplayed",
    "Database",
    "Reader",
    "Transaction",
    "acting",
    "as_json",
    "once",
    "read_as",
    "to_json",
]
