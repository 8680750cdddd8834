"""Moving sealed columns to the newest key, batch by batch (key rotation). What is left is counted from the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from psycopg import sql

from tianping.platform.database import Database
from tianping.platform.keyring import Keyring


class SealedTable(msgspec.Struct, frozen=True):
    """A table with sealed columns: `columns` maps each to its place. `key` is its primary key."""

    table: str
    columns: dict[str, str]
    key: str = "id"


@dataclass
class SealedRows:
    """All sealed tables of the court, each reached under its own context's role."""

    keyring: Keyring
    parts: list[tuple[Database, SealedTable]] = field(default_factory=list)

    def add(self, database: Database, tables: Sequence[SealedTable]) -> None:
        self.parts += [(database, table) for table in tables]

    async def outdated(self) -> dict[str, int]:
        """Rows a table that still have a value under an older key."""
        self.keyring.rotate()
        counts: dict[str, int] = {}
        for database, table in self.parts:
            query = sql.SQL("SELECT count(*) AS rows FROM {} WHERE {}").format(_name(table.table), self._old(table))
            async with database.reading() as reader:
                cursor = await reader.connection.execute(query)
                row = await cursor.fetchone()
            counts[table.table] = row["rows"] if row else 0
        return counts

    async def reseal(self, *, limit: int = 200) -> int:
        """Move at most `limit` rows of each table to the newest key; returns how many were moved.

        Rows locked by an act are passed over and come with a later batch. Safe to run by several at once.
        """
        self.keyring.rotate()
        return sum([await self._reseal(database, table, limit) for database, table in self.parts])

    def _old(self, table: SealedTable) -> sql.Composed:
        # A sealed value begins with its version (1 byte) and its key's number (4 bytes).
        newest = self.keyring.newest().to_bytes(4, "big")
        tests = [
            sql.SQL("({0} IS NOT NULL AND substr({0}, 2, 4) <> {1})").format(sql.Identifier(c), sql.Literal(newest))
            for c in table.columns
        ]
        return sql.SQL(" OR ").join(tests)

    async def _reseal(self, database: Database, table: SealedTable, limit: int) -> int:
        columns = list(table.columns)
        select = sql.SQL("SELECT {}, {} FROM {} WHERE {} LIMIT {} FOR UPDATE SKIP LOCKED").format(
            sql.Identifier(table.key),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            _name(table.table),
            self._old(table),
            sql.Literal(limit),
        )
        update = sql.SQL("UPDATE {} SET {} WHERE {} = %s").format(
            _name(table.table),
            sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(c)) for c in columns),
            sql.Identifier(table.key),
        )
        async with database.transaction() as tx:
            rows = await (await tx.connection.execute(select)).fetchall()
            for row in rows:
                values = [
                    None if row[c] is None else self.keyring.reseal(row[c], place=table.columns[c]) for c in columns
                ]
                await tx.connection.execute(update, (*values, row[table.key]))
        return len(rows)


def _name(table: str) -> sql.Composed:
    return sql.SQL(".").join(map(sql.Identifier, table.split(".")))
