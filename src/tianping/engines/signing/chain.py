"""Whether a certificate was good at an instant: every step from it to the pinned root, each with its answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from asn1crypto import x509

from tianping.engines.signing import certificates
from tianping.engines.signing.revocation import Revocations, status_at
from tianping.interfaces.signing import (
    CertificateFacts,
    CertificatePurpose,
    CertificateRefused,
    CertificateRole,
    CertificateStatus,
    Sm2,
)
from tianping.kit.problems import Text


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at. `code` is stable; `said` is the finding in words."""

    code: str
    good: bool
    said: Text


class ChainReport(msgspec.Struct, frozen=True, kw_only=True):
    """All checks in their order; `certificate` is None where it cannot be read. Good only when all are."""

    certificate: CertificateFacts | None
    at: datetime
    checks: tuple[Check, ...]

    @property
    def good(self) -> bool:
        return all(check.good for check in self.checks)

    def require(self) -> CertificateFacts:
        """The certificate, or CertificateRefused with the first check that failed."""
        for check in self.checks:
            if not check.good:
                raise CertificateRefused(check.code, check.said.zh, check.said.en)
        if self.certificate is None:
            raise CertificateRefused("unreadable", "无法读取证书", "the certificate cannot be read")
        return self.certificate


class Trust:
    """A pinned root and the issuing certificates that are at hand. Safe in several threads."""

    def __init__(self, root: bytes, issuers: Sequence[bytes], sm2: Sm2) -> None:
        """`root` and `issuers`: PEM or DER. Raises: CertificateRefused: no root that signed itself, or an issuer
        that it did not sign."""
        self._sm2 = sm2
        self.arc = certificates.arc_of_root(root)
        self.root = certificates.read_certificate(root, arc=self.arc)
        if self.root.role is not CertificateRole.ROOT or not self._signed_by(self.root, self.root):
            raise CertificateRefused("not-a-root", "不是自签名的根证书", "this is no root that signed itself")
        self.issuers = [certificates.read_certificate(each, arc=self.arc) for each in issuers]
        for issuer in self.issuers:
            if issuer.role is not CertificateRole.ISSUER or not self._signed_by(issuer, self.root):
                raise CertificateRefused("not-an-issuer", "不是该根签发的证书", "the root did not sign this issuer")

    def read(self, content: bytes) -> CertificateFacts:
        """What a certificate says, unchecked. Raises: CertificateRefused."""
        return certificates.read_certificate(content, arc=self.arc)

    def check(
        self,
        content: bytes,
        *,
        at: datetime,
        role: CertificateRole | None = None,
        purpose: CertificatePurpose | None = None,
        revocations: Revocations | None = None,
    ) -> ChainReport:
        """Whether this certificate was good at `at`. Without `revocations` they are not looked at: then the
        caller has to know them (the ledger has them as transactions)."""
        try:
            facts = self.read(content)
        except CertificateRefused as error:
            found = error.explanation or error.title
            return ChainReport(certificate=None, at=at, checks=(Check("unreadable", good=False, said=found),))
        # An issuer is the root's, everything else an issuer's: the root signs no end certificates.
        signers = [self.root] if facts.role is CertificateRole.ISSUER else self.issuers
        issuer = next((each for each in signers if self._signed_by(facts, each)), None)
        checks = [_check("chain", issuer is not None, *_CHAIN)]
        if role is not None:
            checks.append(_check("role", facts.role is role, *_ROLE))
        if purpose is not None:
            checks.append(_check("purpose", facts.purpose is purpose, *_PURPOSE))
        if issuer is not None:
            checks += self._status(facts, issuer, at, revocations)
            if issuer is not self.root:
                checks += self._status(issuer, self.root, at, revocations)
            checks += self._status(self.root, None, at, None)
        return ChainReport(certificate=facts, at=at, checks=tuple(checks))

    def _status(
        self, facts: CertificateFacts, above: CertificateFacts | None, at: datetime, known: Revocations | None
    ) -> list[Check]:
        revocation = known.revocation(above, facts.serial) if known and above else None
        status = status_at(facts, revocation, at)
        zh, en = _STATUS[status]
        checks = [
            Check(
                status.value, status is CertificateStatus.GOOD, Text(f"{facts.subject}：{zh}", f"{facts.serial}: {en}")
            )
        ]
        if known and above:
            until = known.known_until(above)
            checks.append(_check("revocation-known", until is not None and at <= until, *_REVOCATION))
        return checks

    def _signed_by(self, facts: CertificateFacts, issuer: CertificateFacts) -> bool:
        held: Any = x509.Certificate.load(facts.der)
        above: Any = x509.Certificate.load(issuer.der)
        if held["tbs_certificate"]["issuer"].dump() != above["tbs_certificate"]["subject"].dump():
            return False
        if not issuer.role.is_authority or _unknown_and_critical(held):
            return False
        return self._sm2.verify(issuer.public_key, *certificates.signed_parts(facts.der))


_UNDERSTOOD = {"basic_constraints", "key_usage", "extended_key_usage"}
_CHAIN = (
    Text("由受信任的根逐级签发", "Signed step by step from the trusted root"),
    Text("不是由受信任的根逐级签发", "Not signed step by step from the trusted root"),
)
_ROLE = (Text("角色相符", "The role fits"), Text("角色不符", "The certificate is for another role"))
_PURPOSE = (Text("用途相符", "The purpose fits"), Text("用途不符", "The key is for another purpose"))
_REVOCATION = (
    Text("吊销信息足以回答该时刻", "What is known of revocations answers for this instant"),
    Text("没有可回答该时刻的吊销列表", "No revocation list answers for this instant"),
)
_STATUS = {
    CertificateStatus.GOOD: ("有效", "good"),
    CertificateStatus.REVOKED: ("已吊销", "revoked"),
    CertificateStatus.NOT_YET_VALID: ("尚未生效", "not yet valid"),
    CertificateStatus.EXPIRED: ("已过期", "expired"),
}


def _check(code: str, good: bool, right: Text, wrong: Text) -> Check:
    return Check(code, good, right if good else wrong)


def _unknown_and_critical(certificate: Any) -> bool:
    return bool(certificate.critical_extensions - _UNDERSTOOD)
