"""`kill -9` of web, worker and PostgreSQL while people work: nothing acknowledged is lost, nothing is done twice."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from tests.faults.clients import Acknowledged, Person
from tests.faults.people import PLAINTIFFS, settle_people
from tests.faults.processes import ROOT, Processes

from tianping.contexts.cases.rules import chain

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

ROUNDS = 3
"""How often each of the three is killed."""
EMPTY_WITHIN_S = 150


@pytest.fixture
def court(tmp_path: Path) -> Iterator[Processes]:
    processes = Processes(tmp_path / "court")
    try:
        processes.start_database()
        yield processes
    finally:
        processes.stop()


def test_no_acknowledged_act_is_lost_or_done_twice(court: Processes):
    people = settle_people(court)
    court.start()
    journal: list[Acknowledged] = []
    over = threading.Event()
    with ThreadPoolExecutor(PLAINTIFFS + 1) as pool:
        work = [pool.submit(files_and_pays, court, people, n, journal, over) for n in range(PLAINTIFFS)]
        work.append(pool.submit(reviews, court, people, journal, work[:]))
        try:
            chaos(court, work)
        finally:
            over.set()
            while not all(done.done() for done in work):
                court.mend()
                time.sleep(0.2)
        broken = [failure for done in work if (failure := done.exception())]
        assert not broken, f"{broken}\n{court.failures()}"
    assert min(court.kills.values()) >= ROUNDS, court.kills
    court.until_answering()
    until_queue_is_empty(court)
    assert len(journal) >= PLAINTIFFS
    assert all(mine.paid for mine in journal)
    everything_acknowledged_is_there(court, people, journal)
    nothing_was_done_twice(court, journal)
    rows_and_events_agree(court)
    dockets_verify(court, people, journal)
    money_balances(court, people, journal)


def chaos(court: Processes, work: list[Future[None]]) -> None:
    """Each of the three is killed so often, in an order and at moments that differ from run to run."""
    chance = random.Random()
    for _ in range(ROUNDS):
        for name in chance.sample(["web", "worker", "postgres"], 3):
            pause = time.monotonic() + chance.uniform(0.5, 2.5)
            while time.monotonic() < pause:
                for done in work:
                    if done.done() and done.exception():
                        return
                court.mend()
                time.sleep(0.02)
            court.kill(name)
            court.until_answering()


def files_and_pays(
    court: Processes, people: dict[str, str], number: int, journal: list[Acknowledged], over: threading.Event
) -> None:
    """Filing after filing, until the killing is over."""
    person = Person(court.address, people[f"plaintiff_{number}"])
    person.sign_in()
    while True:
        mine = person.file(journal.append)
        person.pay(mine)
        if over.is_set():
            person.close()
            return


def reviews(court: Processes, people: dict[str, str], journal: list[Acknowledged], others: list[Future[None]]) -> None:
    clerk = Person(court.address, people["clerk"])
    clerk.sign_in()
    while not all(done.done() for done in others):
        for mine in [m for m in journal if m.number and not m.accepted]:
            clerk.accept(mine)
        time.sleep(0.1)
    clerk.close()


def rows(court: Processes, sql: str) -> list[dict[str, Any]]:
    with psycopg.connect(court.postgres.dsn, row_factory=dict_row) as connection:
        return connection.execute(sql).fetchall()  # type: ignore[call-overload]


def until_queue_is_empty(court: Processes) -> None:
    """What a killed worker was doing is taken up by another; what failed is tried again."""
    end = time.monotonic() + EMPTY_WITHIN_S
    while True:
        court.mend()
        left = rows(
            court,
            """SELECT task_name, status, attempts, scheduled_at FROM jobs.procrastinate_jobs
               WHERE status IN ('doing', 'failed') OR (status = 'todo' AND task_name LIKE 'react.%')
                  OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now() - interval '20 seconds'))""",
        )
        if not left:
            return
        assert time.monotonic() < end, left
        time.sleep(0.5)


def everything_acknowledged_is_there(court: Processes, people: dict[str, str], journal: list[Acknowledged]) -> None:
    filings = {str(r["id"]): r for r in rows(court, "SELECT id, number, state, revision, filer FROM filing.filings")}
    cases = {str(r["filing_id"]): r for r in rows(court, "SELECT id, filing_id, stage FROM cases.cases")}
    orders = {str(r["id"]): r for r in rows(court, "SELECT id, case_id, state FROM payments.orders")}
    for mine in journal:
        filing = filings[mine.filing_id]
        assert filing["number"] == mine.number
        assert filing["revision"] >= mine.revision
        assert filing["state"] == "accepted"
        case = cases[mine.filing_id]
        assert str(case["id"]) == mine.case_id
        assert case["stage"] == "assigned", case
        assert orders[mine.order_id or ""]["state"] == "paid"
    for number in range(PLAINTIFFS):
        person = Person(court.address, people[f"plaintiff_{number}"])
        person.sign_in()
        for mine in journal:
            if str(filings[mine.filing_id]["filer"]) == people[f"plaintiff_{number}"]:
                answers = person.read(f"/filings/{mine.filing_id}")["answers"]
                assert all(saved.split(".")[0] in answers for saved in mine.saved), (mine.saved, answers)
        person.close()


def nothing_was_done_twice(court: Processes, journal: list[Acknowledged]) -> None:
    # One draft an act: a retried POST made no second one.
    assert {str(r["id"]) for r in rows(court, "SELECT id FROM filing.filings")} == {m.filing_id for m in journal}
    serials = [r["serial"] for r in rows(court, "SELECT serial FROM cases.cases ORDER BY serial")]
    assert serials == list(range(1, len(journal) + 1))
    numbers = [r["number"] for r in rows(court, "SELECT number FROM filing.filings ORDER BY number")]
    ends = sorted(int("".join(c for c in n.rsplit("-", 1)[-1] if c.isdigit())) for n in numbers)
    assert [n - ends[0] for n in ends] == list(range(len(journal))), numbers
    receipts = [r["receipt_number"] for r in rows(court, "SELECT receipt_number FROM payments.orders ORDER BY 1")]
    assert [int(r.rsplit("-", 1)[1]) for r in receipts] == list(range(1, len(journal) + 1))
    once = rows(
        court,
        """SELECT name, subject, count(*) FROM platform.journal
           WHERE name IN ('filing.FilingSubmitted.v1', 'filing.FilingAccepted.v1', 'cases.CaseOpened.v1',
                          'cases.BenchAssigned.v1', 'payments.FeeOrdered.v1', 'payments.FeePaid.v1')
           GROUP BY name, subject HAVING count(*) > 1""",
    )
    assert once == []
    papers = rows(
        court, "SELECT kind, case_id, filing_id, count(*) FROM documents.issued GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    assert papers == []
    # One docket entry an event.
    kinds = rows(
        court,
        """SELECT case_id, kind, text_zh, refs, count(*) FROM cases.docket
           GROUP BY case_id, kind, text_zh, refs HAVING count(*) > 1""",
    )
    assert kinds == []


def rows_and_events_agree(court: Processes) -> None:
    """Each row that says something happened has its event, and each event its row: no act was done by half."""
    pairs = {
        "filing.FilingSubmitted.v1": "SELECT id FROM filing.filings WHERE submitted_at IS NOT NULL",
        "filing.FilingAccepted.v1": "SELECT id FROM filing.filings WHERE state = 'accepted'",
        "cases.CaseOpened.v1": "SELECT id FROM cases.cases",
        "cases.BenchAssigned.v1": "SELECT id FROM cases.cases WHERE assigned_at IS NOT NULL",
        "payments.FeePaid.v1": "SELECT case_id AS id FROM payments.orders WHERE state = 'paid'",
        "payments.FeeOrdered.v1": "SELECT case_id AS id FROM payments.orders",
    }
    for name, sql in pairs.items():
        told = {r["subject"] for r in rows(court, f"SELECT subject FROM platform.journal WHERE name = '{name}'")}
        assert told == {r["id"] for r in rows(court, sql)}, name
    issued = rows(
        court, "SELECT data ->> 'document_id' AS id FROM platform.journal WHERE name LIKE 'documents.DocumentIssued%'"
    )
    assert {r["id"] for r in issued} == {str(r["id"]) for r in rows(court, "SELECT id FROM documents.issued")}
    unanswered = rows(
        court, "SELECT scope, key FROM platform.acts WHERE answer IS NULL AND scope NOT LIKE 'reaction:%'"
    )
    assert unanswered == []


def dockets_verify(court: Processes, people: dict[str, str], journal: list[Acknowledged]) -> None:
    """The chain of every case, by the verifier that asks no server."""
    president = Person(court.address, people["president"])
    president.sign_in()
    for mine in journal:
        file = court.place / f"docket-{mine.case_id}.json"
        exported = president._http.get(f"/cases/{mine.case_id}/docket/export", headers=president._headers)
        file.write_bytes(exported.content)
        assert chain.verify(exported.content).good
    command = [sys.executable, "-m", "tianping.apps.cli", "docket", "verify", str(file)]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 0
    president.close()


def money_balances(court: Processes, people: dict[str, str], journal: list[Acknowledged]) -> None:
    [sums] = rows(court, "SELECT coalesce(sum(amount), 0) AS total FROM payments.postings")
    assert sums["total"] == 0
    uneven = rows(court, "SELECT entry_id FROM payments.postings GROUP BY entry_id HAVING sum(amount) <> 0")
    assert uneven == []
    [taken] = rows(court, "SELECT coalesce(sum(amount), 0) AS total FROM payments.postings WHERE account = 'gateway'")
    [owed] = rows(court, "SELECT sum(amount) AS total FROM payments.orders WHERE state = 'paid'")
    [banked] = rows(court, "SELECT sum(amount) AS total FROM payments.stand_in WHERE state = 'paid'")
    assert taken["total"] == owed["total"] == banked["total"]
    [refunds] = rows(court, "SELECT count(*) AS n FROM payments.refunds")
    assert refunds["n"] == 0
