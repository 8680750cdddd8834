"""Saving one answer at a path, and noticing that another device saved the same answer meanwhile."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.filing.model import Answers
from tianping.contexts.filing.rules.problems import AnswerEditedElsewhere, PathUnknown
from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, InvalidInput, Text

_PATH = re.compile(r"[a-z_]+(\.[A-Za-z0-9_-]+){0,8}")
GROUPS = tuple(field.name for field in msgspec.structs.fields(Answers))
_SPLIT = frozenset({"facts", "links", "wishes"})
"""Groups whose answers are independent of each other: each is a group of its own when devices are compared."""


def group_of(path: str) -> str:
    """The part of the answers that one save changes: `plaintiffs` for `plaintiffs.0.name`, `facts.order_no` as it is."""
    names = path.split(".")
    return ".".join(names[:2]) if names[0] in _SPLIT else names[0]


def plain(answers: Answers) -> dict[str, Any]:
    """The answers as JSON values; money as its decimal text."""
    return msgspec.to_builtins(answers, enc_hook=_written)


_ACCOUNTS = (
    ("plaintiffs", ("person_id", "organisation_id")),
    ("defendants", ("person_id", "organisation_id")),
    ("third_parties", ("person_id", "organisation_id")),
    ("agents", ("person_id",)),
)


def check_accounts(before: Answers, after: Answers, matched: frozenset[UUID]) -> None:
    """An account named in a party stands in the case that follows, so a filer may not put one there.

    Allowed are accounts that stood in the answers before and those that the court itself `matched`.
    Raises InvalidInput naming the place.
    """
    allowed = matched | {account for _, account in _accounts(before)}
    wrong = Text("不能自行填写他人的平台账户", "Another person's account cannot be named here")
    problems = [
        FieldProblem(place, "account-not-yours", wrong) for place, account in _accounts(after) if account not in allowed
    ]
    if problems:
        raise InvalidInput(fields=tuple(problems))


def check_mandates(before: Answers, after: Answers) -> None:
    """An agent named from a mandate has that mandate's powers and no others, however the draft is edited. CPL art. 62.

    Raises InvalidInput naming the place.
    """
    given = {agent.mandate_id: set(agent.powers) for agent in before.agents if agent.mandate_id is not None}
    beyond = Text("代理权限不能超出授权委托书", "The powers cannot go beyond the mandate")
    problems = [
        FieldProblem(f"agents.{position}.powers", "beyond-the-mandate", beyond)
        for position, agent in enumerate(after.agents)
        if agent.mandate_id is not None and not set(agent.powers) <= given.get(agent.mandate_id, set())
    ]
    if problems:
        raise InvalidInput(fields=tuple(problems))


def _accounts(answers: Answers) -> list[tuple[str, UUID]]:
    return [
        (f"{group}.{position}.{field}", account)
        for group, fields in _ACCOUNTS
        for position, named in enumerate(getattr(answers, group))
        for field in fields
        if (account := getattr(named, field)) is not None
    ]


def value_at(answers: Answers, path: str) -> Any:
    """The JSON value at a path, None if there is none."""
    found: Any = plain(answers)
    for name in path.split("."):
        if isinstance(found, list):
            found = found[int(name)] if name.isdigit() and int(name) < len(found) else None
        elif isinstance(found, dict):
            found = found.get(name)
        else:
            return None
    return found


def with_answer(answers: Answers, path: str, value: Any) -> Answers:
    """The answers with `value` (a JSON value) at `path`; None clears an answer and takes an item out of a list.

    Raises: PathUnknown; InvalidInput naming the field whose value has not the right form.
    """
    names = path.split(".")
    if names[0] not in GROUPS or not _PATH.fullmatch(path):
        raise _unknown(path)
    whole = plain(answers)
    holder: Any = whole
    for name in names[:-1]:
        holder = _step(holder, name, path)
    _put(holder, names[-1], value, path)
    try:
        return msgspec.convert(whole, Answers, dec_hook=_read)
    except msgspec.ValidationError as wrong:
        raise _invalid(path, str(wrong)) from wrong


def check_not_touched(
    touched: Mapping[str, int], answers: Answers, path: str, value: Any, *, base: int, revision: int
) -> None:
    """Raises AnswerEditedElsewhere if the answer was saved by another device since revision `base` and differs."""
    group = group_of(path)
    if touched.get(group, 0) <= base:
        return
    theirs = value_at(answers, path)
    if theirs == value:
        return
    raise AnswerEditedElsewhere(path=path, revision=revision, theirs=theirs, yours=value)


def _step(holder: Any, name: str, path: str) -> Any:
    if isinstance(holder, list):
        if not name.isdigit() or int(name) > len(holder):
            raise _unknown(path)
        if int(name) == len(holder):
            holder.append({})
        return holder[int(name)]
    if isinstance(holder, dict):
        if holder.get(name) is None:
            holder[name] = {}
        return holder[name]
    raise _unknown(path)


def _put(holder: Any, name: str, value: Any, path: str) -> None:
    if isinstance(holder, list):
        if not name.isdigit() or int(name) > len(holder):
            raise _unknown(path)
        index = int(name)
        if value is None:
            del holder[index : index + 1]
        else:
            holder[index : index + 1] = [value]
    elif isinstance(holder, dict):
        if value is None:
            holder.pop(name, None)
        else:
            holder[name] = value
    else:
        raise _unknown(path)


def _written(value: object) -> str:
    if isinstance(value, Money):
        return str(value)
    raise TypeError(f"cannot write {type(value)}")


def _read(wanted: type, value: object) -> object:
    if wanted is Money and isinstance(value, str):
        return Money.parse(value)
    raise ValueError(f"not {wanted.__name__}")


def _unknown(path: str) -> PathUnknown:
    message = Text(f"没有“{path}”这一项", f"There is no answer “{path}”")
    return PathUnknown(fields=(FieldProblem(path, "answer-path-unknown", message),))


def _invalid(path: str, why: str) -> InvalidInput:
    message = Text("填写的内容不符合要求，请检查格式和长度", f"This answer has not the right form: {why}")
    return InvalidInput(fields=(FieldProblem(path, "answer-invalid", message),))
