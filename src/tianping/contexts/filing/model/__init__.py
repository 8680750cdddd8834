"""Nouns of filing: the answers of a draft, the filing and its states, the signature, the court's words to the filer."""

from tianping.contexts.filing.model.answers import (
    Agent,
    Answers,
    ClaimAnswer,
    EventAnswer,
    Exhibit,
    GivenAnswer,
    Party,
    Wishes,
)
from tianping.contexts.filing.model.filing import (
    Check,
    Edit,
    ExhibitFacts,
    Filing,
    Head,
    Notice,
    NoticeKind,
    Signature,
    State,
    Step,
)

__all__ = [
    "Agent",
    "Answers",
    "Check",
    "ClaimAnswer",
    "Edit",
    "EventAnswer",
    "Exhibit",
    "ExhibitFacts",
    "Filing",
    "GivenAnswer",
    "Head",
    "Notice",
    "NoticeKind",
    "Party",
    "Signature",
    "State",
    "Step",
    "Wishes",
]
