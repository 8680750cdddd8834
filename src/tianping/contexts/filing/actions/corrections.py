"""Corrections: asked for once, given more time, or run out. ORL art. 9; RG art. 7; CPL art. 86."""

import msgspec

from tianping.contexts.filing.actions import reviews as looking
from tianping.contexts.filing.actions.deciding import cites, fitting_reason, locked, taken, tell_filer
from tianping.contexts.filing.actions.desk import Desk, person_of
from tianping.contexts.filing.actions.reviews import ReviewView
from tianping.contexts.filing.model import Notice, State
from tianping.contexts.filing.rules import clocks, states
from tianping.contexts.filing.rules.problems import AlreadyAskedForCorrection
from tianping.contexts.filing.store import filings
from tianping.interfaces.filing import CorrectionExtended, CorrectionRequested, FilingReturned
from tianping.interfaces.identity import Actor
from tianping.kit.ids import FilingId
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.law.review_reasons import review_reason

LAPSED = "correction_lapsed"
"""The reason of the lawbook on which a complaint that was not corrected in time is returned."""


class CorrectionItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something to correct: a reason of the lawbook, the court's words, and the answer that is meant."""

    reason: str
    text: Text | None = None
    field: str = ""


async def request_correction(
    desk: Desk, actor: Actor, filing_id: FilingId, *, items: list[CorrectionItem], days: int
) -> ReviewView:
    """Tell the filer, once, everything that is to be corrected, and until when. ORL art. 9; RG art. 7.

    Raises: NotFound, ActNotPossible, ReviewTaken, OwnMatter, ReasonNotFitting, AlreadyAskedForCorrection.
    """
    me, now = person_of(actor), desk.clock.now()
    if not items:
        none = Text("请至少列出一项补正内容", "Name at least one thing to correct")
        raise InvalidInput(fields=(FieldProblem("items", "required", none),))
    reasons = [fitting_reason(desk, item.reason, "correct", field=f"items.{n}.reason") for n, item in enumerate(items)]
    due = clocks.last_day(clocks.correction_due(now, days=days, law=desk.law, calendar=desk.calendar()))
    notice = Notice(
        kind="correction",
        items=[item.text or reason.text for item, reason in zip(items, reasons, strict=True)],
        fields=[item.field for item in items],
        reasons=[reason.id for reason in reasons],
        articles=cites("ORL 9", *(cite for reason in reasons for cite in reason.articles)),
        due=due, decided_by=me, decided_at=now,
    )  # fmt: skip
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "request-correction")
        if filing.head.correction_asked:
            raise AlreadyAskedForCorrection
        head = await taken(desk, tx, actor, filing.head)
        head = msgspec.structs.replace(
            head, state=states.after("request-correction", head.state), correction_asked=True, correction_due=due,
            changed_at=now,
        )  # fmt: skip
        await filings.keep_filed(tx, filing_id)
        await tell_filer(desk, tx, head, notice, "request-correction", CorrectionRequested(filing_id=filing_id))
        return tx.answer(await looking.review_view(desk, tx, actor, msgspec.structs.replace(filing, head=head)))


async def extend_correction(desk: Desk, actor: Actor, filing_id: FilingId, *, days: int, reason: Text) -> ReviewView:
    """Give the filer more time before the complaint is returned. The period is the court's to set (RG art. 7), and a
    justified delay is for the court to excuse (CPL art. 86). `days` count from the present last day.

    Raises: NotFound, ActNotPossible, ReviewTaken, OwnMatter.
    """
    me, now = person_of(actor), desk.clock.now()
    async with desk.database.transaction() as tx:
        filing = await locked(desk, tx, actor, filing_id, "extend-correction")
        head = await taken(desk, tx, actor, filing.head)
        due = clocks.extended_due(
            head.correction_due or desk.today, days=days, today=desk.today, law=desk.law, calendar=desk.calendar()
        )
        head = msgspec.structs.replace(head, correction_due=due, changed_at=now)
        notice = Notice(
            kind="extension",
            items=[reason],
            reasons=[],
            articles=["CPL 86", "RG 7"],
            due=due,
            decided_by=me,
            decided_at=now,
        )
        await tell_filer(desk, tx, head, notice, "extend-correction", CorrectionExtended(filing_id=filing_id))
        return tx.answer(await looking.review_view(desk, tx, actor, msgspec.structs.replace(filing, head=head)))


async def return_uncorrected(desk: Desk, filing_id: FilingId) -> bool:
    """Return a complaint whose correction did not come by the last day, extensions counted, and record it.

    RG art. 7 leaves no choice ("退回诉状并记录在册"), so the court acts by the clock and nobody signs for it; whoever
    insists may file again, and a ruling is then for a filing judge. False if the filing was corrected, given more time
    or decided meanwhile: doing it twice changes nothing.
    """
    ground = review_reason(desk.law, LAPSED, desk.today)
    async with desk.database.transaction() as tx:
        filing = await filings.lock_filed(tx, desk.keyring, filing_id)
        head, now = filing.head, desk.clock.now()
        overdue = head.correction_due is not None and head.correction_due < desk.today
        if head.state != State.CORRECTION_REQUESTED or not overdue:
            return False
        notice = Notice(
            kind="lapse", items=[ground.text], reasons=[ground.id], articles=cites(*ground.articles),
            due=head.correction_due, decided_by=None, decided_at=now,
        )  # fmt: skip
        head = msgspec.structs.replace(head, state=states.after("lapse", head.state), decided_at=now, changed_at=now)
        await tell_filer(desk, tx, head, notice, "lapse", FilingReturned(filing_id=filing_id))
        return True
