"""Wires the whole court: platform, engines, contexts; the web application and the worker are views of it."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any

from litestar import Litestar, Request
from litestar.di import Provide
from litestar.params import Dependency

from tianping.apps.ledger_office import OfficersKeys
from tianping.contexts.cases import wiring as cases
from tianping.contexts.documents import wiring as documents
from tianping.contexts.documents.rendering.press import Press
from tianping.contexts.evidence import wiring as evidence
from tianping.contexts.filing import wiring as filing
from tianping.contexts.guidance import wiring as guidance
from tianping.contexts.identity import wiring as identity
from tianping.contexts.payments import wiring as payments
from tianping.engines.capture.addresses import AddressGuard
from tianping.engines.capture.browser import ChromiumCapturer
from tianping.engines.delivery import wiring as delivery
from tianping.engines.materials.sandbox import SandboxedInspector
from tianping.engines.materials.scanning import open_scanner
from tianping.interfaces.identity import Actor, Sessions
from tianping.interfaces.materials import Inspector
from tianping.interfaces.services import Services
from tianping.kit.clock import Clock, SystemClock
from tianping.law.lawbook import load
from tianping.platform.administration import wiring as administration
from tianping.platform.blobs import open_blobs
from tianping.platform.calendars import Calendars
from tianping.platform.court import read_court
from tianping.platform.database import Database
from tianping.platform.events import Jobs, Journal, Reactions, keep_failure
from tianping.platform.http.guard import Guard
from tianping.platform.http.site import build_site
from tianping.platform.keyring import FileKeys, Keyring
from tianping.platform.ledger_node import NodeClient, NodeLedger, NodeReader
from tianping.platform.parts import Built, Platform
from tianping.platform.sealed import SealedRows
from tianping.platform.settings import Settings
from tianping.platform.telemetry import JOBS
from tianping.platform.uploads import wiring as uploads


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    return request.scope["user"]


def provide(desk: object) -> Provide:
    # `actor` is named so that the two are given one after the other: side by side costs the framework a group of tasks.
    def give(actor: Annotated[Any, Dependency(skip_validation=True)]) -> Any:
        return desk

    return Provide(give, sync_to_thread=False)


@dataclass
class Court:
    """One installation, assembled. `open` connects, `close` lets go; `site` and `work` are its two faces."""

    platform: Platform
    built: list[Built]
    services: Services
    sessions: Sessions
    guard: Guard
    reactions: Reactions
    calendars: Calendars
    house: Database
    press: Press
    sandbox: SandboxedInspector
    _background: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    @property
    def databases(self) -> list[Database]:
        return list({id(part.database): part.database for part in self.built}.values())

    async def open(self) -> None:
        await asyncio.gather(*(d.open() for d in self.databases))
        await self.platform.jobs.app.open_async()
        await self.calendars.refresh()
        self._background.append(asyncio.create_task(self.calendars.keep_fresh()))

    async def close(self) -> None:
        for task in self._background:
            # A cancellation that meets a connection just handed out is swallowed by `asyncio.wait_for` (Python 3.11).
            while not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=0.2)
        self._background.clear()
        await self.platform.jobs.app.close_async()
        await asyncio.gather(*(d.close() for d in self.databases))
        self.press.close()
        self.sandbox.close()

    async def check_database(self) -> None:
        async with self.house.reading() as reader:
            await reader.one("SELECT 1 AS alive")

    async def check_worker(self) -> None:
        """Raises NotFound when no worker has given a sign of life for half a minute."""
        async with self.house.reading() as reader:
            await reader.one(
                """SELECT id FROM jobs.procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds' LIMIT 1"""
            )

    async def check_files(self) -> None:
        """Raises OSError when the data directory cannot be written to."""
        probe = self.platform.settings.data / ".writable"
        await asyncio.to_thread(probe.write_bytes, b"")

    def site(self) -> Litestar:
        settings = self.platform.settings
        dependencies = {part.dependency: provide(part.desk) for part in self.built}
        dependencies["actor"] = Provide(provide_actor)
        return build_site(
            handlers=[handler for part in self.built for handler in part.routes],
            guard=self.guard,
            sessions=self.sessions,
            checks={"database": self.check_database, "worker": self.check_worker, "files": self.check_files},
            public_url=settings.public_url,
            web_dist=settings.web_dist,
            on_startup=[self.open],
            on_shutdown=[self.close],
            dependencies=dependencies,
            requests_a_minute=settings.requests_a_minute,
            trusted_proxies=settings.trusted_proxies,
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

        # A worker that does not wait leaves when it finds no job, though one that still runs may put in another.
        while True:
            await self.platform.jobs.app.run_worker_async(
                concurrency=concurrency, wait=wait, delete_jobs="successful",
                install_signal_handlers=wait, listen_notify=wait, worker_middleware=[keep_reason],
                # A job that waited for another of the same matter is told to nobody when its turn comes.
                fetch_job_polling_interval=0.5, update_heartbeat_interval=5, stalled_worker_timeout=20,
            )  # fmt: skip
            if wait or not await self._work_left():
                return

    async def _work_left(self) -> bool:
        """Whether a job could be done now that nobody has begun."""
        async with self.house.reading() as reader:
            left = await reader.maybe(
                """SELECT id FROM jobs.procrastinate_jobs
                    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1"""
            )
        return left is not None


def assemble(settings: Settings, *, clock: Clock | None = None, inspector: Inspector | None = None) -> Court:
    """Build everything; touches no network. Raises when a policy, a registry or the lawbook is wrong.

    `inspector` is given where all files are the court's own, as when the demo court is filled; else files are looked
    into in a process of their own.
    """
    clock = clock or SystemClock()
    keyring = Keyring(FileKeys(settings.keys))
    law = load(settings.lawbook)
    jobs = Jobs(settings.database_dsn)
    house = Database(settings.database_dsn, "platform", keyring, size=settings.pool_size)
    calendars = Calendars(law.calendar, house)
    platform = Platform(
        settings=settings, court=read_court(settings.court_file), clock=clock, keyring=keyring, jobs=jobs,
        journal=Journal(jobs), law=law, calendar=calendars.current, blobs=open_blobs(settings.blobs_url),
    )  # fmt: skip
    names = ("identity", "delivery", "uploads", "filing", "cases", "payments", "documents", "evidence")
    database = {name: platform.database(name) for name in names}
    press = Press()
    guard = Guard()
    sealed = SealedRows(keyring)
    sandbox = SandboxedInspector()
    node = NodeClient(settings.data / "ledger", url=settings.ledger_url, token_file=settings.ledger_token_file)

    # All that can be asked first, since it stands on its own tables; then the contexts, which ask.
    files = uploads.build(platform, database["uploads"], inspector or sandbox, open_scanner(settings.scanner_url))
    people = identity.service(platform, database["identity"])
    sessions = identity.sessions(platform, database["identity"])
    services = Services(
        people=people,
        sessions=sessions,
        delivery=delivery.service(platform, database["delivery"]),
        materials=uploads.materials(files),
        filings=filing.service(platform, database["filing"]),
        cases=cases.service(platform, database["cases"], people),
        payments=payments.service(platform, database["payments"]),
        documents=documents.service(platform, database["documents"], press),
        evidence=evidence.service(platform, database["evidence"]),
    )
    built = [
        administration.build(house, calendars),
        delivery.build(platform, database["delivery"], services),
        files,
        identity.build(platform, database["identity"], services, permissions=guard.policy, sealed=sealed),
        filing.build(platform, database["filing"], services),
        cases.build(platform, database["cases"], services),
        payments.build(platform, database["payments"], services),
        documents.build(platform, database["documents"], services, press),
        evidence.build(
            platform,
            database["evidence"],
            services,
            ledger=NodeLedger(node),
            reader=NodeReader(node),
            office_keys=OfficersKeys(node, settings.data),
            capturer=ChromiumCapturer(
                AddressGuard(loopback=settings.capture_loopback), program=settings.capture_browser
            ),
        ),
        guidance.build(platform, house, calendars),
    ]
    reactions = Reactions(jobs, house)
    for part in built:
        guard.add(part.policy)
        sealed.add(part.database, part.sealed)
        reactions.register(part.name, part.desk, part.reactions)
        for name, run in part.jobs.items():
            jobs.work(name, run)
        for timed in part.timed:
            jobs.work(timed.name, timed.run, every=timed.cron)
    return Court(platform, built, services, sessions, guard, reactions, calendars, house, press, sandbox)


__all__ = ["Court", "assemble"]
