"""What identity promises: who acts, who may act for whom, who works at this court."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

import msgspec

from tianping.interfaces.events import Event
from tianping.kit.ids import MandateId, OrganisationId, PersonId, SessionId


class Role(StrEnum):
    """What a person is to this court. Everybody who registers is a litigant; the others are given by an administrator."""

    LITIGANT = "litigant"
    LAWYER = "lawyer"
    CLERK = "clerk"
    FILING_JUDGE = "filing_judge"
    JUDGE = "judge"
    DIVISION_HEAD = "division_head"
    PRESIDENT = "president"
    CASHIER = "cashier"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


STAFF = frozenset({Role.CLERK, Role.FILING_JUDGE, Role.JUDGE, Role.DIVISION_HEAD, Role.PRESIDENT, Role.CASHIER})
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


class Actor(msgspec.Struct, frozen=True):
    """Who is acting now. Anonymous when `person_id` is None.

    `machine` is true for an API token; `scopes` then names the permissions that it is limited to (None: not limited).
    """

    person_id: PersonId | None = None
    session_id: SessionId | None = None
    roles: frozenset[Role] = frozenset()
    division: str | None = None
    language: str = "zh"
    machine: bool = False
    scopes: frozenset[str] | None = None

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)


ANONYMOUS = Actor()


class PersonCard(msgspec.Struct, frozen=True):
    """What others of the court may see of a person. `mobile` is masked (138****0001)."""

    id: PersonId
    name: str
    mobile: str
    roles: list[Role]
    real_name_checked: bool


class PersonIdentity(msgspec.Struct, frozen=True):
    """The full identity, for the papers of a matter only; personal data, never logged."""

    id: PersonId
    name: str
    identity_number: str
    mobile: str
    email: str | None
    address: str | None
    organisation_id: OrganisationId | None
    organisation_name: str | None
    credit_code: str | None


class OrganisationCard(msgspec.Struct, frozen=True):
    id: OrganisationId
    name: str
    credit_code: str
    legal_representative: str
    address: str | None


class StaffMember(msgspec.Struct, frozen=True):
    """A member of the court. `subjects` are the kinds of case a judge hears, `load_weight` 1.0 is a full share."""

    person_id: PersonId
    name: str
    roles: list[Role]
    division: str
    subjects: list[str]
    load_weight: str
    on_leave: list[tuple[date, date]]


class Power(StrEnum):
    """Powers of an agent, item by item. All but GENERAL are special powers. CPL art. 62."""

    GENERAL = "general"
    ADMIT_CLAIMS = "admit_claims"
    WAIVE_CLAIMS = "waive_claims"
    CHANGE_CLAIMS = "change_claims"
    SETTLE = "settle"
    COUNTERCLAIM = "counterclaim"
    APPEAL = "appeal"
    RECEIVE_MONEY = "receive_money"


class MandateCard(msgspec.Struct, frozen=True):
    """A mandate in force: `agent` may act for the principal in `matter` (None: every matter at this court).

    `kind` is what the agent is: lawyer, legal_worker, relative, staff, recommended. CPL art. 61.
    """

    id: MandateId
    agent: PersonId
    principal_person: PersonId | None
    principal_organisation: OrganisationId | None
    matter: UUID | None
    powers: list[Power]
    valid_until: date | None
    kind: str = "lawyer"


class Sessions(Protocol):
    """Resolves what a request carries to the one who acts."""

    async def of_cookie(self, token: str) -> tuple[Actor, str] | None:
        """The actor and the CSRF token of a session cookie; None if there is no such live session."""
        ...

    async def of_bearer(self, token: str) -> Actor | None:
        """The actor of an API token; None if it is unknown or withdrawn."""
        ...

    def forget(self) -> None:
        """Sessions or roles changed in this process: nothing remembered counts any more."""
        ...


class People(Protocol):
    """Who people are and whom they act for."""

    async def card(self, person_id: PersonId) -> PersonCard:
        """Raises NotFound."""
        ...

    async def cards(self, person_ids: list[PersonId]) -> dict[PersonId, PersonCard]: ...

    async def identity(self, person_id: PersonId) -> PersonIdentity:
        """Raises NotFound."""
        ...

    async def organisations_of(self, person_id: PersonId) -> list[OrganisationCard]:
        """Organisations that the person is a member of."""
        ...

    async def organisation(self, organisation_id: OrganisationId) -> OrganisationCard:
        """Raises NotFound."""
        ...

    async def mandates_of(self, agent: PersonId, *, on: date) -> list[MandateCard]:
        """Mandates in force on that day in which the person is the agent."""
        ...

    async def staff(self, role: Role | None = None) -> list[StaffMember]: ...

    async def record_access(self, actor: Actor, *, matter: str, matter_id: UUID, what: str, at: datetime) -> None:
        """Note that a member of the court opened a matter; shown to the audit administrator."""
        ...


class RealNameAnswer(msgspec.Struct, frozen=True):
    """`matched` None: the register did not answer. `source` says who answered; a stand-in says that it is one."""

    matched: bool | None
    source: str


class RealNameRegister(Protocol):
    """A register of identities outside the court (adapter)."""

    async def check_person(self, name: str, identity_number: str) -> RealNameAnswer: ...

    async def check_organisation(self, name: str, credit_code: str) -> RealNameAnswer: ...


class PersonRegistered(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    person_id: PersonId

    @property
    def subject(self) -> UUID:
        return self.person_id


class MandateGiven(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    mandate_id: MandateId
    agent: PersonId
    given_by: PersonId

    @property
    def subject(self) -> UUID:
        return self.mandate_id


class MandateRevoked(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    mandate_id: MandateId
    agent: PersonId

    @property
    def subject(self) -> UUID:
        return self.mandate_id


class PasswordRecovered(Event, frozen=True, kw_only=True):
    """A forgotten password was replaced by one-time code; every session of the person has ended."""

    context: ClassVar[str] = "identity"
    person_id: PersonId

    @property
    def subject(self) -> UUID:
        return self.person_id


class MemberInvited(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    invitation_id: UUID
    organisation_id: OrganisationId

    @property
    def subject(self) -> UUID:
        return self.organisation_id


class MemberJoined(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    organisation_id: OrganisationId
    person_id: PersonId

    @property
    def subject(self) -> UUID:
        return self.organisation_id


class MemberLeft(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    organisation_id: OrganisationId
    person_id: PersonId

    @property
    def subject(self) -> UUID:
        return self.organisation_id


class StaffRegistered(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    person_id: PersonId

    @property
    def subject(self) -> UUID:
        return self.person_id


class RoleRequested(Event, frozen=True, kw_only=True):
    """The system administrator asked for a role; it holds once the security administrator has confirmed it."""

    context: ClassVar[str] = "identity"
    person_id: PersonId
    role: Role

    @property
    def subject(self) -> UUID:
        return self.person_id


class RoleGranted(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    person_id: PersonId
    role: Role

    @property
    def subject(self) -> UUID:
        return self.person_id


class RoleWithdrawn(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    person_id: PersonId
    role: Role

    @property
    def subject(self) -> UUID:
        return self.person_id


class AccountClosed(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    person_id: PersonId

    @property
    def subject(self) -> UUID:
        return self.person_id


class AccountReopened(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "identity"
    person_id: PersonId

    @property
    def subject(self) -> UUID:
        return self.person_id


class KeysRotated(Event, frozen=True, kw_only=True):
    """A new key seals from now on; rows under older keys are being moved."""

    context: ClassVar[str] = "identity"
    rotation_id: UUID
    number: int

    @property
    def subject(self) -> UUID:
        return self.rotation_id
