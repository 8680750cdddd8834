"""What people are shown. Built by `actions.views`; money as its decimal text, days court-local, instants in UTC."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from tianping.contexts.filing.model.answers import Answers
from tianping.contexts.filing.model.filing import NoticeKind, State
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.documents import ComposedSentence
from tianping.interfaces.materials import Finding as MaterialFinding
from tianping.kit.ids import FilingId, OrganisationId, PersonId, UploadId
from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.statutes import Article


class StepView(msgspec.Struct, frozen=True):
    act: str
    label: Text
    state: State
    at: datetime
    articles: list[Article]


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """The court's word to the filer. `fields` are the answers meant, item by item ("" for none)."""

    kind: NoticeKind
    items: list[Text]
    fields: list[str]
    articles: list[Article]
    due: date | None
    competent_court: str | None
    decided_at: datetime


class SignatureView(msgspec.Struct, frozen=True):
    """`digest` is SM3 of the complaint that was signed; `current` whether no answer changed since."""

    name: str
    signed_at: datetime
    digest: str
    current: bool


class FilingView(msgspec.Struct, frozen=True, kw_only=True):
    """A filing as its filer sees it. `revision` goes back with the next save; `capacity`: filer, principal, member,
    agent. `expires_on` is the court day on which an untouched draft is removed; `late`: the court did not decide by
    `review_due`."""

    id: FilingId
    state: State
    state_name: Text
    number: str | None
    case_type: str | None
    cause: str | None
    revision: int
    capacity: str
    for_person: PersonId | None
    for_organisation: OrganisationId | None
    answers: Answers
    signature: SignatureView | None
    created_at: datetime
    changed_at: datetime
    expires_on: date | None
    submitted_at: datetime | None
    review_due: date | None
    late: bool
    correction_due: date | None
    digest: str | None
    notices: list[NoticeView]
    history: list[StepView]
    permitted_acts: list[PermittedAct]


class FilingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of one's own filings. `title` names the parties as far as they are known. `file_again`: the act of beginning
    anew with these answers, permitted or with the reason why not; None while the filing is open."""

    id: FilingId
    state: State
    state_name: Text
    number: str | None
    case_type: str | None
    title: str
    changed_at: datetime
    expires_on: date | None
    submitted_at: datetime | None
    review_due: date | None
    correction_due: date | None
    file_again: PermittedAct | None


class ComplaintView(msgspec.Struct, frozen=True, kw_only=True):
    """The complaint, sentence by sentence. `orphans` are edits whose sentence no longer exists."""

    sentences: list[ComposedSentence]
    orphans: list[str]
    digest: str
    signed: bool
    revision: int


class MaterialView(msgspec.Struct, frozen=True, kw_only=True):
    """A file handed in. Contents under `<filing or review>/materials/<upload_id>/<original|view|thumbnail>`.

    `exhibits` are positions in the list of evidence. `size` in bytes.
    """

    upload_id: UploadId
    name: str
    state: str
    size: int
    digest: str | None
    kind: str | None
    media_type: str | None
    pages: int | None
    duration_s: float | None
    has_view: bool
    has_thumbnail: bool
    exhibits: list[int]
    finding: MaterialFinding | None


class LikeFiling(msgspec.Struct, frozen=True, kw_only=True):
    """A filing with the same facts. `number` and `id` only for those who may see it. `same`: kinds of fact shared."""

    id: UUID | None
    number: str | None
    state: State
    submitted_at: datetime | None
    same: list[str]
    mine: bool


class PartyLine(msgspec.Struct, frozen=True):
    capacity: str
    name: str


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the reviewers' queue. `days_left` court-local days to `review_due`, negative when over; `late`: over
    and not decided. `correction_due` while a correction is awaited."""

    id: FilingId
    number: str
    state: State
    state_name: Text
    case_type: str | None
    cause: str | None
    title: str
    amount: Money | None
    submitted_at: datetime
    received_at: datetime
    review_due: date | None
    days_left: int | None
    late: bool
    correction_due: date | None
    corrected: bool
    reviewer: PersonId | None
    reviewer_name: str | None
    mine: bool


class ReviewCounts(msgspec.Struct, frozen=True):
    """How many filings wait: taken by nobody, mine, due within two days, overdue, waiting for a correction."""

    unclaimed: int
    mine: int
    due_soon: int
    overdue: int
    waiting: int


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    """A condition for filing and what was found. `hint` is what the machine noticed, never a finding of its own."""

    item: str
    text: Text
    articles: list[Article]
    finding: Literal["met", "not_met", "unclear"] | None
    note: str
    page: str
    at: datetime | None
    hint: Text | None


class ReasonChoice(msgspec.Struct, frozen=True):
    """A reason that an act may rest on. `outcome`: accept, correct, return, redirect, refuse. `open_from`: the court day
    from which it may be used, None: at once."""

    id: str
    outcome: str
    text: Text
    articles: list[Article]
    open_from: date | None = None
