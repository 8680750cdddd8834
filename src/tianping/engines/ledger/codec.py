"""The one encoding of everything that is hashed or signed: deterministic CBOR (RFC 8949, section 4.2.1) of plain arrays.

Arrays only (no maps, floats, tags or indefinite lengths): integers, byte strings, texts, null, true, false. A structure is
an array in the order of its fields. What does not encode back to the same bytes is refused, so that one content has one
digest.
"""

from typing import Any, TypeVar

import cbor2
import msgspec

from tianping.kit.problems import Problem, Text

T = TypeVar("T")

LARGEST = 1 << 20
"""Bytes of the largest transaction that is read, 1 MiB."""

DEEPEST = 16
"""Arrays in each other. A bound of our own: how deep a reader can go otherwise depends on the machine it runs on."""


_SCALARS = frozenset({bytes, str, bool, type(None)})


class Malformed(Problem):
    status = 400
    code = "ledger-malformed"
    title = Text("数据不符合账本格式", "The data is not in the ledger's format")


class Encoded(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A structure of the format: an array of exactly its fields."""


def encode(value: Any) -> bytes:
    """The bytes of a structure or of plain arrays and scalars."""
    return cbor2.dumps(msgspec.to_builtins(value, builtin_types=(bytes,)))


def encode_plain(value: list[Any]) -> bytes:
    """`encode` for what is already plain: the quick way for leaves."""
    return cbor2.dumps(value)


def decode_plain(encoded: bytes) -> Any:
    """Plain arrays and scalars. Raises Malformed for anything but the one encoding."""
    if len(encoded) > LARGEST:
        raise Malformed
    try:
        value = cbor2.loads(encoded)
        if not _is_plain(value, DEEPEST) or cbor2.dumps(value) != encoded:
            raise Malformed
    except Malformed:
        raise
    except Exception as wrong:
        raise Malformed from wrong
    return value


def decode(encoded: bytes, kind: type[T]) -> T:
    """A structure from its bytes. Raises Malformed."""
    return shape(decode_plain(encoded), kind)


def decode_own(encoded: bytes, kind: type[T]) -> T:
    """`decode` for what we encoded ourselves: the encoding is not looked at a second time."""
    return shape(cbor2.loads(encoded), kind)


def shape(plain: Any, kind: type[T]) -> T:
    """A structure from plain arrays, every type and bound checked. Raises Malformed."""
    try:
        return msgspec.convert(plain, kind, builtin_types=(bytes,))
    except (msgspec.ValidationError, ValueError) as wrong:
        raise Malformed from wrong


def _is_plain(value: Any, deeper: int) -> bool:
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is int:
        return 0 <= value < 1 << 64
    if kind is not list or deeper <= 0:
        return False
    # Most parts are scalars: that is seen without going deeper.
    others = [part for part in value if type(part) not in _SCALARS]
    return not others or all(_is_plain(part, deeper - 1) for part in others)
