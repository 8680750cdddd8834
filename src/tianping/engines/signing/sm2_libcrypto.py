"""SM2 by the system's libcrypto 3, called through ctypes.

The library is used in a library context of its own, so that neither an openssl.cnf nor a FIPS setting of the machine
changes what a signature is. ctypes releases the GIL during each call: signatures in two threads use two cores.
"""

import ctypes
import ctypes.util
import secrets
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p, create_string_buffer
from pathlib import Path
from typing import Any

from tianping.engines.signing import curve
from tianping.engines.signing.parsed_keys import ParsedKeys
from tianping.interfaces.signing import KeyUnusable

_NID_SM2 = 1172
_UNSIGNED_INTEGER, _UTF8_STRING, _OCTET_STRING = 2, 4, 5
_SELECT_PUBLIC, _SELECT_KEYPAIR = 0x86, 0x87
_UNCOMPRESSED = 4
_LONGEST_DER_SIGNATURE = 72
_PLAIN_BYTES = 255


class LibcryptoUnusable(Exception):
    """This machine has no libcrypto 3 with SM2; the text says what was tried."""


class _Param(ctypes.Structure):
    """OSSL_PARAM of OpenSSL 3."""

    _fields_ = [
        ("key", c_char_p),
        ("data_type", c_uint),
        ("data", c_void_p),
        ("data_size", c_size_t),
        ("return_size", c_size_t),
    ]


_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "OPENSSL_version_major": (c_uint, ()),
    "OpenSSL_version": (c_char_p, (c_int,)),
    "OSSL_LIB_CTX_new": (c_void_p, ()),
    "ERR_clear_error": (None, ()),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, (c_void_p, c_void_p, c_char_p)),
    "EVP_PKEY_CTX_set_params": (c_int, (c_void_p, POINTER(_Param))),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_fromdata_init": (c_int, (c_void_p,)),
    "EVP_PKEY_fromdata": (c_int, (c_void_p, POINTER(c_void_p), c_int, POINTER(_Param))),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_encrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_encrypt": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_PKEY_decrypt_init": (c_int, (c_void_p,)),
    "EVP_PKEY_decrypt": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_DigestSignInit_ex": (
        c_int,
        (c_void_p, POINTER(c_void_p), c_char_p, c_void_p, c_char_p, c_void_p, POINTER(_Param)),
    ),
    "EVP_DigestVerifyInit_ex": (
        c_int,
        (c_void_p, POINTER(c_void_p), c_char_p, c_void_p, c_char_p, c_void_p, POINTER(_Param)),
    ),
    "EVP_DigestSign": (c_int, (c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "BN_bin2bn": (c_void_p, (c_char_p, c_int, c_void_p)),
    "BN_clear_free": (None, (c_void_p,)),
    "EC_GROUP_new_by_curve_name": (c_void_p, (c_int,)),
    "EC_POINT_new": (c_void_p, (c_void_p,)),
    "EC_POINT_free": (None, (c_void_p,)),
    "EC_POINT_mul": (c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)),
    "EC_POINT_point2oct": (c_size_t, (c_void_p, c_void_p, c_int, c_void_p, c_size_t, c_void_p)),
}


def _candidates() -> list[str]:
    if sys.platform == "darwin":
        places = [f"{prefix}/opt/openssl@3/lib/libcrypto.3.dylib" for prefix in ("/opt/homebrew", "/usr/local")]
        return [*(place for place in places if Path(place).exists()), "libcrypto.3.dylib"]
    if sys.platform == "win32":
        return ["libcrypto-3-x64.dll", "libcrypto-3.dll"]
    found = ctypes.util.find_library("crypto")
    return ["libcrypto.so.3", *([found] if found else [])]


def _load(path: str | None) -> Any:
    tried: list[str] = []
    for name in [path] if path else _candidates():
        try:
            library = ctypes.CDLL(name)
            for function, (answer, arguments) in _FUNCTIONS.items():
                bound = getattr(library, function)
                bound.restype, bound.argtypes = answer, arguments
        except (OSError, AttributeError) as error:
            tried.append(f"{name}: {error}")
            continue
        if library.OPENSSL_version_major() >= 3:
            return library
        tried.append(f"{name}: older than OpenSSL 3")
    raise LibcryptoUnusable("; ".join(tried) or "no libcrypto was found")


