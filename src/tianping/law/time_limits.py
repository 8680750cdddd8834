"""Time limits: when a period counted from an event ends, and why.

The day (or hour) of the event is not counted; a rest day inside the period is; a last day that is a rest day moves
to the first day after it. Days are court-local (Asia/Shanghai). Trial periods do not move: the court warns itself
early. Periods counted back from an event end, on a rest day, on the working day before.

Law: CPL 85; CPL Interpretation 125; Civil Code 200–204.
"""

import calendar as months_of
import re
from datetime import date, datetime, time, timedelta
from typing import cast, get_args

import msgspec

from tianping.kit.clock import COURT_ZONE
from tianping.kit.problems import Text
from tianping.law.calendar import CalendarKind, CourtCalendar
from tianping.law.entries import TimeLimit, Unit
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import Article

UNITS: tuple[str, ...] = get_args(Unit)
_LENGTH = re.compile(r"([0-9]{1,4}) (hour|day|working_day|month|year)s?", re.ASCII)
_LONGEST = {"hour": 9_000, "day": 9_000, "working_day": 5_000, "month": 600, "year": 60}
_UNIT_ZH = {"hour": "小时", "day": "日", "working_day": "个工作日", "month": "个月", "year": "年"}
_UNIT_EN = {"hour": "hour", "day": "day", "working_day": "working day", "month": "month", "year": "year"}
_BOUND_ZH = {"exact": "", "min": "不少于", "max": "不超过"}
_BOUND_EN = {"exact": "", "min": "at least ", "max": "at most "}


class Length(msgspec.Struct, frozen=True):
    """A number of hours, days, working days, months or years."""

    value: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Length":
        """Read `15 day`, `1 month`, `2 year`, `5 working_day`, `48 hour`. Raises ValueError."""
        found = _LENGTH.fullmatch(text)
        if not found or not 1 <= int(found[1]) <= _LONGEST[found[2]]:
            raise ValueError(f"not a length of time: {text!r}")
        return cls(int(found[1]), cast("Unit", found[2]))

    @property
    def text(self) -> Text:
        plural = "s" if self.value != 1 else ""
        return Text(f"{self.value}{_UNIT_ZH[self.unit]}", f"{self.value} {_UNIT_EN[self.unit]}{plural}")


class DeadlineAnswer(msgspec.Struct, frozen=True):
    """The end of a period. Days are dates; periods in hours give instants with the court's offset.

    `raw_end` before and `deadline` after moving off a rest day; both None where the law sets a rule, not a day.
    `bound`: whether the law sets exactly this length, at least it, or at most it.
    """

    raw_end: date | datetime | None
    deadline: date | datetime | None
    rolled: bool
    counted: Text
    articles: tuple[Article, ...]
    calendar: CalendarKind
    bound: str = "exact"


class VariantNeeded(Exception):
    """The topic has several lengths; `choices` are their ids."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        self.choices = choices
        super().__init__(", ".join(choices))


def deadline(
    topic: str,
    event_on: date | datetime,
    calendar: CourtCalendar,
    law: Lawbook,
    *,
    abroad: bool = False,
    variant: str | None = None,
) -> DeadlineAnswer:
    """When the period of a topic of `time_limits.yaml` ends. `abroad`: the party has no domicile in China.

    Raises: KeyError (no such topic), LawNotInForce, VariantNeeded.
    """
    limit = law.limits.at(topic, _day(event_on))
    length, cites, name = _length_of(limit, abroad=abroad, variant=variant)
    if length is None:
        rule = limit.rule or limit.text
        return DeadlineAnswer(None, None, False, rule, law.articles(limit.articles), calendar.kind(_day(event_on)))
    return _answer(
        length,
        event_on,
        calendar,
        law,
        cites=cites,
        roll=limit.roll,
        before=limit.direction == "before",
        bound=limit.bound,
        name=name,
        effect=limit.effect,
    )


def deadline_after(
    length: Length, event_on: date | datetime, calendar: CourtCalendar, law: Lawbook, *, roll: bool = True
) -> DeadlineAnswer:
    """When a period of a given length (fixed by the court, say) ends. CPL 85; Interpretation 125."""
    return _answer(length, event_on, calendar, law, cites=(), roll=roll, name=Text("期间", "period"))


def warning_day(answer: DeadlineAnswer, calendar: CourtCalendar, *, working_days: int = 5) -> date | None:
    """The day on which the court warns itself: some working days before the earlier of the two ends."""
    if answer.raw_end is None or answer.deadline is None:
        return None
    return calendar.add_working_days(min(_day(answer.raw_end), _day(answer.deadline)), -working_days)


def add_months(day: date, months: int) -> date:
    """The same day number in the month `months` later, or that month's last day. Civil Code 202."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = months_of.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _length_of(limit: TimeLimit, *, abroad: bool, variant: str | None) -> tuple[Length | None, tuple[str, ...], Text]:
    if limit.variants and limit.unit:
        for choice in limit.variants:
            if choice.id == variant:
                name = Text(f"{limit.zh}（{choice.zh}）", f"{limit.en} ({choice.en})")
                return Length(choice.value, limit.unit), limit.articles, name
        raise VariantNeeded(tuple(choice.id for choice in limit.variants))
    if limit.value is None or limit.unit is None:
        return None, limit.articles, limit.text
    if abroad and limit.abroad is not None:
        return Length(limit.abroad, limit.unit), (*limit.articles, *limit.abroad_articles), limit.text
    return Length(limit.value, limit.unit), limit.articles, limit.text


