"""What decisions on access rest on, kept off the chain: applications, their papers, score sheets, reasons, certificates."""

import sqlite3
from collections.abc import Sequence

import msgspec

from tianping.engines.ledger.vault.file import VaultFile
from tianping.platform.keyring import Keyring

SCHEMA = """
create table if not exists certificate (
    fingerprint blob primary key, der blob not null
) strict;
create table if not exists candidacy (
    id text primary key, said blob not null, papers blob not null, received_at integer not null
) strict;
create table if not exists paper (
    application text not null, digest blob not null, kind text not null, name text not null, media text not null,
    sealed blob not null, primary key (application, digest)
) strict;
create table if not exists text (
    digest blob primary key, kind text not null, application text not null, content blob not null, at integer not null
) strict;
create table if not exists proposal (
    tx_id blob primary key, chain text not null, envelope blob not null, at integer not null, settled text
) strict;
"""


class Candidacy(msgspec.Struct, frozen=True):
    """An application for access as it came in. `said`: canonical JSON; `papers`: digest that goes on the chain."""

    id: str
    said: bytes
    papers: bytes
    received_at: int


class Paper(msgspec.Struct, frozen=True):
    """A document of an application for access. Its content is kept sealed."""

    kind: str
    name: str
    media: str
    digest: bytes
    content: bytes


class Proposal(msgspec.Struct, frozen=True):
    """`settled`: the receipt's code, None while signatures are missing."""

    tx_id: bytes
    chain: str
    envelope: bytes
    at: int
    settled: str | None


class Papers:
    def __init__(self, file: VaultFile, keyring: Keyring) -> None:
        self._file = file
        self._keyring = keyring
        file.prepare(SCHEMA)

    async def keep_certificates(self, certificates: Sequence[tuple[bytes, bytes]]) -> None:
        """(fingerprint, DER)."""
        await self._file.write(
            lambda db: (
                db.executemany(
                    "insert or ignore into certificate (fingerprint, der) values (?, ?)", certificates
                ).rowcount
            )
        )

    def certificates(self) -> list[bytes]:
        return [row[0] for row in self._file.rows("select der from certificate order by fingerprint")]

    def certificate(self, fingerprint: bytes) -> bytes | None:
        rows = self._file.rows("select der from certificate where fingerprint = ?", fingerprint)
        return rows[0][0] if rows else None

    async def keep_candidacy(self, one: Candidacy, papers: Sequence[Paper]) -> None:
        """A later one of the same id takes the place of the earlier, whose papers stay."""

        def job(db: sqlite3.Connection) -> None:
            db.execute(
                "insert or replace into candidacy (id, said, papers, received_at) values (?, ?, ?, ?)",
                (one.id, one.said, one.papers, one.received_at),
            )
            db.executemany(
                "insert or ignore into paper (application, digest, kind, name, media, sealed) values (?, ?, ?, ?, ?, ?)",
                [
                    (
                        one.id, paper.digest, paper.kind, paper.name, paper.media,
                        self._keyring.seal(paper.content, place=f"ledger.paper.{one.id}.{paper.digest.hex()}"),
                    )
                    for paper in papers
                ],
            )  # fmt: skip

        await self._file.write(job)

    def candidacy(self, application: str) -> Candidacy | None:
        rows = self._file.rows("select id, said, papers, received_at from candidacy where id = ?", application)
        return Candidacy(*rows[0]) if rows else None

    def candidacies(self) -> list[Candidacy]:
        rows = self._file.rows(
            "select id, said, papers, received_at from candidacy order by received_at desc limit 500"
        )
        return [Candidacy(*row) for row in rows]

    def paper(self, application: str, digest: bytes) -> Paper | None:
        rows = self._file.rows(
            "select kind, name, media, digest, sealed from paper where application = ? and digest = ?",
            application, digest,
        )  # fmt: skip
        if not rows:
            return None
        kind, name, media, digest, sealed = rows[0]
        content = self._keyring.open_bytes(sealed, place=f"ledger.paper.{application}.{digest.hex()}")
        return Paper(kind, name, media, digest, content)

    async def keep_text(self, digest: bytes, kind: str, application: str, content: bytes, at: int) -> None:
        """A score sheet or reasons; what is on the chain is its digest."""
        await self._file.write(
            lambda db: (
                db.execute(
                    "insert or ignore into text (digest, kind, application, content, at) values (?, ?, ?, ?, ?)",
                    (digest, kind, application, content, at),
                ).rowcount
            )
        )

    def text(self, digest: bytes) -> bytes | None:
        rows = self._file.rows("select content from text where digest = ?", digest)
        return rows[0][0] if rows else None

    async def keep_proposal(self, one: Proposal) -> None:
        await self._file.write(
            lambda db: (
                db.execute(
                    "insert or replace into proposal (tx_id, chain, envelope, at, settled) values (?, ?, ?, ?, ?)",
                    (one.tx_id, one.chain, one.envelope, one.at, one.settled),
                ).rowcount
            )
        )

    def proposal(self, tx_id: bytes) -> Proposal | None:
        rows = self._file.rows("select tx_id, chain, envelope, at, settled from proposal where tx_id = ?", tx_id)
        return Proposal(*rows[0]) if rows else None

    def proposals(self, *, limit: int = 200) -> list[Proposal]:
        rows = self._file.rows(
            "select tx_id, chain, envelope, at, settled from proposal where settled is null order by at desc limit ?",
            limit,
        )
        return [Proposal(*row) for row in rows]
