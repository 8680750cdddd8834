"""Snapshots: the whole log up to a block, for a member that begins without replaying every vote.

A snapshot is made of the accepted transactions block by block, with the checkpoints between them: the state follows from
the log, so nothing else has to be believed. Whoever restores it executes every block, checks every co-signature of every
checkpoint and compares the last root with the one that the engine verified; only the transactions' own signatures are
not checked again, because the members' co-signatures stand for them.

A chunk is a zlib stream of records: one byte of kind, four bytes of length (big-endian), the record.
`c` co-signatures of the block before, `b` a block's height and clock, `e` one of its transactions. A chunk ends with a block.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosignature, Cosigned, Verify, gather
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.abci import abci
from tianping.engines.ledger.model import Block, Bytes32
from tianping.engines.ledger.store import Store

FORMAT = 1
CHUNK = 4 << 20
# An engine verifies a snapshot by the headers of two blocks after it; a newer one could not be used yet.
VERIFIED_AFTER = 2
# A block is at most 4 MiB, so no honest chunk comes near this.
LARGEST_CHUNK = 16 << 20
_HEAD = struct.Struct(">cI")


class ChunkDiffers(Exception):
    """A chunk is not the one that the snapshot announced."""


class SnapshotFalse(Exception):
    """The chunks are the announced ones, and what they hold is not the chain; the message says what."""


class Contents(codec.Encoded, frozen=True):
    """What a snapshot announces: the chain it is of, and SM3 of each chunk."""

    version: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    genesis: Bytes32
    chunks: Annotated[list[Bytes32], Meta(min_length=1)]


class _Span(codec.Encoded, frozen=True):
    """A chunk: its first and last block, and SM3 of its bytes."""

    first: int
    last: int
    digest: bytes


class Offering:
    """The snapshots a member offers: of the last block whose height `every` divides. Made when first asked for."""

    def __init__(self, store: Store, every: int) -> None:
        self._store = store
        self._every = every
        self._made: dict[int, list[_Span]] = {}

    def offered(self) -> list[abci.Snapshot]:
        head = self._store.head()
        height = (head.height - VERIFIED_AFTER) // self._every * self._every if head else 0
        if height <= 0:
            return []
        digests = [span.digest for span in self._spans(height)]
        contents = codec.encode(Contents(FORMAT, self._store.genesis().digest(), digests))
        return [abci.Snapshot(height=height, format=FORMAT, chunks=len(digests), hash=sm3(contents), metadata=contents)]

    def chunk(self, height: int, version: int, index: int) -> bytes:
        """Empty where it is not offered."""
        head = self._store.head()
        if version != FORMAT or head is None or not 0 < height <= head.height or height % self._every:
            return b""
        spans = self._spans(height)
        return _packed(self._store, spans[index].first, spans[index].last) if index < len(spans) else b""

    def _spans(self, height: int) -> list[_Span]:
        """All chunks but the last are the same as in an older snapshot, so that one is gone on with."""
        if height not in self._made:
            older = [at for at in self._made if at < height]
            spans = self._made[max(older)][:-1] if older else []
            first = spans[-1].last + 1 if spans else 1
            while first <= height:
                last = _last_of_chunk(self._store, first, height)
                spans.append(_Span(first, last, sm3(_packed(self._store, first, last))))
                first = last + 1
            # Who fetches the one before is not left standing.
            self._made = {at: kept for at, kept in self._made.items() if at >= height - self._every}
            self._made[height] = spans
        return self._made[height]


class Restoring:
    """A snapshot on its way into an empty store: built beside it, and taken over once it is found right."""

    def __init__(self, store: Store, snapshot: abci.Snapshot, app_hash: bytes, verify: Verify) -> None:
        """Raises Malformed where the announcement is not one of this chain."""
        self._contents = codec.decode(bytes(snapshot.metadata), Contents)
        genesis = store.genesis()
        if (
            self._contents.genesis != genesis.digest()
            or sm3(bytes(snapshot.metadata)) != snapshot.hash
            or len(self._contents.chunks) != snapshot.chunks
        ):
            raise codec.Malformed
        self._target = store
        self._height = snapshot.height
        self._app_hash = app_hash
        self._verify = verify
        self._next = 0
        self._path = store.path.with_name(f"{store.path.name}.restoring")
        _remove(self._path)
        self._beside = Store(self._path)
        self._beside.keep(machine.begin(genesis))
        self._checkpoint: Cosigned | None = None

    def apply(self, index: int, chunk: bytes) -> None:
        """Take the next chunk; with the last one the store takes all over. Raises ChunkDiffers, SnapshotFalse."""
        if index != self._next or index >= len(self._contents.chunks) or sm3(chunk) != self._contents.chunks[index]:
            raise ChunkDiffers
        try:
            for block, cosignatures in _blocks(_unpacked(chunk)):
                self._take(block, cosignatures)
        except (codec.Malformed, zlib.error, struct.error, ValueError) as wrong:
            raise SnapshotFalse("it cannot be read") from wrong
        self._next += 1
        if self._next == len(self._contents.chunks):
            self._finish()

    def close(self) -> None:
        self._beside.close()
        _remove(self._path)

    def _take(self, block: Block, cosignatures: list[Cosignature] | None) -> None:
        head = self._beside.head()
        assert head is not None
        sealed = None
        if cosignatures is not None:
            checkpoint = Checkpoint(self._beside.genesis().origin, head.size, head.root, head.height)
            members = machine.signers_at(self._beside, head.height)
            sealed = gather(checkpoint, cosignatures, members, self._verify)
            if not sealed.quorate or sealed.cosignatures != cosignatures:
                raise SnapshotFalse(f"the co-signatures of height {head.height}")
        last = sealed or self._checkpoint
        if block.height != head.height + 1 or block.clock != (last.time if last else 0):
            raise SnapshotFalse(f"the order or the clock of height {block.height}")
        outcome = machine.execute(self._beside, block, lambda *_: True)
        if any(receipt.code != "ok" for receipt in outcome.receipts):
            raise SnapshotFalse(f"a transaction of height {block.height}")
        self._beside.keep(outcome, sealed)
        self._checkpoint = last

    def _finish(self) -> None:
        head = self._beside.head()
        assert head is not None
        sealed = head.height == 1 or self._beside.checkpoint(head.height - 1) is not None
        found = sealing.application_hash(head.root, head.height, sealed=sealed)
        if head.height != self._height or found != self._app_hash:
            raise SnapshotFalse("the root is not the one that the members decided")
        self._target.take_over(self._beside)
        self.close()


def _last_of_chunk(store: Store, first: int, height: int) -> int:
    room = CHUNK
    for last in range(first, height + 1):
        room -= sum(len(envelope) for envelope in store.block(last).envelopes) + 300
        if room < 0:
            return last
    return height


def _packed(store: Store, first: int, last: int) -> bytes:
    packing = zlib.compressobj(6)
    parts: list[bytes] = []
    for height in range(first, last + 1):
        for kind, record in _records(store, height):
            parts.append(packing.compress(_HEAD.pack(kind, len(record)) + record))
    return b"".join([*parts, packing.flush()])


def _records(store: Store, height: int) -> Iterator[tuple[bytes, bytes]]:
    block = store.block(height)
    before = store.checkpoint(height - 1) if height > 1 else None
    if before is not None:
        yield b"c", codec.encode(before.cosignatures)
    yield b"b", codec.encode_plain([block.height, block.clock])
    for envelope in block.envelopes:
        yield b"e", envelope


def _unpacked(chunk: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    whole = unpacking.decompress(chunk, LARGEST_CHUNK)
    if not unpacking.eof or unpacking.unused_data:
        raise codec.Malformed
    return whole


def _blocks(raw: bytes) -> Iterator[tuple[Block, list[Cosignature] | None]]:
    """Blocks with the co-signatures of the one before each. Raises Malformed, struct.error."""
    at, begun, envelopes = 0, None, []
    cosignatures: list[Cosignature] | None = None
    waiting: list[Cosignature] | None = None
    while at < len(raw):
        kind, length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        record = raw[at : at + length]
        at += length
        if len(record) != length:
            raise codec.Malformed
        if kind == b"e" and begun is not None:
            envelopes.append(record)
            continue
        if begun is not None:
            yield Block(*begun, envelopes), cosignatures
            begun = None
        if kind == b"c" and waiting is None:
            waiting = codec.decode(record, list[Cosignature])
        elif kind == b"b":
            begun, envelopes = codec.decode(record, tuple[int, int]), []
            cosignatures, waiting = waiting, None
        else:
            raise codec.Malformed
    if begun is None:
        raise codec.Malformed
    yield Block(*begun, envelopes), cosignatures


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
