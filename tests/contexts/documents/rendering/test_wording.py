"""Dates and amounts in words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.documents.rendering import wording
from tianping.kit.money import Money


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10.50", "壹拾元零伍角整"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("100000.05", "壹拾万元零伍分"),
        ("1000000", "壹佰万元整"),
        ("10010001", "壹仟零壹万零壹元整"),
        ("123456789.01", "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
        ("-3.2", "负叁元贰角整"),
    ],
)
def test_amounts_in_capitals(amount: str, words: str) -> None:
    assert wording.amount_in_capitals(Money.parse(amount)) == words


@given(st.integers(0, 9_999_999_999))
def test_capitals_read_back_as_the_same_whole_amount(yuan: int) -> None:
    words = wording.amount_in_capitals(Money(Decimal(yuan))).removesuffix("元整")
    digits = words.translate(str.maketrans("零壹贰叁肆伍陆柒捌玖拾佰仟", "零一二三四五六七八九十百千"))
    assert cn2an.cn2an(digits, "smart") == yuan


def test_dates() -> None:
    assert wording.day_in_numerals(date(2026, 11, 22)) == "二〇二六年十一月二十二日"
    assert wording.day_in_figures(date(2026, 3, 2)) == "2026年3月2日"
    late = datetime(2026, 3, 1, 16, 5, 9, tzinfo=UTC)  # 00:05 of the next court day
    assert wording.minute_in_figures(late) == "2026年3月2日0时05分"
    assert wording.second_in_figures(late) == "2026-03-02 00:05:09"


def test_amounts_in_figures() -> None:
    assert wording.amount_in_figures(Money.parse("299")) == "299"
    assert wording.amount_in_figures(Money.parse("1234.50")) == "1234.50"
    assert wording.amount_in_columns(Money.parse("1234567.8")) == "1,234,567.80"
