"""What the gateway took and no driver has answered yet, and the nonces of requests that were taken."""

import sqlite3
from collections.abc import Sequence

import msgspec

from tianping.engines.ledger.vault.file import VaultFile
from tianping.kit.problems import Conflict, Text

SCHEMA = """
create table if not exists outbox (
    id integer primary key, chain text not null, tx_id blob not null unique, author text not null, ref text not null,
    envelope blob not null, taken_at integer not null
) strict;
create table if not exists refusal (
    tx_id blob primary key, chain text not null, reason text not null, at integer not null
) strict;
create table if not exists seen (
    owner text not null, nonce text not null, at integer not null, primary key (owner, nonce)
) strict, without rowid;
create index if not exists seen_at on seen (at);
"""


class RequestSeen(Conflict):
    code = "request-replayed"
    title = Text("该请求已经处理过（随机数重复）", "This request was received before (its nonce is used)")


class Waiting(msgspec.Struct, frozen=True):
    """A transaction in the outbox. `taken_at`: milliseconds."""

    id: int
    chain: str
    tx_id: bytes
    author: str
    ref: str
    envelope: bytes
    taken_at: int


class Outbox:
    def __init__(self, file: VaultFile) -> None:
        self._file = file
        file.prepare(SCHEMA)

    async def take(self, waiting: Sequence[Waiting], *, nonce: tuple[str, str, int] | None = None) -> None:
        """Write transactions before they are submitted, and the nonce (owner, nonce, time) of their request with them.

        What is there already stays. Raises RequestSeen, and then nothing is taken.
        """

        def job(db: sqlite3.Connection) -> None:
            if nonce is not None:
                _see(db, *nonce)
            db.executemany(
                "insert or ignore into outbox (chain, tx_id, author, ref, envelope, taken_at) values (?, ?, ?, ?, ?, ?)",
                [(one.chain, one.tx_id, one.author, one.ref, one.envelope, one.taken_at) for one in waiting],
            )

        await self._file.write(job)

    async def see(self, owner: str, nonce: str, at: int) -> None:
        """Raises RequestSeen."""
        await self._file.write(lambda db: _see(db, owner, nonce, at))

    async def settle(self, settled: Sequence[tuple[bytes, str, str]], at: int) -> None:
        """Take out what a driver has answered: (transaction, chain, code). Refusals are remembered for those who ask."""

        def job(db: sqlite3.Connection) -> None:
            db.executemany("delete from outbox where tx_id = ?", [(tx_id,) for tx_id, _, _ in settled])
            db.executemany(
                "insert or replace into refusal (tx_id, chain, reason, at) values (?, ?, ?, ?)",
                [(tx_id, chain, code, at) for tx_id, chain, code in settled if code not in ("ok", "duplicate")],
            )

        await self._file.write(job)

    def unsettled(self, chain: str, *, limit: int = 500, after: int = 0) -> list[Waiting]:
        rows = self._file.rows(
            "select id, chain, tx_id, author, ref, envelope, taken_at from outbox where chain = ? and id > ?"
            " order by id limit ?",
            chain, after, limit,
        )  # fmt: skip
        return [Waiting(*row) for row in rows]

    def oldest_unsettled(self) -> tuple[int, int | None]:
        """How many wait, and since when the oldest does (milliseconds)."""
        [row] = self._file.rows("select count(*), min(taken_at) from outbox")
        return row[0], row[1]

    def waits(self, chain: str, author: str, ref: str) -> bool:
        return bool(
            self._file.rows(
                "select 1 from outbox where chain = ? and author = ? and ref = ? limit 1", chain, author, ref
            )
        )

    def refusal(self, tx_id: bytes) -> str | None:
        rows = self._file.rows("select reason from refusal where tx_id = ?", tx_id)
        return rows[0][0] if rows else None

    async def sweep(self, *, nonces_before: int, refusals_before: int) -> None:
        def job(db: sqlite3.Connection) -> None:
            db.execute("delete from seen where at < ?", (nonces_before,))
            db.execute("delete from refusal where at < ?", (refusals_before,))

        await self._file.write(job)


def _see(db: sqlite3.Connection, owner: str, nonce: str, at: int) -> None:
    try:
        db.execute("insert into seen (owner, nonce, at) values (?, ?, ?)", (owner, nonce, at))
    except sqlite3.IntegrityError as seen:
        raise RequestSeen from seen
