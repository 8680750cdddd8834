"""The connection that stays registered with the event loop: nothing is lost, nothing hangs, whatever happens to it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import psycopg
import pytest
import uvloop
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from tianping.platform.connection import Connection, NotCommitted

Work = Callable[[Connection], Awaitable[None]]
WITHIN_S = 20


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def on_loop(request, dsn) -> Callable[[Work], None]:
    """Runs work with a connection on one kind of event loop and closes the connection."""

    def run(work: Work) -> None:
        async def whole() -> None:
            connection = await connect(dsn)
            try:
                await asyncio.wait_for(work(connection), WITHIN_S)
            finally:
                await connection.close()

        main: Coroutine[Any, Any, None] = whole()
        request.param(main)

    return run


async def connect(dsn: str) -> Connection:
    return await Connection.connect(dsn, autocommit=True, row_factory=dict_row)


def end(dsn: str, pid: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(%s)", (pid,))
        while server.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone():
            pass


def test_rows_and_counts(on_loop):
    async def work(connection: Connection) -> None:
        for _ in range(20):
            assert await connection.rows("SELECT n FROM generate_series(1, %s) AS n", (3,)) == [
                {"n": 1}, {"n": 2}, {"n": 3},
            ]  # fmt: skip
            assert await connection.row("SELECT %(x)s::text AS x", {"x": "甲"}) == {"x": "甲"}
            assert await connection.row("SELECT 1 AS one WHERE false") is None
        await connection.run("CREATE TEMP TABLE t (n int)")
        assert await connection.run("INSERT INTO t SELECT generate_series(1, 5)") == 5
        assert await connection.run("UPDATE t SET n = 0 WHERE n > %s", (3,)) == 2

    on_loop(work)


def test_several_at_once_on_one_connection_are_each_answered(on_loop):
    async def work(connection: Connection) -> None:
        found = await asyncio.gather(*(connection.row("SELECT %s::int AS n, pg_sleep(0.001)", (n,)) for n in range(30)))
        assert [row["n"] for row in found if row] == list(range(30))

    on_loop(work)


def test_what_is_large_goes_and_comes(on_loop):
    async def work(connection: Connection) -> None:
        large = b"\x00\xff" * 8_000_000
        row = await connection.row("SELECT %s::bytea AS back", (large,))
        assert row is not None
        assert bytes(row["back"]) == large
        assert await connection.row("SELECT 1 AS one") == {"one": 1}

    on_loop(work)


def test_an_error_leaves_the_connection_usable(on_loop):
    async def work(connection: Connection) -> None:
        for _ in range(8):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await connection.row("SELECT 1 / %s", (0,))
            assert await connection.row("SELECT 1 AS one") == {"one": 1}

    on_loop(work)


def test_a_cancelled_statement_is_given_up_by_the_server(on_loop, dsn):
    async def work(connection: Connection) -> None:
        task = asyncio.create_task(connection.row("SELECT pg_sleep(3600)"))
        with psycopg.connect(dsn, autocommit=True) as server:
            asked = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state = 'active' AND query LIKE '%%3600%%'"
            while not server.execute(asked, (connection.info.backend_pid,)).fetchone():
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not server.execute(asked, (connection.info.backend_pid,)).fetchone()
        assert await connection.row("SELECT 1 AS one") == {"one": 1}

    on_loop(work)


def test_a_cancelled_act_is_rolled_back(on_loop):
    async def work(connection: Connection) -> None:
        await connection.run("CREATE TEMP TABLE t (n int)")

        async def act() -> None:
            async with connection.all_or_nothing():
                await connection.run("INSERT INTO t VALUES (1)")
                await connection.row("SELECT pg_sleep(3600)")

        task = asyncio.create_task(act())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert connection.info.transaction_status is TransactionStatus.IDLE
        assert await connection.rows("SELECT n FROM t") == []

    on_loop(work)


def test_an_error_that_was_swallowed_is_no_commit(on_loop):
    async def work(connection: Connection) -> None:
        await connection.run("CREATE TEMP TABLE t (n int)")
        with pytest.raises(NotCommitted):
            async with connection.all_or_nothing():
                await connection.run("INSERT INTO t VALUES (1)")
                with pytest.raises(psycopg.errors.DivisionByZero):
                    await connection.row("SELECT 1 / 0")
        assert await connection.rows("SELECT n FROM t") == []

    on_loop(work)


def test_a_connection_that_the_server_ended_says_so_and_lets_the_loop_rest(on_loop, dsn, monkeypatch):
    woken = 0
    plain = Connection._readable

    def count(self: Connection) -> None:
        nonlocal woken
        woken += 1
        plain(self)

    monkeypatch.setattr(Connection, "_readable", count)

    async def work(connection: Connection) -> None:
        nonlocal woken
        await connection.row("SELECT 1")
        woken = 0
        await asyncio.to_thread(end, dsn, connection.info.backend_pid)
        await asyncio.sleep(0.2)
        assert woken <= 1
        with pytest.raises(psycopg.OperationalError):
            await connection.row("SELECT 1")
        assert connection.closed

    on_loop(work)


def test_a_connection_ended_in_the_midst_of_a_statement_says_so(on_loop, dsn):
    async def work(connection: Connection) -> None:
        task = asyncio.create_task(connection.row("SELECT pg_sleep(3600)"))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(end, dsn, connection.info.backend_pid)
        with pytest.raises(psycopg.OperationalError):
            await task

    on_loop(work)


def test_an_answer_that_comes_together_with_the_end_is_no_reason_to_wait_for_ever(on_loop, dsn):
    async def work(connection: Connection) -> None:
        for _ in range(8):
            other = await connect(dsn)
            await other.row("SELECT 1")
            task = asyncio.create_task(other.row("SELECT 2 AS two"))
            await asyncio.sleep(0)
            # The loop stands still meanwhile, so that it hears both at once.
            end(dsn, other.info.backend_pid)
            assert [type(found) for found in await asyncio.gather(task, return_exceptions=True)]
            with pytest.raises(psycopg.OperationalError):
                await other.row("SELECT 3")
            await other.close()

    on_loop(work)


def test_whoever_waits_hears_that_the_connection_was_closed(on_loop, dsn):
    async def work(connection: Connection) -> None:
        other = await connect(dsn)
        task = asyncio.create_task(other.row("SELECT pg_sleep(3600)"))
        await asyncio.sleep(0.05)
        await other.close()
        with pytest.raises(psycopg.OperationalError):
            await task

    on_loop(work)


def test_a_new_connection_with_the_number_of_a_closed_one_hears_its_own_server(on_loop, dsn):
    async def work(connection: Connection) -> None:
        numbers = set()
        for round_ in range(30):
            other = await connect(dsn)
            numbers.add(other.pgconn.socket)
            assert await other.row("SELECT %s::int AS n", (round_,)) == {"n": round_}
            if round_ % 3 == 0:
                await asyncio.to_thread(end, dsn, other.info.backend_pid)
                with pytest.raises(psycopg.OperationalError):
                    await other.row("SELECT 1")
            await other.close()
            assert await connection.row("SELECT 1 AS one") == {"one": 1}
        # Otherwise this shows nothing.
        assert len(numbers) < 30

    on_loop(work)


def test_notifications_are_heard_beside_statements(on_loop, dsn):
    async def work(connection: Connection) -> None:
        await connection.run("LISTEN told")
        await connection.row("SELECT 1")
        with psycopg.connect(dsn, autocommit=True) as server:
            server.execute("NOTIFY told, 'something'")
        async for heard in connection.notifies(timeout=WITHIN_S, stop_after=1):
            assert heard.payload == "something"
        assert await connection.row("SELECT 1 AS one") == {"one": 1}

    on_loop(work)
