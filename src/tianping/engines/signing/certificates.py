"""X.509 certificates of the court's CA: SM2 with SM3 (GB/T 20518, RFC 5280), built and read with asn1crypto.

The subject is Chinese (C, O, CN, serialNumber = the identifier); English names stand beside it as a directory name
among the alternative names. What an end certificate is for is its extended key usage (`object_ids`).
"""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from asn1crypto import core, keys, pem, x509

from tianping.engines.signing import curve
from tianping.engines.signing import object_ids as oid
from tianping.interfaces.signing import CertificateFacts, CertificatePurpose, CertificateRefused, CertificateRole
from tianping.kit.digests import Sm3

LARGEST = 16 * 1024
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/-]{0,63}")
# Time of X.509 in years that UTCTime can say; later ones are GeneralizedTime (RFC 5280, 4.1.2.5).
_LAST_UTC_TIME = 2049


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a certificate names. `identifier`: letters, digits and `.:/-`, 1 to 64, unique within its role."""

    name_zh: str
    name_en: str
    organisation_zh: str
    organisation_en: str
    identifier: str

    def __post_init__(self) -> None:
        if not _IDENTIFIER.fullmatch(self.identifier):
            raise CertificateRefused(
                "identifier", "标识只能含字母、数字和 . : / -", "an identifier has letters, digits, . : / -"
            )
        for text in (self.name_zh, self.name_en, self.organisation_zh, self.organisation_en):
            if not 1 <= len(text) <= 64 or not text.isprintable():
                raise CertificateRefused("name", "名称应为 1 至 64 个字符", "a name has 1 to 64 characters")


class Validity(msgspec.Struct, frozen=True):
    """Both instants included; whole seconds, UTC."""

    not_before: datetime
    not_after: datetime

    def __post_init__(self) -> None:
        if self.not_after <= self.not_before:
            raise CertificateRefused("validity", "有效期的终点早于起点", "the validity ends before it begins")


def digest(content: bytes) -> bytes:
    h = Sm3()
    h.update(content)
    return h.digest()


def key_identifier(public_key: bytes) -> bytes:
    """160 bits of the SM3 of the public key, as RFC 7093 does with SHA-256."""
    return digest(public_key)[:20]


def public_key_info(public_key: bytes) -> keys.PublicKeyInfo:
    parameters = keys.ECDomainParameters("named", oid.SM2_CURVE)
    return keys.PublicKeyInfo({"algorithm": {"algorithm": "ec", "parameters": parameters}, "public_key": public_key})


def read_public_key(info: Any) -> bytes:
    """The 65 bytes of a SubjectPublicKeyInfo. Raises: ValueError: not a point on the curve of SM2."""
    algorithm = info["algorithm"]
    if algorithm["algorithm"].native != "ec" or algorithm["parameters"].chosen.dotted != oid.SM2_CURVE:
        raise ValueError("not a key of SM2")
    public_key = bytes(info["public_key"])
    curve.public_point(public_key)
    return public_key


def new_serial() -> int:
    """Random, 128 bits, positive."""
    return secrets.randbits(127) | 1 << 127


def build_certificate(
    *,
    role: CertificateRole,
    subject: Subject,
    public_key: bytes,
    validity: Validity,
    arc: str,
    issuer: CertificateFacts | None,
    sign: Callable[[bytes], bytes],
    purpose: CertificatePurpose = CertificatePurpose.SIGNING,
    crl_url: str = "",
) -> bytes:
    """The DER of a certificate. `issuer` None: a root, signed by its own key. `sign` is the issuer's."""
    curve.public_point(public_key)
    name = name_of(subject.organisation_zh, subject.name_zh, subject.identifier)
    above = _load(issuer.der)["tbs_certificate"]["subject"] if issuer else name
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": new_serial(),
            "signature": {"algorithm": oid.SM2_WITH_SM3},
            "issuer": above,
            "validity": {"not_before": time_of(validity.not_before), "not_after": time_of(validity.not_after)},
            "subject": name,
            "subject_public_key_info": public_key_info(public_key),
            "extensions": _extensions(role, subject, public_key, arc, issuer, purpose, crl_url),
        }
    )
    return signed(body, sign, x509.Certificate, "tbs_certificate", "signature_value")


