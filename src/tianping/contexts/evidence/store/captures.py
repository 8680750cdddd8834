"""SQL of captures. Addresses, titles and findings are sealed."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.evidence.model.captures import Capture, CaptureFinding, CaptureState
from tianping.contexts.evidence.model.deposits import Category
from tianping.kit.ids import PersonId
from tianping.kit.problems import Text
from tianping.platform.database import Reader, Transaction
from tianping.platform.keyring import Keyring

URL = "evidence.captures.url"
TITLE = "evidence.captures.title"
FINDINGS = "evidence.captures.findings"

_COLUMNS = """id, owner, organisation_id, url, title, category, state, step, findings, package, package_size, made_at, ended_at,
  failure_zh, failure_en"""


async def insert(tx: Transaction, keyring: Keyring, capture: Capture) -> None:
    await tx.run(
        """INSERT INTO evidence.captures (id, owner, organisation_id, url, title, category, state, step, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            capture.id, capture.owner, capture.organisation_id, keyring.seal(capture.url, place=URL),
            keyring.seal(capture.title, place=TITLE), capture.category, capture.state, capture.step, capture.made_at,
        ),
    )  # fmt: skip


async def by_id(reader: Reader, keyring: Keyring, capture_id: UUID) -> Capture:
    """Raises NotFound."""
    return _capture(await reader.one(f"SELECT {_COLUMNS} FROM evidence.captures WHERE id = %s", (capture_id,)), keyring)


async def of_owner(
    reader: Reader, keyring: Keyring, owner: PersonId, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Capture]:
    """Newest first."""
    at, last = before or (None, None)
    rows = await reader.all(
        f"""SELECT {_COLUMNS} FROM evidence.captures
            WHERE owner = %(owner)s AND (%(at)s::timestamptz IS NULL OR (made_at, id) < (%(at)s, %(last)s))
            ORDER BY made_at DESC, id DESC LIMIT %(limit)s""",
        {"owner": owner, "at": at, "last": last, "limit": limit},
    )
    return [_capture(row, keyring) for row in rows]


async def under_way(reader: Reader, owner: PersonId) -> int:
    row = await reader.one(
        "SELECT count(*) AS n FROM evidence.captures WHERE owner = %s AND state IN ('waiting', 'running')", (owner,)
    )
    return int(row["n"])


async def step(tx: Transaction, capture_id: UUID, name: str) -> None:
    await tx.run(
        "UPDATE evidence.captures SET state = 'running', step = %s WHERE id = %s AND state IN ('waiting', 'running')",
        (name, capture_id),
    )


async def stored(
    tx: Transaction, keyring: Keyring, capture_id: UUID, *, package: str, size: int, findings: Sequence[CaptureFinding],
    at: datetime,
) -> bool:  # fmt: skip
    """False when it had ended before."""
    return bool(
        await tx.run(
            """UPDATE evidence.captures SET state = 'stored', step = 'done', package = %s, package_size = %s, findings = %s,
                 ended_at = %s
               WHERE id = %s AND state IN ('waiting', 'running')""",
            (package, size, keyring.seal(msgspec.json.encode(findings), place=FINDINGS), at, capture_id),
        )
    )


async def failed(tx: Transaction, capture_id: UUID, why: Text, *, at: datetime) -> None:
    await tx.run(
        """UPDATE evidence.captures SET state = 'failed', failure_zh = %s, failure_en = %s, ended_at = %s
           WHERE id = %s AND state IN ('waiting', 'running')""",
        (why.zh, why.en, at, capture_id),
    )


async def drop_package(tx: Transaction, capture_id: UUID) -> None:
    """Its deposit was forgotten: what was seen is named no more."""
    await tx.run(
        "UPDATE evidence.captures SET package = NULL, package_size = NULL, findings = NULL WHERE id = %s", (capture_id,)
    )


async def packages(reader: Reader, digest: str) -> int:
    """How many captures refer to a package."""
    return int((await reader.one("SELECT count(*) AS n FROM evidence.captures WHERE package = %s", (digest,)))["n"])


def _capture(row: dict[str, Any], keyring: Keyring) -> Capture:
    findings: list[CaptureFinding] = []
    if row["findings"] is not None:
        findings = msgspec.convert(json.loads(keyring.open(row["findings"], place=FINDINGS)), list[CaptureFinding])
    return Capture(
        id=row["id"], owner=row["owner"], organisation_id=row["organisation_id"], url=keyring.open(row["url"], place=URL),
        title=keyring.open(row["title"], place=TITLE), category=Category(row["category"]), state=CaptureState(row["state"]),
        step=row["step"], findings=findings, package=row["package"], package_size=row["package_size"],
        made_at=row["made_at"], ended_at=row["ended_at"],
        failure=Text(row["failure_zh"], row["failure_en"]) if row["failure_zh"] else None,
    )  # fmt: skip
