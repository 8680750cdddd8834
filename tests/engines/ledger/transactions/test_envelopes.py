"""Envelopes of transactions: a table of what is refused and why."""

import pytest
from tests.engines.ledger.world import DIGEST, World, item, reopened

from tianping.engines.ledger import codec
from tianping.engines.ledger.model import (
    Envelope,
    Signature,
    signed_message,
)
from tianping.engines.ledger.transactions.tokens import OpenToken


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
