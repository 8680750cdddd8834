"""The court's certificate authority: a root that is kept offline, and an issuing key that signs from day to day."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from tianping.engines.signing import certificates
from tianping.engines.signing import object_ids as oid
from tianping.engines.signing.certificates import Subject, Validity
from tianping.engines.signing.files import write_once, write_whole
from tianping.engines.signing.keys import ITERATIONS, KeySigner, read_key_file, write_key_file
from tianping.engines.signing.register import Register, Settings
from tianping.engines.signing.requests import read_request
from tianping.engines.signing.revocation import Revocation, RevocationReason, build_list
from tianping.interfaces.signing import (
    CertificateFacts,
    CertificatePurpose,
    CertificateRefused,
    CertificateRole,
    Signer,
    Sm2,
)
from tianping.kit.clock import Clock
from tianping.kit.problems import Conflict, Text

ROOT_YEARS, ISSUER_YEARS, END_DAYS, LIST_DAYS = 20, 10, 3 * 365, 7
# A certificate is good a little before it was made, for machines whose clock is slow.
_CLOCKS_DIFFER = timedelta(minutes=5)


class AuthorityExists(Conflict):
    code = "authority-exists"
    title = Text("此目录中已有证书机构", "There is an authority in this directory already")


class AuthorityPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What an authority is made with. `root_key`: the file of the root's private key, best on a removable medium."""

    court_zh: str
    court_en: str
    arc: str = oid.EXAMPLE_ARC
    crl_url: str = ""
    root_key: Path | None = None
    iterations: int = ITERATIONS


class Authority(Register):
    """The register with the issuing key. Several processes may use one directory."""

    def __init__(self, directory: Path, signer: Signer, sm2: Sm2, clock: Clock) -> None:
        """Raises: NoAuthority, RegisterDamaged, CertificateRefused: the key is not that of the issuing certificate."""
        super().__init__(directory, sm2)
        if signer.certificate.fingerprint != self.issuer.fingerprint:
            raise CertificateRefused("another-issuer", "不是签发证书的密钥", "this is not the issuing key")
        self._signer, self._sm2, self._clock = signer, sm2, clock

    def issue(
        self,
        role: CertificateRole,
        subject: Subject,
        public_key: bytes,
        *,
        days: int = END_DAYS,
        purpose: CertificatePurpose = CertificatePurpose.SIGNING,
    ) -> CertificateFacts:
        """A certificate for an end entity, entered in the register before it is given.

        Raises: CertificateRefused: a role of an authority, or a time that outlives the issuer's.
        """
        if role.is_authority:
            raise CertificateRefused("role", "只签发终端证书", "only end certificates are issued")
        if role is CertificateRole.TIME_STAMP and purpose is CertificatePurpose.SEALING:
            raise CertificateRefused("purpose", "时间戳证书只用于签名", "a time stamp certificate only signs")
        now = self._clock.now().replace(microsecond=0)
        ends = now + timedelta(days=days)
        if ends > self.issuer.not_after:
            raise CertificateRefused("validity", "有效期超过签发证书", "it would outlive the issuing certificate")
        der = certificates.build_certificate(
            role=role,
            subject=subject,
            public_key=public_key,
            validity=Validity(max(now - _CLOCKS_DIFFER, self.issuer.not_before), ends),
            arc=self.settings.arc,
            issuer=self.issuer,
            sign=self._signer.sign,
            purpose=purpose,
            crl_url=self.settings.crl_url,
        )
        facts = self.trust.read(der)
        self._enter(facts)
        return facts

    def sign_request(
        self,
        content: bytes,
        role: CertificateRole,
        subject: Subject,
        *,
        days: int = END_DAYS,
        purpose: CertificatePurpose = CertificatePurpose.SIGNING,
    ) -> CertificateFacts:
        """A certificate for the key of a PKCS#10 request. The names are those given here, not the request's.

        Raises: CertificateRefused: also where the request does not prove possession of the key.
        """
        request = read_request(content, self._sm2)
        return self.issue(role, subject, request.public_key, days=days, purpose=purpose)

    def revoke(self, serial: str, reason: RevocationReason, *, invalid_since: datetime | None = None) -> Revocation:
        """From now on, or from `invalid_since` where the key was lost before. Cannot be undone.

        Raises: CertificateUnknown, AlreadyRevoked, CertificateRefused: `invalid_since` in the future.
        """
        facts = self.certificate(serial)
        now = self._clock.now().replace(microsecond=0)
        if invalid_since is not None and invalid_since > now:
            raise CertificateRefused("invalid-since", "失效时间不能晚于现在", "this instant is in the future")
        revocation = Revocation(serial=facts.serial, revoked_at=now, reason=reason, invalid_since=invalid_since)
        self._enter_revocation(revocation)
        return revocation

    def publish_list(self, *, days: int = LIST_DAYS) -> tuple[int, bytes]:
        """The next revocation list of the issuing key: number and PEM. It is kept in the register."""
        return self._publish(self._signer, of_root=False, days=days)

    def publish_root_list(self, root: Signer, *, days: int = 365) -> tuple[int, bytes]:
        """The next revocation list of the root: of issuing certificates. Needs the root's key for a moment."""
        if root.certificate.fingerprint != self.root.fingerprint:
            raise CertificateRefused("another-root", "不是根证书的密钥", "this is not the root's key")
        return self._publish(root, of_root=True, days=days)

    def _publish(self, signer: Signer, *, of_root: bool, days: int) -> tuple[int, bytes]:
        now = self._clock.now().replace(microsecond=0)
        named = [each for each in self.revocations() if (each.serial == self.issuer.serial) is of_root]
        while True:
            number = max(self._list_numbers(of_root), default=0) + 1
            der = build_list(
                named,
                issuer=signer.certificate,
                number=number,
                this_update=now,
                next_update=now + timedelta(days=days),
                sign=signer.sign,
            )
            content = certificates.pem_of(der, "X509 CRL")
            try:
                write_once(self._list_file(number, of_root), content)
            except FileExistsError:
                continue  # another process was quicker: take the next number
            return number, content


