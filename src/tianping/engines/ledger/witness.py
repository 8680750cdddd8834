"""A witness follows a chain's checkpoints from outside, co-signs what grew as it should, and raises the alarm where it did not.

It keeps the last checkpoint that it saw and believes no server: a note counts by the members of the pinned genesis, growth by
its proof. Its own co-signature is given only after what it covers is safely written, so that it never signs two
histories, not even after a crash. After an alarm it signs nothing more until somebody has looked.
"""

import os
import time
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

from tianping.engines.ledger import checkpoints, codec, machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosignature, Cosigned, Verify, cosigned_message, key_digest
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.merkle import inclusion_path
from tianping.engines.ledger.model import Genesis, Member
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions import following
from tianping.engines.ledger.transactions.base import Refused
from tianping.engines.ledger.transactions.following import ProvenChange
from tianping.interfaces.signing import Signer
from tianping.kit.problems import Text, Unavailable


class Source(Protocol):
    """Where a witness looks: a node, a mirror, a file. Nothing it says is believed. Methods raise Unavailable or OSError."""

    async def note(self) -> str:
        """The newest checkpoint with its co-signatures."""
        ...

    async def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """Raises LookupError where it does not have a tree of that size."""
        ...

    async def changes(self, old: int, new: int) -> Sequence[ProvenChange]:
        """The `member.change` entries with an index from `old` on, proven in the tree of `new` entries."""
        ...


class Seen(StrEnum):
    """What a look came to. `behind`: the source shows an earlier checkpoint, of the same history; `unreachable`: no answer;
    `unproven`: a note without a quorum or not a note, which proves nothing against the members; `alarm`: see Alarm.
    """

    FIRST = "first"
    GROWN = "grown"
    SAME = "same"
    BEHIND = "behind"
    UNREACHABLE = "unreachable"
    UNPROVEN = "unproven"
    ALARM = "alarm"


class AlarmKind(StrEnum):
    """`fork`: two quorate checkpoints of one size with two roots, or of one height: proof against those who signed both;
    `growth_not_shown`: both are quorate, and nobody showed that one grew out of the other.
    """

    FORK = "fork"
    GROWTH_NOT_SHOWN = "growth_not_shown"


WORDS = {
    AlarmKind.FORK: Text(
        "同一条链出现两个不一致的检查点,均有法定数量成员共签", "One chain has two checkpoints that contradict each other, each co-signed by a quorum"
    ),
    AlarmKind.GROWTH_NOT_SHOWN: Text(
        "新检查点无法证明由旧检查点增长而来", "Nobody could show that the new checkpoint grew out of the old one"
    ),
}  # fmt: skip


class Alarm(msgspec.Struct, frozen=True):
    """Two notes that do not fit together, as they came; `signed_both`: members whose co-signature stands under each."""

    kind: AlarmKind
    origin: str
    raised_at: int
    before: str
    after: str
    signed_both: list[str]

    @property
    def text(self) -> Text:
        return WORDS[self.kind]


class Witnessed(msgspec.Struct, frozen=True):
    """What a witness keeps. `members` co-sign what comes next; `own`: its line under the last note; `signed_at`: its clock."""

    genesis: bytes
    note: str
    size: int
    root: bytes
    height: int
    members: bytes
    own: str
    signed_at: int
    alarm: Alarm | None


Raised = Callable[[Alarm], Awaitable[None]]


async def _nobody(_: Alarm) -> None:
    return None


