"""SM2 keys as the court's CA gives them out: an encrypted PKCS#8 file and a certificate."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Protocol

import gmssl_pyx

from tianping_client.encoding import sm3

_USER_ID = b"1234567812345678"
_PBKDF2, _HMAC_SHA256, _SM4_CBC = "2a864886f70d01050c", "2a864886f70d0209", "2a811ccf55016802"


class KeyUnusable(Exception):
    """The passphrase is wrong, or the file is none that the court's CA writes."""


class Signer(Protocol):
    """Whatever holds the key. `fingerprint`: SM3 of the certificate's DER; `sign` gives `r ‖ s`, 64 bytes."""

    fingerprint: bytes

    def sign(self, message: bytes) -> bytes: ...


class Key:
    """A private key in this process. `private_key`: 32 bytes; `public_key`: `04 ‖ x ‖ y`."""

    def __init__(self, private_key: bytes, public_key: bytes, certificate: bytes) -> None:
        self._private = private_key
        self._public = public_key[-64:]
        self.fingerprint = sm3(certificate)

    @classmethod
    def from_files(cls, key: str | Path, certificate: str | Path, *, passphrase: str) -> "Key":
        """Raises KeyUnusable, OSError."""
        private, public = _opened(_der(Path(key).read_bytes()), passphrase)
        return cls(private, public, _der(Path(certificate).read_bytes()))

    def sign(self, message: bytes) -> bytes:
        outer = _parts(_parts(gmssl_pyx.sm2_sign(self._private, self._public, message, _USER_ID))[0][1])
        return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for _, number in outer)


def _der(content: bytes) -> bytes:
    found = re.search(rb"-----BEGIN [A-Z ]+-----(.*?)-----END", content, re.DOTALL)
    return base64.b64decode(found.group(1)) if found else content


def _opened(der: bytes, passphrase: str) -> tuple[bytes, bytes]:
    """PBES2 with PBKDF2 (HMAC-SHA-256) and SM4-CBC, which is what the CA writes; a key with its public key beside it."""
    try:
        algorithm, sealed = (value for _, value in _parts(_parts(der)[0][1]))
        derivation, scheme = (_parts(value) for _, value in _parts(_parts(algorithm)[1][1]))
        kdf = _parts(derivation[1][1])
        salt, iterations = kdf[0][1], int.from_bytes(kdf[1][1], "big")
        used = (derivation[0][1].hex(), _parts(kdf[-1][1])[0][1].hex(), scheme[0][1].hex())
        if used != (_PBKDF2, _HMAC_SHA256, _SM4_CBC):
            raise KeyUnusable(f"algorithms of this file are not known here: {used}")
        secret = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, iterations, 16)
        plain = gmssl_pyx.sm4_cbc_padding_decrypt(secret, scheme[1][1], sealed)
        inner = _parts(_parts(_parts(_parts(plain)[0][1])[2][1])[0][1])
        private = inner[1][1].rjust(32, b"\0")
        public = next(_parts(value)[0][1][1:] for tag, value in inner if tag == 0xA1)
        probe = gmssl_pyx.sm2_sign(private, public[-64:], b"probe", _USER_ID)
        if len(private) != 32 or not gmssl_pyx.sm2_verify(public[-64:], b"probe", probe, _USER_ID):
            raise KeyUnusable("the public key is of another private key")
    except (ValueError, IndexError, StopIteration, gmssl_pyx.GmsslInnerError) as wrong:
        raise KeyUnusable("wrong passphrase or damaged file") from wrong
    return private, public


def _parts(der: bytes) -> list[tuple[int, bytes]]:
    """The elements one after another: (tag, content). Enough of DER for what is read here. Raises IndexError, ValueError."""
    found = []
    while der:
        tag, size, at = der[0], der[1], 2
        if size & 0x80:
            at += size & 0x7F
            size = int.from_bytes(der[2:at], "big")
        if at + size > len(der):
            raise ValueError("cut off")
        found.append((tag, der[at : at + size]))
        der = der[at + size :]
    return found
