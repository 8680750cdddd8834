"""Acts of administration."""

from dataclasses import dataclass
from datetime import date

from tianping.interfaces.identity import Actor, Role
from tianping.kit.problems import NotFound
from tianping.platform.administration import store
from tianping.platform.administration.model import CalendarView, NotParked, QueueState
from tianping.platform.calendars import Calendars
from tianping.platform.database import Database
from tianping.platform.http.guard import Policy

POLICY: Policy = {
    "platform.jobs.read": frozenset({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN}),
    "platform.jobs.retry": frozenset({Role.SYSTEM_ADMIN}),
    "platform.calendar.read": frozenset(Role),
    "platform.calendar.change": frozenset({Role.SYSTEM_ADMIN}),
}

ACTS_KEPT_DAYS = 30
HISTORY_SHOWN = 200


@dataclass(frozen=True)
class Desk:
    database: Database
    calendars: Calendars


async def retry_job(desk: Desk, job_id: int) -> QueueState:
    """Try a parked job again. Raises NotParked."""
    async with desk.database.transaction() as tx:
        if not await store.retry(tx, job_id):
            raise NotParked
        await store.forget_failure(tx, job_id)
        return tx.answer(await store.queue_state(tx))


async def change_day(desk: Desk, actor: Actor, day: date, *, working: bool, reason: str) -> CalendarView:
    """Make a day a working or a rest day, with trace. Deadlines counted from now on follow it."""
    assert actor.person_id is not None
    async with desk.database.transaction() as tx:
        await store.set_day(tx, day, working=working, reason=reason, by=actor.person_id)
        view = tx.answer(
            CalendarView(await store.calendar_changes(tx), await store.calendar_history(tx, limit=HISTORY_SHOWN))
        )
    await desk.calendars.refresh()
    return view


async def take_back_day(desk: Desk, actor: Actor, day: date, *, reason: str) -> CalendarView:
    """Take a change back, with trace. Raises NotFound."""
    assert actor.person_id is not None
    async with desk.database.transaction() as tx:
        if not await store.unset_day(tx, day, reason=reason, by=actor.person_id):
            raise NotFound
        view = tx.answer(
            CalendarView(await store.calendar_changes(tx), await store.calendar_history(tx, limit=HISTORY_SHOWN))
        )
    await desk.calendars.refresh()
    return view


async def forget_old_acts(desk: Desk) -> None:
    async with desk.database.transaction() as tx:
        await store.forget_old_acts(tx, days=ACTS_KEPT_DAYS)
