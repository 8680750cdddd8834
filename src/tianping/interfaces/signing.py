"""What signing promises: SM2 keys and signatures (GB/T 32918), certificates of the court's CA, RFC 3161 time stamps.

Keys and signatures travel in one plain shape everywhere: a public key is the 65 bytes `04 ‖ x ‖ y`, a signature the 64
bytes `r ‖ s`, both big-endian; the user id of the signature is always `1234567812345678` (GB/T 35276).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from tianping.kit.problems import Problem, Text


class CertificateRole(StrEnum):
    """What a certificate of the court's CA may sign."""

    ROOT = "root"
    ISSUER = "issuer"
    NODE = "node"
    APPLICATION = "application"
    COURT = "court"
    TIME_STAMP = "time_stamp"

    @property
    def is_authority(self) -> bool:
        """Whether it signs certificates."""
        return self in (CertificateRole.ROOT, CertificateRole.ISSUER)


class CertificatePurpose(StrEnum):
    """What the key of a certificate is used for. One key never does both (GM/T 0034: dual certificates)."""

    SIGNING = "signing"
    SEALING = "sealing"


class CertificateStatus(StrEnum):
    GOOD = "good"
    REVOKED = "revoked"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class CertificateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says.

    `fingerprint` is the SM3 of the DER, `serial` hexadecimal without leading zeros. `subject`, `organisation` and
    `issuer` are Chinese (the issuer's common name); the English ones may be empty.
    """

    fingerprint: bytes
    serial: str
    role: CertificateRole
    subject: str
    organisation: str
    identifier: str
    public_key: bytes
    not_before: datetime
    not_after: datetime
    issuer: str
    der: bytes
    subject_en: str = ""
    organisation_en: str = ""
    purpose: CertificatePurpose = CertificatePurpose.SIGNING


class KeyUnusable(Problem):
    status = 400
    code = "key-unusable"
    title = Text("密钥无法使用：口令错误或文件损坏", "The key cannot be used: wrong passphrase or damaged file")


class CertificateRefused(Problem):
    """`reason` is a stable code such as `revoked`, `expired`, `role`; `zh` and `en` say it in a sentence."""

    status = 400
    code = "certificate-refused"
    title = Text("证书无效", "The certificate is not valid")
    detail = Text("{zh}", "{en}")
    shown = ("reason",)

    def __init__(self, reason: str, zh: str, en: str) -> None:
        super().__init__(reason=reason, zh=zh, en=en)


class SignatureCheck(msgspec.Struct, frozen=True):
    """One signature to be checked, in the shapes above."""

    public_key: bytes
    message: bytes
    signature: bytes


class Sm2(Protocol):
    """One implementation of SM2 with SM3. Methods may be called from several threads at once."""

    name: str

    def new_private_key(self) -> bytes:
        """A private key: 32 bytes, big-endian, in 1..n-2."""
        ...

    def public_key(self, private_key: bytes) -> bytes: ...

    def sign(self, private_key: bytes, message: bytes) -> bytes: ...

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is right; False for anything malformed."""
        ...

    def encrypt(self, public_key: bytes, plain: bytes) -> bytes:
        """SM2 encryption, ASN.1 form of GM/T 0009 (C1C3C2)."""
        ...

    def decrypt(self, private_key: bytes, sealed: bytes) -> bytes:
        """Raises KeyUnusable where it was not sealed for this key."""
        ...


class Signer(Protocol):
    """A private key in use, wherever it lives (file, PKCS#11), with its certificate."""

    certificate: CertificateFacts

    def sign(self, message: bytes) -> bytes: ...


class Verifying(Protocol):
    """Checks many signatures at once, over all cores where it can."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool: ...

    async def verify_all(self, checks: Sequence[SignatureCheck]) -> list[bool]:
        """One answer a check, in their order."""
        ...

    def verify_many(self, checks: Sequence[SignatureCheck]) -> list[bool]:
        """The same for a thread, which waits."""
        ...


class TimeStamp(msgspec.Struct, frozen=True):
    """An RFC 3161 token over a digest. `token` is the DER of the TimeStampToken; `time` is the authority's."""

    time: datetime
    authority: str
    token: bytes


class TimeStampAuthority(Protocol):
    async def stamp(self, digest: bytes) -> TimeStamp:
        """`digest`: SM3, 32 bytes. Raises Unavailable."""
        ...
