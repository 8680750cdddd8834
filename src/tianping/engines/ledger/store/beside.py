"""What is kept beside the chain: a driver's facts, and time stamps. They follow from nothing else, so each has its own digest."""

import sqlite3
from typing import Any

from tianping.engines.ledger import codec
from tianping.engines.ledger.digests import sm3, tagged
from tianping.engines.ledger.store.problems import Damaged


def fact(db: sqlite3.Connection, name: str) -> bytes | None:
    """Raises Damaged where it is not what was kept."""
    row = db.execute("select value, sm3 from fact where name = ?", (name,)).fetchone()
    if row and row[1] != row_digest((name, row[0])):
        raise Damaged(place=f"fact {name}")
    return row[0] if row else None


def facts(db: sqlite3.Connection, prefix: str) -> list[tuple[str, bytes]]:
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return db.execute(
        "select name, value from fact where name >= ? and name < ? order by name", (prefix, after)
    ).fetchall()


def insert_fact(db: sqlite3.Connection, name: str, value: bytes) -> None:
    db.execute(
        "insert or replace into fact (name, value, sm3) values (?, ?, ?)", (name, value, row_digest((name, value)))
    )


def insert_stamp(db: sqlite3.Connection, height: int, time: int, authority: str, token: bytes) -> None:
    row = (height, time, authority, token)
    db.execute(
        "insert or replace into stamp (height, time, authority, token, sm3) values (?, ?, ?, ?, ?)",
        (*row, row_digest(row)),
    )


def stamp_covering(db: sqlite3.Connection, height: int) -> tuple[int, int, str, bytes] | None:
    return db.execute(
        "select height, time, authority, token from stamp where height >= ? order by height limit 1", (height,)
    ).fetchone()


def row_digest(row: tuple[Any, ...]) -> bytes:
    return sm3(tagged("tianping/row/1", codec.encode_plain(list(row))))
