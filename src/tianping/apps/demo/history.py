"""Tells the stories together: each waits for its instants, the clock moves from one to the next, the queue is worked."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import count

from tianping.apps.demo.rehearsal import Rehearsal
from tianping.kit.clock import COURT_ZONE, court_day

Story = Callable[[Rehearsal], Awaitable[None]]
"""A coroutine that says by `Rehearsal.at` when it goes on; what stands between two instants happens at the first."""

Progress = Callable[[float], None]
_DAWN = time(8, 30)


class History:
    """One story acts at a time, in the order of their instants, so that every run tells the same."""

    def __init__(self, rehearsal: Rehearsal, progress: Progress) -> None:
        self._rehearsal = rehearsal
        self._progress = progress
        self._waiting: list[tuple[datetime, int, asyncio.Future[None], asyncio.Task[None]]] = []
        self._order = count()
        self._acting: asyncio.Task[None] | None = None
        self._paused = asyncio.Event()
        rehearsal.wait_until = self._until

    async def tell(self, stories: Sequence[Story]) -> None:
        """Until every story is told and the clock stands at the end."""
        rehearsal = self._rehearsal
        whole = rehearsal.ends_at - rehearsal.begins_at
        tasks = []
        try:
            for story in stories:
                tasks.append(asyncio.ensure_future(story(rehearsal)))
                await self._act(tasks[-1])
            while self._waiting:
                at, _, turn, task = heapq.heappop(self._waiting)
                await self._move(at)
                self._progress((at - rehearsal.begins_at) / whole)
                turn.set_result(None)
                await self._act(task)
            await self._move(rehearsal.ends_at)
            await rehearsal.settle()
        finally:
            for task in tasks:
                task.cancel()
        self._progress(1)

    async def _until(self, at: datetime) -> None:
        task = self._acting
        assert task is not None
        if at > self._rehearsal.ends_at:
            raise ValueError(f"a story goes beyond the end of the history: {at}")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (max(at, self._rehearsal.clock.now()), next(self._order), turn, task))
        self._paused.set()
        await turn

    async def _act(self, task: asyncio.Task[None]) -> None:
        """Let one story go on until it waits again or ends. Raises what it raises."""
        self._acting = task
        pause = asyncio.ensure_future(self._paused.wait())
        await asyncio.wait({task, pause}, return_when=asyncio.FIRST_COMPLETED)
        pause.cancel()
        self._paused.clear()
        if task.done():
            task.result()

    async def _move(self, at: datetime) -> None:
        """To the next instant: the queue is worked, and the timers of each morning on the way."""
        rehearsal, clock = self._rehearsal, self._rehearsal.clock
        if at <= clock.now():
            return
        await rehearsal.settle()
        day = court_day(clock.now()) + timedelta(days=1)
        while (dawn := datetime.combine(day, _DAWN, COURT_ZONE).astimezone(UTC)) < at:
            clock.set(dawn)
            await rehearsal.morning()
            day += timedelta(days=1)
        clock.set(at)
