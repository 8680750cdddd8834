"""What there is to see of the ledger: chains, members, checkpoints, blocks, entries, applications, proofs that it only grew.

All of it is public and holds commitments and names of organisations, never a person's.
"""

from datetime import datetime
from typing import Protocol

import msgspec

from tianping.interfaces.ledger import Cosigner, Depositor
from tianping.kit.problems import NotFound, Text


class CategoryCount(msgspec.Struct, frozen=True):
    """Deposits of one category on a chain, and the items in them."""

    category: str
    deposits: int
    items: int


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """`genesis`: digest of the chain's first words, which is what one pins; `time`: of the newest checkpoint (UTC)."""

    name: str
    title: Text
    origin: str
    genesis: str
    created_at: datetime
    height: int
    size: int
    root: str
    time: datetime | None
    categories: list[CategoryCount]


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`note`: as it is signed (docs/ledger-format.md, section 4); `root`: hexadecimal."""

    height: int
    size: int
    root: str
    time: datetime
    power: int
    total_power: int
    cosigners: list[Cosigner]
    stamped_at: datetime | None
    note: str


class BlockLine(msgspec.Struct, frozen=True):
    """Entries `first` to `size - 1` are this block's."""

    height: int
    first: int
    size: int
    root: str
    transactions: int
    time: datetime | None


class BlockTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """`about`: for a deposit its category, else empty. `first` and `count`: its entries of the log."""

    id: str
    kind: str
    author: str
    ref: str
    first: int
    count: int
    about: str


class Block(msgspec.Struct, frozen=True, kw_only=True):
    height: int
    first: int
    size: int
    root: str
    checkpoint: Checkpoint | None
    transactions: list[BlockTransaction]


class Consistency(msgspec.Struct, frozen=True):
    """RFC 9162, 2.1.4, with SM3: the tree of `old` entries is the beginning of that of `new`. All hexadecimal."""

    old: int
    new: int
    old_root: str
    new_root: str
    path: list[str]


class StoredItem(msgspec.Struct, frozen=True, kw_only=True):
    """Commitments: without the salt they say nothing about the file. `facts`: digest of the provenance facts."""

    commit: str
    commit_sha256: str | None
    size: int
    media_type: str
    facts: str | None
    claimed_at: datetime | None


class StoredEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is public of a deposit. `stored_at`: median of the co-signers' clocks; `stamped_at`: of the time-stamp authority, if
    any; `claimed_at` of the item: the depositor's word. Three times from three sources, never merged.
    """

    number: str
    chain: str
    chain_name: Text
    category: str
    index: int
    position: int
    transaction: str
    ref: str
    height: int
    stored_at: datetime
    stamped_at: datetime | None
    depositor: Depositor | None
    token: str | None
    phase: str | None
    item: StoredItem
    cosigners: list[Cosigner]
    power: int
    total_power: int


class NotANumber(NotFound):
    """What was asked for cannot be a storage number: its form or its check characters are wrong."""

    code = "storage-number-malformed"
    title = Text(
        "这不是有效的存证编号，请逐位核对，特别是最后两位校验字符",
        "This is no storage number: check every character, above all the last two",
    )


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member node. `share`: of the newest checkpoints of all chains that it co-signed, 0 to 1; `behind`: blocks since its
    last co-signature, on the chain where it is most; `place`: longitude and latitude, where it is public. Level 1 validates,
    level 2 replicates.
    """

    id: str
    name: Text
    level: int
    power: int
    standing: str
    fingerprint: str
    last_cosigned_at: datetime | None
    share: float
    behind: int
    place: tuple[float, float] | None


class Symptom(msgspec.Struct, frozen=True):
    """Something that is not well with the node the court asks. `name` is stable."""

    name: str
    said: Text


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`disk_free` in bytes; `waiting`: taken and not yet co-signed."""

    well: bool
    symptoms: list[Symptom]
    disk_free: int | None = None
    waiting: int | None = None


class ApplicationLine(msgspec.Struct, frozen=True, kw_only=True):
    """An application that deposits. `standing`: applied, probation, admitted, suspended, revoked, removed."""

    id: str
    name: Text
    organisation: str
    categories: list[str]
    standing: str
    score: int | None
    standard: str | None
    fingerprint: str
    deposits: int = 0
    items: int = 0


class ApplicationStep(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction about an application. `kind`: access.apply, access.assess, access.decide, access.rekey; `digest`: of the
    papers, the sheet or the reasons; `signers`: the members whose officers signed.
    """

    kind: str
    decision: str | None
    score: int | None
    digest: str | None
    signers: list[str]
    index: int
    at: datetime | None


class ApplicationHistory(msgspec.Struct, frozen=True):
    application: ApplicationLine
    history: list[ApplicationStep]


class LedgerReader(Protocol):
    """Asks the court's node. All are reads and idempotent. Raise LedgerUnavailable, and NotFound for what is not there."""

    async def chains(self) -> list[Chain]: ...

    async def members(self) -> list[Member]: ...

    async def checkpoints(self, chain: str, *, before: int | None, limit: int) -> list[Checkpoint]:
        """From the newest; only below the height `before`."""
        ...

    async def blocks(self, chain: str, *, before: int | None, limit: int) -> list[BlockLine]: ...

    async def block(self, chain: str, height: int) -> Block: ...

    async def consistency(self, chain: str, old: int, new: int) -> Consistency: ...

    async def entry(self, number: str) -> StoredEntry: ...

    async def applications(self) -> list[ApplicationLine]: ...

    async def application(self, application_id: str) -> ApplicationHistory: ...

    async def health(self) -> Health:
        """Never raises: a node that does not answer is a symptom."""
        ...
