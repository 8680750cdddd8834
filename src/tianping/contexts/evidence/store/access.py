"""SQL of access: applications, papers, sheets, decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tianping.contexts.evidence.model.access import Application, Decision, Paper, Resolution, Sheet, Standing
from tianping.contexts.evidence.model.deposits import Category
from tianping.kit.ids import OrganisationId, PersonId
from tianping.kit.problems import Text
from tianping.platform.database import Reader, Transaction, as_json, read_as
from tianping.platform.keyring import Keyring

NOTE = "evidence.applications.note"
PAPER_NAME = "evidence.papers.name"

_APPLICATION = """id, organisation_id, organisation, name_zh, name_en, categories, certificate, manifest, papers_digest, note,
  standing, applied_by, applied_at, failure_zh, failure_en, revision"""
_RESOLUTION = """id, application, decision, reasons, state, first_by, first_at, second_by, second_at, recorded_at, failure_zh,
  failure_en"""
_SHEET = "id, application, standard, score, passed, lines, made_by, made_at, recorded_at"


async def application(reader: Reader, keyring: Keyring, application_id: str) -> Application:
    """Raises NotFound."""
    row = await reader.one(f"SELECT {_APPLICATION} FROM evidence.applications WHERE id = %s", (application_id,))
    return _application(row, keyring)


async def lock(tx: Transaction, keyring: Keyring, application_id: str) -> Application | None:
    row = await tx.maybe(
        f"SELECT {_APPLICATION} FROM evidence.applications WHERE id = %s FOR UPDATE", (application_id,)
    )
    return None if row is None else _application(row, keyring)


async def applications(
    reader: Reader, keyring: Keyring, *, organisations: Sequence[OrganisationId] | None = None
) -> list[Application]:
    """Newest first; of these organisations alone."""
    rows = await reader.all(
        f"""SELECT {_APPLICATION} FROM evidence.applications
            WHERE %(of)s::uuid[] IS NULL OR organisation_id = ANY(%(of)s) ORDER BY applied_at DESC, id LIMIT 500""",
        {"of": None if organisations is None else list(organisations)},
    )
    return [_application(row, keyring) for row in rows]


async def organisation_of(reader: Reader, application_id: str) -> OrganisationId | None:
    row = await reader.maybe("SELECT organisation_id FROM evidence.applications WHERE id = %s", (application_id,))
    return None if row is None else row["organisation_id"]


async def save(tx: Transaction, keyring: Keyring, one: Application) -> None:
    """Insert, or replace what was handed in before."""
    await tx.run(
        """INSERT INTO evidence.applications (id, organisation_id, organisation, name_zh, name_en, categories, certificate,
             manifest, papers_digest, note, standing, applied_by, applied_at, revision)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, name_zh = excluded.name_zh,
             name_en = excluded.name_en, categories = excluded.categories, certificate = excluded.certificate,
             manifest = excluded.manifest, papers_digest = excluded.papers_digest, note = excluded.note,
             standing = excluded.standing, applied_by = excluded.applied_by, applied_at = excluded.applied_at,
             failure_zh = NULL, failure_en = NULL, revision = excluded.revision""",
        (
            one.id, one.organisation_id, one.organisation, one.name.zh, one.name.en, list(one.categories), one.certificate,
            one.manifest, one.papers_digest, keyring.seal(one.note, place=NOTE), one.standing, one.applied_by,
            one.applied_at, one.revision,
        ),
    )  # fmt: skip


async def set_standing(tx: Transaction, application_id: str, standing: Standing) -> None:
    await tx.run(
        "UPDATE evidence.applications SET standing = %s, failure_zh = NULL, failure_en = NULL WHERE id = %s",
        (standing, application_id),
    )


async def application_failed(tx: Transaction, application_id: str, why: Text) -> None:
    await tx.run(
        "UPDATE evidence.applications SET failure_zh = %s, failure_en = %s WHERE id = %s",
        (why.zh, why.en, application_id),
    )


async def insert_papers(
    tx: Transaction, keyring: Keyring, application_id: str, revision: int, papers: Sequence[Paper]
) -> None:
    for one in papers:
        await tx.run(
            """INSERT INTO evidence.papers (id, application, revision, kind, name, digest, size, media_type, upload_id)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            (
                one.id, application_id, revision, one.kind, keyring.seal(one.name, place=PAPER_NAME), one.digest, one.size,
                one.media_type, one.upload_id,
            ),
        )  # fmt: skip


async def papers(reader: Reader, keyring: Keyring, one: Application) -> list[Paper]:
    """Those of the version in force."""
    rows = await reader.all(
        """SELECT id, kind, name, digest, size, media_type, upload_id FROM evidence.papers
           WHERE application = %s AND revision = %s ORDER BY id""",
        (one.id, one.revision),
    )
    return [
        Paper(
            id=row["id"], kind=row["kind"], name=keyring.open(row["name"], place=PAPER_NAME), digest=row["digest"],
            size=row["size"], media_type=row["media_type"], upload_id=row["upload_id"],
        )
        for row in rows
    ]  # fmt: skip


