"""Reasons for the outcome of the review of a filing, each with its article. CPL 122, 126, 127; Registration 7, 8, 10."""

from datetime import date

from tianping.law.court_entries import FilingCondition, ReviewOutcome, ReviewReason
from tianping.law.lawbook import Lawbook


def filing_conditions(law: Lawbook, on: date) -> tuple[FilingCondition, ...]:
    """The reviewer's checklist on a day."""
    return law.conditions.in_force(on)


def reasons_for(law: Lawbook, outcome: ReviewOutcome, on: date) -> tuple[ReviewReason, ...]:
    """The reasons that an outcome may rest on."""
    return tuple(reason for reason in law.reasons.in_force(on) if reason.outcome == outcome)


def review_reason(law: Lawbook, reason_id: str, on: date) -> ReviewReason:
    """One reason. Raises KeyError (no such reason), LawNotInForce."""
    return law.reasons.at(reason_id, on)
