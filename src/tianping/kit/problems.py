"""Errors as facts: every refusal has a stable code, a status and a sentence in both languages (RFC 9457)."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec


class Text(msgspec.Struct, frozen=True):
    """A sentence in Chinese and in English. `{name}` places are filled by `format`."""

    zh: str
    en: str

    def format(self, **values: object) -> "Text":
        return Text(self.zh.format(**values), self.en.format(**values))

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field. `field` is a path such as `claims.0.amount`."""

    field: str
    code: str
    message: Text


class Problem(Exception):
    """Base of every refusal. A subclass is a fact: `class FilingOutOfTime(Problem)`.

    A subclass sets `status` (HTTP), `code` (stable, kebab-case), `title` (zh, en) and, if there is more to
    say, `detail`, whose places are filled from keyword arguments. `articles` names the law it rests on.
    `shown` names those of the keyword arguments that the caller is given as they are (`values` of the answer).
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    title: ClassVar[Text] = Text("请求有误", "Bad request")
    detail: ClassVar[Text | None] = None
    articles: ClassVar[tuple[str, ...]] = ()
    shown: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, fields: tuple[FieldProblem, ...] = (), **values: object) -> None:
        self.fields = fields
        self.values: Mapping[str, object] = values
        self.explanation = self.detail.format(**values) if self.detail else None
        super().__init__(self.explanation.en if self.explanation else self.title.en)


class InvalidInput(Problem):
    status = 422
    code = "invalid-input"
    title = Text("填写内容有误", "Some answers need attention")


class NotSignedIn(Problem):
    status = 401
    code = "not-signed-in"
    title = Text("请先登录", "Please sign in first")


class NotPermitted(Problem):
    status = 403
    code = "not-permitted"
    title = Text("您没有办理此事的权限", "You are not permitted to do this")


class NotFound(Problem):
    """Also the answer for what exists but may not be seen, so that nothing is given away."""

    status = 404
    code = "not-found"
    title = Text("没有找到", "Not found")


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = Text("与当前状态不符", "This does not fit the present state")


class EditedElsewhere(Conflict):
    code = "edited-elsewhere"
    title = Text("内容已在另一设备上修改", "This was changed on another device")


class TooManyRequests(Problem):
    status = 429
    code = "too-many-requests"
    title = Text("操作过于频繁，请稍后再试", "Too many requests, please try again later")


class Unavailable(Problem):
    status = 503
    code = "unavailable"
    title = Text(
        "服务暂时不可用，您的内容未丢失，请稍后重试", "Temporarily unavailable; nothing is lost, please try again"
    )
