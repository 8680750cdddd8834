"""Captures: asked for in one act, made by the worker's browser, packed, kept and deposited."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import msgspec
import structlog

from tianping.contexts.evidence.actions.depositing import organisations
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.captures import (
    Capture,
    CaptureFinding,
    CaptureInput,
    CaptureOffer,
    CaptureState,
    CaptureView,
)
from tianping.contexts.evidence.model.deposits import Category, Deposit, DepositInput, Origin, Source, State
from tianping.contexts.evidence.rules import captures as rules
from tianping.contexts.evidence.rules import categories, problems, provenance
from tianping.contexts.evidence.store import captures as store
from tianping.contexts.evidence.store import deposits
from tianping.interfaces.capture import Captured, CapturedRecord, CaptureUnavailable
from tianping.interfaces.evidence import DepositsTaken
from tianping.interfaces.identity import Actor
from tianping.kit.file_names import clean_name
from tianping.kit.ids import OrganisationId, new_id
from tianping.kit.problems import NotFound, Problem
from tianping.platform.http import Page, read_cursor, write_cursor

log = structlog.get_logger(__name__)
T = TypeVar("T")

RUN = "evidence.capture"
AT_ONCE = 3
"""Captures of one person that wait or run."""


def offer(desk: Desk) -> CaptureOffer:
    browser = desk.capturer.available()
    return CaptureOffer(
        available=browser is not None, reason=None if browser else CaptureUnavailable.title, browser=browser,
        records=list(rules.RECORDS), limits=list(rules.LIMITS),
    )  # fmt: skip


async def ask(desk: Desk, actor: Actor, data: CaptureInput) -> CaptureView:
    """Raises CaptureUnavailable, AddressRefused, TooManyWaiting, NotFound."""
    assert actor.person_id is not None
    if data.organisation_id is not None and data.organisation_id not in await organisations(desk, actor.person_id):
        raise problems.not_a_member()
    await desk.database.stop_if_done()
    if desk.capturer.available() is None:
        raise CaptureUnavailable
    await desk.capturer.check(data.url)
    async with desk.database.transaction() as tx:
        if await store.under_way(tx, actor.person_id) >= AT_ONCE:
            raise problems.TooManyWaiting
        capture = Capture(
            id=new_id(), owner=actor.person_id,
            organisation_id=None if data.organisation_id is None else OrganisationId(data.organisation_id), url=data.url,
            title=data.title.strip(), category=Category(data.category), state=CaptureState.WAITING, step="waiting", findings=[],
            package=None, package_size=None, made_at=desk.clock.now(), ended_at=None, failure=None,
        )  # fmt: skip
        await store.insert(tx, desk.keyring, capture)
        await desk.journal.defer(tx, RUN, lock=RUN, capture_id=str(capture.id))
        return tx.answer(_view(capture, []))


async def run(desk: Desk, capture_id: str) -> None:
    """The worker's part. One at a time, since a browser takes much memory. Idempotent: what has ended is left alone."""
    wanted = UUID(capture_id)
    async with desk.database.reading() as reader:
        capture = await store.by_id(reader, desk.keyring, wanted)
    if capture.state not in (CaptureState.WAITING, CaptureState.RUNNING):
        return

    async def progress(step: str) -> None:
        async with desk.database.transaction() as tx:
            await store.step(tx, wanted, step)

    with tempfile.TemporaryDirectory(prefix="tianping-capture-") as folder:
        try:
            made = await desk.capturer.capture(capture.url, into=Path(folder), progress=progress)
        except Problem as wrong:
            async with desk.database.transaction() as tx:
                await store.failed(tx, wanted, wrong.explanation or wrong.title, at=desk.clock.now())
            return
        await progress("depositing")
        await desk.blobs.put_file(made.package)
        await _keep(desk, capture, made)


