"""Hashing and checking of passwords, away from the event loop as both take long on purpose."""

import asyncio

from argon2.exceptions import VerificationError

from tianping.contexts.identity.actions.desk import Desk
from tianping.contexts.identity.rules.passwords import check_password

_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$7I3h8RgSpIpaXnrpPxD0iw$qkpzj2JtTdwWD9pAYMfK6fEQ43lfTlSRDOSn8epdvUU"
"""The form of a real hash: looking at it takes as long as looking at somebody's, so time gives no account away."""


async def check_strength(password: str, *, personal: tuple[str, ...]) -> None:
    """Raises InvalidInput with advice."""
    await asyncio.to_thread(check_password, password, personal=personal)


async def hashed(desk: Desk, password: str) -> str:
    """Argon2id, RFC 9106."""
    return await asyncio.to_thread(desk.hasher.hash, password)


async def matches(desk: Desk, password_hash: str | None, password: str) -> bool:
    """Takes the same time when there is no hash."""
    try:
        found = await asyncio.to_thread(desk.hasher.verify, password_hash or _NOBODY, password)
    except VerificationError:
        return False
    return found and password_hash is not None
