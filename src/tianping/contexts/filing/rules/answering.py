"""Saving answers at their paths, and noticing that another device saved the same answer meanwhile."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.filing.model import Answers, GivenAnswer
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


def with_answers(answers: Answers, given: Sequence[GivenAnswer]) -> Answers:
    """The answers with each given value (a JSON value) at its path, one after another; None clears an answer and takes an
    item out of a list.

    Raises: PathUnknown; InvalidInput naming the first field with which the whole has not the right form.
    """
    whole = plain(answers)
    for each in given:
        _place(whole, each)
    try:
        return _as_answers(whole)
    except msgspec.ValidationError as wrong:
        raise _invalid(_at_fault(answers, given), str(wrong)) from wrong


def check_not_touched(
    touched: Mapping[str, int], answers: Answers, given: Sequence[GivenAnswer], *, revision: int
) -> None:
    """Raises AnswerEditedElsewhere for those that another device saved since the revision given with them, differently."""
    late = [each for each in given if touched.get(group_of(each.path), 0) > each.revision]
    conflicts = [
        {"path": each.path, "theirs": theirs, "yours": each.value}
        for each in late
        if (theirs := value_at(answers, each.path)) != each.value
    ]
    if conflicts:
        raise AnswerEditedElsewhere(revision=revision, conflicts=conflicts)


def _place(whole: dict[str, Any], given: GivenAnswer) -> None:
    """Raises PathUnknown."""
    path = given.path
    names = path.split(".")
    if names[0] not in GROUPS or not _PATH.fullmatch(path):
        raise _unknown(path)
    holder: Any = whole
    for name in names[:-1]:
        holder = _step(holder, name, path)
    # A copy: the next answer may reach into it, and what was given stays as it was given.
    _put(holder, names[-1], msgspec.to_builtins(given.value), path)


def _as_answers(whole: dict[str, Any]) -> Answers:
    return msgspec.convert(whole, Answers, dec_hook=_read)


def _at_fault(answers: Answers, given: Sequence[GivenAnswer]) -> str:
    """The path of the first answer after which the whole has not the right form."""
    whole = plain(answers)
    for each in given:
        _place(whole, each)
        try:
            _as_answers(whole)
        except msgspec.ValidationError:
            return each.path
    return given[-1].path


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
