"""API tokens: a machine acts for a person, with a part of what the person may do, for a time."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import UUID

import msgspec

from tianping.contexts.identity.actions.desk import Desk, in_person, token_digest
from tianping.contexts.identity.model import ApiToken
from tianping.contexts.identity.model.account import NewApiToken
from tianping.contexts.identity.rules import numbers
from tianping.contexts.identity.rules.signing_in import ScopeNotYours
from tianping.contexts.identity.store import sessions
from tianping.interfaces.identity import Actor
from tianping.kit.ids import PersonId, new_id
from tianping.platform.database import ActReplayed
from tianping.platform.http.guard import SIGNED_IN

PREFIX = "tp_"
"""Lets secret scanners recognise a token that leaked."""


async def create_token(
    desk: Desk, actor: Actor, *, name: str, scopes: list[str], days: int, act_key: str
) -> NewApiToken:
    """Raises OnlyInPerson, ScopeNotYours. The token is shown to who made it; only its digest is kept.

    `act_key` is the Idempotency-Key. The secret is worked out from it and the court's index key, so that the same act
    asked for again shows the same token, and the answer that is kept with the act need not hold it.
    """
    person_id = in_person(actor)
    now = desk.clock.now()
    name = numbers.checked_text("name", name, most=60)
    allowed = {SIGNED_IN, *(p for p, roles in desk.permissions.items() if roles & actor.roles)}
    beyond = sorted(set(scopes) - allowed)
    if beyond:
        raise ScopeNotYours(scopes=", ".join(beyond))
    token = ApiToken(new_id(), name, sorted(set(scopes)), now, now + timedelta(days=days), None, None)
    plain = _secret(desk, person_id, act_key, token.id)
    made = NewApiToken(token.id, "", token.scopes, token.expires_at)
    try:
        async with desk.database.transaction() as tx:
            await sessions.insert_token(tx, token, person_id=person_id, token_digest=token_digest(plain))
            tx.answer(made)
    except ActReplayed as done:
        before = msgspec.json.decode(done.answer, type=NewApiToken)
        shown = msgspec.structs.replace(before, token=_secret(desk, person_id, act_key, before.id))
        raise ActReplayed(msgspec.json.encode(shown)) from done
    return msgspec.structs.replace(made, token=plain)


def _secret(desk: Desk, person_id: PersonId, act_key: str, token_id: UUID) -> str:
    """256 bits that nobody can work out without the court's index key."""
    drawn = desk.keyring.digest(f"{person_id}\0{act_key}\0{token_id}", place="identity.api_tokens.secret")
    return PREFIX + urlsafe_b64encode(drawn).decode().rstrip("=")


async def my_tokens(desk: Desk, actor: Actor) -> list[ApiToken]:
    async with desk.database.reading() as reader:
        return await sessions.tokens_of(reader, in_person(actor))


async def revoke_token(desk: Desk, actor: Actor, token_id: UUID) -> ApiToken:
    """Raises NotFound for a token that is not the actor's."""
    person_id = in_person(actor)
    async with desk.database.transaction() as tx:
        return tx.answer(await sessions.revoke_token(tx, token_id, person_id=person_id, at=desk.clock.now()))
