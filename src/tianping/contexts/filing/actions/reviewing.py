"""The court's acts on a filing: taking it, checking it, accepting, asking once, returning, refusing. CPL arts.
122-127; ORL art. 9; JI arts. 208-211."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from tianping.contexts.filing.actions import reviews as looking
from tianping.contexts.filing.actions.deciding import cites, fitting_reason, locked, taken, tell_filer
from tianping.contexts.filing.actions.desk import Desk, person_of
from tianping.contexts.filing.actions.drafting import kind_of
from tianping.contexts.filing.actions.reviews import ReviewView
from tianping.contexts.filing.actions.submitting import claims_of, competence_of
from tianping.contexts.filing.model import Check, Filing, Notice, State
from tianping.contexts.filing.rules import claims, eligibility, states
from tianping.contexts.filing.rules.problems import (
    ChecklistOpen,
    ReviewStillRuns,
    ReviewTaken,
)
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.filing import FilingAccepted, FilingRefused, FilingReturned
from tianping.interfaces.identity import Actor
from tianping.kit.clock import court_day
from tianping.kit.ids import FilingId
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Problem, Text
from tianping.law.court_entries import ReviewReason
from tianping.law.jurisdiction import jurisdiction
from tianping.law.review_reasons import filing_conditions
from tianping.platform.database import Transaction, acting

Procedure = Literal["small_claims", "simplified", "ordinary"]
Bench = Literal["sole", "collegial"]
UNDECIDED = looking.UNDECIDED


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """What the reviewer decides with the acceptance; what is left out follows the law.

    `third_parties`: positions of those whom the court notifies to take part; None: all that the filer named. Naming one
    is an application that the court decides on (JI art. 222).
    """

    reason: str = "accepted"
    third_parties: Sequence[int] | None = None
    cause: str | None = None
    procedure: Procedure | None = None
    bench: Bench | None = None
    related_cases: Sequence[str] = ()


class TogetherResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one of several acceptances went. `problem` is the stable code of the refusal."""

    id: UUID
    number: str | None
    accepted: bool
    problem: str | None = None
    message: Text | None = None


async def claim_review(desk: Desk, actor: Actor, filing_id: FilingId) -> ReviewView:
    """Take a review. Raises: NotFound, ActNotPossible, ReviewTaken, OwnMatter."""
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "claim")
        head = await taken(desk, tx, actor, filing.head)
        done = msgspec.structs.replace(filing, head=head)
        return tx.answer(await looking.review_view(desk, tx, actor, done))


async def release_review(desk: Desk, actor: Actor, filing_id: FilingId) -> ReviewView:
    """Give a review back to the queue. Raises: NotFound, ActNotPossible, ReviewTaken for somebody else's."""
    me = person_of(actor)
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "release")
        if filing.head.reviewer not in (None, me):
            raise ReviewTaken
        head = msgspec.structs.replace(filing.head, reviewer=None, claimed_at=None)
        await filings.save_head(tx, head)
        await filings.note(tx, filing_id, "release", head.state, by=me, at=desk.clock.now())
        return tx.answer(await looking.review_view(desk, tx, actor, msgspec.structs.replace(filing, head=head)))


async def check_item(
    desk: Desk, actor: Actor, filing_id: FilingId, *, item: str, finding: Literal["met", "not_met", "unclear"],
    note: str, page: str,
) -> ReviewView:  # fmt: skip
    """Note a finding on one condition. Raises: NotFound (no such condition), ActNotPossible, ReviewTaken, OwnMatter."""
    me, now = person_of(actor), desk.clock.now()
    if item not in {condition.id for condition in filing_conditions(desk.law, desk.today)}:
        raise NotFound
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "check-item")
        head = await taken(desk, tx, actor, filing.head)
        made = Check(item=item, finding=finding, note=note, page=page, by=me, at=now)
        await reviews.put_check(tx, desk.keyring, filing_id, head.round, made)
        return tx.answer(await looking.review_view(desk, tx, actor, msgspec.structs.replace(filing, head=head)))


