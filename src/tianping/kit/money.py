"""Money in yuan (CNY) as an exact decimal. A float is never money and is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering

_TEXT = re.compile(r"^-?\d{1,15}(\.\d{1,2})?$")
_CENT = Decimal("0.01")


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount of CNY with two decimals, exact.

    Raises: TypeError for a float; ValueError for an amount that is not a plain decimal.
    """

    yuan: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.yuan, Decimal):
            raise TypeError("money is made of a Decimal, never of a float")
        if not self.yuan.is_finite():
            raise ValueError("money is finite")
        object.__setattr__(self, "yuan", self.yuan.quantize(_CENT, ROUND_HALF_UP))

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read `123456.78`: digits, at most two decimals, no separators or exponent."""
        if not isinstance(text, str) or not _TEXT.match(text):
            raise ValueError(f"not an amount of money: {text!r}")
        return cls(Decimal(text))

    @classmethod
    def zero(cls) -> Money:
        return cls(Decimal(0))

    def __str__(self) -> str:
        return f"{self.yuan:.2f}"

    def __add__(self, other: Money) -> Money:
        return Money(self.yuan + other.yuan)

    def __sub__(self, other: Money) -> Money:
        return Money(self.yuan - other.yuan)

    def __neg__(self) -> Money:
        return Money(-self.yuan)

    def __mul__(self, factor: Decimal | int) -> Money:
        """Multiply by an exact factor, rounding half up to the cent."""
        if isinstance(factor, float):
            raise TypeError("a float is never a factor of money")
        return Money(self.yuan * factor)

    def __lt__(self, other: Money) -> bool:
        return self.yuan < other.yuan

    def __bool__(self) -> bool:
        return self.yuan != 0
