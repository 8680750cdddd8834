"""A proof of work (ALTCHA) makes sending codes, registering and guessing costly for machines, invisible for people."""

from datetime import UTC, datetime, timedelta

import altcha
import msgspec

from tianping.contexts.identity.actions.desk import Desk
from tianping.contexts.identity.model.account import Challenge
from tianping.contexts.identity.rules.signing_in import ProofOfWorkRefused
from tianping.contexts.identity.store import sessions
from tianping.kit.digests import sm3
from tianping.platform.database import Transaction

ALGORITHM, COST = "PBKDF2/SHA-256", 2000
LIFETIME = timedelta(hours=1)
"""Long, as a form may stay open; each solution works once."""


class Solved(msgspec.Struct, frozen=True):
    """A right solution that has not been spent yet."""

    digest: bytes
    expires_at: datetime


def _secret(desk: Desk) -> bytes:
    return desk.keyring.digest("challenge", place="identity.altcha")


def challenge(desk: Desk) -> Challenge:
    """A new challenge. Its last instant is signed with it, by the court's clock."""
    until = int((desk.clock.now() + LIFETIME).timestamp())
    made = altcha.create_challenge(ALGORITHM, COST, data={"until": until}, hmac_secret=_secret(desk))
    return Challenge(made.parameters.to_dict(), made.signature or "")


def check(desk: Desk, payload: str) -> Solved:
    """`payload`: what the widget returned. Raises ProofOfWorkRefused for a wrong or late solution."""
    try:
        verified = altcha.verify_solution(payload, _secret(desk)).verified
    except (AttributeError, TypeError, ValueError, LookupError, ArithmeticError):
        # The library expects the right types inside a payload; a stranger may send others.
        verified = False
    if not verified:
        raise ProofOfWorkRefused
    solved = altcha.Payload.from_base64(payload)
    until = datetime.fromtimestamp((solved.challenge.parameters.data or {}).get("until", 0), UTC)
    if until <= desk.clock.now():
        raise ProofOfWorkRefused
    return Solved(bytes.fromhex(sm3((solved.challenge.signature or "").encode())), until)


async def spend(tx: Transaction, solved: Solved) -> None:
    """Raises ProofOfWorkRefused if this solution was used before."""
    if not await sessions.spend_challenge(tx, solved.digest, expires_at=solved.expires_at):
        raise ProofOfWorkRefused
