"""Snapshots: the whole log up to a block in chunks, for a member that joins and for a chain that was lost.

A snapshot is made of the accepted transactions block by block, with the checkpoints between them: the state follows from
the log, so nothing else has to be believed. Whoever restores it executes every block, checks every co-signature of every
checkpoint and compares the last root with one that a quorum co-signed. A log entry names a transaction's body and not its
signatures, so the root does not show that those were replaced: they are checked again where the snapshot comes from a stranger
(`check_signatures`), and by `audit`.

A chunk is a zlib stream of records: one byte of kind, four bytes of length (big-endian), the record.
`c` co-signatures of the block before, `b` a block's height and clock, `e` one of its transactions. A chunk ends with a block.

In a folder: `manifest`, an encoded `Manifest`, and `chunk-00000`, `chunk-00001`, … Time stamps and a driver's facts are not in it.
"""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import checkpoints, codec, machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosignature, Cosigned, Verify, gather
from tianping.engines.ledger.codec import Encoded, Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import Block, Bytes32, Count, Genesis
from tianping.engines.ledger.store import Store

FORMAT = 1
CHUNK = 4 << 20
"""Bytes of transactions in a chunk, about, before they are packed."""

LARGEST_CHUNK = 16 << 20
"""A block is at most 4 MiB in a consortium, so no honest chunk comes near this."""

_HEAD = struct.Struct(">cI")


class ChunkDiffers(Exception):
    """A chunk is not the one that the snapshot announced."""


class SnapshotFalse(Exception):
    """The chunks are the announced ones, and what they hold is not the chain; the message says what."""


class Manifest(Encoded, frozen=True):
    """What lies in a folder: the digest of the genesis, the last checkpoint as a note, and SM3 of each chunk."""

    version: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    genesis: Bytes32
    height: Count
    note: str
    chunks: list[Bytes32]


def write(store: Store, folder: Path) -> Manifest:
    """Write a snapshot up to the newest quorate checkpoint into a folder, the manifest last. Raises SnapshotFalse without one."""
    last = next((one for one in store.checkpoints(None, 1000) if one.quorate), None)
    if last is None:
        raise SnapshotFalse("there is no quorate checkpoint yet")
    folder.mkdir(parents=True, exist_ok=True)
    height, first, digests = last.checkpoint.height, 1, []
    while first <= height:
        end = last_of_chunk(store, first, height)
        chunk = packed(store, first, end)
        _put(folder / _name(len(digests)), chunk)
        digests.append(sm3(chunk))
        first = end + 1
    manifest = Manifest(FORMAT, store.genesis().digest(), height, last.note(), digests)
    _put(folder / "manifest", codec.encode(manifest))
    return manifest


def restore(
    folder: Path, path: Path, genesis: Genesis, verify: Verify, progress: Callable[[int, int], None] = lambda *_: None
) -> Store:
    """A chain's file anew from a snapshot. Nothing stands at `path` until all was found right.

    Raises ChunkDiffers, SnapshotFalse, FileExistsError where there is a chain already.
    """
    if path.exists():
        raise FileExistsError(path)
    try:
        manifest = codec.decode((folder / "manifest").read_bytes(), Manifest)
        checkpoint, cosignatures = checkpoints.read_note(manifest.note)
    except (Malformed, OSError) as wrong:
        raise SnapshotFalse("its manifest cannot be read") from wrong
    if manifest.genesis != genesis.digest():
        raise SnapshotFalse("it is of another chain")
    replaying = Replaying(path, genesis, verify)
    try:
        for number, digest in enumerate(manifest.chunks):
            chunk = (folder / _name(number)).read_bytes()
            if sm3(chunk) != digest:
                raise ChunkDiffers(_name(number))
            replaying.take(chunk)
            progress(number + 1, len(manifest.chunks))
        if (checkpoint, manifest.height) != (replaying.checkpoint(), checkpoint.height):
            raise SnapshotFalse("its root is not the one that the members co-signed")
        replaying.store.keep_checkpoint(replaying.sealed(cosignatures))
    except BaseException:
        replaying.close()
        raise
    return replaying.finish(path)


