"""The chain of the docket: canonical text, SM3 hashes, and the verifier that needs no server.

`docs/docket-format.md` is the specification. The canonical text of a value is UTF-8 JSON with sorted keys and no white
space; an export is that text itself, so that any changed byte shows.
"""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec

from tianping.contexts.cases.model import Commitment, Disclosed, DocketEntry, Restricted
from tianping.interfaces.cases import DocketFact
from tianping.kit.digests import canonical, same, sm3
from tianping.kit.ids import CaseId

FORMAT = "tianping-docket/1"
START = "0" * 64
"""`prev` of a first entry."""

_ENTRY_FIELDS = frozenset(
    {"case_id", "seq", "at", "kind", "actor", "text", "articles", "references", "restricted", "prev", "hash"}
)


def as_of(instant: datetime) -> str:
    """An instant as the chain writes it: UTC, microseconds, `Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(value: object) -> str:
    return sm3(canonical(msgspec.to_builtins(value)))


def hash_of(entry: dict[str, Any]) -> str:
    """SM3 over the canonical text of an entry without its `hash` and without what was disclosed to one reader."""
    return sm3(canonical({k: v for k, v in entry.items() if k not in {"hash", "disclosed"}}))


def link(commitment: Commitment) -> str:
    """The hash of a line of the list of commitments."""
    return hash_of(msgspec.to_builtins(commitment))


def next_entry(
    case_id: CaseId, seq: int, at: datetime, actor: str, fact: DocketFact, *, prev: str, salt: str
) -> DocketEntry:
    """The entry that follows `prev`. `salt` (32 hexadecimal digits) hides restricted content from guessing."""
    disclosed = Disclosed(salt, fact.restricted.zh, fact.restricted.en) if fact.restricted else None
    restricted = Restricted(digest_of(disclosed), sorted(fact.visible_to)) if disclosed else None
    bare = DocketEntry(
        case_id, seq, as_of(at), fact.kind, actor, fact.text, list(fact.articles), dict(fact.references), restricted,
        prev, "", disclosed,
    )  # fmt: skip
    return msgspec.structs.replace(bare, hash=hash_of(msgspec.to_builtins(bare)))


def export(court: dict[str, str], case_id: CaseId, number: str, entries: list[DocketEntry], *, at: datetime) -> bytes:
    """The docket as a file that verifies without a server: the canonical text."""
    lines = []
    for entry in entries:
        line = msgspec.to_builtins(entry)
        if line["disclosed"] is None:
            del line["disclosed"]
        lines.append(line)
    content: dict[str, Any] = {
        "format": FORMAT,
        "court": court,
        "case_id": str(case_id),
        "number": number,
        "exported_at": as_of(at),
        "head": {"seq": len(entries), "hash": entries[-1].hash if entries else START},
        "entries": lines,
    }
    content["digest"] = sm3(canonical(content))
    return canonical(content)


class Finding(msgspec.Struct, frozen=True):
    """What a verification found. `entry` is the number of the first entry that does not fit, None if it is the file."""

    good: bool
    entries: int
    head: str
    number: str
    entry: int | None = None
    code: str = "ok"
    zh: str = "全部记录相符"
    en: str = "every entry fits"


def verify(data: bytes) -> Finding:
    """Check an exported docket: each entry, the chain, disclosed contents, the head, and the file as a whole."""
    try:
        content = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _file("not-json", "文件不是有效的 JSON", "the file is not valid JSON")
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return _file("not-a-docket", f"文件不是 {FORMAT} 格式", f"the file is not of the format {FORMAT}")
    entries = content.get("entries")
    if not isinstance(entries, list):
        return _file("no-entries", "文件没有记录列表", "the file has no list of entries")
    number = str(content.get("number", ""))
    prev, at = START, ""
    for position, entry in enumerate(entries, start=1):
        wrong = _wrong(entry, position, str(content.get("case_id")), prev, at)
        if wrong:
            code, zh, en = wrong
            return Finding(
                False, len(entries), prev, number, position, code, f"第 {position} 条：{zh}", f"entry {position}: {en}"
            )
        prev, at = entry["hash"], entry["at"]
    if content.get("head") != {"seq": len(entries), "hash": prev}:
        return _file(
            "head", "末条摘要与文件所记不符", "the head does not fit the last entry", number, len(entries), prev
        )
    try:
        whole = sm3(canonical({k: v for k, v in content.items() if k != "digest"}))
        text = canonical(content)
    except (ValueError, TypeError, RecursionError, OverflowError):
        return _file(
            "not-canonical", "内容无法规范书写", "the content has no canonical form", number, len(entries), prev
        )
    if not same(whole, str(content.get("digest"))):
        return _file("digest", "文件摘要不符", "the digest of the file does not fit", number, len(entries), prev)
    if text != data:
        return _file(
            "not-canonical", "文件的写法被改动", "the file is not in canonical form", number, len(entries), prev
        )
    return Finding(True, len(entries), prev, number)


def holds(data: bytes, head: str) -> bool:
    """Whether a verified export has an entry with that hash: it then contains all that was known when it was noted."""
    return any(entry["hash"] == head for entry in json.loads(data)["entries"])


def _wrong(entry: Any, position: int, case_id: str, prev: str, at: str) -> tuple[str, str, str] | None:
    if not isinstance(entry, dict) or not _ENTRY_FIELDS <= set(entry) <= _ENTRY_FIELDS | {"disclosed"}:
        return "shape", "缺少或多出项目", "a field is missing or too many"
    if not isinstance(entry["hash"], str) or not isinstance(entry["at"], str):
        return "shape", "项目的类型有误", "a field is of the wrong type"
    try:
        computed = hash_of(entry)
    except (ValueError, TypeError, RecursionError, OverflowError):
        return "shape", "内容无法规范书写", "the content has no canonical form"
    if not same(computed, entry["hash"]):
        return "hash", "内容与摘要不符，内容或摘要被改动", "the content does not fit the hash: one of them was changed"
    if entry["seq"] != position or entry["case_id"] != case_id:
        return "order", "序号或案件不符", "the number or the case does not fit"
    if entry["prev"] != prev:
        return "prev", "与前一条不相连", "it is not linked to the entry before"
    if entry["at"] < at:
        return "time", "时间早于前一条", "it is earlier than the entry before"
    disclosed = entry.get("disclosed")
    if disclosed is not None and (
        not isinstance(entry["restricted"], dict) or digest_of(disclosed) != entry["restricted"].get("digest")
    ):
        return "disclosed", "所披露的内容与摘要不符", "the disclosed content does not fit its digest"
    return None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _file(code: str, zh: str, en: str, number: str = "", entries: int = 0, head: str = "") -> Finding:
    return Finding(False, entries, head, number, None, code, zh, en)
