"""Reading a proof bundle (section 6 of the format): exactly the members that the format names, each once, each well formed."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from tianping_verify.faults import Fault, Unusable

FORMAT = "tianping-proof/1"
LARGEST = 16 << 20
LARGEST_NUMBER = 1 << 53


@dataclass(frozen=True)
class ItemsPath:
    position: int
    count: int
    path: list[bytes]


@dataclass(frozen=True)
class ProvenEntry:
    index: int
    leaf: bytes
    path: list[bytes]
    body: bytes
    items_root_path: ItemsPath | None
    signatures: list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class MemberStep:
    height: int
    checkpoint: str
    entry: ProvenEntry
    consistency: list[bytes]


@dataclass(frozen=True)
class Stamp:
    time: int
    authority: str
    token: bytes
    checkpoint: str
    consistency: list[bytes]


@dataclass(frozen=True)
class Bundle:
    number: str
    genesis: bytes
    members: list[MemberStep]
    checkpoint: str
    entry: ProvenEntry
    history: list[ProvenEntry]
    certificates: list[bytes]
    stamp: Stamp | None
    salt: bytes | None
    facts: str | None


def is_bundle(content: bytes) -> bool:
    """Whether the bytes look like JSON that calls itself a bundle, of whatever version."""
    return content.lstrip()[:1] == b"{" and b'"tianping-proof/' in content


def read(content: bytes) -> Bundle:
    """Raises Unusable for what is no bundle of this version, Fault for one that breaks the format."""
    if len(content) > LARGEST:
        raise Unusable("证明包过大", "The bundle is too large")
    try:
        plain = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as wrong:
        raise Fault("form") from wrong
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise Unusable("不是本版本的证明包", "This is no proof bundle of this version")
    names = (
        "format", "number", "genesis", "members", "checkpoint", "entry", "application", "certificates", "stamp", "opening",
        "facts",
    )  # fmt: skip
    _, number, genesis, members, checkpoint, entry, application, certificates, stamp, opening, facts = _take(
        plain, *names
    )
    return Bundle(
        _text(number), _octets(genesis), [_member(one) for one in _list(members)], _text(checkpoint), _entry(entry),
        [_entry(one) for one in _list(_take(application, "history")[0])], _path(certificates),
        None if stamp is None else _stamp(stamp), None if opening is None else _octets(_take(opening, "salt")[0]),
        None if facts is None else _text(facts),
    )  # fmt: skip


def _member(value: Any) -> MemberStep:
    height, checkpoint, entry, consistency = _take(value, "height", "checkpoint", "entry", "consistency")
    return MemberStep(_uint(height), _text(checkpoint), _entry(entry), _path(consistency))


def _entry(value: Any) -> ProvenEntry:
    names = ("index", "leaf", "path", "body", "items_root_path", "signatures")
    index, leaf, path, body, within, signatures = _take(value, *names)
    marks = [_take(one, "fingerprint", "signature") for one in _list(signatures)]
    pairs = [(_octets(mark), _octets(signature)) for mark, signature in marks]
    if [mark for mark, _ in pairs] != sorted({mark for mark, _ in pairs}):
        raise Fault("form")
    return ProvenEntry(
        _uint(index), _octets(leaf), _path(path), _octets(body), None if within is None else _within(within), pairs
    )


def _within(value: Any) -> ItemsPath:
    position, count, path = _take(value, "position", "count", "path")
    return ItemsPath(_uint(position), _uint(count), _path(path))


def _stamp(value: Any) -> Stamp:
    time, authority, token, checkpoint, consistency = _take(
        value, "time", "authority", "token", "checkpoint", "consistency"
    )
    return Stamp(_uint(time), _text(authority), _octets(token), _text(checkpoint), _path(consistency))


def _take(value: Any, *names: str) -> list[Any]:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise Fault("form")
    return [value[name] for name in names]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _refuse(written: str) -> Any:
    raise ValueError(written)


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise Fault("form")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Fault("form")
    return value


def _uint(value: Any) -> int:
    if type(value) is not int or not 0 <= value < LARGEST_NUMBER:
        raise Fault("form")
    return value


def _octets(value: Any) -> bytes:
    try:
        content = base64.b64decode(_text(value), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Fault("form") from wrong
    # Only one text for the same bytes: padding bits that are not zero are refused.
    if base64.b64encode(content).decode() != value:
        raise Fault("form")
    return content


def _path(value: Any) -> list[bytes]:
    return [_octets(one) for one in _list(value)]
