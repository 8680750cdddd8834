"""Nouns of cases. Instants are UTC; days are court-local (Asia/Shanghai)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tianping.interfaces.identity import Role
from tianping.kit.ids import CaseId, FilingId, OrganisationId, PersonId
from tianping.kit.money import Money
from tianping.kit.problems import Text


class Stage(StrEnum):
    OPENED = "opened"
    AWAITING_FEE = "awaiting_fee"
    PAID = "paid"
    ASSIGNED = "assigned"
    CLOSED = "closed"


class Seat(StrEnum):
    SOLE = "sole_judge"
    PRESIDING = "presiding_judge"
    JUDGE = "judge"
    CLERK = "clerk"


JUDGES = frozenset({Seat.SOLE, Seat.PRESIDING, Seat.JUDGE})


class Party(msgspec.Struct, frozen=True):
    """`capacity`: plaintiff, defendant, third_party. `known` says what is known of a party not yet identified.

    `independent_claim` of a third party: whether it claims the object of the dispute for itself (None: not kept).
    CPL art. 59.
    """

    ordinal: int
    capacity: str
    kind: str
    name: str
    person_id: PersonId | None
    organisation_id: OrganisationId | None
    agents: list[PersonId]
    known: str | None = None
    independent_claim: bool | None = None


class Seated(msgspec.Struct, frozen=True):
    """A member of the bench, or its clerk. `suspended`: a recusal request is open (CPL art. 48)."""

    person_id: PersonId
    name: str
    seat: Seat
    since: datetime
    suspended: bool = False


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case with its parties and its bench. `waiting` says why a paid case has no bench yet.

    `fee_from` is the court-local day from which the fee's period runs (None: not kept).
    """

    id: CaseId
    number: str
    filing_id: FilingId
    filing_number: str
    filing_digest: str
    filer: PersonId
    submitted_at: datetime
    accepted_at: datetime
    accepted_by: PersonId
    cause: str
    case_type: str
    fee_act: str
    procedure: str
    bench_kind: str
    stage: Stage
    amount: Money | None
    division: str | None
    evidence_count: int
    opened_at: datetime
    opened_on: date
    trial_due: date | None
    fee_due: date | None
    next_due: date | None
    waiting: str | None
    waiting_since: datetime | None
    paid_at: datetime | None
    assigned_at: datetime | None
    bench_notified: bool
    closed_at: datetime | None
    closed_ground: str | None
    docket_seq: int
    docket_head: str
    document_count: int
    parties: list[Party]
    bench: list[Seated]
    related: list[str]
    open_requests: list["Request"] = []
    refused_recusals: list["Request"] = []
    fee_from: date | None = None
    request_count: int = 0
    draw_count: int = 0

    @property
    def judges(self) -> list[Seated]:
        return [s for s in self.bench if s.seat in JUDGES]

    @property
    def in_intake(self) -> bool:
        """Before a bench has it: the filing division's business."""
        return self.stage in {Stage.OPENED, Stage.AWAITING_FEE, Stage.PAID}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request about the bench. `kind`: reassignment or recusal; `level`: who decides (CPL art. 49);
    `requester`: in which capacity it was made; `reconsiders`: the decision that is asked to be reconsidered."""

    id: UUID
    kind: str
    about: PersonId
    about_name: str
    level: str
    ground: str
    requested_by: PersonId
    requester: str
    requested_at: datetime
    due: date | None
    reconsiders: UUID | None
    state: str
    decided_by: PersonId | None
    decided_at: datetime | None
    reason: str = ""
    decision_reason: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """How someone stands to a case: `kind` as `Cases.standing` says it, `side` the capacity of the party that one
    is or acts for, `roles` those that count here (none for a party, whatever else the person is)."""

    kind: str
    side: str | None = None
    roles: frozenset[Role] = frozenset()

    @property
    def tags(self) -> frozenset[str]:
        """What a restricted docket entry's `visible_to` is compared with."""
        own = {self.kind} | ({self.side} if self.side else set())
        return frozenset(own | {role.value for role in self.roles})


class DocketEntry(msgspec.Struct, frozen=True):
    """An entry as everyone with the right to the case may read it, and its place in the chain (docs/docket-format.md).

    `restricted`: digest of the content that is not shown to all, and to whom it is. `disclosed` is that content, for
    a reader who may see it.
    """

    case_id: CaseId
    seq: int
    at: str
    kind: str
    actor: str
    text: Text
    articles: list[str]
    references: dict[str, str]
    restricted: "Restricted | None"
    prev: str
    hash: str
    disclosed: "Disclosed | None" = None


class Restricted(msgspec.Struct, frozen=True):
    digest: str
    visible_to: list[str]


class Disclosed(msgspec.Struct, frozen=True):
    """`salt` is 32 hexadecimal digits; the digest is SM3 over the canonical JSON of this structure."""

    salt: str
    zh: str
    en: str


class Commitment(msgspec.Struct, frozen=True):
    """A published promise of a seed: `commitment` is SM3 of its 32 bytes, `hash` chains the list."""

    seq: int
    at: str
    commitment: str
    prev: str
    hash: str


class Candidate(msgspec.Struct, frozen=True):
    """`id` pseudonym of the judge; `load_weight` in thousandths of a full share; `weight` what the draw uses."""

    id: str
    subject: str
    load_weight: int
    open_cases: int
    weight: int


class Excluded(msgspec.Struct, frozen=True):
    """`reason`: recusal, leave, kinship, subject, seated (already on this bench), no_share."""

    who: str
    reason: str


class DrawInput(msgspec.Struct, frozen=True):
    """What a draw is made on. Canonical JSON of this structure, keys sorted, is what the seed is applied to."""

    version: int
    case_number: str
    ordinal: int
    filing_digest: str
    commitment: int
    seats: int
    candidates: list[Candidate]
    exclusions: list[Excluded]


class DrawStep(msgspec.Struct, frozen=True):
    """One application of the seed. `value` None: the block was rejected, to keep the draw uniform."""

    counter: int
    block: str
    total: int
    value: int | None
    chosen: str | None


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A draw as published. `input` is the canonical text; `judges` names by pseudonym those who could be drawn."""

    id: UUID
    case_id: CaseId
    case_number: str
    ordinal: int
    purpose: str
    at: datetime
    basis: str
    basis_at: datetime
    commitment: Commitment
    seed: str
    input: str
    steps: list[DrawStep]
    chosen: list[str]
    judges: dict[str, str]


class Exclusion(msgspec.Struct, frozen=True):
    """A declared reason why a judge does not hear a party's cases. CPL art. 47."""

    id: UUID
    judge: PersonId
    kind: str
    party_name: str | None
    case_id: CaseId | None
    declared_by: PersonId
    declared_at: datetime
    withdrawn_at: datetime | None
