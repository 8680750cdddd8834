"""Traces reach an OTLP receiver: one of our own on loopback, which decodes what the official protocol says."""

import asyncio
import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

pytestmark = pytest.mark.slow

COURT = """
import asyncio, sys
import httpx
from tianping.apps.web import application
from opentelemetry import trace

async def main():
    site = application()
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost:8000") as client:
        assert (await client.get("/healthz")).status_code == 200
        question = {"act": "property", "amount": "123456.78", "procedure": "ordinary"}
        answer = await client.post("/api/v1/law/fee", json=question)
        assert answer.status_code == 200, answer.text
        lost = await client.get("/api/v1/people/13800000001/secret?mobile=13800000001")
        assert lost.status_code == 404
    provider = trace.get_tracer_provider()
    if hasattr(provider, "shutdown"):
        provider.shutdown()

asyncio.run(main())
"""


class Receiver(ThreadingHTTPServer):
    """Takes `POST /v1/traces` as OTLP over HTTP with protobuf, and nothing else."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.requests: Queue[tuple[str, str, ExportTraceServiceRequest]] = Queue()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        request = ExportTraceServiceRequest.FromString(body)
        self.server.requests.put((self.path, self.headers["Content-Type"], request))  # type: ignore[attr-defined]
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


async def court(environment: dict[str, str]) -> None:
    """A web process of its own, since a process has one tracer for good."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COURT, env={**inherited, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


def received(receiver: Receiver) -> list[ResourceSpans]:
    found: list[ResourceSpans] = []
    while True:
        try:
            path, kind, request = receiver.requests.get_nowait()
        except Empty:
            return found
        assert (path, kind) == ("/v1/traces", "application/x-protobuf")
        found.extend(request.resource_spans)


async def test_requests_are_spans_without_personal_data(environment, receiver):
    await court({**environment, "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address})
    batches = received(receiver)
    services = {a.value.string_value for b in batches for a in b.resource.attributes if a.key == "service.name"}
    assert services == {"tianping-web"}
    spans = [span for batch in batches for scope in batch.scope_spans for span in scope.spans]
    named = {span.name: span for span in spans}
    assert {"GET /healthz", "POST /law/fee"} <= named.keys()
    told = {a.key: a.value for a in named["POST /law/fee"].attributes}
    assert told["http.route"].string_value == "/law/fee"
    assert told["http.response.status_code"].int_value == 200
    for span in spans:
        assert len(span.trace_id) == 16
        assert len(span.span_id) == 8
        assert span.start_time_unix_nano < span.end_time_unix_nano
    whole = b"".join(batch.SerializeToString() for batch in batches)
    assert b"13800000001" not in whole, "a path or query with personal data is no name of a span"


async def test_without_an_endpoint_nothing_is_sent(environment, receiver):
    await court(environment)
    assert received(receiver) == []
