"""Snapshots as the engine's state sync asks for them: what is offered, and how one is taken over (`ledger/snapshot.py`)."""

from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import codec
from tianping.engines.ledger.checkpoints import Verify
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.abci import abci
from tianping.engines.ledger.model import Bytes32
from tianping.engines.ledger.snapshot import (
    FORMAT,
    ChunkDiffers,
    Replaying,
    SnapshotFalse,
    last_of_chunk,
    packed,
)
from tianping.engines.ledger.store import Store

__all__ = ["FORMAT", "ChunkDiffers", "Offering", "Restoring", "SnapshotFalse"]

# An engine verifies a snapshot by the headers of two blocks after it; a newer one could not be used yet.
VERIFIED_AFTER = 2


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
        return packed(self._store, spans[index].first, spans[index].last) if index < len(spans) else b""

    def _spans(self, height: int) -> list[_Span]:
        """All chunks but the last are the same as in an older snapshot, so that one is gone on with."""
        if height not in self._made:
            older = [at for at in self._made if at < height]
            spans = self._made[max(older)][:-1] if older else []
            first = spans[-1].last + 1 if spans else 1
            while first <= height:
                last = last_of_chunk(self._store, first, height)
                spans.append(_Span(first, last, sm3(packed(self._store, first, last))))
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
        self._next = 0
        self._replaying = Replaying(store.path, genesis, verify, check_signatures=True)

    def apply(self, index: int, chunk: bytes) -> None:
        """Take the next chunk; with the last one the store takes all over. Raises ChunkDiffers, SnapshotFalse."""
        if index != self._next or index >= len(self._contents.chunks) or sm3(chunk) != self._contents.chunks[index]:
            raise ChunkDiffers
        self._replaying.take(chunk)
        self._next += 1
        if self._next == len(self._contents.chunks):
            self._finish()

    def close(self) -> None:
        self._replaying.close()

    def _finish(self) -> None:
        store, reached = self._replaying.store, self._replaying.checkpoint()
        sealed = reached.height == 1 or store.checkpoint(reached.height - 1) is not None
        found = sealing.application_hash(reached.root, reached.height, sealed=sealed)
        if reached.height != self._height or found != self._app_hash:
            raise SnapshotFalse("the root is not the one that the members decided")
        self._target.take_over(store)
        self.close()
