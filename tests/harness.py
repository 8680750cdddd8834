"""A whole court inside a test: assembled as in production, its queue worked on demand, its clock settable."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any
from unittest.mock import patch

import httpx
from litestar import Litestar

from tianping.apps.assembly import Court, assemble
from tianping.kit.clock import SettableClock
from tianping.kit.ids import new_id
from tianping.law.lawbook import load
from tianping.platform.settings import read_settings

BASE = "http://localhost:8000"

read_once = cache(load)
"""The lawbook never changes while tests run, and a court reads all of it."""


class Browser:
    """An HTTP client with a cookie jar that sends what the web app sends."""

    def __init__(self, site: Litestar) -> None:
        # Secure cookies travel only over https; the transport is in memory, so the scheme is free to choose.
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=site, raise_app_exceptions=False), base_url="https://localhost:8000"
        )
        self.csrf = ""

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.http.get(self._api(path), **kwargs)

    async def act(
        self, path: str, body: object = None, *, key: str | None = None, method: str = "POST"
    ) -> httpx.Response:
        """Do an act, with a fresh Idempotency-Key unless one is given."""
        headers = {"Idempotency-Key": key or new_id().hex, "X-CSRF-Token": self.csrf}
        return await self.http.request(method, self._api(path), json=body, headers=headers)

    async def sign_in(self, mobile: str, password: str) -> httpx.Response:
        response = await self.act("/sessions", {"mobile": mobile, "password": password})
        if response.status_code == 201:
            self.csrf = response.json()["csrf_token"]
        return response

    @staticmethod
    def _api(path: str) -> str:
        return path if path.startswith(("/api/", "/healthz", "/readyz", "/metrics")) else f"/api/v1{path}"


class RunningCourt:
    """The court and the handles a test needs."""

    def __init__(self, court: Court, clock: SettableClock) -> None:
        self.court = court
        self.clock = clock

    @cached_property
    def site(self) -> Litestar:
        return self.court.site()

    def browser(self) -> Browser:
        return Browser(self.site)

    def desk(self, context: str) -> Any:
        return next(part.desk for part in self.court.built if part.name == context)

    async def settle(self) -> None:
        """Work the queue until nothing is due, including what the work itself put into it.

        Raises AssertionError when a reaction or job failed: tests do not wait for another try.
        """
        due = True
        while due:
            await self.court.work(wait=False)
            async with self.court.house.reading() as reader:
                failed = await reader.all("SELECT task, error, trace FROM platform.failures")
                due = await reader.maybe(
                    """SELECT id FROM jobs.procrastinate_jobs
                       WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1"""
                )
            assert not failed, failed[0]["trace"]


@asynccontextmanager
async def running_court(
    environment: Mapping[str, str], *, at: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
) -> AsyncIterator[RunningCourt]:
    """Assemble and open a court on `environment`; `at` is where its clock stands."""
    clock = SettableClock(at)
    with patch("tianping.apps.assembly.load", read_once):
        court = assemble(read_settings(environment), clock=clock)
    await court.open()
    try:
        yield RunningCourt(court, clock)
    finally:
        await court.close()
