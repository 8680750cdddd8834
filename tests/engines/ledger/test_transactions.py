"""Every kind of transaction: what it does, and a table of what is refused and why."""

from typing import Any

import msgspec
import pytest
from tests.engines.ledger.cast import HeldKey, cast, member_of
from tests.engines.ledger.world import DIGEST, World, item

from tianping.engines.ledger import building, codec, machine
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.merkle import root_of
from tianping.engines.ledger.model import (
    Application,
    Envelope,
    Level,
    Member,
    Signature,
    SignerRole,
    SigningKey,
    Standing,
    ValidatorUpdate,
    signed_message,
)
from tianping.engines.ledger.transactions.access import Apply, Assess, Decide, Decision, Rekey
from tianping.engines.ledger.transactions.deposit import Deposit, Tally
from tianping.engines.ledger.transactions.membership import ChangeMember, ChangeOfficer
from tianping.engines.ledger.transactions.tokens import OpenToken
from tianping.interfaces.signing import Signer


def reopened(envelope: bytes, **changed: Any) -> bytes:
    return codec.encode(msgspec.structs.replace(codec.decode(envelope, Envelope), **changed))


# Envelopes


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("garbage", "malformed"), ("body", "malformed"), ("extra", "malformed"), ("version", "malformed"),
        ("no signature", "malformed"), ("chain", "wrong-chain"), ("kind", "unknown-kind"), ("items", "malformed"),
        ("stranger", "unknown-signer"), ("twice", "unknown-signer"), ("signature", "bad-signature"),
        ("other body", "bad-signature"), ("expired", "expired"), ("another key", "bad-signature"),
    ],
)  # fmt: skip
def test_envelopes_are_refused(case: str, code: str) -> None:
    world = World()
    good = world.deposit()
    opened = codec.decode(good, Envelope)
    one = opened.signatures[0]
    officer = world.officers[0]
    envelopes = {
        "garbage": lambda: b"garbage",
        "body": lambda: reopened(good, body=b"\x80"),
        "extra": lambda: codec.encode_plain([*codec.decode_plain(good), None]),
        "version": lambda: codec.encode_plain([2, *codec.decode_plain(good)[1:]]),
        "no signature": lambda: reopened(good, signatures=[]),
        "chain": lambda: world.deposit(chain="contract"),
        "kind": lambda: world.made("vote", OpenToken(DIGEST, ["order"]), world.cast.platform, author="shop"),
        "items": lambda: world.made(
            "token.open",
            OpenToken(DIGEST, ["order"]),
            world.cast.platform,
            author="shop",
            items=[codec.encode(item("x"))],
        ),
        "stranger": lambda: world.deposit(signer=world.cast.newcomer),
        "twice": lambda: reopened(good, signatures=[one, one]),
        "signature": lambda: reopened(good, signatures=[Signature(one.fingerprint, bytes(64))]),
        "other body": lambda: reopened(good, body=codec.decode(world.deposit(), Envelope).body),
        "expired": lambda: world.deposit(until=world.clock - 1),
        "another key": lambda: reopened(
            good, signatures=[Signature(one.fingerprint, officer.sign(signed_message(opened.body)))]
        ),
    }
    outcome = world.block([envelopes[case]()])
    assert outcome.receipts[0].code == code
    assert (outcome.entries, outcome.changes, outcome.size) == ([], {}, 0)
    assert world.take(good).code == "ok"


def test_until_the_clock_has_passed_it() -> None:
    world = World()
    assert world.take(world.deposit(until=world.clock)).code == "ok"


# Deposits


def test_a_deposit_makes_an_entry_for_each_item() -> None:
    world = World()
    assert world.take(world.deposit("one")).count == 1
    receipt = world.take(world.deposit("many", items=[item(f"i{n}") for n in range(1000)]))
    assert (receipt.code, receipt.first, receipt.count, world.last.size) == ("ok", 1, 1000, 1001)
    assert world.read("tally", "works", Tally) == world.read("tally-of", "shop", Tally) == Tally(2, 1001)


