"""What people are shown of their own account: sessions, codes, the second step, API tokens."""

from datetime import datetime
from uuid import UUID

import msgspec

from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Role
from tianping.kit.ids import OrganisationId, PersonId, SessionId
from tianping.kit.problems import Text


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


class DemoPerson(msgspec.Struct, frozen=True):
    id: PersonId
    name: str
    roles: list[Role]
    about: Text
