"""What people are shown of those they act for: organisations, members, mandates."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tianping.contexts.identity.model import PartyName
from tianping.contexts.identity.model.account import OrganisationName
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Power
from tianping.kit.ids import MandateId, OrganisationId, PersonId
from tianping.kit.problems import Text


class MemberView(msgspec.Struct, frozen=True):
    """`mobile` is masked."""

    person_id: PersonId
    name: str
    mobile: str
    role: str
    joined_at: datetime


class InvitationView(msgspec.Struct, frozen=True):
    """`mobile` is masked. `state`: open, accepted, declined, withdrawn."""

    id: UUID
    organisation: OrganisationName
    mobile: str
    role: str
    invited_at: datetime
    state: str


class OrganisationView(msgspec.Struct, frozen=True):
    """An organisation as its members see it. `my_role`: owner or member."""

    id: OrganisationId
    name: str
    credit_code: str
    legal_representative: str
    address: str | None
    register_matched: bool | None
    register_source: str
    my_role: str
    members: list[MemberView]
    invitations: list[InvitationView]
    permitted_acts: list[PermittedAct]


class PowerView(msgspec.Struct, frozen=True):
    """`special`: must be named to be given. CPL art. 62."""

    power: Power
    label: Text
    special: bool


class AgentKind(msgspec.Struct, frozen=True):
    kind: str
    label: Text


class MandateView(msgspec.Struct, frozen=True):
    """`state`: in_force, ended (its last day is over) or revoked. `digest`: SM3 of what was signed."""

    id: MandateId
    principal: PartyName
    agent: PartyName
    agent_kind: AgentKind
    matter: UUID | None
    powers: list[PowerView]
    valid_until: date | None
    given_at: datetime
    revoked_at: datetime | None
    state: str
    signature_kind: str
    signed_name: str
    digest: str
    permitted_acts: list[PermittedAct]


class MyMandates(msgspec.Struct, frozen=True):
    """Mandates I gave (or my organisation did) and those I hold, newest first; and what can be chosen for a new one."""

    given: list[MandateView]
    held: list[MandateView]
    powers: list[PowerView]
    agent_kinds: list[AgentKind]
    article: str
