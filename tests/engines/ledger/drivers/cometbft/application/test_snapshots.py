"""Snapshots: offered, taken over by an empty member, and false ones."""

import random
import zlib

import pytest
from tests.engines.ledger.cast import verify
from tests.engines.ledger.drivers.cometbft.application.simulated import info_of

from tianping.engines.ledger import codec, machine, snapshot
from tianping.engines.ledger.drivers.cometbft import snapshots
from tianping.engines.ledger.drivers.cometbft.abci import abci
from tianping.engines.ledger.drivers.cometbft.snapshots import ChunkDiffers, Offering, Restoring, SnapshotFalse


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(snapshot, "CHUNK", 700)


async def test_a_snapshot_makes_the_same_ledger_in_an_empty_one(net, small_chunks):
    store = await grown(net)
    _, offer, chunks = snapshot_of(store)
    assert offer.height == 8
    assert len(chunks) > 2
    late = net.open("court-a", "late")
    told = abci.ResponseOfferSnapshot
    answer = await late.offer_snapshot(abci.RequestOfferSnapshot(snapshot=offer, app_hash=await hash_at(net, 8)))
    assert answer.result == told.ACCEPT
    for at, chunk in enumerate(chunks):
        answer = await late.apply_snapshot_chunk(abci.RequestApplySnapshotChunk(index=at, chunk=chunk, sender="s"))
        assert answer.result == abci.ResponseApplySnapshotChunk.ACCEPT
    assert late.height == 8
    for height in (9, 10, 11):
        await net.finalize(late, *net.blocks[height - 1], height)
    assert late.store.head() == store.head()
    assert late.store.checkpoints(None, 20) == store.checkpoints(None, 20)
    assert (await info_of(late)).last_block_app_hash == net.hash
    late.store.close()


async def test_a_younger_snapshot_keeps_the_older_chunks_and_the_older_is_still_served(net, small_chunks):
    store = await grown(net, 7)
    offering, first, chunks = snapshot_of(store)
    await grown_more(net, 5)
    [second] = offering.offered()
    assert (first.height, second.height) == (4, 8)
    again = Offering(store, 4)
    assert again.offered() == [second]
    assert [offering.chunk(4, 1, at) for at in range(first.chunks)] == chunks
    assert offering.chunk(8, 1, 0) == again.chunk(8, 1, 0) == chunks[0]
    assert offering.chunk(8, 2, 0) == offering.chunk(7, 1, 0) == offering.chunk(8, 1, 99) == b""


async def test_a_false_snapshot_leaves_the_ledger_empty(net, small_chunks):
    store = await grown(net)
    _, offer, chunks = snapshot_of(store)
    right = await hash_at(net, 8)
    target = net.open("court-a", "target").store

    def restoring(chunks, app_hash=right):
        contents = codec.encode(
            snapshots.Contents(1, target.genesis().digest(), [snapshots.sm3(one) for one in chunks])
        )
        told = abci.Snapshot(height=8, format=1, chunks=len(chunks), hash=snapshots.sm3(contents), metadata=contents)
        return Restoring(target, told, app_hash, verify)

    def apply_all(made, chunks):
        try:
            for at, chunk in enumerate(chunks):
                made.apply(at, chunk)
        finally:
            made.close()

    with pytest.raises(SnapshotFalse):
        apply_all(restoring(chunks, b"x" * 32), chunks)
    with pytest.raises(SnapshotFalse):
        apply_all(restoring(chunks[1:]), chunks[1:])
    with pytest.raises(SnapshotFalse):
        apply_all(restoring([b"junk", *chunks[1:]]), [b"junk", *chunks[1:]])
    made = restoring(chunks)
    with pytest.raises(ChunkDiffers):
        made.apply(0, chunks[1])
    with pytest.raises(ChunkDiffers):
        made.apply(1, chunks[1])
    made.close()
    with pytest.raises(codec.Malformed):
        Restoring(target, abci.Snapshot(height=8, format=1, chunks=1, hash=b"", metadata=b"\x80"), right, verify)

    rng = random.Random(7)
    whole = [bytearray(zlib.decompress(one)) for one in chunks]
    for _ in range(30):
        at = rng.randrange(len(whole))
        place = rng.randrange(len(whole[at]))
        changed = [bytes(one) for one in whole]
        flipped = bytearray(whole[at])
        flipped[place] ^= 1 << rng.randrange(8)
        changed[at] = bytes(flipped)
        packed = [zlib.compress(one, 6) for one in changed]
        with pytest.raises(SnapshotFalse):
            apply_all(restoring(packed), packed)
        assert target.head().height == 0
    apply_all(restoring(chunks), chunks)
    assert target.head().height == 8
    target.close()
    assert machine.members(store)


async def grown(net, blocks=11):
    for number in range(blocks):
        await net.decide(
            net.deposits(*[f"r{number}-{at}" for at in range(number % 3)]),
            withheld=("court-a",) if number % 4 else ("court-b", "court-c"),
        )
    return net.applications["court-a"].store


async def grown_more(net, blocks):
    for number in range(blocks):
        await net.decide(net.deposits(f"more-{number}"))


def snapshot_of(store, every=4):
    offering = Offering(store, every)
    [offer] = offering.offered()
    return offering, offer, [offering.chunk(offer.height, offer.format, at) for at in range(offer.chunks)]


async def hash_at(net, height):
    """What the members decided after a height, from a member that replays so far."""
    replayed = net.open("court-a", f"replayed-{height}-{random.random()}")
    for at in range(1, height + 1):
        await net.finalize(replayed, *net.blocks[at - 1], at)
    found = (await info_of(replayed)).last_block_app_hash
    replayed.store.close()
    return found
