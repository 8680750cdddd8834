"""Anchors: a checkpoint of another chain becomes an entry of this one. What was anchored can be rewritten there no more.

Our business chains are anchored on the main chain with their quorum checked by the members that their genesis names (and by
what these members changed, each change proven). A foreign ledger shaped like RFC 6962 is anchored by the same transaction:
that it only grew is checked, who signed it is not; it is "seen".
"""

import base64
import hashlib
import re
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import checkpoints, codec
from tianping.engines.ledger.codec import Encoded, Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.merkle import LENGTH, consistent, includes, leaf_hash
from tianping.engines.ledger.model import (
    Body,
    Bytes32,
    Count,
    Genesis,
    Member,
    Millis,
    Signature,
    SignerRole,
    Standing,
    leaf_of,
    signed_message,
    transaction_id,
)
from tianping.engines.ledger.transactions.base import Desk, Kind, Refused, Transaction, key_of, only_signer
from tianping.engines.ledger.transactions.membership import ChangeMember, sound

Origin = Annotated[str, Meta(pattern=r"^[!-~]([ -~]{0,198}[!-~])?\Z")]


class TreeHash(StrEnum):
    SM3 = "sm3"
    SHA256 = "sha256"


HASHES = {TreeHash.SM3: sm3, TreeHash.SHA256: lambda message: hashlib.sha256(message).digest()}


class ProvenChange(Encoded, frozen=True):
    """A `member.change` of the anchored chain: its entry's index, its body and signatures, and the path to the note's root."""

    index: Count
    body: bytes
    signatures: Annotated[list[Signature], Meta(min_length=1, max_length=64)]
    path: Annotated[list[Bytes32], Meta(max_length=64)]


class Anchor(Encoded, frozen=True):
    """`note`: the other chain's checkpoint with its co-signatures; `consistency`: from the last anchor of that origin, empty
    for the first; `genesis`: of a chain of our format, in its first anchor; `changes`: of its members since the last anchor.
    """

    note: Annotated[str, Meta(max_length=32_768)]
    consistency: Annotated[list[Bytes32], Meta(max_length=64)]
    hash: TreeHash
    genesis: bytes | None
    changes: Annotated[list[ProvenChange], Meta(max_length=64)]


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
        origin, size, root = read_tree(content.note)
    except Malformed as wrong:
        raise Refused("malformed") from wrong
    if origin == desk.genesis.origin:
        raise Refused("not-permitted")
    before = desk.state.read(key_of("anchor", origin), Anchored)
    if before is not None:
        grew = size >= before.size and content.hash == before.hash
        if not grew or not _continues(before, size, root, content.consistency):
            raise Refused("not-consistent")
    elif content.consistency:
        raise Refused("malformed")
    chain, members = _known(content, before, origin)
    time = 0
    if members:
        if content.hash != TreeHash.SM3:
            raise Refused("malformed")
        now = list(members)
        for change in content.changes:
            now = _changed(desk, chain or "", now, change, size, root)
        time = _co_signed(desk, content.note, members, now)
        members = now
    elif content.changes:
        raise Refused("malformed")
    kept = Anchored(origin, size, root, time, content.hash, chain, members, desk.first)
    desk.state.write(key_of("anchor", origin), kept)


def read_tree(note: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a note in the shape that transparency logs share; further lines are their own. Raises Malformed."""
    text, gap, _ = note.partition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not re.fullmatch(r"[!-~]([ -~]{0,198}[!-~])?", lines[0]):
        raise Malformed
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]) or not re.fullmatch(r"[A-Za-z0-9+/]{43}=", lines[2]):
        raise Malformed
    root, size = base64.b64decode(lines[2]), int(lines[1])
    if len(root) != LENGTH or size >= checkpoints.LIMIT or base64.b64encode(root).decode() != lines[2]:
        raise Malformed
    return lines[0], size, root


def _continues(before: Anchored, size: int, root: bytes, path: list[bytes]) -> bool:
    if before.size == 0 and size > 0:
        return not path
    return consistent(before.size, size, before.root, root, path, HASHES[before.hash])


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
    if genesis.origin != origin or not origin.endswith(f"/{genesis.chain}") or not sound(genesis.members):
        raise Refused("malformed")
    return genesis.chain, list(genesis.members)


def _changed(
    desk: Desk, chain: str, members: list[Member], change: ProvenChange, size: int, root: bytes
) -> list[Member]:
    """The members after a change that stands in the anchored log and that they decided by more than two thirds."""
    try:
        body = codec.decode(change.body, Body)
        if (body.chain, body.kind) != (chain, "member.change"):
            raise Refused("malformed")
        member = codec.shape(body.content, ChangeMember).member
    except Malformed as wrong:
        raise Refused("malformed") from wrong
    leaf = leaf_of(chain, body.kind, transaction_id(change.body), 0, None)
    if not includes(leaf_hash(leaf), change.index, size, change.path, root):
        raise Refused("not-consistent")
    message = signed_message(change.body)
    signed = {one.fingerprint: one.signature for one in change.signatures}
    power = sum(
        one.power
        for one in members
        if one.fingerprint in signed and desk.verify(one.public_key, message, signed[one.fingerprint])
    )
    if power * 3 <= sum(one.power for one in members) * 2:
        raise Refused("not-enough-signatures")
    after = {**{one.id: one for one in members}, member.id: member}
    return [after[key] for key in sorted(after) if after[key].standing == Standing.ADMITTED]


def _co_signed(desk: Desk, note: str, before: list[Member], after: list[Member]) -> int:
    """The checkpoint's time. A change counts some blocks later, so the note may be of those before or of those after."""
    try:
        checkpoint, cosignatures = checkpoints.read_note(note)
    except Malformed as wrong:
        raise Refused("malformed") from wrong
    for members in (after, before) if after != before else (after,):
        found = checkpoints.gather(checkpoint, cosignatures, members, desk.verify)
        # Every line counts: so who replays the log without checking signatures again comes to the same time.
        if found.quorate and len(found.cosignatures) == len(cosignatures):
            return found.time
    raise Refused("not-enough-signatures")


KIND = Kind("anchor", apply)
