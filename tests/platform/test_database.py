"""One act, one transaction, once. One role a context."""

import asyncio

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from tianping.kit.ids import new_id
from tianping.kit.problems import Conflict
from tianping.platform import database
from tianping.platform.database import ActKey, ActReplayed, KeyReused, acting, once

INSERT = "INSERT INTO payments.receipt_series (year, last) VALUES (%s, 1)"


async def act(ground, year: int, key: str, digest: str = "d") -> dict[str, int]:
    async with acting(ActKey("somebody", key, digest)):
        async with ground.database.transaction() as tx:
            await tx.run(INSERT, (year,))
            await asyncio.sleep(0.05)
            return tx.answer({"year": year})


async def years(ground) -> list[int]:
    async with ground.database.reading() as reader:
        return [row["year"] for row in await reader.all("SELECT year FROM payments.receipt_series ORDER BY year")]


async def test_an_act_that_is_repeated_answers_the_same_and_changes_nothing(ground):
    assert await act(ground, 2026, "key-one") == {"year": 2026}
    with pytest.raises(ActReplayed) as replay:
        await act(ground, 2027, "key-one")
    assert replay.value.answer == b'{"year":2026}'
    assert await years(ground) == [2026]


async def test_two_at_once_do_it_once(ground):
    outcomes = await asyncio.gather(*(act(ground, 2026, "key-one") for _ in range(4)), return_exceptions=True)
    assert [type(o).__name__ for o in outcomes if isinstance(o, dict)] == ["dict"]
    assert sum(isinstance(o, ActReplayed) for o in outcomes) == 3


async def test_twins_that_get_in_each_others_way_do_it_once(ground):
    """The second is refused by what the first has done, and hears the first one's answer."""
    await act(ground, 2025, "key-zero")
    outcomes = await asyncio.gather(
        *(act(ground, 2026, "key-one", str(n // 2)) for n in range(3)), return_exceptions=True
    )
    assert sorted(type(o).__name__ for o in outcomes) == ["ActReplayed", "KeyReused", "dict"]
    assert await years(ground) == [2025, 2026]


async def test_an_act_refused_before_its_transaction_hears_what_it_did_before(ground):
    class Desk:
        database = ground.database

    @once
    async def begin_year(desk: Desk, year: int) -> dict[str, int]:
        if year in await years(ground):
            raise Conflict
        async with desk.database.transaction() as tx:
            await tx.run(INSERT, (year,))
            return tx.answer({"year": year})

    async with acting(ActKey("somebody", "key-one", "d")):
        assert await begin_year(Desk(), 2026) == {"year": 2026}
    with pytest.raises(ActReplayed) as replay:
        async with acting(ActKey("somebody", "key-one", "d")):
            await begin_year(Desk(), 2026)
    assert replay.value.answer == b'{"year":2026}'
    with pytest.raises(Conflict):
        async with acting(ActKey("somebody", "key-two", "d")):
            await begin_year(Desk(), 2026)
    with pytest.raises(Conflict):
        await begin_year(Desk(), 2026)


async def test_a_failed_act_may_be_tried_again(ground):
    await act(ground, 2026, "key-one")
    with pytest.raises(psycopg.errors.UniqueViolation):
        await act(ground, 2026, "key-two")
    assert await act(ground, 2027, "key-two") == {"year": 2027}


async def test_a_key_is_for_one_request(ground):
    await act(ground, 2026, "key-one", "digest of one request")
    with pytest.raises(KeyReused):
        await act(ground, 2027, "key-one", "digest of another")


async def test_an_answer_is_sealed(ground):
    await act(ground, 2026, "key-one")
    async with ground.house.reading() as reader:
        [row] = await reader.all("SELECT answer FROM platform.acts")
    assert b"2026" not in bytes(row["answer"])


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM identity.people",
        "UPDATE platform.journal SET name = 'x'",
        "DELETE FROM platform.journal",
        "DELETE FROM platform.acts",
        "DELETE FROM payments.entries",
        "UPDATE payments.postings SET amount = 1",
        "UPDATE jobs.procrastinate_jobs SET status = 'failed'",
        "CREATE TABLE payments.mine (x int)",
    ],
)
async def test_a_context_has_only_the_rights_it_needs(ground, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with ground.database.transaction() as tx:
            await tx.run(statement)


async def test_an_entry_that_does_not_balance_is_refused(ground):
    entry = new_id()
    with pytest.raises(psycopg.errors.CheckViolation):
        async with ground.database.transaction() as tx:
            await tx.run("INSERT INTO payments.entries (id, at, what, cause) VALUES (%s, now(), 'x', 'x')", (entry,))
            await tx.run("INSERT INTO payments.postings VALUES (%s, 'gateway', 5)", (entry,))


async def test_more_acts_than_connections_take_turns(ground):
    outcomes = await asyncio.gather(*(act(ground, 2000 + n, f"key-{n:04d}") for n in range(40)))
    assert [o["year"] for o in outcomes] == list(range(2000, 2040))


async def test_who_waits_too_long_for_a_connection_is_told_and_takes_none(ground, monkeypatch):
    monkeypatch.setattr(database, "_TURN_S", 0.05)
    held = [ground.database.reading() for _ in range(4)]
    for each in held:
        await each.__aenter__()
    with pytest.raises(PoolTimeout):
        await years(ground)
    for each in held:
        await each.__aexit__(None, None, None)
    assert await asyncio.gather(*(years(ground) for _ in range(8))) == [[]] * 8


async def test_who_gives_up_waiting_takes_no_connection(ground):
    held = [ground.database.reading() for _ in range(4)]
    for each in held:
        await each.__aenter__()
    waiting = [asyncio.create_task(years(ground)) for _ in range(6)]
    await asyncio.sleep(0.01)
    for task in waiting[:3]:
        task.cancel()
    for each in held:
        await each.__aexit__(None, None, None)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(o).__name__ for o in outcomes] == ["CancelledError"] * 3 + ["list"] * 3
    assert await asyncio.gather(*(years(ground) for _ in range(8))) == [[]] * 8


async def test_a_statement_left_unfinished_does_not_reach_the_next(ground):
    async with ground.database.reading() as reader:
        task = asyncio.create_task(reader.all("SELECT pg_sleep(3600)"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await asyncio.gather(*(years(ground) for _ in range(8))) == [[]] * 8


async def test_a_turn_given_up_in_the_moment_it_is_given_goes_to_the_next():
    turns = database.Turns(1)
    await turns.take()
    first, second = asyncio.create_task(turns.take()), asyncio.create_task(turns.take())
    await asyncio.sleep(0)
    turns.give()
    first.cancel()
    await asyncio.wait({first, second}, timeout=10)
    assert first.cancelled()
    assert second.done()
    turns.give()
    await asyncio.wait_for(turns.take(), 10)
