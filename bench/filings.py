"""Filings with one small file a second, and acts a second, beside what this disk can do: one fsync after another."""

import os
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
import psycopg
from psycopg.rows import tuple_row

from bench.court import MeasuredCourt
from bench.filer import Filer

CLIENTS = 10
_DRAIN_WITHIN_S = 300


def one_client(address: str, person_id: str, seconds: float, alone: bool) -> tuple[int, list[float]]:
    """Files until the time is over: filings, and milliseconds of each act (durable before it is answered)."""
    person = Filer(address, person_id)
    person.sign_in()
    filings, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        person.file_once(alone=alone)
        filings += 1
    person.close()
    return filings, person.acts_ms


def filing(court: MeasuredCourt, seconds: float, *, alone: bool = False) -> dict[str, float]:
    """Acknowledged filings a second; what is left to be done for them at that moment; and filings a second counted until
    nothing is left: receipt and complaint printed, notices out, files looked into.

    `alone`: every answer in a request of its own. Processor milliseconds a filing tell more than the clock where others
    use the machine.
    """
    who = [court.people[f"plaintiff_{n % len(court.plaintiffs)}"] for n in range(CLIENTS)]
    with ProcessPoolExecutor(CLIENTS) as pool:
        # Processes come up, and what is made once is made, before the clock runs.
        here, way = [court.processes.address] * CLIENTS, [alone] * CLIENTS
        list(pool.map(one_client, here, who, [0.01] * CLIENTS, way))
        _until_done(court)
        spent, generators = _processor_s(court), [psutil.Process(pid) for pid in pool._processes]
        clients = sum(map(_used, generators))
        began = time.perf_counter()
        done = list(pool.map(one_client, here, who, [seconds] * CLIENTS, way))
        took, left, clients = time.perf_counter() - began, len(_waiting(court)), sum(map(_used, generators)) - clients
        _until_done(court)
        drained = time.perf_counter() - began
        spent = {name: used - spent[name] for name, used in _processor_s(court).items()}
    filings = sum(count for count, _ in done)
    times = sorted(t for _, taken in done for t in taken)
    cuts = statistics.quantiles(times, n=100)
    return {
        "filings_per_s": filings / took, "drained_per_s": filings / drained, "backlog_jobs": left,
        "backlog_s": drained - took, "acts_per_s": len(times) / took,
        "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98],
        **{f"cpu_ms_{name}": used / filings * 1000 for name, used in spent.items()},
        "cpu_ms_clients": clients / filings * 1000,
    }  # fmt: skip


def _waiting(court: MeasuredCourt) -> list[tuple[str, str]]:
    """Jobs of filings that are not done; the clock's own jobs come and go."""
    with psycopg.connect(court.processes.postgres.dsn, row_factory=tuple_row) as connection:
        return connection.execute(
            """SELECT task_name, status::text FROM jobs.procrastinate_jobs
               WHERE task_name LIKE 'react.%' OR task_name IN ('uploads.inspect', 'delivery.send')"""
        ).fetchall()


def _until_done(court: MeasuredCourt) -> None:
    end = time.monotonic() + _DRAIN_WITHIN_S
    while left := _waiting(court):
        if any(status == "failed" for _, status in left) or time.monotonic() > end:
            raise RuntimeError(f"work that does not get done: {left[:5]}")
        time.sleep(0.05)


def _processor_s(court: MeasuredCourt) -> dict[str, float]:
    """Seconds of processor that each of ours has used, with its children, living and gone."""
    server = court.processes.postgres._process
    assert server is not None
    children = court.processes.children
    roots = {"web": children["web"].pid, "worker": children["worker"].pid, "postgres": server.pid}
    return {name: _used(psutil.Process(pid)) for name, pid in roots.items()}


def _used(root: psutil.Process) -> float:
    return sum(sum(process.cpu_times()[:4]) for process in (root, *root.children(recursive=True)))


def fsyncs(seconds: float = 2) -> float:
    """How often a second this disk writes 8 kB through: no act that is durable alone can be faster, one after another."""
    with tempfile.TemporaryDirectory(prefix="tianping-bench-") as place:
        descriptor = os.open(Path(place) / "log", os.O_WRONLY | os.O_CREAT, 0o600)
        count, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            os.pwrite(descriptor, b"\0" * 8192, (count % 1024) * 8192)
            os.fdatasync(descriptor)
            count += 1
        os.close(descriptor)
    return count / seconds