def create_authority(
    directory: Path, plan: AuthorityPlan, *, root_passphrase: str, issuer_passphrase: str, sm2: Sm2, clock: Clock
) -> Authority:
    """A new root and issuing key. `authority.json` is written last: before it there is no authority.

    Raises: AuthorityExists: also where the file of the root's key is there.
    """
    root_file = plan.root_key or directory / "root.key"
    if (directory / "authority.json").exists() or (plan.root_key and root_file.exists()):
        raise AuthorityExists
    now = clock.now().replace(microsecond=0)
    root_private, issuer_private = sm2.new_private_key(), sm2.new_private_key()
    root_der = certificates.build_certificate(
        role=CertificateRole.ROOT,
        subject=_named(plan, "根证书", "Root", "CA-ROOT"),
        public_key=sm2.public_key(root_private),
        validity=_years(now, ROOT_YEARS),
        arc=plan.arc,
        issuer=None,
        sign=lambda body: sm2.sign(root_private, body),
    )
    root = certificates.read_certificate(root_der, arc=plan.arc)
    issuer_der = certificates.build_certificate(
        role=CertificateRole.ISSUER,
        subject=_named(plan, "签发证书", "Issuing CA", "CA-1"),
        public_key=sm2.public_key(issuer_private),
        validity=_years(now, ISSUER_YEARS),
        arc=plan.arc,
        issuer=root,
        sign=lambda body: sm2.sign(root_private, body),
    )
    issuer = certificates.read_certificate(issuer_der, arc=plan.arc)
    directory.mkdir(parents=True, exist_ok=True)
    write_key_file(root_file, root_private, root_passphrase, sm2, iterations=plan.iterations)
    write_key_file(directory / "issuer.key", issuer_private, issuer_passphrase, sm2, iterations=plan.iterations)
    write_whole(directory / "root.crt", certificates.pem_of(root_der))
    write_whole(directory / "issuer.crt", certificates.pem_of(issuer_der))
    write_whole(directory / "issued" / f"{issuer.serial}.crt", certificates.pem_of(issuer_der))
    settings = Settings(arc=plan.arc, crl_url=plan.crl_url, created_at=now)
    write_once(directory / "authority.json", msgspec.json.encode(settings))
    return Authority(directory, KeySigner(issuer, issuer_private, sm2), sm2, clock)


def open_authority(directory: Path, issuer_passphrase: str, sm2: Sm2, clock: Clock) -> Authority:
    """With the issuing key of the directory. Raises: NoAuthority, RegisterDamaged, KeyUnusable."""
    register = Register(directory, sm2)
    private_key = read_key_file(directory / "issuer.key", issuer_passphrase, sm2)
    return Authority(directory, KeySigner(register.issuer, private_key, sm2), sm2, clock)


def open_root(directory: Path, root_key: Path | None, root_passphrase: str, sm2: Sm2) -> Signer:
    """The root's key, for as long as it is needed. Raises: NoAuthority, RegisterDamaged, KeyUnusable."""
    register = Register(directory, sm2)
    private_key = read_key_file(root_key or directory / "root.key", root_passphrase, sm2)
    return KeySigner(register.root, private_key, sm2)


def _named(plan: AuthorityPlan, zh: str, en: str, identifier: str) -> Subject:
    return Subject(
        name_zh=f"{plan.court_zh}{zh}",
        name_en=f"{plan.court_en} {en}",
        organisation_zh=plan.court_zh,
        organisation_en=plan.court_en,
        identifier=identifier,
    )


def _years(now: datetime, years: int) -> Validity:
    return Validity(now - _CLOCKS_DIFFER, now + timedelta(days=365 * years + years // 4))
