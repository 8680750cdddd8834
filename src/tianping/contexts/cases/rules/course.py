"""The course of a case: stages, the next step with its day, trial periods, and who may do what now."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from tianping.contexts.cases.model import Case, Request, Seat, Stage, Standing
from tianping.contexts.cases.model.views import Counted, NextStep, StageMark
from tianping.contexts.cases.rules import sight, words
from tianping.contexts.cases.rules.problems import (
    CaseClosedAlready,
    ProcedureNotChangeable,
    SimplifiedPeriodOver,
)
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Actor, Role
from tianping.kit.clock import court_day
from tianping.kit.problems import Text
from tianping.law.calendar import CourtCalendar
from tianping.law.lawbook import Lawbook
from tianping.law.time_limits import DeadlineAnswer, deadline

RECUSAL_TOPIC = "recusal_decision"
"""The period for a decision on recusal, and on its reconsideration. CPL art. 50."""
_TRIAL_TOPICS = {"ordinary": "trial_ordinary", "simplified": "trial_simplified", "small_claims": "trial_small"}
_CHANGES = {"small_claims": ("simplified", "ordinary"), "simplified": ("ordinary",), "ordinary": ()}
_LEADERS = frozenset({Role.DIVISION_HEAD, Role.PRESIDENT})


def last_day(topic: str, event_on: date, law: Lawbook, calendar: CourtCalendar) -> date | None:
    """The last court-local day of a period of the lawbook; None where the law names no day."""
    end = deadline(topic, event_on, calendar, law).deadline
    return None if end is None else _as_day(end)


def trial_due(procedure: str, opened_on: date, law: Lawbook, calendar: CourtCalendar) -> date | None:
    """The last day of the trial period, counted from filing also after a change. CPL 152, 164, 168; JI 258."""
    topic = _TRIAL_TOPICS.get(procedure)
    return last_day(topic, opened_on, law, calendar) if topic else None


def bench_notice_due(assigned_on: date, law: Lawbook, calendar: CourtCalendar) -> date | None:
    return last_day("bench_notice", assigned_on, law, calendar)


def recusal_due(requested_on: date, law: Lawbook, calendar: CourtCalendar) -> date | None:
    return last_day(RECUSAL_TOPIC, requested_on, law, calendar)


def check_open(case: Case) -> None:
    if case.stage is Stage.CLOSED:
        raise CaseClosedAlready


def check_procedure_change(case: Case, to: str, *, on: date) -> None:
    """Only towards more procedure, and only by a ruling inside the present trial period. CPL 169, 170; JI 258."""
    if to not in _CHANGES.get(case.procedure, ()):
        raise ProcedureNotChangeable
    if case.trial_due is not None and on > case.trial_due:
        raise SimplifiedPeriodOver


def stage_line(case: Case) -> list[StageMark]:
    """Where the case stands on its way; a case closed early shows what it never reached as not reached."""
    reached: dict[Stage, datetime | None] = {
        Stage.OPENED: case.opened_at,
        Stage.AWAITING_FEE: case.opened_at if case.fee_due else None,
        Stage.PAID: case.paid_at,
        Stage.ASSIGNED: case.assigned_at,
        Stage.CLOSED: case.closed_at,
    }
    order = list(Stage)
    here = order.index(case.stage)
    marks = []
    for position, stage in enumerate(order):
        if stage is case.stage:
            state = "current"
        elif position < here and reached[stage] is not None:
            state = "done"
        elif position < here:
            state = "skipped"
        else:
            state = "ahead"
        marks.append(StageMark(stage, words.STAGES[stage], state, reached[stage] if position <= here else None))
    return marks


_TRIAL_ARTICLES = {"ordinary": "CPL 152", "simplified": "CPL 164", "small_claims": "CPL 168"}


def step_name(stage: Stage, *, waiting: str | None, bench_notified: bool) -> str:
    """What comes next, as a key of `words.NEXT`."""
    match stage:
        case Stage.OPENED:
            return "order_fee"
        case Stage.AWAITING_FEE:
            return "pay_fee"
        case Stage.PAID:
            return "await_bench" if waiting else "draw_bench"
        case Stage.ASSIGNED:
            return "trial" if bench_notified else "notify_bench"
        case _:
            return "none"


_WHO = {"pay_fee": "plaintiff", "trial": "bench", "none": "none"}
_STEP_ARTICLES = {
    "order_fee": "FM 20", "pay_fee": "FM 22.1", "await_bench": "CPL 40", "draw_bench": "CPL 40", "notify_bench": "CPL 131",
}  # fmt: skip


def next_step(case: Case, law: Lawbook, calendar: CourtCalendar) -> NextStep:
    """What comes next, who does it, until when, how that day was counted, and by which article."""
    name = step_name(case.stage, waiting=case.waiting, bench_notified=case.bench_notified)
    cite = _TRIAL_ARTICLES.get(case.procedure, "CPL 152") if name == "trial" else _STEP_ARTICLES.get(name)
    due = case.next_due
    return NextStep(
        words.NEXT[name], _WHO.get(name, "court"), due, law.article(cite) if cite else None,
        _counted_step(case, due, law, calendar) if due else None,
    )  # fmt: skip


def _counted_step(case: Case, due: date, law: Lawbook, calendar: CourtCalendar) -> Counted:
    if case.stage is Stage.AWAITING_FEE:
        return counted("fee_payment", case.fee_from, due, law, calendar)
    if case.stage is Stage.ASSIGNED and not case.bench_notified and case.assigned_at:
        return counted("bench_notice", court_day(case.assigned_at), due, law, calendar)
    return counted(_TRIAL_TOPICS.get(case.procedure), case.opened_on, due, law, calendar)


def counted(topic: str | None, event_on: date | None, due: date, law: Lawbook, calendar: CourtCalendar) -> Counted:
    """How a day that people were told was counted. A day that the count does not lead to was set, and that is said."""
    answer = _answer(topic, event_on, law, calendar) if topic and event_on else None
    if answer is None or answer.deadline is None or _as_day(answer.deadline) != due:
        return Counted(words.DAY_WAS_SET, None, False, calendar.kind(due), [])
    raw = _as_day(answer.raw_end) if answer.raw_end is not None else None
    return Counted(answer.counted, raw, answer.rolled, answer.calendar, list(answer.articles))


@lru_cache(maxsize=4096)
def _answer(topic: str, event_on: date, law: Lawbook, calendar: CourtCalendar) -> DeadlineAnswer:
    """The same few days are asked again with every look at a case; both books are frozen and compared by identity."""
    return deadline(topic, event_on, calendar, law)


def _as_day(end: date | datetime) -> date:
    return court_day(end) if isinstance(end, datetime) else end


def next_due(case: Case, law: Lawbook, calendar: CourtCalendar) -> date | None:
    """The court-local day of the next step, as kept with the case for work lists."""
    if case.stage is Stage.AWAITING_FEE:
        return case.fee_due
    if case.stage is Stage.ASSIGNED and not case.bench_notified and case.assigned_at:
        return bench_notice_due(court_day(case.assigned_at), law, calendar)
    return case.trial_due if case.stage is not Stage.CLOSED else None


def recusal_level(case: Case, about: UUID, *, about_is_president: bool) -> str:
    """Who decides: the trial committee on the president, the president on judges, the presiding judge on others. CPL 49."""
    if about_is_president:
        return "trial_committee"
    seat = next((s.seat for s in case.bench if s.person_id == about), None)
    return "presiding_judge" if seat is Seat.CLERK else "president"


def may_decide(case: Case, level: str, actor: Actor, standing: Standing) -> bool:
    """Whether the actor is the one that a request of this level is for. A division head records the committee's.

    Who stands in the case as a party or agent decides nothing in it, whatever the office. CPL art. 47.
    """
    assert actor.person_id is not None
    if standing.kind not in {"staff", "bench"}:
        return False
    if level == "presiding_judge":
        return sight.presides(case, actor.person_id)
    if level == "trial_committee":
        return Role.DIVISION_HEAD in actor.roles
    if level == "president":
        return Role.PRESIDENT in actor.roles
    return bool(actor.roles & _LEADERS)


def is_applicant(case: Case, request: Request, person: UUID) -> bool:
    """Whether a request is this person's: who made it, or the party and the agents of whom one made it. CPL art. 50."""
    if request.requested_by == person:
        return True
    sides = ({party.person_id, *party.agents} for party in case.parties)
    return any({request.requested_by, person} <= side for side in sides)


