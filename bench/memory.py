"""Memory at rest: proportional set size (each shared page counted by its share), in MB."""

import time
from pathlib import Path

import psutil

from bench.court import MeasuredCourt


def pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(pid)


def at_rest(court: MeasuredCourt, *, rest_s: float = 10) -> dict[str, float]:
    """After the cases were walked and nothing was asked for a while."""
    time.sleep(rest_s)
    postgres = court.processes.postgres._process
    assert postgres is not None
    roots = {"web": court.processes.children["web"].pid, "worker": court.processes.children["worker"].pid,
             "PostgreSQL": postgres.pid}  # fmt: skip
    found: dict[str, float] = {}
    for name, pid in roots.items():
        process = psutil.Process(pid)
        found[name] = sum(pss_mb(p.pid) for p in (process, *process.children(recursive=True)))
    return found
