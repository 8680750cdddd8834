"""RFC 3161 time-stamp tokens: requests with an SM3 imprint, and what a token proves.

Tokens of other authorities (RSA, ECDSA) are verified by rfc3161-client, those signed with SM2 (ours) here: no library
verifies SM2 in CMS. The imprint, the nonce and the bond to the signer's certificate are checked here for both.
"""

import hashlib
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from asn1crypto import cms, core, tsp
from cryptography import x509
from rfc3161_client import VerifierBuilder, decode_timestamp_response

from tianping.engines.signing import certificates, curve
from tianping.engines.signing import object_ids as oid
from tianping.engines.signing.chain import Trust
from tianping.engines.signing.revocation import Revocations
from tianping.interfaces.signing import CertificateFacts, CertificateRefused, CertificateRole, Sm2
from tianping.kit.problems import Problem, Text

LARGEST_TOKEN = 64 * 1024
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class TimeStampRefused(Problem):
    """`reason`: stable code; `zh`, `en`: what does not fit."""

    status = 400
    code = "time-stamp-refused"
    title = Text("时间戳无效", "The time stamp is not valid")
    detail = Text("{zh}", "{en}")
    shown = ("reason",)


class StampFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a good token says. `own_clock`: signed by the court itself, so it proves no more than the court's word."""

    time: datetime
    authority: str
    serial: str
    policy: str
    own_clock: bool


class StampTrust(msgspec.Struct, frozen=True, kw_only=True):
    """Whose tokens are believed: those of the authorities under `roots` (DER or PEM), and the court's own under
    `court`. `revocations` are of the court's CA; without them revocation is not looked at."""

    roots: tuple[bytes, ...] = ()
    court: Trust | None = None
    revocations: Revocations | None = None


class _Answer(core.Sequence):
    """TimeStampResp of RFC 3161, 2.4.2, where a refusal has no token."""

    _fields: ClassVar[list[Any]] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def build_query(digest: bytes, nonce: int) -> bytes:
    """A TimeStampReq for an SM3 digest, asking for the certificate."""
    imprint = {"hash_algorithm": {"algorithm": oid.SM3}, "hashed_message": digest}
    return tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}).dump()


def token_of_answer(answer: bytes) -> bytes:
    """The token of a TimeStampResp. Raises: TimeStampRefused: `not-granted` or unreadable."""
    try:
        response: Any = _Answer.load(answer, strict=True)
        status = response["status"]["status"].native
        if status in ("granted", "granted_with_mods"):
            return response["time_stamp_token"].dump()
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable() from error
    raise refused("not-granted", f"时间戳机构未签发（{status}）", f"the authority did not grant it ({status})")