class Replaying:
    """A chain on its way from a snapshot's chunks, built beside the file that it will be.

    `check_signatures`: also those of the transactions, by far the most of the work.
    """

    def __init__(self, path: Path, genesis: Genesis, verify: Verify, *, check_signatures: bool = False) -> None:
        self._path = path.with_name(f"{path.name}.restoring")
        _remove(self._path)
        self.store = Store(self._path)
        self.store.keep(machine.begin(genesis))
        self._verify = verify
        self._verify_transaction: Verify = verify if check_signatures else lambda *_: True
        self._last: Cosigned | None = None

    def take(self, chunk: bytes) -> None:
        """Execute the next chunk. Raises SnapshotFalse."""
        try:
            for block, cosignatures in _blocks(_unpacked(chunk)):
                self._take(block, cosignatures)
        except (Malformed, zlib.error, struct.error, ValueError) as wrong:
            raise SnapshotFalse("it cannot be read") from wrong

    def checkpoint(self) -> Checkpoint:
        """Of the last block."""
        head = self.store.head()
        if head is None:
            raise SnapshotFalse("it is empty")
        return Checkpoint(self.store.genesis().origin, head.size, head.root, head.height)

    def sealed(self, cosignatures: list[Cosignature]) -> Cosigned:
        """The checkpoint of the last block under these co-signatures. Raises SnapshotFalse unless all count and are a quorum."""
        checkpoint = self.checkpoint()
        found = gather(checkpoint, cosignatures, machine.signers_at(self.store, checkpoint.height), self._verify)
        if not found.quorate or found.cosignatures != cosignatures:
            raise SnapshotFalse(f"the co-signatures of height {checkpoint.height}")
        return found

    def finish(self, path: Path) -> Store:
        """Put what was built where it belongs."""
        self.store.close()
        self._path.rename(path)
        _sync(path.parent)
        return Store(path)

    def close(self) -> None:
        self.store.close()
        _remove(self._path)

    def _take(self, block: Block, cosignatures: list[Cosignature] | None) -> None:
        before = self.checkpoint()
        sealed = None if cosignatures is None else self.sealed(cosignatures)
        last = sealed or self._last
        if block.height != before.height + 1 or block.clock != (last.time if last else 0):
            raise SnapshotFalse(f"the order or the clock of height {block.height}")
        outcome = machine.execute(self.store, block, self._verify_transaction)
        if any(receipt.code != "ok" for receipt in outcome.receipts):
            raise SnapshotFalse(f"a transaction of height {block.height}")
        # The co-signatures that come with a block are those of the one before it.
        self.store.keep(outcome, sealed)
        self._last = last


def last_of_chunk(store: Store, first: int, height: int) -> int:
    """The last block of the chunk that begins with `first`, up to `height`: the same on every member."""
    room = CHUNK
    for last in range(first, height + 1):
        room -= sum(len(envelope) for envelope in store.block(last).envelopes) + 300
        if room < 0:
            return last
    return height


def packed(store: Store, first: int, last: int) -> bytes:
    """A chunk of these blocks."""
    packing = zlib.compressobj(6)
    parts: list[bytes] = []
    for height in range(first, last + 1):
        for kind, record in _records(store, height):
            parts.append(packing.compress(_HEAD.pack(kind, len(record)) + record))
    return b"".join([*parts, packing.flush()])


def _records(store: Store, height: int) -> Iterator[tuple[bytes, bytes]]:
    block = store.block(height)
    before = store.checkpoint(height - 1) if height > 1 else None
    if before is not None and before.quorate:
        yield b"c", codec.encode(before.cosignatures)
    yield b"b", codec.encode_plain([block.height, block.clock])
    for envelope in block.envelopes:
        yield b"e", envelope


def _unpacked(chunk: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    whole = unpacking.decompress(chunk, LARGEST_CHUNK)
    if not unpacking.eof or unpacking.unused_data:
        raise Malformed
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
            raise Malformed
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
            raise Malformed
    if begun is None:
        raise Malformed
    yield Block(*begun, envelopes), cosignatures


def _name(number: int) -> str:
    return f"chunk-{number:05d}"


def _put(path: Path, content: bytes) -> None:
    """The whole file under its name, or none."""
    beside = path.with_name(f"{path.name}.writing")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
