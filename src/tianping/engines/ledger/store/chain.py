"""A chain's file as it is worked with: blocks kept and taken back, and everything that is read from it."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checkpoints import Cosigned
from tianping.engines.ledger.merkle import Path as HashPath
from tianping.engines.ledger.merkle import consistency_path, inclusion_path
from tianping.engines.ledger.model import Block, Entry, Genesis, Outcome
from tianping.engines.ledger.schema import KEYS, SCHEMA, TABLES, VERSION
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.store import beside, checkpoints, history
from tianping.engines.ledger.store.checkpoints import Row
from tianping.engines.ledger.store.problems import ChainUnknown, Damaged, EntryUnknown, HeightWrong
from tianping.engines.ledger.store.tiles import Tiles


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
        self._tiles = Tiles(self._db, self._lock)
        self._origin: str | None = None
        self._genesis: tuple[bytes, Genesis] | None = None
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
        # Asked for with every verdict. What is stored is compared: a file that somebody changed is read as it is.
        if self._genesis is None or self._genesis[0] != encoded:
            self._genesis = encoded, codec.decode(encoded, Genesis)
        return self._genesis[1]

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
            self._tiles.append(outcome.nodes)
            history.change(self._db, block.height, outcome.changes)
            if cosigned is not None:
                checkpoints.insert(self._db, cosigned)
            for name, value in facts.items():
                beside.insert_fact(self._db, name, value)

    def rollback(self, height: int) -> None:
        """Go back to the state after block `height`. Raises HeightWrong where that is too far back."""
        with self._writing():
            head = self.head()
            if head is None or not 0 <= height <= head.height:
                raise HeightWrong
            history.take_back(self._db, head.height, height)
            row = self._db.execute("select size from block where height = ?", (height,)).fetchone()
            self._tiles.cut(row[0])

    def take_over(self, other: "Store") -> None:
        """Become what `other` is, in one step: for a chain that was restored beside this one and found right."""
        with self._lock, other._lock:
            other._db.backup(self._db)
            self._tiles.held, self._origin = {}, None

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
        return self._tiles.node(level, index)

    def tile(self, level: int, index: int) -> bytes:
        """The hashes of a tile, 32 bytes each, as many as there are. Raises EntryUnknown."""
        return self._tiles.tile(level, index)

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
                checkpoints.insert(self._db, cosigned)

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
            rows = checkpoints.newest(self._db, before, limit)
        return [self._cosigned(row) for row in rows]

    def keep_stamp(self, height: int, time: int, authority: str, token: bytes) -> None:
        """An RFC 3161 token over the checkpoint's text of a height."""
        with self._writing():
            beside.insert_stamp(self._db, height, time, authority, token)

    def stamp_covering(self, height: int) -> tuple[int, int, str, bytes] | None:
        """The first token over a checkpoint of this height or a later one: (height, time, authority, token)."""
        with self._lock:
            return beside.stamp_covering(self._db, height)

    # Facts a driver keeps beside the chain (never part of it)

    def fact(self, name: str) -> bytes | None:
        """Raises Damaged where it is not what was kept."""
        with self._lock:
            return beside.fact(self._db, name)

    def keep_fact(self, name: str, value: bytes) -> None:
        with self._writing():
            beside.insert_fact(self._db, name, value)

    def facts(self, prefix: str) -> list[tuple[str, bytes]]:
        """Names and values of the facts whose names begin so, in the names' order."""
        with self._lock:
            return beside.facts(self._db, prefix)

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
            held = dict(self._tiles.held)
            self._db.execute("begin immediate")
            try:
                yield
                self._db.execute("commit")
            except BaseException:
                self._tiles.held = held
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise

    def _checkpoint(self, which: str, values: tuple[int, ...]) -> Cosigned | None:
        with self._lock:
            row = checkpoints.first(self._db, which, values)
        return self._cosigned(row) if row else None

    def _cosigned(self, row: Row) -> Cosigned:
        if self._origin is None:
            self._origin = machine.genesis_of(Overlay(self)).origin
        return checkpoints.cosigned(row, self._origin)
