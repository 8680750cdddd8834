"""Following another chain from outside: its checkpoints grow out of each other, and a quorum that one knows co-signs them.

What an anchor and a witness have in common. Members are those of the genesis one pins, changed by `member.change` entries
that stand in the followed log and that the members before them decided.
"""

import base64
import re
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import checkpoints, codec
from tianping.engines.ledger.checkpoints import Cosigned, Verify
from tianping.engines.ledger.codec import Encoded, Malformed
from tianping.engines.ledger.merkle import LENGTH, Hash, consistent, includes, leaf_hash
from tianping.engines.ledger.model import (
    Body,
    Bytes32,
    Count,
    Genesis,
    Member,
    Signature,
    Standing,
    leaf_of,
    signed_message,
    transaction_id,
)
from tianping.engines.ledger.transactions.base import Refused
from tianping.engines.ledger.transactions.membership import ChangeMember, sound

_ORIGIN = re.compile(r"[!-~]([ -~]{0,198}[!-~])?")


class ProvenChange(Encoded, frozen=True):
    """A `member.change` of the followed chain: its entry's index, its body and signatures, and the path to the note's root."""

    index: Count
    body: bytes
    signatures: Annotated[list[Signature], Meta(min_length=1, max_length=64)]
    path: Annotated[list[Bytes32], Meta(max_length=64)]


def read_tree(note: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a note in the shape that transparency logs share; further lines are their own. Raises Malformed."""
    text, gap, _ = note.partition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not _ORIGIN.fullmatch(lines[0]):
        raise Malformed
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]) or not re.fullmatch(r"[A-Za-z0-9+/]{43}=", lines[2]):
        raise Malformed
    root, size = base64.b64decode(lines[2]), int(lines[1])
    if len(root) != LENGTH or size >= checkpoints.LIMIT or base64.b64encode(root).decode() != lines[2]:
        raise Malformed
    return lines[0], size, root


def continues(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes], hash_of: Hash) -> bool:
    """Whether the tree grew out of the one known before. Everything grows out of the empty one."""
    if old == 0 and new > 0:
        return not path
    return consistent(old, new, old_root, new_root, path, hash_of)


def first_members(genesis: Genesis, origin: str) -> list[Member]:
    """Who co-signs a chain at its beginning. Raises Refused where the genesis is not that chain's."""
    if genesis.origin != origin or not origin.endswith(f"/{genesis.chain}") or not sound(genesis.members):
        raise Refused("malformed")
    return list(genesis.members)


def change_members(
    chain: str, members: Sequence[Member], change: ProvenChange, size: int, root: bytes, verify: Verify
) -> list[Member]:
    """The members after a change that stands in the log of this size and root and that they decided. Raises Refused."""
    try:
        body = codec.decode(change.body, Body)
        if (body.chain, body.kind) != (chain, "member.change"):
            raise Malformed
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
        if one.fingerprint in signed and verify(one.public_key, message, signed[one.fingerprint])
    )
    if power * 3 <= sum(one.power for one in members) * 2:
        raise Refused("not-enough-signatures")
    after = {**{one.id: one for one in members}, member.id: member}
    return [after[key] for key in sorted(after) if after[key].standing == Standing.ADMITTED]


def co_signed(note: str, before: Sequence[Member], after: Sequence[Member], verify: Verify) -> Cosigned:
    """The note's checkpoint under its quorum. Raises Refused.

    A change of members counts some blocks later, so the note may be of those before or of those after. Every line must
    count: so who replays a log without checking signatures again comes to the same time.
    """
    try:
        checkpoint, cosignatures = checkpoints.read_note(note)
    except Malformed as wrong:
        raise Refused("malformed") from wrong
    for members in (after, before) if list(after) != list(before) else (after,):
        found = checkpoints.gather(checkpoint, cosignatures, members, verify)
        if found.quorate and len(found.cosignatures) == len(cosignatures):
            return found
    raise Refused("not-enough-signatures")
