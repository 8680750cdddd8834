"""Cursor paging: `?limit=&cursor=`; the cursor is opaque to the caller and steady while rows are added."""

import base64
from typing import Any, Generic, TypeVar

import msgspec

from tianping.kit.problems import FieldProblem, InvalidInput, Text

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list. `next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None = None


def write_cursor(*position: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def read_cursor(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """The position in a cursor. Raises InvalidInput for a cursor that is not ours."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=tuple[*types])  # type: ignore[misc]
    except (ValueError, msgspec.MsgspecError) as wrong:
        message = Text(
            "分页标记无效，请从第一页重新开始", "This page mark is not valid; start again from the first page"
        )
        raise InvalidInput(fields=(FieldProblem("cursor", "cursor-invalid", message),)) from wrong
