"""API tokens: a machine acts for a person, with a part of what the person may do, for a time."""

import secrets
from datetime import timedelta
from uuid import UUID

from tianping.contexts.identity.actions.desk import Desk, in_person, token_digest
from tianping.contexts.identity.model import ApiToken, NewApiToken
from tianping.contexts.identity.rules import numbers
from tianping.contexts.identity.rules.signing_in import ScopeNotYours
from tianping.contexts.identity.store import sessions
from tianping.interfaces.identity import Actor
from tianping.kit.ids import new_id
from tianping.platform.http.guard import SIGNED_IN

PREFIX = "tp_"
"""Lets secret scanners recognise a token that leaked."""


async def create_token(desk: Desk, actor: Actor, *, name: str, scopes: list[str], days: int) -> NewApiToken:
    """Raises OnlyInPerson, ScopeNotYours. The token is shown once; only its digest is kept."""
    person_id = in_person(actor)
    now = desk.clock.now()
    name = numbers.checked_text("name", name, most=60)
    allowed = {SIGNED_IN, *(p for p, roles in desk.permissions.items() if roles & actor.roles)}
    beyond = sorted(set(scopes) - allowed)
    if beyond:
        raise ScopeNotYours(scopes=", ".join(beyond))
    plain = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(new_id(), name, sorted(set(scopes)), now, now + timedelta(days=days), None, None)
    async with desk.database.transaction() as tx:
        await sessions.insert_token(tx, token, person_id=person_id, token_digest=token_digest(plain))
    return NewApiToken(token.id, plain, token.scopes, token.expires_at)


async def my_tokens(desk: Desk, actor: Actor) -> list[ApiToken]:
    async with desk.database.reading() as reader:
        return await sessions.tokens_of(reader, in_person(actor))


async def revoke_token(desk: Desk, actor: Actor, token_id: UUID) -> ApiToken:
    """Raises NotFound for a token that is not the actor's."""
    person_id = in_person(actor)
    async with desk.database.transaction() as tx:
        return tx.answer(await sessions.revoke_token(tx, token_id, person_id=person_id, at=desk.clock.now()))
