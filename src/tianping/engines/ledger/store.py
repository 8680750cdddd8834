"""One chain on disk: a SQLite file, one transaction a block (WAL, synchronous FULL), history to go back, tiles for readers.

All SQL of the ledger is here. One process writes; any number read. What is kept: accepted transactions with the log
entries they made, the tree's tiles, the state with what it was before each block, and the checkpoints.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosignature, Cosigned
from tianping.engines.ledger.digests import sm3, tagged
from tianping.engines.ledger.merkle import Path as HashPath
from tianping.engines.ledger.merkle import consistency_path, inclusion_path, node_hash
from tianping.engines.ledger.model import Block, Entry, Genesis, Outcome
from tianping.engines.ledger.schema import KEYS, SCHEMA, TABLES, VERSION
from tianping.engines.ledger.state import Overlay
from tianping.kit.problems import NotFound, Problem, Text

WIDTH = 1 << machine.TILE
KEPT_HEIGHTS = 200
"""Blocks that can be taken back. A consensus engine asks for one."""


class ChainUnknown(NotFound):
    code = "chain-unknown"
    title = Text("没有这条链", "There is no such chain")


class EntryUnknown(NotFound):
    code = "entry-unknown"
    title = Text("没有这条存证记录", "There is no such entry")


class HeightWrong(Problem):
    status = 409
    code = "height-wrong"
    title = Text("区块高度不连续", "The block does not follow the last one")


class Damaged(Problem):
    """What is stored contradicts itself: the disk or somebody changed it. `place` says where."""

    status = 500
    code = "ledger-damaged"
    title = Text("账本文件已损坏，请运行审计", "The ledger's file is damaged; run the audit")
    detail = Text("位置：{place}", "Where: {place}")
    shown = ("place",)


class Head(msgspec.Struct, frozen=True):
    """The last block: its height, the log's size and root after it, and the clock of the checkpoint before it."""

    height: int
    size: int
    root: bytes
    clock: int


