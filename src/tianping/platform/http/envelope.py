"""What surrounds every request: id, session, act key, ETag, security headers, measures. One ASGI layer, for speed."""

import time
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.trace import SpanKind

from tianping.interfaces.identity import ANONYMOUS, Actor, Sessions
from tianping.kit.digests import same
from tianping.kit.ids import new_id
from tianping.kit.problems import FieldProblem, InvalidInput, Problem, Text
from tianping.platform.database import ActKey, set_acting
from tianping.platform.http.problems import on_anything, on_problem, preferred_language
from tianping.platform.http.rate_limit import RateLimit
from tianping.platform.telemetry import count_request, tracer

log = structlog.get_logger(__name__)

COOKIE = "__Host-tianping"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ETAG_LIMIT = 2 * 1024 * 1024

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=()",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Strict-Transport-Security": "max-age=31536000",
}


class CsrfTokenWrong(Problem):
    status = 403
    code = "csrf-token-wrong"
    title = Text(
        "页面已过期，请刷新后重试，您填写的内容不会丢失",
        "This page is out of date; reload it, what you entered is kept",
    )


class OriginRefused(Problem):
    status = 403
    code = "origin-refused"
    title = Text("不接受来自其他网站的请求", "Requests from other sites are refused")


class IdempotencyKeyMissing(InvalidInput):
    status = 400
    code = "idempotency-key-missing"
    title = Text("缺少 Idempotency-Key 请求头", "The Idempotency-Key header is missing")


class IdempotencyKeyInvalid(InvalidInput):
    status = 400
    code = "idempotency-key-invalid"
    title = Text("Idempotency-Key 须为 8 至 80 个可打印字符", "Idempotency-Key must be 8 to 80 printable characters")


def session_cookie(token: str | None) -> str:
    """The Set-Cookie line that opens (or, with None, closes) a session in the browser."""
    if token is None:
        return f"{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"
    return f"{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=43200"


# Written once: they are put on every answer, and looked for among its own headers as bytes.
_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_API_ALSO = [(b"cache-control", b"private, no-cache"), (b"vary", b"Cookie, Authorization, Accept-Language")]


class Envelope:
    """The outermost layer. Resolves who acts into `scope["user"]`; the guard and the acts decide what they may."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, public_origin: str, limit: RateLimit | None = None) -> None:
        self._app = app
        self._sessions = sessions
        self._origin_host = urlsplit(public_origin).netloc
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        # The last of a repeated header counts; those that are read here are never sent twice by an honest client.
        given = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        request_id = given.get("x-request-id", "")
        if not (8 <= len(request_id) <= 64 and request_id.isascii() and request_id.replace("-", "").isalnum()):
            request_id = new_id().hex
        scope.setdefault("state", {})["request_id"] = request_id  # type: ignore[typeddict-item]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = 500
        begun = False
        of_api = scope["path"].startswith("/api/")
        etag_wanted = of_api and scope["method"] == "GET"
        head: Message | None = None
        body: list[bytes] = []

        async def answer(message: Message) -> None:
            nonlocal status, head, begun
            if message["type"] == "http.response.start":
                begun = True
                status = message["status"]
                told = [(name.lower(), value) for name, value in message["headers"] if name.lower() != b"x-request-id"]
                named = {name for name, _ in told}
                told += [line for line in _SECURITY if line[0] not in named]
                told.append((b"x-request-id", request_id.encode()))
                if of_api:
                    told += [line for line in _API_ALSO if line[0] not in named]
                message["headers"] = told
                if etag_wanted and status == 200 and _is_json(told):
                    head = message
                    return
                await send(message)
                return
            if head is None or message["type"] != "http.response.body":
                await send(message)
                return
            body.append(message.get("body", b""))
            if message.get("more_body"):
                return
            await _send_with_etag(head, b"".join(body), given.get("if-none-match", ""), send)

        # A path may hold what somebody typed, a failure's text too: the span is named by its route and tells no more.
        with tracer.start_as_current_span(
            scope["method"], kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                actor, csrf = await self._who(given)
                scope["user"], scope["auth"] = actor, csrf
                if self._limit is not None:
                    self._limit.check(actor.person_id, scope, given)
                self._check_origin(scope["method"], given, csrf)
                await self._app(scope, receive, answer)
            except Exception as failure:
                # Only what fails outside the framework comes here: the session's lookup, the origin, the token. Once
                # an answer has begun it can only be broken off.
                if begun:
                    raise
                request: Request[Any, Any, Any] = Request(scope, receive)
                response = (
                    on_problem(request, failure) if isinstance(failure, Problem) else on_anything(request, failure)
                )
                await response.to_asgi_response(app=None, request=request)(scope, receive, answer)
            finally:
                handler = scope.get("route_handler")
                route = min(handler.paths) if handler is not None else "-"
                if span.is_recording():
                    span.update_name(f"{scope['method']} {route}")
                    span.set_attribute("http.route", route)
                    span.set_attribute("http.response.status_code", status)
                    span.set_attribute("tianping.request_id", request_id)
        taken = time.perf_counter() - started
        count_request(scope["method"], route, status, taken)
        if status >= 400:
            log.info("request", method=scope["method"], route=route, status=status, milliseconds=round(taken * 1000, 1))
        structlog.contextvars.clear_contextvars()

    async def _who(self, given: Mapping[str, str]) -> tuple[Actor, str | None]:
        language = preferred_language(given.get("accept-language", ""))
        bearer = given.get("authorization", "")
        if bearer.startswith("Bearer "):
            actor = await self._sessions.of_bearer(bearer.removeprefix("Bearer ").strip())
            return (msgspec.structs.replace(actor, language=language), None) if actor else (ANONYMOUS, None)
        token = _session_token(given.get("cookie", ""))
        found = await self._sessions.of_cookie(token) if token else None
        if found:
            actor, csrf = found
            return msgspec.structs.replace(actor, language=language), csrf
        return msgspec.structs.replace(ANONYMOUS, language=language), None

    def _check_origin(self, method: str, given: Mapping[str, str], csrf: str | None) -> None:
        """Cross-site request forgery: the origin must be ours, and a session's acts carry its token."""
        if method not in UNSAFE:
            return
        origin = given.get("origin")
        if origin and origin != "null" and urlsplit(origin).netloc not in {self._origin_host, given.get("host", "")}:
            raise OriginRefused
        if given.get("sec-fetch-site") == "cross-site":
            raise OriginRefused
        if csrf is not None and not same(given.get("x-csrf-token", ""), csrf):
            raise CsrfTokenWrong


