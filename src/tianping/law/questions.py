"""Questions to the law as plain JSON objects, for the command line, HTTP and the public calculators alike.

A question is read strictly (types, unknown keys) and forgivingly (optional fields may be missing or null). Money is a
decimal string, never a JSON number; days are `YYYY-MM-DD`, court-local (Asia/Shanghai).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from tianping.kit.clock import COURT_ZONE
from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.law import causes as causes_of
from tianping.law import elements as elements_of
from tianping.law.calendar import CourtCalendar
from tianping.law.dated import LawNotInForce
from tianping.law.fees import FEE_ACTS, MATTERS, PROCEDURES, FeeQuestionUnclear, FeeRequest, litigation_fee
from tianping.law.jurisdiction import CourtSeat, jurisdiction
from tianping.law.lawbook import Lawbook
from tianping.law.time_limits import DeadlineAnswer, Length, VariantNeeded, deadline, deadline_after

Question = Mapping[str, Any]

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")
# Days outside these years are typing errors; nothing the lawbook knows reaches beyond them.
_FIRST_YEAR, _LAST_YEAR = 1949, 2199

_FEE_KEYS = frozenset(
    {
        "act",
        "amount",
        "previous_amount",
        "base",
        "procedure",
        "mediated_or_withdrawn",
        "filed_on",
        "matter",
        "previous_procedure",
    }
)
_DEADLINE_KEYS = frozenset({"topic", "length", "event_on", "abroad", "foreign", "variant", "roll"})
_JURISDICTION_KEYS = frozenset({"cause", "filed_on", "links"})
_CAUSES_KEYS = frozenset({"filed_on", "query"})
_ELEMENTS_KEYS = frozenset({"type", "cause", "filed_on", "answers", "complete"})


class QuestionProblem(InvalidInput):
    """One field of a question is wrong; `problem` says which, with a stable code and both languages."""

    def __init__(self, field: str, code: str, message: Text) -> None:
        self.problem = FieldProblem(field, code, message)
        super().__init__(fields=(self.problem,))


def answer_fee(obj: object, law: Lawbook, *, today: date | None = None) -> dict[str, Any]:
    """`{act, amount, previous_amount, base, procedure, mediated_or_withdrawn, filed_on, matter, previous_procedure}`
    → `{fee, direction, steps, articles}`. `today` stands in for a missing `filed_on`.

    Raises: QuestionProblem naming the field.
    """
    question = _object(obj, _FEE_KEYS)
    act = _choice(question, "act", FEE_ACTS, required=True)
    request = FeeRequest(
        act=act,
        amount=_money(question, "amount"),
        previous_amount=_money(question, "previous_amount"),
        base=_money(question, "base"),
        procedure=_choice(question, "procedure", PROCEDURES) or "ordinary",
        mediated_or_withdrawn=_flag(question, "mediated_or_withdrawn") or False,
        matter=_choice(question, "matter", MATTERS),
        previous_procedure=_choice(question, "previous_procedure", PROCEDURES),
    )
    on = _day(question, "filed_on", default=today)
    try:
        answer = _dated("filed_on", lambda: litigation_fee(request, law, on))
    except FeeQuestionUnclear as unclear:
        raise QuestionProblem(unclear.field, unclear.code, unclear.message) from unclear
    return {
        "fee": str(answer.fee),
        "direction": answer.direction,
        "steps": msgspec.to_builtins(answer.steps),
        "articles": msgspec.to_builtins(answer.articles),
    }


def answer_deadline(obj: object, law: Lawbook, calendar: CourtCalendar) -> dict[str, Any]:
    """`{topic | length, event_on, abroad, variant, roll}` →
    `{raw_end, deadline, rolled, counted, counted_en, articles, calendar, bound}`.

    `event_on` is a day, or for hours a moment (court-local unless it carries an offset). `foreign` means `abroad`.
    Raises: QuestionProblem naming the field.
    """
    question = _object(obj, _DEADLINE_KEYS)
    topic, length = _words(question, "topic"), _words(question, "length")
    if (topic is None) == (length is None):
        message = Text("请填写 topic 或者 length 之一", "Give either a topic or a length")
        raise QuestionProblem("topic", "required" if topic is None else "one-of", message)
    event_on = _moment(question, "event_on")
    abroad = bool(_flag(question, "abroad")) or bool(_flag(question, "foreign"))
    variant, roll = _words(question, "variant"), _flag(question, "roll")
    if topic is not None:
        if topic not in law.limits:
            raise _unknown("topic", topic)
        return _deadline_as_json(_topic(topic, event_on, law, calendar, abroad=abroad, variant=variant))
    try:
        measured = Length.parse(length or "")
    except ValueError as error:
        message = Text(
            "期间应写作数字加单位，例如 15 day、1 month、2 year、5 working_day、48 hour",
            "Write a number and a unit, such as 15 day, 1 month, 2 year, 5 working_day, 48 hour",
        )
        raise QuestionProblem("length", "not-a-length", message) from error
    answer = deadline_after(measured, event_on, calendar, law, roll=roll is not False)
    return _deadline_as_json(answer)


def answer_jurisdiction(obj: object, law: Lawbook, court: CourtSeat, *, today: date | None = None) -> dict[str, Any]:
    """`{cause, filed_on, links}` → `{competent, rule_set, item, type, why, who, link, assumed, articles, verified}`.

    `links` holds facts by the ids of the lawbook: true or false, or a place such as `北京市朝阳区`.
    Raises: QuestionProblem naming the field (`links.<fact>` for a fact).
    """
    question = _object(obj, _JURISDICTION_KEYS)
    cause = _words(question, "cause")
    if cause is None:
        raise _required("cause")
    on = _day(question, "filed_on", default=today)
    raw = question.get("links")
    if raw is None:
        raw = {}
    if not isinstance(raw, Mapping):
        raise QuestionProblem("links", "not-an-object", Text("应为对象", "This must be an object"))
    links: dict[str, bool | str] = {}
    for key, value in raw.items():
        fact = law.facts.get(key)
        if fact is None:
            raise QuestionProblem(f"links.{key}", "unknown-field", Text("没有这一事实", "There is no such fact"))
        if value is None:
            continue
        if fact.kind == "bool" and not isinstance(value, bool):
            raise QuestionProblem(
                f"links.{key}", "not-a-boolean", Text("应为 true 或者 false", "This must be true or false")
            )
        if fact.kind != "bool" and not isinstance(value, str):
            raise QuestionProblem(f"links.{key}", "not-a-string", Text("应为文字", "This must be a string"))
        links[key] = value
    answer = _dated("filed_on", lambda: jurisdiction(cause, on, links, law, court))
    return msgspec.to_builtins(answer)


def answer_causes(obj: object, law: Lawbook, *, today: date | None = None) -> dict[str, Any]:
    """`{filed_on, query}` → `{version, causes: [{zh, en, number, path, verified, note}], articles}`."""
    question = _object(obj, _CAUSES_KEYS)
    on = _day(question, "filed_on", default=today)
    query = _words(question, "query")
    version = _dated("filed_on", lambda: law.cause_version(on))
    found = causes_of.causes_in_force(law, on) if query is None else causes_of.causes_like(law, query, on, limit=500)
    return {
        "version": version.id,
        "causes": msgspec.to_builtins(found),
        "articles": msgspec.to_builtins(law.articles(version.articles)),
    }


def answer_elements(obj: object, law: Lawbook, *, today: date | None = None) -> dict[str, Any]:
    """`{type | cause, filed_on, answers, complete}` → the fields and claims of the case type and, if `answers` are
    given, `problems` and the sums claimed. `complete` false checks a draft."""
    question = _object(obj, _ELEMENTS_KEYS)
    type_id, cause = _words(question, "type"), _words(question, "cause")
    on = _day(question, "filed_on", default=today)
    if type_id is None and cause is None:
        raise _required("type")
    if type_id is not None and type_id not in law.case_types:
        raise _unknown("type", type_id)
    kind = law.case_types[type_id] if type_id else elements_of.case_type_of_cause(law, cause or "")
    answer: dict[str, Any] = {
        "type": kind.id,
        "zh": kind.zh,
        "en": kind.en,
        "note": msgspec.to_builtins(kind.note),
        "fields": msgspec.to_builtins(kind.fields),
        "claims": [
            {**msgspec.to_builtins(claim), "articles": msgspec.to_builtins(law.articles(claim.articles))}
            for claim in kind.claims
        ],
        "articles": msgspec.to_builtins(law.articles(kind.articles)),
    }
    answers = question.get("answers")
    if answers is None:
        return answer
    if not isinstance(answers, Mapping):
        raise QuestionProblem("answers", "not-an-object", Text("应为对象", "This must be an object"))
    checked = elements_of.check_elements(kind, answers, complete=_flag(question, "complete") is not False)
    sums = _dated("filed_on", lambda: elements_of.claim_sums(kind, checked.values, law, on))
    answer["problems"] = msgspec.to_builtins(checked.problems)
    answer["sums"] = {
        key: {
            "amount": str(found.amount),
            "formula": msgspec.to_builtins(found.formula),
            "warning": msgspec.to_builtins(found.warning),
            "articles": msgspec.to_builtins(found.articles),
        }
        for key, found in sums.items()
    }
    return answer


def _topic(
    topic: str,
    event_on: date | datetime,
    law: Lawbook,
    calendar: CourtCalendar,
    *,
    abroad: bool,
    variant: str | None,
) -> DeadlineAnswer:
    try:
        return _dated("event_on", lambda: deadline(topic, event_on, calendar, law, abroad=abroad, variant=variant))
    except VariantNeeded as needed:
        choices = ", ".join(needed.choices)
        message = Text(f"请填写下列之一：{choices}", f"Give one of: {choices}")
        raise QuestionProblem("variant", "required" if variant is None else "unknown", message) from needed


def _deadline_as_json(answer: DeadlineAnswer) -> dict[str, Any]:
    return {
        "raw_end": None if answer.raw_end is None else answer.raw_end.isoformat(),
        "deadline": None if answer.deadline is None else answer.deadline.isoformat(),
        "rolled": answer.rolled,
        "counted": answer.counted.zh,
        "counted_en": answer.counted.en,
        "articles": msgspec.to_builtins(answer.articles),
        "calendar": answer.calendar,
        "bound": answer.bound,
    }


def _dated(field: str, ask: Callable[[], Any]) -> Any:
    """Ask, and turn a day without law into a problem of the field that named the day."""
    try:
        return ask()
    except LawNotInForce as missing:
        message = missing.explanation or missing.title
        raise QuestionProblem(field, missing.code, message) from missing


def _object(obj: object, keys: frozenset[str]) -> Question:
    if not isinstance(obj, Mapping):
        raise QuestionProblem("", "not-an-object", Text("应为一个 JSON 对象", "This must be a JSON object"))
    for key in obj:
        if key not in keys:
            raise QuestionProblem(str(key), "unknown-field", Text("没有这一项", "There is no such field"))
    return obj


def _required(field: str) -> QuestionProblem:
    return QuestionProblem(field, "required", Text("请填写此项", "This is required"))


def _unknown(field: str, value: str) -> QuestionProblem:
    return QuestionProblem(field, "unknown", Text(f"没有“{value}”这一选项", f"“{value}” is not one of the choices"))


def _words(question: Question, field: str) -> str | None:
    value = question.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise QuestionProblem(field, "not-a-string", Text("应为文字", "This must be a string"))
    return value.strip() or None


def _choice(question: Question, field: str, choices: Iterable[str], *, required: bool = False) -> Any:
    value = _words(question, field)
    if value is None:
        if required:
            raise _required(field)
        return None
    if value not in choices:
        raise _unknown(field, value)
    return value


def _flag(question: Question, field: str) -> bool | None:
    value = question.get(field)
    if value is not None and not isinstance(value, bool):
        raise QuestionProblem(field, "not-a-boolean", Text("应为 true 或者 false", "This must be true or false"))
    return value


def _money(question: Question, field: str) -> Money | None:
    value = question.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        message = Text(
            '金额须为字符串，例如 "123.45"，不得为数字', 'An amount is a string such as "123.45", never a number'
        )
        raise QuestionProblem(field, "not-a-string", message)
    if not _AMOUNT.fullmatch(value):
        message = Text(
            "金额应为不带符号的数字，至多两位小数", "An amount is digits with at most two decimals, without a sign"
        )
        raise QuestionProblem(field, "not-an-amount", message)
    return Money.parse(value)


def _day(question: Question, field: str, *, default: date | None) -> date:
    value = _words(question, field)
    if value is None:
        if default is None:
            raise _required(field)
        return default
    if not _DAY.fullmatch(value):
        raise _not_a_date(field)
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise _not_a_date(field) from error
    return _within_years(field, day)


def _moment(question: Question, field: str) -> date | datetime:
    value = _words(question, field)
    if value is None:
        raise _required(field)
    if not _MOMENT.fullmatch(value):
        return _day(question, field, default=None)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise _not_a_date(field) from error
    _within_years(field, moment.date())
    return moment.astimezone(COURT_ZONE) if moment.tzinfo else moment.replace(tzinfo=COURT_ZONE)


def _within_years(field: str, day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        message = Text(
            f"年份应在{_FIRST_YEAR}至{_LAST_YEAR}之间", f"The year lies between {_FIRST_YEAR} and {_LAST_YEAR}"
        )
        raise QuestionProblem(field, "out-of-range", message)
    return day


def _not_a_date(field: str) -> QuestionProblem:
    return QuestionProblem(field, "not-a-date", Text("日期应写作 2026-03-02", "Write a date as 2026-03-02"))
