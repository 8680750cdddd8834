"""All SQL of documents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tianping.contexts.documents.model import Issued
from tianping.kit.ids import CaseId, DocumentId, FilingId, PersonId
from tianping.kit.problems import Text
from tianping.platform.database import Reader, Transaction

_ISSUED = """id, number, kind, version, filing_id, case_id, matter, cause, title_zh, title_en, digest, size, pages,
             readers, open_to_parties, issued_at"""


def _issued(row: dict[str, Any]) -> Issued:
    title = Text(row.pop("title_zh"), row.pop("title_en"))
    return Issued(title=title, **row)


async def next_position(tx: Transaction, *, court: str, year: int, kind: str) -> int:
    """The next place in a series. The row stays locked to the end of the act, so that a failed act leaves no gap."""
    row = await tx.one(
        """INSERT INTO documents.series (court, year, kind, last) VALUES (%s, %s, %s, 1)
           ON CONFLICT (court, year, kind) DO UPDATE SET last = documents.series.last + 1 RETURNING last""",
        (court, year, kind),
    )
    return row["last"]


async def newest_version(reader: Reader, *, matter: UUID, kind: str) -> int:
    """0 if there is none yet."""
    row = await reader.one(
        "SELECT coalesce(max(version), 0) AS newest FROM documents.issued WHERE matter = %s AND kind = %s",
        (matter, kind),
    )
    return row["newest"]


async def insert(tx: Transaction, paper: Issued) -> None:
    await tx.run(
        """INSERT INTO documents.issued
             (id, number, kind, version, filing_id, case_id, matter, cause, title_zh, title_en, digest, size, pages,
              readers, open_to_parties, issued_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            paper.id,
            paper.number,
            paper.kind,
            paper.version,
            paper.filing_id,
            paper.case_id,
            paper.matter,
            paper.cause,
            paper.title.zh,
            paper.title.en,
            paper.digest,
            paper.size,
            paper.pages,
            list(paper.readers),
            paper.open_to_parties,
            paper.issued_at,
        ),
    )


async def by_cause(reader: Reader, cause: str) -> Issued | None:
    row = await reader.maybe(f"SELECT {_ISSUED} FROM documents.issued WHERE cause = %s", (cause,))
    return None if row is None else _issued(row)


async def by_id(reader: Reader, document_id: DocumentId) -> Issued:
    """Raises NotFound."""
    return _issued(await reader.one(f"SELECT {_ISSUED} FROM documents.issued WHERE id = %s", (document_id,)))


async def by_number(reader: Reader, number: str) -> Issued | None:
    row = await reader.maybe(f"SELECT {_ISSUED} FROM documents.issued WHERE number = %s", (number,))
    return None if row is None else _issued(row)


async def of_filing(reader: Reader, filing_id: FilingId) -> list[Issued]:
    rows = await reader.all(
        f"SELECT {_ISSUED} FROM documents.issued WHERE filing_id = %s ORDER BY issued_at, id", (filing_id,)
    )
    return [_issued(row) for row in rows]


async def of_case(reader: Reader, case_id: CaseId) -> list[Issued]:
    rows = await reader.all(
        f"SELECT {_ISSUED} FROM documents.issued WHERE case_id = %s ORDER BY issued_at, id", (case_id,)
    )
    return [_issued(row) for row in rows]


async def of_reader(
    reader: Reader, person_id: PersonId, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Issued]:
    """Papers that name the person as a reader, newest first."""
    at, document_id = before or (None, None)
    rows = await reader.all(
        f"""SELECT {_ISSUED} FROM documents.issued
            WHERE readers @> ARRAY[%(person)s]::uuid[]
              AND (%(at)s::timestamptz IS NULL OR (issued_at, id) < (%(at)s, %(id)s::uuid))
            ORDER BY issued_at DESC, id DESC LIMIT %(limit)s""",
        {"person": person_id, "at": at, "id": document_id, "limit": limit},
    )
    return [_issued(row) for row in rows]
