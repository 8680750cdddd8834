"""The store: blocks, tiles, rollback, checkpoints; what is read back is what was kept."""

import sqlite3
from pathlib import Path

import msgspec
import pytest
from tests.engines.ledger.cast import cast, member_of, verify
from tests.engines.ledger.world import item

from tianping.engines.ledger import building, machine
from tianping.engines.ledger.checkpoints import Checkpoint, cosign, gather
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.merkle import Frontier, LeafList, consistent, includes, leaf_hash
from tianping.engines.ledger.model import Block, Outcome
from tianping.engines.ledger.schema import TABLES
from tianping.engines.ledger.store import ChainUnknown, Damaged, EntryUnknown, HeightWrong, Store, history

PEOPLE = cast()


def begun(path: Path) -> Store:
    kept = Store(path, durable=False)
    kept.keep(machine.begin(PEOPLE.genesis))
    return kept


def deposit(ref: str, count: int = 1) -> bytes:
    return building.deposit(
        chain="works", author="shop", ref=ref, category="works", items=[item(f"{ref}-{n}") for n in range(count)],
        signer=PEOPLE.platform,
    )  # fmt: skip


def next_block(kept: Store, *envelopes: bytes, checkpoint: bool = True) -> Outcome:
    head = kept.head()
    assert head is not None
    last = kept.checkpoint()
    outcome = machine.execute(kept, Block(head.height + 1, last.time if last else 0, list(envelopes)), verify)
    at = Checkpoint(PEOPLE.genesis.origin, outcome.size, outcome.root, outcome.block.height)
    member = PEOPLE.genesis.members[0]
    own = cosign(at, member, 1_800_000_000_000 + at.height, PEOPLE.nodes["court-a"].sign)
    kept.keep(outcome, gather(at, [own], [member], lambda *_: True) if checkpoint else None)
    return outcome


def content(kept: Store, *without: str) -> dict[str, list[tuple]]:
    return {table: kept.rows(table, limit=100_000) for table in TABLES if table not in without}


def grown(kept: Store, leaves: list[bytes]) -> Outcome:
    """A block with these leaves' hashes put into the tree, for tiles at sizes that no test could sign for."""
    head = kept.head()
    assert head is not None
    frontier = Frontier(head.size, kept_peaks(kept, head.size))
    nodes = [made for leaf in leaves for made in frontier.append(leaf) if made[0] % machine.TILE == 0]
    entry = machine.Entry(head.size, len(leaves), head.height + 1, sm3(leaves[0]), "deposit", b"")
    outcome = Outcome(Block(head.height + 1, 0, []), frontier.size, frontier.root(), [], [entry], {}, nodes, [])
    kept.keep(outcome)
    return outcome


def kept_peaks(kept: Store, size: int) -> list[bytes]:
    peaks, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(kept.node(level, start >> level))
            start += 1 << level
    return peaks


STEPS = [1, 2, 3, 250, 1, 1, 255, 256, 257, 511, 1, 3000, 4096, 57_000, 203, 4, 1, 4000]


