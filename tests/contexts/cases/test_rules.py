"""Rules of the course of a case as tables: next steps, periods, who decides, what may be done."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.cases.model import Case, Party, Request, Seat, Seated, Stage, Standing
from tianping.contexts.cases.rules import bench, chain, course, sight, words
from tianping.contexts.cases.rules.problems import ProcedureNotChangeable, SimplifiedPeriodOver
from tianping.interfaces.identity import Actor, Role, StaffMember
from tianping.kit.ids import CaseId, FilingId, PersonId
from tianping.law.lawbook import load

LAW = load()
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
P = {name: PersonId(UUID(int=n)) for n, name in enumerate(["filer", "judge", "second", "clerk", "other"], start=1)}


def case(**changed: object) -> Case:
    made = Case(
        id=CaseId(UUID(int=100)), number="（2026）京0499民初1号", filing_id=FilingId(UUID(int=101)), filing_number="F",
        filing_digest="0" * 64, filer=P["filer"], submitted_at=NOW, accepted_at=NOW, accepted_by=P["other"],
        cause="网络购物合同纠纷", case_type="online_shopping", fee_act="property", procedure="simplified",
        bench_kind="sole", stage=Stage.ASSIGNED, amount=None, division="first", evidence_count=0, opened_at=NOW,
        opened_on=date(2026, 3, 2), trial_due=date(2026, 6, 2), fee_due=None, next_due=None, waiting=None,
        waiting_since=None, paid_at=NOW, assigned_at=NOW, bench_notified=False, closed_at=None, closed_ground=None,
        docket_seq=0, docket_head=chain.START, document_count=0,
        parties=[Party(1, "plaintiff", "person", "李明", P["filer"], None, [])],
        bench=[Seated(P["judge"], "审判员甲", Seat.SOLE, NOW), Seated(P["clerk"], "书记员陈", Seat.CLERK, NOW)],
        related=[],
    )  # fmt: skip
    return msgspec.structs.replace(made, **changed)


@pytest.mark.parametrize(
    ("procedure", "due"),
    [
        ("ordinary", date(2026, 9, 2)),  # CPL 152
        ("simplified", date(2026, 6, 2)),  # CPL 164
        ("small_claims", date(2026, 5, 2)),  # CPL 168; a holiday: a trial period does not move
        ("something_else", None),
    ],
)
def test_the_trial_period_runs_from_filing(procedure, due):
    assert course.trial_due(procedure, date(2026, 3, 2), LAW, LAW.calendar) == due


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ({"stage": Stage.AWAITING_FEE, "fee_due": date(2026, 3, 9)}, date(2026, 3, 9)),
        ({}, date(2026, 3, 5)),
        ({"assigned_at": datetime(2026, 3, 4, 1, 0, tzinfo=UTC)}, date(2026, 3, 9)),  # the 7th is a Saturday: CPL 85
        ({"bench_notified": True}, date(2026, 6, 2)),
        ({"stage": Stage.CLOSED}, None),
    ],
)
def test_the_day_of_the_next_step(changed, due):
    assert course.next_due(case(**changed), LAW, LAW.calendar) == due


@pytest.mark.parametrize(
    ("changed", "raw_end", "rolled", "cite"),
    [
        # FM 22: seven days from the notice; the 8th is a Sunday.
        ({"stage": Stage.AWAITING_FEE, "fee_from": date(2026, 3, 1), "next_due": date(2026, 3, 9)}, date(2026, 3, 8), True, "FM 22.1"),
        ({"next_due": date(2026, 3, 5)}, date(2026, 3, 5), False, "CPL 131"),
        ({"bench_notified": True, "next_due": date(2026, 6, 2)}, date(2026, 6, 2), False, "CPL 164"),
        # A later day that was granted, and a day from before the count was kept, were set: no count leads there.
        ({"stage": Stage.AWAITING_FEE, "fee_from": date(2026, 3, 1), "next_due": date(2026, 3, 20)}, None, False, None),
        ({"stage": Stage.AWAITING_FEE, "next_due": date(2026, 3, 9)}, None, False, None),
    ],
)  # fmt: skip
def test_the_next_step_says_how_its_day_was_counted(changed, raw_end, rolled, cite):
    found = course.next_step(case(**changed), LAW, LAW.calendar).counted
    assert found is not None
    assert (found.raw_end, found.rolled) == (raw_end, rolled)
    assert ([a.cite for a in found.articles][:1] or [None]) == [cite]
    assert (found.text == words.DAY_WAS_SET) == (raw_end is None)


@pytest.mark.parametrize(
    ("before", "to", "day", "refusal"),
    [
        ("simplified", "ordinary", date(2026, 6, 2), None),
        ("simplified", "ordinary", date(2026, 6, 3), SimplifiedPeriodOver),  # JI 258
        ("small_claims", "simplified", date(2026, 3, 9), None),  # CPL 169
        ("ordinary", "simplified", date(2026, 3, 9), ProcedureNotChangeable),
        ("simplified", "small_claims", date(2026, 3, 9), ProcedureNotChangeable),
    ],
)
def test_procedure_changes_only_towards_more_and_in_time(before, to, day, refusal):
    if refusal is None:
        course.check_procedure_change(case(procedure=before), to, on=day)
        return
    with pytest.raises(refusal):
        course.check_procedure_change(case(procedure=before), to, on=day)


@pytest.mark.parametrize(
    ("about", "president", "level"),
    [("judge", False, "president"), ("clerk", False, "presiding_judge"), ("judge", True, "trial_committee")],
)
def test_who_decides_on_recusal(about, president, level):
    """CPL art. 49."""
    assert course.recusal_level(case(), P[about], about_is_president=president) == level


@pytest.mark.parametrize(
    ("bench_kind", "seats", "empty"),
    [
        ("sole", [], [Seat.SOLE]),
        ("sole", [Seat.SOLE], []),
        ("collegial", [], [Seat.PRESIDING, Seat.JUDGE, Seat.JUDGE]),
        ("collegial", [Seat.JUDGE], [Seat.PRESIDING, Seat.JUDGE]),
        ("collegial", [Seat.PRESIDING, Seat.JUDGE], [Seat.JUDGE]),
    ],
)
def test_empty_seats(bench_kind, seats, empty):
    seated = [Seated(PersonId(UUID(int=n)), "某", seat, NOW) for n, seat in enumerate(seats, start=50)]
    assert bench.empty_seats(case(bench_kind=bench_kind, bench=seated)) == empty


def test_the_clerk_with_the_fewest_cases_of_the_division():
    def clerk(n: int, division: str) -> StaffMember:
        return StaffMember(PersonId(UUID(int=n)), str(n), [Role.CLERK], division, [], "1.0", [])

    clerks = [clerk(1, "second"), clerk(2, "first"), clerk(3, "first")]
    loads = {UUID(int=2): 5, UUID(int=3): 2}
    chosen = bench.clerk_for(clerks, "first", loads)
    assert chosen is not None
    assert chosen.person_id == UUID(int=3)
    assert bench.clerk_for(clerks, "third", {}).person_id == UUID(int=1)  # type: ignore[union-attr]
    assert bench.clerk_for([], "first", {}) is None


def acts_of(who: Case, standing: Standing, actor: Actor, today: date = date(2026, 3, 2)) -> dict[str, bool]:
    return {a.act: a.permitted for a in course.permitted_acts(who, standing, actor, LAW, today=today)}


def test_what_a_sole_judge_may_do():
    actor = Actor(P["judge"], None, frozenset({Role.JUDGE}), "first")
    standing = sight.own_standing(case(), actor)
    assert standing is not None
    expected = {
        "request-reassignment": True, "request-recusal": True, "change-bench-kind": True, "change-procedure": True,
    }  # fmt: skip
    assert acts_of(case(), standing, actor) == expected
    late = acts_of(case(), standing, actor, date(2026, 6, 3))
    assert late["change-procedure"] is False
    closed = acts_of(case(stage=Stage.CLOSED), standing, actor)
    assert not any(closed.values())


def test_what_a_division_head_may_do():
    actor = Actor(P["other"], None, frozenset({Role.DIVISION_HEAD}), "first")
    standing = sight.staff_standing(case(), actor)
    assert standing is not None
    request = Request(
        id=UUID(int=9), kind="reassignment", about=P["judge"], about_name="审判员甲", level="leadership",
        ground="illness", requested_by=P["judge"], requester="bench", requested_at=NOW, due=None, reconsiders=None,
        state="open", decided_by=None, decided_at=None,
    )  # fmt: skip
    assert acts_of(case(stage=Stage.PAID, bench=[]), standing, actor)["retry-assignment"]
    with_request = acts_of(case(open_requests=[request]), standing, actor)
    assert with_request["approve-reassignment"]
    own = msgspec.structs.replace(request, requested_by=P["other"])
    assert "approve-reassignment" not in acts_of(case(open_requests=[own]), standing, actor)


@given(
    st.sampled_from([frozenset({r}) for r in Role]), st.sampled_from(["first", "second", None]),
    st.sampled_from(list(Stage)),
)  # fmt: skip
def test_no_office_sees_a_case_that_is_not_its_business(roles, division, stage):
    found = sight.staff_standing(case(stage=stage), Actor(P["other"], None, roles, division))
    intake = stage in {Stage.OPENED, Stage.AWAITING_FEE, Stage.PAID}
    allowed = (
        Role.PRESIDENT in roles
        or (division == "first" and bool(roles & {Role.DIVISION_HEAD, Role.CLERK}))
        or (intake and bool(roles & {Role.CLERK, Role.FILING_JUDGE}))
    )
    assert (found is not None) == allowed


def test_a_case_closed_early_shows_what_it_skipped():
    early = case(
        stage=Stage.CLOSED, paid_at=None, assigned_at=None, closed_at=NOW + timedelta(days=8), fee_due=NOW.date()
    )
    assert [m.state for m in course.stage_line(early)] == ["done", "done", "skipped", "skipped", "current"]
