"""The checker's own cryptography, trees and encodings against those of others."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tianping_verify import cbor, merkle, numbers, sm2, sm2_libcrypto, sm2_plain, sm3
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
    base, affine = (sm2.GX, sm2.GY, 1), (sm2.GX, sm2.GY)
    opposite = (sm2.GX, -sm2.GY % sm2.P)
    assert sm2_plain._add(base, affine) == sm2_plain._double(base)
    assert sm2_plain._add(base, opposite)[2] == 0
    assert sm2_plain._add(sm2_plain.INFINITY, affine) == base
    assert sm2_plain._double(sm2_plain.INFINITY)[2] == 0


def times(factor: int) -> tuple[int, int] | None:
    """factor·G, by nothing but doubling and adding of affine points."""
    total, point = None, (sm2.GX, sm2.GY)
    while factor:
        if factor & 1:
            total = added(total, point)
        point, factor = added(point, point), factor >> 1
    return total


def added(left, right):
    if left is None or right is None:
        return left or right
    if left[0] == right[0] and (left[1] + right[1]) % sm2.P == 0:
        return None
    if left == right:
        slope = (3 * left[0] ** 2 + sm2.A) * pow(2 * left[1], -1, sm2.P)
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, sm2.P)
    x = (slope * slope - left[0] - right[0]) % sm2.P
    return x, (slope * (left[0] - x) - left[1]) % sm2.P


def test_sums_of_products_that_meet() -> None:
    """Small factors of small multiples of G, of their opposites, and such as end at infinity: a new point and a known one."""
    chance = random.Random(7)
    large = [sm2.N - 1, sm2.N - 2, 1 << 255, (1 << 256) - 1, *(chance.randrange(sm2.N) for _ in range(3))]
    for private in (1, 2, 3, 31, 1 << 32, sm2.N - 1, sm2.N - 2, chance.randrange(sm2.N)):
        point = times(private)
        assert point is not None
        base = sm2_plain.Multiples((sm2.GX, sm2.GY), 7)
        multiples = sm2_plain.Multiples(point, 5)
        for first, second in [(0, 0), (1, 1), (2, 1), (3, 3), (31, 1), (1 << 32, 1), (0, 5), (7, 0),
                              *((one, other) for one in large for other in (1, one, chance.choice(large)))]:  # fmt: skip
            x, y, z = sm2_plain.sum_of_products(first, base, second, multiples)
            inverse = pow(z, -1, sm2.P) if z else 0
            got = (x * inverse**2 % sm2.P, y * inverse**3 % sm2.P) if z else None
            assert got == times((first + second * private) % sm2.N), (private, first, second)


@pytest.mark.parametrize("verify", [sm2.verify, sm2.verify_pure])
def test_a_key_that_is_known_by_now(verify) -> None:
    """From the second or third signature on a key's multiples are kept: right stays right, and wrong wrong."""
    engine = engine_sm2()
    chance = random.Random(11)
    keys = [engine.new_private_key() for _ in range(3)]
    keys += [number.to_bytes(32, "big") for number in (1, 2, sm2.N - 2)]
    for turn in range(6):
        for private in keys:
            public, message = engine.public_key(private), chance.randbytes(40)
            signature = bytearray(engine.sign(private, message))
            assert verify(public, message, bytes(signature)), turn
            signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
            assert not verify(public, message, bytes(signature)), turn
            assert not verify(public, message + b"!", engine.sign(private, message)), turn


def test_more_keys_than_are_kept() -> None:
    engine = engine_sm2()
    keys = [engine.new_private_key() for _ in range(sm2_libcrypto._MOST_KEYS + 6)]
    for turn in range(2):
        for private in keys:
            public, signature = engine.public_key(private), engine.sign(private, b"one of many")
            for _ in range(sm2_libcrypto.KNOWN):
                assert sm2.verify(public, b"one of many", signature), turn
            assert not sm2.verify(public, b"another", signature), turn


def test_a_library_without_kept_multiples_checks_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one is that was built without deprecated functions, or has none for this curve."""
    engine = engine_sm2()
    private = engine.new_private_key()
    public, signature = engine.public_key(private), engine.sign(private, b"message")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    digest = sm3.sm3(sm2._identity(public) + b"message")
    for changed in ({**sm2_libcrypto._CURVE, "EC_GROUP_no_such": (None, [])}, None):
        if changed:
            monkeypatch.setattr(sm2_libcrypto, "_CURVE", changed)
        else:
            monkeypatch.undo()
            monkeypatch.setattr(sm2_libcrypto._AsKnown, "_group_of", lambda _self, _point: 0)
        for decide in sm2_libcrypto.found():
            for _ in range(2 * sm2_libcrypto.KNOWN):
                assert decide(public, digest, r, s)
                assert not decide(public, digest, r, (s + 1) % sm2.N)


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
    assert sm2.how() == ("libcrypto" if any(sm2_libcrypto.found()) else "python")
