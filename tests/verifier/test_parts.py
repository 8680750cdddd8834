"""The checker's own cryptography, trees and encodings against those of others."""

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tianping_verify import cbor, merkle, numbers, sm2, sm3
from tianping_verify.faults import Fault

from tianping.engines.ledger import codec
from tianping.engines.ledger import merkle as engine_merkle
from tianping.engines.ledger import numbers as engine_numbers
from tianping.engines.ledger.digests import sm3 as engine_sm3
from tianping.engines.signing.provider import sm2 as engine_sm2


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_of_the_standard(message: bytes, digest: str) -> None:
    """GB/T 32905-2016, annex A."""
    pure = sm3.PureSm3()
    pure.update(message)
    assert pure.digest().hex() == sm3.sm3(message).hex() == digest


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=5))
def test_sm3_in_plain_python_is_that_of_libcrypto(blocks: list[bytes]) -> None:
    pure = sm3.PureSm3()
    for block in blocks:
        pure.update(block)
    assert pure.digest() == engine_sm3(b"".join(blocks)) == sm3.sm3_of(blocks)


def test_sm2_of_the_standard() -> None:
    """GB/T 32918.5, annex A.2."""
    for verify in (sm2.verify, sm2.verify_pure):
        assert verify(sm2._EXAMPLE_KEY, b"message digest", sm2._EXAMPLE_SIGNATURE)
        assert not verify(sm2._EXAMPLE_KEY, b"message digest.", sm2._EXAMPLE_SIGNATURE)


@pytest.mark.parametrize("verify", [sm2.verify, sm2.verify_pure])
def test_sm2_signatures_of_the_engine(verify) -> None:
    engine = engine_sm2()
    chance = random.Random(5)
    for _ in range(15):
        private = engine.new_private_key()
        public = engine.public_key(private)
        message = chance.randbytes(chance.randrange(300))
        signature = engine.sign(private, message)
        assert verify(public, message, signature)
        flipped = bytearray(signature)
        flipped[chance.randrange(64)] ^= 1 << chance.randrange(8)
        assert not verify(public, message, bytes(flipped))
        assert not verify(public, message + b"x", signature)
        assert not verify(engine.public_key(engine.new_private_key()), message, signature)


@pytest.mark.parametrize("verify", [sm2.verify, sm2.verify_pure])
def test_sm2_refuses_what_is_out_of_range(verify) -> None:
    key, good = sm2._EXAMPLE_KEY, sm2._EXAMPLE_SIGNATURE
    order = sm2.N.to_bytes(32, "big")
    r = int.from_bytes(good[:32], "big")
    for signature in (b"", good[:-1], good + b"\0", bytes(64), good[:32] + bytes(32), bytes(32) + good[32:],
                      order + good[32:], good[:32] + order, good[:32] + (sm2.N - r).to_bytes(32, "big")):  # fmt: skip
        assert not verify(key, b"message digest", signature)
    for public in (b"", key[1:], b"\x03" + key[1:], key[:-1] + bytes([key[-1] ^ 1]), b"\x04" + bytes(64)):
        assert not verify(public, b"message digest", good)


def test_points_that_meet_in_an_addition() -> None:
    """The rare cases of the sum: equal points, opposite points, infinity."""
    base = (sm2.GX, sm2.GY, 1)
    opposite = (sm2.GX, -sm2.GY % sm2.P, 1)
    infinity = (1, 1, 0)
    twice = sm2._double(base)
    added = sm2._add(base, base)
    assert twice[0] * pow(twice[2], -2, sm2.P) % sm2.P == added[0] * pow(added[2], -2, sm2.P) % sm2.P
    assert sm2._add(base, opposite)[2] == 0
    assert sm2._add(base, infinity) == sm2._add(infinity, base) == base
    assert sm2._double(infinity)[2] == 0


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 2**64 - 1), st.binary(max_size=40), st.text(max_size=20)),
    lambda inside: st.lists(inside, max_size=5),
    max_leaves=20,
)


@given(plain)
def test_cbor_reads_what_the_engine_writes(value) -> None:
    assert cbor.decode(codec.encode_plain(value)) == value


@settings(max_examples=500)
@given(st.binary(max_size=24))
def test_cbor_takes_exactly_what_the_engine_takes(encoded: bytes) -> None:
    try:
        expected = codec.decode_plain(encoded)
    except codec.Malformed:
        with pytest.raises(Fault):
            cbor.decode(encoded)
    else:
        assert cbor.decode(encoded) == expected


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_trees_of_the_engine(size: int, data: st.DataObject) -> None:
    leaves = [f"leaf {at}".encode() for at in range(size)]
    tree = engine_merkle.LeafList(leaves)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    path = engine_merkle.inclusion_path(tree, index, size)
    hashed = merkle.leaf_hash(leaves[index])
    assert merkle.included(hashed, index, size, path, tree.root())
    grown = engine_merkle.consistency_path(tree, old, size)
    old_root = engine_merkle.root_of(leaves[:old])
    assert merkle.grew(old, old_root, size, tree.root(), grown)
    for other in range(size + 3):
        assert merkle.included(hashed, other, size, path, tree.root()) == (other == index)
        if other not in (0, old) and grown:
            assert not merkle.grew(other, old_root, size, tree.root(), grown)
    for at in range(len(path)):
        assert not merkle.included(hashed, index, size, path[:at] + path[at + 1 :], tree.root())
    for at in range(len(grown)):
        assert not merkle.grew(old, old_root, size, tree.root(), grown[:at] + grown[at + 1 :])
    assert not merkle.included(hashed, index, size, [*path, hashed], tree.root())


@given(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=2, max_size=12),
    st.integers(0, 2**50),
    st.integers(0, 2**50),
)
def test_numbers_of_the_engine(chain: str, time: int, index: int) -> None:
    time %= 4_000_000_000_000
    assert numbers.number(chain, time, index) == str(engine_numbers.number_of(chain, time, index))


def test_the_day_of_a_number_is_that_of_shanghai() -> None:
    midnight = 1_790_006_400_000  # 2026-09-21T16:00:00Z
    assert numbers.number("works", midnight - 1, 1)[10:18] == "20260921"
    assert numbers.number("works", midnight, 1)[10:18] == "20260922"


def test_libcrypto_is_used_where_there_is_one() -> None:
    assert sm2.how() == ("libcrypto" if hashlib.sha256 and sm2._library() else "python")
