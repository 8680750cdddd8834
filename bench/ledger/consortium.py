"""Four members on this machine, each a node and an engine a chain, as processes; deposits go to all four gateways in turn.

    python -m bench.ledger.consortium [--scale 1.0] [--seconds 6]

Prints one JSON object. Nobody watches the nodes here, so that the one that is killed stays down.
"""

import argparse
import itertools
import json
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from bench.ledger import verifying
from bench.ledger.envelopes import Depositor
from bench.ledger.meters import Meter, pss_mb, tree
from bench.ledger.places import CHAIN, depositor_of, until_ready
from bench.ledger.sending import post
from bench.ledger.solo import DEPOSITS, ITEMS, parts, timed, together
from tianping.apps.ledger_consortium import found as found_consortium
from tianping.engines.ledger.drivers.cometbft.binary import engine_program
from tianping.engines.ledger.drivers.cometbft.consortium import Consortium
from tianping.engines.ledger.home import Home

MEMBERS = 4
AT_A_SECOND = 100
BATCH = "/ledger/v1/deposits:batch"


class Gateways:
    """The members that answer, and requests to them in turn."""

    def __init__(self, homes: Sequence[Home], depositor: Depositor) -> None:
        self.homes = list(homes)
        self.depositor = depositor

    def requests(self, count: int, items: int = 1) -> list[tuple[int, bytes]]:
        return self._to(DEPOSITS, "application/cbor", self.depositor.deposits(count, items))

    def hundreds(self, count: int) -> list[tuple[int, bytes]]:
        return self._to(
            BATCH, "application/json", [together(part) for part in parts(self.depositor.deposits(count), 100)]
        )

    def _to(self, path: str, media: str, bodies: Sequence[bytes]) -> list[tuple[int, bytes]]:
        doors = [
            (one.config().port, {"Authorization": f"Bearer {one.token.read_text().strip()}"}) for one in self.homes
        ]
        turned = itertools.cycle(doors)
        return [(port, post(path, body, media, token)) for body, (port, token) in zip(bodies, turned, strict=False)]


def measure(consortium: Consortium, names: Sequence[str], scale: float, seconds: float) -> dict[str, Any]:
    nodes = {name: consortium.start_node(name) for name in names}
    try:
        homes = {name: Home(consortium.member(name)) for name in names}
        for home in homes.values():
            until_ready(home.config().port)
        gateways = Gateways(list(homes.values()), depositor_of(homes[names[0]]))
        processes = {name: tree(node.pid) for name, node in nodes.items()}
        every = [pid for pids in processes.values() for pid in pids]
        applications = [pids[0] for pids in processes.values()]
        timed(gateways.requests(200), every, 1, connections=32)
        with Meter(every) as idle:
            time.sleep(3)
        told: dict[str, Any] = {"idle_cpu_ms_a_second": idle.processor_s / idle.seconds * 1000}
        for name, requests, each, connections in (
            ("single", gateways.requests(int(1500 * scale)), 1, 256),
            ("hundred", gateways.hundreds(int(3200 * scale)), 100, 8),
            ("items", gateways.requests(int(60 * scale), ITEMS), ITEMS, 32),
        ):
            with Meter(applications) as ours:
                told[name] = timed(requests, every, each, connections=connections)
            told[name]["cpu_ms_applications"] = ours.processor_s / (len(requests) * each) * 1000
        count = int(AT_A_SECOND * seconds)
        told["steady"] = timed(gateways.requests(count), every, 1, connections=400, per_second=AT_A_SECOND)
        told["memory_mb"] = {
            "application": max(pss_mb(pid) for pid in applications),
            "engine": max(pss_mb(pid) for pids in processes.values() for pid in pids[1:]),
            "node": max(sum(map(pss_mb, pids)) for pids in processes.values()),
            "chains": len(consortium.founded.chains),
        }
        port, pid = homes[names[0]].config().port, nodes[names[0]].pid
        told["verify"] = verifying.server(port, pid, homes[names[0]], gateways.depositor)
        down = names[-1]
        nodes[down].kill()
        nodes[down].wait()
        consortium.end_engines(down)
        left = Gateways([homes[name] for name in names if name != down], gateways.depositor)
        alive = [pid for name, pids in processes.items() if name != down for pid in pids]
        told["one_down"] = timed(left.requests(count), alive, 1, connections=600, per_second=AT_A_SECOND)
        return told
    finally:
        end(consortium, nodes)


def ports_in_a_row(count: int) -> int:
    """The first of so many that nobody uses, below those that the system gives out by itself: the engines have such."""
    while True:
        first = secrets.randbelow(10_000) + 20_000
        with ExitStack() as held, suppress(OSError):
            for port in range(first, first + count):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first


def end(consortium: Consortium, nodes: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for node in nodes.values():
        node.terminate()
    for name, node in nodes.items():
        node.wait(60)
        consortium.end_engines(name)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--seconds", type=float, default=6.0)
    given = options.parse_args()
    engine_program()
    with tempfile.TemporaryDirectory() as place:
        consortium = Consortium(Path(place) / "consortium")
        found_consortium(consortium, MEMBERS, (CHAIN,), ports_in_a_row(MEMBERS))
        names = list(consortium.founded.members)
        print(json.dumps(measure(consortium, names, given.scale, given.seconds)))


if __name__ == "__main__":
    main()
