"""Revocation: who was revoked from when, and the signed, numbered lists (X.509 CRL, RFC 5280) that say so elsewhere.

A list of ours names every certificate that was ever revoked, also after it expired, so that the newest list answers for
any earlier instant.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import msgspec
from asn1crypto import crl, x509

from tianping.engines.signing import certificates
from tianping.engines.signing import object_ids as oid
from tianping.interfaces.signing import CertificateFacts, CertificateStatus, Sm2

_LARGEST = 64 * 1024 * 1024


class RevocationReason(StrEnum):
    """CRLReason of RFC 5280, 5.3.1. Holding is not among them: what is revoked stays so."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key_compromise"
    CA_COMPROMISE = "ca_compromise"
    AFFILIATION_CHANGED = "affiliation_changed"
    SUPERSEDED = "superseded"
    CESSATION = "cessation_of_operation"
    PRIVILEGE_WITHDRAWN = "privilege_withdrawn"


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """`invalid_since`: since when the key is not to be trusted, where that is earlier than the revocation."""

    serial: str
    revoked_at: datetime
    reason: RevocationReason
    invalid_since: datetime | None = None

    @property
    def effective_from(self) -> datetime:
        return min(self.revoked_at, self.invalid_since or self.revoked_at)


class Revocations(Protocol):
    """What is known of the revocations of an authority."""

    def revocation(self, issuer: CertificateFacts, serial: str) -> Revocation | None: ...

    def known_until(self, issuer: CertificateFacts) -> datetime | None:
        """The last instant for which the answers hold; None where nothing is known of this issuer."""
        ...


class RevocationList(msgspec.Struct, frozen=True, kw_only=True):
    """A CRL. `issuer_key` is the key identifier of its issuer."""

    issuer_key: bytes
    number: int
    this_update: datetime
    next_update: datetime
    entries: dict[str, Revocation]


class SignedLists:
    """`Revocations` from CRLs of any origin: each counts only when its issuer's signature is right."""

    def __init__(self, contents: Iterable[bytes], sm2: Sm2) -> None:
        self._contents = list(contents)
        self._sm2 = sm2
        self._newest: dict[bytes, RevocationList | None] = {}

    def revocation(self, issuer: CertificateFacts, serial: str) -> Revocation | None:
        newest = self._of(issuer)
        return newest.entries.get(serial) if newest else None

    def known_until(self, issuer: CertificateFacts) -> datetime | None:
        newest = self._of(issuer)
        return newest.next_update if newest else None

    def _of(self, issuer: CertificateFacts) -> RevocationList | None:
        if issuer.fingerprint not in self._newest:
            found = [read for content in self._contents if (read := read_list(content, issuer, self._sm2))]
            self._newest[issuer.fingerprint] = max(found, key=lambda each: each.number, default=None)
        return self._newest[issuer.fingerprint]


def build_list(
    revocations: Sequence[Revocation],
    *,
    issuer: CertificateFacts,
    number: int,
    this_update: datetime,
    next_update: datetime,
    sign: Callable[[bytes], bytes],
) -> bytes:
    """The DER of a CRL of version 2."""
    body: dict[str, Any] = {
        "version": "v2",
        "signature": {"algorithm": oid.SM2_WITH_SM3},
        "issuer": x509.Certificate.load(issuer.der)["tbs_certificate"]["subject"],
        "this_update": certificates.time_of(this_update),
        "next_update": certificates.time_of(next_update),
        "crl_extensions": [
            {
                "extn_id": "authority_key_identifier",
                "extn_value": {"key_identifier": certificates.key_identifier(issuer.public_key)},
            },
            {"extn_id": "crl_number", "extn_value": number},
        ],
    }
    if revocations:
        body["revoked_certificates"] = [_entry(each) for each in sorted(revocations, key=lambda each: each.serial)]
    return certificates.signed(crl.TbsCertList(body), sign, crl.CertificateList, "tbs_cert_list", "signature")


def read_list(content: bytes, issuer: CertificateFacts, sm2: Sm2) -> RevocationList | None:
    """A PEM or DER CRL of this issuer; None where it is of another, damaged, or its signature is wrong."""
    try:
        der = certificates.der_of(content, "X509 CRL", _LARGEST)
        if not sm2.verify(issuer.public_key, *certificates.signed_parts(der)):
            return None
        whole: Any = crl.CertificateList.load(der, strict=True)
        body = whole["tbs_cert_list"]
        entries = {each.serial: each for each in map(_revocation, body["revoked_certificates"] or ())}
        return RevocationList(
            issuer_key=certificates.key_identifier(issuer.public_key),
            number=whole.crl_number_value.native,
            this_update=body["this_update"].native,
            next_update=body["next_update"].native,
            entries=entries,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def status_at(facts: CertificateFacts, revocation: Revocation | None, at: datetime) -> CertificateStatus:
    """The status at an instant, by what is known now. Revocation counts more than the end of validity."""
    if revocation is not None and at >= revocation.effective_from:
        return CertificateStatus.REVOKED
    if at < facts.not_before:
        return CertificateStatus.NOT_YET_VALID
    return CertificateStatus.EXPIRED if at > facts.not_after else CertificateStatus.GOOD


def _entry(revocation: Revocation) -> dict[str, Any]:
    extensions: list[dict[str, Any]] = []
    if revocation.reason is not RevocationReason.UNSPECIFIED:  # RFC 5280, 5.3.1: left out then
        extensions.append({"extn_id": "crl_reason", "extn_value": revocation.reason.value})
    if revocation.invalid_since is not None:
        since = revocation.invalid_since.replace(microsecond=0)
        extensions.append({"extn_id": "invalidity_date", "extn_value": since})
    entry: dict[str, Any] = {
        "user_certificate": int(revocation.serial, 16),
        "revocation_date": certificates.time_of(revocation.revoked_at),
    }
    return entry | ({"crl_entry_extensions": extensions} if extensions else {})


def _revocation(entry: Any) -> Revocation:
    reason, since = entry.crl_reason_value, entry.invalidity_date_value
    return Revocation(
        serial=f"{entry['user_certificate'].native:x}",
        revoked_at=entry["revocation_date"].native,
        reason=RevocationReason(reason.native) if reason is not None else RevocationReason.UNSPECIFIED,
        invalid_since=since.native if since is not None else None,
    )
