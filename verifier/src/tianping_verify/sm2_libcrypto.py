"""SM2 signatures by the machine's libcrypto 3, through ctypes.

A key that is new here is checked by the library's own verification. From a key's third signature on, the sum s·G + t·Q is
made of two products by points whose multiples the library keeps (Q as the generator of a group of its own, which a point of a
curve of prime order always is): about a third of the time. A library without those functions goes on as with a new key.
"""

import ctypes
import ctypes.util
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from tianping_verify.sm2_plain import GX, GY, N

KNOWN = 3
"""From which signature on a key's multiples are kept: what they cost is worth about two checks."""

_MOST_KEYS = 64
_SM2 = 1172  # NID_sm2
_GENERATOR = b"\x04" + GX.to_bytes(32, "big") + GY.to_bytes(32, "big")
# SubjectPublicKeyInfo of a key on this curve, up to the key itself.
_KEY_INFO = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_POINT, _SIZE, _INT = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
_OWN = {
    "OPENSSL_version_major": (ctypes.c_uint, []),
    "d2i_PUBKEY": (_POINT, [_POINT, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long]),
    "EVP_PKEY_free": (None, [_POINT]),
    "EVP_PKEY_CTX_new": (_POINT, [_POINT, _POINT]),
    "EVP_PKEY_CTX_free": (None, [_POINT]),
    "EVP_PKEY_verify_init": (_INT, [_POINT]),
    "EVP_PKEY_verify": (_INT, [_POINT, ctypes.c_char_p, _SIZE, ctypes.c_char_p, _SIZE]),
    "ERR_clear_error": (None, []),
}
_CURVE = {
    "BN_bin2bn": (_POINT, [ctypes.c_char_p, _INT, _POINT]),
    "BN_bn2binpad": (_INT, [_POINT, ctypes.c_char_p, _INT]),
    "BN_CTX_new": (_POINT, []),
    "EC_GROUP_new_by_curve_name": (_POINT, [_INT]),
    "EC_GROUP_free": (None, [_POINT]),
    "EC_GROUP_get0_order": (_POINT, [_POINT]),
    "EC_GROUP_get0_cofactor": (_POINT, [_POINT]),
    "EC_GROUP_set_generator": (_INT, [_POINT, _POINT, _POINT, _POINT]),
    "EC_GROUP_precompute_mult": (_INT, [_POINT, _POINT]),
    "EC_GROUP_have_precompute_mult": (_INT, [_POINT]),
    "EC_POINT_new": (_POINT, [_POINT]),
    "EC_POINT_free": (None, [_POINT]),
    "EC_POINT_oct2point": (_INT, [_POINT, _POINT, ctypes.c_char_p, _SIZE, _POINT]),
    "EC_POINT_mul": (_INT, [_POINT] * 6),
    "EC_POINT_add": (_INT, [_POINT] * 5),
    "EC_POINT_get_affine_coordinates": (_INT, [_POINT] * 5),
}

Decide = Callable[[bytes, bytes, int, int], bool]


def found() -> Iterator[Decide]:
    """What decides by each libcrypto of this machine that has what is needed."""
    for name in _candidates():
        try:
            library = ctypes.CDLL(name)
            yield _Deciding(library).decide
        except (OSError, AttributeError):
            continue


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
    other = ctypes.util.find_library("crypto")
    if other:
        yield other


def _bind(c: ctypes.CDLL, functions: dict[str, tuple[Any, list[Any]]]) -> None:
    """Raises AttributeError where the library has one of them not."""
    for name, (answer, takes) in functions.items():
        function = getattr(c, name)
        function.restype, function.argtypes = answer, takes


class _Deciding:
    """One library. Its work space is not for two threads at once."""

    def __init__(self, c: ctypes.CDLL) -> None:
        self._as_new = _AsNew(c)
        try:
            self._as_known = _AsKnown(c)
        except AttributeError:
            self._as_known = None
        self._seen: Counter[bytes] = Counter()
        self._lock = threading.Lock()

    def decide(self, public_key: bytes, digest: bytes, r: int, s: int) -> bool:
        with self._lock:
            if self._as_known and self._is_known(public_key):
                decided = self._as_known.decide(public_key, digest, r, s)
                if decided is not None:
                    return decided
                self._as_known = None
            return self._as_new.decide(public_key, digest, r, s)

    def _is_known(self, public_key: bytes) -> bool:
        if len(self._seen) >= _MOST_KEYS:
            self._seen.clear()
        self._seen[public_key] += 1
        return self._seen[public_key] >= KNOWN


