"""What the administrators are shown: staff, roles, licences, sessions, lockouts, keys, the access log, closed accounts."""

from datetime import datetime
from uuid import UUID

import msgspec

from tianping.contexts.identity.model import Leave, PartyName
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId, SessionId
from tianping.kit.problems import Text


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


class ClosedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A closed account of somebody who is not staff. `mobile` masked; `closed_by` null where no record names anybody."""

    id: PersonId
    name: str
    mobile: str
    roles: list[Role]
    registered_at: datetime
    closed_at: datetime
    closed_by: PartyName | None
    permitted_acts: list[PermittedAct]
