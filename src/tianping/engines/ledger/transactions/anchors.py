"""Anchors: a checkpoint of another chain becomes an entry of this one. What was anchored can be rewritten there no more.

Our business chains are anchored on the main chain with their quorum checked by the members that their genesis names (and by
what these members changed, each change proven). A foreign ledger shaped like RFC 6962 is anchored by the same transaction:
that it only grew is checked, who signed it is not; it is "seen".
"""

import hashlib
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import codec
from tianping.engines.ledger.codec import Encoded, Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import Bytes32, Count, Genesis, Member, Millis, SignerRole
from tianping.engines.ledger.transactions import following
from tianping.engines.ledger.transactions.base import Desk, Kind, Refused, Transaction, key_of, only_signer

Origin = Annotated[str, Meta(pattern=r"^[!-~]([ -~]{0,198}[!-~])?\Z")]


class TreeHash(StrEnum):
    SM3 = "sm3"
    SHA256 = "sha256"


HASHES = {TreeHash.SM3: sm3, TreeHash.SHA256: lambda message: hashlib.sha256(message).digest()}


class Anchor(Encoded, frozen=True):
    """`note`: the other chain's checkpoint with its co-signatures; `consistency`: from the last anchor of that origin, empty
    for the first; `genesis`: of a chain of our format, in its first anchor; `changes`: of its members since the last anchor.
    """

    note: Annotated[str, Meta(max_length=32_768)]
    consistency: Annotated[list[Bytes32], Meta(max_length=64)]
    hash: TreeHash
    genesis: bytes | None
    changes: Annotated[list[following.ProvenChange], Meta(max_length=64)]


class Anchored(Encoded, frozen=True):
    """What is known of another chain. `members` co-sign it; none where its signatures were never checked. `time`: of the
    checkpoint, 0 where nobody vouches for it; `index`: of the last anchor's entry here.
    """

    origin: Origin
    size: Count
    root: Bytes32
    time: Millis
    hash: TreeHash
    chain: str | None
    members: list[Member]
    index: Count

    @property
    def checked(self) -> bool:
        return bool(self.members)


def apply(desk: Desk, tx: Transaction) -> None:
    only_signer(tx, SignerRole.NODE)
    content = tx.content(Anchor)
    try:
        origin, size, root = following.read_tree(content.note)
    except Malformed as wrong:
        raise Refused("malformed") from wrong
    before = desk.state.read(key_of("anchor", origin), Anchored)
    if origin == desk.genesis.origin:
        raise Refused("not-permitted")
    if before is None and content.consistency:
        raise Refused("malformed")
    if before is not None and (
        content.hash != before.hash
        or size < before.size
        or not following.continues(before.size, before.root, size, root, content.consistency, HASHES[before.hash])
    ):
        raise Refused("not-consistent")
    chain, members = _known(content, before, origin)
    time = 0
    if members:
        if content.hash != TreeHash.SM3:
            raise Refused("malformed")
        now = members
        for change in content.changes:
            now = following.change_members(chain or "", now, change, size, root, desk.verify)
        time, members = following.co_signed(content.note, members, now, desk.verify).time, now
    elif content.changes:
        raise Refused("malformed")
    kept = Anchored(origin, size, root, time, content.hash, chain, members, desk.first)
    desk.state.write(key_of("anchor", origin), kept)


def _known(content: Anchor, before: Anchored | None, origin: str) -> tuple[str | None, list[Member]]:
    """The chain's name and the members who co-sign it; none for a foreign ledger."""
    if content.genesis is None:
        return (before.chain, before.members) if before else (None, [])
    if before is not None and before.checked:
        raise Refused("not-permitted")
    try:
        genesis = codec.decode(content.genesis, Genesis)
    except Malformed as wrong:
        raise Refused("malformed") from wrong
    return genesis.chain, following.first_members(genesis, origin)


KIND = Kind("anchor", apply)
