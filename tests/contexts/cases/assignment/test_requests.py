"""Recusal, its reconsideration, reassignment. CPL arts. 47-50."""

from datetime import date

import msgspec
from tests.contexts.cases.around import actor_of, litigant, staffed, world
from tests.contexts.cases.assignment.around import WHY, draws, kinds, told

from tianping.contexts.cases.actions import reading, requests
from tianping.contexts.cases.rules import draw
from tianping.interfaces.cases import BenchChanged
from tianping.interfaces.identity import Role


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
