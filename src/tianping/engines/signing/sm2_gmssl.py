"""SM2 by GmSSL (gmssl-pyx): the second implementation, for machines whose libcrypto has no SM2, and to check the first."""

import secrets

import gmssl_pyx

from tianping.engines.signing import curve
from tianping.engines.signing.parsed_keys import ParsedKeys
from tianping.interfaces.signing import KeyUnusable

_DIGEST = bytes(range(32))
_PLAIN_BYTES = 255


class GmsslSm2:
    """`interfaces.signing.Sm2`. Holds the GIL: threads do not make it faster."""

    def __init__(self, *, kept_keys: int = 4096) -> None:
        self.name = "GmSSL 3 (gmssl-pyx)"
        self._publics: ParsedKeys[bytes] = ParsedKeys(kept_keys)

    def new_private_key(self) -> bytes:
        return (secrets.randbelow(curve.N - 2) + 1).to_bytes(curve.PRIVATE_BYTES, "big")

    def public_key(self, private_key: bytes) -> bytes:
        """Recovered from two signatures, because the library has no call for it and arithmetic on the private key in
        Python would show it by its time. Each signature leaves two possible points; both leave one."""
        if not curve.private_in_range(private_key):
            raise KeyUnusable
        known = self._publics.get(private_key)
        if known is not None:
            return known
        possible = self._signers_of(private_key)
        while len(possible) != 1:
            possible &= self._signers_of(private_key)
        return self._publics.keep(private_key, possible.pop())

    def sign(self, private_key: bytes, message: bytes) -> bytes:
        public = self.public_key(private_key)
        return curve.signature_from_der(gmssl_pyx.sm2_sign(private_key, public[1:], message, curve.USER_ID))

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            curve.public_point(public_key)
            der = curve.signature_to_der(signature)
            return gmssl_pyx.sm2_verify(public_key[1:], message, der, curve.USER_ID)
        except (ValueError, gmssl_pyx.GmsslInnerError):
            return False

    def encrypt(self, public_key: bytes, plain: bytes) -> bytes:
        if not 1 <= len(plain) <= _PLAIN_BYTES:
            raise ValueError("SM2 seals 1 to 255 bytes here; longer content goes into an envelope")
        try:
            curve.public_point(public_key)
            return gmssl_pyx.sm2_encrypt(public_key[1:], plain)
        except (ValueError, gmssl_pyx.GmsslInnerError) as error:
            raise KeyUnusable from error

    def decrypt(self, private_key: bytes, sealed: bytes) -> bytes:
        if not curve.private_in_range(private_key):
            raise KeyUnusable
        try:
            return gmssl_pyx.sm2_decrypt(private_key, sealed)
        except gmssl_pyx.GmsslInnerError as error:
            raise KeyUnusable from error

    @staticmethod
    def _signers_of(private_key: bytes) -> set[bytes]:
        """The public keys under which a fresh signature of this key is right: R = s·G + t·P with t = r + s, and the x
        of R is r - e (GB/T 32918.2, 7.1)."""
        signature = curve.signature_from_der(gmssl_pyx.sm2_sign_sm3_digest(private_key, _DIGEST))
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        inverse = pow(r + s, -1, curve.N)
        base = curve.negative(curve.times(s, curve.G))
        found: set[bytes] = set()
        x = (r - int.from_bytes(_DIGEST, "big")) % curve.N
        for candidate in (x, x + curve.N):
            point = curve.lift(candidate) if candidate < curve.P else None
            for commitment in (point, curve.negative(point)) if point else ():
                signer = curve.times(inverse, curve.add(commitment, base))
                if signer is not None:
                    found.add(curve.public_bytes(signer))
        return found