def test_items_that_fitted_one_root_are_looked_at_again_with_another() -> None:
    """What is remembered of items that fitted is of these bytes under this root, and of nothing else."""
    world = World()
    items = [codec.encode(item(name)) for name in ("a", "b", "c")]

    def told(ref: str, held: list[bytes], root: bytes) -> str:
        content = Deposit("works", len(held), root, None, None)
        return world.act("deposit", content, world.cast.platform, author="shop", ref=ref, items=held)

    assert told("first", items, root_of(items)) == "ok"
    assert told("again", items, root_of(items)) == "ok"
    assert told("another-root", items, root_of(items[:2])) == "items-differ"
    assert told("another-order", items[::-1], root_of(items)) == "items-differ"
    joined = [items[0] + items[1], items[2]]
    assert told("joined", joined, root_of(joined)) == "malformed"
    assert told("joined-again", joined, root_of(joined)) == "malformed"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("category of nobody", "category-not-admitted"), ("officer", "not-permitted"), ("another author", "not-permitted"),
        ("two signers", "not-permitted"), ("item missing", "items-differ"), ("item changed", "items-differ"),
        ("item exchanged", "items-differ"), ("no item", "malformed"), ("item malformed", "malformed"),
        ("too many", "malformed"), ("phase without token", "unknown-token"), ("token unknown", "unknown-token"),
        ("content short", "malformed"), ("content long", "malformed"),
    ],
)  # fmt: skip
def test_deposits_are_refused(case: str, code: str) -> None:
    world = World()
    shop = world.cast.platform
    two = world.deposit(items=[item("a"), item("b")])
    a, b = (codec.encode(item(name)) for name in "ab")

    def plain(content: list[Any], *signers: Signer, items: list[bytes] | None = None) -> bytes:
        wanted = [a] if items is None else items
        return world.made("deposit", content, *(signers or (shop,)), author="shop", items=wanted)

    good = codec.decode_plain(codec.encode(Deposit("works", 1, root_of([a]), None, None)))
    envelopes = {
        "category of nobody": lambda: world.deposit(category="gossip"),
        "officer": lambda: world.deposit(signer=world.officers[0]),
        "another author": lambda: world.deposit(author="court-a"),
        "two signers": lambda: plain(good, shop, world.officers[0]),
        "item missing": lambda: reopened(two, items=[a]),
        "item changed": lambda: reopened(two, items=[a, codec.encode(item("c"))]),
        "item exchanged": lambda: reopened(two, items=[b, a]),
        "no item": lambda: plain(["works", 0, root_of([]), None, None], items=[]),
        "item malformed": lambda: plain(["works", 1, root_of([b"\x80"]), None, None], items=[b"\x80"]),
        "too many": lambda: plain(["works", 1001, root_of([a] * 1001), None, None], items=[a] * 1001),
        "phase without token": lambda: plain([*good[:4], "order"]),
        "token unknown": lambda: plain([*good[:3], DIGEST, "order"]),
        "content short": lambda: plain(good[:4]),
        "content long": lambda: plain([*good, None]),
    }
    assert world.take(envelopes[case]()).code == code


def test_a_retry_gets_the_same_entries() -> None:
    world = World()
    first = world.deposit("order-1")
    later = world.deposit("order-1", until=world.clock + 5)
    other = world.deposit("order-1", items=[item("other")])
    outcome = world.block([world.deposit(), first, first, later, other])
    assert [receipt.code for receipt in outcome.receipts] == ["ok", "ok", "duplicate", "duplicate", "reference-used"]
    assert {(receipt.first, receipt.count, receipt.tx_id) for receipt in outcome.receipts[1:4]} == {
        (1, 1, outcome.receipts[1].tx_id)
    }
    assert [receipt.code for receipt in world.block([first, other]).receipts] == ["duplicate", "reference-used"]
    assert world.last.entries == []
    # A reference is the author's own.
    assert (
        world.act("token.open", OpenToken(DIGEST, ["a1"]), world.cast.platform, author="shop", ref="order-1")
        == "reference-used"
    )


def test_what_was_refused_leaves_its_reference_free() -> None:
    world = World()
    assert world.take(world.deposit("order-1", category="gossip")).code == "category-not-admitted"
    assert world.take(world.deposit("order-1")).code == "ok"


# Tokens


def test_phases_come_in_their_order() -> None:
    world = World()
    shop = world.cast.platform
    opened = world.take(world.made("token.open", OpenToken(DIGEST, ["order", "pay", "send"]), shop, author="shop"))

    def step(phase: str | None) -> str:
        return world.take(world.deposit(token=opened.tx_id, phase=phase)).code

    assert step("pay") == "wrong-phase"
    assert [step(phase) for phase in ("order", "order", "pay", "order", "send", "pay", "send", "other", None)] == [
        "ok", "ok", "ok", "wrong-phase", "ok", "wrong-phase", "ok", "wrong-phase", "wrong-phase",
    ]  # fmt: skip


def test_a_token_is_its_platforms_own() -> None:
    world = admitted(World())
    shop, newcomer = world.cast.platform, world.cast.newcomer
    opened = world.take(world.made("token.open", OpenToken(DIGEST, ["order"]), shop, author="shop"))
    foreign = world.deposit(token=opened.tx_id, phase="order", author="newcomer", signer=newcomer)
    assert world.take(foreign).code == "unknown-token"


