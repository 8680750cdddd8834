"""One content has one encoding; everything else is refused."""

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianping.engines.ledger import building, codec
from tianping.engines.ledger.codec import DEEPEST, Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import Item

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0, (1 << 64) - 1) | st.binary(max_size=40) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)
ITEM = building.item_of(file_digest=sm3(b"file"), size=5, media="text/plain", salt=b"s" * 16).item


@given(PLAIN)
def test_plain_content_comes_back(value: object) -> None:
    if not _too_deep(value):
        assert codec.decode_plain(codec.encode_plain(value)) == value  # type: ignore[arg-type]


def _too_deep(value: object, deep: int = 0) -> bool:
    return isinstance(value, list) and (deep >= DEEPEST or any(_too_deep(one, deep + 1) for one in value))


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused_or_come_back_as_they_were(raw: bytes) -> None:
    try:
        value = codec.decode_plain(raw)
    except Malformed:
        return
    assert codec.encode_plain(value) == raw


@settings(max_examples=200)
@given(st.data())
def test_a_changed_byte_makes_another_item_or_none(data: st.DataObject) -> None:
    raw = bytearray(codec.encode(ITEM))
    at, to = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 255))
    changed = raw[at] != to
    raw[at] = to
    try:
        item = codec.decode(bytes(raw), Item)
    except Malformed:
        assert changed
        return
    assert (item != ITEM) == changed
    assert codec.encode(item) == bytes(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        bytes.fromhex("8001"),  # something after the end
        bytes.fromhex("1800"),  # 0 in two bytes
        bytes.fromhex("9f01ff"),  # indefinite length
        bytes.fromhex("5f4101ff"),  # a byte string in pieces
        bytes.fromhex("20"),  # -1
        bytes.fromhex("c249010000000000000000"),  # 2^64
        bytes.fromhex("f93c00"),  # a float
        bytes.fromhex("a10102"),  # a map
        bytes.fromhex("d81c80"),  # shared values
        bytes.fromhex("d81c81d81d00"),  # an array that holds itself
        bytes.fromhex("c11a514b67b0"),  # a time
        bytes.fromhex("d9010280"),  # a set
        bytes.fromhex("81d9010280"),  # a set in an array
        bytes.fromhex("f7"),  # undefined
        bytes.fromhex("e0"),  # a simple value
        bytes.fromhex("61ff"),  # no UTF-8
        bytes.fromhex("63eda080"),  # half a surrogate pair
        b"\x81" * (DEEPEST + 1) + b"\x80",
        b"\x81" * 100_000 + b"\x80",
        cbor2.dumps(b"x" * codec.LARGEST),
    ],
)
def test_other_encodings_are_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        codec.decode_plain(raw)


def test_as_deep_as_may_be() -> None:
    deep: list = []
    for _ in range(DEEPEST - 1):
        deep = [deep]
    assert codec.decode_plain(codec.encode_plain(deep)) == deep


GOOD = [b"c" * 32, 5, "text/plain", None, None, None]


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0, b"c" * 31), (0, "c" * 32), (0, None), (1, True), (1, "5"), (1, 1 << 53), (2, "text"), (2, "text/plain\n"),
        (2, b"text/plain"), (2, "a/" + "b" * 99), (3, b""), (3, b"c" * 33), (4, 0), (5, 1 << 53), (5, b""),
    ],
)  # fmt: skip
def test_a_field_of_another_shape_is_refused(at: int, value: object) -> None:
    assert codec.decode(codec.encode_plain(GOOD), Item)
    with pytest.raises(Malformed):
        codec.decode(codec.encode_plain([*GOOD[:at], value, *GOOD[at + 1 :]]), Item)


def test_exactly_the_fields() -> None:
    for fields in (GOOD[:-1], [*GOOD, None], []):
        with pytest.raises(Malformed):
            codec.decode(codec.encode_plain(fields), Item)
