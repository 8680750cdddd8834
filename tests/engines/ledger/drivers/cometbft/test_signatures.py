"""Signatures checked once, transactions read once; what is held is bounded."""

import asyncio

import pytest
from tests.engines.ledger.cast import cast, verifying
from tests.engines.ledger.world import World

from tianping.engines.ledger import machine
from tianping.engines.ledger.drivers.cometbft import signatures
from tianping.engines.ledger.drivers.cometbft.signatures import CheckedSignatures
from tianping.engines.ledger.transactions.base import Refused


class Counting:
    """Counts the checks that are really made."""

    def __init__(self) -> None:
        self.made = 0
        self._real = verifying()

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        self.made += 1
        return self._real.verify(public_key, message, signature)

    async def verify_all(self, checks):
        self.made += len(checks)
        return await self._real.verify_all(checks)


def test_each_signature_is_checked_once_however_often_it_is_met() -> None:
    world, counting = World(cast()), Counting()
    known = CheckedSignatures(counting)
    envelopes = [world.deposit() for _ in range(3)]
    for _ in range(2):
        asyncio.run(known.check(world.view, envelopes))
        for one in envelopes:
            assert machine.check(world.view, one, world.clock, known.verify, known.read).code == "ok"
    assert counting.made == 3


def test_a_wrong_signature_is_never_remembered_as_right() -> None:
    world, counting = World(cast()), Counting()
    known = CheckedSignatures(counting)
    right = world.deposit()
    wrong = right[:-1] + bytes([right[-1] ^ 1])
    for _ in range(2):
        asyncio.run(known.check(world.view, [right, wrong]))
        assert machine.check(world.view, wrong, world.clock, known.verify, known.read).code == "bad-signature"
        assert machine.check(world.view, right, world.clock, known.verify, known.read).code == "ok"


def test_what_was_read_is_held_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(cast())
    known = CheckedSignatures(Counting())
    envelopes = [world.deposit() for _ in range(9)]
    monkeypatch.setattr(signatures, "HELD_BYTES", 4 * len(envelopes[0]))
    assert known.read(envelopes[0]) is known.read(bytes(bytearray(envelopes[0])))
    for one in envelopes * 2:
        assert known.read(one) == machine.read_envelope(one)
        assert sum(map(len, known._read)) == known._read_bytes <= signatures.HELD_BYTES
    for _ in range(2):
        with pytest.raises(Refused):
            known.read(b"\x80")
