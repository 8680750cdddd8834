"""SQL of verdicts on exhibits, of reports, and of filings that wait for the ledger."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tianping.contexts.evidence.model.verifications import Check, Counts, Report, ReportItem
from tianping.kit.ids import CaseId, FilingId
from tianping.platform.database import Reader, Transaction, as_json, read_as
from tianping.platform.keyring import Keyring

ITEMS = "evidence.reports.items"


async def insert_check(tx: Transaction, check: Check) -> None:
    await tx.run(
        """INSERT INTO evidence.checks (id, filing_id, number, digest, verification, made_at)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (check.id, check.filing_id, check.number, check.digest, as_json(check.verification), check.made_at),
    )


async def checks_of(reader: Reader, filing_id: FilingId) -> dict[tuple[str, str], Check]:
    """The last verdict on each number with a digest."""
    found = await reader.all_as(
        Check,
        """SELECT DISTINCT ON (number, digest) id, filing_id, number, digest, verification, made_at FROM evidence.checks
           WHERE filing_id = %s ORDER BY number, digest, made_at DESC, id DESC""",
        (filing_id,),
    )
    return {(one.number, one.digest): one for one in found}


async def wait(tx: Transaction, filing_id: FilingId, *, at: datetime) -> None:
    await tx.run(
        "INSERT INTO evidence.unchecked (filing_id, since) VALUES (%s, %s) ON CONFLICT (filing_id) DO NOTHING",
        (filing_id, at),
    )


async def waiting(reader: Reader, *, limit: int = 100) -> list[FilingId]:
    rows = await reader.all("SELECT filing_id FROM evidence.unchecked ORDER BY since LIMIT %s", (limit,))
    return [row["filing_id"] for row in rows]


async def wait_no_more(tx: Transaction, filing_id: FilingId) -> None:
    await tx.run("DELETE FROM evidence.unchecked WHERE filing_id = %s", (filing_id,))


async def insert_report(tx: Transaction, keyring: Keyring, report: Report) -> None:
    await tx.run(
        "INSERT INTO evidence.reports (id, case_id, made_by, made_at, counts, items) VALUES (%s, %s, %s, %s, %s, %s)",
        (
            report.id, report.case_id, report.made_by, report.made_at, as_json(report.counts),
            keyring.seal(msgspec.json.encode(report.items), place=ITEMS),
        ),
    )  # fmt: skip


async def report(reader: Reader, keyring: Keyring, report_id: UUID) -> Report:
    """Raises NotFound."""
    [found] = _reports(
        [
            await reader.one(
                "SELECT id, case_id, made_by, made_at, counts, items FROM evidence.reports WHERE id = %s", (report_id,)
            )
        ],
        keyring,
    )
    return found


async def reports_of_case(reader: Reader, keyring: Keyring, case_id: CaseId, *, limit: int = 50) -> list[Report]:
    """Newest first."""
    rows = await reader.all(
        """SELECT id, case_id, made_by, made_at, counts, items FROM evidence.reports WHERE case_id = %s
           ORDER BY made_at DESC, id DESC LIMIT %s""",
        (case_id, limit),
    )
    return _reports(rows, keyring)


def _reports(rows: Sequence[dict[str, object]], keyring: Keyring) -> list[Report]:
    return [
        Report(
            id=row["id"], case_id=row["case_id"], made_by=row["made_by"], made_at=row["made_at"],  # type: ignore[arg-type]
            counts=read_as(Counts, row["counts"]),
            items=msgspec.convert(json.loads(keyring.open(row["items"], place=ITEMS)), list[ReportItem]),  # type: ignore[arg-type]
        )
        for row in rows
    ]  # fmt: skip
