"""What platforms, assessors and officers do about access to the ledger, in a world of a test."""

from typing import Any

from tests.engines.ledger.world import DIGEST, World

from tianping.engines.ledger.model import (
    Application,
    Standing,
)
from tianping.engines.ledger.transactions.access import Apply, Assess, Decide, Decision
from tianping.interfaces.signing import Signer


def application(world: World, **changed: Any) -> Apply:
    facts = world.cast.newcomer.certificate
    wanted = {
        "id": "newcomer", "name_zh": "新平台", "name_en": "Newcomer", "organisation": "新平台公司",
        "fingerprint": facts.fingerprint, "public_key": facts.public_key, "categories": ["works"], "documents": DIGEST,
    }  # fmt: skip
    return Apply(**{**wanted, **changed})


def decide(world: World, decision: Decision, *signers: Signer, author: str = "court-a") -> str:
    return world.act("access.decide", Decide("newcomer", decision, DIGEST), *signers, author=author)


def applied(world: World, score: int = 80) -> World:
    assert world.act("access.apply", application(world), world.officers[0], author="court-a") == "ok"
    assert (
        world.act("access.assess", Assess("newcomer", "2026", score, DIGEST), world.officers[0], author="court-a")
        == "ok"
    )
    return world


def admitted(world: World) -> World:
    applied(world)
    assert decide(world, Decision.PROBATION, *world.officers[:2]) == "ok"
    assert decide(world, Decision.ADMIT, *world.officers[:2]) == "ok"
    return world


def standing(world: World) -> Standing:
    return world.read("application", "newcomer", Application).standing


def can_deposit(world: World) -> str:
    return world.take(world.deposit(author="newcomer", signer=world.cast.newcomer)).code
