"""Authorised case reads a second, by session cookie, beside a bare framework's hello in the same run."""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx
from tests.faults.processes import free_port

from bench.court import MeasuredCourt

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 32


def load(requests: list[str], port: int, seconds: float, connections: int = CONNECTIONS) -> dict[str, float]:
    """Runs the generator once to warm up and once to measure."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(requests, file)
        file.flush()
        for length in (1.5, seconds):
            command = [
                sys.executable, "-m", "bench.load", file.name, f"--port={port}", f"--connections={connections}",
                f"--seconds={length}",
            ]  # fmt: skip
            answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found = json.loads(answer.stdout)
    if set(found["statuses"]) != {"200"}:
        raise RuntimeError(f"not every answer was good: {found['statuses']}")
    return found


def hello(seconds: float) -> dict[str, float]:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "bench.hello", str(port)], cwd=ROOT, start_new_session=True)
    try:
        for _ in range(100):
            with suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/hello", timeout=2)
                break
            time.sleep(0.1)
        return load([f"GET /hello HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"], port, seconds)
    finally:
        server.terminate()
        server.wait(10)


def case_reads(court: MeasuredCourt, seconds: float) -> dict[str, float]:
    """`GET /api/v1/cases/{id}`: parties, bench, acts, deadlines, every time from the database."""
    port = court.processes.port
    requests = [
        f"GET /api/v1/cases/{mine.case_id} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {person._cookie}\r\n\r\n"
        for person, mine in court.cases
    ]
    return load(requests, port, seconds)
