"""What the members sign after each block, and how it comes into the next one.

A member's vote for a block carries its *extension*: its co-signature over the checkpoint after that block. The proposer
of the next block puts the extensions it has into that block's first transaction, the *seal*. A seal is checked by all,
stands outside the log and the root, and makes the checkpoint of the block before known once more than two thirds of the
power signed it. The engine calls for another block as long as the application's hash changes, so a block whose seal
falls short says another hash than its root: then one more block follows until a checkpoint is sealed, and no more. Such a
block carries nothing but its seal, so that the tree which is owed a seal stays as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import codec
from tianping.engines.ledger.checkpoints import (
    LIMIT,
    Checkpoint,
    Cosignature,
    Cosigned,
    Verify,
    cosign,
    cosigned_message,
    gather,
    key_digest,
)
from tianping.engines.ledger.digests import sm3, tagged
from tianping.engines.ledger.drivers.cometbft.homes import address_of
from tianping.engines.ledger.model import FORMAT, Bytes32, Count, Member

SEAL = b"\x00"
"""First byte of a seal. A transaction is a CBOR array and never begins so."""


class Extension(codec.Encoded, frozen=True):
    """A member's word on the log after a block; the height is the vote's own."""

    version: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    size: Count
    root: Bytes32
    cosignature: Cosignature


class Seal(codec.Encoded, frozen=True):
    """Co-signatures over the checkpoint of `height`, in the order of the members."""

    version: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    height: Count
    cosignatures: Annotated[list[Cosignature], Meta(max_length=1000)]


def extension(checkpoint: Checkpoint, member: Member, time: int, sign: Callable[[bytes], bytes]) -> bytes:
    return codec.encode(Extension(FORMAT, checkpoint.size, checkpoint.root, cosign(checkpoint, member, time, sign)))


def read_extension(raw: bytes) -> Extension:
    """Raises Malformed."""
    told = codec.decode(raw, Extension)
    if not _is_bounded(told.cosignature):
        raise codec.Malformed
    return told


def member_at(address: bytes, members: Iterable[Member]) -> Member | None:
    """The member whose engine votes under an address."""
    return next((one for one in members if one.power and address_of(one.engine_key) == address), None)


def is_signed_by(told: Extension, member: Member, origin: str, height: int, verify: Verify) -> bool:
    """Whether an extension is this member's, for this height; what root it names is not judged."""
    one = told.cosignature
    if one.member != member.id or one.key != key_digest(member.id, member.public_key):
        return False
    text = Checkpoint(origin, told.size, told.root, height).text()
    return verify(member.public_key, cosigned_message(text, one.time), one.signature)


def seal_of(
    checkpoint: Checkpoint, extensions: Iterable[bytes], members: Sequence[Member], verify: Verify
) -> tuple[bytes, bool, list[Extension]]:
    """The seal of a checkpoint from what the votes carried, whether it is a quorum's, and the extensions that named something else.

    Votes that came late reach the proposer unchecked, so what is malformed, of others or wrong is left out here.
    """
    fitting: list[Cosignature] = []
    others: list[Extension] = []
    for raw in extensions:
        try:
            told = read_extension(raw)
        except codec.Malformed:
            continue
        if (told.size, told.root) == (checkpoint.size, checkpoint.root):
            fitting.append(told.cosignature)
        else:
            others.append(told)
    found = gather(checkpoint, fitting, members, verify)
    return SEAL + codec.encode(Seal(FORMAT, checkpoint.height, found.cosignatures)), found.quorate, others


def is_seal(raw: bytes) -> bool:
    return raw.startswith(SEAL)


def open_seal(raw: bytes, checkpoint: Checkpoint, members: Sequence[Member], verify: Verify) -> Cosigned | None:
    """What a seal says of a checkpoint; None where anything in it is wrong, out of order or not of a member."""
    try:
        seal = codec.decode(raw[len(SEAL) :], Seal)
    except codec.Malformed:
        return None
    if not is_seal(raw) or seal.height != checkpoint.height or not all(map(_is_bounded, seal.cosignatures)):
        return None
    found = gather(checkpoint, seal.cosignatures, members, verify)
    return found if found.cosignatures == seal.cosignatures else None


def application_hash(root: bytes, height: int, *, sealed: bool) -> bytes:
    """What the engine calls the application's hash after a block: the root, or something new while a seal is owed."""
    return root if sealed else sm3(tagged("tianping/unsealed/1", height.to_bytes(8, "big") + root))


def _is_bounded(one: Cosignature) -> bool:
    """Whether a co-signature can be written into a checkpoint's note."""
    return 0 <= one.time < LIMIT and len(one.key) == 4 and len(one.signature) == 64
