"""The bench: collegial by law or by ruling, and the change of procedure. CPL arts. 40-44, 163, 169, 170; JI art. 258."""

from datetime import date, timedelta

from tests.contexts.cases.around import actor_of, staffed, world
from tests.contexts.cases.assignment.around import WHY, draws, told

from tianping.contexts.cases.actions import changes
from tianping.contexts.cases.model import Seat
from tianping.contexts.cases.rules import draw
from tianping.interfaces.cases import BenchChanged, ProcedureChanged
from tianping.interfaces.identity import Role


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
