"""Interest and time bar. PL20 25; CPL 264; LI14 1; CC 188, 195."""

from datetime import date
from decimal import Decimal

import pytest

from tianping.kit.money import Money
from tianping.law.dated import LawNotInForce
from tianping.law.interest import late_performance_interest, prime_rate, private_loan_cap, simple_interest
from tianping.law.limitation import limitation_warning

TEN_THOUSAND = Money(Decimal(10000))


@pytest.mark.parametrize(
    ("day", "rate"), [("2019-08-20", "4.25"), ("2021-12-19", "3.85"), ("2021-12-20", "3.80"), ("2026-03-02", "3.00")]
)
def test_the_prime_rate_of_a_day(law, day, rate):
    found = prime_rate(law, date.fromisoformat(day))
    assert found.value == Decimal(rate)
    assert not found.verified


def test_no_prime_rate_before_the_reform(law):
    with pytest.raises(LawNotInForce):
        prime_rate(law, date(2019, 8, 19))


def test_the_cap_is_four_times_the_rate_of_the_contract(law):
    assert private_loan_cap(law, date(2024, 1, 10)) == Decimal("13.80")
    found = simple_interest(TEN_THOUSAND, Decimal(36), date(2024, 1, 1), date(2024, 12, 31), law, cap=Decimal("13.8"))
    assert found.capped
    assert str(found.amount) == "1380.00"


def test_interest_for_late_performance(law):
    """Principal × 0.0175 % × days."""
    found = late_performance_interest(TEN_THOUSAND, date(2026, 1, 1), date(2026, 4, 11), law)
    assert (found.days, str(found.amount)) == (100, "175.00")
    assert str(late_performance_interest(TEN_THOUSAND, date(2026, 1, 2), date(2026, 1, 1), law).amount) == "0.00"


@pytest.mark.parametrize(
    ("known", "filed", "standing"),
    [
        ("2024-03-05", "2026-03-02", "within"),
        ("2024-03-05", "2026-12-06", "ending_soon"),
        ("2024-03-05", "2027-03-05", "ending_soon"),
        ("2024-03-05", "2027-03-06", "passed"),
        ("2001-03-05", "2026-03-02", "beyond_longest"),
    ],
)
def test_where_a_claim_stands(law, known, filed, standing):
    found = limitation_warning(date.fromisoformat(known), date.fromisoformat(filed), law)
    assert found.standing == standing
    assert (found.warning is None) == (standing == "within")


def test_a_demand_begins_the_period_anew(law):
    """CC 195."""
    found = limitation_warning(date(2022, 1, 1), date(2026, 3, 2), law, interrupted_on=date(2024, 6, 1))
    assert found.standing == "within"
    assert found.ends_on == date(2027, 6, 1)
