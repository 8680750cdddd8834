"""Elements (要素): what a claim of each type must state, checked field by field, and what its claims come to."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, Text
from tianping.law.claim_entries import CaseType, ElementField
from tianping.law.claims import ClaimSum, InputMissing, Value, claim_sum
from tianping.law.lawbook import Lawbook

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


class ElementsChecked(msgspec.Struct, frozen=True):
    """`problems`: what is missing or ill-typed, by field key. `values`: what could be read, typed."""

    problems: tuple[FieldProblem, ...]
    values: dict[str, Any]


def case_types(law: Lawbook, on: date) -> tuple[CaseType, ...]:
    return tuple(kind for kind in law.case_types.values() if kind.in_force(on))


def case_type(law: Lawbook, type_id: str) -> CaseType:
    """Raises KeyError for an unknown type."""
    return law.case_types[type_id]


def case_type_of_cause(law: Lawbook, cause: str) -> CaseType:
    """The type whose elements a cause is pleaded with; the general type for any other cause."""
    for kind in law.case_types.values():
        if cause in kind.causes:
            return kind
    return law.case_types["general"]


def check_elements(kind: CaseType, answers: Mapping[str, Any], *, complete: bool = True) -> ElementsChecked:
    """Read the answers by field key. `complete` False: a draft, in which nothing is missing yet.

    Money is a decimal string, dates `YYYY-MM-DD`, an enum one of its option ids. Unknown keys are problems, except
    extra figures a claim's formula asks for.
    """
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    fields = {field.key: field for field in kind.fields}
    extra = {key for claim in kind.claims for key in claim.inputs} - set(fields)
    for key, raw in answers.items():
        field = fields.get(key)
        if field is None and key not in extra:
            problems.append(FieldProblem(key, "unknown-field", Text("没有这一项", "There is no such field")))
        elif raw not in (None, "", [], ()):
            type_ = field.type if field else "money"
            value = _read(type_, raw, field)
            if value is None:
                problems.append(FieldProblem(key, "ill-typed", _wanted(type_)))
            else:
                values[key] = value
    ill = {problem.field for problem in problems}
    if complete:
        problems.extend(
            FieldProblem(field.key, "required", Text(f"请填写：{field.zh}", f"Please give: {field.en}"))
            for field in kind.fields
            if field.required and field.key not in values and field.key not in ill
        )
    return ElementsChecked(tuple(problems), values)


def claim_sums(kind: CaseType, values: Mapping[str, Value], law: Lawbook, on: date) -> dict[str, ClaimSum]:
    """What each claim comes to, for those whose inputs are known, by claim id."""
    sums: dict[str, ClaimSum] = {}
    for claim in kind.claims:
        try:
            found = claim_sum(claim, values, law, on)
        except InputMissing:
            continue
        if found is not None:
            sums[claim.id] = found
    return sums


def _read(type_: str, raw: object, field: ElementField | None) -> Any:
    """The typed value, or None if it cannot be read as this type."""
    match type_:
        case "money":
            return Money.parse(raw) if isinstance(raw, str) and _AMOUNT.fullmatch(raw) else None
        case "number" | "percent":
            try:
                return Decimal(raw) if isinstance(raw, str) and _NUMBER.fullmatch(raw) else None
            except InvalidOperation:
                return None
        case "date":
            return _parsed(date, raw)
        case "datetime":
            return _parsed(datetime, raw)
        case "bool":
            return raw if isinstance(raw, bool) else None
        case "enum":
            options = {option.id for option in field.options} if field else set()
            return raw if isinstance(raw, str) and raw in options else None
        case "list":
            return tuple(raw) if isinstance(raw, list | tuple) else None
        case "url":
            return raw if isinstance(raw, str) and re.match(r"https?://\S+$", raw) else None
        case "party_ref" | "evidence_ref":
            return raw if isinstance(raw, str | list | dict) else None
        case _:
            return raw.strip() or None if isinstance(raw, str) else None


def _parsed(kind: type[date], raw: object) -> date | None:
    if type(raw) is kind:
        return raw
    try:
        return kind.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _wanted(type_: str) -> Text:
    wanted = {
        "money": Text("请填写金额，例如 123.45", "Give an amount such as 123.45"),
        "number": Text("请填写数字", "Give a number"),
        "percent": Text("请填写百分数，例如 12.5", "Give a percentage such as 12.5"),
        "date": Text("请填写日期，例如 2026-03-02", "Give a date such as 2026-03-02"),
        "datetime": Text("请填写时间，例如 2026-03-02T10:30", "Give a time such as 2026-03-02T10:30"),
        "bool": Text("请选择是或者否", "Choose yes or no"),
        "enum": Text("请从所列选项中选择", "Choose one of the options"),
        "url": Text("请填写以 http 开头的网址", "Give an address that begins with http"),
    }
    return wanted.get(type_, Text("内容格式有误", "This cannot be read"))