def signed(body: Any, sign: Callable[[bytes], bytes], whole: Any, body_name: str, signature_name: str) -> bytes:
    """A signed structure of X.509: body, algorithm, signature. DER."""
    signature = curve.signature_to_der(sign(body.dump()))
    return whole(
        {body_name: body, "signature_algorithm": {"algorithm": oid.SM2_WITH_SM3}, signature_name: signature}
    ).dump()


def signed_parts(der: bytes, *, parameters: bytes = b"") -> tuple[bytes, bytes]:
    """Body and signature (`r ‖ s`) of a signed structure; there is exactly one encoding of what is not under the
    signature, so that no changed byte goes unseen. `parameters`: of the algorithm, absent in what we sign ourselves.

    Raises: ValueError: not DER, not signed by SM2 with SM3, or anything after the end.
    """
    start, end = _content(der, 0)
    if end != len(der):
        raise ValueError("something follows the signed structure")
    body_end = _content(der, start)[1]
    algorithm = core.ObjectIdentifier(oid.SM2_WITH_SM3).dump() + parameters
    head = bytes((0x30, len(algorithm))) + algorithm
    bits = der[body_end + len(head) :]
    signature = curve.signature_from_der(bits[3:])
    if der[body_end:] != head + bytes((3, len(bits) - 2, 0)) + curve.signature_to_der(signature):
        raise ValueError("not signed by SM2 with SM3")
    return der[start:body_end], signature


