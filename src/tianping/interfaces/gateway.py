"""What a payment gateway promises (adapter): take a payment, tell of it under signature, state the day, refund."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import msgspec

from tianping.kit.money import Money
from tianping.kit.problems import Text


class PaymentStarted(msgspec.Struct, frozen=True):
    """`pay_at` is where the payer goes: a path of this court for the stand-in, a URL for a bank."""

    reference: str
    pay_at: str


class Notification(msgspec.Struct, frozen=True):
    """What the gateway tells, after its signature and time were checked. `nonce` is told once."""

    nonce: str
    reference: str
    succeeded: bool
    amount: Money
    at: datetime


class StatementLine(msgspec.Struct, frozen=True):
    """A line of a day's statement. `kind` is payment or refund; amounts are positive."""

    reference: str
    kind: str
    amount: Money
    at: datetime


class SignatureWrong(Exception):
    """A notification that is not from the gateway, or too old to be told now."""


class Gateway(Protocol):
    """`notice` is what the payer must be told of a gateway that is only a stand-in; None for a real one."""

    name: str
    notice: Text | None

    async def start(self, *, order_id: UUID, amount: Money, description: str, attempt_id: UUID) -> PaymentStarted:
        """Open a payment. Idempotent by `attempt_id`."""
        ...

    def read_notification(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notification:
        """Check signature, time (five minutes) and form. Raises SignatureWrong."""
        ...

    async def statement(self, day: date) -> list[StatementLine]:
        """All that the gateway booked on that court-local day."""
        ...

    async def refund(self, *, refund_id: UUID, reference: str, amount: Money) -> str:
        """Send money back; returns the gateway's reference. Idempotent by `refund_id`."""
        ...
