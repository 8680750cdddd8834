"""Access of platforms to the ledger: applied for with papers, assessed against the published standard, decided by two."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from tianping.contexts.evidence.model.deposits import Category, Words
from tianping.interfaces.acts import PermittedAct
from tianping.kit.ids import OrganisationId, PersonId, UploadId
from tianping.kit.problems import Text

Slug = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$", examples=["photo-shop"])]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern="^[^\\x00-\\x1f]*[^\\x00-\\x20][^\\x00-\\x1f]*$",
        examples=["晨光图库存证"],
    ),
]
Reasons = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2000,
        pattern="^[^\\x00-\\x08\\x0b-\\x1f]*[^\\x00-\\x20][^\\x00-\\x08\\x0b-\\x1f]*$",
        examples=["材料齐全，评分达到准入标准。"],
    ),
]


class Standing(StrEnum):
    """As on the chain. `received`: with the court, its entry not yet on the chain; `revoked` also where it was refused."""

    RECEIVED = "received"
    APPLIED = "applied"
    PROBATION = "probation"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Decision(StrEnum):
    PROBATION = "probation"
    ADMIT = "admit"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


class PaperInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`kind`: of the standard's required papers; `upload_id`: uploaded by the person who applies."""

    kind: Slug
    upload_id: UploadId


class ApplicationInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`certificate`: PEM of an SM2 certificate of the court's CA for applications, whose key the platform keeps."""

    id: Slug
    organisation_id: OrganisationId
    name_zh: Name
    name_en: Name
    categories: Annotated[
        list[
            Annotated[
                str,
                Meta(pattern="^(works|infringe|contract|trade|finance|message|publish|privacy)$", examples=["works"]),
            ]
        ],
        Meta(min_length=1, max_length=8),
    ]
    certificate: Annotated[
        str,
        Meta(min_length=1, max_length=8000, examples=["-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"]),
    ]
    papers: Annotated[list[PaperInput], Meta(min_length=1, max_length=40)]
    note: Words = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document of an application. `digest` SM3; its content stays with the court."""

    id: UUID
    kind: str
    name: str
    digest: str
    size: int
    media_type: str
    upload_id: UploadId


class SheetLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`score`: 0 to the item's most. A mandatory item with 0 fails the whole."""

    item: Slug
    score: Annotated[int, Meta(ge=0, le=100)]
    remark: Words = ""


class AssessInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line for every item of the standard in force."""

    sheet: Annotated[list[SheetLine], Meta(min_length=1, max_length=100)]


class DecideInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reasons`: kept by the court; their digest goes on the chain."""

    reasons: Reasons


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A filled-in assessment. `score`: of 100."""

    id: UUID
    application: str
    standard: str
    score: int
    passed: bool
    lines: list[SheetLine]
    by: PersonId
    at: datetime


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """A decision under way or taken. `state`: waiting (for the second officer), decided (on its way to the chain), recorded,
    refused (by the chain). `failure` says why, and of a decided one what it waits for.
    """

    id: UUID
    application: str
    decision: Decision
    reasons: str
    state: str
    first: PersonId
    first_at: datetime
    second: PersonId | None
    second_at: datetime | None
    recorded_at: datetime | None
    failure: Text | None


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """As the court keeps it. `manifest`: JSON that stands for the papers; `papers_digest`: SM3 of it."""

    id: str
    organisation_id: OrganisationId
    organisation: str
    name: Text
    categories: list[Category]
    certificate: str
    manifest: str
    papers_digest: str
    note: str
    standing: Standing
    applied_by: PersonId
    applied_at: datetime
    failure: Text | None
    revision: int = 0


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """`act`: applied, assessed, probation, admit, refuse, suspend, resume, revoke."""

    at: datetime
    act: str
    said: Text
    score: int | None = None
    standard: str | None = None


class ApplicationCard(msgspec.Struct, frozen=True, kw_only=True):
    """What anyone may see: "visible nodes" holds for those who deposit too."""

    id: str
    name: Text
    organisation: str
    categories: list[Category]
    category_names: list[Text]
    standing: str
    standing_name: Text
    score: int | None
    standard: str | None
    applied_at: datetime | None
    since: datetime | None


class ApplicationView(msgspec.Struct, frozen=True, kw_only=True):
    card: ApplicationCard
    history: list[HistoryLine]
    meaning: Text


class PaperView(msgspec.Struct, frozen=True, kw_only=True):
    """`content`: path of the document, for officers and the organisation's members."""

    id: UUID
    kind: str
    kind_name: Text
    name: str
    digest: str
    size: int
    media_type: str
    content: str


class SheetView(msgspec.Struct, frozen=True, kw_only=True):
    standard: str
    score: int
    passed: bool
    lines: list[SheetLine]
    by: str
    at: datetime


class ResolutionView(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: waiting, decided, recorded, refused, dropped (by the second officer), withdrawn (by the first)."""

    id: UUID
    decision: Decision
    label: Text
    reasons: str
    state: str
    first: str
    first_at: datetime
    second: str | None
    second_at: datetime | None
    failure: Text | None


class OfficeView(msgspec.Struct, frozen=True, kw_only=True):
    """An application for its organisation's members and for the court's officers, with what the reader may do now."""

    card: ApplicationCard
    note: str
    certificate_fingerprint: str
    papers_digest: str
    papers: list[PaperView]
    sheets: list[SheetView]
    resolutions: list[ResolutionView]
    history: list[HistoryLine]
    failure: Text | None
    permitted_acts: list[PermittedAct]
