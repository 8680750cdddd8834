"""The state and what it was before each block, so that blocks can be taken back."""

import sqlite3

from tianping.engines.ledger.store.problems import HeightWrong

KEPT_HEIGHTS = 200
"""Blocks that can be taken back. A consensus engine asks for one."""


def change(db: sqlite3.Connection, height: int, changes: dict[str, bytes | None]) -> None:
    if height:
        # The row without a key says that this block can be taken back, even if it changed nothing.
        db.execute("insert into undo (height, key, value) values (?, '', null)", (height,))
        db.executemany(
            "insert into undo (height, key, value) values (?, ?, (select value from state where key = ?))",
            [(height, key, key) for key in changes],
        )
        db.execute("delete from undo where height <= ?", (height - KEPT_HEIGHTS,))
    db.executemany("delete from state where key = ?", [(k,) for k, value in changes.items() if value is None])
    db.executemany(
        "insert into state (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
        [(key, value) for key, value in changes.items() if value is not None],
    )


def take_back(db: sqlite3.Connection, head: int, height: int) -> None:
    """From the state after block `head` to the one after `height`; what came between is deleted. Raises HeightWrong."""
    kept = db.execute("select min(height) from undo").fetchone()[0]
    if height < head and (kept is None or kept > height + 1):
        raise HeightWrong
    for undone in range(head, height, -1):
        for key, value in db.execute(
            "select key, value from undo where height = ? and key <> ''", (undone,)
        ).fetchall():
            if value is None:
                db.execute("delete from state where key = ?", (key,))
            else:
                db.execute("insert or replace into state (key, value) values (?, ?)", (key, value))
    for table in ("undo", "entry", "block", "checkpoint", "stamp"):
        db.execute(f"delete from {table} where height > ?", (height,))
