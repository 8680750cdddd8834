"""Checkpoints: what the members sign. Text in the shape of a signed note, with co-signatures that carry each signer's clock.

```
court.example/works
42
<base64 of the root>
height 17

— court <base64 of: first four bytes of the key's digest ‖ time, 8 bytes, milliseconds ‖ SM2 signature, 64 bytes>
```
A co-signature covers `tianping/cosignature/1`, its own time and the text above the empty line. The time of a checkpoint is
the median of its quorum's clocks, weighted by power: no single member can move it past the clocks of the honest.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from tianping.engines.ledger.codec import Encoded, Malformed
from tianping.engines.ledger.digests import sm3, tagged
from tianping.engines.ledger.model import Member
from tianping.interfaces.signing import SignatureCheck

Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether it is right."""

LIMIT = 1 << 53
"""Sizes, heights and times lie below it, so that every language's numbers hold them."""


class Checkpoint(msgspec.Struct, frozen=True):
    origin: str
    size: int
    root: bytes
    height: int

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\nheight {self.height}\n"


class Cosignature(Encoded, frozen=True):
    """`member`: id; `time`: the signer's clock."""

    member: str
    key: bytes
    time: int
    signature: bytes


class Cosigned(msgspec.Struct, frozen=True):
    """A checkpoint with its co-signatures; `time` as above, `power` of `total` signed."""

    checkpoint: Checkpoint
    cosignatures: list[Cosignature]
    time: int
    power: int
    total: int

    @property
    def quorate(self) -> bool:
        return self.power * 3 > self.total * 2

    def note(self) -> str:
        return self.checkpoint.text() + "\n" + "".join(line(one) for one in self.cosignatures)


def key_digest(member: str, public_key: bytes) -> bytes:
    """Four bytes by which a line names its key; a hint for readers, never a proof."""
    return sm3(tagged("tianping/key/1", member.encode() + b"\n" + public_key))[:4]


def cosigned_message(text: str, time: int) -> bytes:
    return tagged("tianping/cosignature/1", f"time {time}\n{text}".encode())


def line(one: Cosignature) -> str:
    packed = base64.b64encode(one.key + one.time.to_bytes(8, "big") + one.signature).decode()
    return f"— {one.member} {packed}\n"


def cosign(checkpoint: Checkpoint, member: Member, time: int, sign: Callable[[bytes], bytes]) -> Cosignature:
    return Cosignature(
        member.id, key_digest(member.id, member.public_key), time, sign(cosigned_message(checkpoint.text(), time))
    )


def gather(
    checkpoint: Checkpoint, cosignatures: Iterable[Cosignature], members: Sequence[Member], verify: Verify
) -> Cosigned:
    """Keep the right signatures of members with power, one each, in the order of the members; time and power from them."""
    kept: dict[str, tuple[Member, Cosignature]] = {}
    for member, one, check in offered(checkpoint, cosignatures, members):
        # The first right one counts: a wrong line beside it takes nothing away.
        if member.id not in kept and verify(check.public_key, check.message, check.signature):
            kept[member.id] = member, one
    return Cosigned(
        checkpoint,
        [one for _, one in kept.values()],
        median([(one.time, member.power) for member, one in kept.values()]),
        sum(member.power for member, _ in kept.values()),
        sum(member.power for member in members),
    )


def offered(
    checkpoint: Checkpoint, cosignatures: Iterable[Cosignature], members: Sequence[Member]
) -> Iterator[tuple[Member, Cosignature, SignatureCheck]]:
    """The lines that name a member with power and its key, in the order of the members; what to check of each."""
    lines, text = list(cosignatures), checkpoint.text()
    for member in members:
        key = key_digest(member.id, member.public_key)
        for one in lines if member.power else []:
            if (one.member, one.key) == (member.id, key):
                yield member, one, SignatureCheck(member.public_key, cosigned_message(text, one.time), one.signature)


def median(weighted: Iterable[tuple[int, int]]) -> int:
    """The lower weighted median of (time, power); 0 of nothing."""
    ordered = sorted(weighted)
    half, reached = sum(power for _, power in ordered), 0
    for time, power in ordered:
        reached += power * 2
        if reached >= half:
            return time
    return 0


def read_note(note: str) -> tuple[Checkpoint, list[Cosignature]]:
    """A checkpoint's text with its lines. Nothing is verified here. Raises Malformed."""
    text, _, lines = note.partition("\n\n")
    parts = text.split("\n")
    try:
        if len(parts) != 4:
            raise Malformed
        checkpoint = Checkpoint(parts[0], int(parts[1]), base64.b64decode(parts[2], validate=True), int(parts[3][7:]))
        cosignatures = []
        for row in lines.split("\n")[:-1]:
            _, member, packed = row.split(" ")
            raw = base64.b64decode(packed, validate=True)
            if len(raw) != 76:
                raise Malformed
            cosignatures.append(Cosignature(member, raw[:4], int.from_bytes(raw[4:12], "big"), raw[12:]))
        # One text for one content: whatever was not as it should be does not come out the same.
        again = checkpoint.text() + "\n" + "".join(line(one) for one in cosignatures)
        numbers = [checkpoint.size, checkpoint.height, *(one.time for one in cosignatures)]
        if again != note or len(checkpoint.root) != 32 or not all(0 <= number < LIMIT for number in numbers):
            raise Malformed
    except (ValueError, binascii.Error) as wrong:
        raise Malformed from wrong
    return checkpoint, cosignatures
