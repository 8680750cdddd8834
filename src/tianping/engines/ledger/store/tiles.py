"""The tree on disk: every eighth level of it, in tiles of up to 256 hashes."""

import sqlite3
import threading
from collections.abc import Iterable

from tianping.engines.ledger import machine
from tianping.engines.ledger.merkle import node_hash
from tianping.engines.ledger.store.problems import Damaged, EntryUnknown

WIDTH = 1 << machine.TILE


class Tiles:
    """`held`: the right edge in memory, by level and index. Whoever rolls a transaction back puts back what was held before it."""

    def __init__(self, db: sqlite3.Connection, lock: threading.RLock) -> None:
        self._db = db
        self._lock = lock
        self.held: dict[tuple[int, int], bytes] = {}

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
            cached = self.held.get((level, index))
            if cached is not None:
                return cached
            row = self._db.execute("select hashes from tile where place = ?", (_place(level, index),)).fetchone()
        if row is None:
            raise EntryUnknown
        return row[0]

    def append(self, nodes: Iterable[tuple[int, int, bytes]]) -> None:
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
            self.held = {place: held for place, held in self.held.items() if place[0] != level}
            self.held[level, index] = whole

    def cut(self, size: int) -> None:
        self.held = {}
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


def _place(level: int, index: int) -> int:
    return level << 48 | index
