"""Private grants: given by the depositor, read by the reader alone, each reading an entry, until they end."""

from typing import Any

import msgspec
import pytest
from tests.engines.ledger.access import admitted
from tests.engines.ledger.world import World, item

from tianping.engines.ledger.transactions.grants import Give, Grant, Read, Revoke
from tianping.engines.signing.provider import sm2


@pytest.fixture
def world() -> World:
    made = admitted(World())
    assert made.take(made.deposit("file", items=[item("a"), item("b")])).code == "ok"
    return made


def give(world: World, **changed: Any) -> Give:
    reader = world.cast.newcomer.certificate
    wanted = Give("file", 1, reader.fingerprint, sm2().encrypt(reader.public_key, b"k" * 16), world.clock + 1000)
    return msgspec.structs.replace(wanted, **changed)


def given(world: World, **changed: Any) -> bytes:
    receipt = world.take(world.made("grant.give", give(world, **changed), world.cast.platform, author="shop"))
    assert receipt.code == "ok"
    return receipt.tx_id


def read(world: World, grant: bytes) -> str:
    return world.act("grant.read", Read(grant), world.cast.newcomer, author="newcomer")


def test_given_read_and_ended(world: World) -> None:
    grant = given(world)
    kept = world.read("grant", grant, Grant)
    assert kept.index == world.last.size - 2
    key = world.cast.newcomer._key  # type: ignore[attr-defined]
    assert sm2().decrypt(key, kept.wrapped) == b"k" * 16
    assert [read(world, grant), read(world, grant)] == ["ok", "ok"]
    assert world.read("grant", grant, Grant).reads == 2
    assert world.act("grant.revoke", Revoke(grant), world.cast.newcomer, author="newcomer") == "not-permitted"
    assert world.act("grant.revoke", Revoke(grant), world.cast.platform, author="shop") == "ok"
    assert world.read("grant", grant, Grant).revoked == world.last.entries[0].first
    assert read(world, grant) == "wrong-standing"
    assert world.act("grant.revoke", Revoke(grant), world.cast.platform, author="shop") == "wrong-standing"


def test_only_the_reader_reads_and_only_in_time(world: World) -> None:
    grant = given(world, until=world.clock)
    assert world.act("grant.read", Read(grant), world.cast.platform, author="shop") == "not-permitted"
    assert world.act("grant.read", Read(grant), world.cast.newcomer, author="shop") == "not-permitted"
    assert (
        world.act("grant.read", Read(grant), world.cast.newcomer, world.officers[0], author="newcomer")
        == "not-permitted"
    )
    assert read(world, b"x" * 32) == "unknown-entry"
    assert read(world, grant) == "ok"
    world.clock += 1
    assert read(world, grant) == "expired"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ref": "other"}, "unknown-entry"), ({"position": 2}, "unknown-entry"), ({"reader": b"x" * 32}, "unknown-signer"),
        ({"wrapped": b"short"}, "malformed"), ({"ref": "a\n"}, "malformed"),
    ],
)  # fmt: skip
def test_grants_are_refused(world: World, changed: dict[str, Any], code: str) -> None:
    assert world.act("grant.give", give(world, **changed), world.cast.platform, author="shop") == code


def test_what_another_deposited_is_not_ones_own(world: World) -> None:
    assert world.act("grant.give", give(world), world.cast.newcomer, author="newcomer") == "unknown-entry"
