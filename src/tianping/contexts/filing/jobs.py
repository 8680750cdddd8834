"""Timers of filing: drafts that end, reviews that are due. Each may run twice and tells once."""

from datetime import timedelta

from tianping.contexts.filing.actions.desk import REVIEWERS, Desk
from tianping.contexts.filing.actions.drafting import held_by
from tianping.contexts.filing.actions.views import expires_on
from tianping.contexts.filing.model import Head
from tianping.contexts.filing.reactions import people_of
from tianping.contexts.filing.store import filings
from tianping.interfaces.delivery import Notice
from tianping.kit.ids import PersonId
from tianping.kit.problems import Text

_REVIEW_LEAD = timedelta(days=2)


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
                    channels=("in_app",), link=f"/reviews/{head.id}", matter=head.id,
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
