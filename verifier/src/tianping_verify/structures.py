"""The ledger's structures (section 2 of the format), each read from its plain array with every type checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from tianping_verify import cbor
from tianping_verify.faults import Fault
from tianping_verify.sm3 import sm3, tagged

T = TypeVar("T")
Reader = Callable[[Any], Any]

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
_CHAIN = re.compile(r"[a-z0-9]{2,12}")
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9.:-]{0,90}/[a-z0-9]{2,12}")
LARGEST_NUMBER = 1 << 53


def uint(value: Any) -> int:
    if type(value) is not int or not 0 <= value < LARGEST_NUMBER:
        raise Fault("structure")
    return value


def text(value: Any) -> str:
    if type(value) is not str:
        raise Fault("structure")
    return value


def boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise Fault("structure")
    return value


def octets(length: int | None = None) -> Callable[[Any], bytes]:
    def read(value: Any) -> bytes:
        if type(value) is not bytes or length not in (None, len(value)):
            raise Fault("structure")
        return value

    return read


def optional(reader: Callable[[Any], T]) -> Callable[[Any], T | None]:
    return lambda value: None if value is None else reader(value)


def each(reader: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    return lambda value: [reader(one) for one in array(value)]


def matching(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not pattern.fullmatch(text(value)):
            raise Fault("structure")
        return value

    return read


def one_of(*names: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if text(value) not in names:
            raise Fault("structure")
        return value

    return read


def array(value: Any) -> list[Any]:
    if type(value) is not list:
        raise Fault("structure")
    return value


def fields(value: Any, *readers: Reader) -> list[Any]:
    """The fields of a structure, as many as there are readers."""
    parts = array(value)
    if len(parts) != len(readers):
        raise Fault("structure")
    return [reader(part) for reader, part in zip(readers, parts, strict=True)]


slug = matching(_SLUG)
digest = octets(32)
public_key = octets(65)
STANDINGS = ("applied", "probation", "admitted", "suspended", "revoked", "removed")


@dataclass(frozen=True)
class Item:
    commit: bytes
    size: int
    media_type: str
    commit_sha256: bytes | None
    facts: bytes | None
    claimed_at: int | None


@dataclass(frozen=True)
class Body:
    encoded: bytes
    chain: str
    kind: str
    author: str
    content: Any

    @property
    def message(self) -> bytes:
        """What the signatures cover."""
        return tagged("tianping/transaction/1", self.encoded)

    @property
    def id(self) -> bytes:
        return sm3(self.message)


@dataclass(frozen=True)
class Leaf:
    encoded: bytes
    chain: str
    kind: str
    transaction: bytes
    position: int
    item: bytes | None


@dataclass(frozen=True)
class Member:
    id: str
    name_zh: str
    name_en: str
    level: int
    power: int
    fingerprint: bytes
    public_key: bytes
    standing: str


@dataclass(frozen=True)
class Officer:
    fingerprint: bytes
    owner: str
    public_key: bytes


@dataclass(frozen=True)
class Application:
    id: str
    name_zh: str
    name_en: str
    organisation: str
    fingerprint: bytes
    public_key: bytes
    categories: tuple[str, ...]
    standing: str
    score: int | None
    standard: str | None


@dataclass(frozen=True)
class Deposit:
    category: str
    count: int
    items_root: bytes


@dataclass(frozen=True)
class Genesis:
    digest: bytes
    origin: str
    chain: str
    name_zh: str
    name_en: str
    root: bytes
    categories: tuple[str, ...]
    members: tuple[Member, ...]
    officers: tuple[Officer, ...]
    applications: tuple[Application, ...]


def _version(value: Any) -> int:
    if uint(value) != 1:
        raise Fault("structure")
    return 1


def item(encoded: bytes) -> Item:
    readers = (digest, uint, text, optional(digest), optional(digest), optional(uint))
    return Item(*fields(cbor.decode(encoded), *readers))


def body(encoded: bytes) -> Body:
    readers = (_version, matching(_CHAIN), text, slug, text, uint, array)
    _, chain, kind, author, _, _, content = fields(cbor.decode(encoded), *readers)
    return Body(encoded, chain, kind, author, content)


def leaf(encoded: bytes) -> Leaf:
    readers = (_version, matching(_CHAIN), text, digest, uint, optional(octets()))
    return Leaf(encoded, *fields(cbor.decode(encoded), *readers)[1:])


def deposit(content: Any) -> Deposit:
    category, count, root, _, _ = fields(content, slug, uint, digest, optional(digest), optional(slug))
    return Deposit(category, count, root)


def member(value: Any) -> Member:
    readers = (slug, text, text, uint, uint, digest, public_key, octets(), one_of(*STANDINGS))
    identity, zh, en, level, power, fingerprint, key, _, standing = fields(value, *readers)
    if level not in (1, 2):
        raise Fault("structure")
    return Member(identity, zh, en, level, power, fingerprint, key, standing)


def application(value: Any) -> Application:
    readers = (
        slug, text, text, text, digest, public_key, each(slug), digest, one_of(*STANDINGS), optional(uint), optional(text),
    )  # fmt: skip
    identity, zh, en, by, fingerprint, key, categories, _, standing, score, standard = fields(value, *readers)
    return Application(identity, zh, en, by, fingerprint, key, tuple(categories), standing, score, standard)


def _officer(value: Any) -> Officer | None:
    readers = (digest, one_of("node", "officer", "application"), slug, public_key, uint, optional(uint))
    fingerprint, role, owner, key, _, until = fields(value, *readers)
    return Officer(fingerprint, owner, key) if role == "officer" and until is None else None


@lru_cache(maxsize=64)
def genesis(encoded: bytes) -> Genesis:
    """Kept, since the bundles of one chain all begin with it. Raises Fault."""
    _, origin, chain, zh, en, _, root, categories, members, officers, applications = fields(
        cbor.decode(encoded), _version, matching(_ORIGIN), matching(_CHAIN), text, text, uint, digest, each(slug),
        each(member), each(_officer), each(application),
    )  # fmt: skip
    if len({one.id for one in members}) != len(members) or not members:
        raise Fault("structure")
    return Genesis(
        sm3(tagged("tianping/genesis/1", encoded)), origin, chain, zh, en, root, tuple(categories), tuple(members),
        tuple(one for one in officers if one), tuple(applications),
    )  # fmt: skip
