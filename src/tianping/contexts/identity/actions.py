"""Acts of identity, one function each: authorise, decide through `rules`, save, tell."""

import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from tianping.contexts.identity import rules, store
from tianping.contexts.identity.model import Session, SignedIn
from tianping.interfaces.identity import Actor, Role
from tianping.kit.clock import Clock
from tianping.kit.digests import sm3
from tianping.kit.ids import SessionId, new_id
from tianping.kit.problems import NotFound
from tianping.platform.database import Database
from tianping.platform.events import Journal
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring

POLICY: Policy = {
    "identity.people.read": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
}
"""Which roles may try an act. Signing in and out are open to all and to the signed in."""


@dataclass(frozen=True)
class Desk:
    """What the acts of identity work with."""

    database: Database
    journal: Journal
    keyring: Keyring
    clock: Clock
    hasher: PasswordHasher


async def sign_in(desk: Desk, mobile: str, password: str, *, device: str) -> SignedIn:
    """Open a session.

    Raises: SignInRefused, WaitBeforeRetry, AccountClosed.
    Law: ORL art. 7 (dedicated account).
    """
    now = desk.clock.now()
    mobile = rules.normal_mobile(mobile)
    refused = False
    async with desk.database.transaction() as tx:
        person = await store.lock_by_mobile(tx, desk.keyring, mobile)
        if person is not None:
            rules.check_may_try(person, at=now)
        if person is None or person.password_hash is None or not _matches(desk.hasher, person.password_hash, password):
            refused = True
            if person is not None:
                await store.note_failure(tx, person.id, at=now)
        else:
            await store.forget_failures(tx, person.id)
            token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
            session = Session(SessionId(new_id()), person.id, device[:200], now, now, now + rules.SESSION_LENGTH)
            await store.insert_session(
                tx, session, token_digest=bytes.fromhex(sm3(token.encode())), csrf_token=csrf_token
            )
            answer = SignedIn(person.id, person.name, sorted(person.roles), csrf_token, token)
    if refused:
        # Raised after the commit: a failure that was rolled back would not be counted.
        raise rules.SignInRefused
    return answer


def _matches(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


async def end_session(desk: Desk, actor: Actor, session_id: SessionId) -> None:
    """Sign out here or on another device. Raises NotFound for a session that is not the actor's."""
    assert actor.person_id is not None
    async with desk.database.transaction() as tx:
        if not await store.end_session(tx, session_id, person_id=actor.person_id, at=desk.clock.now()):
            raise NotFound