class _AsNew:
    """The library's own verification."""

    def __init__(self, c: ctypes.CDLL) -> None:
        _bind(c, _OWN)
        self._c = c
        self._keys = _Kept(self._read, c.EVP_PKEY_free)

    def decide(self, public_key: bytes, digest: bytes, r: int, s: int) -> bool:
        c, key = self._c, self._keys.of(public_key)
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

    def _read(self, public_key: bytes) -> int:
        encoded = ctypes.c_char_p(_KEY_INFO + public_key)
        return self._c.d2i_PUBKEY(None, ctypes.byref(encoded), len(_KEY_INFO) + 65) or 0


class _AsKnown:
    """The verification's one sum, by multiples that are kept."""

    def __init__(self, c: ctypes.CDLL) -> None:
        _bind(c, _CURVE)
        self._c = c
        self._groups = _Kept(self._group_of, c.EC_GROUP_free)
        self._base = self._group_of(_GENERATOR)
        self._space = c.BN_CTX_new()
        self._zero = c.BN_bin2bn(b"", 0, None)
        self._s, self._t, self._x = (c.BN_bin2bn(b"", 0, None) for _ in range(3))
        self._by_base, self._by_key = (c.EC_POINT_new(self._base) for _ in range(2)) if self._base else (0, 0)

    def decide(self, public_key: bytes, digest: bytes, r: int, s: int) -> bool | None:
        """None where the library could not."""
        c, space = self._c, self._space
        base, key = self._base, self._groups.of(public_key)
        c.BN_bin2bn(s.to_bytes(32, "big"), 32, self._s)
        c.BN_bin2bn(((r + s) % N).to_bytes(32, "big"), 32, self._t)
        x = ctypes.create_string_buffer(32)
        # Zero times the other point: the library takes the slower way of secret factors where there is only one.
        done = (
            base
            and key
            and c.EC_POINT_mul(base, self._by_base, self._s, self._by_key, self._zero, space)
            and c.EC_POINT_mul(key, self._by_key, self._t, self._by_base, self._zero, space)
            and c.EC_POINT_add(base, self._by_base, self._by_base, self._by_key, space)
        )
        if not done:
            c.ERR_clear_error()
            return None
        if not c.EC_POINT_get_affine_coordinates(base, self._by_base, self._x, None, space):
            c.ERR_clear_error()
            return False  # the point at infinity
        c.BN_bn2binpad(self._x, x, 32)
        return (int.from_bytes(digest, "big") + int.from_bytes(x.raw, "big")) % N == r

    def _group_of(self, point: bytes) -> int:
        """The curve with this point as generator, its multiples made; 0 where the library has them not."""
        c = self._c
        group = c.EC_GROUP_new_by_curve_name(_SM2)
        if not group:
            return 0
        generator = c.EC_POINT_new(group)
        order, cofactor = c.EC_GROUP_get0_order(group), c.EC_GROUP_get0_cofactor(group)
        made = (
            c.EC_POINT_oct2point(group, generator, point, len(point), None)
            and c.EC_GROUP_set_generator(group, generator, order, cofactor)
            and c.EC_GROUP_precompute_mult(group, None)
            and c.EC_GROUP_have_precompute_mult(group)
        )
        c.EC_POINT_free(generator)
        if made:
            return group
        c.EC_GROUP_free(group)
        return 0


class _Kept:
    """What the library made of a key, once; all of it is let go where it becomes too much."""

    def __init__(self, make: Callable[[bytes], int], free: Callable[[int], None]) -> None:
        self._make, self._free = make, free
        self._made: dict[bytes, int] = {}

    def of(self, public_key: bytes) -> int:
        """0 where the library could not make it."""
        if public_key not in self._made:
            if len(self._made) >= _MOST_KEYS:
                for one in self._made.values():
                    self._free(one)
                self._made.clear()
            self._made[public_key] = self._make(public_key)
        return self._made[public_key]


def _der(r: int, s: int) -> bytes:
    parts = b""
    for number in (r, s):
        digits = number.to_bytes(number.bit_length() // 8 + 1, "big")
        parts += bytes((2, len(digits))) + digits
    return bytes((0x30, len(parts))) + parts
