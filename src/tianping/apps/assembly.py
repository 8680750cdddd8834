"""Wires the whole court: platform, contexts, engines; the web application and the worker are views of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import procrastinate
from litestar import Litestar, Request
from litestar.di import Provide

from tianping.contexts.identity import wiring as identity
from tianping.interfaces.identity import Actor, Sessions
from tianping.kit.clock import Clock, SystemClock
from tianping.law.lawbook import load
from tianping.platform.blobs import open_blobs
from tianping.platform.court import read_court
from tianping.platform.database import Database
from tianping.platform.events import Jobs, Journal, Reactions, keep_failure
from tianping.platform.http.guard import Guard
from tianping.platform.http.site import build_site
from tianping.platform.keyring import FileKeys, Keyring
from tianping.platform.parts import Built, Platform
from tianping.platform.settings import Settings
from tianping.platform.telemetry import JOBS


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    return request.scope["user"]


def provide(desk: object) -> Provide:
    def give() -> Any:
        return desk

    return Provide(give, sync_to_thread=False)


@dataclass
class Court:
    """One installation, assembled. `open` connects, `close` lets go; `site` and `work` are its two faces."""

    platform: Platform
    databases: list[Database]
    built: list[Built]
    sessions: Sessions
    guard: Guard
    reactions: Reactions
    house: Database
    _opened: bool = field(default=False, init=False)

    async def open(self) -> None:
        await asyncio.gather(*(d.open() for d in self.databases))
        await self.platform.jobs.app.open_async()
        self._opened = True

    async def close(self) -> None:
        await self.platform.jobs.app.close_async()
        await asyncio.gather(*(d.close() for d in self.databases))

    async def check_database(self) -> None:
        async with self.house.reading() as reader:
            await reader.one("SELECT 1 AS alive")

    def site(self, *, routes: Sequence[Any] = ()) -> Litestar:
        handlers = [handler for part in self.built for handler in part.routes]
        dependencies = {part.dependency: provide(part.desk) for part in self.built}
        dependencies["actor"] = Provide(provide_actor)
        settings = self.platform.settings
        return build_site(
            handlers=[*handlers, *routes],
            guard=self.guard,
            sessions=self.sessions,
            checks={"database": self.check_database},
            public_url=settings.public_url,
            web_dist=settings.web_dist,
            on_startup=[self.open],
            on_shutdown=[self.close],
            dependencies=dependencies,
        )

    async def work(self, *, concurrency: int = 8, wait: bool = True) -> None:
        """Run jobs and reactions; with `wait=False` until the queue is empty."""

        async def keep_reason(process: Any, context: Any, worker: Any) -> Any:
            try:
                done = await process()
            except Exception as failure:
                JOBS.labels(context.job.task_name, "failed").inc()
                await keep_failure(self.house, context.job.id, context.job.task_name, failure)
                raise
            JOBS.labels(context.job.task_name, "done").inc()
            return done

        await self.platform.jobs.app.run_worker_async(
            concurrency=concurrency, wait=wait, delete_jobs=procrastinate.jobs.DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=wait, listen_notify=wait, worker_middleware=[keep_reason],
            fetch_job_polling_interval=5, update_heartbeat_interval=5, stalled_worker_timeout=20,
        )  # fmt: skip


def assemble(settings: Settings, *, clock: Clock | None = None) -> Court:
    """Build everything; touches no network. Raises when a policy, a registry or the lawbook is wrong."""
    clock = clock or SystemClock()
    keyring = Keyring(FileKeys(settings.keys))
    law = load(settings.lawbook)
    jobs = Jobs(settings.database_dsn)
    platform = Platform(
        settings=settings, court=read_court(settings.court_file), clock=clock, keyring=keyring, jobs=jobs,
        journal=Journal(jobs), law=law, calendar=lambda: law.calendar, blobs=open_blobs(settings.blobs.as_uri()),
    )  # fmt: skip
    house = platform.database("platform")
    identity_db = platform.database("identity")
    sessions = identity.sessions(platform, identity_db)
    built = [identity.build(platform, identity_db)]
    guard = Guard()
    reactions = Reactions(jobs, house)
    for part in built:
        guard.add(part.policy)
        reactions.register(part.name, part.desk, part.reactions)
        for name, run in part.jobs.items():
            jobs.work(name, run)
        for timed in part.timed:
            jobs.work(timed.name, timed.run, every=timed.cron)
    return Court(platform, [house, *(p.database for p in built)], built, sessions, guard, reactions, house)


__all__ = ["Court", "assemble"]
