"""Nouns of identity, and what its API answers. Personal data is sealed in the database and only opened here.

Instants are UTC, days are court-local (Asia/Shanghai).
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Power, Role
from tianping.kit.ids import MandateId, OrganisationId, PersonId, SessionId
from tianping.kit.problems import Text


class Purpose(StrEnum):
    """What a one-time code is for; a code for one thing is worth nothing for another."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    RECOVER = "recover"
    SIGN = "sign"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """`load_weight` 1 is a judge's full share. `real_name_matched` None: the register has not answered yet."""

    id: PersonId
    name: str
    mobile: str
    identity_number: str | None = None
    email: str | None = None
    address: str | None = None
    password_hash: str | None = None
    roles: frozenset[Role]
    staff: bool = False
    division: str | None = None
    subjects: tuple[str, ...] = ()
    load_weight: Decimal = Decimal(1)
    real_name_checked_at: datetime | None = None
    real_name_matched: bool | None = None
    real_name_source: str | None = None
    licence: str | None = None
    firm: str | None = None
    licence_state: str | None = None
    totp_secret: str | None = None
    totp_on: bool = False
    totp_step: int = 0
    demo_about: Text | None = None
    active: bool = True


class Session(msgspec.Struct, frozen=True):
    """A sign-in on one device. The token itself is not kept, only its digest."""

    id: SessionId
    person_id: PersonId
    device: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


class OneTimeCode(msgspec.Struct, frozen=True):
    """Six digits sent to a number. Only a keyed digest is kept. `tries` counts every try, right or wrong."""

    id: UUID
    code_digest: bytes
    sent_at: datetime
    expires_at: datetime
    tries: int
    used_at: datetime | None


class ApiToken(msgspec.Struct, frozen=True):
    """Lets a machine act for a person, limited to `scopes` (permissions). Only its digest is kept."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Organisation(msgspec.Struct, frozen=True):
    id: OrganisationId
    name: str
    credit_code: str
    legal_representative: str
    address: str | None
    register_matched: bool | None
    register_source: str
    registered_by: PersonId


class Member(msgspec.Struct, frozen=True):
    """`role`: owner (invites, removes, gives mandates) or member."""

    organisation_id: OrganisationId
    person_id: PersonId
    role: str
    joined_at: datetime


class Invitation(msgspec.Struct, frozen=True):
    """`state`: open, accepted, declined, withdrawn."""

    id: UUID
    organisation_id: OrganisationId
    organisation_name: str
    mobile: str
    role: str
    invited_by: PersonId
    invited_at: datetime
    state: str


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """`matter` None: every matter at this court. `valid_until` is the last day, None: until revoked. CPL arts. 61, 62."""

    id: MandateId
    agent: PersonId
    agent_kind: str
    principal_person: PersonId | None
    principal_organisation: OrganisationId | None
    given_by: PersonId
    matter: UUID | None
    powers: list[Power]
    valid_until: date | None
    given_at: datetime
    signature_kind: str
    signed_name: str
    digest: str
    revoked_at: datetime | None = None


class RoleGrant(msgspec.Struct, frozen=True):
    """A role asked for by one administrator and settled by another. `state`: open, confirmed, refused."""

    id: UUID
    person_id: PersonId
    role: Role
    requested_by: PersonId
    requested_at: datetime
    state: str
    settled_by: PersonId | None
    settled_at: datetime | None


class Leave(msgspec.Struct, frozen=True):
    """A judge hears no new case from `first_day` to `last_day`, both included."""

    id: UUID
    first_day: date
    last_day: date


# What the API answers.


class SessionPerson(msgspec.Struct, frozen=True):
    """`mobile` is masked. `real_name_note` says what to know about the check, such as that a stand-in answered."""

    id: PersonId
    name: str
    kind: str
    mobile: str
    real_name_checked: bool
    real_name_note: Text | None


class OrganisationName(msgspec.Struct, frozen=True):
    id: OrganisationId
    name: str


class CourtView(msgspec.Struct, frozen=True):
    """The court of this installation. `notice` is shown on every page, if there is one."""

    name: Text
    code: str
    kind: str
    notice: Text | None


class SessionView(msgspec.Struct, frozen=True):
    """Who is signed in on this device. `csrf_token` goes into `X-CSRF-Token` with every act; empty without a session.

    `permitted_acts` are the permissions that the roles allow to try. `idle_limit_s`: seconds without a request after
    which the session is over; 0 without a session.
    """

    signed_in: bool
    csrf_token: str
    person: SessionPerson | None
    roles: list[Role]
    organisations: list[OrganisationName]
    unread: int
    court: CourtView
    demo: bool
    idle_limit_s: int
    permitted_acts: list[str]


class SessionItem(msgspec.Struct, frozen=True):
    """A line of the session list; `current` is the one that asks. No place is kept of where it was opened."""

    id: SessionId
    device: str
    signed_in_at: datetime
    last_seen_at: datetime
    current: bool


class CodeSent(msgspec.Struct, frozen=True):
    """`wait_s`: seconds until another code may be asked for. Answered alike whether the number has an account or not."""

    expires_at: datetime
    wait_s: int


class Challenge(msgspec.Struct, frozen=True):
    """A proof-of-work challenge (ALTCHA, version 2); the widget solves it and returns the payload."""

    parameters: dict[str, str | int | dict[str, int]]
    signature: str


class AccountView(msgspec.Struct, frozen=True):
    """My account. Mobile and identity number are masked; `licence_state`: stated, confirmed, refused, or null."""

    id: PersonId
    name: str
    mobile: str
    identity_number: str | None
    email: str | None
    address: str | None
    roles: list[Role]
    real_name_checked: bool
    real_name_matched: bool | None
    real_name_source: str | None
    real_name_note: Text | None
    licence_state: str | None
    firm: str | None
    totp_on: bool
    recovery_codes_left: int
    has_password: bool
    permitted_acts: list[PermittedAct]


class TotpSecret(msgspec.Struct, frozen=True):
    """Shown once. `uri` is what a QR code for an authenticator app holds."""

    secret: str
    uri: str


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Shown once; each opens one sign-in when the authenticator is lost."""

    codes: list[str]


