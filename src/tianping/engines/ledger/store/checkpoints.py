"""Checkpoints as rows. The chain's origin, the same in all of them, is not among the columns."""

import sqlite3

from tianping.engines.ledger import codec
from tianping.engines.ledger.checkpoints import Checkpoint, Cosignature, Cosigned

Row = tuple[int, int, bytes, int, int, int, bytes]


def insert(db: sqlite3.Connection, cosigned: Cosigned) -> None:
    at = cosigned.checkpoint
    db.execute(
        "insert or replace into checkpoint (height, size, root, time, power, total, cosignatures)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (at.height, at.size, at.root, cosigned.time, cosigned.power, cosigned.total, codec.encode(cosigned.cosignatures)),
    )  # fmt: skip


def first(db: sqlite3.Connection, which: str, values: tuple[int, ...]) -> Row | None:
    """`which`: the clauses after the table's name, with places for `values`."""
    return db.execute(
        f"select height, size, root, time, power, total, cosignatures from checkpoint {which}", values
    ).fetchone()


def newest(db: sqlite3.Connection, before: int | None, limit: int) -> list[Row]:
    return db.execute(
        "select height, size, root, time, power, total, cosignatures from checkpoint where height < ?"
        " order by height desc limit ?",
        (before if before is not None else 1 << 62, limit),
    ).fetchall()


def cosigned(row: Row, origin: str) -> Cosigned:
    height, size, root, time, power, total, cosignatures = row
    return Cosigned(
        Checkpoint(origin, size, root, height),
        codec.decode_own(cosignatures, list[Cosignature]), time, power, total,
    )  # fmt: skip
