"""What the acts of identity work with, and who may try them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher

from tianping.contexts.identity.rules.signing_in import OnlyInPerson
from tianping.interfaces.delivery import Delivery
from tianping.interfaces.identity import ADMINISTRATORS, STAFF, Actor, RealNameRegister, Role, Sessions
from tianping.kit.clock import Clock
from tianping.kit.digests import sm3
from tianping.kit.ids import PersonId
from tianping.kit.problems import NotSignedIn
from tianping.law.lawbook import Lawbook
from tianping.platform.court import Court
from tianping.platform.database import Database, Transaction
from tianping.platform.events import Journal
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring
from tianping.platform.sealed import SealedRows

POLICY: Policy = {
    "identity.staff.read": STAFF | ADMINISTRATORS,
    "identity.staff.manage": frozenset({Role.SYSTEM_ADMIN}),
    "identity.roles.request": frozenset({Role.SYSTEM_ADMIN}),
    "identity.roles.read": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "identity.roles.settle": frozenset({Role.SECURITY_ADMIN}),
    "identity.licences.check": frozenset({Role.SYSTEM_ADMIN}),
    "identity.accounts.govern": frozenset({Role.SECURITY_ADMIN}),
    "identity.closed-accounts.read": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "identity.keys.rotate": frozenset({Role.SECURITY_ADMIN}),
    "identity.access-log.read": frozenset({Role.AUDIT_ADMIN}),
}
"""Which roles may try an act. What people do with their own account is open to all who are signed in."""


@dataclass(frozen=True)
class Desk:
    """What the acts of identity work with. `permissions` is the policy of the whole court, for the scopes of tokens."""

    database: Database
    journal: Journal
    keyring: Keyring
    clock: Clock
    court: Court
    hasher: PasswordHasher
    register: RealNameRegister
    delivery: Delivery
    sessions: Sessions
    permissions: Mapping[str, frozenset[Role]]
    sealed: SealedRows
    law: Lawbook

    @asynccontextmanager
    async def changing_sessions(self) -> AsyncIterator[Transaction]:
        """A transaction that ends sessions or changes roles: felt at once by this process, by others within seconds."""
        async with self.database.transaction() as tx:
            yield tx
        self.sessions.forget()


def who(actor: Actor) -> PersonId:
    """Raises NotSignedIn."""
    if actor.person_id is None:
        raise NotSignedIn
    return actor.person_id


def in_person(actor: Actor) -> PersonId:
    """For what a machine may never do in someone's name. Raises NotSignedIn, OnlyInPerson."""
    person_id = who(actor)
    if actor.machine:
        raise OnlyInPerson
    return person_id


def token_digest(token: str) -> bytes:
    """Tokens are random and long, so a plain digest cannot be turned back."""
    return bytes.fromhex(sm3(token.encode()))
