"""SQL of administration: the queue's tables and the platform's own."""

from datetime import date
from uuid import UUID

from tianping.platform.administration.model import CalendarChange, CalendarTrace, ParkedJob, QueueState
from tianping.platform.database import Reader, Transaction


async def failed_jobs(reader: Reader, *, before: int | None, limit: int) -> list[ParkedJob]:
    """Parked jobs and those that wait for another try, newest first."""
    return await reader.all_as(
        ParkedJob,
        """SELECT j.id, j.task_name AS task, j.attempts, j.status = 'failed' AS parked,
                  CASE WHEN j.status = 'todo' THEN j.scheduled_at END AS next_try,
                  f.at AS failed_at, f.error, f.trace, e.name AS event, e.subject
           FROM jobs.procrastinate_jobs j
           LEFT JOIN platform.failures f ON f.job_id = j.id
           LEFT JOIN platform.journal e ON e.id = (j.args->>'event_id')::uuid
           WHERE (j.status = 'failed' OR (j.status = 'todo' AND j.attempts > 0))
             AND (%(before)s::bigint IS NULL OR j.id < %(before)s::bigint)
           ORDER BY j.id DESC LIMIT %(limit)s""",
        {"before": before, "limit": limit},
    )


async def queue_state(reader: Reader) -> QueueState:
    return await reader.one_as(
        QueueState,
        """SELECT count(*) FILTER (WHERE status = 'todo' AND attempts = 0) AS waiting,
                  count(*) FILTER (WHERE status = 'doing') AS running,
                  count(*) FILTER (WHERE status = 'todo' AND attempts > 0) AS retrying,
                  count(*) FILTER (WHERE status = 'failed') AS parked,
                  (SELECT count(*) FROM jobs.procrastinate_workers
                    WHERE last_heartbeat > now() - interval '30 seconds') AS workers
           FROM jobs.procrastinate_jobs""",
    )


async def retry(tx: Transaction, job_id: int) -> bool:
    """Put a parked job back, with all its tries before it. False if it is not parked."""
    changed = await tx.run(
        """UPDATE jobs.procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now()
           WHERE id = %s AND status = 'failed'""",
        (job_id,),
    )
    return changed == 1


async def forget_failure(tx: Transaction, job_id: int) -> None:
    await tx.run("DELETE FROM platform.failures WHERE job_id = %s", (job_id,))


async def calendar_changes(reader: Reader) -> list[CalendarChange]:
    return await reader.all_as(
        CalendarChange,
        "SELECT day, working, reason, changed_by, changed_at FROM platform.calendar_changes ORDER BY day",
    )


async def calendar_history(reader: Reader, *, limit: int) -> list[CalendarTrace]:
    return await reader.all_as(
        CalendarTrace,
        """SELECT day, working, reason, changed_by, changed_at FROM platform.calendar_history
           ORDER BY id DESC LIMIT %s""",
        (limit,),
    )


async def set_day(tx: Transaction, day: date, *, working: bool, reason: str, by: UUID) -> None:
    await tx.run(
        """INSERT INTO platform.calendar_changes (day, working, reason, changed_by) VALUES (%s, %s, %s, %s)
           ON CONFLICT (day) DO UPDATE SET working = excluded.working, reason = excluded.reason,
             changed_by = excluded.changed_by, changed_at = now()""",
        (day, working, reason, by),
    )
    await _trace(tx, day, working=working, reason=reason, by=by)


async def unset_day(tx: Transaction, day: date, *, reason: str, by: UUID) -> bool:
    """False if nothing was changed on that day."""
    if await tx.run("DELETE FROM platform.calendar_changes WHERE day = %s", (day,)) == 0:
        return False
    await _trace(tx, day, working=None, reason=reason, by=by)
    return True


async def _trace(tx: Transaction, day: date, *, working: bool | None, reason: str, by: UUID) -> None:
    await tx.run(
        "INSERT INTO platform.calendar_history (day, working, reason, changed_by) VALUES (%s, %s, %s, %s)",
        (day, working, reason, by),
    )


async def forget_old_acts(tx: Transaction, *, days: int) -> int:
    """Forget act keys that no client retries any more. Reactions keep theirs as long as their event may come again."""
    return await tx.run("DELETE FROM platform.acts WHERE at < now() - make_interval(days => %s)", (days,))
