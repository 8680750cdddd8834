"""The local stand-in for a payment gateway. It keeps its own books, signs its notifications as a bank would, and
says on its page that it is a stand-in and that no money moves."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from tianping.contexts.payments.gateways import signature
from tianping.interfaces.gateway import Notification, PaymentStarted, StatementLine
from tianping.kit.clock import Clock, end_of_court_day
from tianping.kit.digests import sm3
from tianping.kit.money import Money
from tianping.kit.problems import Conflict, NotFound, Text
from tianping.platform.database import Database


class StandInPayment(msgspec.Struct, frozen=True):
    """`state`: open, paid, declined."""

    reference: str
    order_id: UUID
    amount: Money
    description: str
    state: str
    notice: Text


class PaymentClosed(Conflict):
    code = "payment-closed"
    title = Text("该笔支付已结束", "This payment is already finished")


NOTICE = Text(
    "这是本地演示用的模拟收银台，不会发生真实扣款。",
    "This is a local stand-in for a payment gateway. No money moves.",
)


class StandInGateway:
    """Not for production: `wiring` refuses it there."""

    name = "stand_in"
    notice: Text | None = NOTICE

    def __init__(self, database: Database, key: bytes, clock: Clock) -> None:
        self._database = database
        self._key = key
        self._clock = clock

    async def start(self, *, order_id: UUID, amount: Money, description: str, attempt_id: UUID) -> PaymentStarted:
        reference = f"SI{attempt_id.hex.upper()}"
        async with self._database.reading() as reader:
            await reader.run(
                """INSERT INTO payments.stand_in (reference, order_id, amount, description, state, at)
                   VALUES (%s, %s, %s, %s, 'open', %s) ON CONFLICT DO NOTHING""",
                (reference, order_id, amount.yuan, description, self._clock.now()),
            )
        return PaymentStarted(reference, f"/pay/stand-in/{reference}")

    def read_notification(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Notification:
        return signature.read(self._key, headers, body, now=now)

    async def statement(self, day: date) -> list[StatementLine]:
        end = end_of_court_day(day)
        async with self._database.reading() as reader:
            return await reader.all_as(
                StatementLine,
                """SELECT reference, 'payment' AS kind, amount, at FROM payments.stand_in
                    WHERE state = 'paid' AND at >= %(start)s AND at < %(end)s
                   UNION ALL
                   SELECT 'RF' || upper(replace(refund_id::text, '-', '')), 'refund', amount, at
                     FROM payments.stand_in_refunds WHERE at >= %(start)s AND at < %(end)s""",
                {"start": end - timedelta(days=1), "end": end},
            )

    async def refund(self, *, refund_id: UUID, reference: str, amount: Money) -> str:
        async with self._database.reading() as reader:
            await reader.run(
                """INSERT INTO payments.stand_in_refunds (refund_id, reference, amount, at) VALUES (%s, %s, %s, %s)
                   ON CONFLICT DO NOTHING""",
                (refund_id, reference, amount.yuan, self._clock.now()),
            )
        return f"RF{refund_id.hex.upper()}"

    async def show(self, reference: str) -> StandInPayment:
        """Raises NotFound."""
        async with self._database.reading() as reader:
            row = await reader.maybe(
                "SELECT reference, order_id, amount, description, state FROM payments.stand_in WHERE reference = %s",
                (reference,),
            )
        if row is None:
            raise NotFound
        return StandInPayment(
            row["reference"], row["order_id"], Money(row["amount"]), row["description"], row["state"], NOTICE
        )

    async def finish(self, reference: str, *, pay: bool) -> tuple[dict[str, str], bytes]:
        """The payer pays or declines; returns the signed notification as the gateway would send it, headers and body.

        Paying twice gives the same notification again, as gateways do until they are answered.
        """
        async with self._database.reading() as reader:
            row = await reader.maybe(
                """UPDATE payments.stand_in SET state = %(new)s, at = %(at)s
                   WHERE reference = %(reference)s AND state = 'open' RETURNING amount, state, at""",
                {"new": "paid" if pay else "declined", "at": self._clock.now(), "reference": reference},
            )
            if row is None:
                row = await reader.maybe(
                    "SELECT amount, state, at FROM payments.stand_in WHERE reference = %s", (reference,)
                )
        if row is None:
            raise NotFound
        if (row["state"] == "paid") != pay:
            raise PaymentClosed
        body = msgspec.json.encode(
            {"reference": reference, "succeeded": pay, "amount": str(Money(row["amount"])), "at": row["at"]}
        )
        timestamp = int(self._clock.now().timestamp())
        nonce = sm3(f"{reference}:{row['state']}".encode())[:32]
        return {
            "x-gateway-timestamp": str(timestamp),
            "x-gateway-nonce": nonce,
            "x-gateway-signature": signature.sign(self._key, timestamp=timestamp, nonce=nonce, body=body),
        }, body
