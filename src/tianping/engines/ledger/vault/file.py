"""The vault's file: reads from any thread, writes by one thread, those that wait together in one transaction."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tianping.engines.ledger.drivers.base import Stopped, storage_failure

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], Any]


class VaultFile:
    """One SQLite file (WAL, synchronous FULL). Start it within the event loop that uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        path.chmod(0o600)
        self._lock = threading.RLock()
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        # What is forgotten is overwritten, not only unlinked.
        self._db.execute("pragma secure_delete = on")
        self._db.execute("pragma busy_timeout = 5000")
        self._jobs: list[tuple[Job, asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    def prepare(self, schema: str) -> None:
        with self._lock:
            self._db.executescript(schema)

    async def start(self) -> None:
        self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """What was asked is written first."""
        worker, self._worker = self._worker, None
        if worker is not None:
            self._wake.set()
            await worker

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def rows(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run `job` in the next transaction; on disk at return. What it raises is raised here and undoes only itself.

        Raises Stopped, StorageFailed.
        """
        if self._worker is None:
            raise Stopped
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.append((job, answer))
        self._wake.set()
        return await answer

    async def _work(self) -> None:
        while self._worker is not None or self._jobs:
            await self._wake.wait()
            self._wake.clear()
            while self._jobs:
                jobs, self._jobs = self._jobs, []
                answers = [answer for _, answer in jobs]
                try:
                    done = await asyncio.to_thread(self._do, [job for job, _ in jobs])
                except Exception as failed:
                    _fail(answers, storage_failure(failed) or failed)
                else:
                    _tell(answers, done)

    def _do(self, jobs: Sequence[Job]) -> list[tuple[Any, Exception | None]]:
        done: list[tuple[Any, Exception | None]] = []
        with self._lock:
            self._db.execute("begin immediate")
            try:
                for job in jobs:
                    self._db.execute("savepoint job")
                    try:
                        done.append((job(self._db), None))
                        self._db.execute("release job")
                    except Exception as failed:
                        if storage_failure(failed) is not None:
                            raise
                        self._db.execute("rollback to job")
                        self._db.execute("release job")
                        done.append((None, failed))
                self._db.execute("commit")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("rollback")
                raise
        return done


def _fail(answers: Sequence["asyncio.Future[Any]"], why: Exception) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(why)


def _tell(answers: Sequence["asyncio.Future[Any]"], done: Sequence[tuple[Any, Exception | None]]) -> None:
    for answer, (value, wrong) in zip(answers, done, strict=True):
        if answer.done():
            continue
        if wrong is not None:
            answer.set_exception(wrong)
        else:
            answer.set_result(value)