async def insert_sheet(tx: Transaction, sheet: Sheet) -> None:
    await tx.run(
        """INSERT INTO evidence.sheets (id, application, standard, score, passed, lines, made_by, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            sheet.id, sheet.application, sheet.standard, sheet.score, sheet.passed, as_json(sheet.lines), sheet.by, sheet.at,
        ),
    )  # fmt: skip


async def sheets(reader: Reader, application_id: str, *, unrecorded: bool = False) -> list[Sheet]:
    """Newest first; those not on the ledger yet, oldest first."""
    if unrecorded:
        rows = await reader.all(
            f"""SELECT {_SHEET} FROM evidence.sheets WHERE application = %s AND recorded_at IS NULL AND failure_zh IS NULL
                ORDER BY made_at, id""",
            (application_id,),
        )
    else:
        rows = await reader.all(
            f"SELECT {_SHEET} FROM evidence.sheets WHERE application = %s ORDER BY made_at DESC, id DESC",
            (application_id,),
        )
    return [read_as(Sheet, {**row, "by": row["made_by"], "at": row["made_at"]}) for row in rows]


async def sheet_recorded(tx: Transaction, sheet_id: UUID, *, at: datetime) -> None:
    await tx.run("UPDATE evidence.sheets SET recorded_at = %s WHERE id = %s AND recorded_at IS NULL", (at, sheet_id))


async def sheet_failed(tx: Transaction, sheet_id: UUID, why: Text) -> None:
    await tx.run(
        "UPDATE evidence.sheets SET failure_zh = %s, failure_en = %s WHERE id = %s", (why.zh, why.en, sheet_id)
    )


async def resolutions(reader: Reader, application_id: str) -> list[Resolution]:
    """Newest first."""
    rows = await reader.all(
        f"SELECT {_RESOLUTION} FROM evidence.resolutions WHERE application = %s ORDER BY first_at DESC, id DESC",
        (application_id,),
    )
    return [_resolution(row) for row in rows]


async def open_resolution(reader: Reader, application_id: str) -> Resolution | None:
    """The one that waits for a second officer, or for the ledger."""
    row = await reader.maybe(
        f"SELECT {_RESOLUTION} FROM evidence.resolutions WHERE application = %s AND state IN ('waiting', 'decided')",
        (application_id,),
    )
    return None if row is None else _resolution(row)


async def resolution(reader: Reader, resolution_id: UUID) -> Resolution:
    """Raises NotFound."""
    return _resolution(
        await reader.one(f"SELECT {_RESOLUTION} FROM evidence.resolutions WHERE id = %s", (resolution_id,))
    )


async def insert_resolution(tx: Transaction, one: Resolution) -> None:
    await tx.run(
        """INSERT INTO evidence.resolutions (id, application, decision, reasons, state, first_by, first_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (one.id, one.application, one.decision, one.reasons, one.state, one.first, one.first_at),
    )


async def second(tx: Transaction, resolution_id: UUID, *, by: PersonId, at: datetime, reasons: str, state: str) -> None:
    """The second officer joins (`decided`), or drops it (`dropped`); the first, who drops it too, withdraws: no second then."""
    await tx.run(
        """UPDATE evidence.resolutions SET state = %s, second_by = CASE WHEN first_by = %s THEN NULL ELSE %s END,
             second_at = %s, reasons = %s
           WHERE id = %s AND state = 'waiting'""",
        (state, by, by, at, reasons, resolution_id),
    )


async def resolution_recorded(tx: Transaction, resolution_id: UUID, *, at: datetime) -> None:
    await tx.run(
        """UPDATE evidence.resolutions SET state = 'recorded', recorded_at = %s, failure_zh = NULL, failure_en = NULL
           WHERE id = %s AND state = 'decided'""",
        (at, resolution_id),
    )


async def resolution_proposed(tx: Transaction, resolution_id: UUID, why: Text) -> None:
    """It stays decided, and says what it waits for."""
    await tx.run(
        "UPDATE evidence.resolutions SET failure_zh = %s, failure_en = %s WHERE id = %s AND state = 'decided'",
        (why.zh, why.en, resolution_id),
    )


async def resolution_refused(tx: Transaction, resolution_id: UUID, why: Text) -> None:
    await tx.run(
        "UPDATE evidence.resolutions SET state = 'refused', failure_zh = %s, failure_en = %s WHERE id = %s AND state = 'decided'",
        (why.zh, why.en, resolution_id),
    )


async def waiting(reader: Reader) -> list[str]:
    """Applications of which something is to be entered on the ledger."""
    rows = await reader.all(
        """SELECT id FROM evidence.applications WHERE standing = 'received' AND failure_zh IS NULL
           UNION SELECT application FROM evidence.sheets WHERE recorded_at IS NULL AND failure_zh IS NULL
           UNION SELECT application FROM evidence.resolutions WHERE state = 'decided'"""
    )
    return sorted(row["id"] for row in rows)


def _application(row: dict[str, Any], keyring: Keyring) -> Application:
    return Application(
        id=row["id"], organisation_id=row["organisation_id"], organisation=row["organisation"],
        name=Text(row["name_zh"], row["name_en"]), categories=[Category(one) for one in row["categories"]],
        certificate=row["certificate"], manifest=row["manifest"], papers_digest=row["papers_digest"],
        note=keyring.open(row["note"], place=NOTE), standing=Standing(row["standing"]), applied_by=row["applied_by"],
        applied_at=row["applied_at"],
        failure=Text(row["failure_zh"], row["failure_en"]) if row["failure_zh"] else None, revision=row["revision"],
    )  # fmt: skip


def _resolution(row: dict[str, Any]) -> Resolution:
    return Resolution(
        id=row["id"], application=row["application"], decision=Decision(row["decision"]), reasons=row["reasons"], state=row["state"],
        first=row["first_by"], first_at=row["first_at"], second=row["second_by"], second_at=row["second_at"],
        recorded_at=row["recorded_at"],
        failure=Text(row["failure_zh"], row["failure_en"]) if row["failure_zh"] else None,
    )  # fmt: skip
