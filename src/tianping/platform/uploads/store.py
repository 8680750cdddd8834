"""All SQL of uploads. Functions take a transaction (or a reader) and the keyring that opens sealed columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tianping.interfaces.materials import Finding, Inspection, MaterialState
from tianping.kit.ids import PersonId, UploadId
from tianping.platform.database import Reader, Transaction, as_json, read_as
from tianping.platform.keyring import Keyring
from tianping.platform.uploads.model import Upload, UploadMissing

NAME = "uploads.files.name"

_CONTENTS_LOCK = 0x7570_6C6F
"""Advisory lock: shared while a content is stored and recorded, alone while unreferenced contents are removed."""

_FILE = """id, owner, name, declared_type, size, state, created_at, expires_at, received_at, digest, inspection, finding,
    scanned_by, thumbnail, view"""


def _upload(row: dict[str, Any], keyring: Keyring) -> Upload:
    return read_as(Upload, row | {"name": keyring.open(row["name"], place=NAME)})


async def insert(tx: Transaction, keyring: Keyring, upload: Upload) -> None:
    await tx.run(
        """INSERT INTO uploads.files (id, owner, name, declared_type, size, state, created_at, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            upload.id, upload.owner, keyring.seal(upload.name, place=NAME), upload.declared_type, upload.size,
            upload.state, upload.created_at, upload.expires_at,
        ),
    )  # fmt: skip


async def find(reader: Reader, keyring: Keyring, upload_id: UploadId) -> Upload:
    """Raises UploadMissing."""
    row = await reader.maybe(f"SELECT {_FILE} FROM uploads.files WHERE id = %s", (upload_id,))
    if row is None:
        raise UploadMissing
    return _upload(row, keyring)


async def lock(tx: Transaction, keyring: Keyring, upload_id: UploadId) -> Upload:
    """Raises UploadMissing."""
    row = await tx.maybe(f"SELECT {_FILE} FROM uploads.files WHERE id = %s FOR UPDATE", (upload_id,))
    if row is None:
        raise UploadMissing
    return _upload(row, keyring)


async def several(reader: Reader, keyring: Keyring, ids: Sequence[UploadId]) -> list[Upload]:
    rows = await reader.all(f"SELECT {_FILE} FROM uploads.files WHERE id = ANY(%s)", (list(ids),))
    return [_upload(row, keyring) for row in rows]


async def usage(tx: Transaction, owner: PersonId) -> tuple[int, int]:
    """(bytes of the person's files that no matter refers to, uploads under way). Other uploads of the person wait."""
    await tx.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1970303087))", (str(owner),))
    return await used(tx, owner)


async def used(reader: Reader, owner: PersonId) -> tuple[int, int]:
    row = await reader.one(
        """SELECT coalesce(sum(size), 0)::bigint AS bytes, count(*) FILTER (WHERE state = 'receiving') AS unfinished
           FROM uploads.files f
           WHERE owner = %s AND state <> 'expired'
             AND NOT EXISTS (SELECT FROM uploads.holds h WHERE h.file_id = f.id)""",
        (owner,),
    )
    return row["bytes"], row["unfinished"]


async def prolong(tx: Transaction, upload_id: UploadId, *, until: datetime) -> None:
    await tx.run("UPDATE uploads.files SET expires_at = %s WHERE id = %s AND state = 'receiving'", (until, upload_id))


async def receive(tx: Transaction, upload_id: UploadId, *, at: datetime, until: datetime) -> bool:
    """The last byte is there. False if that was known already."""
    changed = await tx.run(
        """UPDATE uploads.files SET state = 'inspecting', received_at = %s, expires_at = %s
           WHERE id = %s AND state = 'receiving'""",
        (at, until, upload_id),
    )
    return changed == 1


async def hold_contents(tx: Transaction) -> None:
    """Until the transaction ends no content is removed."""
    await tx.run("SELECT pg_advisory_xact_lock_shared(%s)", (_CONTENTS_LOCK,))


async def may_remove_contents(tx: Transaction) -> bool:
    """Alone until the transaction ends; False if a content is just being stored."""
    row = await tx.one("SELECT pg_try_advisory_xact_lock(%s) AS alone", (_CONTENTS_LOCK,))
    return row["alone"]


