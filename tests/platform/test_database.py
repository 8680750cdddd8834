"""One act, one transaction, once. One role a context."""

import asyncio

import psycopg
import pytest

from tianping.kit.ids import new_id
from tianping.platform.database import ActKey, ActReplayed, KeyReused, acting

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
