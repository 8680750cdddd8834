"""The nouns of the ledger. Structures that are encoded are arrays in the order of their fields (docs/ledger-format.md).

Instants inside the ledger are milliseconds since 1970-01-01T00:00Z. Digests are SM3, 32 bytes; a fingerprint is SM3 of a
certificate's DER.
"""

from enum import IntEnum, StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tianping.engines.ledger import codec
from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.digests import sm3, tagged

FORMAT = 1
LARGEST_BATCH = 1000

Bytes32 = Annotated[bytes, Meta(min_length=32, max_length=32)]
PublicKey = Annotated[bytes, Meta(min_length=65, max_length=65)]
Signature64 = Annotated[bytes, Meta(min_length=64, max_length=64)]
Millis = Annotated[int, Meta(ge=0, lt=1 << 53)]
Count = Annotated[int, Meta(ge=0, lt=1 << 53)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]\Z")]
ChainName = Annotated[str, Meta(pattern=r"^[a-z0-9]{2,12}\Z")]
Reference = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:/-]{1,80}\Z")]
"""A depositor's own reference. It is public and for ever: never a name, a telephone or a case number of a person."""


class Item(Encoded, frozen=True):
    """One deposited thing. `commit` and `commit_sha256`: see `digests.commitment`; `facts`: digest of the provenance facts,
    which are kept off the chain; `claimed_at`: when the depositor says it was made, which nobody here checked.
    """

    commit: Bytes32
    size: Count
    media: Annotated[str, Meta(max_length=100, pattern=r"^[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+\Z")]
    commit_sha256: Bytes32 | None
    facts: Bytes32 | None
    claimed_at: Millis | None


class Body(Encoded, frozen=True):
    """What is signed. `author`: id of the application or member; `ref`: unique for the author, a retry repeats it; `until`:
    the transaction is refused once the ledger's clock has passed it; `content`: by kind (`transactions/`).
    """

    version: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    chain: ChainName
    kind: Annotated[str, Meta(pattern=r"^[a-z][a-z_.]{1,30}\Z")]
    author: Slug
    ref: Reference
    until: Millis
    content: list[Any]


class Signature(Encoded, frozen=True):
    """By whom (fingerprint of the certificate) and the SM2 signature over the tagged body."""

    fingerprint: Bytes32
    signature: Signature64


class Envelope(Encoded, frozen=True):
    """A transaction as it travels and is kept. `body` and each of `items` are encoded; items stand only beside a deposit."""

    version: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    body: bytes
    items: Annotated[list[bytes], Meta(max_length=LARGEST_BATCH)]
    signatures: Annotated[list[Signature], Meta(min_length=1, max_length=64)]


def signed_message(body: bytes) -> bytes:
    """What a signature of a transaction covers."""
    return tagged("tianping/transaction/1", body)


def transaction_id(body: bytes) -> bytes:
    return sm3(signed_message(body))


def leaf_of(chain: str, kind: str, tx_id: bytes, position: int, item: bytes | None) -> bytes:
    """The bytes of a log entry: [1, chain, kind, transaction, position, item]. A deposit has one for each item."""
    return codec.encode_plain([FORMAT, chain, kind, tx_id, position, item])


class Level(IntEnum):
    """First level: courts, notaries, appraisers, associations; they co-sign. Second: platforms; they replicate and check."""

    FIRST = 1
    SECOND = 2


class Standing(StrEnum):
    """Where an application or a member stands."""

    APPLIED = "applied"
    PROBATION = "probation"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REMOVED = "removed"


class Member(Encoded, frozen=True):
    """`power`: weight in the quorum, 0 for the second level; `engine_key`: ed25519 key of its consensus engine, or empty."""

    id: Slug
    name_zh: Name
    name_en: Name
    level: Level
    power: Annotated[int, Meta(ge=0, le=1_000_000)]
    fingerprint: Bytes32
    public_key: PublicKey
    engine_key: Annotated[bytes, Meta(max_length=32)]
    standing: Standing


class SignerRole(StrEnum):
    NODE = "node"
    OFFICER = "officer"
    APPLICATION = "application"


class SigningKey(Encoded, frozen=True):
    """A certificate that may sign here. `owner`: id of a member (node, officer) or an application; from and to: the log's
    indices between which it counts (`to` is empty while it does).
    """

    fingerprint: Bytes32
    role: SignerRole
    owner: Slug
    public_key: PublicKey
    since: Count
    until: Count | None


class Application(Encoded, frozen=True):
    """Who may deposit. `categories`: kinds of evidence it is admitted for; `documents`: digest of its application's papers;
    `score`: of the last assessment, 0 to 100.
    """

    id: Slug
    name_zh: Name
    name_en: Name
    organisation: Name
    fingerprint: Bytes32
    public_key: PublicKey
    categories: list[Slug]
    documents: Bytes32
    standing: Standing
    score: Annotated[int, Meta(ge=0, le=100)] | None
    standard: Annotated[str, Meta(min_length=1, max_length=40)] | None


class Genesis(Encoded, frozen=True):
    """The first words of a chain, never changed: its SM3 is what others pin. `root`: fingerprint of the CA's root
    certificate; `officers` may decide on access; `applications` are admitted from the start (the court's own).
    """

    version: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    origin: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.:-]{0,90}/[a-z0-9]{2,12}\Z")]
    chain: ChainName
    name_zh: Name
    name_en: Name
    created_at: Millis
    root: Bytes32
    categories: list[Slug]
    members: Annotated[list[Member], Meta(min_length=1)]
    officers: list[SigningKey]
    applications: list[Application]

    def digest(self) -> bytes:
        return sm3(tagged("tianping/genesis/1", codec.encode(self)))


class Block(Encoded, frozen=True):
    """What a driver puts in order. `clock`: time of the last checkpoint before it, 0 before the first."""

    height: Count
    clock: Millis
    envelopes: list[bytes]


class Receipt(Encoded, frozen=True):
    """What became of a transaction: `code` `ok` or `duplicate` (then `first` and `count` are its log entries), or why not."""

    code: str
    tx_id: bytes
    first: int
    count: int

    @property
    def accepted(self) -> bool:
        return self.code in ("ok", "duplicate")


class Entry(msgspec.Struct, frozen=True):
    """An accepted transaction and the log entries `first`..`first + count - 1` that it made."""

    first: int
    count: int
    height: int
    tx_id: bytes
    kind: str
    envelope: bytes


class ValidatorUpdate(msgspec.Struct, frozen=True):
    """A member's new weight in the quorum, for the consensus engine."""

    member: str
    engine_key: bytes
    power: int


class Outcome(msgspec.Struct, frozen=True):
    """What executing a block comes to; nothing is changed until a store keeps it. `changes`: state by key, None removes;
    `nodes`: complete subtrees at the levels that tiles keep.
    """

    block: Block
    size: int
    root: bytes
    receipts: list[Receipt]
    entries: list[Entry]
    changes: dict[str, bytes | None]
    nodes: list[tuple[int, int, bytes]]
    validators: list[ValidatorUpdate]


__all__ = [
    "FORMAT",
    "LARGEST_BATCH",
    "Application",
    "Block",
    "Body",
    "Entry",
    "Envelope",
    "Genesis",
    "Item",
    "Level",
    "Member",
    "Outcome",
    "Receipt",
    "Signature",
    "SignerRole",
    "SigningKey",
    "Standing",
    "ValidatorUpdate",
    "leaf_of",
    "signed_message",
    "transaction_id",
]
