"""What surrounds every request: an id, headers that keep browsers from guessing, a count and its time."""

import time
from typing import Any

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tianping.engines.ledger.gateway.measures import Measures
from tianping.kit.ids import new_id

log = structlog.get_logger(__name__)

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class Envelope:
    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _given_id(scope) or new_id().hex
        scope.setdefault("state", {})["request_id"] = request_id  # type: ignore[typeddict-item]
        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = {name.lower() for name, _ in message["headers"]}
                added = [line for line in _HEADERS if line[0] not in named]
                if b"cache-control" not in named:
                    added.append((b"cache-control", b"no-cache"))
                message["headers"] = [*message["headers"], *added, (b"x-request-id", request_id.encode())]
            await send(message)

        await self._app(scope, receive, answer)
        handler: Any = scope.get("route_handler")
        route = min(handler.paths) if handler is not None else "-"
        taken = time.perf_counter() - started
        self._measures.requests.labels(scope["method"], route, status).inc()
        self._measures.seconds.labels(route).observe(taken)
        if status >= 400:
            log.info(
                "request", request_id=request_id, method=scope["method"], route=route, status=status,
                milliseconds=round(taken * 1000, 1),
            )  # fmt: skip


def _given_id(scope: Scope) -> str:
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"x-request-id"), "")
    fits = 8 <= len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum()
    return given if fits else ""
