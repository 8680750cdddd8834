"""What was looked at and how it came out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tianping_verify.sm3 import sm3_of


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_MADE = "not_made"


class Verdict(StrEnum):
    """MATCH: the proof holds, under a pinned chain, and the file is the one stored. MISMATCH: the proof holds, the file is
    another. INVALID: the proof does not hold. INCOMPLETE: nothing failed, but something needed was not checked.
    """

    MATCH = "match"
    MISMATCH = "mismatch"
    INVALID = "invalid"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Check:
    """One check. `reason`: why it failed or was not made; `values`: what its words mention."""

    id: str
    result: Result
    reason: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """A file as it is compared: bytes, SM3, SHA-256."""

    size: int
    sm3: bytes
    sha256: bytes

    @classmethod
    def of(cls, blocks: Iterable[bytes]) -> "File":
        import hashlib

        by_sha256 = hashlib.sha256()
        size = 0

        def seen() -> Iterable[bytes]:
            nonlocal size
            for block in blocks:
                size += len(block)
                by_sha256.update(block)
                yield block

        return cls(sm3=sm3_of(seen()), sha256=by_sha256.digest(), size=size)


@dataclass(frozen=True)
class Options:
    """`pins`: digests of the genesis that are trusted; `tsa_ca`: path of certificates of a trusted time-stamp authority."""

    file: File | None = None
    pins: frozenset[bytes] = frozenset()
    salt: bytes | None = None
    tsa_ca: str | None = None


@dataclass(frozen=True)
class Cosigner:
    id: str
    name_zh: str
    name_en: str
    time: int


@dataclass
class Subject:
    """What the proof is about, as far as it was read. Times in milliseconds; each has another source."""

    number: str | None = None
    genesis: bytes | None = None
    chain: str | None = None
    chain_zh: str | None = None
    chain_en: str | None = None
    category: str | None = None
    size: int | None = None
    media_type: str | None = None
    stored_at: int | None = None
    claimed_at: int | None = None
    stamped_at: int | None = None
    depositor_zh: str | None = None
    depositor_en: str | None = None
    organisation: str | None = None
    standing: str | None = None
    score: int | None = None
    cosigners: list[Cosigner] = field(default_factory=list)
    power: int | None = None
    total: int | None = None


# Without these there is no answer to "is this what was stored, on that chain?".
NEEDED = {
    "pdf.signature", "pdf.signer", "bundle", "genesis", "members", "checkpoint", "entry", "signature", "depositor", "number",
    "file",
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    checks: list[Check]
    subject: Subject

    @property
    def verdict(self) -> Verdict:
        failed = {one.id for one in self.checks if one.result is Result.FAILED}
        if failed - {"file"}:
            return Verdict.INVALID
        if failed:
            return Verdict.MISMATCH
        if any(one.id in NEEDED and one.result is Result.NOT_MADE for one in self.checks):
            return Verdict.INCOMPLETE
        return Verdict.MATCH

    @property
    def exit_status(self) -> int:
        return 0 if self.verdict is Verdict.MATCH else 2
