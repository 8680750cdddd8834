"""Case numbers. CN15 2, 3."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.law.case_numbers import CaseNumber, CaseNumberUnreadable, new_case_number, parse_case_number
from tianping.law.lawbook import load

LAW = load()


@pytest.mark.parametrize(
    "text",
    [
        "（2024）京0491民初12345号",
        "（2024）京04民终678号",
        "（2024）京73民终910号",
        "（2024）京0491执56号",
        "（2024）京0491民特7号",
        "（2024）京0491财保8号",
        "（2024）京0491执保9号",
        "（2024）京0491诉前调1011号",
        "（2024）京0491民初12345号之一",
        "（2024）京0491民初12345号之十二",
        "（2024）京民终1号",
        "（2024）最高法民再3号",
        "（2021）最高法知民终4号",
    ],
)
def test_written_as_read(text):
    assert str(parse_case_number(text, LAW)) == text


@pytest.mark.parametrize(
    "text", ["(2024)京0491民初1号", "〔2024〕京0491民初1号", "【2024】京0491民初１号", " （2024） 京0491 民初 1 号 "]
)
def test_brackets_and_spaces_are_made_regular(text):
    assert str(parse_case_number(text, LAW)) == "（2024）京0491民初1号"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024京0491民初1号",
        "（2024）京0491民初号",
        "（2024）京0491天地1号",
        "（2024）京0491民初0号",
        "（1999）京0491民初1号",
    ],
)
def test_what_is_no_case_number(text):
    with pytest.raises(CaseNumberUnreadable):
        parse_case_number(text, LAW)


def test_a_special_word_stands_before_the_type():
    found = parse_case_number("（2021）最高法知民终4号", LAW)
    assert (found.special, found.type_word) == ("知", "民终")
    assert found.sequence == (2021, "最高法", "知", "民终")


def test_a_new_number():
    assert str(new_case_number(LAW, "京0491", "民初", date(2026, 3, 2), 7)) == "（2026）京0491民初7号"
    with pytest.raises(ValueError):
        new_case_number(LAW, "京0491", "民初", date(2026, 3, 2), 0)
    with pytest.raises(KeyError):
        new_case_number(LAW, "京0491", "无此", date(2026, 3, 2), 1)


@given(
    st.integers(2000, 2099),
    st.sampled_from(["京0491", "京04", "京", "最高法"]),
    st.sampled_from(sorted(LAW.type_words)),
    st.integers(1, 9_999_999),
    st.integers(0, 99),
)
def test_round_trip(year, court, type_word, number, part):
    made = CaseNumber(year, court, type_word, number, part=part)
    assert parse_case_number(str(made), LAW) == made