@pytest.mark.parametrize(
    ("phases", "code"),
    [([], "malformed"), (["a1"] * 2, "wrong-phase"), ([f"p{n}" for n in range(21)], "malformed"), (["A"], "malformed")],
)
def test_tokens_are_refused(phases: list[str], code: str) -> None:
    world = World()
    assert world.act("token.open", OpenToken(DIGEST, phases), world.cast.platform, author="shop") == code
    assert world.act("token.open", OpenToken(DIGEST, ["order"]), world.officers[0]) == "not-permitted"


# Access


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


def change(world: World, member: Member, *signers: Signer, author: str = "court-a") -> str:
    return world.act("member.change", ChangeMember(member), *signers, author=author)


def test_members_change_by_more_than_two_thirds() -> None:
    world = World(nodes=3)
    joining = HeldKey("court-d")
    new = member_of("court-d", joining)
    assert change(world, new, *world.nodes[:2]) == "not-enough-signatures"
    assert change(world, new, *world.officers) == "not-permitted"
    assert change(world, new, *world.nodes, author="court-x") == "not-permitted"
    assert change(world, new, *world.nodes) == "ok"
    at = world.height
    assert [one.id for one in machine.signers_at(world.view, at + 1)] == ["court-a", "court-b", "court-c"]
    assert [one.id for one in machine.signers_at(world.view, at + 2)] == ["court-a", "court-b", "court-c", "court-d"]
    # Its weight in what the members decide counts at once.
    gone = msgspec.structs.replace(new, power=0, standing=Standing.REMOVED)
    assert change(world, gone, *world.nodes[:2], joining) == "ok"
    assert [one.id for one in machine.members(world.view)] == ["court-a", "court-b", "court-c"]
    assert change(world, gone, *world.nodes, joining) == "unknown-signer"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"standing": Standing.SUSPENDED}, "wrong-standing"), ({"id": "court-x", "standing": Standing.REMOVED, "power": 0}, "wrong-standing"),
        ({"standing": Standing.REMOVED}, "not-permitted"), ({"level": Level.SECOND}, "not-permitted"),
        ({"public_key": b"\x04" + bytes(64)}, "not-permitted"), ({"power": 1_000_001}, "malformed"),
        ({"engine_key": b"e" * 31}, "not-permitted"), ({"engine_key": b"e" * 32}, "not-permitted"),
        ({"fingerprint": b"x"}, "malformed"),
    ],
)  # fmt: skip
def test_members_are_refused(changed: dict[str, Any], code: str) -> None:
    world = World(nodes=3)
    assert change(world, msgspec.structs.replace(world.cast.genesis.members[1], **changed), *world.nodes) == code


def test_the_last_power_cannot_go() -> None:
    world = World()
    only = world.cast.genesis.members[0]
    assert change(world, msgspec.structs.replace(only, power=0), *world.nodes) == "not-permitted"
    gone = msgspec.structs.replace(only, power=0, standing=Standing.REMOVED)
    assert change(world, gone, *world.nodes) == "not-permitted"


def test_a_member_takes_a_new_key() -> None:
    world = World(nodes=3)
    new = HeldKey("court-b-2")
    before = world.cast.genesis.members[1]
    rekeyed = msgspec.structs.replace(
        before, fingerprint=new.certificate.fingerprint, public_key=new.certificate.public_key
    )
    assert change(world, rekeyed, *world.nodes) == "ok"
    at = world.height
    assert machine.signers_at(world.view, at + 1)[1] == before
    assert machine.signers_at(world.view, at + 2)[1] == rekeyed
    assert change(world, before, *world.nodes) == "unknown-signer"
    assert change(world, before, world.nodes[0], new, world.nodes[2]) == "not-permitted"


def test_officers_go_with_their_member() -> None:
    world = admitted(World(nodes=4))
    gone = msgspec.structs.replace(world.cast.genesis.members[0], power=0, standing=Standing.REMOVED)
    assert change(world, gone, *world.nodes[1:], author="court-b") == "ok"
    assert decide(world, Decision.REVOKE, *world.officers[:2]) == "unknown-signer"
    assert decide(world, Decision.REVOKE, *world.officers[1:3], author="court-b") == "ok"


def test_officers_change() -> None:
    world = World(nodes=3)
    new = HeldKey("court-b-officer-2")
    facts = new.certificate
    officer = ChangeOfficer(facts.fingerprint, "court-b", facts.public_key, True)
    assert world.act("officer.change", officer, *world.nodes[:2], author="court-a") == "not-enough-signatures"
    nobody = msgspec.structs.replace(officer, owner="court-x")
    assert world.act("officer.change", nobody, *world.nodes, author="court-a") == "unknown-member"
    taken = msgspec.structs.replace(officer, fingerprint=world.cast.platform.certificate.fingerprint)
    assert world.act("officer.change", taken, *world.nodes, author="court-a") == "not-permitted"
    assert world.act("officer.change", officer, *world.nodes, author="court-a") == "ok"
    applied(world)
    assert decide(world, Decision.PROBATION, new, world.officers[0]) == "ok"
    away = msgspec.structs.replace(officer, active=False)
    assert world.act("officer.change", away, *world.nodes, author="court-a") == "ok"
    assert decide(world, Decision.ADMIT, new, world.officers[0]) == "unknown-signer"


