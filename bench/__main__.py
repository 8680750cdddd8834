"""`make bench`: every figure beside a peer or a limit, measured in the same run.

    python -m bench [--seconds 5] [--cases 12] [--workers 1] [--only reads,filings,pdf,memory,ledger] [--grow N] [--json]

The load generator, the court and PostgreSQL share this machine's cores, as they do on the smallest installation. `cpu ms`: processor
time of ours for one of what is counted, which other work on the machine changes least.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench import filings, memory, reads  # noqa: E402
from bench.court import measured_court  # noqa: E402
from bench.ledger import report  # noqa: E402

ALL = ("memory", "reads", "filings", "pdf", "ledger")


class Table:
    """Rows of ours, a peer's and a goal; `ratio` is ours to the peer's."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(self, what: str, ours: float, unit: str, *, peer: float | None = None, peer_name: str = "",
            goal: float | None = None, less: bool = False, cpu_ms: float | None = None) -> None:  # fmt: skip
        met = None if goal is None else (ours <= goal if less else ours >= goal)
        self.rows.append(
            {
                "what": what, "ours": round(ours, 2), "unit": unit, "peer": peer and round(peer, 2),
                "peer_name": peer_name, "ratio": round(ours / peer, 3) if peer else None, "goal": goal, "met": met,
                "cpu_ms": cpu_ms and round(cpu_ms, 4),
            }
        )  # fmt: skip

    def print(self) -> None:
        print(f"{'':62}{'ours':>10} {'unit':7}{'peer':>10}{'ratio':>8}  {'goal':>9}{'cpu ms':>9}  beside")
        for row in self.rows:
            goal = "" if row["goal"] is None else f"{row['goal']:g} {'✓' if row['met'] else '✗'}"
            peer = "" if row["peer"] is None else f"{row['peer']:.1f}"
            ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
            cpu = "" if row["cpu_ms"] is None else f"{row['cpu_ms']:.3f}"
            print(
                f"{row['what']:62}{row['ours']:>10} {row['unit']:7}{peer:>10}{ratio:>8}  {goal:>9}{cpu:>9}  "
                f"{row['peer_name']}"
            )


def machine() -> str:
    model = next(
        (x.split(":")[1].strip() for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")),
        platform.machine(),
    )
    return f"{model}, {len(os.sched_getaffinity(0))} cores, {psutil.virtual_memory().total >> 30} GiB, Python {platform.python_version()}"


def percentiles(table: Table, what: str, found: dict[str, float], peer: dict[str, float] | None, goal: float) -> None:
    for name in ("p50_ms", "p95_ms", "p99_ms"):
        table.add(
            f"{what}, {name[:3]}", found[name], "ms", peer=peer[name] if peer else None,
            peer_name="hello" if peer else "", goal=goal if name == "p95_ms" else None, less=True,
        )  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--cases", type=int, default=12, help="cases in the court that is read")
    options.add_argument("--workers", type=int, default=1, help="processes of the web application")
    options.add_argument("--only", default=",".join(ALL), help="some of: " + ", ".join(ALL))
    options.add_argument("--grow", type=int, default=100_000, help="items in the ledger that rates are repeated on")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    wanted = set(given.only.split(","))
    table = Table()
    load = os.getloadavg()[0]
    if wanted & {"memory", "reads", "filings"}:
        with measured_court(given.cases, workers=given.workers) as court:
            if "memory" in wanted:
                found = memory.at_rest(court)
                for name, mb in found.items():
                    table.add(f"memory at rest, {name}", mb, "MB PSS")
                table.add("memory at rest, all our processes", sum(found.values()), "MB PSS", goal=600, less=True)
            if "reads" in wanted:
                peer = reads.hello(given.seconds)
                ours = reads.case_reads(court, given.seconds)
                table.add("case reads, authorised", ours["per_s"], "1/s", peer=peer["per_s"],
                          peer_name="Litestar+msgspec hello on granian", goal=2000)  # fmt: skip
                percentiles(table, "case reads", ours, peer, 50)
            if "filings" in wanted:
                limit = filings.fsyncs()
                done = filings.filing(court, given.seconds * 3)
                table.add("filings with one file, acknowledged", done["filings_per_s"], "1/s", goal=50)
                table.add("filings, counted until all reactions are done", done["drained_per_s"], "1/s")
                table.add("jobs left at the last acknowledgement", done["backlog_jobs"], "jobs")
                table.add("time to work them off", done["backlog_s"], "s")
                table.add("acts of filing (each durable)", done["acts_per_s"], "1/s", peer=limit,
                          peer_name="fdatasync of 8 kB, one after another")  # fmt: skip
                percentiles(table, "acts", done, None, 50)
                for name in ("web", "worker", "postgres", "clients"):
                    table.add(f"processor time a filing, {name}", done[f"cpu_ms_{name}"], "ms")
                each = filings.filing(court, given.seconds * 2, alone=True)
                table.add("filings with every answer alone, acknowledged", each["filings_per_s"], "1/s")
                table.add("… counted until all reactions are done", each["drained_per_s"], "1/s")
                table.add("… acts, p95", each["p95_ms"], "ms")
                for name in ("web", "worker", "postgres", "clients"):
                    table.add(f"… processor time a filing, {name}", each[f"cpu_ms_{name}"], "ms")
    if "pdf" in wanted:
        command = [sys.executable, "-m", "bench.pdf", "--json", f"--seconds={given.seconds}"]
        printed = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
        table.add("PDF drafts, two threads", printed["two_threads_per_s"], "1/s", goal=100)
        table.add("PDF drafts, one thread", printed["one_thread_per_s"], "1/s", peer=printed["weasyprint_per_s"],
                  peer_name="WeasyPrint, the same complaint")  # fmt: skip
        table.add("PDF draft, first (warm)", printed["first_warm_ms"], "ms", goal=100, less=True)
    if "ledger" in wanted:
        report.add_rows(table, scale=given.seconds / 5, grow=given.grow)
    if given.json:
        print(
            json.dumps(
                {"machine": machine(), "load_before": load, "at": datetime.now(UTC).isoformat(), "rows": table.rows}
            )
        )
        return
    print(f"{machine()} · {datetime.now(UTC):%Y-%m-%d %H:%M} UTC · load before {load:.1f}")
    table.print()
    if "ledger" in wanted:
        print("\nPublished by others, not measured here:", *report.quoted(), sep="\n  ")


if __name__ == "__main__":
    main()
