"""Members and officers: how they change, and what the consensus engine hears of it."""

from typing import Any

import msgspec
import pytest
from tests.engines.ledger.access import admitted, applied, decide
from tests.engines.ledger.cast import HeldKey, cast, member_of
from tests.engines.ledger.world import DIGEST, World

from tianping.engines.ledger import machine
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import (
    Level,
    Member,
    Standing,
    ValidatorUpdate,
)
from tianping.engines.ledger.transactions.access import Decision
from tianping.engines.ledger.transactions.membership import ChangeMember, ChangeOfficer
from tianping.interfaces.signing import Signer


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
