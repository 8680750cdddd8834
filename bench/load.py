"""A load generator: keep-alive connections over raw sockets, in a process of its own, so that it costs others little.

    python -m bench.load REQUESTS_FILE --port 8000 --connections 16 --seconds 5

REQUESTS_FILE holds a JSON list of HTTP/1.1 requests as text; they are sent in turn. Prints one JSON object.
"""

import argparse
import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import uvloop


class Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one is answered, until `end` (perf_counter seconds)."""

    def __init__(self, requests: Iterator[bytes], end: float, done: asyncio.Future[None]) -> None:
        self.requests = requests
        self.end = end
        self.done = done
        self.latencies: list[float] = []
        self.statuses: dict[int, int] = {}
        self.received = bytearray()
        self.wanted = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's has no common base with asyncio's
        self._send()

    def _send(self) -> None:
        self.began = time.perf_counter()
        if self.began >= self.end:
            self.transport.close()
            return
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.wanted < 0:
            head_end = self.received.find(b"\r\n\r\n")
            if head_end < 0:
                return
            head = bytes(self.received[:head_end]).lower()
            status = int(head[9:12])
            self.statuses[status] = self.statuses.get(status, 0) + 1
            at = head.index(b"content-length:")
            self.wanted = head_end + 4 + int(head[at + 15 : (head + b"\r\n").index(b"\r\n", at)])
        if len(self.received) >= self.wanted:
            self.latencies.append(time.perf_counter() - self.began)
            self.received.clear()
            self.wanted = -1
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def load(requests: list[bytes], port: int, connections: int, seconds: float) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    end = began + seconds
    made: list[Connection] = []
    waiting = []
    for number in range(connections):
        done = loop.create_future()
        turned = itertools.cycle(requests[number % len(requests) :] + requests[: number % len(requests)])
        _, connection = await loop.create_connection(
            lambda turned=turned, done=done: Connection(turned, end, done), "127.0.0.1", port
        )
        made.append(connection)
        waiting.append(done)
    await asyncio.wait_for(asyncio.gather(*waiting), seconds + 30)
    took = time.perf_counter() - began
    latencies = sorted(t for connection in made for t in connection.latencies)
    statuses: dict[int, int] = {}
    for connection in made:
        for status, count in connection.statuses.items():
            statuses[status] = statuses.get(status, 0) + count

    def at(share: float) -> float:
        return round(latencies[min(len(latencies) - 1, int(len(latencies) * share))] * 1000, 2)

    return {
        "per_s": round(len(latencies) / took, 1), "p50_ms": at(0.50), "p95_ms": at(0.95), "p99_ms": at(0.99),
        "statuses": statuses,
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("file", type=Path)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--seconds", type=float, default=5)
    given = options.parse_args()
    requests = [text.encode() for text in json.loads(given.file.read_text())]
    print(json.dumps(uvloop.run(load(requests, given.port, given.connections, given.seconds))))


if __name__ == "__main__":
    main()
