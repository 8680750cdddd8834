"""What people do with uploads: begin, send, ask, end, give a password. Each act checks whose file it is."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tianping.interfaces.identity import Actor
from tianping.interfaces.materials import Inspector, MaterialState
from tianping.interfaces.scanning import Harm, Scanner
from tianping.kit.clock import Clock
from tianping.kit.file_names import clean_name
from tianping.kit.ids import PersonId, UploadId, new_id
from tianping.kit.problems import NotSignedIn
from tianping.platform.blobs import BlobStore, StorageFull
from tianping.platform.database import Database, Transaction
from tianping.platform.events import Jobs
from tianping.platform.keyring import Keyring
from tianping.platform.uploads import store
from tianping.platform.uploads.model import (
    AlreadyReceived,
    BeyondLength,
    Interrupted,
    Limits,
    MaterialHeld,
    NoPasswordAwaited,
    QuotaExceeded,
    TooLarge,
    TooManyUnfinished,
    Upload,
    UploadGone,
    UploadMissing,
    WrongOffset,
)
from tianping.platform.uploads.spool import Part, Spool
from tianping.platform.uploads.tus import Checksum

INSPECT = "uploads.inspect"


@dataclass(frozen=True)
class Desk:
    """What uploads work with. `blobs` is an area of their own: nothing else refers to contents in it."""

    database: Database
    keyring: Keyring
    clock: Clock
    jobs: Jobs
    blobs: BlobStore
    spool: Spool
    inspector: Inspector
    scanner: Scanner
    limits: Limits


def owner_of(actor: Actor) -> PersonId:
    """Raises NotSignedIn."""
    if actor.person_id is None:
        raise NotSignedIn
    return actor.person_id


async def own(desk: Desk, actor: Actor, upload_id: UploadId) -> Upload:
    """The actor's own upload. Raises UploadMissing for somebody else's, UploadGone for one whose time is over."""
    async with desk.database.reading() as reader:
        upload = await store.find(reader, desk.keyring, upload_id)
    if upload.owner != owner_of(actor):
        raise UploadMissing
    over = upload.state is MaterialState.RECEIVING and upload.expires_at <= desk.clock.now()
    if over or upload.state is MaterialState.EXPIRED:
        raise UploadGone
    return upload


async def begin(desk: Desk, actor: Actor, *, name: str, declared_type: str, size: int) -> Upload:
    """Announce a file of `size` bytes.

    Raises: TooLarge, QuotaExceeded, TooManyUnfinished, StorageFull.
    """
    limits, owner, now = desk.limits, owner_of(actor), desk.clock.now()
    if size > limits.size:
        raise TooLarge(limit_mb=limits.size >> 20)
    if size > await asyncio.to_thread(desk.spool.free) - limits.reserve:
        raise StorageFull
    upload = Upload(
        UploadId(new_id()), owner, clean_name(name), declared_type[:200], size, MaterialState.RECEIVING, now,
        now + limits.unfinished_for,
    )  # fmt: skip
    async with desk.database.transaction() as tx:
        used, unfinished = await store.usage(tx, owner)
        if used + size > limits.quota:
            raise QuotaExceeded(quota_mb=limits.quota >> 20)
        if unfinished >= limits.unfinished:
            raise TooManyUnfinished
        await store.insert(tx, desk.keyring, upload)
    if size == 0:
        await complete(desk, upload)
    return upload


async def offset(desk: Desk, upload: Upload) -> int:
    """How many bytes arrived for good. Completes an upload whose last answer was lost in a crash."""
    if upload.state is not MaterialState.RECEIVING:
        return upload.size
    arrived = await asyncio.to_thread(desk.spool.offset, upload.id)
    if arrived == upload.size:
        await complete(desk, upload)
    return arrived


async def send(
    desk: Desk, upload: Upload, at: int, blocks: AsyncIterator[bytes], checksum: Checksum | None = None
) -> int:
    """Append bytes that begin at offset `at`; returns the new offset, which is on disk when this returns.

    When the connection breaks off, what arrived is kept, unless a checksum was announced.
    Raises: WrongOffset, BeingWritten, ChecksumMismatch, BeyondLength, AlreadyReceived, Interrupted, StorageFull.
    """
    if upload.state is not MaterialState.RECEIVING:
        raise AlreadyReceived
    async with desk.spool.writing(upload.id) as tail:
        if tail.offset != at:
            raise WrongOffset(offset=tail.offset)
        arrived = await _append(tail, at, blocks, upload.size, checksum)
        until = desk.clock.now() + desk.limits.unfinished_for
        if arrived == upload.size:
            await complete(desk, upload)
        else:
            async with desk.database.transaction() as tx:
                await store.prolong(tx, upload.id, until=until)
    return arrived


async def _append(tail: Part, at: int, blocks: AsyncIterator[bytes], size: int, checksum: Checksum | None) -> int:
    if checksum:
        await tail.doubt()
    arrived = at
    try:
        async for block in blocks:
            arrived += len(block)
            if arrived > size:
                await tail.cut(at)
                raise BeyondLength
            if checksum:
                checksum.update(block)
            await tail.write(block)
        if checksum is None:
            return await tail.settle()
        checksum.verify()
        return await tail.trust()
    except BaseException as failure:
        # Whatever ended it, cancellation too: unverified bytes go, verified or unchecked ones are made to last.
        if checksum:
            await tail.cut(at)
        elif isinstance(failure, Interrupted):
            await tail.settle()
        raise


async def complete(desk: Desk, upload: Upload) -> None:
    """The last byte is on disk: the inspection is deferred in the same transaction that says so."""
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        if await store.receive(tx, upload.id, at=now, until=now + desk.limits.unheld_for):
            await defer_inspection(desk, tx, upload.id)


async def defer_inspection(desk: Desk, tx: Transaction, upload_id: UploadId) -> None:
    await desk.jobs.defer(tx, INSPECT, lock=f"upload:{upload_id}", awaited=True, upload_id=str(upload_id))


async def end(desk: Desk, actor: Actor, upload_id: UploadId) -> None:
    """Give up an upload, or remove a file that no matter refers to.

    Raises: UploadMissing, UploadGone, BeingWritten, MaterialHeld.
    """
    upload = await own(desk, actor, upload_id)
    async with desk.spool.writing(upload.id):
        async with desk.database.transaction() as tx:
            await store.lock(tx, desk.keyring, upload.id)
            if await store.is_held(tx, upload.id):
                raise MaterialHeld
            await store.expire(tx, upload.id, at=desk.clock.now())
        await asyncio.to_thread(desk.spool.discard, upload.id)


async def unlock(desk: Desk, actor: Actor, upload_id: UploadId, password: str) -> Upload:
    """Open an encrypted PDF with its password: a readable copy is kept beside the original, the password is not.

    A wrong password leaves the file rejected, saying so.
    Raises: UploadMissing, UploadGone, NoPasswordAwaited, ScannerUnavailable.
    """
    upload = await own(desk, actor, upload_id)
    awaited = upload.finding is not None and upload.finding.code in {"pdf-encrypted", "pdf-password-wrong"}
    if upload.state is not MaterialState.REJECTED or not awaited or upload.digest is None:
        raise NoPasswordAwaited
    with tempfile.TemporaryDirectory(dir=desk.spool.root) as folder:
        async with desk.blobs.local(upload.digest) as path:
            inspection = await desk.inspector.inspect(
                path, upload.name, upload.declared_type, into=Path(folder), password=password
            )
        state, finding, scanned_by = MaterialState.REJECTED, inspection.refusal, upload.scanned_by or ""
        if finding is None and inspection.view:
            # What was scanned before was the encrypted form.
            verdict = await desk.scanner.scan(Path(folder) / inspection.view, inspection.hazards)
            clean = verdict.harm is Harm.NONE
            state, finding = MaterialState.READY if clean else MaterialState.QUARANTINED, verdict.finding
            scanned_by = verdict.by
        async with desk.database.transaction() as tx:
            await store.hold_contents(tx)
            thumbnail, view = await keep_copies(desk, Path(folder), inspection.thumbnail, inspection.view)
            await store.conclude(
                tx,
                upload.id,
                state,
                inspection=inspection,
                finding=finding,
                scanned_by=scanned_by,
                thumbnail=thumbnail,
                view=view,
                until=desk.clock.now() + desk.limits.unheld_for,
            )
    return await own(desk, actor, upload_id)


async def keep_copies(desk: Desk, folder: Path, *names: str | None) -> tuple[str | None, ...]:
    """Store derivatives; their digests, in the order of the names."""
    return tuple([(await desk.blobs.put_file(folder / name)).digest if name else None for name in names])
