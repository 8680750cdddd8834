"""What a piece of work costs: seconds by the clock and seconds of processor, of this process or of others."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil


class Meter:
    """`with Meter(pids) as meter:` then `seconds` and `processor_s`; without process ids, of this process and its threads."""

    def __init__(self, pids: Iterable[int] = ()) -> None:
        self._processes = [psutil.Process(pid) for pid in pids]
        self.seconds = self.processor_s = 0.0

    def __enter__(self) -> Self:
        self._before = self._processor()
        self._began = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._began
        self.processor_s = self._processor() - self._before

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self._began

    def _processor(self) -> float:
        if not self._processes:
            return time.process_time()
        return sum(sum(one.cpu_times()[:2]) for one in self._processes if one.is_running())

    def rate(self, count: int) -> dict[str, float]:
        """So many a second, and milliseconds of processor each."""
        return {"per_s": count / self.seconds, "cpu_ms": self.processor_s / count * 1000}


def pss_mb(pid: int) -> float:
    """Proportional set size: each shared page counted by its share."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(pid)


def tree(pid: int) -> list[int]:
    """A process with all below it."""
    process = psutil.Process(pid)
    return [pid, *(child.pid for child in process.children(recursive=True))]


def at(latencies: Sequence[float], share: float) -> float:
    """The latency in milliseconds that this share of all stays under."""
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
