"""What people and programs are shown of cases. Instants are UTC; days are court-local (Asia/Shanghai)."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import Commitment, DrawInput, DrawStep, Seated, Stage
from tianping.interfaces.acts import PermittedAct
from tianping.kit.ids import CaseId, FilingId, PersonId
from tianping.kit.money import Money
from tianping.kit.problems import Text
from tianping.law.statutes import Article


class CaseRow(msgspec.Struct, frozen=True):
    """A line of a list of cases."""

    id: CaseId
    number: str
    filing_id: FilingId
    cause: str
    case_type: str
    procedure: str
    stage: Stage
    stage_name: Text
    amount: Money | None
    opened_at: datetime
    opened_on: date
    parties: list["PartyName"]
    judges: list[str]
    next_step: Text
    due: date | None
    waiting: Text | None
    division: str | None


class PartyName(msgspec.Struct, frozen=True):
    capacity: str
    name: str


class StageMark(msgspec.Struct, frozen=True):
    """`state`: done, skipped, current, ahead. `at` when it was reached."""

    stage: Stage
    name: Text
    state: str
    at: datetime | None


class Counted(msgspec.Struct, frozen=True):
    """How a day was counted: the period's own end, whether a rest day moved it, the working in words, its articles.

    `raw_end` None: the day was not counted from a period but set. `calendar`: official, or estimated for years whose
    holidays are not announced yet.
    """

    text: Text
    raw_end: date | None
    rolled: bool
    calendar: Literal["official", "estimated"]
    articles: list[Article]


class NextStep(msgspec.Struct, frozen=True):
    """What comes next and who does it (court, plaintiff, bench, none). `due` court-local day, `article` its ground."""

    what: Text
    who: str
    due: date | None
    article: Article | None
    counted: Counted | None


class Sections(msgspec.Struct, frozen=True):
    """How much there is in each section of the case page."""

    docket: int
    parties: int
    evidence: int
    documents: int
    requests: int
    draws: int


class DivisionName(msgspec.Struct, frozen=True):
    code: str
    name: Text


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """The case page, for the one who asks."""

    id: CaseId
    number: str
    filing_id: FilingId
    cause: str
    case_type: str
    procedure: str
    procedure_name: Text
    bench_kind: str
    bench_kind_name: Text
    stage: Stage
    stage_line: list[StageMark]
    amount: Money | None
    opened_at: datetime
    opened_on: date
    division: DivisionName | None
    related: list[str]
    parties: list["PartyView"]
    bench: list[Seated]
    next_step: NextStep
    trial_due: date | None
    waiting: Text | None
    closed_at: datetime | None
    closed_ground: Text | None
    standing: str
    side: str | None
    permitted_acts: list[PermittedAct]
    open_requests: list["RequestView"]
    sections: Sections
    docket_head: str


class PartyView(msgspec.Struct, frozen=True):
    """`mine`: the asker is this party or acts for it. `capacity_name` says of a third party also whether it claims the
    object of the dispute for itself (`independent_claim`; None: not a third party, or not kept). CPL art. 59."""

    ordinal: int
    capacity: str
    kind: str
    name: str
    identified: bool
    represented: bool
    mine: bool
    known: str | None
    capacity_name: Text
    independent_claim: bool | None = None


class AgentView(msgspec.Struct, frozen=True):
    person_id: PersonId
    name: str


class PartyDetail(msgspec.Struct, frozen=True):
    party: PartyView
    agents: list[AgentView]


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A request about the bench as the asker may see it; `reason` only for those it concerns."""

    id: UUID
    kind: str
    about: PersonId
    about_name: str
    ground: str
    ground_name: Text
    requester: str
    requested_at: datetime
    level: str
    level_name: Text
    due: date | None
    reconsiders: UUID | None
    state: str
    reason: str | None
    decided_at: datetime | None
    decision_reason: str | None
    may_decide: bool
    counted: Counted | None
    reconsideration: "Reconsideration | None"


class Reconsideration(msgspec.Struct, frozen=True):
    """A refusal of recusal may be reconsidered once. `state`: none, open, granted, refused; `may_ask`: the asker may now.

    `when` says until when it may be asked for; the law names no number of days.
    """

    state: str
    may_ask: bool
    when: Text
    article: Article


class OpenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request about the bench that waits for the asker's decision. `again`: it asks for reconsideration."""

    id: UUID
    kind: str
    kind_name: Text
    case_id: CaseId
    case_number: str
    cause: str
    about_name: str
    ground_name: Text
    requester: str
    requester_name: Text
    requested_at: datetime
    again: bool
    due: date | None
    level_name: Text


class DrawView(msgspec.Struct, frozen=True, kw_only=True):
    """A draw, published in full. `verified`: recomputing it here gave the same result."""

    format: str
    case_id: CaseId
    case_number: str
    ordinal: int
    purpose: str
    purpose_name: Text
    at: datetime
    basis: str
    basis_name: Text
    basis_at: datetime
    commitment: Commitment
    seed: str
    input: DrawInput
    input_text: str
    steps: list[DrawStep]
    chosen: list[str]
    judges: dict[str, str]
    verified: bool


class DrawsOfCase(msgspec.Struct, frozen=True):
    case_id: CaseId
    case_number: str
    draws: list[DrawView]