class Witness:
    """`folder`: its own, one a chain; `name`: under which it signs. Files: `witnessed.json`, `cosigned.note`, `alarm-….json`."""

    def __init__(
        self, folder: Path, genesis: Genesis, name: str, signer: Signer, verify: Verify, source: Source, *,
        raised: Raised = _nobody, now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:  # fmt: skip
        """Raises Malformed where the folder is another chain's."""
        self._folder = folder
        self._genesis = genesis
        self._name = name
        self._signer = signer
        self._verify = verify
        self._source = source
        self._raised = raised
        self._now = now
        folder.mkdir(parents=True, exist_ok=True)
        self.last = self._load()

    async def look(self) -> Seen:
        """Look once. After an alarm nothing is looked at until `acknowledge`."""
        if self.last is not None and self.last.alarm is not None:
            return Seen.ALARM
        try:
            note = await self._source.note()
            return await self._judge(note)
        except (OSError, Unavailable):
            return Seen.UNREACHABLE
        except (Refused, Malformed):
            return Seen.UNPROVEN

    def acknowledge(self) -> None:
        """Somebody looked at the alarm: go on from the checkpoint before it. The alarm's file stays."""
        if self.last is not None:
            self._keep(msgspec.structs.replace(self.last, alarm=None))

    async def _judge(self, note: str) -> Seen:
        last = self.last
        checkpoint, _ = checkpoints.read_note(note)
        if checkpoint.origin != self._genesis.origin:
            return Seen.UNPROVEN
        cosigned, members = await self._quorum(note, checkpoint)
        # Those who signed this note are known now, and that they are a quorum; the rest is about growth.
        if last is None:
            return self._see(note, cosigned, members, Seen.FIRST)
        if _contradict(last, checkpoint):
            return await self._alarm(AlarmKind.FORK, note)
        if checkpoint.size == last.size:
            return self._see(note, cosigned, members, Seen.SAME) if checkpoint.height > last.height else Seen.SAME
        small, large = sorted(((last.size, last.root), (checkpoint.size, checkpoint.root)))
        behind = checkpoint.size < last.size
        try:
            path = await self._source.consistency(small[0], large[0])
        except LookupError:
            if behind:
                return Seen.BEHIND
            path = None
        if path is None or not following.continues(*small, *large, list(path), sm3):
            return await self._alarm(AlarmKind.GROWTH_NOT_SHOWN, note)
        return Seen.BEHIND if behind else self._see(note, cosigned, members, Seen.GROWN)

    async def _quorum(self, note: str, checkpoint: Checkpoint) -> tuple[Cosigned, list[Member]]:
        """The note under its quorum, and who co-signs after it. Raises Refused."""
        known = (self.last.size, codec.decode(self.last.members, list[Member])) if self.last else None
        # From the beginning again where that is not enough: a source may have kept a change from us.
        beginning = (0, following.first_members(self._genesis, self._genesis.origin))
        for since, members in [known, beginning] if known else [beginning]:
            try:
                after = members
                if checkpoint.size > since:
                    for change in await self._source.changes(since, checkpoint.size):
                        after = self._changed(after, change, checkpoint)
                return following.co_signed(note, members, after, self._verify), after
            except Refused:
                if since == 0:
                    raise
        raise Refused("not-enough-signatures")

    def _changed(self, members: list[Member], change: ProvenChange, checkpoint: Checkpoint) -> list[Member]:
        return following.change_members(
            self._genesis.chain, members, change, checkpoint.size, checkpoint.root, self._verify
        )

    def _see(self, note: str, cosigned: Cosigned, members: list[Member], what: Seen) -> Seen:
        at = cosigned.checkpoint
        moment = max(self._now(), self.last.signed_at if self.last else 0)
        facts = self._signer.certificate
        signature = self._signer.sign(cosigned_message(at.text(), moment))
        own = Cosignature(self._name, key_digest(self._name, facts.public_key), moment, signature)
        line = checkpoints.line(own)
        self._keep(
            Witnessed(
                self._genesis.digest(), note, at.size, at.root, at.height, codec.encode(members), line, moment, None
            )
        )
        # Only what is written may be shown.
        _put(self._folder / "cosigned.note", (note + line).encode())
        return what

    async def _alarm(self, kind: AlarmKind, note: str) -> Seen:
        assert self.last is not None
        sides = [{one.member for one in checkpoints.read_note(side)[1]} for side in (self.last.note, note)]
        alarm = Alarm(kind, self._genesis.origin, self._now(), self.last.note, note, sorted(sides[0] & sides[1]))
        _put(self._folder / f"alarm-{alarm.raised_at}.json", msgspec.json.format(msgspec.json.encode(alarm)))
        self._keep(msgspec.structs.replace(self.last, alarm=alarm))
        await self._raised(alarm)
        return Seen.ALARM

    def _load(self) -> Witnessed | None:
        path = self._folder / "witnessed.json"
        if not path.exists():
            return None
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=Witnessed)
        except msgspec.DecodeError as wrong:
            raise Malformed from wrong
        if kept.genesis != self._genesis.digest():
            raise Malformed
        return kept

    def _keep(self, seen: Witnessed) -> None:
        _put(self._folder / "witnessed.json", msgspec.json.encode(seen))
        self.last = seen


class StoreSource:
    """A chain's file on this machine, or a copy of one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self) -> str:
        newest = next((one for one in self._store.checkpoints(None, 1000) if one.quorate), None)
        if newest is None:
            raise FileNotFoundError(self._store.path)
        return newest.note()

    async def consistency(self, old: int, new: int) -> Sequence[bytes]:
        head = self._store.head()
        if head is None or head.size < new:
            raise LookupError(new)
        return self._store.consistency(old, new) if old else []

    async def changes(self, old: int, new: int) -> Sequence[ProvenChange]:
        return proven_changes(self._store, old, new)


def proven_changes(store: Store, old: int, new: int) -> list[ProvenChange]:
    """The `member.change` entries from index `old` on, each with its path in the tree of `new` entries."""
    found = []
    for entry in store.entries_of("member.change", new):
        if entry.first >= old:
            envelope, _ = machine.read_envelope(entry.envelope)
            path = inclusion_path(store, entry.first, new)
            found.append(ProvenChange(entry.first, envelope.body, envelope.signatures, path))
    return found


def _contradict(last: Witnessed, checkpoint: Checkpoint) -> bool:
    """Two quorate checkpoints that cannot both be of one chain, whatever lies between them."""
    if checkpoint.size == last.size:
        return checkpoint.root != last.root
    if checkpoint.height == last.height:
        return True
    return (checkpoint.size > last.size) != (checkpoint.height > last.height)


def _put(path: Path, content: bytes) -> None:
    beside = path.with_name(f"{path.name}.writing")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    held = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
