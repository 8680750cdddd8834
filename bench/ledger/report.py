"""All of it in one run, as rows of the table: ours, what stands beside it, the goal, and processor time each."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from bench.ledger.published import FIGURES

ROOT = Path(__file__).resolve().parents[2]


class Rows(Protocol):
    def add(self, what: str, ours: float, unit: str, *, peer: float | None = None, peer_name: str = "",
            goal: float | None = None, less: bool = False, cpu_ms: float | None = None) -> None: ...  # fmt: skip


def add_rows(table: Rows, *, scale: float, grow: int) -> None:
    """Measure limits, one node, four members. Without an engine for the consortium its rows are left out, and that is said."""
    limits = _part("limits")
    solo = _part("solo", f"--scale={scale}", f"--grow={grow}")
    verify, row = limits["signatures"], limits["rows"]
    for name, found in verify.items():
        table.add(f"SM2 {name}", found["per_s"], "1/s", cpu_ms=found["cpu_ms"])
    for name, found in row.items():
        table.add(f"SQLite rows with fsync, {name}", found["per_s"], "1/s", cpu_ms=found["cpu_ms"])
    _add_solo(table, solo, verify["verify, two cores"]["per_s"], row)
    _add_growth(table, solo)
    _add_verifying(table, "one node", solo["http"]["verify"])
    table.add("memory, node of ten chains, after start", solo["http"]["memory_mb"], "MB PSS", goal=200, less=True)
    table.add("memory, the same after all deposits", solo["http"]["memory_after_mb"], "MB PSS", goal=200, less=True)
    try:
        four = _part("consortium", f"--scale={scale}")
    except subprocess.CalledProcessError as failed:
        print(f"four members: not measured: {failed.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return
    _add_consortium(table, four, verify["verify, two cores"]["per_s"], row)


def quoted() -> Sequence[str]:
    """What others publish, to be printed below the table."""
    return [f"{one.who}: {one.figure}. {one.source}" for one in FIGURES]


def _add_solo(table: Rows, solo: dict[str, Any], limit: float, row: dict[str, Any]) -> None:
    driver, http = solo["driver"], solo["http"]
    verify_name, rows_name = "SM2 verify alone, two cores", "SQLite rows with fsync, a thousand a transaction"
    by_thousand = row["a thousand a transaction"]["per_s"]
    for what, found, goal in (
        ("one node: single deposits, driver", driver["single"], 2500),
        ("one node: single deposits, HTTP, one a request", http["single"], None),
        ("one node: … by requests that are signed too", http["signed"], None),
        ("one node: single deposits, HTTP, 100 a request", http["hundred"], 2500),
    ):
        table.add(what, found["per_s"], "1/s", peer=limit, peer_name=verify_name, goal=goal, cpu_ms=found["cpu_ms"])
    for what, found in (("driver", driver["items"]), ("HTTP", http["items"])):
        table.add(f"one node: items, 1,000 a signature, {what}", found["per_s"], "1/s", peer=by_thousand,
                  peer_name=rows_name, goal=40_000, cpu_ms=found["cpu_ms"])  # fmt: skip
    table.add("one node: acknowledged, alone, p50", driver["alone"]["p50_ms"], "ms")
    table.add("one node: acknowledged, alone, p95", driver["alone"]["p95_ms"], "ms")


def _add_growth(table: Rows, solo: dict[str, Any]) -> None:
    growth, before, after = solo["growth"], solo["driver"], solo["grown"]
    size = f"{growth['items']:,} items"
    table.add(f"growth a million items in batches ({size})", growth["bytes_batched"], "MB")
    table.add(f"growth a million single deposits ({size})", growth["bytes_single"], "MB")
    for name in ("single", "items"):
        table.add(f"one node with {size}: {name}", after[name]["per_s"], "1/s", peer=before[name]["per_s"],
                  peer_name="the same on an empty ledger", cpu_ms=after[name]["cpu_ms"])  # fmt: skip
        table.add(f"… processor time, {name}", after[name]["cpu_ms"], "ms", peer=before[name]["cpu_ms"],
                  peer_name="the same on an empty ledger", goal=before[name]["cpu_ms"] * 1.2, less=True)  # fmt: skip


def _add_verifying(table: Rows, who: str, found: dict[str, Any]) -> None:
    checker = found["checker"]
    table.add(f"{who}: verify with proof, HTTP, p50", found["p50_ms"], "ms", goal=5, less=True, cpu_ms=found["cpu_ms"])
    table.add(f"{who}: verify, 500 a request, processor each", found["cpu_ms_among_500"], "ms", goal=5, less=True)
    what = f"{who}: tianping-verify, {checker['signatures']} signatures, p50"
    table.add(what, checker["p50_ms"], "ms", goal=2, less=True, cpu_ms=checker["cpu_ms"])


def _add_consortium(table: Rows, four: dict[str, Any], limit: float, row: dict[str, Any]) -> None:
    for what, name in (("one a request", "single"), ("100 a request", "hundred")):
        table.add(f"four members: single deposits, {what}", four[name]["per_s"], "1/s", peer=limit / 4,
                  peer_name="SM2 verify alone, two cores, by each of four", goal=350, cpu_ms=four[name]["cpu_ms"])  # fmt: skip
        table.add("… of that the applications'", four[name]["cpu_ms_applications"], "ms")
    table.add("four members: items, 1,000 a signature", four["items"]["per_s"], "1/s",
              peer=row["a thousand a transaction"]["per_s"] / 4, peer_name="SQLite rows with fsync, by each of four",
              goal=6500, cpu_ms=four["items"]["cpu_ms"])  # fmt: skip
    table.add("… of that the applications'", four["items"]["cpu_ms_applications"], "ms")
    for what, name, goal in (("at 100/s", "steady", 600), ("at 100/s, one killed", "one_down", 2500)):
        found = four[name]
        table.add(f"four members: {what}, p50", found["p50_ms"], "ms", cpu_ms=found["cpu_ms"])
        table.add(f"four members: {what}, p95", found["p95_ms"], "ms", goal=goal, less=True)
    table.add("four members: idle, processor a second, all", four["idle_cpu_ms_a_second"], "ms")
    memory = four["memory_mb"]
    one_chain = memory["application"] + memory["engine"]
    table.add("memory, member of one chain: application + engine", one_chain, "MB PSS", goal=200, less=True)
    table.add(f"memory, member of {memory['chains']} chains, largest", memory["node"], "MB PSS")
    _add_verifying(table, "four members", four["verify"])


def _part(name: str, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"bench.ledger.{name}", *options]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])
