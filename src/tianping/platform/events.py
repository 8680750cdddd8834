"""Save, then tell: the journal, and the reactions that are deferred in the same transaction.

`Events.tell(tx, event)` writes one line of the journal and one job for every context that reacts, inside the act's own
transaction: nothing acknowledged can be lost, nothing rolled back is ever told. Reactions of one subject run in order
(lock). A reaction runs under an act key (`reaction:<context>`, event id), so that running it again changes nothing.
"""

import select
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import procrastinate
import structlog
from procrastinate.jobs import Job
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from tianping.interfaces.events import Event, event_class
from tianping.interfaces.reactions import REACTIONS
from tianping.kit.ids import EventId, PersonId, new_id
from tianping.platform.connection import Connection
from tianping.platform.database import ActKey, ActReplayed, Database, Transaction, acting, as_json, to_json

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
"""A reaction or job that failed so often is parked, visible to the system administrator."""

STALLED_AFTER_S = 20
"""A worker that gave no sign of life for so long is taken for dead; it gives one every 5 seconds."""

AWAITED = 10
"""Priority of work that somebody sits and waits for; all else has 0."""

Reaction = Callable[[Any, Any], Awaitable[None]]


async def _check_there(connection: AsyncConnection[Any]) -> None:
    """Whether the server is still at the other end. Asking it costs a round trip, so only where something has arrived
    that nobody asked for: the end of the connection, usually."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        await AsyncConnectionPool.check_connection(connection)


async def _each_statement_alone(connection: AsyncConnection[Any]) -> None:
    """The queue's own acts are one statement each: a transaction around them would be two more round trips."""
    await connection.set_autocommit(True)


def _queue_pool(**given: Any) -> AsyncConnectionPool[Any]:
    return AsyncConnectionPool(**{**given, "check": _check_there})


class RetryWithBackOff(procrastinate.BaseRetryStrategy):
    """2, 4, 8 … seconds between tries, at most 10 minutes; then the job is parked."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        if job.attempts >= MAX_ATTEMPTS:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": min(600, 2 ** (job.attempts + 1))})


class Told(msgspec.Struct, frozen=True):
    """A line of the journal."""

    id: EventId
    name: str
    occurred_at: datetime
    actor: PersonId | None
    event: Event


class Journal:
    """Tells what happened."""

    def __init__(self, jobs: "Jobs") -> None:
        self._jobs = jobs

    async def tell(
        self, tx: Transaction, event: Event, *, actor: PersonId | None = None, at: datetime | None = None
    ) -> None:
        """Write the event and defer its reactions, inside the caller's transaction. `at` is UTC, default now."""
        event_id = EventId(new_id())
        name = event.wire_name()
        await tx.run(
            """INSERT INTO platform.journal (id, name, subject, occurred_at, actor, data)
               VALUES (%s, %s, %s, %s, %s, %s)""",
            (event_id, name, event.subject, at or datetime.now(UTC), actor, as_json(msgspec.to_builtins(event))),
        )
        await self._jobs.defer_reactions(tx, event, event_id)

    async def defer(
        self, tx: Transaction, job: str, *, lock: str | None = None, at: datetime | None = None, **arguments: Any
    ) -> None:
        """Put a named job into the queue, inside the caller's transaction."""
        await self._jobs.defer(tx, job, lock=lock, at=at, **arguments)


