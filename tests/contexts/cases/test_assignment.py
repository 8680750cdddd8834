"""Assigning the bench: the oldest commitment made before the filing, exclusions, waiting, replacement. CPL 40-50, 131."""

import asyncio
from datetime import date, timedelta

import msgspec
from tests.contexts.cases.around import actor_of, litigant, person, staffed, world

from tianping.contexts.cases.actions import changes, exclusions, reading, requests
from tianping.contexts.cases.actions.commitments import AHEAD, publish_commitments, replenish
from tianping.contexts.cases.model import Seat, Stage
from tianping.contexts.cases.rules import chain, draw
from tianping.contexts.cases.store import docket
from tianping.contexts.cases.store import draws as draw_store
from tianping.interfaces.cases import BenchAssigned, BenchChanged, ProcedureChanged
from tianping.interfaces.documents import DocumentCard, DocumentIssued
from tianping.interfaces.filing import FiledParty
from tianping.interfaces.identity import Role
from tianping.interfaces.payments import FeeOrdered, FeePaid, FeeWaived
from tianping.kit.ids import DocumentId, new_id
from tianping.kit.problems import Text

WHY = "理由充分，请依法处理。"


async def draws(w, case_id):
    async with w.desk.database.reading() as reader:
        return await draw_store.draws_of(reader, case_id)


async def told(w, event) -> int:
    async with w.desk.database.reading() as reader:
        return len(await reader.all("SELECT id FROM platform.journal WHERE name = %s", (event.wire_name(),)))


async def kinds(w, case_id):
    async with w.desk.database.reading() as reader:
        return [e.kind for e in await docket.entries(reader, w.desk.keyring, case_id)]


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


async def test_a_collegial_bench_is_three_drawn_and_the_head_may_name_who_presides(dsn, tmp_path):
    """CPL arts. 40, 44."""
    async with world(dsn, tmp_path) as w:
        staffed(w, judges=5)
        await w.publish()
        case_id = await w.assigned(w.filing(bench="collegial", procedure="ordinary"))
        case = await w.case(case_id)
        assert [s.seat for s in case.bench] == [Seat.PRESIDING, Seat.JUDGE, Seat.JUDGE, Seat.CLERK]
        named = case.bench[2].person_id
        head = actor_of(w, Role.DIVISION_HEAD)
        view = await changes.designate_presiding(w.desk, head, case_id, person_id=named)
        assert (view.bench[0].person_id, view.bench[0].seat) == (named, Seat.PRESIDING)
        assert len(view.bench) == 4


async def test_a_sole_judge_rules_for_a_collegial_bench_and_two_are_drawn(dsn, tmp_path):
    """CPL art. 43."""
    async with world(dsn, tmp_path) as w:
        bench = staffed(w, judges=4)
        await w.publish()
        case_id = await w.assigned()
        sole = (await w.case(case_id)).bench[0]
        judge = next(j for j in bench if j.person_id == sole.person_id)
        view = await changes.change_bench_kind(w.desk, judge, case_id, reason=WHY)
        assert (view.bench[0].person_id, view.bench[0].seat) == (sole.person_id, Seat.PRESIDING)
        assert len([s for s in view.bench if s.seat is Seat.JUDGE]) == 2
        first, second = await draws(w, case_id)
        assert second.ordinal == 2
        assert draw.verify(second)
        assert draw.pseudonym(sole.person_id) not in second.judges
        assert first.commitment.seq != second.commitment.seq
        assert (view.procedure, view.trial_due) == ("ordinary", date(2026, 9, 2)), (
            "CPL 163: simplified is for one judge"
        )
        assert await told(w, ProcedureChanged) == 1


