"""Nouns of identity. Personal data is sealed in the database and only opened here."""

from datetime import datetime

import msgspec

from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId, SessionId


class Person(msgspec.Struct, frozen=True):
    """`kind` is person or staff. `failures` counts wrong passwords in a row since `failed_at`."""

    id: PersonId
    name: str
    mobile: str
    password_hash: str | None
    roles: frozenset[Role]
    division: str | None
    real_name_checked_at: datetime | None
    failures: int
    failed_at: datetime | None
    active: bool


class Session(msgspec.Struct, frozen=True):
    """A sign-in on one device. Instants in UTC. The token itself is not kept, only its digest."""

    id: SessionId
    person_id: PersonId
    device: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


class SessionView(msgspec.Struct, frozen=True):
    """A line of the session list; `current` is the one that asks."""

    id: SessionId
    device: str
    opened_at: datetime
    seen_at: datetime
    current: bool


class SignedIn(msgspec.Struct, frozen=True):
    """What a sign-in answers. `csrf_token` goes into `X-CSRF-Token` with every act."""

    person_id: PersonId
    name: str
    roles: list[Role]
    csrf_token: str
    token: str