async def _keep(desk: Desk, capture: Capture, made: Captured) -> None:
    """Note what came of it, and hand the package over for the ledger."""
    now = desk.clock.now()
    title = capture.title
    asked = DepositInput(
        title=title, category=capture.category, digest=made.digest, sha256=made.sha256, size=made.size,
        media_type="application/zip", file_name=clean_name(f"{title}.zip"), source=Source(how=Origin.WEB_CAPTURE),
    )  # fmt: skip
    deposit = Deposit(
        id=new_id(), owner=capture.owner, organisation_id=capture.organisation_id, batch=new_id(), position=0,
        category=capture.category, title=title, file_name=asked.file_name, digest=made.digest, sha256=made.sha256,
        size=made.size, media_type=asked.media_type, upload_id=None, capture_id=capture.id, claimed_at=None,
        facts=provenance.facts_of(asked, opening=secrets.token_hex(16), more=made.facts), state=State.PENDING, made_at=now,
        number=None, chain=None, index=None, stored_at=None, failure=None, code=None, shared_until=None, forgotten_at=None,
    )  # fmt: skip
    findings = [CaptureFinding(seen.code, seen.weight, seen.said) for seen in made.seen]
    async with desk.database.transaction() as tx:
        if await store.stored(
            tx, desk.keyring, capture.id, package=made.digest, size=made.size, findings=findings, at=now
        ):
            await deposits.insert(tx, desk.keyring, deposit)
            await desk.journal.tell(tx, DepositsTaken(batch=deposit.batch), at=now)


async def see(desk: Desk, actor: Actor, capture_id: UUID) -> CaptureView:
    """Raises NotFound."""
    capture = await _own(desk, actor, capture_id)
    async with desk.database.reading() as reader:
        made = await deposits.of_capture(reader, [capture.id])
    return _view(capture, made[capture.id])


async def mine(desk: Desk, actor: Actor, *, limit: int, cursor: str | None) -> Page[CaptureView]:
    assert actor.person_id is not None
    position = read_cursor(cursor, str, UUID)
    before = (msgspec.convert(position[0], type=datetime, strict=False), position[1]) if position else None
    async with desk.database.reading() as reader:
        found = await store.of_owner(reader, desk.keyring, actor.person_id, before=before, limit=limit + 1)
        made = await deposits.of_capture(reader, [one.id for one in found])
    last = found[limit - 1] if len(found) > limit else None
    views = [_view(one, made[one.id]) for one in found[:limit]]
    return Page(views, write_cursor(last.made_at.isoformat(), last.id) if last else None)


async def package(desk: Desk, actor: Actor, capture_id: UUID) -> tuple[int, AsyncIterator[bytes]]:
    """Size and bytes of the zip. Raises NotFound, NotKept."""
    capture = await _own(desk, actor, capture_id)
    if capture.package is None:
        raise problems.NotKept
    blob = await desk.blobs.stat(capture.package)
    return blob.size, desk.blobs.read(capture.package)


async def record(desk: Desk, actor: Actor, capture_id: UUID) -> CapturedRecord:
    """What was recorded, read from the package itself. Raises NotFound, NotKept."""
    return await _from_package(desk, actor, capture_id, desk.capturer.record)


async def picture(desk: Desk, actor: Actor, capture_id: UUID, which: str) -> bytes:
    """PNG of the page; `which`: screen, whole. Raises NotFound, NotKept."""
    return await _from_package(desk, actor, capture_id, lambda package: desk.capturer.picture(package, which))


async def _from_package(desk: Desk, actor: Actor, capture_id: UUID, read: Callable[[Path], T]) -> T:
    capture = await _own(desk, actor, capture_id)
    if capture.package is None:
        raise problems.NotKept
    async with desk.blobs.local(capture.package) as package:
        return await asyncio.to_thread(read, package)


async def _own(desk: Desk, actor: Actor, capture_id: UUID) -> Capture:
    async with desk.database.reading() as reader:
        capture = await store.by_id(reader, desk.keyring, capture_id)
    if actor.person_id is None or capture.owner != actor.person_id:
        raise NotFound
    return capture


def _view(capture: Capture, deposit_ids: list[UUID]) -> CaptureView:
    return CaptureView(
        id=capture.id, url=capture.url, title=capture.title, category=capture.category,
        category_name=categories.NAMES[capture.category], state=capture.state, progress=rules.progress(capture),
        percent=rules.percent(capture), findings=capture.findings, deposit_ids=deposit_ids,
        package=f"/api/v1/captures/{capture.id}/package" if capture.package else None, package_size=capture.package_size,
        made_at=capture.made_at, ended_at=capture.ended_at, failure=capture.failure,
    )  # fmt: skip