async def accept(desk: Desk, actor: Actor, filing_id: FilingId, decided: Acceptance) -> ReviewView:
    """Register the case. The case itself, its number and its clocks follow from the event. CPL art. 126; JI art. 208.

    Raises: NotFound, ActNotPossible, ReviewTaken, OwnMatter, ReasonNotFitting, ChecklistOpen; ReviewStillRuns for
    registering first what could not be decided, before the last day (RG art. 8).
    """
    reason = fitting_reason(desk, decided.reason, "accept")
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "accept")
        done = await _accepted(desk, tx, actor, filing, decided, reason)
        return tx.answer(await looking.review_view(desk, tx, actor, done))


async def accept_together(
    desk: Desk, actor: Actor, filing_ids: list[FilingId], decided: Acceptance
) -> list[TogetherResult]:
    """Accept like filings: each is an act of its own, under its own lock, and each result is told.

    The reviewer answers for every condition of every filing: those not found yet are noted as met; one that was found
    not to be met keeps its filing out. Doing it again changes nothing: what this reviewer accepted is told as accepted.
    """
    reason = fitting_reason(desk, decided.reason, "accept")
    await desk.database.stop_if_done()
    # The key is for the whole: it is claimed with the results, once each filing has had its own transaction.
    async with acting(None):
        told = [await _one_of_many(desk, actor, filing_id, decided, reason) for filing_id in dict.fromkeys(filing_ids)]
    async with desk.database.transaction() as tx:
        return tx.answer(told)


async def _one_of_many(
    desk: Desk, actor: Actor, filing_id: FilingId, decided: Acceptance, reason: ReviewReason
) -> TogetherResult:
    me, now, number = person_of(actor), desk.clock.now(), None
    try:
        async with desk.database.transaction() as tx:
            filing = await filings.lock_filed(tx, desk.keyring, filing_id)
            number = filing.head.number
            if number is None:
                raise NotFound
            if filing.head.state == State.ACCEPTED and filing.head.decided_by == me:
                return TogetherResult(id=filing_id, number=number, accepted=True)
            filing = await locked(desk, tx, actor, filing_id, "accept")
            found = await reviews.checks(tx, desk.keyring, filing_id, filing.head.round)
            for condition in filing_conditions(desk.law, desk.today):
                if condition.id not in found:
                    made = Check(item=condition.id, finding="met", by=me, at=now)
                    await reviews.put_check(tx, desk.keyring, filing_id, filing.head.round, made)
            await _accepted(desk, tx, actor, filing, decided, reason)
    except Problem as refused:
        message = refused.explanation or refused.title
        return TogetherResult(id=filing_id, number=number, accepted=False, problem=refused.code, message=message)
    return TogetherResult(id=filing_id, number=number, accepted=True)


async def _accepted(
    desk: Desk, tx: Transaction, actor: Actor, filing: Filing, decided: Acceptance, reason: ReviewReason
) -> Filing:
    me, now = person_of(actor), desk.clock.now()
    head = await taken(desk, tx, actor, filing.head)
    found = await reviews.checks(tx, desk.keyring, head.id, head.round)
    if reason.id == "accepted":
        open_ = [
            c.id for c in filing_conditions(desk.law, desk.today) if c.id not in found or found[c.id].finding != "met"
        ]
        if open_:
            raise ChecklistOpen(items=open_)
    if reason.id == UNDECIDED and head.review_due is not None and desk.today < head.review_due:
        raise ReviewStillRuns(due=head.review_due.isoformat())
    kind = kind_of(desk, filing.answers)
    assert kind is not None
    money = claims_of(desk, filing)
    cause = decided.cause or head.cause or eligibility.cause_of(kind, filing.answers.cause) or kind.zh
    submitted_on = court_day(head.submitted_at or now)
    head = msgspec.structs.replace(
        head, state=states.after("accept", head.state), decided_at=now, decided_by=me, changed_at=now,
        cause=cause, subject_type=_subject_type(desk, filing, cause, submitted_on),
        fee_act=claims.fee_act(kind, cause, money.total, desk.law, submitted_on),
        procedure=decided.procedure or money.procedure, bench=decided.bench or money.bench, amount=money.total,
        related_cases=[number.strip() for number in decided.related_cases if number.strip()],
        third_parties_left_out=_left_out(filing, decided.third_parties),
    )  # fmt: skip
    await filings.save_head(tx, head)
    await filings.note(tx, head.id, "accept", head.state, by=me, at=now, articles=reason.articles)
    await desk.journal.tell(tx, FilingAccepted(filing_id=head.id), actor=me, at=now)
    return msgspec.structs.replace(filing, head=head)


