"""Private keys in files: PKCS#8, encrypted with a passphrase (PBES2, PBKDF2 with HMAC-SHA-256, SM4-CBC).

`openssl pkey -in FILE -passin …` opens them, and files that OpenSSL wrote open here: AES-256-CBC or SM4-CBC, HMAC with
SHA-256 or SM3. OpenSSL 3.0 does not know HMAC-SM3 as a PRF, which is why ours have SHA-256.
"""

import secrets
from pathlib import Path
from typing import Any

from asn1crypto import algos, core, keys, pem
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from tianping.engines.signing import curve
from tianping.engines.signing import object_ids as oid
from tianping.engines.signing.files import write_whole
from tianping.interfaces.signing import CertificateFacts, KeyUnusable, Sm2

# About 0.2 s of one core; what a guess costs.
ITERATIONS = 1_000_000
_MOST_ITERATIONS = 20_000_000
_LARGEST_FILE = 64 * 1024
_KEY_BYTES = {oid.SM4_CBC: 16, oid.AES_256_CBC: 32}


def sealed_private_key(
    private_key: bytes, passphrase: str, sm2: Sm2, *, iterations: int = ITERATIONS, cipher: str = oid.SM4_CBC
) -> bytes:
    """PEM text of EncryptedPrivateKeyInfo. `cipher`: the OID of SM4-CBC or AES-256-CBC."""
    inner: Any = keys.ECPrivateKey(
        {
            "version": 1,
            "private_key": int.from_bytes(private_key, "big"),
            "public_key": sm2.public_key(private_key),
        }
    )
    inner["private_key"].set_encoded_width(curve.PRIVATE_BYTES)
    plain = keys.PrivateKeyInfo(
        {
            "version": 0,
            "private_key_algorithm": {
                "algorithm": "ec",
                "parameters": keys.ECDomainParameters("named", oid.SM2_CURVE),
            },
            "private_key": inner,
        }
    ).dump()
    salt, start = secrets.token_bytes(16), secrets.token_bytes(16)
    padder = padding.PKCS7(128).padder()
    key = _derived(passphrase, salt, iterations, _KEY_BYTES[cipher], oid.HMAC_SHA_256)
    encryptor = Cipher(_algorithm(cipher, key), CBC(start)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    kdf = {
        "salt": algos.Pbkdf2Salt("specified", salt),
        "iteration_count": iterations,
        "prf": {"algorithm": oid.HMAC_SHA_256, "parameters": core.Null()},
    }
    info = keys.EncryptedPrivateKeyInfo(
        {
            "encryption_algorithm": {
                "algorithm": "pbes2",
                "parameters": {
                    "key_derivation_func": {"algorithm": "pbkdf2", "parameters": kdf},
                    "encryption_scheme": {"algorithm": cipher, "parameters": core.OctetString(start)},
                },
            },
            "encrypted_data": sealed,
        }
    )
    return pem.armor("ENCRYPTED PRIVATE KEY", info.dump())


def opened_private_key(sealed: bytes, passphrase: str, sm2: Sm2) -> bytes:
    """The 32 bytes of the private key in a PEM or DER EncryptedPrivateKeyInfo.

    Raises: KeyUnusable: wrong passphrase, damaged, an algorithm that is not known, or no key of SM2.
    """
    try:
        return _opened(sealed, passphrase, sm2)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise KeyUnusable from error


def write_key_file(path: Path, private_key: bytes, passphrase: str, sm2: Sm2, *, iterations: int = ITERATIONS) -> None:
    """Written whole or not at all, readable by its owner only."""
    write_whole(path, sealed_private_key(private_key, passphrase, sm2, iterations=iterations), mode=0o600)


def read_key_file(path: Path, passphrase: str, sm2: Sm2) -> bytes:
    """Raises: KeyUnusable: also where there is no such file."""
    try:
        with path.open("rb") as file:
            sealed = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise KeyUnusable from error
    if len(sealed) > _LARGEST_FILE:
        raise KeyUnusable
    return opened_private_key(sealed, passphrase, sm2)


class KeySigner:
    """`interfaces.signing.Signer` with the private key in this process. Python cannot wipe it from memory."""

    def __init__(self, certificate: CertificateFacts, private_key: bytes, sm2: Sm2) -> None:
        """Raises: KeyUnusable: the certificate is of another key."""
        if sm2.public_key(private_key) != certificate.public_key:
            raise KeyUnusable
        self.certificate = certificate
        self._private_key = private_key
        self._sm2 = sm2

    def sign(self, message: bytes) -> bytes:
        return self._sm2.sign(self._private_key, message)


def _opened(sealed: bytes, passphrase: str, sm2: Sm2) -> bytes:
    if pem.detect(sealed):
        unarmored: Any = pem.unarmor(sealed)
        kind, _, sealed = unarmored
        if kind != "ENCRYPTED PRIVATE KEY":
            raise ValueError(f"not an encrypted private key: {kind}")
    info: Any = keys.EncryptedPrivateKeyInfo.load(sealed, strict=True)
    if info["encryption_algorithm"]["algorithm"].native != "pbes2":
        raise ValueError("not PBES2")
    scheme = info["encryption_algorithm"]["parameters"]
    function, cipher = scheme["key_derivation_func"], scheme["encryption_scheme"]
    if function["algorithm"].native != "pbkdf2":
        raise ValueError("not PBKDF2")
    kdf, size = function["parameters"], _KEY_BYTES[cipher["algorithm"].dotted]
    iterations = kdf["iteration_count"].native
    if not 1 <= iterations <= _MOST_ITERATIONS:
        raise ValueError("too many iterations")
    if kdf["key_length"].native not in (None, size):
        raise ValueError("another key length than that of the cipher")
    key = _derived(passphrase, kdf["salt"].native, iterations, size, kdf["prf"]["algorithm"].dotted)
    decryptor = Cipher(_algorithm(cipher["algorithm"].dotted, key), CBC(cipher["parameters"].native)).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    padded = decryptor.update(info["encrypted_data"].native) + decryptor.finalize()
    return _private_of(unpadder.update(padded) + unpadder.finalize(), sm2)


def _private_of(plain: bytes, sm2: Sm2) -> bytes:
    info: Any = keys.PrivateKeyInfo.load(plain, strict=True)
    algorithm = info["private_key_algorithm"]
    if algorithm["algorithm"].native != "ec" or algorithm["parameters"].chosen.dotted != oid.SM2_CURVE:
        raise ValueError("not a key of SM2")
    inner = info["private_key"].parsed
    private_key = inner["private_key"].native.to_bytes(curve.PRIVATE_BYTES, "big")
    # PBES2 does not notice damage: the public key beside the private one does. OpenSSL and GmSSL always write it.
    if inner["public_key"].native != sm2.public_key(private_key):
        raise ValueError("the public key is missing or of another private key")
    return private_key


def _derived(passphrase: str, salt: bytes, iterations: int, size: int, function: str) -> bytes:
    if function in oid.HMAC_SM3:
        algorithm: hashes.HashAlgorithm = hashes.SM3()
    elif function == oid.HMAC_SHA_256:
        algorithm = hashes.SHA256()
    else:
        raise ValueError(f"a key derivation that is not known: {function}")
    return PBKDF2HMAC(algorithm, size, salt, iterations).derive(passphrase.encode())


def _algorithm(cipher: str, key: bytes) -> SM4 | AES:
    return SM4(key) if cipher == oid.SM4_CBC else AES(key)
