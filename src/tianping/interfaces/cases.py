"""What cases promises: the case, who stands where in it, and its docket."""

from datetime import date, datetime
from typing import ClassVar, Protocol
from uuid import UUID

import msgspec

from tianping.interfaces.events import Event
from tianping.interfaces.identity import Actor
from tianping.kit.ids import CaseId, FilingId, OrganisationId, PersonId
from tianping.kit.money import Money
from tianping.kit.problems import Text


class CaseParty(msgspec.Struct, frozen=True):
    """`capacity`: plaintiff, defendant, third_party. `agents` act for the party.

    `independent_claim` of a third party: whether it claims the object of the dispute for itself. CPL art. 59.
    """

    capacity: str
    kind: str
    name: str
    person_id: PersonId | None
    organisation_id: OrganisationId | None
    agents: list[PersonId]
    known: str | None = None
    independent_claim: bool | None = None


class BenchMember(msgspec.Struct, frozen=True):
    """`seat`: sole_judge, presiding_judge, judge, clerk."""

    person_id: PersonId
    name: str
    seat: str


class CaseCard(msgspec.Struct, frozen=True):
    """The head of a case. `stage`: opened, awaiting_fee, paid, assigned, closed."""

    id: CaseId
    number: str
    filing_id: FilingId
    cause: str
    case_type: str
    fee_act: str
    procedure: str
    bench_kind: str
    stage: str
    amount: Money | None
    opened_at: datetime
    opened_on: date
    division: str | None
    parties: list[CaseParty]
    bench: list[BenchMember]


class DocketFact(msgspec.Struct, frozen=True):
    """A fact for the docket. `kind` is stable; `text` is what everyone with the right to the case reads.

    `restricted` is shown only to those in `visible_to` (role names, or capacities); its hash is visible to all.
    """

    kind: str
    text: Text
    articles: list[str] = []
    restricted: Text | None = None
    visible_to: list[str] = []
    references: dict[str, str] = {}


class DocketHead(msgspec.Struct, frozen=True):
    """The last entry of a docket and its hash, which covers all before it. `grown_at`: by the database's clock, UTC."""

    case_id: CaseId
    seq: int
    head: str
    grown_at: datetime


class Cases(Protocol):
    async def card(self, case_id: CaseId) -> CaseCard:
        """Raises NotFound."""
        ...

    async def of_filing(self, filing_id: FilingId) -> CaseCard | None: ...

    async def closed_grounds(self, filing_ids: list[FilingId]) -> dict[FilingId, str]:
        """On which ground the cases of these filings were closed (such as `fee_unpaid`); filings whose case is open, or
        that have none, are left out."""
        ...

    async def docket_heads(
        self, *, since: datetime | None, after: CaseId | None = None, limit: int
    ) -> list[DocketHead]:
        """Heads of the dockets that grew at or after `since` (None: of all), in the order in which they grew; `after`: the case
        that came last among those of that instant.

        An entry may come to light some seconds after its `grown_at`: ask again from a little before the last answer.
        """
        ...

    async def docket_hashes(self, case_id: CaseId, seqs: list[int]) -> dict[int, str]:
        """The hashes of entries of a docket as they stand now, by number; entries that do not exist are left out."""
        ...

    async def standing(self, actor: Actor, case_id: CaseId) -> str | None:
        """How the actor stands to the case: plaintiff, defendant, third_party, agent, bench, clerk, staff, or None.

        None means that the case does not exist for this actor.
        """
        ...


class _CaseEvent(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "cases"
    case_id: CaseId

    @property
    def subject(self) -> UUID:
        return self.case_id


class CaseOpened(_CaseEvent, frozen=True, kw_only=True):
    filing_id: FilingId


class BenchAssigned(_CaseEvent, frozen=True, kw_only=True):
    """The draw was made and the bench is fixed. CPL arts. 40, 131."""


class BenchChanged(_CaseEvent, frozen=True, kw_only=True): ...


class ProcedureChanged(_CaseEvent, frozen=True, kw_only=True):
    """Small claims or simplified to more procedure, by ruling. CPL arts. 43, 169, 170.

    `before`: the procedure until then; a line of the journal without it means the simplified one.
    """

    procedure: str
    before: str = "simplified"


class CaseClosed(_CaseEvent, frozen=True, kw_only=True):
    """`ground` such as `fee_unpaid` (treated as withdrawn, JI art. 213)."""

    ground: str
