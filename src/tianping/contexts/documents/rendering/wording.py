"""How dates, times and amounts are written in Chinese court papers."""

from datetime import date, datetime
from decimal import Decimal

from tianping.kit.clock import COURT_ZONE
from tianping.kit.money import Money
from tianping.law.statutes import chinese_numeral

_NUMERALS = "〇一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")


def day_in_figures(day: date) -> str:
    """`2026年3月2日`, the way dates stand in the body of a paper."""
    return f"{day.year}年{day.month}月{day.day}日"


def day_in_numerals(day: date) -> str:
    """`二〇二六年三月二日`, the way a court dates a paper beneath its name."""
    year = "".join(_NUMERALS[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_numeral(day.month)}月{chinese_numeral(day.day)}日"


def minute_in_figures(instant: datetime) -> str:
    """`2026年3月2日14时05分`, court time (Asia/Shanghai)."""
    local = instant.astimezone(COURT_ZONE)
    return f"{day_in_figures(local.date())}{local.hour}时{local.minute:02d}分"


def second_in_figures(instant: datetime) -> str:
    """`2026-03-02 14:05:09`, court time (Asia/Shanghai); for times that prove something."""
    return instant.astimezone(COURT_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def amount_in_figures(amount: Money) -> str:
    """`299` or `1234.56` without separators, as amounts stand in a sentence."""
    return str(amount).removesuffix(".00")


def amount_in_columns(amount: Money) -> str:
    """`1,234.56`, as amounts stand in a table."""
    return f"{amount.yuan:,.2f}"


def amount_in_capitals(amount: Money) -> str:
    """`壹仟贰佰叁拾肆元伍角陆分`, the spelling that cannot be altered. Below 10^16 yuan.

    Negative amounts begin with 负.
    """
    cents = int(abs(amount.yuan) * Decimal(100))
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    sign = "负" if amount.yuan < 0 else ""
    whole = _whole_in_capitals(yuan)
    if not jiao and not fen:
        return f"{sign}{whole or '零'}元整"
    text = f"{whole}元" if whole else ""
    if jiao:
        # A zero stands for the empty place between yuan and jiao (拾元零伍角).
        text += ("零" if whole and yuan % 10 == 0 else "") + _CAPITALS[jiao] + "角"
    elif whole:
        text += "零"
    text += _CAPITALS[fen] + "分" if fen else "整"
    return sign + text


def _whole_in_capitals(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    if len(groups) > len(_GROUPS):
        raise ValueError("amount too large to be spelt")
    text, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            gap = bool(text)
            continue
        text += ("零" if text and (gap or group < 1000) else "") + _group_in_capitals(group) + _GROUPS[index]
        gap = False
    return text


def _group_in_capitals(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _CAPITALS[digit] + _PLACES[place]
        gap = False
    return text
