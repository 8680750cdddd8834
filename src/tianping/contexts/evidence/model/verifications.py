"""Verdicts of the ledger in the court's words; exhibits of a case with theirs; reports. ORL arts. 16-19."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from tianping.contexts.evidence.model.deposits import Bytes, Digest, Number
from tianping.interfaces.ledger import Verdict, Verification
from tianping.kit.ids import CaseId, DocumentId, FilingId, PersonId, UploadId
from tianping.kit.problems import Text
from tianping.law.statutes import Article

Salt = Annotated[str, Meta(pattern="^([0-9a-f]{2}){16,64}$", examples=["00112233445566778899aabbccddeeff"])]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`digest`: SM3 of the file, or `sha256`; computed where the file is, which need not travel. `salt`: received with a deposit
    that was not made through this court.
    """

    number: Number
    digest: Digest | None = None
    sha256: Digest | None = None
    salt: Salt | None = None
    size: Bytes | None = None


class VerificationView(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict. `headline`: in a few words; `wording`: the sentence that the court stands by; `not_proven`: what it does not
    prove. `verification`: what was checked and how it came out.
    """

    verdict: Verdict
    number: str
    headline: Text
    wording: Text
    not_proven: list[Text]
    articles: list[Article]
    verified_at: datetime
    verification: Verification


class Interest(msgspec.Struct, frozen=True, kw_only=True):
    """Whether who deposited has an interest in the case: an organisation that is a party, or a party itself. ORL art. 17.

    `ground`: none, party_platform, party_deposited, standing (not admitted now).
    """

    flagged: bool
    ground: str
    said: Text


class ExhibitVerdict(msgspec.Struct, frozen=True, kw_only=True):
    verification: VerificationView
    verified_at: datetime
    interest: Interest


class ExhibitState(StrEnum):
    """`none`: without a storage number; `no_file`: there is a number but no file to compare; `waiting`: to be verified."""

    NONE = "none"
    NO_FILE = "no_file"
    WAITING = "waiting"
    VERIFIED = "verified"


class ExhibitView(msgspec.Struct, frozen=True, kw_only=True):
    """An exhibit as filed, `position` from 0. `original` None: electronic data."""

    position: int
    name: str
    source: str
    proves: str
    original: bool | None
    upload_id: UploadId | None
    digest: str | None
    size: int | None
    media_type: str | None
    storage_number: str | None
    state: ExhibitState
    verdict: ExhibitVerdict | None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict on record: of a number with a digest, in a filing or a case."""

    id: UUID
    filing_id: FilingId
    number: str
    digest: str
    verification: Verification
    made_at: datetime


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    total: int
    match: int
    mismatch: int
    not_found: int
    pending: int
    chain_inconsistent: int
    not_checked: int


class ReportItem(msgspec.Struct, frozen=True, kw_only=True):
    """`what`: exhibit or docket; `position`: of the exhibit (from 0) or number of the docket's entry. `verdict` None: could not be
    checked, and `remark` says why.
    """

    what: str
    position: int
    label: Text
    storage_number: str
    verdict: Verdict | None
    verification: VerificationView | None
    interest: Interest | None
    remark: Text | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Every item of a case with a storage number, checked at once. `document_id`: the report as a paper, soon after."""

    id: UUID
    case_id: CaseId
    made_at: datetime
    made_by: PersonId
    counts: Counts
    items: list[ReportItem]


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    case_id: CaseId
    made_at: datetime
    made_by: str
    counts: Counts
    items: list[ReportItem]
    document_id: DocumentId | None


class DocketDeposit(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a docket on the ledger: entry `seq` with hash `head` stood there at `stored_at`."""

    id: UUID
    case_id: CaseId
    seq: int
    head: str
    state: str
    number: str | None
    made_at: datetime
    stored_at: datetime | None


class DocketDepositView(msgspec.Struct, frozen=True, kw_only=True):
    """`proof`: path of the proof bundle; the file that was deposited is the text `content`."""

    seq: int
    head: str
    state: str
    number: str | None
    made_at: datetime
    stored_at: datetime | None
    content: str
    digest: str
    proof: str | None
