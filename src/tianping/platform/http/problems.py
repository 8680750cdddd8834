"""Problem details (RFC 9457) in the reader's language, with the other language beside it."""

from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from psycopg import errors as pg
from psycopg_pool import PoolTimeout

from tianping.kit.problems import (
    Conflict,
    FieldProblem,
    InvalidInput,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Problem,
    Text,
    TooManyRequests,
    Unavailable,
)
from tianping.platform.database import ActReplayed, to_json

log = structlog.get_logger(__name__)

_FIELD_INVALID = Text("填写的内容不符合要求", "This answer does not have the right form")


class FieldDetail(msgspec.Struct, frozen=True):
    """`field` is a path into the request such as `claims.0.amount`."""

    field: str
    code: str
    message: str
    messages: Text


class Messages(msgspec.Struct, frozen=True):
    title: Text
    detail: Text | None


class ProblemDetails(msgspec.Struct, frozen=True):
    """The body of every refusal. `code` is stable; `title` and `detail` are in the reader's language."""

    type: str
    title: str
    status: int
    code: str
    instance: str
    request_id: str
    messages: Messages
    detail: str | None = None
    articles: list[str] = []
    fields: list[FieldDetail] = []
    values: dict[str, Any] = {}


class MethodNotAllowed(Problem):
    status = 405
    code = "method-not-allowed"
    title = Text("不支持此请求方式", "This method is not supported here")


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported-media-type"
    title = Text("不支持此内容格式", "This content type is not supported")


class RequestTooLarge(Problem):
    status = 413
    code = "request-too-large"
    title = Text("提交的内容过大", "The request is too large")


class Internal(Problem):
    status = 500
    code = "internal"
    title = Text(
        "系统出现错误，已记录，请稍后重试", "Something went wrong on our side; it was recorded, please try again"
    )


class DiskFull(Problem):
    status = 507
    code = "storage-full"
    title = Text(
        "法院存储空间不足，本次未保存，您填写的内容仍在本页",
        "The court's storage is full; this was not saved, your entries remain on this page",
    )


_BY_STATUS: dict[int, type[Problem]] = {
    400: Problem,
    401: NotSignedIn,
    403: NotPermitted,
    404: NotFound,
    405: MethodNotAllowed,
    409: Conflict,
    413: RequestTooLarge,
    415: UnsupportedMediaType,
    422: InvalidInput,
    429: TooManyRequests,
    503: Unavailable,
}


def preferred_language(wanted: str) -> str:
    """`en` when an Accept-Language asks for English before Chinese, else `zh`."""
    return "en" if wanted.split(",", 1)[0].strip().lower().startswith("en") else "zh"


def language_of(request: Request[Any, Any, Any]) -> str:
    return preferred_language(request.headers.get("accept-language", ""))


def details(problem: Problem, request: Request[Any, Any, Any]) -> ProblemDetails:
    language = language_of(request)
    return ProblemDetails(
        type=f"/problems/{problem.code}",
        title=problem.title.in_(language),
        status=problem.status,
        code=problem.code,
        instance=request.scope["path"],
        request_id=request.scope.get("state", {}).get("request_id", ""),
        messages=Messages(problem.title, problem.explanation),
        detail=problem.explanation.in_(language) if problem.explanation else None,
        articles=list(problem.articles),
        values={name: problem.values[name] for name in problem.shown if name in problem.values},
        fields=[FieldDetail(f.field, f.code, f.message.in_(language), f.message) for f in problem.fields],
    )


def respond(problem: Problem, request: Request[Any, Any, Any]) -> Response[bytes]:
    headers = {"Content-Language": language_of(request), "Cache-Control": "no-store"}
    if problem.status in (429, 503):
        headers["Retry-After"] = str(problem.values.get("retry_after_s", 5))
    return Response(
        content=to_json(details(problem, request)),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


def on_problem(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    return respond(problem, request)


def on_replay(request: Request[Any, Any, Any], replay: ActReplayed) -> Response[bytes]:
    handler = request.scope["route_handler"]
    status = getattr(handler, "status_code", 200) or 200
    return Response(
        content=b"" if status == 204 else replay.answer,
        status_code=status,
        media_type=MediaType.JSON,
        headers={"Idempotency-Replayed": "true", "Cache-Control": "no-store"},
    )


def on_validation(request: Request[Any, Any, Any], failure: ValidationException) -> Response[bytes]:
    fields: list[FieldProblem] = []
    for item in failure.extra or []:
        if isinstance(item, dict):
            text = str(item.get("message", ""))
            fields.append(
                FieldProblem(str(item.get("key", "")), "invalid", Text(_FIELD_INVALID.zh, text or _FIELD_INVALID.en))
            )
    problem = InvalidInput(fields=tuple(fields))
    return respond(problem, request)


def on_http(request: Request[Any, Any, Any], failure: HTTPException) -> Response[bytes]:
    kind = _BY_STATUS.get(failure.status_code, Problem if failure.status_code < 500 else Internal)
    problem = kind()
    if isinstance(failure.__cause__, msgspec.ValidationError):
        problem = InvalidInput(fields=(FieldProblem("", "invalid", Text(_FIELD_INVALID.zh, str(failure.__cause__))),))
    return respond(problem, request)


def on_anything(request: Request[Any, Any, Any], failure: Exception) -> Response[bytes]:
    if isinstance(failure, (pg.DiskFull, OSError)) and getattr(failure, "errno", 28) == 28:
        log.error("storage full", path=request.scope["path"])
        return respond(DiskFull(), request)
    # A server that dies in the midst of a statement leaves an error of no class: nothing but `DatabaseError` itself.
    lost = isinstance(failure, (pg.OperationalError, pg.InterfaceError, PoolTimeout, ConnectionError))
    if lost or type(failure) is pg.DatabaseError:
        log.warning("dependency unavailable", error=type(failure).__name__)
        return respond(Unavailable(), request)
    log.error("unexpected failure", exc_info=failure, path=request.scope["path"])
    return respond(Internal(), request)


HANDLERS: dict[Any, Any] = {
    ActReplayed: on_replay,
    Problem: on_problem,
    ValidationException: on_validation,
    HTTPException: on_http,
    Exception: on_anything,
}
