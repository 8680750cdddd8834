"""What the evidence ledger promises to the court: deposits, one verdict, proofs and certificates; what there is to see.

Law: Online Litigation Rules 16 to 19. A verdict of MATCH reads "unaltered since it was stored at …" and never "authentic":
what was true before the deposit is a separate question (article 18).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from tianping.kit.problems import Text, Unavailable


class LedgerUnavailable(Unavailable):
    code = "ledger-unavailable"
    title = Text(
        "存证链暂时不可用，稍后会自动重试", "The evidence ledger cannot be reached now; it will be tried again"
    )


class Verdict(StrEnum):
    MATCH = "match"
    MISMATCH = "mismatch"
    NOT_FOUND = "not_found"
    PENDING = "pending"
    CHAIN_INCONSISTENT = "chain_inconsistent"


class DepositItem(msgspec.Struct, frozen=True, kw_only=True):
    """A thing to deposit. `digest`: SM3 of the file, `sha256` beside it; both 64 hexadecimal digits. `facts`: canonical JSON
    of the provenance (source, how it came about, tool and environment, custody, witnesses), kept by the court; only
    its digest goes on the chain. `claimed_at`: when the depositor says it was made.
    """

    digest: str
    sha256: str | None
    size: int
    media_type: str
    facts: bytes | None
    claimed_at: datetime | None


class DepositReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """`number`: storage number; `salt`: hexadecimal, opens the commitment: a secret of depositor and court; `stored_at`: the
    chain's time (median of the co-signers' clocks).
    """

    number: str
    chain: str
    index: int
    salt: str
    stored_at: datetime


class Cosigner(msgspec.Struct, frozen=True):
    """A member that co-signed."""

    id: str
    name: Text
    time: datetime


class Depositor(msgspec.Struct, frozen=True):
    """The application that deposited, and how it stands: standing at the deposit and now, its last assessment."""

    id: str
    name: Text
    organisation: str
    standing_then: str
    standing_now: str
    score: int | None
    standard: str | None


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to "is this what was stored?". Everything but `number` and `verdict` is empty where nothing was found.

    `reasons`: what was checked and how it came out, one sentence each, in the order of checking.
    """

    number: str
    verdict: Verdict
    chain: str | None
    chain_name: Text | None
    category: str | None
    stored_at: datetime | None
    claimed_at: datetime | None
    stamped_at: datetime | None
    depositor: Depositor | None
    cosigners: list[Cosigner]
    power: int
    total_power: int
    size: int | None
    media_type: str | None
    reasons: list[Text]


class Ledger(Protocol):
    """The court's way to its ledger node. Every method is idempotent; none is awaited inside a transaction."""

    async def deposit(self, *, category: str, ref: str, items: Sequence[DepositItem]) -> list[DepositReceipt]:
        """Deposit as the court's own application; the same `ref` with the same items gives the same numbers and salts.

        Returns when a quorum has co-signed. Raises LedgerUnavailable, Refused of the ledger.
        """
        ...

    async def verify(self, number: str, *, digest: str | None, sha256: str | None, salt: str | None) -> Verification:
        """Compare a file's digest with what is stored under a number. For the court's own deposits it keeps the salt itself."""
        ...

    async def proof(self, number: str, *, opening: bool = False) -> bytes:
        """The proof bundle (JSON, docs/ledger-format.md). `opening`: with salt and facts, of the court's own deposits.

        Raises NotFound, and PENDING's `ledger-pending`.
        """
        ...

    async def certificate(self, number: str, language: str, *, opening: bool = False) -> bytes:
        """The certificate of storage as PDF with the bundle in it. `language`: zh or en; `opening` as of the proof."""
        ...

    async def forget(self, number: str) -> None:
        """Remove salt and facts of a deposit of the court's own; its entry then means nothing to anybody. Idempotent."""
        ...
