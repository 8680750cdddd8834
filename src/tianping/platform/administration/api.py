"""HTTP of administration."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import Dependency, Parameter

from tianping.interfaces.identity import Actor
from tianping.platform.administration import actions, store
from tianping.platform.administration.actions import HISTORY_SHOWN, Desk
from tianping.platform.administration.model import CalendarView, ParkedJob, QueueState, YearView
from tianping.platform.http import Page, permit, read_cursor, write_cursor

PlatformDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
Reason = Annotated[
    str, msgspec.Meta(min_length=2, max_length=500, examples=["国务院办公厅关于2027年部分节假日安排的通知"])
]


class ChangeDay(msgspec.Struct, frozen=True):
    working: bool
    reason: Reason


class TakeBack(msgspec.Struct, frozen=True):
    reason: Reason


@get(
    "/administration/jobs",
    opt=permit("platform.jobs.read"),
    tags=["administration"],
    summary="Failed reactions and jobs",
)
async def failed_jobs(platform_desk: PlatformDesk, limit: Limit = 20, cursor: str | None = None) -> Page[ParkedJob]:
    position = read_cursor(cursor, int)
    async with platform_desk.database.reading() as reader:
        found = await store.failed_jobs(reader, before=position[0] if position else None, limit=limit + 1)
    return Page(found[:limit], write_cursor(found[limit - 1].id) if len(found) > limit else None)


@get(
    "/administration/queue", opt=permit("platform.jobs.read"), tags=["administration"], summary="The queue at a glance"
)
async def queue(platform_desk: PlatformDesk) -> QueueState:
    async with platform_desk.database.reading() as reader:
        return await store.queue_state(reader)


@post(
    "/administration/jobs/{job_id:int}/retry",
    opt=permit("platform.jobs.retry"),
    tags=["administration"],
    summary="Try again",
)
async def retry(job_id: int, platform_desk: PlatformDesk) -> QueueState:
    return await actions.retry_job(platform_desk, job_id)


@get(
    "/administration/calendar",
    opt=permit("platform.calendar.read"),
    tags=["administration"],
    summary="Changes of the court calendar",
)
async def calendar(platform_desk: PlatformDesk) -> CalendarView:
    async with platform_desk.database.reading() as reader:
        return CalendarView(
            await store.calendar_changes(reader), await store.calendar_history(reader, limit=HISTORY_SHOWN)
        )


@get(
    "/administration/calendar/{year:int}",
    opt=permit("platform.calendar.read"),
    tags=["administration"],
    summary="Rest and working days of a year",
)
async def calendar_year(year: Annotated[int, Parameter(ge=2000, le=2099)], platform_desk: PlatformDesk) -> YearView:
    now = platform_desk.calendars.current()
    return YearView(year, now.kind(date(year, 1, 1)), list(now.rest_days(year)), list(now.swapped_workdays(year)))


@post(
    "/administration/calendar/{day:date}/change",
    opt=permit("platform.calendar.change"),
    tags=["administration"],
    summary="Change a day",
)
async def change_day(day: date, data: ChangeDay, platform_desk: PlatformDesk, actor: Who) -> CalendarView:
    return await actions.change_day(platform_desk, actor, day, working=data.working, reason=data.reason)


@post(
    "/administration/calendar/{day:date}/take-back",
    opt=permit("platform.calendar.change"),
    tags=["administration"],
    summary="Take a change back",
)
async def take_back(day: date, data: TakeBack, platform_desk: PlatformDesk, actor: Who) -> CalendarView:
    return await actions.take_back_day(platform_desk, actor, day, reason=data.reason)


ROUTES = [failed_jobs, queue, retry, calendar, calendar_year, change_day, take_back]