class Store:
    """A chain's file. Reads may come from any thread; writes from one at a time."""

    def __init__(self, path: Path, *, read_only: bool = False, durable: bool = True) -> None:
        """`durable` off: for what can be made again, such as an audit's. Raises ChainUnknown, Damaged."""
        if read_only and not path.exists():
            raise ChainUnknown
        self.path = path
        mode = "ro" if read_only else "rwc"
        self._db = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, check_same_thread=False, isolation_level=None)
        self._lock = threading.RLock()
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._origin: str | None = None
        self._db.execute("pragma busy_timeout = 5000")
        if not read_only:
            self._db.execute("pragma journal_mode = wal")
            self._db.execute(f"pragma synchronous = {'full' if durable else 'off'}")
            self._db.execute("pragma wal_autocheckpoint = 4000")
            self._prepare()
        self._db.execute("pragma cache_size = -16000")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    # State

    def get(self, key: str) -> bytes | None:
        with self._lock:
            row = self._db.execute("select value from state where key = ?", (key,)).fetchone()
        return row[0] if row else None

    def keys(self, prefix: str) -> list[str]:
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        with self._lock:
            rows = self._db.execute("select key from state where key >= ? and key < ? order by key", (prefix, after))
            return [row[0] for row in rows]

    def genesis(self) -> Genesis:
        """Raises ChainUnknown where the chain has not begun."""
        encoded = self.get("genesis")
        if encoded is None:
            raise ChainUnknown
        return codec.decode(encoded, Genesis)

    # Blocks

    def head(self) -> Head | None:
        with self._lock:
            row = self._db.execute(
                "select height, size, root, clock from block order by height desc limit 1"
            ).fetchone()
        return Head(*row) if row else None

    def keep(
        self, outcome: Outcome, cosigned: Cosigned | None = None, facts: Mapping[str, bytes] = MappingProxyType({})
    ) -> None:
        """Keep a block, and with it a checkpoint and facts where the driver has them: all or nothing, on disk at return.

        Raises HeightWrong unless it follows the last block.
        """
        block = outcome.block
        with self._writing():
            head = self.head()
            if block.height != (head.height + 1 if head else 0):
                raise HeightWrong
            first = head.size if head else 0
            if first + sum(one.count for one in outcome.entries) != outcome.size:
                raise HeightWrong
            self._db.execute(
                "insert into block (height, clock, first, size, root, transactions) values (?, ?, ?, ?, ?, ?)",
                (block.height, block.clock, first, outcome.size, outcome.root, len(outcome.entries)),
            )
            self._db.executemany(
                "insert into entry (first, count, height, tx_id, kind, envelope) values (?, ?, ?, ?, ?, ?)",
                [(one.first, one.count, one.height, one.tx_id, one.kind, one.envelope) for one in outcome.entries],
            )
            self._append_nodes(outcome.nodes)
            self._change_state(block.height, outcome.changes)
            if cosigned is not None:
                self._insert_checkpoint(cosigned)
            for name, value in facts.items():
                self._insert_fact(name, value)

    def rollback(self, height: int) -> None:
        """Go back to the state after block `height`. Raises HeightWrong where that is too far back."""
        with self._writing():
            head = self.head()
            if head is None or not 0 <= height <= head.height:
                raise HeightWrong
            kept = self._db.execute("select min(height) from undo").fetchone()[0]
            if height < head.height and (kept is None or kept > height + 1):
                raise HeightWrong
            for undone in range(head.height, height, -1):
                for key, value in self._db.execute(
                    "select key, value from undo where height = ? and key <> ''", (undone,)
                ).fetchall():
                    if value is None:
                        self._db.execute("delete from state where key = ?", (key,))
                    else:
                        self._db.execute("insert or replace into state (key, value) values (?, ?)", (key, value))
            for table in ("undo", "entry", "block", "checkpoint", "stamp"):
                self._db.execute(f"delete from {table} where height > ?", (height,))
            row = self._db.execute("select size from block where height = ?", (height,)).fetchone()
            self._cut_tiles(row[0])

    def take_over(self, other: "Store") -> None:
        """Become what `other` is, in one step: for a chain that was restored beside this one and found right."""
        with self._lock, other._lock:
            other._db.backup(self._db)
            self._tiles, self._origin = {}, None

    def has_block(self, height: int) -> bool:
        with self._lock:
            return self._db.execute("select 1 from block where height = ?", (height,)).fetchone() is not None

    def block(self, height: int) -> Block:
        """A block with its accepted transactions. Raises EntryUnknown."""
        with self._lock:
            row = self._db.execute("select clock from block where height = ?", (height,)).fetchone()
            if row is None:
                raise EntryUnknown
            rows = self._db.execute("select envelope from entry where height = ? order by first", (height,)).fetchall()
        return Block(height, row[0], [envelope for (envelope,) in rows])

    def block_root(self, height: int) -> tuple[int, bytes]:
        """Size and root after a block. Raises EntryUnknown."""
        with self._lock:
            row = self._db.execute("select size, root from block where height = ?", (height,)).fetchone()
        if row is None:
            raise EntryUnknown
        return row[0], row[1]

    def heights(self, before: int | None, limit: int) -> list[tuple[int, int, int, bytes, int]]:
        """Blocks from the newest: (height, first, size, root, transactions)."""
        with self._lock:
            return self._db.execute(
                "select height, first, size, root, transactions from block where height < ? order by height desc limit ?",
                (before if before is not None else 1 << 62, limit),
            ).fetchall()

    # Entries and proofs

    def entry(self, index: int) -> Entry:
        """The transaction that made log entry `index`. Raises EntryUnknown."""
        with self._lock:
            row = self._db.execute(
                "select first, count, height, tx_id, kind, envelope from entry where first <= ? order by first desc limit 1",
                (index,),
            ).fetchone()
        if index < 0 or row is None or index >= row[0] + row[1]:
            raise EntryUnknown
        return Entry(*row)

    def entries(self, first: int, limit: int) -> list[Entry]:
        """Transactions in the order of the log, from entry `first` on."""
        with self._lock:
            rows = self._db.execute(
                "select first, count, height, tx_id, kind, envelope from entry where first >= ? order by first limit ?",
                (first, limit),
            ).fetchall()
        return [Entry(*row) for row in rows]

    def entries_of(self, kind: str, before: int) -> list[Entry]:
        """Transactions of a kind with an index below `before`, in the order of the log. Not for deposits: there are too many."""
        with self._lock:
            rows = self._db.execute(
                "select first, count, height, tx_id, kind, envelope from entry"
                " where kind <> 'deposit' and kind = ? and first < ? order by first",
                (kind, before),
            ).fetchall()
        return [Entry(*row) for row in rows]

    def replay(self) -> Iterator[Block]:
        """Every block from the first, for `audit`, with the accepted transactions."""
        head = self.head()
        for height in range(1, (head.height if head else 0) + 1):
            yield self.block(height)

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree. Raises EntryUnknown."""
        above = level % machine.TILE
        start = index << above
        hashes = self.tile(level // machine.TILE, start // WIDTH)
        at = start % WIDTH * 32
        row = [hashes[at + 32 * i : at + 32 * (i + 1)] for i in range(1 << above)]
        if len(row[-1]) != 32:
            raise EntryUnknown
        while len(row) > 1:
            row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    def tile(self, level: int, index: int) -> bytes:
        """The hashes of a tile, 32 bytes each, as many as there are. Raises EntryUnknown."""
        with self._lock:
            cached = self._tiles.get((level, index))
            if cached is not None:
                return cached
            row = self._db.execute("select hashes from tile where place = ?", (_place(level, index),)).fetchone()
        if row is None:
            raise EntryUnknown
        return row[0]

    def inclusion(self, index: int, size: int) -> HashPath:
        return inclusion_path(self, index, size)

    def consistency(self, old: int, new: int) -> HashPath:
        return consistency_path(self, old, new)

    # Checkpoints

    def keep_checkpoint(self, cosigned: Cosigned) -> None:
        """Keep the co-signatures of a block that is kept already. More of them may come while there is no quorum yet; then the
        checkpoint, its time and the numbers that follow from it stand for ever. Raises HeightWrong.
        """
        with self._writing():
            row = self._db.execute(
                "select size, root from block where height = ?", (cosigned.checkpoint.height,)
            ).fetchone()
            if row is None or (row[0], row[1]) != (cosigned.checkpoint.size, cosigned.checkpoint.root):
                raise HeightWrong
            before = self.checkpoint(cosigned.checkpoint.height)
            if before is None or not before.quorate:
                self._insert_checkpoint(cosigned)

    def checkpoint(self, height: int | None = None) -> Cosigned | None:
        """The checkpoint of a height, or the newest."""
        if height is None:
            return self._checkpoint("order by height desc limit 1", ())
        return self._checkpoint("where height = ?", (height,))

    def checkpoint_covering(self, size: int) -> Cosigned | None:
        """The first quorate checkpoint whose tree has at least `size` entries: it gives an entry its time and number."""
        return self._checkpoint("where size >= ? and power * 3 > total * 2 order by size, height limit 1", (size,))

    def checkpoints(self, before: int | None, limit: int) -> list[Cosigned]:
        """From the newest."""
        with self._lock:
            rows = self._db.execute(
                "select height, size, root, time, power, total, cosignatures from checkpoint where height < ?"
                " order by height desc limit ?",
                (before if before is not None else 1 << 62, limit),
            ).fetchall()
        return [self._cosigned(row) for row in rows]

    def keep_stamp(self, height: int, time: int, authority: str, token: bytes) -> None:
        """An RFC 3161 token over the checkpoint's text of a height."""
        row = (height, time, authority, token)
        with self._writing():
            self._db.execute(
                "insert or replace into stamp (height, time, authority, token, sm3) values (?, ?, ?, ?, ?)",
                (*row, row_digest(row)),
            )

    def stamp_covering(self, height: int) -> tuple[int, int, str, bytes] | None:
        """The first token over a checkpoint of this height or a later one: (height, time, authority, token)."""
        with self._lock:
            return self._db.execute(
                "select height, time, authority, token from stamp where height >= ? order by height limit 1", (height,)
            ).fetchone()

    # Facts a driver keeps beside the chain (never part of it)

    def fact(self, name: str) -> bytes | None:
        """Raises Damaged where it is not what was kept."""
        with self._lock:
            row = self._db.execute("select value, sm3 from fact where name = ?", (name,)).fetchone()
        if row and row[1] != row_digest((name, row[0])):
            raise Damaged(place=f"fact {name}")
        return row[0] if row else None

    def keep_fact(self, name: str, value: bytes) -> None:
        with self._writing():
            self._insert_fact(name, value)

    def facts(self, prefix: str) -> list[tuple[str, bytes]]:
        """Names and values of the facts whose names begin so, in the names' order."""
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        with self._lock:
            return self._db.execute(
                "select name, value from fact where name >= ? and name < ? order by name", (prefix, after)
            ).fetchall()

    # For the audit

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Whatever is read inside is of one moment, while others go on writing."""
        self._db.execute("begin")
        try:
            yield
        finally:
            self._db.execute("rollback")

    def rows(self, table: str, after: tuple[Any, ...] | None = None, limit: int = 1000) -> list[tuple[Any, ...]]:
        """Rows of a table of `schema.TABLES` in the order of their keys, from the first or after a row."""
        columns = TABLES[table]
        keys = columns[: KEYS.get(table, 1)]
        where = f"where ({', '.join(keys)}) > ({', '.join('?' * len(keys))})" if after else ""
        with self._lock:
            return self._db.execute(
                f"select {', '.join(columns)} from {table} {where} order by {', '.join(keys)} limit ?",
                (*(after or ())[: len(keys)], limit),
            ).fetchall()

    def schema(self) -> list[tuple[str, str, str]]:
        """(type, name, SQL) of all tables and indices, and the file's version."""
        with self._lock:
            rows = self._db.execute("select type, name, sql from sqlite_schema order by name, type").fetchall()
            return [*rows, ("version", "", str(self._db.execute("pragma user_version").fetchone()[0]))]

    def ailments(self) -> list[str]:
        """What SQLite itself finds wrong with the file's pages and indices."""
        with self._lock:
            found = [row[0] for row in self._db.execute("pragma integrity_check(20)")]
        return [] if found == ["ok"] else found

    # Inside

    def _prepare(self) -> None:
        version = self._db.execute("pragma user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise Damaged(place=f"version {version}")
        self._db.executescript(f"{SCHEMA}pragma user_version = {VERSION};")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            tiles = dict(self._tiles)
            self._db.execute("begin immediate")
            try:
                yield
                self._db.execute("commit")
            except BaseException:
                self._tiles = tiles
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise

    def _append_nodes(self, nodes: Iterable[tuple[int, int, bytes]]) -> None:
        grown: dict[tuple[int, int], bytearray] = {}
        for level, index, made in nodes:
            place = (level // machine.TILE, index // WIDTH)
            tile = grown.get(place)
            if tile is None:
                tile = grown[place] = bytearray(self.tile(*place) if index % WIDTH else b"")
                if len(tile) != index % WIDTH * 32:
                    raise Damaged(place=f"tile {place[0]}/{place[1]}")
            tile += made
        for (level, index), hashes in grown.items():
            whole = bytes(hashes)
            self._db.execute("insert or replace into tile (place, hashes) values (?, ?)", (_place(level, index), whole))
            # Only the right edge is kept in memory: it is what the next block grows.
            self._tiles = {place: held for place, held in self._tiles.items() if place[0] != level}
            self._tiles[level, index] = whole

    def _cut_tiles(self, size: int) -> None:
        self._tiles = {}
        level, width = 0, size
        while True:
            whole, rest = divmod(width, WIDTH)
            last = self._db.execute(
                "select max(place) from tile where place between ? and ?", (_place(level, 0), _place(level + 1, 0) - 1)
            ).fetchone()[0]
            if last is None:
                return
            self._db.execute(
                "delete from tile where place >= ? and place < ?",
                (_place(level, whole + (1 if rest else 0)), _place(level + 1, 0)),
            )
            if rest:
                place = _place(level, whole)
                self._db.execute("update tile set hashes = substr(hashes, 1, ?) where place = ?", (rest * 32, place))
            level, width = level + 1, whole

    def _change_state(self, height: int, changes: dict[str, bytes | None]) -> None:
        if height:
            # The row without a key says that this block can be taken back, even if it changed nothing.
            self._db.execute("insert into undo (height, key, value) values (?, '', null)", (height,))
            self._db.executemany(
                "insert into undo (height, key, value) values (?, ?, (select value from state where key = ?))",
                [(height, key, key) for key in changes],
            )
            self._db.execute("delete from undo where height <= ?", (height - KEPT_HEIGHTS,))
        self._db.executemany("delete from state where key = ?", [(k,) for k, value in changes.items() if value is None])
        self._db.executemany(
            "insert into state (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
            [(key, value) for key, value in changes.items() if value is not None],
        )

    def _insert_fact(self, name: str, value: bytes) -> None:
        self._db.execute(
            "insert or replace into fact (name, value, sm3) values (?, ?, ?)", (name, value, row_digest((name, value)))
        )

    def _insert_checkpoint(self, cosigned: Cosigned) -> None:
        at = cosigned.checkpoint
        self._db.execute(
            "insert or replace into checkpoint (height, size, root, time, power, total, cosignatures)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (at.height, at.size, at.root, cosigned.time, cosigned.power, cosigned.total, codec.encode(cosigned.cosignatures)),
        )  # fmt: skip

    def _checkpoint(self, which: str, values: tuple[int, ...]) -> Cosigned | None:
        with self._lock:
            row = self._db.execute(
                f"select height, size, root, time, power, total, cosignatures from checkpoint {which}", values
            ).fetchone()
        return self._cosigned(row) if row else None

    def _cosigned(self, row: tuple[int, int, bytes, int, int, int, bytes]) -> Cosigned:
        height, size, root, time, power, total, cosignatures = row
        if self._origin is None:
            self._origin = machine.genesis_of(Overlay(self)).origin
        return Cosigned(
            Checkpoint(self._origin, size, root, height),
            codec.decode_own(cosignatures, list[Cosignature]), time, power, total,
        )  # fmt: skip


def row_digest(row: tuple[Any, ...]) -> bytes:
    return sm3(tagged("tianping/row/1", codec.encode_plain(list(row))))


def _place(level: int, index: int) -> int:
    return level << 48 | index
