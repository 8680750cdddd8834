"""Certification requests (PKCS#10): a key made elsewhere asks for a certificate and proves that it is there.

Only the public key is taken from a request. Whom the certificate names, and for what role, the authority decides.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from asn1crypto import csr

from tianping.engines.signing import certificates
from tianping.interfaces.signing import CertificateRefused, Sm2


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose signature is right. `subject` is what the asker calls himself, for a person to compare."""

    public_key: bytes
    subject: str


def build_request(subject: certificates.Subject, public_key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The DER of a request, signed by the key that asks."""
    info = {
        "version": "v1",
        "subject": certificates.name_of(subject.organisation_zh, subject.name_zh, subject.identifier),
        "subject_pk_info": certificates.public_key_info(public_key),
        "attributes": [],
    }
    body = csr.CertificationRequestInfo(info)
    return certificates.signed(body, sign, csr.CertificationRequest, "certification_request_info", "signature")


def read_request(content: bytes, sm2: Sm2) -> Request:
    """Raises: CertificateRefused: `unreadable`, or `no-possession` where the request's own key did not sign it."""
    try:
        der = certificates.der_of(content, "CERTIFICATE REQUEST")
        body, signature = _signed_parts(der)
        request: Any = csr.CertificationRequest.load(der, strict=True)
        info = request["certification_request_info"]
        public_key = certificates.read_public_key(info["subject_pk_info"])
        subject = info["subject"].human_friendly
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CertificateRefused("unreadable", "不是 SM2 证书请求", "this is no request for SM2") from error
    if not sm2.verify(public_key, body, signature):
        raise CertificateRefused(
            "no-possession",
            "请求未由所申请的密钥以 SM2-SM3（标识 1234567812345678）签名",
            "the request is not signed by its own key with SM2-SM3 and the user id 1234567812345678",
        )
    return Request(public_key=public_key, subject=subject)


def _signed_parts(der: bytes) -> tuple[bytes, bytes]:
    """GM/T 0015 leaves open whether the algorithm has NULL as its parameters: other people's requests may."""
    try:
        return certificates.signed_parts(der)
    except ValueError:
        return certificates.signed_parts(der, parameters=b"\x05\x00")