def test_tiles_are_the_naive_tree_at_every_size(tmp_path: Path) -> None:
    """Grown in steps to 70,000 leaves, over three levels of tiles, and cut back again."""
    kept = begun(tmp_path / "works.sqlite")
    leaves = [sm3(b"%d" % number) for number in range(sum(STEPS))]
    whole = LeafList([])
    whole._levels = [leaves]
    while len(whole._levels[-1]) > 1:
        row = whole._levels[-1]
        whole._levels.append([sm3(b"\x01" + row[i] + row[i + 1]) for i in range(0, len(row) - 1, 2)])

    def same(size: int) -> None:
        for level in range(size.bit_length()):
            count = size >> level
            for index in {0, 1, 127, 255, 256, count // 2, count - 2, count - 1} & set(range(count)):
                assert kept.node(level, index) == whole.node(level, index)
            with pytest.raises(EntryUnknown):
                kept.node(level, count)
        for index in {0, 255, 256, size // 2, size - 1} & set(range(size)):
            root = kept.block_root(kept.head().height)[1]
            assert includes(leaves[index], index, size, kept.inclusion(index, size), root)

    ends = []
    for step in STEPS:
        start = kept.head().size
        outcome = grown(kept, leaves[start : start + step])
        ends.append(outcome)
        same(outcome.size)
    roots = {one.size: one.root for one in ends}
    for old, root in roots.items():
        path = kept.consistency(old, ends[-1].size)
        assert consistent(old, ends[-1].size, root, ends[-1].root, path)
    for height in range(len(STEPS) - 1, 0, -1):
        kept.rollback(height)
        assert kept.head().size == ends[height - 1].size
        same(ends[height - 1].size)
        grown(kept, leaves[kept.head().size : kept.head().size + 300])
        same(kept.head().size)
        kept.rollback(height)
        same(ends[height - 1].size)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    kept = begun(tmp_path / "works.sqlite")
    one, many = deposit("one"), deposit("many", 300)
    first, second = next_block(kept, one, b"garbage", many), next_block(kept, deposit("two"))
    head = kept.head()
    assert (head.height, head.size, head.root) == (2, 302, second.root)
    assert kept.block(1).envelopes == [one, many]
    assert kept.block_root(1) == (301, first.root)
    for index, entry in (
        (0, first.entries[0]),
        (1, first.entries[1]),
        (300, first.entries[1]),
        (301, second.entries[0]),
    ):
        assert kept.entry(index) == entry
        envelope, body = machine.read_envelope(entry.envelope)
        leaf = machine.leaves_of("works", body.kind, entry.tx_id, envelope.items)[index - entry.first]
        assert includes(leaf_hash(leaf), index, 302, kept.inclusion(index, 302), second.root)
    for index in (-1, 302, 1 << 40):
        with pytest.raises(EntryUnknown):
            kept.entry(index)
    assert [height for height, *_ in kept.heights(None, 10)] == [2, 1, 0]
    assert [entry.first for entry in kept.entries(1, 10)] == [1, 301]
    readers = Store(tmp_path / "works.sqlite", read_only=True)
    assert content(readers) == content(kept)
    with pytest.raises(sqlite3.OperationalError):
        readers.keep_fact("x", b"")
    for path in (tmp_path / "none.sqlite",):
        with pytest.raises(ChainUnknown):
            Store(path, read_only=True)


def test_only_the_next_block_is_kept(tmp_path: Path) -> None:
    kept = begun(tmp_path / "works.sqlite")
    with pytest.raises(HeightWrong):
        kept.keep(machine.begin(PEOPLE.genesis))
    outcome = machine.execute(kept, Block(1, 0, [deposit("one")]), verify)
    stale = machine.execute(kept, Block(2, 0, [deposit("two")]), verify)
    for wrong in (msgspec.structs.replace(outcome, block=Block(2, 0, [])), msgspec.structs.replace(outcome, size=2)):
        with pytest.raises(HeightWrong):
            kept.keep(wrong)
    kept.keep(outcome)
    # It was executed over the state before: its entries are not the next ones.
    with pytest.raises(HeightWrong):
        kept.keep(stale)
    assert kept.head().size == 1


def test_going_back_is_as_if_it_had_never_been(tmp_path: Path) -> None:
    kept = begun(tmp_path / "works.sqlite")
    states = [content(kept)]
    for height in range(1, 12):
        next_block(kept, *([deposit(f"d{height}-{n}", 40) for n in range(3)] if height % 3 else []))
        states.append(content(kept))
    for height in range(10, -1, -1):
        kept.rollback(height)
        assert content(kept) == states[height]
    with pytest.raises(HeightWrong):
        kept.rollback(1)
    again = next_block(kept, deposit("other"))
    kept.rollback(1)
    assert kept.block_root(1) == (1, again.root)


def test_how_far_back_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEPT_HEIGHTS", 5)
    kept = begun(tmp_path / "works.sqlite")
    states = [content(kept, "undo")]
    for height in range(1, 13):
        next_block(kept, deposit(f"d{height}"))
        states.append(content(kept, "undo"))
    with pytest.raises(HeightWrong):
        kept.rollback(6)
    kept.rollback(9)
    # What is needed for 7 is still there, for 6 no more: 12 - 5 was the furthest.
    with pytest.raises(HeightWrong):
        kept.rollback(6)
    assert content(kept, "undo") == states[9]
    kept.rollback(7)
    assert content(kept, "undo") == states[7]
    kept.rollback(7)
    for height in (6, -1, 8):
        with pytest.raises(HeightWrong):
            kept.rollback(height)


def test_a_quorate_checkpoint_stands(tmp_path: Path) -> None:
    """What a number was derived from never changes, whatever is co-signed later."""
    kept = begun(tmp_path / "works.sqlite")
    others = cast(nodes=3)
    members = [member_of(one.id, others.nodes[one.id]) for one in others.genesis.members]
    outcomes = [next_block(kept, deposit(f"d{n}"), checkpoint=False) for n in range(2)]

    def cosigned(outcome: Outcome, *names: str, time: int = 5000):
        at = Checkpoint(PEOPLE.genesis.origin, outcome.size, outcome.root, outcome.block.height)
        by_id = {one.id: one for one in members}
        return gather(at, [cosign(at, by_id[n], time, others.nodes[n].sign) for n in names], members, verify)

    kept.keep_checkpoint(cosigned(outcomes[0], "court-a", "court-b"))
    assert kept.checkpoint_covering(1) is None
    kept.keep_checkpoint(cosigned(outcomes[1], "court-a", "court-b", "court-c", time=6000))
    assert kept.checkpoint_covering(1).time == 6000
    kept.keep_checkpoint(cosigned(outcomes[0], "court-a", "court-b", "court-c", time=7000))
    assert kept.checkpoint_covering(1).time == 7000
    kept.keep_checkpoint(cosigned(outcomes[0], "court-b", "court-c", "court-a", time=8000))
    assert (kept.checkpoint_covering(1).time, kept.checkpoint(1).time) == (7000, 7000)
    assert kept.checkpoint_covering(2).checkpoint.height == 2
    assert kept.checkpoint_covering(3) is None
    assert [one.checkpoint.height for one in kept.checkpoints(None, 5)] == [2, 1]
    for wrong in (msgspec.structs.replace(outcomes[0], root=sm3(b"")), msgspec.structs.replace(outcomes[0], size=2)):
        with pytest.raises(HeightWrong):
            kept.keep_checkpoint(cosigned(wrong, "court-a"))


def test_facts_and_stamps(tmp_path: Path) -> None:
    kept = begun(tmp_path / "works.sqlite")
    assert kept.fact("peer") is None
    kept.keep_fact("peer", b"one")
    kept.keep_fact("peer", b"two")
    kept.keep_fact("peers", b"three")
    assert (kept.fact("peer"), kept.facts("peer")) == (b"two", [("peer", b"two"), ("peers", b"three")])
    kept._db.execute("update fact set value = ? where name = 'peer'", (b"twu",))
    with pytest.raises(Damaged):
        kept.fact("peer")
    next_block(kept, deposit("one"))
    kept.keep_stamp(1, 5, "authority", b"token")
    assert kept.stamp_covering(0) == kept.stamp_covering(1) == (1, 5, "authority", b"token")
    assert kept.stamp_covering(2) is None
    kept.rollback(0)
    assert (kept.stamp_covering(0), kept.facts("peer")[1]) == (None, ("peers", b"three"))


def test_a_failure_within_keeps_nothing(tmp_path: Path) -> None:
    kept = begun(tmp_path / "works.sqlite")
    next_block(kept, deposit("one", 200))
    before, tiles = content(kept), dict(kept._tiles.held)
    outcome = machine.execute(kept, Block(2, 0, [deposit("two", 100)]), verify)
    broken = msgspec.structs.replace(outcome, changes={**outcome.changes, "zz": "no bytes"})  # type: ignore[dict-item]
    with pytest.raises(sqlite3.IntegrityError):
        kept.keep(broken)
    assert (content(kept), kept._tiles.held) == (before, tiles)
    kept.keep(outcome)
    assert kept.head().root == outcome.root


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    begun(tmp_path / "works.sqlite")._db.execute("pragma user_version = 99")
    with pytest.raises(Damaged):
        Store(tmp_path / "works.sqlite")


def test_the_tile_that_grows_must_be_whole(tmp_path: Path) -> None:
    kept = begun(tmp_path / "works.sqlite")
    next_block(kept, deposit("one", 7))
    kept._db.execute("update tile set hashes = substr(hashes, 1, 96)")
    again = Store(tmp_path / "works.sqlite")
    with pytest.raises(Damaged):
        next_block(again, deposit("two"))
    assert again.head().height == 1
