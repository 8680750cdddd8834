"""Sentences with places: `[{order_time:minute}，]原告[在{platform}]购买{goods}。`

A place takes an answer. What stands in brackets is left out when one of its places has no answer; a sentence is left
out when a place outside brackets has none. The answers that were used become the sentence's sources.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tianping.contexts.documents.rendering import wording
from tianping.kit.clock import COURT_ZONE
from tianping.kit.money import Money

_PLACE = re.compile(r"\{(?P<key>\w+)(?::(?P<form>\w+))?\}")
_GROUP = re.compile(r"\[([^\[\]]*)\]")
_EDGES = " \t\r\n\u3000。；;，,、"


def fill(phrase: str, facts: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """The sentence and the keys it used, in order; None if an answer that it cannot do without is missing."""
    used: list[str] = []
    text, position = "", 0
    for group in _GROUP.finditer(phrase):
        outside = _filled(phrase[position : group.start()], facts, used)
        if outside is None:
            return None
        within: list[str] = []
        inside = _filled(group[1], facts, within)
        if inside is not None:
            used += within
        text += outside + (inside or "")
        position = group.end()
    rest = _filled(phrase[position:], facts, used)
    if rest is None:
        return None
    return text + rest, list(dict.fromkeys(used))


def answer(facts: Mapping[str, Any], key: str, form: str = "text") -> str | None:
    """One answer as it stands in a sentence; None if there is none or it has another form."""
    value = facts.get(key)
    if value in (None, "", []):
        return None
    try:
        return _FORMS[form](value) or None
    except (ValueError, TypeError, KeyError, ArithmeticError):
        return None


def _filled(piece: str, facts: Mapping[str, Any], used: list[str]) -> str | None:
    keys: list[str] = []
    text, position = "", 0
    for place in _PLACE.finditer(piece):
        value = answer(facts, place["key"], place["form"] or "text")
        if value is None:
            return None
        keys.append(place["key"])
        text += piece[position : place.start()] + value
        position = place.end()
    used += keys
    return text + piece[position:]


def _text(value: Any) -> str:
    """Words as written, without the stops at either end, so that the sentence's own follow; paths into structures."""
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, list):
        return "；".join(filter(None, (_text(item) for item in value)))
    if isinstance(value, dict):
        named = value.get("name") or value.get("label")
        return _text(named) if named else "，".join(_text(item) for item in value.values() if item)
    return re.sub(r"\s*\n\s*", "；", str(value).strip(_EDGES))


def _money(value: Any) -> str:
    if isinstance(value, dict):
        value = value["yuan"]
    amount = value if isinstance(value, Money) else Money.parse(str(value))
    return wording.amount_in_figures(amount)


def _day(value: Any) -> str:
    """The court-local day of a date or an instant."""
    if isinstance(value, str) and len(value) > len("2026-01-31"):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return wording.day_in_figures(value.astimezone(COURT_ZONE).date() if value.tzinfo else value.date())
    return wording.day_in_figures(value if isinstance(value, date) else date.fromisoformat(str(value)))


def _minute(value: Any) -> str:
    """A time of day if one was given; a bare date stays a date. Times without zone are court time."""
    if isinstance(value, str) and len(value) <= 10:
        return _day(value)
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return wording.minute_in_figures(instant if instant.tzinfo else instant.replace(tzinfo=COURT_ZONE))


def _number(value: Any) -> str:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) > Decimal("1e12"):
        raise ValueError
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: Any) -> str:
    return f"{_number(str(value).strip().removesuffix('%'))}%"


_FORMS: dict[str, Callable[[Any], str]] = {
    "text": _text,
    "money": _money,
    "day": _day,
    "minute": _minute,
    "number": _number,
    "percent": _percent,
}
