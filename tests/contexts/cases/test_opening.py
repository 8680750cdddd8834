"""Opening a case: numbers without gaps, parties, first entries. CPL art. 126; 法〔2015〕137号."""

import asyncio

import psycopg
import pytest
from tests.contexts.cases.around import litigant, staffed, world

from tianping.contexts.cases.actions import opening
from tianping.contexts.cases.model import Stage
from tianping.contexts.cases.service import CaseService
from tianping.contexts.cases.store import docket
from tianping.interfaces.cases import CaseOpened
from tianping.interfaces.filing import FiledParty, FilingAccepted
from tianping.interfaces.payments import FeeOrdered, FeeOverdue, FeePaid


async def test_fifty_acceptances_at_once_get_fifty_numbers_without_gap(dsn, tmp_path):
    async with world(dsn, tmp_path, size=12) as w:
        filings = [w.filing() for _ in range(50)]
        opened = [opening.open_case(w.desk, f.filing_id, actor=None) for f in filings]
        again = [opening.open_case(w.desk, f.filing_id, actor=None) for f in filings]
        ids = await asyncio.gather(*opened, *again)
        assert ids[:50] == ids[50:], "a filing accepted twice opens one case"
        numbers = sorted([int((await w.case(i)).number.split("民初")[1].removesuffix("号")) for i in ids[:50]])
        assert numbers == list(range(1, 51))
        async with w.desk.database.reading() as reader:
            told = await reader.all("SELECT id FROM platform.journal WHERE name = %s", (CaseOpened.wire_name(),))
        assert len(told) == 50


async def test_a_refused_opening_leaves_no_gap(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        await w.open()
        bad = w.filing(parties=[FiledParty("plaintiff", "person", "甲", None)] * 2, procedure="unheard_of")
        with pytest.raises(KeyError):
            await w.react(FilingAccepted(filing_id=bad.filing_id))
        case = await w.case(await w.open())
        assert case.number == "（2026）京0499民初2号"


async def test_the_year_is_the_court_local_year_of_acceptance(dsn, tmp_path):
    from datetime import UTC, datetime

    async with world(dsn, tmp_path) as w:
        new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
        case = await w.case(await w.open(w.filing(accepted_at=new_year)))
        assert case.number == "（2027）京0499民初1号"
        assert case.opened_on.isoformat() == "2027-01-01"


async def test_an_opened_case_has_parties_relations_and_first_entries(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        agent = w.filing().filer
        filing = w.filing(
            parties=[
                FiledParty("plaintiff", "person", "李明", agent, represented_by=[agent]),
                FiledParty("defendant", "unknown", "某网店", known="店铺账号 shop_42"),
            ],
            related_cases=["(2026)京0499民初 9 号", "见附件"],
        )
        case = await w.case(await w.open(filing))
        assert case.stage is Stage.OPENED
        assert [(p.capacity, p.name, p.known) for p in case.parties] == [
            ("plaintiff", "李明", None), ("defendant", "某网店", "店铺账号 shop_42"),
        ]  # fmt: skip
        assert case.related == ["见附件", "（2026）京0499民初9号"]
        async with w.desk.database.reading() as reader:
            entries = await docket.entries(reader, w.desk.keyring, case.id)
        assert [e.kind for e in entries] == ["case_opened", *["party_entered"] * 2, *["case_related"] * 2]
        assert case.trial_due.isoformat() == "2026-06-02"
        await w.work()
        assert w.delivery.to(filing.filer)


async def test_what_a_third_party_claims_for_itself_is_kept_and_entered(dsn, tmp_path):
    """CPL art. 59: with a claim of its own, or with an interest in the outcome only."""
    async with world(dsn, tmp_path) as w:
        plaintiff = w.filing().filer
        filing = w.filing(
            parties=[
                FiledParty("plaintiff", "person", "李明", plaintiff),
                FiledParty("defendant", "organisation", "山野茶语"),
                FiledParty("third_party", "person", "赵敏", independent_claim=True),
                FiledParty("third_party", "organisation", "快行仓储", independent_claim=False),
            ]
        )
        case_id = await w.open(filing)
        case = await w.case(case_id)
        assert [p.independent_claim for p in case.parties] == [None, None, True, False]
        card = await CaseService(w.desk.database, w.desk.keyring, w.desk.people, w.desk.today).card(case_id)
        assert [p.independent_claim for p in card.parties] == [None, None, True, False]
        async with w.desk.database.reading() as reader:
            entries = await docket.entries(reader, w.desk.keyring, case.id)
        listed = [(e.text.zh, e.articles) for e in entries if e.kind == "party_entered"]
        assert listed[1:] == [
            ("列被告（第1名）。", ["CPL 51"]),
            ("列有独立请求权的第三人（第1名）。", ["CPL 59.1"]),
            ("列无独立请求权的第三人（第2名）。", ["CPL 59.2"]),
        ]
        shown = (await w.client(litigant(plaintiff)).get(f"/cases/{case_id}")).json()["parties"]
        assert [(p["capacity_name"]["zh"], p["independent_claim"]) for p in shown] == [
            ("原告", None), ("被告", None), ("有独立请求权的第三人", True), ("无独立请求权的第三人", False),
        ]  # fmt: skip


async def test_names_are_sealed(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        await w.open()
        async with w.desk.database.reading() as reader:
            rows = await reader.all("SELECT * FROM cases.parties")
            journal = await reader.all("SELECT * FROM platform.journal")
        assert "李明" not in str(rows) + str(journal)
        assert not any("李明".encode() in bytes(row["name"]) for row in rows)


async def test_an_unpaid_case_is_closed_as_withdrawn(dsn, tmp_path):
    """JI art. 213."""
    async with world(dsn, tmp_path) as w:
        staffed(w)
        filing = w.filing()
        case_id = await w.open(filing)
        order = w.order(case_id)
        await w.react(FeeOrdered(order_id=order.id, case_id=case_id))
        assert (await w.case(case_id)).next_due == order.due
        await w.react(FeeOverdue(order_id=order.id, case_id=case_id))
        await w.react(FeeOverdue(order_id=order.id, case_id=case_id))
        case = await w.case(case_id)
        assert (case.stage, case.closed_ground, case.next_due) == (Stage.CLOSED, "fee_unpaid", None)
        await w.work()
        assert "按撤诉处理" in str([n.body.zh for n in w.delivery.to(filing.filer)])
        await w.publish()
        await w.react(FeePaid(order_id=order.id, case_id=case_id))
        assert (await w.case(case_id)).stage is Stage.CLOSED, "a late payment is noted and changes nothing"


@pytest.mark.parametrize("table", ["docket", "commitments", "draws"])
async def test_what_is_append_only_cannot_be_changed_even_by_its_owner(dsn, tmp_path, table):
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        await w.assigned()
        column = {"docket": "text_zh", "commitments": "commitment", "draws": "seed"}[table]
        for role in ("tianping_cases", "tianping_migrator"):
            for statement in (
                f"UPDATE cases.{table} SET {column} = 'x'", f"DELETE FROM cases.{table}",
                f"TRUNCATE cases.{table} CASCADE",
            ):  # fmt: skip
                with psycopg.connect(dsn, autocommit=True) as connection:
                    connection.execute(f"SET ROLE {role}")
                    with pytest.raises((psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege)):
                        connection.execute(statement)