class Jobs:
    """The queue in the database: reactions and timed work, deferred in the transaction that causes them."""

    def __init__(self, dsn: str) -> None:
        self.app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                pool_factory=_queue_pool,
                connection_class=Connection,
                configure=_each_statement_alone,
                conninfo=dsn,
                min_size=1,
                max_size=10,
                kwargs={"options": "-c search_path=jobs -c role=tianping_jobs"},
            )
        )
        self.work("platform.rescue", self._rescue, every="* * * * * */10")

    async def _rescue(self) -> None:
        """Put back what a worker was doing when it was killed."""
        manager = self.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
            await manager.retry_job(job)

    def work(self, name: str, run: Callable[..., Awaitable[None]], *, every: str | None = None) -> None:
        """Register a named job, retried and parked like a reaction. `every` is a cron line (UTC), with seconds as a sixth field where it has one."""

        async def guarded(timestamp: int = 0, **arguments: Any) -> None:
            await run(**arguments)

        task = self.app.task(name=name, queue="work", retry=RetryWithBackOff())(guarded)
        if every:
            self.app.periodic(cron=every, periodic_id=name)(task)

    async def defer(
        self, tx: Transaction, name: str, *, lock: str | None = None, at: datetime | None = None, awaited: bool = False,
        **arguments: Any,
    ) -> None:  # fmt: skip
        """Put a named job into the queue, inside the caller's transaction. Arguments are JSON values.

        `awaited`: somebody sits and waits for it, so it goes before other work.
        """
        job = Job(
            id=None, queue="work", lock=lock, queueing_lock=None, task_name=name, scheduled_at=at, task_kwargs=arguments,
            priority=AWAITED if awaited else 0,
        )  # fmt: skip
        await self.app.job_manager.batch_defer_jobs_async([job], connection=tx.connection)

    async def defer_reactions(self, tx: Transaction, event: Event, event_id: EventId) -> None:
        jobs = [
            Job(
                id=None,
                queue="reactions",
                lock=f"{context}:{event.subject}",
                queueing_lock=None,
                task_name=f"react.{context}",
                task_kwargs={"event_id": str(event_id)},
            )
            for context in REACTIONS.get(type(event), ())
            if event.concerns(context)
        ]
        if jobs:
            await self.app.job_manager.batch_defer_jobs_async(jobs, connection=tx.connection)


class Reactions:
    """Runs a context's handlers. Handlers are `async def handler(desk, told)`, keyed by event class."""

    def __init__(self, jobs: Jobs, database: Database) -> None:
        self._jobs = jobs
        self._database = database
        self.handlers: dict[str, dict[type[Event], Reaction]] = {}

    def register(self, context: str, desk: object, handlers: Mapping[type[Event], Reaction]) -> None:
        """Raises ValueError when `interfaces/reactions.py` and the handlers do not agree."""
        wanted = {event for event, contexts in REACTIONS.items() if context in contexts}
        if wanted != set(handlers):
            names = sorted(e.wire_name() for e in wanted ^ set(handlers))
            raise ValueError(f"{context}: registry and handlers differ in {names}")
        self.handlers[context] = dict(handlers)

        async def react(event_id: str) -> None:
            told = await self._told(EventId(UUID(event_id)))
            handler = handlers[type(told.event)]
            key = ActKey(f"reaction:{context}", event_id, told.name)
            try:
                async with acting(key):
                    await handler(desk, told)
            except ActReplayed:
                log.info("reaction already done", context=context, event_id=event_id, name=told.name)

        self._jobs.app.task(name=f"react.{context}", queue="reactions", retry=RetryWithBackOff())(react)

    async def _told(self, event_id: EventId) -> Told:
        async with self._database.reading() as reader:
            row = await reader.one(
                "SELECT id, name, occurred_at, actor, data FROM platform.journal WHERE id = %s", (event_id,)
            )
        event = msgspec.convert(row["data"], event_class(row["name"]), strict=False)
        return Told(row["id"], row["name"], row["occurred_at"], row["actor"], event)


async def keep_failure(database: Database, job_id: int, task: str, failure: BaseException) -> None:
    """Keep why a job failed, for the page on which an administrator reads it and retries."""
    async with database.transaction() as tx:
        await tx.run(
            """INSERT INTO platform.failures (job_id, task, at, error, trace) VALUES (%s, %s, now(), %s, %s)
               ON CONFLICT (job_id) DO UPDATE SET at = now(), error = excluded.error, trace = excluded.trace""",
            (
                job_id,
                task,
                f"{type(failure).__name__}: {failure}"[:2000],
                "".join(traceback.format_exception(failure))[-8000:],
            ),
        )


__all__ = ["Jobs", "Journal", "Reactions", "Told", "to_json"]
