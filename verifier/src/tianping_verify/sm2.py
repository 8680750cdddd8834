"""Checking SM2 signatures (GB/T 32918.2): by the machine's libcrypto 3 through ctypes, else in plain Python.

Only public values come here, so nothing needs to take constant time.
"""

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache

from tianping_verify.sm3 import sm3

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
USER_ID = b"1234567812345678"
_CURVE = b"".join(number.to_bytes(32, "big") for number in (A, B, GX, GY))
_WINDOW = 4
# SubjectPublicKeyInfo of a key on this curve, up to the key itself.
_KEY_INFO = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")

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

Point = tuple[int, int, int]
"""Jacobian: (x / z², y / z³). z = 0 is the point at infinity."""
Decide = Callable[[bytes, bytes, int, int], bool]
"""(public key, digest e, r, s) -> whether they fit."""


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `r ‖ s` is a signature over the message. False for anything malformed."""
    return _verify(public_key, message, signature, _library() or decide_pure)


def verify_pure(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """The same, always in plain Python."""
    return _verify(public_key, message, signature, decide_pure)


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


# Plain Python


def decide_pure(public_key: bytes, digest: bytes, r: int, s: int) -> bool:
    x, _, z = _sum_of_products(s, _table_of_base(), (r + s) % N, _table_of(public_key))
    if not z:
        return False
    inverse = pow(z, -1, P)
    return (int.from_bytes(digest, "big") + x * inverse * inverse % P) % N == r


def _sum_of_products(first: int, of: list[Point], second: int, other: list[Point]) -> Point:
    """first·P + second·Q, from the multiples 0..15 of both, four bits a step."""
    total: Point = (1, 1, 0)
    mask = (1 << _WINDOW) - 1
    for shift in range(256 - _WINDOW, -1, -_WINDOW):
        for _ in range(_WINDOW):
            total = _double(total)
        for factor, table in ((first, of), (second, other)):
            digit = factor >> shift & mask
            if digit:
                total = _add(total, table[digit])
    return total


def _double(point: Point) -> Point:
    x, y, z = point
    if not z:
        return point
    square_y = y * y % P
    s = 4 * x * square_y % P
    square_z = z * z % P
    slope = 3 * (x - square_z) * (x + square_z) % P  # a = -3
    out = (slope * slope - 2 * s) % P
    return out, (slope * (s - out) - 8 * square_y * square_y) % P, 2 * y * z % P


def _add(left: Point, right: Point) -> Point:
    if not left[2]:
        return right
    if not right[2]:
        return left
    (x1, y1, z1), (x2, y2, z2) = left, right
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * z2 * zz2 % P, y2 * z1 * zz1 % P
    if u1 == u2:
        return _double(left) if s1 == s2 else (1, 1, 0)
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh = h * hh % P
    v = u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return x, (r * (v - x) - s1 * hhh) % P, h * z1 * z2 % P


def _multiples(point: Point) -> list[Point]:
    table: list[Point] = [(1, 1, 0), point]
    while len(table) < 1 << _WINDOW:
        table.append(_add(table[-1], point))
    return table


@lru_cache(maxsize=1)
def _table_of_base() -> list[Point]:
    return _multiples((GX, GY, 1))


@lru_cache(maxsize=64)
def _table_of(public_key: bytes) -> list[Point]:
    return _multiples((int.from_bytes(public_key[1:33], "big"), int.from_bytes(public_key[33:], "big"), 1))


# libcrypto


@lru_cache(maxsize=1)
def _library() -> Decide | None:
    """A libcrypto that is new enough and gets the standard's example right; None where there is none."""
    if os.environ.get("TIANPING_VERIFY_PURE"):
        return None
    for name in _candidates():
        try:
            decide = _bound(ctypes.CDLL(name))
        except (OSError, AttributeError):
            continue
        right = _verify(_EXAMPLE_KEY, b"message digest", _EXAMPLE_SIGNATURE, decide)
        if right and not _verify(_EXAMPLE_KEY, b"message digesu", _EXAMPLE_SIGNATURE, decide):
            return decide
    return None


def _candidates() -> Iterator[str]:
    if sys.platform == "darwin":
        # The unversioned library of macOS ends the process that loads it.
        yield from (
            "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
            "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib",
        )
        return
    if sys.platform == "win32":
        yield from ("libcrypto-3-x64.dll", "libcrypto-3.dll", "libcrypto-3-arm64.dll")
        return
    yield "libcrypto.so.3"
    found = ctypes.util.find_library("crypto")
    if found:
        yield found


def _bound(c: ctypes.CDLL) -> Decide:
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    for name, answer, takes in (
        ("OPENSSL_version_major", ctypes.c_uint, []),
        ("d2i_PUBKEY", pointer, [pointer, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long]),
        ("EVP_PKEY_free", None, [pointer]),
        ("EVP_PKEY_CTX_new", pointer, [pointer, pointer]),
        ("EVP_PKEY_CTX_free", None, [pointer]),
        ("EVP_PKEY_verify_init", ctypes.c_int, [pointer]),
        ("EVP_PKEY_verify", ctypes.c_int, [pointer, ctypes.c_char_p, size, ctypes.c_char_p, size]),
        ("ERR_clear_error", None, []),
    ):
        function = getattr(c, name)
        function.restype, function.argtypes = answer, takes
    keys: dict[bytes, int] = {}

    def parsed(public_key: bytes) -> int:
        if public_key not in keys:
            if len(keys) > 1000:
                for held in keys.values():
                    c.EVP_PKEY_free(held)
                keys.clear()
            encoded = ctypes.c_char_p(_KEY_INFO + public_key)
            keys[public_key] = c.d2i_PUBKEY(None, ctypes.byref(encoded), len(_KEY_INFO) + 65) or 0
        return keys[public_key]

    def decide(public_key: bytes, digest: bytes, r: int, s: int) -> bool:
        key = parsed(public_key)
        context = c.EVP_PKEY_CTX_new(key, None) if key else None
        if not context:
            return False
        try:
            encoded = _der(r, s)
            good = c.EVP_PKEY_verify_init(context) == 1
            good = good and c.EVP_PKEY_verify(context, encoded, len(encoded), digest, len(digest)) == 1
        finally:
            c.EVP_PKEY_CTX_free(context)
        if not good:
            c.ERR_clear_error()
        return good

    return decide


def _der(r: int, s: int) -> bytes:
    parts = b""
    for number in (r, s):
        digits = number.to_bytes(number.bit_length() // 8 + 1, "big")
        parts += bytes((2, len(digits))) + digits
    return bytes((0x30, len(parts))) + parts
