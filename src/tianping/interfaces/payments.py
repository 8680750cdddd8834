"""What payments promises: what is owed, what is paid, and what happened."""

from datetime import date, datetime
from typing import ClassVar, Protocol
from uuid import UUID

import msgspec

from tianping.interfaces.events import Event
from tianping.kit.ids import CaseId, OrderId, PersonId
from tianping.kit.money import Money
from tianping.kit.problems import Text


class FeeStep(msgspec.Struct, frozen=True):
    text: Text
    amount: str | None


class OrderCard(msgspec.Struct, frozen=True):
    """`state`: due, deferred, paid, waived, overdue, cancelled, refunded. `due` is counted from the day of `ordered_at`."""

    id: OrderId
    case_id: CaseId
    payer: PersonId
    amount: Money
    state: str
    purpose: str
    due: date
    steps: list[FeeStep]
    articles: list[str]
    paid_at: datetime | None
    receipt_number: str | None
    ordered_at: datetime


class Payments(Protocol):
    async def order(self, order_id: OrderId) -> OrderCard:
        """Raises NotFound."""
        ...

    async def orders_of(self, case_id: CaseId) -> list[OrderCard]: ...


class _OrderEvent(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "payments"
    order_id: OrderId
    case_id: CaseId

    @property
    def subject(self) -> UUID:
        return self.case_id


class FeeOrdered(_OrderEvent, frozen=True, kw_only=True): ...


class FeePaid(_OrderEvent, frozen=True, kw_only=True): ...


class FeeWaived(_OrderEvent, frozen=True, kw_only=True):
    """Waived in full, or deferred: the case goes on without the money. Fee Measures arts. 45, 47."""


class FeeOverdue(_OrderEvent, frozen=True, kw_only=True):
    """The time is over and nothing excuses it: the case is treated as withdrawn. JI art. 213."""


class FeeReliefRequested(_OrderEvent, frozen=True, kw_only=True): ...


class FeeReliefDecided(_OrderEvent, frozen=True, kw_only=True):
    granted: bool


class FeeRefunded(_OrderEvent, frozen=True, kw_only=True): ...
