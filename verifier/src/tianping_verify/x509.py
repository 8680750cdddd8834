"""Certificates as far as they are needed: SM2 keys, signed with SM2 and SM3, from an end to the root that the genesis names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from tianping_verify import der, sm2
from tianping_verify.faults import Fault
from tianping_verify.sm3 import sm3

SM2_WITH_SM3 = "1.2.156.10197.1.501"
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
ROLES = {"node": 1, "application": 2, "court": 3}
_SM2_KEY = der.encode(
    der.SEQUENCE, der.encode_oid("1.2.840.10045.2.1"), der.encode_oid("1.2.156.10197.1.301")
)  # fmt: skip
_BASIC, _KEY_USAGE, _EXTENDED, _POLICIES = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.32"
_COMMON_NAME = "2.5.4.3"
_DIGITAL_SIGNATURE, _CERT_SIGN = 0, 5


@dataclass(frozen=True)
class Certificate:
    """`not_before` and `not_after`: milliseconds since 1970, both included; `path_length`: None for no bound."""

    raw: bytes
    fingerprint: bytes
    body: bytes
    serial: bytes
    issuer: bytes
    subject: bytes
    name: str
    not_before: int
    not_after: int
    public_key: bytes
    signature: bytes
    authority: bool
    path_length: int | None
    key_usage: frozenset[int]
    extended: frozenset[str]
    policies: tuple[str, ...]


@lru_cache(maxsize=64)
def read(encoded: bytes) -> Certificate:
    """Raises Fault for what is no certificate of this kind, or has a critical part that is not understood here."""
    body, algorithm, signature = _three(der.parse(encoded).expect(der.SEQUENCE).children())
    parts = body.expect(der.SEQUENCE).children()
    if len(parts) != 8 or parts[0].raw != bytes.fromhex("a003020102") or parts[7].tag != der.context(3):
        raise Fault("certificate")
    _, serial, inner, issuer, validity, subject, key, extensions = parts
    if inner.raw != algorithm.raw or algorithm.raw != der.encode(der.SEQUENCE, der.encode_oid(SM2_WITH_SM3)):
        raise Fault("certificate-algorithm")
    not_before, not_after = (_time(one) for one in _two(validity.expect(der.SEQUENCE).children()))
    kind, point = _two(key.expect(der.SEQUENCE).children())
    public_key = _bits(point)
    if kind.raw != _SM2_KEY or not sm2.is_public_key(public_key):
        raise Fault("certificate-algorithm")
    serial.integer()
    found = _extensions(extensions)
    authority, path_length = _basic(found.get(_BASIC))
    return Certificate(
        encoded, sm3(encoded), body.raw, serial.raw, issuer.raw, subject.raw, _common_name(subject), not_before, not_after,
        public_key, signature_of(_bits(signature)), authority, path_length, _usage(found.get(_KEY_USAGE)),
        frozenset(one.oid() for one in _inside(found.get(_EXTENDED))),
        tuple(one.children()[0].oid() for one in _inside(found.get(_POLICIES))),
    )  # fmt: skip


def signature_of(encoded: bytes) -> bytes:
    """`r ‖ s` of SEQUENCE { INTEGER r, INTEGER s }. Raises Fault."""
    r, s = (one.integer() for one in _two(der.parse(encoded).expect(der.SEQUENCE).children()))
    if not (0 < r < sm2.N and 0 < s < sm2.N):
        raise Fault("der")
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def way_to_root(end: Certificate, held: Iterable[Certificate], root: bytes, at: int) -> list[Certificate]:
    """From an end certificate to the root with this fingerprint, all good at `at` (milliseconds). Raises Fault.

    The order is end, issuers, root.
    """
    above = {one.subject: one for one in held if one.authority}
    way = [end]
    while way[-1].fingerprint != root:
        lower = way[-1]
        issuer = above.get(lower.issuer)
        if issuer is None or len(way) > 4 or issuer in way:
            raise Fault("chain", name=end.name)
        if not _signed_by(lower.raw, issuer.public_key):
            raise Fault("chain", name=end.name)
        # Authorities between this one and the end: the end itself is none.
        if _CERT_SIGN not in issuer.key_usage or (issuer.path_length is not None and len(way) - 1 > issuer.path_length):
            raise Fault("chain", name=end.name)
        way.append(issuer)
    if len(way) < 2 or end.authority:
        raise Fault("chain", name=end.name)
    for one in way:
        if not one.not_before <= at <= one.not_after:
            raise Fault("validity", name=one.name)
    return way


@lru_cache(maxsize=256)
def _signed_by(lower: bytes, public_key: bytes) -> bool:
    """Kept, since many bundles of one court stand under the same few authorities."""
    one = read(lower)
    return sm2.verify(public_key, one.body, one.signature)


def need_role(way: Sequence[Certificate], role: str) -> None:
    """Raises Fault unless the end of this way signs as `role`."""
    end, policies = way[0], way[-1].policies
    own = {f"{policies[0]}.{number}": name for name, number in ROLES.items()} if len(policies) == 1 else {}
    if {own[use] for use in end.extended if use in own} != {role} or _DIGITAL_SIGNATURE not in end.key_usage:
        raise Fault("role", name=end.name)


def need_time_stamping(way: Sequence[Certificate]) -> None:
    if way[0].extended != {TIME_STAMPING} or _DIGITAL_SIGNATURE not in way[0].key_usage:
        raise Fault("role", name=way[0].name)


def _two(nodes: list[der.Node]) -> list[der.Node]:
    if len(nodes) != 2:
        raise Fault("der")
    return nodes


def _three(nodes: list[der.Node]) -> list[der.Node]:
    if len(nodes) != 3:
        raise Fault("der")
    return nodes


def _bits(node: der.Node) -> bytes:
    content = node.expect(der.BIT_STRING).content
    if content[:1] != b"\0":
        raise Fault("der")
    return content[1:]


def _time(node: der.Node) -> int:
    text = node.content.decode("ascii", "replace")
    try:
        if node.tag == der.UTC_TIME:
            century = "20" if int(text[:2]) < 50 else "19"
            text = century + text
        elif node.tag != der.GENERALIZED_TIME:
            raise Fault("der")
        if len(text) != 15 or text[-1] != "Z":
            raise Fault("der")
        return int(datetime.strptime(text[:-1], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()) * 1000
    except ValueError as wrong:
        raise Fault("der") from wrong


def time_of(node: der.Node) -> int:
    """UTCTime or GeneralizedTime of whole seconds, milliseconds since 1970."""
    return _time(node)


def _extensions(node: der.Node) -> dict[str, der.Node]:
    found: dict[str, der.Node] = {}
    for one in _one(node.children()).expect(der.SEQUENCE).children():
        parts = one.expect(der.SEQUENCE).children()
        critical = len(parts) == 3 and parts[1].expect(der.BOOLEAN).content == b"\xff"
        name = parts[0].oid()
        if not 2 <= len(parts) <= 3 or name in found:
            raise Fault("certificate")
        if critical and name not in (_BASIC, _KEY_USAGE, _EXTENDED):
            raise Fault("certificate-critical")
        if name in (_BASIC, _KEY_USAGE, _EXTENDED, _POLICIES):
            found[name] = der.parse(parts[-1].expect(der.OCTET_STRING).content)
    return found


def _one(nodes: list[der.Node]) -> der.Node:
    if len(nodes) != 1:
        raise Fault("der")
    return nodes[0]


def _basic(node: der.Node | None) -> tuple[bool, int | None]:
    parts = node.expect(der.SEQUENCE).children() if node else []
    if not parts or parts[0].tag != der.BOOLEAN:
        return False, None
    return parts[0].content == b"\xff", parts[1].integer() if len(parts) > 1 else None


def _usage(node: der.Node | None) -> frozenset[int]:
    if node is None:
        return frozenset()
    bits = node.expect(der.BIT_STRING).content
    return frozenset(at for at in range(8 * len(bits[1:])) if bits[1 + at // 8] >> (7 - at % 8) & 1)


def _inside(node: der.Node | None) -> list[der.Node]:
    return node.expect(der.SEQUENCE).children() if node else []


def _common_name(name: der.Node) -> str:
    for part in name.expect(der.SEQUENCE).children():
        for pair in part.expect(der.SET).children():
            kind, value = _two(pair.children())
            if kind.oid() == _COMMON_NAME:
                return value.content.decode("utf-8", "replace")
    return ""
