"""Completes the OpenAPI document: how requests are signed, whom each route answers, every refusal it can give."""

from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.enums import OpenAPIMediaType
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from tianping.engines.ledger.gateway.signed import Who
from tianping.platform.http.openapi import PROBLEM_SCHEMA, sort_enumerations

SECURITY = Components(
    security_schemes={
        "signature": SecurityScheme(
            type="apiKey", security_scheme_in="header", name="Tianping-Signature",
            description="SM2 over the request, with Tianping-Certificate, Tianping-Time and Tianping-Nonce: docs/engines/ledger.md",
        ),
        "node": SecurityScheme(type="http", scheme="bearer", description="The node's own token (keys/node.token)"),
    }
)  # fmt: skip

_TEXTS = {
    "400": "Malformed request", "401": "Not signed, or not rightly", "403": "Not permitted", "404": "Not found",
    "409": "Refused by the ledger, or received before", "413": "Too large", "415": "Unsupported content type",
    "422": "Some answers need attention", "429": "Too many requests: Retry-After", "500": "Failure on our side",
    "503": "Busy, stopped, or not yet co-signed: Retry-After", "507": "The node's disk is full or failing",
}  # fmt: skip


def document(app: Litestar) -> dict[str, Any]:
    """The OpenAPI 3.1 document as plain data, keys sorted."""
    complete = _complete(app, app.openapi_schema.to_schema())
    return msgspec.json.decode(msgspec.json.encode(complete, order="sorted"))


class CompleteDocument(OpenAPIRenderPlugin):
    """Serves the document at `/ledger/v1/schema/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=OpenAPIMediaType.OPENAPI_JSON)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return msgspec.json.encode(_complete(request.app, openapi_schema))


def _complete(app: Litestar, schema: dict[str, Any]) -> dict[str, Any]:
    schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    handlers = {
        (getattr(route, "path_format", route.path), method.lower()): handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
    }
    for path, item in schema.get("paths", {}).items():
        for method, operation in item.items():
            handler = handlers.get((path, method))
            who: frozenset[Who] = handler.opt.get("who", frozenset()) if handler else frozenset()
            operation["x-answers"] = sorted(who)
            operation["security"] = _security(who)
            refusals = {"400", "401", "404", "422", "429", "500", "503"}
            if Who.ANYONE not in who:
                refusals |= {"403"}
            if method != "get":
                refusals |= {"409", "413", "415", "507"}
            if path.endswith("z"):
                refusals = {"500", "503"}
            if path.endswith(":cbor"):
                binary = {"schema": {"type": "string", "format": "binary"}}
                operation["requestBody"] = {"required": True, "content": {"application/cbor": binary}}
            if path.endswith(":file"):
                binary = {"schema": {"type": "string", "format": "binary"}}
                operation["requestBody"] = {"required": True, "content": {"application/octet-stream": binary}}
            responses = operation.setdefault("responses", {})
            for status in sorted(refusals - responses.keys()):
                responses[status] = {"description": _TEXTS[status], **problem}
            if "400" in responses and "ValidationException" in str(responses["400"]):
                responses["400"] = {"description": _TEXTS["400"], **problem}
    sort_enumerations(schema)
    return schema


def _security(who: frozenset[Who]) -> list[dict[str, list[str]]]:
    found: list[dict[str, list[str]]] = [{}] if Who.ANYONE in who else []
    if who & {Who.APPLICATION, Who.OFFICER}:
        found.append({"signature": []})
    if Who.NODE in who:
        found.append({"node": []})
    return [] if found == [{}] else found
