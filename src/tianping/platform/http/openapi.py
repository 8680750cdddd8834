"""Completes the OpenAPI document: permissions, the Idempotency-Key header, and every refusal a route can give."""

from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.enums import OpenAPIMediaType
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin

from tianping.kit.money import Money
from tianping.platform.http.guard import PUBLIC

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "instance", "request_id", "messages"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": ["string", "null"]},
        "code": {"type": "string", "description": "Stable; does not change with language or wording"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "articles": {"type": "array", "items": {"type": "string"}},
        "values": {"type": "object", "description": "Facts of this refusal that a program may use"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "messages": {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}},
                },
            },
        },
        "messages": {"type": "object"},
    },
}


class MoneySchema(OpenAPISchemaPlugin):
    """Money is written as its decimal text, in yuan with two decimals."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        return value is Money

    def to_openapi_schema(self, field_definition: Any, schema_creator: Any) -> Schema:
        return Schema(type=OpenAPIType.STRING, pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$", examples=["2769.14"])


def document(app: Litestar) -> dict[str, Any]:
    """The OpenAPI 3.1 document as plain data, keys sorted, so that two documents of one API are equal."""
    complete = _complete(app, app.openapi_schema.to_schema())
    return msgspec.json.decode(msgspec.json.encode(complete, order="sorted"))


class CompleteDocument(OpenAPIRenderPlugin):
    """Serves the document at `/api/v1/schema/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=OpenAPIMediaType.OPENAPI_JSON)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return msgspec.json.encode(_complete(request.app, openapi_schema))


def _complete(app: Litestar, schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    for component in components.values():
        # The default of a field that refers to it: which of its uses is described first decides whether it lands here.
        component.pop("default", None)
    components["Problem"] = PROBLEM_SCHEMA
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    by_operation: dict[tuple[str, str], dict[str, Any]] = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            path = getattr(route, "path_format", route.path)
            for method in handler.http_methods:
                by_operation[(path, method.lower())] = handler.opt
    for path, item in schema.get("paths", {}).items():
        for method, operation in item.items():
            opt = by_operation.get((path, method), {})
            permission = opt.get("permission", "")
            operation["x-permission"] = permission
            operation["security"] = [] if permission == PUBLIC else [{"session": []}, {"token": []}]
            refusals = {"400", "429", "500", "503"}
            if "{" in path or method != "get":
                refusals |= {"404"}
            if permission != PUBLIC:
                refusals |= {"401", "403"}
            if method not in {"get", "head", "options"}:
                refusals |= {"401", "403", "409", "413", "415", "422", "507"}
                if opt.get("idempotent", True):
                    operation.setdefault("parameters", []).append(
                        {
                            "name": "Idempotency-Key", "in": "header", "required": True,
                            "description": "Unique for each act; the same when it is retried",
                            "schema": {"type": "string", "minLength": 8, "maxLength": 80, "pattern": "^[ -~]+$"},
                        }
                    )  # fmt: skip
            elif operation.get("parameters"):
                refusals |= {"422"}
            texts = {
                "400": "Malformed request", "401": "Not signed in", "403": "Not permitted", "404": "Not found",
                "405": "Method not allowed", "409": "Does not fit the present state", "413": "Too large",
                "415": "Unsupported content type", "422": "Some answers need attention", "429": "Too many requests",
                "500": "Failure on our side", "503": "Temporarily unavailable", "507": "Storage full",
            }  # fmt: skip
            responses = operation.setdefault("responses", {})
            if "204" in responses:
                responses["204"].pop("content", None)
            for status in sorted(refusals):
                # A handler that is not ready (`/readyz`) says so in its own words.
                if not (status == "503" and status in responses):
                    responses[status] = {"description": texts[status], **problem}
            if method == "get" and "200" in responses:
                responses["304"] = {"description": "Not modified since the ETag given"}
    sort_enumerations(schema)
    return schema


def sort_enumerations(part: Any) -> None:
    """Python gives equal unions of literals the order of whichever was made first, so the order of imports would show."""
    if isinstance(part, dict):
        if isinstance(part.get("enum"), list):
            part["enum"] = sorted(part["enum"], key=lambda value: (value is None, str(value)))
        for inner in part.values():
            sort_enumerations(inner)
    elif isinstance(part, list):
        for inner in part:
            sort_enumerations(inner)