def _content(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of the SEQUENCE at `at` begins and ends. Raises: ValueError: no DER, or cut off."""
    size, length_bytes = der[at + 1] if len(der) > at + 1 else 0, 0
    if size >= 0x80:
        length_bytes = size & 0x7F
        size = int.from_bytes(der[at + 2 : at + 2 + length_bytes], "big")
        if not 1 <= length_bytes <= 4 or size < 0x80 or size >> (8 * length_bytes - 8) == 0:
            raise ValueError("not the shortest form of a length")
    start = at + 2 + length_bytes
    if der[at : at + 1] != b"\x30" or start + size > len(der):
        raise ValueError("not a SEQUENCE, or cut off")
    return start, start + size


def time_of(instant: datetime) -> x509.Time:
    instant = instant.astimezone(UTC).replace(microsecond=0)
    return x509.Time("utc_time" if instant.year <= _LAST_UTC_TIME else "general_time", instant)


def read_certificate(content: bytes, *, arc: str) -> CertificateFacts:
    """What a certificate of a court's CA says; PEM or DER. Nothing is checked but its form: that is `chain`.

    Raises: CertificateRefused: not a certificate, not of SM2 with SM3, or no role of this arc.
    """
    try:
        return _read(content, arc)
    except (ValueError, TypeError, KeyError, OverflowError, AttributeError) as error:
        raise CertificateRefused(
            "unreadable", "不是本院 CA 的 SM2 证书", "this is no SM2 certificate of a court's CA"
        ) from error


def der_of(content: bytes, kind: str = "CERTIFICATE", largest: int = LARGEST) -> bytes:
    """The DER of a PEM or DER text of at most `largest` bytes. Raises: ValueError."""
    if len(content) > largest:
        raise ValueError("too large")
    if not pem.detect(content):
        return content
    unarmored: Any = pem.unarmor(content)
    if unarmored[0] not in (kind, f"NEW {kind}"):
        raise ValueError(f"not a {kind}: {unarmored[0]}")
    return unarmored[2]


def pem_of(der: bytes, kind: str = "CERTIFICATE") -> bytes:
    return pem.armor(kind, der)


def arc_of_root(root: bytes) -> str:
    """The arc of role identifiers that a root certificate names as its one policy. Raises: CertificateRefused."""
    try:
        policies = _load(der_of(root)).certificate_policies_value
        if policies is not None and len(policies) == 1:
            return policies[0]["policy_identifier"].dotted
    except (ValueError, TypeError, KeyError) as error:
        raise CertificateRefused("unreadable", "不是证书", "this is no certificate") from error
    raise CertificateRefused("no-arc", "根证书没有写明角色标识的弧", "the root does not name the arc of its roles")


def _load(der: bytes) -> Any:
    return x509.Certificate.load(der, strict=True)


def _read(content: bytes, arc: str) -> CertificateFacts:
    der = der_of(content)
    certificate = _load(der)
    body = certificate["tbs_certificate"]
    signed_parts(der)
    if body["signature"]["algorithm"].dotted != oid.SM2_WITH_SM3:
        raise ValueError("not signed by SM2 with SM3")
    if body["version"].native != "v3" or not 0 < body["serial_number"].native < 1 << 160:
        raise ValueError("not a certificate of version 3 with a positive serial number")
    said = body["subject"].native
    english = _english_name(certificate)
    role = _role(certificate, arc)
    return CertificateFacts(
        fingerprint=digest(der),
        serial=f"{body['serial_number'].native:x}",
        role=role,
        purpose=_purpose(certificate, role),
        subject=said["common_name"],
        subject_en=english.get("common_name", ""),
        organisation=said["organization_name"],
        organisation_en=english.get("organization_name", ""),
        identifier=said["serial_number"],
        public_key=read_public_key(body["subject_public_key_info"]),
        not_before=body["validity"]["not_before"].native,
        not_after=body["validity"]["not_after"].native,
        issuer=body["issuer"].native["common_name"],
        der=der,
    )


def _role(certificate: Any, arc: str) -> CertificateRole:
    basic = certificate.basic_constraints_value
    if basic is not None and basic["ca"].native:
        body = certificate["tbs_certificate"]
        same = body["issuer"].dump() == body["subject"].dump()
        return CertificateRole.ROOT if same else CertificateRole.ISSUER
    uses = certificate.extended_key_usage_value
    role = oid.role_of([use.dotted for use in uses], arc) if uses is not None else None
    if role is None:
        raise ValueError("no role of this arc, or several")
    return role


def _purpose(certificate: Any, role: CertificateRole) -> CertificatePurpose:
    usage = certificate.key_usage_value.native
    if role.is_authority:
        if not {"key_cert_sign", "crl_sign"} <= usage:
            raise ValueError("an authority that may not sign certificates")
        return CertificatePurpose.SIGNING
    if "digital_signature" in usage:
        return CertificatePurpose.SIGNING
    if "key_encipherment" in usage:
        return CertificatePurpose.SEALING
    raise ValueError("a key that may neither sign nor seal")


def _english_name(certificate: Any) -> dict[str, str]:
    for name in certificate.subject_alt_name_value or ():
        if name.name == "directory_name":
            return name.chosen.native
    return {}


def name_of(organisation: str, common: str, identifier: str) -> x509.Name:
    parts = {"country_name": "CN", "organization_name": organisation, "common_name": common}
    return x509.Name.build(parts | {"serial_number": identifier}, use_printable=False)


def _extensions(
    role: CertificateRole,
    subject: Subject,
    public_key: bytes,
    arc: str,
    issuer: CertificateFacts | None,
    purpose: CertificatePurpose,
    crl_url: str,
) -> list[dict[str, Any]]:
    english = x509.GeneralName("directory_name", name_of(subject.organisation_en, subject.name_en, subject.identifier))
    found: list[dict[str, Any]] = [
        _extension("key_identifier", key_identifier(public_key)),
        _extension("subject_alt_name", [english]),
    ]
    if issuer is not None:
        identifier = {"key_identifier": key_identifier(issuer.public_key)}
        found.append(_extension("authority_key_identifier", identifier))
    if role.is_authority:
        longest = 1 if role is CertificateRole.ROOT else 0
        found.append(_extension("basic_constraints", {"ca": True, "path_len_constraint": longest}, critical=True))
        found.append(_extension("key_usage", {"key_cert_sign", "crl_sign"}, critical=True))
    else:
        usage = {"digital_signature", "non_repudiation"}
        if purpose is CertificatePurpose.SEALING:
            usage = {"key_encipherment", "data_encipherment"}
        found.append(_extension("basic_constraints", {"ca": False}, critical=True))
        found.append(_extension("key_usage", usage, critical=True))
        # RFC 3161, 2.3: critical for a time stamp; so for all, that nobody takes one role for another.
        found.append(_extension("extended_key_usage", oid.uses_of(role, arc), critical=True))
    if role is CertificateRole.ROOT:
        found.append(_extension("certificate_policies", [{"policy_identifier": arc}]))
    if crl_url and issuer is not None:
        point = {
            "distribution_point": x509.DistributionPointName(
                "full_name", [x509.GeneralName("uniform_resource_identifier", crl_url)]
            )
        }
        found.append(_extension("crl_distribution_points", [point]))
    return found


def _extension(name: str, value: Any, *, critical: bool = False) -> dict[str, Any]:
    return {"extn_id": name, "critical": critical, "extn_value": value}
