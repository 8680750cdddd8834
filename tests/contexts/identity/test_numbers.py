"""Identity numbers (GB 11643-1999), unified social credit codes (GB 32100-2015), mobile numbers, e-mail addresses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.identity.rules import numbers
from tianping.kit.problems import InvalidInput

TODAY = date(2026, 3, 2)


def why(check, *args, **kwargs):
    with pytest.raises(InvalidInput) as wrong:
        check(*args, **kwargs)
    [field] = wrong.value.fields
    return field.code


@pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x", " 110105 19491231 002X ", "34052419800101001X"])  # fmt: skip
def test_identity_numbers_that_are_right(number):
    assert numbers.normal_identity_number(number, on=TODAY) == "".join(number.split()).upper()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "identity-number-check"),
        ("11010519491331002X", "identity-number-birth"),
        ("11010520260303002X", "identity-number-birth"),
        ("11010518991231002X", "identity-number-birth"),
        ("99010519491231002X", "identity-number-region"),
        ("110105194912310", "identity-number-form"),
        ("1101051949123１002X", "identity-number-form"),
        ("1101051949123X0020", "identity-number-form"),
    ],
)
def test_identity_numbers_that_are_wrong(number, code):
    assert why(numbers.normal_identity_number, number, on=TODAY) == code


births = st.dates(date(1900, 1, 1), TODAY)


@given(births, st.integers(0, 999))
def test_every_well_made_number_is_taken_and_any_changed_digit_is_noticed(birth, sequence):
    first17 = f"110105{birth:%Y%m%d}{sequence:03d}"
    number = first17 + numbers.identity_check_digit(first17)
    assert numbers.normal_identity_number(number, on=TODAY) == number
    assert numbers.birth_date(number) == birth
    for place in range(17):
        other = str((int(number[place]) + 1) % 10)
        with pytest.raises(InvalidInput):
            numbers.normal_identity_number(number[:place] + other + number[place + 1 :], on=TODAY)


@given(births, st.integers(0, 999), st.integers(0, 15))
def test_two_neighbouring_digits_exchanged_are_noticed(birth, sequence, place):
    first17 = f"110105{birth:%Y%m%d}{sequence:03d}"
    number = first17 + numbers.identity_check_digit(first17)
    exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if exchanged != number:
        with pytest.raises(InvalidInput):
            numbers.normal_identity_number(exchanged, on=TODAY)


def test_nobody_is_born_tomorrow():
    tomorrow = TODAY + timedelta(days=1)
    first17 = f"110105{tomorrow:%Y%m%d}002"
    number = first17 + numbers.identity_check_digit(first17)
    assert why(numbers.normal_identity_number, number, on=TODAY) == "identity-number-birth"
    assert numbers.normal_identity_number(number, on=tomorrow) == number


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91350100m000100y43", "9135 0100 M000 100Y 43"])
def test_credit_codes_that_are_right(code):
    assert numbers.normal_credit_code(code) == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("code", "why_not"),
    [
        ("91350100M000100Y44", "credit-code-check"),
        ("91350100M000100Y4", "credit-code-form"),
        ("91350100I000100Y43", "credit-code-form"),
        ("9135010AM000100Y43", "credit-code-form"),
    ],
)
def test_credit_codes_that_are_wrong(code, why_not):
    assert why(numbers.normal_credit_code, code) == why_not


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9), st.integers(0, 16))
def test_a_changed_character_of_a_credit_code_is_noticed(tail, place):
    first17 = "91110108" + tail
    code = first17 + numbers.credit_check_character(first17)
    assert numbers.normal_credit_code(code) == code
    other = "1" if code[place] != "1" else "2"
    with pytest.raises(InvalidInput):
        numbers.normal_credit_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("text", ["13800000001", "+8613800000001", "+86 138-0000-0001", " 138 0000 0001 "])
def test_mobile_numbers_have_one_form(text):
    assert numbers.normal_mobile(text) == "13800000001"


@pytest.mark.parametrize("text", ["", "12800000001", "1380000000", "138000000012", "１３８００００００１１", "abc"])
def test_what_is_no_mobile_number(text):
    assert why(numbers.normal_mobile, text) == "mobile-invalid"


@pytest.mark.parametrize(("text", "ok"), [("li@example.com", True), ("li@例子.中国", True), ("li@com", False), ("li example@a.b", False), ("@a.b", False), ("a@b@c.d", False), ("a@-.b", False)])  # fmt: skip
def test_email_addresses(text, ok):
    if ok:
        assert numbers.normal_email(text) == text
    else:
        assert why(numbers.normal_email, text) == "email-invalid"
