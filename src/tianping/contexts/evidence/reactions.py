"""What evidence does when others, or its own acts, tell: bring to the node, verify, forget, tell people."""

from collections.abc import Mapping
from uuid import UUID

from tianping.contexts.evidence.actions import depositing, exhibits, office
from tianping.contexts.evidence.desk import OFFICERS, Desk
from tianping.contexts.evidence.rules import access as rules
from tianping.contexts.evidence.store import access as access_store
from tianping.contexts.evidence.store import captures as capture_store
from tianping.contexts.evidence.store import deposits as deposit_store
from tianping.contexts.evidence.store import exhibits as exhibit_store
from tianping.interfaces.delivery import Notice
from tianping.interfaces.events import Event
from tianping.interfaces.evidence import (
    AccessApplied,
    AccessAssessed,
    AccessDecided,
    AccessProposed,
    DepositForgotten,
    DepositsTaken,
)
from tianping.interfaces.filing import CorrectionReceived, FilingSubmitted
from tianping.interfaces.identity import Role
from tianping.interfaces.ledger import LedgerUnavailable
from tianping.kit.problems import Text, TooManyRequests
from tianping.platform.events import Reaction, Told


async def on_deposits_taken(desk: Desk, told: Told) -> None:
    """A node that is down is no failure: the timer tries again."""
    assert isinstance(told.event, DepositsTaken)
    async with desk.database.reading() as reader:
        groups = await deposit_store.pending(reader, batch=told.event.batch)
    for group in groups:
        await depositing.bring(desk, group)


async def on_deposit_forgotten(desk: Desk, told: Told) -> None:
    """The salt goes first: until it is gone the reaction is tried again."""
    assert isinstance(told.event, DepositForgotten)
    async with desk.database.reading() as reader:
        deposit = await deposit_store.by_id(reader, desk.keyring, told.event.deposit_id)
    if deposit.number is not None:
        await desk.ledger.forget(deposit.number)
    if deposit.upload_id is not None:
        await desk.materials.release((deposit.upload_id,), held_by=depositing.held_by(deposit.id))
    if deposit.capture_id is not None:
        await _drop_package(desk, deposit.capture_id)


async def _drop_package(desk: Desk, capture_id: UUID) -> None:
    async with desk.database.reading() as reader:
        capture = await capture_store.by_id(reader, desk.keyring, capture_id)
    if capture.package is None:
        return
    async with desk.database.transaction() as tx:
        await capture_store.drop_package(tx, capture_id)
    async with desk.database.reading() as reader:
        left = await capture_store.packages(reader, capture.package)
    if left == 0:
        await desk.blobs.remove(capture.package)


async def on_filing_handed_in(desk: Desk, told: Told) -> None:
    """Exhibits with a storage number are held against the ledger by themselves. ORL art. 16."""
    assert isinstance(told.event, FilingSubmitted | CorrectionReceived)
    filing_id = told.event.filing_id
    if not any(item.number for item in await exhibits.items_of(desk, filing_id)):
        return
    async with desk.database.transaction() as tx:
        await exhibit_store.wait(tx, filing_id, at=told.occurred_at)
    try:
        await exhibits.check_filing(desk, filing_id)
    except (LedgerUnavailable, TooManyRequests):
        return  # it waits for the timer


async def on_access_changed(desk: Desk, told: Told) -> None:
    """Enter it on the ledger, and tell the applicant when it was decided."""
    assert isinstance(told.event, AccessApplied | AccessAssessed | AccessDecided)
    await office.record(desk, told.event.application)
    if not isinstance(told.event, AccessDecided):
        return
    async with desk.database.reading() as reader:
        application = await access_store.application(reader, desk.keyring, told.event.application)
        resolution = await access_store.resolution(reader, told.event.resolution_id)
    label = rules.DECISIONS[resolution.decision]
    await desk.delivery.notify(
        Notice(
            to=application.applied_by, key=f"{told.id}:{application.applied_by}",
            title=Text(f"存证接入决定：{label.zh}", f"Access to the ledger: {label.en}"),
            body=Text(
                f"贵单位的存证应用“{application.name.zh}”：{label.zh}。理由和记录见接入页面。",
                f"Your application “{application.name.en}”: {label.en}. The reasons are on the access page.",
            ),
            link="/ledger/applications/mine", matter=application.organisation_id,
        )
    )  # fmt: skip


async def on_access_proposed(desk: Desk, told: Told) -> None:
    """The other officers hear that a decision waits for a second one."""
    assert isinstance(told.event, AccessProposed)
    async with desk.database.reading() as reader:
        application = await access_store.application(reader, desk.keyring, told.event.application)
        resolution = await access_store.resolution(reader, told.event.resolution_id)
    label = rules.DECISIONS[resolution.decision]
    others = {member.person_id for role in sorted(OFFICERS) for member in await desk.people.staff(Role(role))} - {
        resolution.first
    }
    for person in others:
        await desk.delivery.notify(
            Notice(
                to=person, key=f"{told.id}:{person}",
                title=Text("存证接入决定待第二名审核人", "A decision on access waits for a second officer"),
                body=Text(
                    f"“{application.name.zh}”：{label.zh}，请审核。", f"“{application.name.en}”: {label.en}. Please decide."
                ),
                link=f"/ledger/office/{application.id}", channels=("in_app",), matter=application.organisation_id,
            )
        )  # fmt: skip


REACTIONS: Mapping[type[Event], Reaction] = {
    DepositsTaken: on_deposits_taken,
    DepositForgotten: on_deposit_forgotten,
    FilingSubmitted: on_filing_handed_in,
    CorrectionReceived: on_filing_handed_in,
    AccessApplied: on_access_changed,
    AccessAssessed: on_access_changed,
    AccessProposed: on_access_proposed,
    AccessDecided: on_access_changed,
}
