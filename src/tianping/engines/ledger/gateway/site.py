"""The gateway's web application: all routes below `/ledger/v1`, health, metrics, the description."""

from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, Router, get, route
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Contact, License

from tianping import __version__
from tianping.engines.ledger.gateway import applications, chains, deposits, reading, tokens, transactions, verifications
from tianping.engines.ledger.gateway.description import SECURITY, CompleteDocument
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.envelope import Envelope
from tianping.engines.ledger.gateway.refusals import not_taken
from tianping.engines.ledger.gateway.signed import Who, allow, caller_of
from tianping.engines.ledger.transactions.base import Refused
from tianping.kit.problems import NotFound, NotPermitted
from tianping.platform.http.problems import HANDLERS, respond

ROUTES = [
    *deposits.ROUTES, *tokens.ROUTES, *reading.ROUTES, *verifications.ROUTES, *chains.ROUTES, *applications.ROUTES,
    *transactions.ROUTES,
]  # fmt: skip


class Alive(msgspec.Struct, frozen=True):
    alive: bool
    version: str


class Readiness(msgspec.Struct, frozen=True):
    """`symptoms`: what keeps the node from taking deposits or answering for them in time, both languages."""

    ready: bool
    symptoms: dict[str, dict[str, str]]


@get("/healthz", opt=allow(Who.ANYONE), tags=["health"], summary="The process is alive")
async def healthz() -> Alive:
    return Alive(True, __version__)


@get(
    "/readyz", opt=allow(Who.ANYONE), tags=["health"], summary="Whether deposits are taken and co-signed in time",
    responses={503: ResponseSpec(Readiness, generate_examples=False, description="Something is not well")},
)  # fmt: skip
async def readyz(ledger_desk: Desk) -> Response[Readiness]:
    """Watches each chain's disk, the age of what waits in the outbox, and the room on the disk."""
    symptoms = ledger_desk.node.symptoms()
    said = {one.name: {"zh": one.said.zh, "en": one.said.en} for one in symptoms}
    return Response(Readiness(not symptoms, said), status_code=503 if symptoms else 200)


@get("/metrics", opt=allow(Who.ANYONE), media_type=MediaType.TEXT, include_in_schema=False)
async def metrics(request: Request[Any, Any, Any], ledger_desk: Desk) -> bytes:
    """Prometheus text; only to this machine."""
    local = request.client is not None and request.client.host in {"127.0.0.1", "::1"}
    if not local or "x-forwarded-for" in request.headers:
        raise NotPermitted
    return ledger_desk.measures.text()


@route(
    "/{path:path}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE"], opt=allow(Who.ANYONE),
    include_in_schema=False, status_code=200,
)  # fmt: skip
async def no_such_path(path: str) -> None:
    """An unknown path is a problem like any other."""
    raise NotFound


class Site(Litestar):
    envelope: Envelope

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.envelope(scope, receive, send)

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        """What is inside the envelope."""
        await super().__call__(scope, receive, send)


def on_refused(request: Request[Any, Any, Any], refused: Refused) -> Response[bytes]:
    return respond(not_taken(refused.reason), request)


def build_site(desk: Desk) -> Site:
    """The ASGI application. Raises ValueError for a route that does not say whom it answers."""

    def ledger_desk() -> Desk:
        return desk

    router = Router(path="/ledger/v1", route_handlers=[*ROUTES], dependencies={"caller": Provide(caller_of)})
    site = Site(
        route_handlers=[router, healthz, readyz, metrics, no_such_path],
        dependencies={"ledger_desk": Provide(ledger_desk, sync_to_thread=False)},
        exception_handlers={**HANDLERS, Refused: on_refused},
        openapi_config=OpenAPIConfig(
            title="Tianping evidence ledger",
            version=__version__,
            description="Deposits, proofs and verdicts of the court's evidence ledger. Refusals are RFC 9457 problem details.",
            openapi_router=Router(
                path="/ledger/v1/schema", route_handlers=[], opt=allow(Who.ANYONE), include_in_schema=False
            ),
            license=License(name="Apache-2.0", identifier="Apache-2.0"),
            contact=Contact(name="Tianping"),
            components=SECURITY,
            render_plugins=[CompleteDocument()],
        ),
        request_max_body_size=1024 * 1024,
        logging_config=None,
        debug=False,
    )
    for one in site.routes:
        for handler in getattr(one, "route_handlers", []):
            if "who" not in handler.opt and handler.http_methods != {"OPTIONS"}:
                raise ValueError(f"{one.path} does not say whom it answers")
    site.envelope = Envelope(site.answer, desk.measures)
    return site
