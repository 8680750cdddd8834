"""Object identifiers: of the algorithms, and of the roles of certificates."""

from asn1crypto import keys

from tianping.interfaces.signing import CertificateRole

SM2_CURVE = "1.2.156.10197.1.301"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM3 = "1.2.156.10197.1.401"
SM4_CBC = "1.2.156.10197.1.104.2"
AES_256_CBC = "2.16.840.1.101.3.4.1.42"
HMAC_SHA_256 = "1.2.840.113549.2.9"
# GM/T 0006 has the first for SM3 with a key, GmSSL writes it; newer OpenSSL writes the second.
HMAC_SM3 = ("1.2.156.10197.1.401.2", "1.2.156.10197.1.401.3.1")

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36"  # RFC 9336

# 2.999 is the arc that everyone may use for examples, as the demo court does. A court that owns an arc sets its own:
# the root certificate names it as its certificate policy.
EXAMPLE_ARC = "2.999.8693"
ROLE_NUMBERS = {CertificateRole.NODE: 1, CertificateRole.APPLICATION: 2, CertificateRole.COURT: 3}
TIME_STAMP_POLICY_NUMBER = 10

# asn1crypto wants to know how long a number of the curve is, before it reads a private key on it.
keys.NamedCurve.register("sm2p256v1", SM2_CURVE, 32)


def uses_of(role: CertificateRole, arc: str) -> list[str]:
    """The extended key usages of an end certificate. RFC 3161, 2.3: that of a time stamp is the only one."""
    if role is CertificateRole.TIME_STAMP:
        return [TIME_STAMPING]
    more = {CertificateRole.APPLICATION: [CLIENT_AUTHENTICATION], CertificateRole.COURT: [DOCUMENT_SIGNING]}
    return [f"{arc}.{ROLE_NUMBERS[role]}", *more.get(role, [])]


def role_of(uses: list[str], arc: str) -> CertificateRole | None:
    """The one role that these usages say; None where they say none or several."""
    if uses == [TIME_STAMPING]:
        return CertificateRole.TIME_STAMP
    said = [role for role, number in ROLE_NUMBERS.items() if f"{arc}.{number}" in uses]
    return said[0] if len(said) == 1 and TIME_STAMPING not in uses else None
