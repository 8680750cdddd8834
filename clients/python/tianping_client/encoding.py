"""The ledger's format as far as a depositor needs it (docs/ledger-format.md): digests, deterministic CBOR, the items' tree."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gmssl_pyx

NO_END = (1 << 53) - 1


def sm3(message: bytes) -> bytes:
    return gmssl_pyx.sm3_hash(message)


def tagged(tag: str, message: bytes) -> bytes:
    return tag.encode("ascii") + b"\0" + message


def commitment(salt: bytes, file_sm3: bytes) -> bytes:
    return sm3(salt + file_sm3)


def commitment_sha256(salt: bytes, file_sha256: bytes) -> bytes:
    return hashlib.sha256(salt + file_sha256).digest()


def encode(value: Any) -> bytes:
    """Deterministic CBOR of lists, unsigned integers, bytes, texts, booleans and None. Raises TypeError for anything else."""
    if value is None:
        return b"\xf6"
    if value is False or value is True:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int) and 0 <= value < 1 << 64:
        return _head(0, value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        raw = value.encode()
        return _head(3, len(raw)) + raw
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(encode, value))
    raise TypeError(f"the ledger's format has no {type(value).__name__}")


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    raise OverflowError(number)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 root with SM3."""
    if not leaves:
        return sm3(b"")
    if len(leaves) == 1:
        return sm3(b"\0" + leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sm3(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:]))


@dataclass(frozen=True)
class Item:
    """`commit`, `commit_sha256`: see `commitment`; `facts`: SM3 of the facts' canonical JSON; `claimed_at`: milliseconds."""

    commit: bytes
    size: int
    media: str
    commit_sha256: bytes | None = None
    facts: bytes | None = None
    claimed_at: int | None = None

    def encoded(self) -> bytes:
        return encode([self.commit, self.size, self.media, self.commit_sha256, self.facts, self.claimed_at])


def body(chain: str, kind: str, author: str, ref: str, until: int, content: list[Any]) -> bytes:
    return encode([1, chain, kind, author, ref, until, content])


def envelope(encoded_body: bytes, items: Sequence[bytes], fingerprint: bytes, signature: bytes) -> bytes:
    return encode([1, encoded_body, list(items), [[fingerprint, signature]]])


def signed_message(encoded_body: bytes) -> bytes:
    return tagged("tianping/transaction/1", encoded_body)


def request_message(method: str, target: str, time: str, nonce: str, content: bytes) -> bytes:
    return tagged("tianping/request/1", f"{method}\n{target}\n{time}\n{nonce}\n{sm3(content).hex()}".encode())