def reconsideration_of(request: Request, among: Iterable[Request]) -> Request | None:
    """The request by which a refusal is, or was, reconsidered."""
    return next((r for r in among if r.reconsiders == request.id), None)


def why_no_reconsideration(case: Case, request: Request) -> str | None:
    """None where a refusal of recusal may be reconsidered: once, while the person still takes part. CPL art. 50.

    The law lets it be asked for on receiving the decision and names no number of days, so no day ends it here; whether
    it came in time is for those who decide it.
    """
    # One that was granted is not among these: it has ended the person's seat.
    again = reconsideration_of(request, (*case.open_requests, *case.refused_recusals))
    if request.reconsiders is not None or again is not None:
        return "reconsidered"
    if not any(seated.person_id == request.about for seated in case.bench):
        return "not_seated"
    if any(r.kind == "recusal" and r.about == request.about for r in case.open_requests):
        return "request_open"
    return None


_Offer = tuple[str, bool, str | None, str | None]


def permitted_acts(case: Case, standing: Standing, actor: Actor, law: Lawbook, *, today: date) -> list[PermittedAct]:
    """What the asker may do now, and for acts that exist but are not open, why not."""
    assert actor.person_id is not None
    person = actor.person_id
    leader = standing.kind in {"staff", "bench"} and bool(standing.roles & _LEADERS)
    open_case = case.stage is not Stage.CLOSED
    seated = case.stage is Stage.ASSIGNED
    in_period = case.trial_due is None or today <= case.trial_due
    offers: list[_Offer] = []
    if standing.kind in {"plaintiff", "defendant", "third_party", "agent"}:
        offers.append(("request-recusal", seated, None if seated else "no_bench", "CPL 47"))
    if sight.judges_it(case, person) or (leader and seated):
        offers.append(("request-reassignment", seated, None if seated else "no_bench", None))
    if sight.judges_it(case, person):
        offers.append(("request-recusal", seated, None, "CPL 47"))
    if sight.presides(case, person):
        collegial = case.bench_kind == "collegial"
        # A case that is not ordinary becomes so with the bench (CPL 163), inside its trial period (JI 258).
        timely = case.procedure == "ordinary" or in_period
        why_not = "collegial" if collegial else None if timely else "period_over"
        offers.append(("change-bench-kind", open_case and why_not is None, why_not, "CPL 43"))
        if case.procedure != "ordinary":
            offers.append(
                ("change-procedure", open_case and in_period, None if in_period else "period_over", "CPL 170")
            )
    if leader:
        if case.stage is Stage.PAID:
            offers.append(("retry-assignment", True, None, "CPL 40"))
        if case.bench_kind == "collegial":
            offers.append(("designate-presiding", seated, None if seated else "no_bench", "CPL 44"))
    refused = [r for r in case.refused_recusals if is_applicant(case, r, person)]
    if refused:
        whys = [why_no_reconsideration(case, request) for request in refused]
        offers.append(("reconsider-recusal", open_case and None in whys, None if None in whys else whys[-1], "CPL 50"))
    for request in case.open_requests:
        if person not in {request.requested_by, request.about} and may_decide(case, request.level, actor, standing):
            act = "decide-recusal" if request.kind == "recusal" else "approve-reassignment"
            offers.append((act, open_case, None, "CPL 49" if request.kind == "recusal" else None))
            if request.kind == "reassignment":
                offers.append(("refuse-reassignment", open_case, None, None))
    return [_act(case, law, *offer) for offer in dict.fromkeys(offers)]


def _act(case: Case, law: Lawbook, act: str, permitted: bool, why_not: str | None, article: str | None) -> PermittedAct:
    closed = case.stage is Stage.CLOSED
    reason: Text | None = None
    if not permitted:
        reason = words.WHY_NOT["closed" if closed else (why_not or "closed")]
    due = next((r.due for r in case.open_requests if act == "decide-recusal" and r.kind == "recusal"), None)
    basis = law.article(article) if article else None
    return PermittedAct(act, words.ACTS[act], permitted, f"/cases/{case.id}/{act}", reason, basis, due)