def check_token(token: bytes, digest: bytes, trust: StampTrust, sm2: Sm2, *, nonce: int | None = None) -> StampFacts:
    """What a token proves of an SM3 digest (32 bytes). `nonce`: of the query, while it is known.

    Raises: TimeStampRefused: with the first thing that does not fit.
    """
    if len(token) > LARGEST_TOKEN:
        raise _unreadable()
    try:
        content: Any = cms.ContentInfo.load(token, strict=True)
        signed = content["content"]
        info = signed["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].dotted != oid.SM3 or imprint["hashed_message"].native != digest:
            raise refused("imprint", "时间戳不是对该摘要作出的", "the token is for another digest")
        if nonce is not None and info["nonce"].native != nonce:
            raise refused("nonce", "时间戳不是对本次请求作出的", "the token answers another query")
        (signer,) = signed["signer_infos"]
        certificate = _certificate_of(signed, signer)
        _check_bond(signer, certificate)
        own_clock = signer["signature_algorithm"]["algorithm"].dotted == oid.SM2_WITH_SM3
        if own_clock:
            authority = _check_own(signed, signer, info, certificate, trust, sm2)
        else:
            _check_foreign(token, digest, certificate, trust)
            authority = certificate.subject.native.get("common_name") or certificate.subject.human_friendly
        return StampFacts(
            time=info["gen_time"].native,
            authority=str(authority),
            serial=f"{info['serial_number'].native:x}",
            policy=info["policy"].dotted,
            own_clock=own_clock,
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise _unreadable() from error


def refused(reason: str, zh: str, en: str) -> TimeStampRefused:
    return TimeStampRefused(reason=reason, zh=zh, en=en)


def _unreadable() -> TimeStampRefused:
    return refused("unreadable", "无法读取时间戳", "the token cannot be read")


def _certificate_of(signed: Any, signer: Any) -> Any:
    """The signer's certificate among those of the token, by issuer and serial number. ValueError where missing."""
    sid = signer["sid"].chosen
    for each in signed["certificates"]:
        body = each.chosen["tbs_certificate"]
        if (
            body["issuer"].dump() == sid["issuer"].dump()
            and body["serial_number"].native == sid["serial_number"].native
        ):
            return each.chosen
    raise ValueError("the token lacks the certificate of its signer")


def _attribute(signer: Any, name: str) -> Any:
    found = [each["values"] for each in signer["signed_attrs"] if each["type"].native == name]
    return found[0][0] if len(found) == 1 and len(found[0]) == 1 else None


def _native(signer: Any, name: str) -> Any:
    found = _attribute(signer, name)
    return None if found is None else found.native


def _check_bond(signer: Any, certificate: Any) -> None:
    """RFC 3161, 2.4.1 and RFC 5816: the signed attributes name the certificate by its hash."""
    der = certificate.dump()
    if (attribute := _attribute(signer, "signing_certificate_v2")) is not None:
        first = attribute["certs"][0]
        name = first["hash_algorithm"]["algorithm"]
        bound = certificates.digest(der) if name.dotted == oid.SM3 else _HASHES[name.native](der).digest()
    elif (attribute := _attribute(signer, "signing_certificate")) is not None:
        first, bound = attribute["certs"][0], hashlib.sha1(der, usedforsecurity=False).digest()
    else:
        raise refused("bond", "时间戳没有写明签名证书", "the token does not name its certificate")
    if first["cert_hash"].native != bound:
        raise refused("bond", "时间戳写明的是另一证书", "the token names another certificate")


def _check_foreign(token: bytes, digest: bytes, certificate: Any, trust: StampTrust) -> None:
    builder = VerifierBuilder()
    for root in trust.roots:
        builder = builder.add_root_certificate(x509.load_der_x509_certificate(certificates.der_of(root)))
    if not trust.roots:
        raise refused("untrusted", "没有受信任的时间戳机构根证书", "no root of a time-stamp authority is trusted")
    # The library reads answers, not tokens: a token is given back its granted status. And it wants the certificates in
    # the order of DER, in which OpenSSL does not write them; they are not under the signature.
    content: Any = cms.ContentInfo.load(token)
    content["content"]["certificates"] = sorted(content["content"]["certificates"], key=lambda each: each.dump())
    whole = _Answer({"status": {"status": "granted"}, "time_stamp_token": content}).dump()
    try:
        builder.build().verify(decode_timestamp_response(whole), digest)
    except Exception as error:  # parsers of hostile bytes: what they raise is not said anywhere
        raise refused("untrusted", f"时间戳签名或证书无效：{error}", f"signature or certificate: {error}") from error


def _check_own(signed: Any, signer: Any, info: Any, certificate: Any, trust: StampTrust, sm2: Sm2) -> str:
    """The signature and the certificate of a token of the court's own clock; the name of the clock."""
    if trust.court is None:
        raise refused("untrusted", "没有受信任的法院根证书", "no root of a court is trusted")
    report = trust.court.check(
        certificate.dump(),
        at=info["gen_time"].native,
        role=CertificateRole.TIME_STAMP,
        revocations=trust.revocations,
    )
    try:
        facts: CertificateFacts = report.require()
    except CertificateRefused as error:
        said = error.explanation or error.title
        raise refused("untrusted", said.zh, said.en) from error
    content = signed["encap_content_info"]["content"]
    kinds = {_native(signer, "content_type"), signed["encap_content_info"]["content_type"].native}
    right = signer["digest_algorithm"]["algorithm"].dotted == oid.SM3 and kinds == {"tst_info"}
    right = right and _native(signer, "message_digest") == certificates.digest(content.contents)
    attributes = signer["signed_attrs"].untag().dump()
    signature = curve.signature_from_der(signer["signature"].native)
    if not right or not sm2.verify(facts.public_key, attributes, signature):
        raise refused("signature", "时间戳签名不符", "the signature of the token is wrong")
    return facts.subject
