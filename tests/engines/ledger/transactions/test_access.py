"""Access to the ledger: from application to revocation, what each step asks for, keys that change."""

import pytest
from tests.engines.ledger.access import admitted, application, applied, can_deposit, decide, standing
from tests.engines.ledger.cast import HeldKey
from tests.engines.ledger.world import DIGEST, World

from tianping.engines.ledger.model import (
    SigningKey,
    Standing,
)
from tianping.engines.ledger.transactions.access import Apply, Assess, Decision, Rekey
from tianping.engines.ledger.transactions.membership import ChangeOfficer
from tianping.engines.ledger.transactions.tokens import OpenToken
from tianping.interfaces.signing import Signer


def test_from_application_to_revocation() -> None:
    world = World()
    two = world.officers[:2]
    assert can_deposit(world) == "unknown-signer"
    applied(world)
    assert (standing(world), can_deposit(world)) == (Standing.APPLIED, "unknown-signer")
    assert decide(world, Decision.PROBATION, *two) == "ok"
    assert (standing(world), can_deposit(world)) == (Standing.PROBATION, "ok")
    assert decide(world, Decision.ADMIT, *two) == "ok"
    assert decide(world, Decision.SUSPEND, two[0]) == "ok"
    assert (standing(world), can_deposit(world)) == (Standing.SUSPENDED, "wrong-standing")
    opened = world.act("token.open", OpenToken(DIGEST, ["order"]), world.cast.newcomer, author="newcomer")
    assert opened == "wrong-standing"
    assert decide(world, Decision.RESUME, *two) == "ok"
    assert (standing(world), can_deposit(world)) == (Standing.PROBATION, "ok")
    assert decide(world, Decision.REVOKE, *two) == "ok"
    assert (standing(world), can_deposit(world)) == (Standing.REVOKED, "unknown-signer")
    assert world.act("access.apply", application(world), two[0], author="court-a") == "wrong-standing"
    assert (
        world.act("access.assess", Assess("newcomer", "2026", 80, DIGEST), two[0], author="court-a") == "wrong-standing"
    )


STEPS = {
    "applied": {"probation", "refuse"}, "probation": {"admit", "refuse", "suspend", "revoke"},
    "admitted": {"suspend", "revoke"}, "suspended": {"resume", "revoke"}, "revoked": set(),
}  # fmt: skip


@pytest.mark.parametrize("before", STEPS)
@pytest.mark.parametrize("decision", list(Decision))
def test_each_decision_from_each_standing(before: str, decision: Decision) -> None:
    world = applied(World())
    ways = {
        "applied": [], "probation": [Decision.PROBATION], "admitted": [Decision.PROBATION, Decision.ADMIT],
        "suspended": [Decision.PROBATION, Decision.SUSPEND], "revoked": [Decision.REFUSE],
    }  # fmt: skip
    for step in ways[before]:
        assert decide(world, step, *world.officers[: 1 if step == Decision.SUSPEND else 2]) == "ok"
    code = decide(world, decision, *world.officers[: 1 if decision == Decision.SUSPEND else 2])
    assert code == ("ok" if decision in STEPS[before] else "wrong-standing")


@pytest.mark.parametrize(("score", "code"), [(59, "low-score"), (60, "ok")])
def test_the_standard_must_be_met(score: int, code: str) -> None:
    world = applied(World(), score)
    assert decide(world, Decision.PROBATION, *world.officers[:2]) == code


def test_not_without_an_assessment() -> None:
    world = World()
    assert world.act("access.apply", application(world), world.officers[0], author="court-a") == "ok"
    assert decide(world, Decision.PROBATION, *world.officers[:2]) == "low-score"


def test_two_officers_of_two_members() -> None:
    world = applied(World(nodes=3))
    a, b, _ = world.officers
    second = HeldKey("court-a-other")
    facts = second.certificate
    officer = ChangeOfficer(facts.fingerprint, "court-a", facts.public_key, True)
    assert world.act("officer.change", officer, *world.nodes, author="court-a") == "ok"
    assert decide(world, Decision.PROBATION, a) == "not-enough-signatures"
    assert decide(world, Decision.PROBATION, a, second) == "not-enough-signatures"
    assert decide(world, Decision.PROBATION, a, world.cast.nodes["court-b"]) == "not-enough-signatures"
    assert decide(world, Decision.PROBATION, a, b, author="court-c") == "not-permitted"
    assert decide(world, Decision.PROBATION, a, b) == "ok"
    assert decide(world, Decision.SUSPEND, a, b) == "not-permitted"
    assert decide(world, Decision.SUSPEND, b, author="court-b") == "ok"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("category", "category-not-admitted"), ("key of another", "not-permitted"), ("by itself", "unknown-signer"),
        ("by a platform", "not-permitted"), ("two officers", "not-permitted"), ("no category", "malformed"),
        ("name", "malformed"), ("standing", "wrong-standing"),
    ],
)  # fmt: skip
def test_applications_are_refused(case: str, code: str) -> None:
    world = World()
    officer, shop = world.officers[0], world.cast.platform
    facts = shop.certificate
    given: dict[str, tuple[Apply, list[Signer], str]] = {
        "category": (application(world, categories=["gossip"]), [officer], "court-a"),
        "key of another": (application(world, fingerprint=facts.fingerprint), [officer], "court-a"),
        "by itself": (application(world), [world.cast.newcomer], "newcomer"),
        "by a platform": (application(world), [shop], "shop"),
        "two officers": (application(world), world.officers[:2], "court-a"),
        "no category": (application(world, categories=[]), [officer], "court-a"),
        "name": (application(world, id="New\n"), [officer], "court-a"),
        "standing": (application(world, id="shop"), [officer], "court-a"),
    }
    content, signers, author = given[case]
    assert world.act("access.apply", content, *signers, author=author) == code


def test_an_unknown_application() -> None:
    world = World()
    assert decide(world, Decision.PROBATION, *world.officers[:2]) == "unknown-application"
    sheet = Assess("newcomer", "2026", 80, DIGEST)
    assert world.act("access.assess", sheet, world.officers[0], author="court-a") == "unknown-application"
    assert world.act("access.assess", sheet, world.cast.platform, author="shop") == "not-permitted"


def test_a_new_key_takes_the_place_of_the_old() -> None:
    world = admitted(World())
    new = HeldKey("newcomer-2")
    facts = new.certificate
    rekey = Rekey("newcomer", facts.fingerprint, facts.public_key)
    assert world.act("access.rekey", rekey, world.officers[0], author="court-a") == "not-enough-signatures"
    assert world.act("access.rekey", rekey, world.cast.newcomer, author="newcomer") == "not-enough-signatures"
    assert world.act("access.rekey", rekey, *world.officers[:2], author="court-a") == "ok"
    at = world.last.entries[0].first
    old = world.cast.newcomer.certificate.fingerprint
    assert world.read("key", old, SigningKey).until == world.read("key", facts.fingerprint, SigningKey).since == at
    assert can_deposit(world) == "unknown-signer"
    assert world.take(world.deposit(author="newcomer", signer=new)).code == "ok"
    # A certificate that was put away never comes back.
    back = Rekey("newcomer", old, world.cast.newcomer.certificate.public_key)
    assert world.act("access.rekey", back, *world.officers[:2], author="court-a") == "not-permitted"
    assert world.act("access.rekey", rekey, *world.officers[:2], author="court-a") == "not-permitted"


# Members
