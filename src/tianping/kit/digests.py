"""Digests: SM3 (GB/T 32905-2016) for everything the court proves, keyed SM3 for search without reading."""

import hmac
from collections.abc import AsyncIterable, Iterable

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

# A copy of a hash that was begun costs half of beginning one.
_BEGUN = hashes.Hash(hashes.SM3())


class Sm3:
    """Streaming SM3: `update` with bytes, `hexdigest` once at the end."""

    def __init__(self) -> None:
        self._hash = _BEGUN.copy()

    def update(self, block: bytes) -> None:
        self._hash.update(block)

    def digest(self) -> bytes:
        return self._hash.finalize()

    def hexdigest(self) -> str:
        return self.digest().hex()


def sm3(message: bytes) -> str:
    """SM3 of a message as 64 lower-case hexadecimal digits."""
    h = Sm3()
    h.update(message)
    return h.hexdigest()


def sm3_of(blocks: Iterable[bytes]) -> str:
    h = Sm3()
    for block in blocks:
        h.update(block)
    return h.hexdigest()


async def sm3_of_stream(blocks: AsyncIterable[bytes]) -> str:
    h = Sm3()
    async for block in blocks:
        h.update(block)
    return h.hexdigest()


def keyed_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC-SM3 (RFC 2104 over SM3), 32 bytes."""
    mac = HMAC(key, hashes.SM3())
    mac.update(message)
    return mac.finalize()


def same(left: bytes | str, right: bytes | str) -> bool:
    """Compare in constant time."""
    if isinstance(left, str):
        left = left.encode()
    if isinstance(right, str):
        right = right.encode()
    return hmac.compare_digest(left, right)


def canonical(value: object) -> bytes:
    """The one JSON text of a value that digests are made over: UTF-8, keys sorted, no white space."""
    return msgspec.json.encode(value, order="deterministic")
