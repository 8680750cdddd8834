"""What the court's acts on a filing share: the lock, whose review it is, the ground, the word to the filer."""

from datetime import datetime

import msgspec

from tianping.contexts.filing.actions import reviews as looking
from tianping.contexts.filing.actions.desk import Desk, person_of
from tianping.contexts.filing.model import Filing, Head, Notice
from tianping.contexts.filing.rules import states
from tianping.contexts.filing.rules.problems import OwnMatter, ReasonNotFitting, ReviewTaken
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.filing import CorrectionExtended, CorrectionRequested, FilingRefused, FilingReturned
from tianping.interfaces.identity import Actor
from tianping.kit.ids import FilingId, PersonId
from tianping.kit.problems import FieldProblem, NotFound, Text
from tianping.law.court_entries import ReviewReason
from tianping.law.dated import LawNotInForce
from tianping.law.review_reasons import review_reason
from tianping.platform.database import Transaction


async def tell_filer(
    desk: Desk, tx: Transaction, head: Head, notice: Notice, act: str,
    event: CorrectionRequested | CorrectionExtended | FilingReturned | FilingRefused,
) -> None:  # fmt: skip
    """Save a decision with the court's word to the filer, its line in the history and its event."""
    await filings.save_head(tx, head)
    await reviews.add_notice(tx, desk.keyring, head.id, notice)
    at: datetime = notice.decided_at
    await filings.note(tx, head.id, act, head.state, by=notice.decided_by, at=at, articles=tuple(notice.articles))
    await desk.journal.tell(tx, event, actor=notice.decided_by, at=at)


async def locked(desk: Desk, tx: Transaction, actor: Actor, filing_id: FilingId, act: str) -> Filing:
    """The filing, handed in, in a state in which the act begins, and not a matter of the reviewer's own."""
    filing = await filings.lock_filed(tx, desk.keyring, filing_id)
    if filing.head.number is None:
        raise NotFound
    states.after(act, filing.head.state)
    if looking.is_own_matter(person_of(actor), filing):
        raise OwnMatter
    return filing


async def taken(desk: Desk, tx: Transaction, actor: Actor, head: Head) -> Head:
    """The review is the actor's: it was, or nobody had it. Raises ReviewTaken."""
    me: PersonId = person_of(actor)
    if head.reviewer == me:
        return head
    if head.reviewer is not None:
        raise ReviewTaken
    taken = msgspec.structs.replace(head, reviewer=me, claimed_at=desk.clock.now())
    await filings.save_head(tx, taken)
    await filings.note(tx, head.id, "claim", head.state, by=me, at=desk.clock.now())
    return taken


def fitting_reason(desk: Desk, reason_id: str, *outcomes: str, field: str = "reason") -> ReviewReason:
    """Raises ReasonNotFitting for a reason that the lawbook does not have for this outcome."""
    try:
        found = review_reason(desk.law, reason_id, desk.today)
    except (KeyError, LawNotInForce):
        found = None
    if found is None or found.outcome not in outcomes:
        odd = Text("请选择与处理方式相符的理由", "Choose a reason that goes with this outcome")
        raise ReasonNotFitting(fields=(FieldProblem(field, "reason-not-fitting", odd),))
    return found


def cites(*cites: str) -> list[str]:
    return list(dict.fromkeys(cites))