async def test_an_ordinary_case_gets_a_collegial_bench_and_keeps_its_procedure(dsn, tmp_path):
    """No change of procedure is told: no supplement of the fee may follow from it."""
    async with world(dsn, tmp_path) as w:
        bench = staffed(w, judges=4)
        await w.publish()
        case_id = await w.assigned(w.filing(procedure="ordinary"))
        sole = (await w.case(case_id)).bench[0]
        judge = next(j for j in bench if j.person_id == sole.person_id)
        view = await changes.change_bench_kind(w.desk, judge, case_id, reason=WHY)
        assert (view.bench_kind, view.procedure, len(view.bench)) == ("collegial", "ordinary", 4)
        assert (await told(w, ProcedureChanged), await told(w, BenchChanged)) == (0, 1)


async def test_a_collegial_bench_without_enough_judges_changes_nothing(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        bench = staffed(w, judges=2)
        await w.publish()
        case_id = await w.assigned()
        before = await w.case(case_id)
        judge = next(j for j in bench if j.person_id == before.bench[0].person_id)
        try:
            await changes.change_bench_kind(w.desk, judge, case_id, reason=WHY)
        except Exception as refused:
            assert refused.code == "too-few-judges"
        else:
            raise AssertionError
        assert await w.case(case_id) == before


async def test_simplified_becomes_ordinary_within_its_period_only(dsn, tmp_path):
    """JI art. 258: six months from filing."""
    async with world(dsn, tmp_path) as w:
        bench = staffed(w)
        await w.publish()
        case_id, late = await w.assigned(), await w.assigned()
        by_id = {j.person_id: j for j in bench}
        judge = by_id[(await w.case(case_id)).bench[0].person_id]
        view = await changes.change_procedure(w.desk, judge, case_id, to="ordinary", reason=WHY)
        assert (view.procedure, view.trial_due) == ("ordinary", date(2026, 9, 2))
        w.clock.move(timedelta(days=93))
        judge = by_id[(await w.case(late)).bench[0].person_id]
        try:
            await changes.change_procedure(w.desk, judge, late, to="ordinary", reason=WHY)
        except Exception as refused:
            assert refused.code == "simplified-period-over"
        else:
            raise AssertionError


async def test_a_change_of_procedure_tells_what_it_was_before(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        bench = staffed(w)
        await w.publish()
        case_id = await w.assigned(w.filing(procedure="small_claims"))
        sole = (await w.case(case_id)).bench[0].person_id
        judge = next(j for j in bench if j.person_id == sole)
        for to in ("simplified", "ordinary"):
            await changes.change_procedure(w.desk, judge, case_id, to=to, reason=WHY)
        async with w.desk.database.reading() as reader:
            lines = await reader.all(
                "SELECT data FROM platform.journal WHERE name = %s ORDER BY seq", (ProcedureChanged.wire_name(),)
            )
        assert [(line["data"]["before"], line["data"]["procedure"]) for line in lines] == [
            ("small_claims", "simplified"), ("simplified", "ordinary"),
        ]  # fmt: skip


async def test_recusal_is_decided_by_the_president_and_the_judge_is_replaced(dsn, tmp_path):
    """CPL arts. 47-50."""
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        filing = w.filing()
        case_id = await w.assigned(filing)
        sole = (await w.case(case_id)).bench[0]
        asked = await requests.request_recusal(
            w.desk, litigant(filing.filer), case_id, about=sole.person_id, ground="relation", reason=WHY
        )
        [request] = asked.open_requests
        assert request.due == date(2026, 3, 5)
        assert asked.bench[0].suspended
        president = actor_of(w, Role.PRESIDENT)
        await w.work()
        assert w.delivery.to(president.person_id)
        decided = await requests.decide_recusal(w.desk, president, case_id, request.id, granted=True, reason=WHY)
        assert decided.bench[0].person_id != sole.person_id
        *_, second = await draws(w, case_id)
        assert {"who": draw.pseudonym(sole.person_id), "reason": "recusal"} in msgspec.json.decode(second.input)[
            "exclusions"
        ]
        assert await told(w, BenchChanged) == 1
        await w.work()
        assert any("准许" in n.body.zh for n in w.delivery.to(filing.filer))


async def test_a_refused_recusal_is_reconsidered_once(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        filing = w.filing()
        case_id = await w.assigned(filing)
        party, president = litigant(filing.filer), actor_of(w, Role.PRESIDENT)
        sole = (await w.case(case_id)).bench[0]
        asked = await requests.request_recusal(
            w.desk, party, case_id, about=sole.person_id, ground="interest", reason=WHY
        )
        first = asked.open_requests[0].id
        await requests.decide_recusal(w.desk, president, case_id, first, granted=False, reason=WHY)
        again = await requests.reconsider_recusal(w.desk, party, case_id, first, reason=WHY)
        second = again.open_requests[0].id
        assert not again.bench[0].suspended, "CPL art. 50: meanwhile the person goes on taking part"
        await requests.decide_recusal(w.desk, president, case_id, second, granted=False, reason=WHY)
        for request in (first, second):
            try:
                await requests.reconsider_recusal(w.desk, party, case_id, request, reason=WHY)
            except Exception as refused:
                assert refused.code == "not-reconsiderable"
            else:
                raise AssertionError


async def test_reassignment_needs_another_persons_approval(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        bench = staffed(w)
        await w.publish()
        case_id = await w.assigned()
        sole = (await w.case(case_id)).bench[0]
        judge = next(j for j in bench if j.person_id == sole.person_id)
        asked = await requests.request_reassignment(
            w.desk, judge, case_id, about=sole.person_id, ground="illness", reason=WHY
        )
        request = asked.open_requests[0].id
        head = actor_of(w, Role.DIVISION_HEAD)
        view = await requests.decide_reassignment(w.desk, head, case_id, request, granted=True, reason=WHY)
        assert view.bench[0].person_id != sole.person_id
        assert "reassignment_granted" in await kinds(w, case_id)
        assert await reading.see(w.desk, head, case_id, what="case")


async def test_reassignment_without_another_judge_changes_nothing(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        [judge] = staffed(w, judges=1)
        await w.publish()
        case_id = await w.assigned()
        asked = await requests.request_reassignment(
            w.desk, judge, case_id, about=judge.person_id, ground="workload", reason=WHY
        )
        before = await kinds(w, case_id)
        try:
            await requests.decide_reassignment(
                w.desk, actor_of(w, Role.DIVISION_HEAD), case_id, asked.open_requests[0].id, granted=True, reason=WHY
            )
        except Exception as refused:
            assert refused.code == "too-few-judges"
        else:
            raise AssertionError
        assert await kinds(w, case_id) == before
        assert (await w.case(case_id)).bench[0].person_id == judge.person_id


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


async def test_the_notice_of_the_bench_moves_the_next_step_on(dsn, tmp_path):
    """CPL art. 131."""
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        case_id = await w.assigned()
        card = DocumentCard(
            DocumentId(new_id()), "T-1", "bench_notice", Text("审判人员通知书", "Notice of the bench"), None, case_id,
            "ab" * 32, 1, w.clock.now(),
        )  # fmt: skip
        w.documents.cards.append(card)
        await w.react(DocumentIssued(document_id=card.id, kind="bench_notice", case_id=case_id))
        case = await w.case(case_id)
        assert (case.bench_notified, case.document_count, case.next_due) == (True, 1, case.trial_due)
        assert (await kinds(w, case_id))[-1] == "document_issued"


async def test_a_reaction_that_runs_twice_changes_nothing(dsn, tmp_path):
    from tianping.interfaces.events import Event
    from tianping.kit.ids import EventId
    from tianping.platform.events import Told

    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        case_id = await w.open()
        order = w.order(case_id)
        events: list[Event] = [
            FeeOrdered(order_id=order.id, case_id=case_id),
            FeePaid(order_id=order.id, case_id=case_id),
        ]
        for event in events:
            line = Told(EventId(new_id()), event.wire_name(), w.clock.now(), None, event)
            await w.handle(line)
            before = await kinds(w, case_id)
            await w.handle(line)
            assert await kinds(w, case_id) == before
        assert len(await draws(w, case_id)) == 1
