"""Time: instants are UTC, court days and hours are Asia/Shanghai (UTC+8, no summer time)."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

COURT_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SettableClock:
    """A clock for tests and rehearsals: stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> None:
        self._at += by

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


def court_day(instant: datetime) -> date:
    """The court-local (Asia/Shanghai) calendar day of an instant."""
    return instant.astimezone(COURT_ZONE).date()


def end_of_court_day(day: date) -> datetime:
    """The instant at which a court-local day ends (24:00), in UTC. Civil Code art. 203."""
    start = datetime(day.year, day.month, day.day, tzinfo=COURT_ZONE)
    return (start + timedelta(days=1)).astimezone(UTC)
