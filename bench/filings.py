"""Filings with one small file a second, and acts a second, beside what this disk can do: one fsync after another."""

import os
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.faults.clients import Person

from bench.court import MeasuredCourt

CLIENTS = 6


def one_client(address: str, person_id: str, seconds: float) -> tuple[int, int, list[float]]:
    """Files until the time is over: filings, acts (each one durable before it is answered), milliseconds an act."""
    person = Person(address, person_id)
    person.sign_in()
    taken: list[float] = []
    plain_act = person.act

    def timed_act(*args: object, **kwargs: object) -> object:
        began = time.perf_counter()
        answer = plain_act(*args, **kwargs)  # type: ignore[arg-type]
        taken.append((time.perf_counter() - began) * 1000)
        return answer

    person.act = timed_act  # type: ignore[method-assign]
    filings, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        person.file(lambda _: None)
        filings += 1
    person.close()
    return filings, len(taken), taken


def filing(court: MeasuredCourt, seconds: float) -> dict[str, float]:
    """Drafts with every answer, one photograph by tus, inspected, the complaint composed, signed and submitted."""
    who = [court.people[f"plaintiff_{n % len(court.plaintiffs)}"] for n in range(CLIENTS)]
    began = time.perf_counter()
    with ProcessPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(one_client, [court.processes.address] * CLIENTS, who, [seconds] * CLIENTS))
    took = time.perf_counter() - began
    times = sorted(t for _, _, taken in done for t in taken)
    cuts = statistics.quantiles(times, n=100)
    return {
        "filings_per_s": sum(f for f, _, _ in done) / took, "acts_per_s": sum(a for _, a, _ in done) / took,
        "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98],
    }  # fmt: skip


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
