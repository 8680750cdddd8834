"""The filing itself, without its answers, and what surrounds it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec

from tianping.contexts.filing.model.answers import Answers
from tianping.kit.ids import FilingId, MandateId, OrganisationId, PersonId
from tianping.kit.money import Money
from tianping.kit.problems import Text


class State(StrEnum):
    """Where a filing stands."""

    DRAFT = "draft"
    DISCARDED = "discarded"
    UNDER_REVIEW = "under_review"
    CORRECTION_REQUESTED = "correction_requested"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


NoticeKind = Literal["correction", "return", "redirect", "refusal", "extension", "lapse"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """All of a filing that is not sealed. Instants in UTC, days court-local.

    `filer` acts; `for_person` or `for_organisation` is whom for, under `mandate_id` where it is a mandate.
    `revision` counts saves; `touched` maps an answer group to the revision that changed it last.
    `review_due` is the last day of the review that runs; `round` counts submissions (1, then 2 after correction).
    `correction_due` is the last day for the correction, extensions counted. `third_parties_left_out` are positions of
    third parties that the court does not notify.
    """

    id: FilingId
    state: State
    number: str | None = None
    filer: PersonId
    for_person: PersonId | None = None
    for_organisation: OrganisationId | None = None
    mandate_id: MandateId | None = None
    case_type: str | None = None
    revision: int = 0
    touched: dict[str, int] = {}
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    submitted_at: datetime | None = None
    received_at: datetime | None = None
    review_due: date | None = None
    round: int = 0
    corrected: bool = False
    correction_asked: bool = False
    correction_due: date | None = None
    reviewer: PersonId | None = None
    claimed_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: PersonId | None = None
    cause: str | None = None
    subject_type: str | None = None
    fee_act: str | None = None
    procedure: str | None = None
    bench: str | None = None
    amount: Money | None = None
    digest: str | None = None
    related_cases: list[str] = []
    third_parties_left_out: list[int] = []


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn signature (PNG). `digest` is SM3 of the complaint that was signed, `revision` its answers' revision."""

    name: str
    image: bytes
    signed_at: datetime
    signed_by: PersonId
    digest: str
    revision: int


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """The filer's own wording of a sentence. `was` is the composed text it replaced."""

    text: str
    was: str
    by: PersonId
    at: datetime


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """A filing with what is sealed."""

    head: Head
    answers: Answers
    edits: dict[str, Edit] = {}
    signature: Signature | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The court's word to the filer. `extension`: more time for the correction; `lapse`: returned because the time ran
    out, which nobody decided (`decided_by` None)."""

    kind: NoticeKind
    items: list[Text]
    fields: list[str] = []
    reasons: list[str]
    articles: list[str]
    due: date | None = None
    competent_court: str | None = None
    decided_by: PersonId | None
    decided_at: datetime


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A reviewer's finding on one line of the checklist. `page` points into the materials."""

    item: str
    finding: Literal["met", "not_met", "unclear"]
    note: str = ""
    page: str = ""
    by: PersonId
    at: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """An act done on the filing, for its history."""

    act: str
    state: State
    by: PersonId | None
    at: datetime
    articles: list[str] = []


class ExhibitFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was handed in. `digest` SM3, `size` in bytes."""

    digest: str
    pages: int | None
    size: int