class _Key:
    """An EVP_PKEY; freed with the last reference to it, also one that a thread at work still holds."""

    def __init__(self, free: Any, handle: int) -> None:
        self._free = free
        self.handle = handle

    def __del__(self) -> None:
        self._free(self.handle)


class LibcryptoSm2:
    """`interfaces.signing.Sm2`. Keeps up to `kept_keys` parsed public keys, and as many private ones, in memory."""

    def __init__(self, path: str | None = None, *, kept_keys: int = 4096) -> None:
        self._c = _load(path)
        self._context = c_void_p(self._c.OSSL_LIB_CTX_new())
        self._group = c_void_p(self._c.EC_GROUP_new_by_curve_name(_NID_SM2))
        if not self._context or not self._group:
            raise LibcryptoUnusable("this libcrypto was built without SM2")
        self.name = self._c.OpenSSL_version(0).decode()
        self._user_id = create_string_buffer(curve.USER_ID, len(curve.USER_ID))
        self._with_id = self._params((b"distid", _OCTET_STRING, self._user_id, len(curve.USER_ID)))
        self._publics: ParsedKeys[_Key] = ParsedKeys(kept_keys)
        self._privates: ParsedKeys[_Key] = ParsedKeys(kept_keys)
        self._try()

    def new_private_key(self) -> bytes:
        return (secrets.randbelow(curve.N - 2) + 1).to_bytes(curve.PRIVATE_BYTES, "big")

    def public_key(self, private_key: bytes) -> bytes:
        _refuse_unless(curve.private_in_range(private_key))
        c = self._c
        factor = c_void_p(c.BN_bin2bn(private_key, len(private_key), None))
        point = c_void_p(c.EC_POINT_new(self._group))
        try:
            out = create_string_buffer(curve.PUBLIC_BYTES)
            done = c.EC_POINT_mul(self._group, point, factor, None, None, None) == 1
            done = done and c.EC_POINT_point2oct(self._group, point, _UNCOMPRESSED, out, len(out), None) == len(out)
            self._settle(done)
            return out.raw
        finally:
            c.EC_POINT_free(point)
            c.BN_clear_free(factor)

    def sign(self, private_key: bytes, message: bytes) -> bytes:
        key = self._privates.get(private_key) or self._parse_private(private_key)
        c = self._c
        context = c.EVP_MD_CTX_new()
        try:
            out = create_string_buffer(_LONGEST_DER_SIGNATURE)
            length = c_size_t(len(out))
            self._settle(
                self._started(c.EVP_DigestSignInit_ex, context, key)
                and c.EVP_DigestSign(context, out, byref(length), message, len(message)) == 1
            )
            return curve.signature_from_der(out.raw[: length.value])
        finally:
            c.EVP_MD_CTX_free(context)

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            key = self._publics.get(public_key) or self._parse_public(public_key)
            der = curve.signature_to_der(signature)
        except (KeyUnusable, ValueError):
            return False
        c = self._c
        context = c.EVP_MD_CTX_new()
        try:
            good = (
                self._started(c.EVP_DigestVerifyInit_ex, context, key)
                and c.EVP_DigestVerify(context, der, len(der), message, len(message)) == 1
            )
        finally:
            c.EVP_MD_CTX_free(context)
        if not good:
            c.ERR_clear_error()
        return good

    def encrypt(self, public_key: bytes, plain: bytes) -> bytes:
        if not 1 <= len(plain) <= _PLAIN_BYTES:
            raise ValueError("SM2 seals 1 to 255 bytes here; longer content goes into an envelope")
        key = self._publics.get(public_key) or self._parse_public(public_key)
        return self._cipher("encrypt", key, plain)

    def decrypt(self, private_key: bytes, sealed: bytes) -> bytes:
        key = self._privates.get(private_key) or self._parse_private(private_key)
        return self._cipher("decrypt", key, sealed)

    def _started(self, start: Any, context: int, key: _Key) -> bool:
        """Begin with SM3 and set the user id. OpenSSL 3.0 refuses the id among the parameters of the start itself."""
        inner = c_void_p()
        begun = start(context, byref(inner), b"SM3", self._context, None, key.handle, None) == 1
        return begun and self._c.EVP_PKEY_CTX_set_params(inner, self._with_id) == 1

    def _cipher(self, act: str, key: _Key, given: bytes) -> bytes:
        c = self._c
        start, work = getattr(c, f"EVP_PKEY_{act}_init"), getattr(c, f"EVP_PKEY_{act}")
        context = c.EVP_PKEY_CTX_new_from_pkey(self._context, key.handle, None)
        try:
            length = c_size_t()
            self._settle(start(context) == 1 and work(context, None, byref(length), given, len(given)) == 1)
            out = create_string_buffer(max(length.value, len(given)))
            length = c_size_t(len(out))
            self._settle(work(context, out, byref(length), given, len(given)) == 1)
            return out.raw[: length.value]
        finally:
            c.EVP_PKEY_CTX_free(context)

    def _parse_public(self, public_key: bytes) -> _Key:
        _refuse_unless(len(public_key) == curve.PUBLIC_BYTES and public_key[0] == _UNCOMPRESSED)
        return self._publics.keep(public_key, self._parsed(_SELECT_PUBLIC, public_key))

    def _parse_private(self, private_key: bytes) -> _Key:
        public = self.public_key(private_key)
        secret = create_string_buffer(int.from_bytes(private_key, "big").to_bytes(32, sys.byteorder), 32)
        number = (b"priv", _UNSIGNED_INTEGER, secret, 32)
        return self._privates.keep(private_key, self._parsed(_SELECT_KEYPAIR, public, number))

    def _parsed(self, selection: int, public_key: bytes, *more: tuple[bytes, int, Any, int]) -> _Key:
        c = self._c
        group, point = create_string_buffer(b"SM2"), create_string_buffer(public_key, len(public_key))
        params = self._params((b"group", _UTF8_STRING, group, 3), (b"pub", _OCTET_STRING, point, len(point)), *more)
        context = c.EVP_PKEY_CTX_new_from_name(self._context, b"SM2", None)
        try:
            handle = c_void_p()
            self._settle(
                c.EVP_PKEY_fromdata_init(context) == 1
                and c.EVP_PKEY_fromdata(context, byref(handle), selection, params) == 1
                and handle.value is not None
            )
            return _Key(c.EVP_PKEY_free, handle.value or 0)
        finally:
            c.EVP_PKEY_CTX_free(context)

    @staticmethod
    def _params(*values: tuple[bytes, int, Any, int]) -> Any:
        """A terminated OSSL_PARAM array. The buffers must outlive its use: the array holds addresses only."""
        params = (_Param * (len(values) + 1))()
        for at, (key, kind, buffer, size) in enumerate(values):
            params[at] = _Param(key, kind, ctypes.cast(buffer, c_void_p), size, c_size_t(-1).value)
        return params

    def _settle(self, done: bool) -> None:
        """Raise for a failed call, and leave nothing in the error queue, which Python's own ssl shares."""
        if not done:
            self._c.ERR_clear_error()
        _refuse_unless(done)

    def _try(self) -> None:
        """One signature and one sealed message, so that a library that only looks right is refused at start."""
        private = self.new_private_key()
        try:
            public = self.public_key(private)
            good = self.verify(public, b"tianping", self.sign(private, b"tianping"))
            good = good and self.decrypt(private, self.encrypt(public, b"tianping")) == b"tianping"
        except (KeyUnusable, ValueError) as error:
            raise LibcryptoUnusable(f"{self.name}: SM2 does not work") from error
        if not good:
            raise LibcryptoUnusable(f"{self.name}: SM2 does not work")


def _refuse_unless(done: bool) -> None:
    if not done:
        raise KeyUnusable
