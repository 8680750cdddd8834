"""People and keys of the ledger's tests: real SM2 keys, certificates only as far as the ledger looks at them."""

import asyncio
from datetime import UTC, datetime

import msgspec

from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import (
    FORMAT,
    Application,
    Genesis,
    Level,
    Member,
    SignerRole,
    SigningKey,
    Standing,
)
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.verifying import ThreadedVerifying
from tianping.interfaces.signing import CertificateFacts, CertificateRole, Signer

CATEGORIES = ["works", "contract", "transaction"]


class HeldKey:
    """A signer whose key lies in memory."""

    def __init__(
        self, name: str, role: CertificateRole = CertificateRole.NODE, private_key: bytes | None = None
    ) -> None:
        self._sm2 = sm2()
        self._key = private_key or self._sm2.new_private_key()
        public = self._sm2.public_key(self._key)
        self.certificate = CertificateFacts(
            fingerprint=sm3(name.encode() + public), serial="01", role=role, subject=name, organisation=name,
            identifier=name, public_key=public, not_before=datetime(2026, 1, 1, tzinfo=UTC),
            not_after=datetime(2036, 1, 1, tzinfo=UTC), issuer="test", der=name.encode() + public,
        )  # fmt: skip

    @property
    def private_key(self) -> bytes:
        return self._key

    def sign(self, message: bytes) -> bytes:
        return self._sm2.sign(self._key, message)


class Cast(msgspec.Struct):
    genesis: Genesis
    nodes: dict[str, Signer]
    officers: dict[str, Signer]
    platform: Signer
    newcomer: Signer


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    return sm2().verify(public_key, message, signature)


def member_of(name: str, signer: Signer, *, power: int = 1, engine_key: bytes = b"") -> Member:
    facts = signer.certificate
    level = Level.FIRST if power else Level.SECOND
    return Member(name, name, name, level, power, facts.fingerprint, facts.public_key, engine_key, Standing.ADMITTED)


def cast(*, nodes: int = 1, chain: str = "works") -> Cast:
    """A chain of so many equal members, each with one officer, and a platform that may deposit anything."""
    names = [f"court-{chr(97 + at)}" for at in range(nodes)]
    keys: dict[str, Signer] = {name: HeldKey(name) for name in names}
    officers: dict[str, Signer] = {name: HeldKey(f"{name}-officer", CertificateRole.COURT) for name in names}
    if nodes == 1:
        officers["court-a-second"] = HeldKey("court-a-officer-2", CertificateRole.COURT)
    platform = HeldKey("shop", CertificateRole.APPLICATION)
    facts = platform.certificate
    genesis = Genesis(
        FORMAT, f"court.test/{chain}", chain, "测试链", "Test chain", 1_700_000_000_000, sm3(b"root"), CATEGORIES,
        [member_of(name, keys[name]) for name in names],
        [
            SigningKey(
                one.certificate.fingerprint, SignerRole.OFFICER, name[:7], one.certificate.public_key, 0, None
            )
            for name, one in officers.items()
        ],
        [
            Application(
                "shop", "商城", "Shop", "商城公司", facts.fingerprint, facts.public_key, list(CATEGORIES), sm3(b"papers"),
                Standing.ADMITTED, 90, "2026",
            )
        ],
    )  # fmt: skip
    return Cast(genesis, keys, officers, platform, HeldKey("newcomer", CertificateRole.APPLICATION))


def verifying() -> ThreadedVerifying:
    return ThreadedVerifying(sm2())


def run(coroutine):
    return asyncio.run(coroutine)
