"""The demo court: filled through the court's own acts, so everything in it must hold as in any court."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from tianping.apps.assembly import Court, assemble
from tianping.apps.demo import cast, people, seeding
from tianping.apps.demo.stories import shopping
from tianping.contexts.cases.actions import reading
from tianping.contexts.cases.rules import chain, draw
from tianping.contexts.cases.store import draws as draw_store
from tianping.contexts.documents.actions.check import check_copy
from tianping.contexts.documents.model import Verdict
from tianping.contexts.identity.rules import numbers
from tianping.contexts.payments import store as payment_store
from tianping.interfaces.identity import Actor, Role
from tianping.kit.digests import sm3
from tianping.platform.administration import store as queue
from tianping.platform.settings import read_settings


@asynccontextmanager
async def court_of(environment: dict[str, str]) -> AsyncIterator[Court]:
    court = assemble(read_settings(environment))
    await court.open()
    try:
        yield court
    finally:
        await court.close()


def test_every_invented_number_is_right_in_form() -> None:
    """GB 11643 and GB 32100 check characters, no number twice."""
    people_ = [*cast.CITIZENS, *cast.OFFICIALS]
    assert len({p.mobile for p in people_}) == len(people_)
    assert len({c.identity_number for c in cast.CITIZENS}) == len(cast.CITIZENS)
    for citizen in cast.CITIZENS:
        number = citizen.identity_number
        assert numbers.identity_check_digit(number[:17]) == number[17]
        assert numbers.birth_date(number) == citizen.born_on
        assert int(number[16]) % 2 == (citizen.sex == "male")
    for company in cast.COMPANIES:
        assert numbers.normal_credit_code(company.credit_code) == company.credit_code


def test_the_summary_names_one_person_for_every_role() -> None:
    lines = people()
    assert len(lines) >= 10
    assert all(line.count("  ") >= 2 for line in lines)
    named = " ".join(lines)
    assert all(
        name.zh in named or name.en in named for role, name in cast.ROLE_NAMES.items() if role is not Role.LAWYER
    )


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_half_a_year_of_a_court_that_holds_in_every_part(environment: dict[str, str]) -> None:
    shares: list[float] = []
    filled = await seeding.fill(read_settings(environment), shares.append)
    assert filled.people == len(cast.CITIZENS) + len(cast.OFFICIALS)
    assert not filled.started_over
    assert shares[-1] == 1
    assert shares == sorted(shares)
    with pytest.raises(seeding.CourtInUse):
        seeding.prepare(read_settings(environment))
    async with court_of(environment) as court:
        await _nothing_is_parked(court)
        await _every_state_is_there(court)
        await _dockets_and_draws_hold(court)
        await _every_paper_is_the_same(court)
        await _the_money_adds_up(court)


async def _nothing_is_parked(court: Court) -> None:
    async with court.house.reading() as reader:
        assert await queue.failed_jobs(reader, before=None, limit=10) == []
        state = await queue.queue_state(reader)
    assert (state.waiting, state.running, state.parked) == (0, 0, 0)


async def _rows(court: Court, context: str, sql: str) -> list[dict]:
    database = next(part.database for part in court.built if part.name == context)
    async with database.reading() as reader:
        return await reader.all(sql)


async def _every_state_is_there(court: Court) -> None:
    filings = await _rows(court, "filing", "SELECT state, case_type, count(*) AS n FROM filing.filings GROUP BY 1, 2")
    states = {row["state"] for row in filings}
    assert states == {
        "draft", "discarded", "under_review", "correction_requested", "accepted", "returned", "refused", "withdrawn",
    }  # fmt: skip
    assert {row["case_type"] for row in filings} == set(court.platform.law.case_types)
    assert 36 <= sum(row["n"] for row in filings) <= 45
    cases = await _rows(court, "cases", "SELECT stage, closed_ground, bench_kind, procedure FROM cases.cases")
    assert {row["stage"] for row in cases} == {"awaiting_fee", "assigned", "closed"}
    assert {row["bench_kind"] for row in cases} == {"sole", "collegial"}
    assert {row["procedure"] for row in cases} == {"small_claims", "simplified", "ordinary"}
    requests = Counter(
        (r["kind"], r["state"]) for r in await _rows(court, "cases", "SELECT kind, state FROM cases.requests")
    )
    assert set(requests) == {
        ("recusal", "open"), ("recusal", "refused"), ("recusal", "granted"), ("reassignment", "granted"),
    }  # fmt: skip
    orders = {r["state"] for r in await _rows(court, "payments", "SELECT state FROM payments.orders")}
    assert {"due", "deferred", "paid", "waived", "overdue"} <= orders
    reliefs = {
        (r["kind"], r["state"]) for r in await _rows(court, "payments", "SELECT kind, state FROM payments.reliefs")
    }
    assert {
        ("deferral", "asked"), ("deferral", "granted"), ("deferral", "refused"), ("waiver", "granted"), ("reduction", "granted"),
    } <= reliefs  # fmt: skip
    refunds = await _rows(court, "payments", "SELECT state, reason FROM payments.refunds")
    assert len(refunds) >= 2
    assert {row["state"] for row in refunds} == {"sent"}


async def _dockets_and_draws_hold(court: Court) -> None:
    desk = next(part.desk for part in court.built if part.name == "cases")
    [president] = await court.services.people.staff(Role.PRESIDENT)
    actor = Actor(president.person_id, roles=frozenset({Role.PRESIDENT}))
    drawn = 0
    for row in await _rows(court, "cases", "SELECT id, stage FROM cases.cases"):
        _, exported = await reading.docket_file(desk, actor, row["id"])
        found = chain.verify(exported)
        assert found.good, found
        async with desk.database.reading() as reader:
            draws = await draw_store.draws_of(reader, row["id"])
        assert all(draw.verify(each) for each in draws)
        assert draws or row["stage"] != "assigned"
        drawn += len(draws)
    assert drawn >= 18


async def _every_paper_is_the_same(court: Court) -> None:
    desk = next(part.desk for part in court.built if part.name == "documents")
    issued = await _rows(court, "documents", "SELECT number, kind, digest FROM documents.issued")
    assert {row["kind"] for row in issued} >= {
        "complaint", "filing_receipt", "correction_notice", "acceptance_notice", "fee_notice", "fee_receipt", "mandate",
        "ruling_nonacceptance", "return_notice", "bench_notice",
    }  # fmt: skip
    for row in issued:
        content = b"".join([block async for block in desk.blobs.read(row["digest"])])
        assert sm3(content) == row["digest"]
        answer = await check_copy(desk, row["number"], sm3(content))
        assert answer.verdict is Verdict.SAME, row["number"]
    wrong = await check_copy(desk, issued[0]["number"], sm3(b"another paper"))
    assert wrong.verdict is Verdict.DIFFERENT


async def _the_money_adds_up(court: Court) -> None:
    database = next(part.database for part in court.built if part.name == "payments")
    async with database.reading() as reader:
        balances = await payment_store.balances(reader)
        statements = await payment_store.statements(reader, limit=100)
    assert sum((balance.amount.yuan for balance in balances), Decimal(0)) == 0
    assert statements
    assert all(not statement.differences for statement in statements)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_what_broke_off_starts_over_on_its_own_database_only(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(share: float) -> None:
        if share > 0.5:
            raise KilledError

    monkeypatch.setattr(seeding, "ALL", (shopping.used_camera, shopping.vase))
    settings = read_settings(environment)
    with pytest.raises(KilledError):
        await seeding.fill(settings, killed)
    mark = settings.data / "demo-court-begun"
    ours = mark.read_text()
    mark.write_text("somebody/else")
    with pytest.raises(seeding.CourtInUse):
        seeding.prepare(settings)
    mark.write_text(ours)
    filled = await seeding.fill(settings, lambda share: None)
    assert filled.started_over
    assert not mark.exists()
    async with court_of(environment) as court:
        await _nothing_is_parked(court)
        cases = await _rows(court, "cases", "SELECT stage FROM cases.cases")
    assert [row["stage"] for row in cases] == ["assigned"]
