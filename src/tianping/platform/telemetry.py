"""Logs, metrics and traces. Logs are JSON lines without personal data; traces are off unless an endpoint is set."""

import logging
import sys
from collections.abc import MutableMapping
from functools import cache
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import CollectorRegistry, Counter, Histogram

_PERSONAL = frozenset(
    {
        "name_of_person", "mobile", "phone", "email", "identity_number", "address", "password", "code", "token",
        "cookie", "authorization", "body", "answers", "credit_code", "secret",
    }
)  # fmt: skip

REGISTRY = CollectorRegistry()
REQUESTS = Counter("tianping_requests", "Requests answered", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "tianping_request_seconds", "Time to answer", ["route"], registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip
JOBS = Counter("tianping_jobs", "Jobs and reactions worked", ["task", "outcome"], registry=REGISTRY)


@cache
def _measures_of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Looked up once for each kind of answer, of which there are few: the look-up takes longer than the counting."""
    return REQUESTS.labels(method, route, status), REQUEST_SECONDS.labels(route)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Note one answered request. `route` is its pattern, never its path."""
    requests, times = _measures_of(method, route, status)
    requests.inc()
    times.observe(seconds)


def _without_personal_data(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event.keys() & _PERSONAL:
        event[key] = "…"
    return event


def start_logging(level: str = "INFO") -> None:
    """One JSON line a record on standard error, library logs included from WARNING."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_personal_data,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format='{"event": "%(message)s", "logger": "%(name)s"}'
    )


def start_tracing(process: str, endpoint: str | None) -> None:
    """Send spans to an OTLP endpoint; without one, spans cost nothing and go nowhere."""
    if endpoint is None:
        return
    provider = TracerProvider(resource=Resource.create({"service.name": f"tianping-{process}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)


tracer = trace.get_tracer("tianping")
