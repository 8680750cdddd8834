"""The draw: recomputable, from seeds committed before, without those who are excluded. CPL arts. 40, 47."""

import asyncio
from datetime import date, timedelta

import msgspec
from tests.contexts.cases.around import actor_of, person, staffed, world
from tests.contexts.cases.assignment.around import draws, kinds, told

from tianping.contexts.cases.actions import changes, exclusions, reading
from tianping.contexts.cases.actions.commitments import AHEAD, publish_commitments, replenish
from tianping.contexts.cases.model import Seat, Stage
from tianping.contexts.cases.rules import chain, draw
from tianping.contexts.cases.store import draws as draw_store
from tianping.interfaces.cases import BenchAssigned
from tianping.interfaces.filing import FiledParty
from tianping.interfaces.identity import Role
from tianping.interfaces.payments import FeePaid, FeeWaived


async def test_a_paid_case_gets_a_judge_by_a_draw_that_recomputes(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w)
        w.people.hire("贷款审判员", Role.JUDGE, subjects=("loan",))
        w.people.hire("休假审判员", Role.JUDGE, leave=[(date(2026, 3, 1), date(2026, 3, 9))])
        await w.publish()
        filing = w.filing()
        case_id = await w.assigned(filing)
        case = await w.case(case_id)
        assert case.stage is Stage.ASSIGNED
        assert [s.seat for s in case.bench] == [Seat.SOLE, Seat.CLERK]
        [done] = await draws(w, case_id)
        assert draw.verify(done)
        assert done.judges[draw.recompute(done)[0]] == case.bench[0].name
        published = msgspec.json.decode(done.input)
        assert sorted(e["reason"] for e in published["exclusions"]) == ["leave", "subject"]
        assert published["filing_digest"] == filing.digest
        assert (done.commitment.seq, done.basis) == (1, "filing")
        assert case.next_due == date(2026, 3, 5), "CPL 131: three days to tell the parties"
        await w.work()
        assert any(case.bench[0].name in n.body.zh for n in w.delivery.to(filing.filer))
        assert w.delivery.to(case.bench[0].person_id)


async def test_every_change_to_a_published_draw_shows(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w, judges=4)
        await w.publish()
        [done] = await draws(w, await w.assigned())
        other = next(name for name in done.judges if name != done.chosen[0])
        forged = [
            {"chosen": [other]},
            {"seed": "00" * 32},
            {"input": done.input.replace('"open_cases":0', '"open_cases":1', 1)},
            {"case_number": "（2026）京0499民初9号"},
            {"basis_at": done.basis_at - timedelta(days=60)},
            {"commitment": msgspec.structs.replace(done.commitment, prev="1" * 64)},
        ]
        assert draw.verify(done)
        for change in forged:
            assert not draw.verify(msgspec.structs.replace(done, **change)), change


async def test_draws_at_once_use_each_commitment_once_and_skip_none(dsn, tmp_path):
    async with world(dsn, tmp_path, size=8) as w:
        staffed(w)
        await w.publish()
        opened = [await w.open() for _ in range(12)]
        orders = [w.order(case_id) for case_id in opened]
        await asyncio.gather(*(w.react(FeePaid(order_id=o.id, case_id=c)) for o, c in zip(orders, opened, strict=True)))
        used = sorted([(await draws(w, case_id))[0].commitment.seq for case_id in opened])
        assert used == list(range(1, 13))


async def test_a_commitment_made_after_the_filing_is_not_used_without_a_decision(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w)
        filing = w.filing()
        case_id = await w.open(filing)
        w.clock.move(timedelta(minutes=1))
        await publish_commitments(w.desk)
        order = w.order(case_id)
        await w.react(FeePaid(order_id=order.id, case_id=case_id))
        case = await w.case(case_id)
        assert (case.stage, case.waiting) == (Stage.PAID, "no_commitment")
        await w.work()
        head = actor_of(w, Role.DIVISION_HEAD)
        assert w.delivery.to(head.person_id)
        w.clock.move(timedelta(minutes=1))
        await changes.retry_assignment(w.desk, head, case_id)
        [done] = await draws(w, case_id)
        assert (done.basis, draw.verify(done)) == ("retry", True)


async def test_without_an_eligible_judge_the_case_waits_and_is_drawn_on_retry(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        w.people.hire("庭长赵", Role.DIVISION_HEAD)
        await w.publish()
        case_id = await w.open()
        order = w.order(case_id)
        await w.react(FeeWaived(order_id=order.id, case_id=case_id))
        case = await w.case(case_id)
        assert (case.stage, case.waiting) == (Stage.PAID, "no_eligible_judge")
        assert (await kinds(w, case_id))[-2:] == ["fee_waived", "awaiting_assignment"]
        head = actor_of(w, Role.DIVISION_HEAD)
        waiting = await reading.list_cases(w.desk, head, reading.Filter(waiting=True), after=None, limit=10)
        assert [row.id for row in waiting] == [case_id]
        w.people.hire("审判员钱", Role.JUDGE)
        view = await changes.retry_assignment(w.desk, head, case_id)
        assert (view.stage, view.waiting) == (Stage.ASSIGNED, None)
        assert await told(w, BenchAssigned) == 1


async def test_a_declared_kinship_keeps_a_judge_out(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        kin, other = staffed(w, judges=2)
        await w.publish()
        declared = await exclusions.declare(w.desk, kin, judge=None, kind="kinship", party_name=" 王强 ")
        for _ in range(6):
            case = await w.case(await w.assigned())
            assert case.bench[0].person_id == other.person_id
        await exclusions.withdraw(w.desk, kin, declared.id)
        [mine] = await exclusions.mine(w.desk, kin, judge=None)
        assert (mine.party_name, mine.withdrawn_at is not None) == ("王强", True)
        async with w.desk.database.reading() as reader:
            assert "王强" not in str(await reader.all("SELECT * FROM cases.exclusions"))


async def test_a_judge_who_is_a_party_is_never_drawn(dsn, tmp_path):
    """CPL art. 47 item 1, declared or not."""
    async with world(dsn, tmp_path) as w:
        party, other = staffed(w, judges=2)
        await w.publish()
        for _ in range(5):
            filing = w.filing(
                parties=[
                    FiledParty("plaintiff", "person", "审判员0", party.person_id),
                    FiledParty("defendant", "person", "王强", person()),
                ]
            )
            case = await w.case(await w.assigned(filing))
            assert case.bench[0].person_id == other.person_id


async def test_the_stock_of_commitments_is_kept_up_and_chained(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        assert await publish_commitments(w.desk) >= AHEAD
        assert await publish_commitments(w.desk) == 0
        await replenish(w.desk)
        async with w.desk.database.reading() as reader:
            lines = await draw_store.commitments(reader, after=0, limit=1000)
            assert await draw_store.unused(reader) >= AHEAD
        prev = chain.START
        for number, line in enumerate(lines, start=1):
            assert (line.seq, line.prev, line.hash) == (number, prev, chain.link(line))
            prev = line.hash
