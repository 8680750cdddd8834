"""Nouns of administration. Instants in UTC, days court-local."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from tianping.kit.problems import Conflict, Text


class ParkedJob(msgspec.Struct, frozen=True):
    """A reaction or job that failed. `parked`: tried for the last time; otherwise it will be tried again at `next_try`."""

    id: int
    task: str
    attempts: int
    parked: bool
    next_try: datetime | None
    failed_at: datetime | None
    error: str | None
    trace: str | None
    event: str | None
    subject: UUID | None


class QueueState(msgspec.Struct, frozen=True):
    """How many jobs wait, run, wait for another try, and are parked; how many workers live."""

    waiting: int
    running: int
    retrying: int
    parked: int
    workers: int


class CalendarChange(msgspec.Struct, frozen=True):
    day: date
    working: bool
    reason: str
    changed_by: UUID
    changed_at: datetime


class CalendarTrace(msgspec.Struct, frozen=True):
    """One line of the calendar's history; `working` null: the change was taken back."""

    day: date
    working: bool | None
    reason: str
    changed_by: UUID
    changed_at: datetime


class CalendarView(msgspec.Struct, frozen=True):
    changes: list[CalendarChange]
    history: list[CalendarTrace]


class YearView(msgspec.Struct, frozen=True):
    """A year as deadlines are counted in it now. `rest_days` with weekends; `working_weekends` are worked in exchange.

    `kind`: official (announced by the State Council) or estimated.
    """

    year: int
    kind: Literal["official", "estimated"]
    rest_days: list[date]
    working_weekends: list[date]


class NotParked(Conflict):
    code = "not-parked"
    title = Text("该任务不在停放状态，可能已重试", "This job is not parked; it may have been retried already")
