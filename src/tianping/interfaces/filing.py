"""What filing promises: the content of an accepted filing, and what happened on the way."""

from datetime import date, datetime
from typing import ClassVar, Protocol
from uuid import UUID

import msgspec

from tianping.interfaces.events import Event
from tianping.interfaces.identity import Actor
from tianping.kit.ids import FilingId, OrganisationId, PersonId, UploadId
from tianping.kit.money import Money
from tianping.kit.problems import Text


class FiledParty(msgspec.Struct, frozen=True):
    """A party as filed. `capacity`: plaintiff, defendant, third_party. `known` says what is known of an unknown one.

    `independent_claim` of a third party: whether it claims the object of the dispute for itself. CPL art. 59.
    """

    capacity: str
    kind: str
    name: str
    person_id: PersonId | None = None
    organisation_id: OrganisationId | None = None
    represented_by: list[PersonId] = []
    known: str | None = None
    independent_claim: bool | None = None


class FiledClaim(msgspec.Struct, frozen=True):
    text: str
    amount: Money | None
    article: str | None


class FiledEvidence(msgspec.Struct, frozen=True):
    """`storage_number`: of the deposit on an evidence ledger, as the filer gave it."""

    upload_id: UploadId | None
    name: str
    source: str
    proves: str
    original: bool
    storage_number: str | None = None


class AcceptedFiling(msgspec.Struct, frozen=True):
    """What a case is opened from. `digest` is SM3 over the signed complaint; `amount` the sum in dispute."""

    filing_id: FilingId
    number: str
    filer: PersonId
    case_type: str
    cause: str
    subject_type: str | None
    fee_act: str
    procedure: str
    bench: str
    amount: Money | None
    parties: list[FiledParty]
    claims: list[FiledClaim]
    evidence: list[FiledEvidence]
    digest: str
    submitted_at: datetime
    accepted_at: datetime
    accepted_by: PersonId
    related_cases: list[str]


class ReviewNotice(msgspec.Struct, frozen=True):
    """What the court told the filer, for the paper that says so. `decided_by` None: nobody decided, the time ran out.

    `kind`: correction, return (not competent), redirect (another way), lapse (not corrected in time), refusal.
    """

    kind: str
    items: list[Text]
    articles: list[str]
    due: date | None
    competent_court: str | None
    decided_by: PersonId | None
    decided_at: datetime


class Filings(Protocol):
    """Asked by cases, payments and documents."""

    async def accepted(self, filing_id: FilingId) -> AcceptedFiling:
        """Raises NotFound if there is none, Conflict if it is not accepted."""
        ...

    async def complaint(self, filing_id: FilingId) -> dict[str, object]:
        """The signed complaint as the input of its paper (see `contexts/documents/rendering/model.py`)."""
        ...

    async def receipt(self, filing_id: FilingId) -> dict[str, object]:
        """Number, filer, time, materials with pages and digests: the input of the filing receipt."""
        ...

    async def last_notice(self, filing_id: FilingId) -> ReviewNotice:
        """The court's last word to the filer. Raises NotFound."""
        ...

    async def exhibits(self, filing_id: FilingId) -> list[FiledEvidence]:
        """The evidence: of a draft as it stands now, else as it was handed in. Raises NotFound."""
        ...

    async def parties(self, filing_id: FilingId) -> list[FiledParty]:
        """The parties, as `exhibits`. Raises NotFound."""
        ...

    async def filer_of(self, filing_id: FilingId) -> PersonId: ...

    async def may_see(self, person_id: PersonId, filing_id: FilingId) -> bool:
        """Whether the person is the filer, a party or an agent of the filing."""
        ...

    async def may_review(self, actor: Actor, filing_id: FilingId) -> bool:
        """Whether the actor may look at the filing for the court: never at a draft, and never in a matter of their own."""
        ...


class _FilingEvent(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "filing"
    filing_id: FilingId

    @property
    def subject(self) -> UUID:
        return self.filing_id


class _HandedIn(_FilingEvent, frozen=True, kw_only=True):
    """`deposited`: an exhibit names a deposit, by a storage number."""

    deposited: bool = True

    def concerns(self, context: str) -> bool:
        """Without a deposit there is nothing that `evidence` could hold against the ledger."""
        return context != "evidence" or self.deposited


class FilingSubmitted(_HandedIn, frozen=True, kw_only=True): ...


class CorrectionRequested(_FilingEvent, frozen=True, kw_only=True): ...


class CorrectionExtended(_FilingEvent, frozen=True, kw_only=True):
    """The filer has more time for the correction. CPL art. 86."""


class CorrectionReceived(_HandedIn, frozen=True, kw_only=True): ...


class ReviewOverdue(_FilingEvent, frozen=True, kw_only=True):
    """The last day of the review passed without a decision. CPL art. 126; RG art. 8."""


class FilingAccepted(_FilingEvent, frozen=True, kw_only=True): ...


class FilingReturned(_FilingEvent, frozen=True, kw_only=True):
    """Returned: not competent, with who is (JI art. 211); another way (CPL art. 127); not corrected in time (RG art. 7)."""


class FilingRefused(_FilingEvent, frozen=True, kw_only=True):
    """Refused by ruling. CPL art. 126."""


class FilingWithdrawn(_FilingEvent, frozen=True, kw_only=True): ...
