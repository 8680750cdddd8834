"""Requests that are right in form, made from the API's own description, so that a refusal is about the right to ask."""

import uuid
from typing import Any


class Bodies:
    """`of(operation)` gives the smallest body that the description allows."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def of(self, operation: tuple[str, str]) -> Any:
        path, method = operation
        described = self._document["paths"].get(path, {}).get(method, {})
        content = described.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return self._smallest(schema) if schema else None

    def _smallest(self, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            found: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            return self._smallest(found)
        for name in ("const", "default"):
            if name in schema:
                return schema[name]
        if schema.get("examples"):
            return schema["examples"][0]
        if schema.get("enum"):
            return schema["enum"][0]
        for name in ("oneOf", "anyOf", "allOf"):
            if name in schema:
                return self._smallest(schema[name][0])
        kind = schema.get("type", "object")
        kind = next(k for k in kind if k != "null") if isinstance(kind, list) else kind
        if kind == "object":
            properties = schema.get("properties", {})
            return {name: self._smallest(properties[name]) for name in schema.get("required", []) if name in properties}
        if kind == "array":
            return [self._smallest(schema["items"]) for _ in range(schema.get("minItems", 0))]
        if kind == "string":
            return _text(schema)
        return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": True}.get(kind)


def _text(schema: dict[str, Any]) -> str:
    form = schema.get("format")
    if form == "uuid":
        return str(uuid.uuid4())
    if form == "date":
        return "2026-03-02"
    if form == "date-time":
        return "2026-03-02T01:00:00Z"
    return "示" * max(1, schema.get("minLength", 1))