def _answer(
    length: Length,
    event_on: date | datetime,
    calendar: CourtCalendar,
    law: Lawbook,
    *,
    cites: tuple[str, ...],
    roll: bool,
    name: Text,
    before: bool = False,
    bound: str = "exact",
    effect: Text | None = None,
) -> DeadlineAnswer:
    raw = _raw_end(length, event_on, calendar, before=before)
    end: date | datetime = raw
    if roll and length.unit != "working_day":
        end = _off_rest_day(raw, calendar, before=before)
    days = [_day(raw), _day(end)]
    if length.unit == "working_day":
        days.append(_day(event_on))
    counting = ["CPL 85.2", "JI 125"]
    if length.unit in {"month", "year"}:
        counting.append("CC 202")
    if roll and length.unit != "working_day":
        counting.append("CPL 85.3")
    return DeadlineAnswer(
        raw_end=raw,
        deadline=end,
        rolled=end != raw,
        counted=_counted(length, event_on, raw, end, roll=roll, before=before, bound=bound, name=name, effect=effect),
        articles=law.articles((*cites, *counting)),
        calendar=calendar.kind(*days),
        bound=bound,
    )


def _raw_end(length: Length, event_on: date | datetime, calendar: CourtCalendar, *, before: bool) -> date | datetime:
    sign = -1 if before else 1
    if length.unit == "hour":
        if not isinstance(event_on, datetime):
            # Without an hour the event is taken at the day's beginning: the earliest end it can have.
            return event_on + sign * timedelta(hours=length.value)
        local = event_on.astimezone(COURT_ZONE) if event_on.tzinfo else event_on.replace(tzinfo=COURT_ZONE)
        whole = local.replace(minute=0, second=0, microsecond=0)
        start = whole + timedelta(hours=1) if not before else whole
        return start + sign * timedelta(hours=length.value)
    day = _day(event_on)
    match length.unit:
        case "day":
            return day + sign * timedelta(days=length.value)
        case "working_day":
            return calendar.add_working_days(day, sign * length.value)
        case "month":
            return add_months(day, sign * length.value)
        case _:
            return add_months(day, sign * length.value * 12)


def _off_rest_day(raw: date | datetime, calendar: CourtCalendar, *, before: bool) -> date | datetime:
    day = _day(raw)
    moved = calendar.working_day_until(day) if before else calendar.working_day_from(day)
    if moved == day:
        return raw
    if isinstance(raw, datetime):
        # A last day that is moved runs to its end (Civil Code 203): 24:00 of the day, told as its last second.
        return datetime.combine(moved, time(23, 59, 59), tzinfo=COURT_ZONE)
    return moved


def _day(moment: date | datetime) -> date:
    """The court-local day. A naive instant is court-local already."""
    if isinstance(moment, datetime):
        return (moment.astimezone(COURT_ZONE) if moment.tzinfo else moment).date()
    return moment


def _counted(
    length: Length,
    event_on: date | datetime,
    raw: date | datetime,
    end: date | datetime,
    *,
    roll: bool,
    before: bool,
    bound: str,
    name: Text,
    effect: Text | None,
) -> Text:
    hours = length.unit == "hour"
    event, first, last = (
        m.isoformat(sep=" ") if isinstance(m, datetime) else m.isoformat() for m in (event_on, raw, end)
    )
    zh = f"{name.zh}{_BOUND_ZH[bound]}{length.text.zh}。{event}" + ("当时" if hours else "当日") + "不计算在内，"
    en = f"{name.en[0].upper()}{name.en[1:]}: {_BOUND_EN[bound]}{length.text.en}. The {'hour' if hours else 'day'} of the event ({event}) is not counted; "
    if before:
        zh += f"向前计算，至{first}"
        en += f"counted backwards the period ends on {first}"
    else:
        zh += (
            f"自次{'时' if hours else '日'}起算，"
            + ("休息日不计，" if length.unit == "working_day" else "")
            + f"至{first}届满"
        )
        en += ("rest days are skipped; " if length.unit == "working_day" else "") + f"the period ends on {first}"
    if end != raw:
        zh += f"；该日为法定休假日，{'提前至' if before else '顺延至'}{last}"
        en += f"; that is a rest day, so it moves {'back to' if before else 'to'} {last}"
    elif not roll and length.unit != "working_day":
        zh += "；此期限不因休假日顺延"
        en += "; this period is not moved by rest days"
    zh, en = zh + "。", en + "."
    if effect:
        zh, en = f"{zh}{effect.zh}。", f"{en} {effect.en[0].upper()}{effect.en[1:]}."
    return Text(zh, en)
