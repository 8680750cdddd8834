"""Money: exact, immutable, and one text in every JSON."""

import copy
import pickle
from decimal import Decimal

import msgspec
import pytest

from tianping.kit.money import Money
from tianping.platform.database import read_as, to_json


class Bill(msgspec.Struct, frozen=True):
    total: Money
    parts: list[Money] = []


def test_travels_as_its_text() -> None:
    bill = Bill(Money.parse("1234.5"), [Money.parse("-0.01")])
    assert to_json(bill) == b'{"total":"1234.50","parts":["-0.01"]}'
    assert read_as(Bill, msgspec.json.decode(to_json(bill))) == bill
    assert read_as(Bill, {"total": Decimal(2), "parts": []}).total == Money.parse("2.00")


@pytest.mark.parametrize("text", ["", "1.234", "1e3", "NaN", "1,000", " 1", "١"])
def test_refuses_what_is_not_a_plain_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.parse(text)


def test_never_a_float_and_never_changed() -> None:
    with pytest.raises(TypeError):
        Money(1.5)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        Money.parse("1").yuan = Decimal(2)  # type: ignore[misc]


def test_copies_and_compares_by_value() -> None:
    one = Money.parse("1")
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == Money(Decimal("1.00"))
    assert hash(one) == hash(Money.parse("1.00"))
    assert one < Money.parse("1.01")
    assert one != "1.00"
