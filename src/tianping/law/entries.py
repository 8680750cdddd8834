"""The shapes of the lawbook's items: fees, time limits and the calendar. Money and rates are exact decimals."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from tianping.kit.problems import Text
from tianping.law.dated import Dated


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One segment of a cumulative tariff: above `over` up to and including `upto` (None: no end), in CNY.

    Either `flat` (CNY for the whole segment) or `rate` (a ratio of what falls into it).
    """

    over: Decimal
    upto: Decimal | None
    flat: Decimal | None = None
    rate: Decimal | None = None


class Tariff(Dated, frozen=True, tag_field="kind", tag="tariff", kw_only=True):
    """A cumulative tariff; `cap` is the most it can come to."""

    unit: Literal["CNY"]
    tiers: tuple[Tier, ...]
    cap: Decimal | None = None


class FeeRange(Dated, frozen=True, tag_field="kind", tag="range", kw_only=True):
    """A legal range inside which the province fixes the figure."""

    unit: Literal["CNY"]
    low: Decimal
    high: Decimal


class FlatFee(Dated, frozen=True, tag_field="kind", tag="flat", kw_only=True):
    unit: Literal["CNY", "times"]
    value: Decimal


class Factor(Dated, frozen=True, tag_field="kind", tag="factor", kw_only=True):
    """A ratio to multiply by, or a divisor."""

    unit: Literal["ratio", "divisor"]
    value: Decimal


class FeeRule(Dated, frozen=True, tag_field="kind", tag="rule", kw_only=True):
    """A rule without a figure of its own."""


FeeItem = Tariff | FeeRange | FlatFee | Factor | FeeRule

Unit = Literal["hour", "day", "working_day", "month", "year"]


class LengthVariant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of several lengths under one topic, e.g. freezing of deposits or of real estate."""

    id: str
    value: int
    zh: str
    en: str


class TimeLimit(Dated, frozen=True, kw_only=True):
    """A time limit, or a rule without a fixed day (then `value` and `variants` are empty and `rule` is set).

    `abroad` is the length for a party without domicile in China. `roll`: a last day that is a rest day moves
    to the next working day (CPL 85 para. 3). `before`: counted back from the event.
    """

    kind: Literal["party", "court", "both"]
    bound: Literal["exact", "min", "max"]
    roll: bool
    direction: Literal["after", "before"]
    value: int | None = None
    unit: Unit | None = None
    abroad: int | None = None
    abroad_articles: tuple[str, ...] = ()
    variants: tuple[LengthVariant, ...] = ()
    start: Text | None = msgspec.field(default=None, name="from")
    rule: Text | None = None
    effect: Text | None = None
    extend: Text | None = None


class CalendarYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A year as announced: rest days and weekend days turned into workdays, as `MM-DD` or `MM-DD..MM-DD`."""

    year: int
    status: Literal["official"]
    unit: Literal["day"]
    holidays: tuple[str, ...]
    workdays: tuple[str, ...]
    articles: tuple[str, ...]
    verified: bool


class StatutoryHolidays(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The days off that the law itself names. `spring_festival`: days from the first day of the lunar year."""

    unit: Literal["day"]
    valid_from: date
    valid_to: date | None
    verified: bool
    articles: tuple[str, ...]
    fixed: tuple[str, ...]
    spring_festival: tuple[int, ...]


class LunarYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days of one year that follow moon and sun, as `MM-DD`."""

    year: int
    spring: str
    qingming: str
    dragon_boat: str
    mid_autumn: str


class LunarTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unit: Literal["day"]
    verified: bool
    years: tuple[LunarYear, ...]


class CalendarBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    years: tuple[CalendarYear, ...]
    statutory: StatutoryHolidays
    lunar: LunarTable
