"""Timers of filing: drafts that end, corrections and reviews that are due or over. Each may run twice and tells once."""

from datetime import timedelta

from tianping.contexts.filing.actions import corrections
from tianping.contexts.filing.actions.desk import REVIEWERS, Desk
from tianping.contexts.filing.actions.drafting import held_by
from tianping.contexts.filing.actions.views import expires_on
from tianping.contexts.filing.model import Head
from tianping.contexts.filing.reactions import people_of
from tianping.contexts.filing.rules import clocks, states
from tianping.contexts.filing.store import filings
from tianping.interfaces.delivery import Notice
from tianping.interfaces.filing import ReviewOverdue
from tianping.kit.ids import PersonId
from tianping.kit.problems import Text

_REVIEW_LEAD = timedelta(days=2)
_CORRECTION_LEAD = timedelta(days=2)


async def warn_of_expiry(desk: Desk) -> None:
    """Tell the owners of drafts that will be removed soon, once each."""
    now = desk.clock.now()
    lead = timedelta(days=desk.court.retention.draft_warning_days)
    async with desk.database.reading() as reader:
        ending = await filings.drafts_to_warn(reader, until=now + lead)
    for head in ending:
        day = expires_on(head)
        title = Text("您的起诉草稿即将到期", "Your draft will be removed soon")
        body = Text(
            f"草稿将于 {day} 删除。打开并保存任一内容即可延长保存。",
            f"The draft will be removed on {day}. Open it and save anything to keep it.",
        )
        for person in people_of(head):
            await desk.delivery.notify(
                Notice(
                    to=person, key=f"draft-expiry:{head.id}:{day}:{person}", title=title, body=body,
                    link=f"/filings/{head.id}", matter=head.id,
                )
            )  # fmt: skip
        async with desk.database.transaction() as tx:
            await filings.note_warned(tx, head.id, at=now)


async def erase_expired(desk: Desk) -> None:
    """Remove drafts whose time is over, and let go of their files. PIPL art. 19 (kept no longer than needed)."""
    now = desk.clock.now()
    async with desk.database.reading() as reader:
        over = await filings.expired_drafts(reader, at=now)
    for filing_id in over:
        async with desk.database.reading() as reader:
            uploads = tuple(await filings.exhibits(reader, filing_id))
        async with desk.database.transaction() as tx:
            erased = await filings.erase(tx, filing_id, at=now)
        if erased and uploads:
            await desk.materials.release(uploads, held_by=held_by(filing_id))


async def remind_of_corrections(desk: Desk) -> None:
    """Remind filers two days before the last day of a correction, once for each such day, of what follows if it passes."""
    today = desk.today
    async with desk.database.reading() as reader:
        due = await filings.corrections_to_remind(reader, today=today, until=today + _CORRECTION_LEAD)
    for head in due:
        day = head.correction_due
        if day is None:
            continue
        title = Text("补正期限即将届满", "Your correction is due soon")
        body = Text(
            f"收件 {head.number} 的补正须在 {day} 前提交，逾期将退回起诉材料。确有困难的，请联系立案人员延长期限。",
            f"The correction of filing {head.number} is due on {day}; after that it is returned. "
            "If you cannot make it, ask the filing clerk for more time.",
        )
        for person in people_of(head):
            await desk.delivery.notify(
                Notice(
                    to=person, key=f"correction-due:{head.id}:{day}:{person}", title=title, body=body,
                    link=f"/filings/{head.id}", matter=head.id,
                )
            )  # fmt: skip
        async with desk.database.transaction() as tx:
            await filings.note_correction_reminded(tx, head.id, due=day)


async def return_uncorrected(desk: Desk) -> None:
    """Return what was not corrected by its last day. RG art. 7."""
    async with desk.database.reading() as reader:
        over = await filings.corrections_run_out(reader, today=desk.today)
    for filing_id in over:
        await corrections.return_uncorrected(desk, filing_id)


async def note_late_reviews(desk: Desk) -> None:
    """Note reviews that were not decided by their last day; those in charge and the filer hear of it. RG art. 8."""
    async with desk.database.reading() as reader:
        late = await filings.late_reviews(reader, today=desk.today)
    for filing_id in late:
        async with desk.database.transaction() as tx:
            filing = await filings.lock_filed(tx, desk.keyring, filing_id)
            if not clocks.is_late(filing.head, on=desk.today) or not await filings.note_late(tx, filing_id):
                continue
            act, now = states.ACTS["late"], desk.clock.now()
            await filings.note(tx, filing_id, act.name, filing.head.state, by=None, at=now, articles=act.articles)
            await desk.journal.tell(tx, ReviewOverdue(filing_id=filing_id), at=now)


async def warn_of_reviews_due(desk: Desk) -> None:
    """Warn the reviewer and the reviewer's division of reviews that end within two days, or are over; once a day."""
    today = desk.today
    async with desk.database.reading() as reader:
        due = await filings.reviews_due(reader, until=today + _REVIEW_LEAD, today=today)
    if not due:
        return
    for head in due:
        over = head.review_due is not None and head.review_due < today
        title = (
            Text("立案审查已超期", "A review is overdue") if over else Text("立案审查即将到期", "A review is due soon")
        )
        body = Text(
            f"收件 {head.number} 的审查期限为 {head.review_due}；期内不能判定的，应当先行立案。",
            f"The review of filing {head.number} ends on {head.review_due}; what cannot be decided in time is registered first.",
        )
        for person in await _responsible(desk, head):
            await desk.delivery.notify(
                Notice(
                    to=person, key=f"review-due:{head.id}:{today}:{person}", title=title, body=body,
                    channels=("in_app",), link=f"/review/{head.id}", matter=head.id,
                )
            )  # fmt: skip
        async with desk.database.transaction() as tx:
            await filings.note_review_warned(tx, head.id, on=today)


async def _responsible(desk: Desk, head: Head) -> list[PersonId]:
    """The reviewer and those of the same division who review; all who review when nobody took it."""
    everybody = [member for member in await desk.people.staff() if REVIEWERS & set(member.roles)]
    mine = next((member.division for member in everybody if member.person_id == head.reviewer), None)
    chosen = [m.person_id for m in everybody if mine is None or m.division == mine or m.person_id == head.reviewer]
    return list(dict.fromkeys(chosen))
