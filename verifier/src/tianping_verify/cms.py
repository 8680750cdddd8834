"""Signed data (RFC 5652): the PDF's own signature in its one strict shape, and time-stamp tokens (RFC 3161)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tianping_verify import der, sm2, x509
from tianping_verify.faults import Fault, NotMade
from tianping_verify.sm3 import sm3

SM3 = "1.2.156.10197.1.401"
_SIGNED_DATA, _DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_TIME, _SIGNING_CERTIFICATE = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47"
_SHA256, _SHA384, _SHA512 = (f"2.16.840.1.101.3.4.2.{number}" for number in (1, 2, 3))
_DIGESTS = {SM3: sm3}
_DIGESTS |= {
    name: lambda message, algorithm=algorithm: hashlib.new(algorithm, message).digest()
    for name, algorithm in ((_SHA256, "sha256"), (_SHA384, "sha384"), (_SHA512, "sha512"))
}


@dataclass(frozen=True)
class SignedFile:
    """Who signed a file, all certificates that came with it, and when (milliseconds, the signer's word)."""

    signer: x509.Certificate
    certificates: list[x509.Certificate]
    time: int


@dataclass(frozen=True)
class Token:
    """What a time-stamp token says. `time`: milliseconds, the authority's."""

    raw: bytes
    imprint: bytes
    digest: str
    time: int
    signed_data: der.Node
    content: bytes


def signed_file(encoded: bytes, digest: bytes) -> SignedFile:
    """A detached signature over a file with this SM3. Every byte of `encoded` is bound: one shape alone is let through."""
    try:
        signed = _data_of(der.parse(encoded), _SIGNED_DATA).children()
        certificates = [one.raw for one in signed[3].expect(der.context(0)).children()]
        info = _only(signed[4].expect(der.SET)).children()
        attributes, signature = info[3].expect(der.context(0)), info[5].expect(der.OCTET_STRING).content
        held = [x509.read(one) for one in certificates]
    except (IndexError, ValueError) as wrong:
        raise Fault("pdf-shape") from wrong
    signer = next((one for one in held if _issuer_and_serial(one) == info[1].raw), None)
    if signer is None or certificates != sorted(set(certificates)):
        raise Fault("pdf-shape")
    if encoded != _shape(certificates, signer, attributes.content, signature):
        raise Fault("pdf-shape")
    time = _check_attributes(attributes.children(), digest, signer)
    message = der.encode(der.SET, attributes.content)
    if not sm2.verify(signer.public_key, message, x509.signature_of(signature)):
        raise Fault("pdf-signature")
    return SignedFile(signer, held, time)


def _shape(certificates: list[bytes], signer: x509.Certificate, attributes: bytes, signature: bytes) -> bytes:
    seq, oid = der.SEQUENCE, der.encode_oid
    one = der.encode(der.INTEGER, b"\1")
    by_sm3 = der.encode(seq, oid(SM3))
    info = der.encode(
        seq,
        one,
        _issuer_and_serial(signer),
        by_sm3,
        der.encode(der.context(0), attributes),
        der.encode(seq, oid(x509.SM2_WITH_SM3)),
        der.encode(der.OCTET_STRING, signature),
    )
    signed = der.encode(
        seq,
        one,
        der.encode(der.SET, by_sm3),
        der.encode(seq, oid(_DATA)),
        der.encode(der.context(0), *certificates),
        der.encode(der.SET, info),
    )
    return der.encode(seq, oid(_SIGNED_DATA), der.encode(der.context(0), signed))


def _check_attributes(attributes: Sequence[der.Node], digest: bytes, signer: x509.Certificate) -> int:
    """The four attributes are there and no others. Returns the signing time."""
    found = _attributes(attributes)
    if set(found) != {_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME, _SIGNING_CERTIFICATE} or len(attributes) != 4:
        raise Fault("pdf-shape")
    if found[_CONTENT_TYPE].oid() != _DATA:
        raise Fault("pdf-shape")
    if found[_MESSAGE_DIGEST].expect(der.OCTET_STRING).content != digest:
        raise Fault("pdf-changed")
    named = der.encode(der.SEQUENCE, der.encode_oid(SM3)), der.encode(der.OCTET_STRING, signer.fingerprint)
    # ESSCertIDv2 ::= { hash algorithm, hash of the certificate, issuer and serial (optional) }
    mark = _first_of(_first_of(found[_SIGNING_CERTIFICATE])).children()
    if len(mark) < 2 or (mark[0].raw, mark[1].raw) != named:
        raise Fault("pdf-shape")
    return x509.time_of(found[_SIGNING_TIME])


def token(encoded: bytes) -> Token:
    """What is stamped and when. Nothing is checked but the form. Raises Fault."""
    try:
        signed = _data_of(der.parse(encoded), _SIGNED_DATA)
        kind, inside = signed.children()[2].children()
        content = _only(inside.expect(der.context(0))).expect(der.OCTET_STRING).content
        info = der.parse(content).expect(der.SEQUENCE).children()
        algorithm, imprint = info[2].children()
        if kind.oid() != _TST_INFO or info[0].integer() != 1:
            raise Fault("token")
        digest = algorithm.children()[0].oid()
        return Token(encoded, imprint.expect(der.OCTET_STRING).content, digest, _general_time(info[4]), signed, content)
    except (IndexError, ValueError, Fault) as wrong:
        raise Fault("token") from wrong


def imprint_fits(one: Token, text: bytes) -> bool:
    return one.digest in (SM3, _SHA256) and _DIGESTS[one.digest](text) == one.imprint


def check_token(one: Token, root: bytes, held: Sequence[x509.Certificate]) -> x509.Certificate:
    """The authority's certificate, if it signed by SM2 and stands under the root of the genesis.

    Raises NotMade where it is another authority: then somebody who trusts it must say so. Raises Fault.
    """
    certificates, infos = _certificates(one.signed_data)
    readable = []
    for encoded in certificates:
        try:
            readable.append(x509.read(encoded))
        except Fault:
            continue
    parts = infos[0].children() if len(infos) == 1 else []
    signer = next((each for each in readable if len(parts) > 4 and parts[1].raw == _issuer_and_serial(each)), None)
    if signer is None:
        raise NotMade("stamp-authority")
    try:
        way = x509.way_to_root(signer, [*readable, *held], root, one.time)
    except Fault as wrong:
        raise NotMade("stamp-authority") from wrong
    x509.need_time_stamping(way)
    if parts[3].tag != der.context(0) or parts[2].children()[0].oid() not in _DIGESTS:
        raise Fault("token")
    found = _attributes(parts[3].children())
    digest = _DIGESTS[parts[2].children()[0].oid()](one.content)
    stated = found.get(_MESSAGE_DIGEST)
    if stated is None or stated.content != digest or found[_CONTENT_TYPE].oid() != _TST_INFO:
        raise Fault("token")
    message = der.encode(der.SET, parts[3].content)
    if not sm2.verify(signer.public_key, message, x509.signature_of(parts[5].expect(der.OCTET_STRING).content)):
        raise Fault("token")
    return signer


def _certificates(signed: der.Node) -> tuple[list[bytes], list[der.Node]]:
    parts = signed.children()
    certificates = [one.raw for part in parts[3:-1] if part.tag == der.context(0) for one in part.children()]
    return certificates, parts[-1].expect(der.SET).children()


def _issuer_and_serial(one: x509.Certificate) -> bytes:
    return der.encode(der.SEQUENCE, one.issuer, one.serial)


def _data_of(info: der.Node, kind: str) -> der.Node:
    parts = info.expect(der.SEQUENCE).children()
    if len(parts) != 2 or parts[0].oid() != kind:
        raise Fault("pdf-shape")
    return _only(parts[1].expect(der.context(0))).expect(der.SEQUENCE)


def _only(node: der.Node) -> der.Node:
    inside = node.children()
    if len(inside) != 1:
        raise Fault("der")
    return inside[0]


def _first_of(node: der.Node) -> der.Node:
    inside = node.expect(der.SEQUENCE).children()
    if not inside:
        raise Fault("der")
    return inside[0]


def _attributes(nodes: Sequence[der.Node]) -> dict[str, der.Node]:
    found = {}
    for one in nodes:
        parts = one.expect(der.SEQUENCE).children()
        if len(parts) != 2:
            raise Fault("der")
        found[parts[0].oid()] = _only(parts[1].expect(der.SET))
    return found


def _general_time(node: der.Node) -> int:
    """GeneralizedTime with an optional fraction of a second."""
    text = node.expect(der.GENERALIZED_TIME).content.decode("ascii")
    whole, _, fraction = text.removesuffix("Z").partition(".")
    seconds = x509.time_of(der.parse(der.encode(der.GENERALIZED_TIME, f"{whole}Z".encode())))
    return seconds + int((fraction + "000")[:3])
