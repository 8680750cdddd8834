"""Requests to a gateway from a process of its own: as many as go over some connections, or at a rate.

    python -m bench.ledger.sending FILE [--connections 16] [--per-second 100]

FILE holds msgpack: a list of [port, request]. With a rate a request's time counts from when it should have gone out, so that
a gateway that halts cannot hide the wait of those behind. Prints one JSON object.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
import uvloop

from bench.ledger.meters import at

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0


def post(path: str, body: bytes, media: str, headers: dict[str, str]) -> bytes:
    """A whole HTTP/1.1 request."""
    lines = {"Host": "127.0.0.1", "Content-Type": media, "Content-Length": str(len(body)), **headers}
    head = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
    return "\r\n".join(head).encode() + body


def send(requests: Sequence[tuple[int, bytes]], *, connections: int = 16, per_second: float = 0) -> dict[str, Any]:
    """Send all of them from a process of its own; see `summary`."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(msgspec.msgpack.encode(list(requests)))
        file.flush()
        command = [sys.executable, "-m", "bench.ledger.sending", file.name, f"--connections={connections}",
                   f"--per-second={per_second}"]  # fmt: skip
        return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


class _Line(asyncio.Protocol):
    """One keep-alive connection: one request under way."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    async def ask(self, request: bytes) -> int:
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer

    def data_received(self, data: bytes) -> None:
        self.received += data
        head_end = self.received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self.received[:head_end]).lower()
        where = head.index(b"content-length:")
        wanted = head_end + 4 + int(head[where + 15 : (head + b"\r\n").index(b"\r\n", where)])
        if len(self.received) >= wanted and self.answer is not None:
            self.received.clear()
            self.answer.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(0)


async def send_all(requests: Sequence[tuple[int, bytes]], connections: int, per_second: float) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    waiting: dict[int, deque[tuple[float, bytes]]] = {port: deque() for port, _ in requests}
    arrived = {port: asyncio.Condition() for port in waiting}
    sent_all = asyncio.Event()

    async def line(port: int) -> None:
        _, mine = await loop.create_connection(_Line, "127.0.0.1", port)
        while True:
            async with arrived[port]:
                while not waiting[port]:
                    if sent_all.is_set():
                        mine.transport.close()
                        return
                    await arrived[port].wait()
                due, request = waiting[port].popleft()
            due = due or time.perf_counter()
            status = await asyncio.wait_for(mine.ask(request), PATIENCE_S)
            latencies.append(time.perf_counter() - due)
            statuses[status] = statuses.get(status, 0) + 1

    async def wake() -> None:
        for one in arrived.values():
            async with one:
                one.notify_all()

    ports = list(waiting)
    if not per_second:
        for port, request in requests:
            waiting[port].append((0.0, request))
        sent_all.set()
    began = time.perf_counter()
    lines = [asyncio.create_task(line(ports[n % len(ports)])) for n in range(max(connections, len(ports)))]
    if per_second:
        for number, (port, request) in enumerate(requests):
            due = began + number / per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            waiting[port].append((due, request))
            async with arrived[port]:
                arrived[port].notify()
        sent_all.set()
        await wake()
    await asyncio.gather(*lines)
    return summary(latencies, statuses, time.perf_counter() - began)


def summary(latencies: Sequence[float], statuses: dict[int, int], seconds: float) -> dict[str, Any]:
    """Of all answers; `processor_s` is the sender's own."""
    return {
        "seconds": seconds, "per_s": len(latencies) / seconds, "statuses": {str(k): v for k, v in statuses.items()},
        "p50_ms": at(latencies, 0.5), "p95_ms": at(latencies, 0.95), "p99_ms": at(latencies, 0.99),
        "processor_s": time.process_time(),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--per-second", type=float, default=0)
    given = options.parse_args()
    requests = msgspec.msgpack.decode(given.file.read_bytes(), type=list[tuple[int, bytes]])
    print(json.dumps(uvloop.run(send_all(requests, given.connections, given.per_second))))


if __name__ == "__main__":
    main()
