"""The deterministic part of CBOR that the ledger uses: unsigned integers, bytes, texts, arrays, null, true, false."""

from typing import Any

from tianping_verify.faults import Fault

_DEEPEST = 16
_SIMPLE = {20: False, 21: True, 22: None}


def decode(encoded: bytes) -> Any:
    """The one value that these bytes are. Raises Fault for anything that another encoding of the same would differ from."""
    value, end = _read(encoded, 0, 0)
    if end != len(encoded):
        raise Fault("encoding")
    return value


def _read(encoded: bytes, at: int, depth: int) -> tuple[Any, int]:
    if at >= len(encoded) or depth > _DEEPEST:
        raise Fault("encoding")
    major, short = encoded[at] >> 5, encoded[at] & 31
    at += 1
    if major == 7:
        if short not in _SIMPLE:
            raise Fault("encoding")
        return _SIMPLE[short], at
    number, at = _argument(encoded, at, short)
    if major == 0:
        return number, at
    if major in (2, 3):
        content = encoded[at : at + number]
        if len(content) != number:
            raise Fault("encoding")
        return content if major == 2 else _text(content), at + number
    if major == 4:
        values = []
        for _ in range(number):
            value, at = _read(encoded, at, depth + 1)
            values.append(value)
        return values, at
    raise Fault("encoding")


def _argument(encoded: bytes, at: int, short: int) -> tuple[int, int]:
    if short < 24:
        return short, at
    if short > 27:
        raise Fault("encoding")
    width = 1 << (short - 24)
    digits = encoded[at : at + width]
    number = int.from_bytes(digits, "big")
    # The shortest form only: a number that fits into fewer bytes must stand there.
    if len(digits) != width or number < (24 if width == 1 else 1 << (4 * width)):
        raise Fault("encoding")
    return number, at + width


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Fault("encoding") from wrong
