"""Checking SM2 signatures (GB/T 32918.2): by the machine's libcrypto 3 where there is one, else in plain Python.

Only public values come here, so nothing needs to take constant time.
"""

import os
from collections.abc import Callable
from functools import lru_cache

from tianping_verify import sm2_libcrypto, sm2_plain
from tianping_verify.sm2_plain import GX, GY, A, B, N, P
from tianping_verify.sm3 import sm3

USER_ID = b"1234567812345678"
_CURVE = b"".join(number.to_bytes(32, "big") for number in (A, B, GX, GY))

# The example of GB/T 32918.5, annex A.2: what a library must get right before it is trusted with anything.
_EXAMPLE_KEY = bytes.fromhex(
    "04"
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
_EXAMPLE_SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
# Two tries a round: a library works differently with a key that it knows, and must be right both ways.
_ROUNDS = (sm2_libcrypto.KNOWN + 1) // 2

Decide = Callable[[bytes, bytes, int, int], bool]
"""(public key, digest e, r, s) -> whether they fit."""


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `r ‖ s` is a signature over the message. False for anything malformed."""
    return _verify(public_key, message, signature, _library() or sm2_plain.decide)


def verify_pure(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """The same, always in plain Python."""
    return _verify(public_key, message, signature, sm2_plain.decide)


def how() -> str:
    """What checks signatures on this machine."""
    return "libcrypto" if _library() else "python"


@lru_cache(maxsize=256)
def is_public_key(public_key: bytes) -> bool:
    if len(public_key) != 65 or public_key[0] != 4:
        return False
    x, y = int.from_bytes(public_key[1:33], "big"), int.from_bytes(public_key[33:], "big")
    return x < P and y < P and (y * y - (x * x + A) * x - B) % P == 0


def _verify(public_key: bytes, message: bytes, signature: bytes, decide: Decide) -> bool:
    if len(signature) != 64 or not is_public_key(public_key):
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s < N) or (r + s) % N == 0:
        return False
    return decide(public_key, sm3(_identity(public_key) + message), r, s)


@lru_cache(maxsize=256)
def _identity(public_key: bytes) -> bytes:
    return sm3((8 * len(USER_ID)).to_bytes(2, "big") + USER_ID + _CURVE + public_key[1:])


@lru_cache(maxsize=1)
def _library() -> Decide | None:
    """A libcrypto that is new enough and gets the standard's example right; None where there is none."""
    if os.environ.get("TIANPING_VERIFY_PURE"):
        return None
    for decide in sm2_libcrypto.found():
        if all(
            _verify(_EXAMPLE_KEY, b"message digest", _EXAMPLE_SIGNATURE, decide)
            and not _verify(_EXAMPLE_KEY, b"message digesu", _EXAMPLE_SIGNATURE, decide)
            for _ in range(_ROUNDS)
        ):
            return decide
    return None
