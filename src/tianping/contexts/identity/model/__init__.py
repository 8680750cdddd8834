"""Nouns of identity. Personal data is sealed in the database and only opened here.

Instants are UTC, days are court-local (Asia/Shanghai). What the API answers is beside this, one file a part of it.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

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


class PartyName(msgspec.Struct, frozen=True):
    """`kind`: person or organisation."""

    kind: str
    id: UUID
    name: str


class Done(msgspec.Struct, frozen=True):
    """The act was done; `count` says how many things it changed."""

    count: int
