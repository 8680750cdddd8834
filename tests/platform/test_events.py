"""Save, then tell: nothing rolled back is told, nothing told is lost, reactions run once and in order."""

import psycopg
import pytest

from tianping.interfaces.documents import DocumentIssued
from tianping.interfaces.payments import FeePaid
from tianping.interfaces.reactions import REACTIONS
from tianping.kit.ids import CaseId, DocumentId, FilingId, OrderId, new_id
from tianping.platform import events
from tianping.platform.administration import store
from tianping.platform.administration.actions import Desk, retry_job


@pytest.fixture
def heard(ground, monkeypatch):
    """The payments context reacts to FeePaid by noting it in its own table."""
    monkeypatch.setattr(events, "REACTIONS", {FeePaid: ("payments",)})
    told_to: list[str] = []
    failing: list[Exception] = []

    async def note(desk, told):
        told_to.append(str(told.event.order_id))
        async with ground.database.transaction() as tx:
            await tx.run("INSERT INTO payments.receipt_series (year, last) VALUES (%s, 1)", (2000 + len(told_to),))
            if failing:
                raise failing[0]

    ground.reactions.register("payments", None, {FeePaid: note})
    ground.failing = failing
    return told_to


async def tell(ground, case: CaseId | None = None) -> OrderId:
    order = OrderId(new_id())
    async with ground.database.transaction() as tx:
        await ground.journal.tell(tx, FeePaid(order_id=order, case_id=case or CaseId(new_id())))
    return order


async def work(ground, *, count_failures: bool = True) -> None:
    async def keep(process, context, worker):
        try:
            return await process()
        except Exception as failure:
            await events.keep_failure(ground.house, context.job.id, context.job.task_name, failure)
            raise

    await ground.jobs.app.run_worker_async(
        wait=False, delete_jobs="successful", install_signal_handlers=False, listen_notify=False, worker_middleware=[keep],
        queues=["reactions"],
    )  # fmt: skip


async def test_reactions_of_one_case_run_in_order(ground, heard):
    case = CaseId(new_id())
    orders = [str(await tell(ground, case)) for _ in range(5)]
    await work(ground)
    assert heard == orders


async def test_what_is_rolled_back_is_never_told(ground, heard):
    with pytest.raises(RuntimeError):
        async with ground.database.transaction() as tx:
            await ground.journal.tell(tx, FeePaid(order_id=OrderId(new_id()), case_id=CaseId(new_id())))
            raise RuntimeError
    await work(ground)
    assert heard == []


async def test_a_reaction_redelivered_changes_nothing(ground, heard):
    await tell(ground)
    async with ground.house.reading() as reader:
        [job] = await reader.all("SELECT args FROM jobs.procrastinate_jobs WHERE task_name = 'react.payments'")
    await work(ground)
    react = ground.jobs.app.tasks["react.payments"]
    await react.func(event_id=job["args"]["event_id"])
    async with ground.database.reading() as reader:
        assert len(await reader.all("SELECT year FROM payments.receipt_series")) == 1


async def test_a_failing_reaction_waits_is_parked_and_can_be_retried(ground, heard):
    ground.failing.append(ValueError("the printer is on fire"))
    await tell(ground)
    await work(ground)
    async with ground.house.reading() as reader:
        [waiting] = await store.failed_jobs(reader, before=None, limit=10)
    assert (waiting.parked, waiting.event) == (False, "payments.FeePaid.v1")
    assert "printer" in (waiting.error or "")
    async with ground.house.reading() as reader:
        await reader.run(
            "UPDATE jobs.procrastinate_jobs SET attempts = %s, scheduled_at = now() WHERE id = %s",
            (events.MAX_ATTEMPTS, waiting.id),
        )
    await work(ground)
    async with ground.house.reading() as reader:
        [parked] = await store.failed_jobs(reader, before=None, limit=10)
        assert parked.parked
        assert (await store.queue_state(reader)).parked == 1
    ground.failing.clear()
    state = await retry_job(Desk(ground.house, None), parked.id)
    assert state.parked == 0
    await work(ground)
    async with ground.house.reading() as reader:
        assert await store.failed_jobs(reader, before=None, limit=10) == []


def test_every_event_of_the_registry_names_known_contexts():
    known = {"identity", "filing", "cases", "payments", "documents", "evidence"}
    assert {context for contexts in REACTIONS.values() for context in contexts} <= known


async def test_who_is_not_concerned_gets_no_reaction(ground, heard, monkeypatch):
    monkeypatch.setattr(FeePaid, "concerns", lambda self, context: False, raising=False)
    await tell(ground)
    async with ground.house.reading() as reader:
        assert await reader.all("SELECT id FROM jobs.procrastinate_jobs") == []
        assert len(await reader.all("SELECT id FROM platform.journal")) == 1


def test_a_paper_concerns_cases_only_when_it_is_of_a_case():
    paper = {"document_id": DocumentId(new_id()), "kind": "filing_receipt"}
    assert not DocumentIssued(**paper, filing_id=FilingId(new_id())).concerns("cases")
    assert DocumentIssued(**paper, case_id=CaseId(new_id())).concerns("cases")


async def test_what_somebody_waits_for_goes_first(ground):
    done: list[str] = []

    async def note(what: str) -> None:
        done.append(what)

    ground.jobs.work("test.note", note)
    async with ground.database.transaction() as tx:
        for what in ("first", "second"):
            await ground.jobs.defer(tx, "test.note", what=what)
        await ground.jobs.defer(tx, "test.note", awaited=True, what="awaited")
    await ground.jobs.app.run_worker_async(
        wait=False, install_signal_handlers=False, listen_notify=False, queues=["work"]
    )
    assert done == ["awaited", "first", "second"]


async def test_a_queue_connection_that_the_server_ended_is_replaced(ground, dsn):
    assert await ground.jobs.app.check_connection_async()
    with psycopg.connect(dsn, autocommit=True) as server:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert server.execute(f"SELECT pg_terminate_backend(pid) {others}").fetchall()
        while server.execute(f"SELECT pid {others}").fetchall():
            pass
    assert await ground.jobs.app.check_connection_async()
