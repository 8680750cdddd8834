"""Builds the web application: the contexts' routes, health, metrics, the web app's files."""

import mimetypes
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, Router, get, route
from litestar.config.compression import CompressionConfig
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Components, Contact, License, SecurityScheme
from litestar.response import File
from prometheus_client import generate_latest

from tianping import __version__
from tianping.interfaces.identity import Sessions
from tianping.kit.money import Money
from tianping.kit.problems import NotFound, NotPermitted
from tianping.platform.database import decode_ours, encode_ours
from tianping.platform.http.envelope import Envelope, claim_act
from tianping.platform.http.guard import PUBLIC, Guard, permit
from tianping.platform.http.openapi import CompleteDocument, MoneySchema
from tianping.platform.http.problems import HANDLERS
from tianping.platform.http.rate_limit import RateLimit
from tianping.platform.telemetry import REGISTRY

Check = Callable[[], Awaitable[None]]


class Alive(msgspec.Struct, frozen=True):
    alive: bool
    version: str


class Readiness(msgspec.Struct, frozen=True):
    """`dependencies` maps each to "ok" or to what is wrong with it."""

    ready: bool
    dependencies: dict[str, str]


@get("/healthz", opt=permit(PUBLIC), tags=["health"], summary="The process is alive")
async def healthz() -> Alive:
    return Alive(True, __version__)


@get("/metrics", opt=permit(PUBLIC), media_type=MediaType.TEXT, include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> bytes:
    """Prometheus text; only to this machine, where the scraper or the reverse proxy's allow-list is."""
    if (
        request.client is None
        or request.client.host not in {"127.0.0.1", "::1"}
        or "x-forwarded-for" in request.headers
    ):
        raise NotPermitted
    return generate_latest(REGISTRY)


@route(
    "/{path:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"], opt=permit(PUBLIC, idempotent=False),
    include_in_schema=False, status_code=200,
)  # fmt: skip
async def no_such_path(path: str) -> None:
    """An unknown path below the API is a problem like any other."""
    raise NotFound


def _readyz(checks: Mapping[str, Check]) -> Any:
    @get(
        "/readyz", opt=permit(PUBLIC), tags=["health"], summary="Every dependency, by name",
        responses={503: ResponseSpec(Readiness, generate_examples=False, description="Something is not ready")},
    )  # fmt: skip
    async def readyz() -> Response[Readiness]:
        found: dict[str, str] = {}
        for name, check in checks.items():
            try:
                await check()
                found[name] = "ok"
            except Exception as failure:
                found[name] = type(failure).__name__
        ready = all(state == "ok" for state in found.values())
        return Response(Readiness(ready, found), status_code=200 if ready else 503)

    return readyz


# What a machine's own table of types may not know or may call otherwise; a wrong type for a module is refused by browsers.
_MEDIA_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}


def _web_files(dist: Path) -> Any:
    """The web app's files; every path that is not a file is the app itself (its router decides)."""
    root = dist.resolve()

    @route(["/", "/{path:path}"], http_method=["GET", "HEAD"], opt=permit(PUBLIC), include_in_schema=False)
    async def web_app(request: Request[Any, Any, Any], path: str = "") -> File:
        wanted = (root / path.lstrip("/")).resolve()
        if not wanted.is_relative_to(root) or not wanted.is_file():
            wanted = root / "index.html"
            if not wanted.is_file() or "." in Path(path).name:
                raise NotFound
        hashed = "/assets/" in f"/{wanted.relative_to(root)}"
        caching = "public, max-age=31536000, immutable" if hashed else "no-cache"
        media_type = (
            _MEDIA_TYPES.get(wanted.suffix) or mimetypes.guess_type(wanted.name)[0] or "application/octet-stream"
        )
        return File(
            path=wanted, filename=wanted.name, media_type=media_type, content_disposition_type="inline",
            headers={"Cache-Control": caching},
        )  # fmt: skip

    return web_app


class Site(Litestar):
    """The application with its envelope outside of everything, so that no answer leaves without it."""

    envelope: Envelope

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.envelope(scope, receive, send)

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        """What is inside the envelope."""
        await super().__call__(scope, receive, send)


def build_site(
    *,
    handlers: Sequence[Any],
    guard: Guard,
    sessions: Sessions,
    checks: Mapping[str, Check],
    public_url: str,
    web_dist: Path,
    on_startup: Sequence[Any] = (),
    on_shutdown: Sequence[Any] = (),
    dependencies: Mapping[str, Any] | None = None,
    requests_a_minute: int = 0,
    trusted_proxies: Sequence[str] = (),
) -> Site:
    """The application. `requests_a_minute` limits each person, or each address before sign-in; 0 is no limit.

    Raises RouteWithoutPermission if any route has none.
    """
    api = Router(path="/api/v1", route_handlers=[*handlers, no_such_path])
    app = Site(
        route_handlers=[api, healthz, metrics, _readyz(checks), _web_files(web_dist)],
        guards=[guard],
        before_request=claim_act,
        exception_handlers=HANDLERS,
        dependencies=dict(dependencies or {}),
        on_startup=list(on_startup),
        on_shutdown=list(on_shutdown),
        type_encoders={Money: encode_ours, frozenset: encode_ours},
        plugins=[MoneySchema()],
        type_decoders=[(lambda wanted: wanted is Money, decode_ours)],
        compression_config=CompressionConfig(
            backend="gzip",
            minimum_size=2048,
            exclude=["/api/v1/uploads", "/content$", "/view$", "/thumbnail$", r"\.pdf$"],
        ),
        openapi_config=OpenAPIConfig(
            title="Tianping",
            version=__version__,
            description="The Internet court's API. Acts carry `Idempotency-Key`; refusals are RFC 9457 problem details.",
            openapi_router=Router(
                path="/api/v1/schema", route_handlers=[], opt=permit(PUBLIC), include_in_schema=False
            ),
            license=License(name="Apache-2.0", identifier="Apache-2.0"),
            contact=Contact(name="Tianping"),
            components=Components(
                security_schemes={
                    "session": SecurityScheme(type="apiKey", security_scheme_in="cookie", name="__Host-tianping"),
                    "token": SecurityScheme(type="http", scheme="bearer"),
                }
            ),
            render_plugins=[CompleteDocument()],
        ),
        request_max_body_size=4 * 1024 * 1024,
        logging_config=None,
        debug=False,
    )
    limit = RateLimit(requests_a_minute, trusted_proxies) if requests_a_minute else None
    app.envelope = Envelope(app.answer, sessions=sessions, public_origin=public_url, limit=limit)
    guard.verify(app)
    return app
