"""Money in yuan (CNY) as an exact decimal. A float is never money and is refused."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering

_TEXT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?")
_CENT = Decimal("0.01")


@total_ordering
class Money:
    """An amount of CNY with two decimals, exact.

    Raises: TypeError for a float; ValueError for an amount that is not a plain decimal.
    """

    # A plain class and no dataclass: serializers would take a dataclass apart instead of asking for its text.
    __slots__ = ("yuan",)
    yuan: Decimal

    def __init__(self, yuan: Decimal) -> None:
        if not isinstance(yuan, Decimal):
            raise TypeError("money is made of a Decimal, never of a float")
        if not yuan.is_finite():
            raise ValueError("money is finite")
        object.__setattr__(self, "yuan", yuan.quantize(_CENT, ROUND_HALF_UP))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("money does not change")

    def __reduce__(self) -> tuple[type[Money], tuple[Decimal]]:
        return Money, (self.yuan,)

    def __repr__(self) -> str:
        return f"Money({self.yuan})"

    def __eq__(self, other: object) -> bool:
        return self.yuan == other.yuan if isinstance(other, Money) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.yuan)

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read `123456.78`: digits, at most two decimals, no separators or exponent."""
        if not isinstance(text, str) or not _TEXT.fullmatch(text):
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