def _left_out(filing: Filing, notified: Sequence[int] | None) -> list[int]:
    """Positions of the third parties whom the court does not notify. Raises InvalidInput for one that is not there."""
    named = range(len(filing.answers.third_parties))
    if notified is None:
        return []
    if any(position not in named for position in notified):
        gone = Text("没有这名第三人", "There is no such third party")
        raise InvalidInput(fields=(FieldProblem("third_parties", "third-party-unknown", gone),))
    return [position for position in named if position not in notified]


def _subject_type(desk: Desk, filing: Filing, cause: str, on: date) -> str | None:
    """The item of the subject list of the filing day that covers the cause."""
    return jurisdiction(cause, on, filing.answers.links, desk.law, desk.seat).type


async def return_filing(
    desk: Desk, actor: Actor, filing_id: FilingId, *, reason: str, competent_court: str | None, note: Text | None
) -> ReviewView:
    """Give the filing back and say who is competent, or which other way there is. JI art. 211; CPL art. 127.

    Raises: NotFound, ActNotPossible, ReviewTaken, OwnMatter, ReasonNotFitting, InvalidInput without a competent court.
    """
    me, now = person_of(actor), desk.clock.now()
    ground = fitting_reason(desk, reason, "return", "redirect")
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "return")
        head = await taken(desk, tx, actor, filing.head)
        other = competence_of(desk, filing)
        court = competent_court or (other.other_court.zh if other and other.other_court else None)
        if ground.outcome == "return" and not court:
            which = Text("请写明有管辖权的人民法院", "Name the competent court")
            raise InvalidInput(fields=(FieldProblem("competent_court", "required", which),))
        notice = Notice(
            kind="return" if ground.outcome == "return" else "redirect",
            items=[ground.text, *([note] if note else []), *([other.why] if other and not other.competent else [])],
            reasons=[ground.id], articles=cites(*ground.articles),
            competent_court=court if ground.outcome == "return" else competent_court, decided_by=me, decided_at=now,
        )  # fmt: skip
        head = msgspec.structs.replace(
            head, state=states.after("return", head.state), decided_at=now, decided_by=me, changed_at=now
        )
        await tell_filer(desk, tx, head, notice, "return", FilingReturned(filing_id=filing_id))
        return tx.answer(await looking.review_view(desk, tx, actor, msgspec.structs.replace(filing, head=head)))


async def refuse(desk: Desk, actor: Actor, filing_id: FilingId, *, reason: str, grounds: Text) -> ReviewView:
    """Refuse by ruling; only a filing judge. CPL arts. 126, 157: the ruling may be appealed.

    Raises: NotFound, ActNotPossible, ReviewTaken, OwnMatter, ReasonNotFitting.
    """
    me, now = person_of(actor), desk.clock.now()
    ground = fitting_reason(desk, reason, "refuse")
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "refuse")
        head = await taken(desk, tx, actor, filing.head)
        notice = Notice(
            kind="refusal", items=[ground.text, grounds], reasons=[ground.id],
            articles=cites("CPL 126", *ground.articles), decided_by=me, decided_at=now,
        )  # fmt: skip
        head = msgspec.structs.replace(
            head, state=states.after("refuse", head.state), decided_at=now, decided_by=me, changed_at=now
        )
        await tell_filer(desk, tx, head, notice, "refuse", FilingRefused(filing_id=filing_id))
        return tx.answer(await looking.review_view(desk, tx, actor, msgspec.structs.replace(filing, head=head)))
