"""Deposits: what a person asks to be stored, what became of it, and what others are shown of it. Digests are hexadecimal."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from tianping.interfaces.acts import PermittedAct
from tianping.kit.ids import OrganisationId, PersonId, UploadId
from tianping.kit.problems import Text

Digest = Annotated[
    str,
    Meta(
        pattern="^[0-9a-f]{64}$",
        examples=["66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"],
    ),
]
Words = Annotated[
    str, Meta(max_length=500, pattern="^[^\\x00-\\x08\\x0b-\\x1f]*$", examples=["本人手机，原件保存至今"])
]
Title = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=120,
        pattern="^[^\\x00-\\x1f]*[^\\x00-\\x20][^\\x00-\\x1f]*$",
        examples=["《晨雾》原始照片"],
    ),
]
FileName = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^\\x00-\\x1f]+$", examples=["IMG_2041.jpg"])]
MediaType = Annotated[
    str,
    Meta(
        max_length=100, pattern="^[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+$", examples=["image/jpeg"],
        description="Media type of the file, without parameters",
    ),
]  # fmt: skip
Number = Annotated[
    str, Meta(min_length=1, max_length=60, pattern="^[^\\x00-\\x1f]+$", examples=["TP1-WORKS-20261122-000000042-7K"])
]
Bytes = Annotated[int, Meta(ge=0, lt=1 << 53, examples=[20480])]


class Category(StrEnum):
    """The kinds of evidence: each is a business chain of its own."""

    WORKS = "works"
    INFRINGE = "infringe"
    CONTRACT = "contract"
    TRADE = "trade"
    FINANCE = "finance"
    MESSAGE = "message"
    PUBLISH = "publish"
    PRIVACY = "privacy"
    COURT = "court"


class Origin(StrEnum):
    """How the file came about, as the depositor says or as the court saw."""

    UPLOADED = "uploaded"
    CAMERA = "camera"
    SCREEN = "screen"
    WEB_CAPTURE = "web_capture"
    EXPORT = "export"


class State(StrEnum):
    """`pending`: taken, not yet on the chain; `stored`: acknowledged; `failed`: the ledger refused it."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the file comes from: what a court asks about the time before the deposit. ORL art. 18.

    `device` it was made or kept with, `custody` who held it since, `witnesses` who saw it: the depositor's word.
    """

    how: Origin = Origin.UPLOADED
    device: Words | None = None
    custody: Words | None = None
    witnesses: Words | None = None
    note: Words | None = None


class DepositInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file to deposit. `digest` (SM3) and `sha256` are computed where the file is; the file itself travels only when it
    was uploaded to be kept (`upload_id`). `claimed_at`: when the depositor says it was made (UTC).
    """

    title: Title
    category: Annotated[
        str, Meta(pattern="^(works|infringe|contract|trade|finance|message|publish|privacy)$", examples=["works"])
    ]
    digest: Digest
    sha256: Digest | None = None
    size: Bytes
    media_type: MediaType
    file_name: FileName
    upload_id: UploadId | None = None
    claimed_at: Annotated[datetime, Meta(tz=True)] | None = None
    source: Source = Source()
    organisation_id: OrganisationId | None = None


class ManyDeposits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All are taken or none; each gets a storage number of its own."""

    deposits: Annotated[list[DepositInput], Meta(min_length=1, max_length=1000)]


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    """A deposit as the court keeps it. `facts`: canonical JSON of the provenance, whose digest goes on the chain.

    `batch` and `position` name it at the node; `code` opens it to whoever holds it until `shared_until`.
    """

    id: UUID
    owner: PersonId
    organisation_id: OrganisationId | None
    batch: UUID
    position: int
    category: Category
    title: str
    file_name: str
    digest: str
    sha256: str | None
    size: int
    media_type: str
    upload_id: UploadId | None
    capture_id: UUID | None
    claimed_at: datetime | None
    facts: bytes | None
    state: State
    made_at: datetime
    number: str | None
    chain: str | None
    index: int | None
    stored_at: datetime | None
    failure: Text | None
    code: str | None
    shared_until: datetime | None
    forgotten_at: datetime | None
    revision: int = 0


class ShareView(msgspec.Struct, frozen=True):
    """`href`: path of the page that whoever holds it may open until `until`."""

    code: str
    href: str
    until: datetime


class DepositView(msgspec.Struct, frozen=True, kw_only=True):
    """A deposit for its depositor. `stored_at`: the chain's time; `claimed_at`: the depositor's word. `kept`: the court has the
    file. `forgotten_at`: salt, facts and file were deleted. `failure`: why the ledger refused it.
    """

    id: UUID
    title: str
    category: Category
    category_name: Text
    organisation_id: OrganisationId | None
    state: State
    number: str | None
    chain: str | None
    stored_at: datetime | None
    made_at: datetime
    claimed_at: datetime | None
    digest: str
    sha256: str | None
    size: int
    media_type: str
    file_name: str
    kept: bool
    upload_id: UploadId | None
    capture_id: UUID | None
    source: Source | None
    share: ShareView | None
    failure: Text | None
    forgotten_at: datetime | None
    certificate: str | None
    proof: str | None
    permitted_acts: list[PermittedAct]


class DepositsTaken(msgspec.Struct, frozen=True):
    """In the order of the request."""

    deposits: list[DepositView]


class CategoryView(msgspec.Struct, frozen=True):
    """`open`: people deposit in it; the court's own category is for papers and dockets of the court."""

    category: Category
    name: Text
    about: Text
    open: bool


class Rename(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Title


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`until`: the last court-local day on which the link opens; at most a year away."""

    until: Annotated[datetime, Meta(tz=True, examples=["2027-01-31T16:00:00Z"])]


class SharedDeposit(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever holds the link sees: nothing about the depositor. `proof` opens the commitment, without the facts."""

    title: str
    category: Category
    category_name: Text
    number: str
    chain: str
    stored_at: datetime
    claimed_at: datetime | None
    digest: str
    sha256: str | None
    size: int
    media_type: str
    file_name: str
    until: datetime
    certificate: str
    proof: str
    not_proven: list[Text]