def _session_token(cookies: str) -> str | None:
    """The session's token among the cookies. Ours is never quoted, so a plain cut finds it."""
    for cookie in cookies.split(";"):
        name, _, value = cookie.strip().partition("=")
        if name == COOKIE:
            return value or None
    return None


def _is_json(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-type" and value.startswith(b"application/json") for name, value in headers)


async def _send_with_etag(head: Message, body: bytes, known: str, send: Send) -> None:
    """The whole answer with its ETag; 304 without it when the asker has it already."""
    if len(body) <= _ETAG_LIMIT:
        etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        headers = [*head["headers"], (b"etag", etag.encode())]  # type: ignore[typeddict-item]
        if etag in known:
            head["status"] = 304  # type: ignore[typeddict-unknown-key]
            headers = [line for line in headers if line[0] not in {b"content-length", b"content-type"}]
            body = b""
        head["headers"] = headers  # type: ignore[typeddict-unknown-key]
    await send(head)
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def claim_act(request: Request[Any, Any, Any]) -> None:
    """Before an act's handler: read its Idempotency-Key, so that the act's transaction is done once."""
    if request.method not in UNSAFE or not request.route_handler.opt.get("idempotent", True):
        return
    key = request.headers.get("idempotency-key")
    if key is None:
        missing = Text(
            "每次办理须带唯一的 Idempotency-Key，重试时保持不变",
            "Every act carries a unique Idempotency-Key, the same when retried",
        )
        raise IdempotencyKeyMissing(fields=(FieldProblem("Idempotency-Key", "missing", missing),))
    if not (8 <= len(key) <= 80 and key.isascii() and key.isprintable()):
        raise IdempotencyKeyInvalid
    actor: Actor = request.scope["user"]
    # An anonymous act (registering, signing in) has no person to tell clients apart by: its key is bound to the
    # request's content, so that a stranger who guesses the key learns nothing.
    digest = blake2b(
        b"\0".join((request.method.encode(), request.scope["path"].encode(), await request.body())), digest_size=20
    ).hexdigest()
    scope = str(actor.person_id) if actor.person_id else f"anonymous:{digest}"
    set_acting(ActKey(scope, key, digest))