class NewApiToken(msgspec.Struct, frozen=True):
    """`token` is shown once."""

    id: UUID
    token: str
    scopes: list[str]
    expires_at: datetime


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


class PartyName(msgspec.Struct, frozen=True):
    """`kind`: person or organisation."""

    kind: str
    id: UUID
    name: str


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


class DivisionView(msgspec.Struct, frozen=True):
    """A division of the court; `code` is what a member's place names."""

    code: str
    name: Text


class StaffView(msgspec.Struct, frozen=True):
    """`mobile` is masked. `load_weight` is a decimal text, "1.00" a full share. `open_requests`: roles not confirmed yet."""

    id: PersonId
    name: str
    mobile: str
    roles: list[Role]
    open_requests: list[Role]
    division: str | None
    subjects: list[str]
    load_weight: str
    leaves: list[Leave]
    active: bool


class RoleGrantView(msgspec.Struct, frozen=True):
    """`may_settle`: whether the reader may confirm or refuse it (not who asked, not who receives)."""

    id: UUID
    person: PartyName
    role: Role
    requested_by: PartyName
    requested_at: datetime
    may_settle: bool


class LicenceView(msgspec.Struct, frozen=True):
    """A lawyer's licence, stated by the person, to be compared with the register of lawyers."""

    person: PartyName
    licence: str
    firm: str
    state: str


class AccessView(msgspec.Struct, frozen=True):
    """Who of the court opened or administered what. `matter`: case, filing, account …; `what` says what was done."""

    id: UUID
    at: datetime
    person: PartyName
    matter: str
    matter_id: UUID | None
    what: str


class GovernedSession(msgspec.Struct, frozen=True):
    """A live session of anybody, for the security administrator."""

    id: SessionId
    person: PartyName
    device: str
    opened_at: datetime
    seen_at: datetime


class Lockout(msgspec.Struct, frozen=True):
    """A number at which sign-in failed repeatedly. `person` null: no account. `until`: the next try is possible then."""

    id: str
    person: PartyName | None
    failures: int
    failed_at: datetime
    until: datetime


class KeyState(msgspec.Struct, frozen=True):
    """`outdated` counts, for each table, the rows still under an older key. `finished`: none are left."""

    number: int
    outdated: dict[str, int]
    finished: bool
    rotated_at: datetime | None


class DemoPerson(msgspec.Struct, frozen=True):
    id: PersonId
    name: str
    roles: list[Role]
    about: Text


class Done(msgspec.Struct, frozen=True):
    """The act was done; `count` says how many things it changed."""

    count: int