async def record_digest(tx: Transaction, upload_id: UploadId, digest: str) -> None:
    await tx.run("UPDATE uploads.files SET digest = %s WHERE id = %s", (digest, upload_id))


async def conclude(
    tx: Transaction,
    upload_id: UploadId,
    state: MaterialState,
    *,
    inspection: Inspection,
    finding: Finding | None,
    scanned_by: str,
    thumbnail: str | None,
    view: str | None,
    until: datetime,
) -> None:
    await tx.run(
        """UPDATE uploads.files SET state = %s, inspection = %s, finding = %s, scanned_by = %s, thumbnail = %s, view = %s,
             expires_at = %s
           WHERE id = %s AND state IN ('inspecting', 'rejected')""",
        (
            state, as_json(inspection), None if finding is None else as_json(finding), scanned_by, thumbnail, view, until,
            upload_id,
        ),
    )  # fmt: skip


async def is_held(reader: Reader, upload_id: UploadId) -> bool:
    row = await reader.one("SELECT EXISTS (SELECT FROM uploads.holds WHERE file_id = %s) AS held", (upload_id,))
    return row["held"]


async def hold(tx: Transaction, ids: Sequence[UploadId], held_by: str, *, at: datetime) -> None:
    await tx.run(
        """INSERT INTO uploads.holds (file_id, held_by, held_at) SELECT unnest(%s::uuid[]), %s, %s
           ON CONFLICT (file_id, held_by) DO NOTHING""",
        (list(ids), held_by, at),
    )


async def release(tx: Transaction, ids: Sequence[UploadId], held_by: str) -> None:
    await tx.run("DELETE FROM uploads.holds WHERE file_id = ANY(%s) AND held_by = %s", (list(ids), held_by))


async def expire(tx: Transaction, upload_id: UploadId, *, at: datetime) -> None:
    await tx.run("UPDATE uploads.files SET state = 'expired', expires_at = %s WHERE id = %s", (at, upload_id))


async def due(tx: Transaction, *, at: datetime) -> list[UploadId]:
    """Files whose time is over and that no matter refers to. Those being inspected are left to the inspection."""
    rows = await tx.all(
        """SELECT id FROM uploads.files f
           WHERE expires_at <= %s AND state NOT IN ('expired', 'inspecting')
             AND NOT EXISTS (SELECT FROM uploads.holds h WHERE h.file_id = f.id)
           FOR UPDATE""",
        (at,),
    )
    return [row["id"] for row in rows]


async def receiving_before(reader: Reader, keyring: Keyring, *, at: datetime) -> list[Upload]:
    rows = await reader.all(f"SELECT {_FILE} FROM uploads.files WHERE state = 'receiving' AND created_at <= %s", (at,))
    return [_upload(row, keyring) for row in rows]


async def unreferenced(tx: Transaction) -> list[str]:
    """Digests that only expired files refer to."""
    rows = await tx.all(
        """SELECT DISTINCT gone.digest FROM uploads.files f, unnest(ARRAY[f.digest, f.thumbnail, f.view]) AS gone(digest)
           WHERE f.state = 'expired' AND gone.digest IS NOT NULL
             AND NOT EXISTS (SELECT FROM uploads.files o
                             WHERE o.state <> 'expired' AND gone.digest IN (o.digest, o.thumbnail, o.view))"""
    )
    return [row["digest"] for row in rows]


async def forget_contents(tx: Transaction, digests: Sequence[str]) -> None:
    await tx.run(
        """UPDATE uploads.files SET digest = NULL, thumbnail = NULL, view = NULL
           WHERE state = 'expired' AND (digest = ANY(%(d)s) OR thumbnail = ANY(%(d)s) OR view = ANY(%(d)s))""",
        {"d": list(digests)},
    )


async def forget_files(tx: Transaction, *, before: datetime) -> None:
    """Remove the rows of files that are long gone and whose contents are removed."""
    await tx.run("DELETE FROM uploads.files WHERE state = 'expired' AND expires_at <= %s AND digest IS NULL", (before,))
