"""What the court does with a file once it is here, and with what nobody needs any more."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from tianping.interfaces.materials import Finding, Inspection, MaterialState
from tianping.interfaces.scanning import Harm, ScannerUnavailable, Verdict
from tianping.kit.ids import UploadId
from tianping.platform.uploads import store
from tianping.platform.uploads.actions import INSPECT, Desk, complete, keep_copies
from tianping.platform.uploads.model import Upload, UploadMissing

log = structlog.get_logger(__name__)

_SCANNER_PAUSE = timedelta(seconds=60)
_STUCK = timedelta(minutes=30)
_REMEMBERED = timedelta(days=30)


async def inspect(desk: Desk, upload_id: str) -> None:
    """Store a received file by content, look into it, have it scanned, and conclude. Runs again without harm.

    While a configured scanner does not answer the file stays `inspecting` and is tried again every minute.
    """
    identity = UploadId(UUID(upload_id))
    try:
        async with desk.database.reading() as reader:
            upload = await store.find(reader, desk.keyring, identity)
    except UploadMissing:
        return
    if upload.state is not MaterialState.INSPECTING:
        return
    digest = upload.digest or await _store(desk, upload)
    with tempfile.TemporaryDirectory(dir=desk.spool.root) as folder:
        async with desk.blobs.local(digest) as path:
            inspection = await desk.inspector.inspect(path, upload.name, upload.declared_type, into=Path(folder))
            try:
                verdict = await desk.scanner.scan(path, inspection.hazards)
            except ScannerUnavailable:
                log.warning("scanner does not answer", upload_id=upload_id)
                async with desk.database.transaction() as tx:
                    # The queue runs by the machine's clock, whatever day the court's clock stands at.
                    await desk.jobs.defer(tx, INSPECT, at=datetime.now(UTC) + _SCANNER_PAUSE, upload_id=upload_id)
                return
        await _conclude(desk, upload, Path(folder), inspection, verdict)


async def _store(desk: Desk, upload: Upload) -> str:
    """Put the file into the store and record its digest, then let go of the spool: in this order nothing is lost."""
    path = desk.spool.path(upload.id)
    if upload.size == 0:
        await asyncio.to_thread(path.touch)
    async with desk.database.transaction() as tx:
        await store.hold_contents(tx)
        blob = await desk.blobs.put_file(path, share=True)
        if blob.size != upload.size:
            raise ValueError(f"{upload.id} has {blob.size} bytes on disk, not {upload.size}")
        await store.record_digest(tx, upload.id, blob.digest)
    await asyncio.to_thread(desk.spool.discard, upload.id)
    return blob.digest


async def _conclude(desk: Desk, upload: Upload, folder: Path, inspection: Inspection, verdict: Verdict) -> None:
    state, finding = _conclusion(inspection, verdict)
    limits = desk.limits
    shown = state is MaterialState.READY
    async with desk.database.transaction() as tx:
        await store.hold_contents(tx)
        names = (inspection.thumbnail, inspection.view) if shown else (None, None)
        thumbnail, view = await keep_copies(desk, folder, *names)
        await store.conclude(
            tx,
            upload.id,
            state,
            inspection=inspection,
            finding=finding,
            scanned_by=verdict.by,
            thumbnail=thumbnail,
            view=view,
            until=desk.clock.now()
            + (limits.quarantine_for if state is MaterialState.QUARANTINED else limits.unheld_for),
        )
    log.info("upload inspected", upload_id=str(upload.id), state=state, finding=finding.code if finding else None)


def _conclusion(inspection: Inspection, verdict: Verdict) -> tuple[MaterialState, Finding | None]:
    if verdict.harm is not Harm.NONE:
        return MaterialState.QUARANTINED, verdict.finding
    if inspection.refusal:
        return MaterialState.REJECTED, inspection.refusal
    return MaterialState.READY, None


async def sweep(desk: Desk) -> None:
    """Every quarter of an hour: end what is over, remove contents that nothing refers to, take up what a crash left."""
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        due = await store.due(tx, at=now)
        for upload_id in due:
            await store.expire(tx, upload_id, at=now)
    for upload_id in due:
        await asyncio.to_thread(desk.spool.discard, upload_id)
    await _remove_contents(desk)
    await _take_up(desk, now)
    async with desk.database.transaction() as tx:
        await store.forget_files(tx, before=now - _REMEMBERED)


async def _remove_contents(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        if not await store.may_remove_contents(tx):
            return
        digests = await store.unreferenced(tx)
        for digest in digests:
            await desk.blobs.remove(digest)
        # Contents before rows: after a crash in between, removing again finds nothing and does no harm.
        await store.forget_contents(tx, digests)


async def _take_up(desk: Desk, now: datetime) -> None:
    """Complete what arrived whole but was never said to have: the process was killed in between."""
    async with desk.database.reading() as reader:
        waiting = await store.receiving_before(reader, desk.keyring, at=now - _STUCK)
    for upload in waiting:
        if await asyncio.to_thread(desk.spool.offset, upload.id) == upload.size:
            await complete(desk, upload)
