"""The clocks of filing: seven days for the review, the time for a correction, the life of a draft."""

from datetime import date, datetime, timedelta

from tianping.contexts.filing.model import Head, State
from tianping.kit.clock import court_day
from tianping.law.calendar import CourtCalendar
from tianping.law.lawbook import Lawbook
from tianping.law.time_limits import DeadlineAnswer, Length, deadline, deadline_after


def review_clock(received_at: datetime, *, corrected: bool, law: Lawbook, calendar: CourtCalendar) -> DeadlineAnswer:
    """When the court must have decided. After a correction the seven days begin anew on the day after it came in.

    Law: CPL art. 126, JI art. 208, RG art. 8; after a correction ORL art. 9 para. 2, JI art. 126.
    """
    topic = "filing_review_after_correction" if corrected else "filing_review"
    return deadline(topic, court_day(received_at), calendar, law)


def last_day(answer: DeadlineAnswer) -> date:
    """The day of a period that is counted in days."""
    end = answer.deadline
    assert end is not None
    return end.date() if isinstance(end, datetime) else end


def correction_due(asked_at: datetime, *, days: int, law: Lawbook, calendar: CourtCalendar) -> DeadlineAnswer:
    """The last day for the correction, in a period fixed by the court. RG art. 7, CPL art. 85."""
    return deadline_after(Length(days, "day"), court_day(asked_at), calendar, law)


def extended_due(due: date, *, days: int, today: date, law: Lawbook, calendar: CourtCalendar) -> date:
    """The last day for a correction that is given `days` more, counted from its last day, or from today if that is past.

    Law: CPL art. 86 (justified delay, for the court to decide); RG art. 7 (the period is the court's); CPL art. 85.
    """
    return last_day(deadline_after(Length(days, "day"), max(due, today), calendar, law))


def is_late(head: Head, *, on: date) -> bool:
    """Whether the last day of the review passed without a decision. CPL art. 126; RG art. 8."""
    return head.state == State.UNDER_REVIEW and head.review_due is not None and head.review_due < on


def draft_expiry(changed_at: datetime, *, days: int) -> datetime:
    """When a draft that nobody touches any more is removed; `days` is the court's retention."""
    return changed_at + timedelta(days=days)


def days_left(head: Head, *, on: date) -> int | None:
    """Court-local days to the end of the review; negative when it is over; None when no review runs."""
    return None if head.review_due is None else (head.review_due - on).days
