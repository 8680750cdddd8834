"""The court calendar in force: the lawbook's, with the administrator's changes, read again every minute and on change."""

import asyncio

import structlog

from tianping.law.calendar import CalendarChange, CourtCalendar
from tianping.platform.database import Database

log = structlog.get_logger(__name__)

FRESH_S = 60


class Calendars:
    """`current()` is synchronous and cheap; `refresh` reads the changes. Processes follow each other within a minute."""

    def __init__(self, lawbook: CourtCalendar, database: Database) -> None:
        self._lawbook = lawbook
        self._database = database
        self._current = lawbook

    def current(self) -> CourtCalendar:
        return self._current

    async def refresh(self) -> None:
        async with self._database.reading() as reader:
            rows = await reader.all("SELECT day, working, reason FROM platform.calendar_changes ORDER BY day")
        self._current = self._lawbook.with_changes(
            [CalendarChange(row["day"], not row["working"], row["reason"]) for row in rows]
        )

    async def keep_fresh(self) -> None:
        """Until cancelled. A database that is away is met again at the next minute."""
        while True:
            await asyncio.sleep(FRESH_S)
            try:
                await self.refresh()
            except Exception as away:
                log.warning("calendar not refreshed", error=type(away).__name__)