def engine_key(name: str) -> bytes:
    return sm3(name.encode())


def engined() -> World:
    """Four members whose consensus engines have keys."""
    people = cast(nodes=4)
    members = [msgspec.structs.replace(one, engine_key=engine_key(one.id)) for one in people.genesis.members]
    return World(msgspec.structs.replace(people, genesis=msgspec.structs.replace(people.genesis, members=members)))


def test_what_the_consensus_engine_hears() -> None:
    """What it had goes, what is new or weighs otherwise comes; nothing it never had is taken from it."""
    world = engined()
    a, b, *_ = world.cast.genesis.members
    assert world.begun.validators == [ValidatorUpdate(one.id, one.engine_key, 1) for one in world.cast.genesis.members]
    named = msgspec.structs.replace(a, name_en="Another name")
    assert (change(world, named, *world.nodes), world.last.validators) == ("ok", [])
    heavier = msgspec.structs.replace(named, power=2)
    assert change(world, heavier, *world.nodes) == "ok"
    assert world.last.validators == [ValidatorUpdate(a.id, a.engine_key, 2)]
    moved = msgspec.structs.replace(b, engine_key=engine_key("new"))
    assert change(world, moved, *world.nodes) == "ok"
    assert world.last.validators == [ValidatorUpdate(b.id, b.engine_key, 0), ValidatorUpdate(b.id, moved.engine_key, 1)]
    watcher = HeldKey("watcher")
    second = msgspec.structs.replace(member_of("watcher", watcher, power=0), engine_key=engine_key("watcher"))
    assert (change(world, second, *world.nodes), world.last.validators) == ("ok", [])
    again = msgspec.structs.replace(second, id="watcher-2", fingerprint=DIGEST)
    assert change(world, again, *world.nodes) == "not-permitted"
    keyless = member_of("court-e", HeldKey("court-e"))
    assert change(world, keyless, *world.nodes) == "not-permitted"
    # In and out within one block: the engine hears nothing.
    joining = HeldKey("court-f")
    member = msgspec.structs.replace(member_of("court-f", joining), engine_key=engine_key("court-f"))
    gone = msgspec.structs.replace(member, power=0, standing=Standing.REMOVED)
    outcome = world.block(
        [
            world.made("member.change", ChangeMember(one), *world.nodes, *more, author="court-a")
            for one, more in ((member, []), (gone, [joining]))
        ]
    )
    assert ([one.code for one in outcome.receipts], outcome.validators) == (["ok", "ok"], [])


# Genesis


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "court.test/other"}, {"origin": "court.test/works\n"}, {"members": []}, {"chain": "Works"},
        {"members": lambda g: [*g.members, g.members[0]]}, {"applications": lambda g: g.applications * 2},
        {"members": lambda g: [msgspec.structs.replace(g.members[0], power=0)]},
        {"members": lambda g: [msgspec.structs.replace(g.members[0], level=Level.SECOND)]},
        {"members": lambda g: [msgspec.structs.replace(g.members[0], standing=Standing.REMOVED)]},
        {"officers": lambda g: [msgspec.structs.replace(g.officers[0], owner="court-x")]},
        {"officers": lambda g: [msgspec.structs.replace(g.officers[0], role=SignerRole.NODE)]},
        {"officers": lambda g: [msgspec.structs.replace(g.officers[0], fingerprint=g.members[0].fingerprint)]},
        {"applications": lambda g: [msgspec.structs.replace(g.applications[0], standing=Standing.REVOKED)]},
        {"categories": ["contract"]}, {"version": 2},
    ],
)  # fmt: skip
def test_a_genesis_that_contradicts_itself(changed: dict[str, Any]) -> None:
    genesis = cast().genesis
    machine.begin(genesis)
    made = {name: value(genesis) if callable(value) else value for name, value in changed.items()}
    with pytest.raises(codec.Malformed):
        machine.begin(msgspec.structs.replace(genesis, **made))


def test_salts_are_drawn_anew() -> None:
    one, two = (building.item_of(file_digest=DIGEST, size=1, media="text/plain") for _ in range(2))
    assert one.salt != two.salt
    assert one.item.commit == sm3(one.salt + DIGEST) != two.item.commit
