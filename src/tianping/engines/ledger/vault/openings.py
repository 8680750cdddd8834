"""Openings of the court's own deposits: salts and provenance facts, sealed, until they are forgotten."""

import asyncio
import sqlite3
from collections.abc import Callable

import msgspec

from tianping.engines.ledger.vault.file import VaultFile
from tianping.kit.digests import canonical
from tianping.kit.problems import Conflict, Text
from tianping.platform.keyring import Keyring

SCHEMA = """
create table if not exists own (
    chain text not null, ref text not null, request blob, envelope blob not null, primary key (chain, ref)
) strict;
create table if not exists opening (
    chain text not null, ref text not null, position integer not null, sealed blob, primary key (chain, ref, position)
) strict;
"""


class OwnDiffers(Conflict):
    code = "reference-used"
    title = Text(
        "该业务编号已用于另一份内容",
        "This reference stands for something else already, or what it stood for was forgotten",
    )


class Opening(msgspec.Struct, frozen=True):
    """What opens one entry: the salt, and the provenance facts as canonical JSON where there are any."""

    salt: bytes
    facts: bytes | None


class Own(msgspec.Struct, frozen=True):
    """A deposit of the court's own application. `openings`: by position, None where it was forgotten."""

    envelope: bytes
    openings: list[Opening | None]


class Openings:
    def __init__(self, file: VaultFile, keyring: Keyring) -> None:
        self._file = file
        self._keyring = keyring
        file.prepare(SCHEMA)

    async def own(self, chain: str, ref: str, request: object, make: Callable[[], tuple[bytes, list[Opening]]]) -> Own:
        """The deposit under a reference: made and sealed the first time, the same ever after. `request`: what was asked.

        Raises OwnDiffers where the reference stands for something else, or was forgotten.
        """
        asked = self._keyring.digest(canonical(request).decode(), place="ledger.own.request")

        def job(db: sqlite3.Connection) -> None:
            row = db.execute("select request from own where chain = ? and ref = ?", (chain, ref)).fetchone()
            if row is not None:
                if row[0] != asked:
                    raise OwnDiffers
                return
            envelope, openings = make()
            db.execute(
                "insert into own (chain, ref, request, envelope) values (?, ?, ?, ?)", (chain, ref, asked, envelope)
            )
            db.executemany(
                "insert into opening (chain, ref, position, sealed) values (?, ?, ?, ?)",
                [(chain, ref, at, self._seal(chain, ref, at, one)) for at, one in enumerate(openings)],
            )

        await self._file.write(job)
        [(envelope,)] = self._file.rows("select envelope from own where chain = ? and ref = ?", chain, ref)
        rows = self._file.rows(
            "select position, sealed from opening where chain = ? and ref = ? order by position", chain, ref
        )
        return Own(envelope, [self._open(chain, ref, at, sealed) for at, sealed in rows])

    def opening(self, chain: str, ref: str, position: int) -> Opening | None:
        """Of an own deposit; None where it is none, or was forgotten. Raises SealBroken where it was altered."""
        rows = self._file.rows(
            "select sealed from opening where chain = ? and ref = ? and position = ?", chain, ref, position
        )
        return self._open(chain, ref, position, rows[0][0]) if rows else None

    async def forget(self, chain: str, ref: str, position: int) -> bool:
        """Delete salt and facts: from then on nobody can tell what the entry stands for. Whether there was anything."""

        def job(db: sqlite3.Connection) -> bool:
            done = db.execute(
                "update opening set sealed = null where chain = ? and ref = ? and position = ? and sealed is not null",
                (chain, ref, position),
            ).rowcount
            db.execute("update own set request = null where chain = ? and ref = ?", (chain, ref))
            return done > 0

        forgotten = await self._file.write(job)
        # The write-ahead log still has the old page until it is folded into the file and emptied.
        await asyncio.to_thread(self._file.rows, "pragma wal_checkpoint(truncate)")
        return forgotten

    def _seal(self, chain: str, ref: str, position: int, one: Opening) -> bytes:
        return self._keyring.seal(msgspec.msgpack.encode(one), place=f"ledger.opening.{chain}.{ref}.{position}")

    def _open(self, chain: str, ref: str, position: int, sealed: bytes | None) -> Opening | None:
        if sealed is None:
            return None
        plain = self._keyring.open_bytes(sealed, place=f"ledger.opening.{chain}.{ref}.{position}")
        return msgspec.msgpack.decode(plain, type=Opening)
