"""SM3 (GB/T 32905-2016) as the ledger uses it, and the tags that keep its uses apart."""

import hashlib
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes


def _quickest() -> Callable[[bytes], bytes]:
    """The interpreter's own libcrypto copies a fresh state quicker than anything else; not every build has SM3."""
    if "sm3" in hashlib.algorithms_available:
        fresh = hashlib.new("sm3")

        def by_hashlib(message: bytes) -> bytes:
            state = fresh.copy()
            state.update(message)
            return state.digest()

        return by_hashlib
    started: Any = hashes.Hash(hashes.SM3())

    def by_cryptography(message: bytes) -> bytes:
        state = started.copy()
        state.update(message)
        return state.finalize()

    return by_cryptography


sm3: Callable[[bytes], bytes] = _quickest()
"""SM3 of a message, 32 bytes."""


def tagged(tag: str, message: bytes) -> bytes:
    """The bytes that are hashed or signed for one purpose: `tag ‖ 0x00 ‖ message`, so that none can pass for another."""
    return tag.encode("ascii") + b"\x00" + message


def commitment(salt: bytes, file_digest: bytes) -> bytes:
    """What the chain keeps of a file: SM3(salt ‖ SM3(file)). Without the salt it says nothing, even of a short text."""
    return sm3(salt + file_digest)


def commitment_sha256(salt: bytes, file_sha256: bytes) -> bytes:
    """The same for those outside who have no SM3: SHA-256(salt ‖ SHA-256(file))."""
    return hashlib.sha256(salt + file_sha256).digest()
