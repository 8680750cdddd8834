"""All SQL of payments."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tianping.contexts.payments.model import Attempt, Balance, Order, Refund, Relief, StatementView
from tianping.interfaces.gateway import StatementLine
from tianping.kit.ids import CaseId, OrderId, PersonId, new_id
from tianping.kit.money import Money
from tianping.platform.database import Reader, Transaction, as_json, read_as

EXPLANATION = "payments.reliefs.explanation"

_ORDER = """id, case_id, case_number, payer, purpose, amount, state, due, counted, steps, articles, created_at,
            paid_at, receipt_number, revision"""
_RELIEF = """id, order_id, kind, ground, proof, asked_by, asked_at, state, decided_by, decided_at, reasons,
             reduce_to, new_due"""
_ATTEMPT = "id, order_id, gateway, reference, amount, state, pay_at, started_at"
_REFUND = "id, order_id, amount, reason, article, due, state, reference"


async def insert_order(tx: Transaction, order: Order) -> bool:
    """False if the case already has an order for this purpose."""
    done = await tx.run(
        """INSERT INTO payments.orders (id, case_id, case_number, payer, purpose, amount, state, due, counted, steps,
             articles, created_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (case_id, purpose) DO NOTHING""",
        (
            order.id, order.case_id, order.case_number, order.payer, order.purpose, order.amount.yuan, order.state,
            order.due, as_json(order.counted), as_json(order.steps), order.articles, order.created_at,
        ),
    )  # fmt: skip
    return done == 1


async def order(reader: Reader, order_id: OrderId) -> Order:
    """Raises NotFound."""
    return await reader.one_as(Order, f"SELECT {_ORDER} FROM payments.orders WHERE id = %s", (order_id,))


async def lock_order(tx: Transaction, order_id: OrderId) -> Order:
    return await tx.one_as(Order, f"SELECT {_ORDER} FROM payments.orders WHERE id = %s FOR UPDATE", (order_id,))


async def orders_of_case(reader: Reader, case_id: CaseId) -> list[Order]:
    return await reader.all_as(
        Order, f"SELECT {_ORDER} FROM payments.orders WHERE case_id = %s ORDER BY created_at, id", (case_id,)
    )


async def lock_orders_of_case(tx: Transaction, case_id: CaseId) -> list[Order]:
    return await tx.all_as(
        Order, f"SELECT {_ORDER} FROM payments.orders WHERE case_id = %s ORDER BY id FOR UPDATE", (case_id,)
    )


async def orders_of_payer(
    reader: Reader, payer: PersonId, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[Order]:
    """Newest first."""
    at, order_id = before or (None, None)
    return await reader.all_as(
        Order,
        f"""SELECT {_ORDER} FROM payments.orders
            WHERE payer = %(payer)s
              AND (%(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s::timestamptz, %(id)s::uuid))
            ORDER BY created_at DESC, id DESC LIMIT %(limit)s""",
        {"payer": payer, "at": at, "id": order_id, "limit": limit},
    )


async def orders_past(reader: Reader, day: date) -> list[OrderId]:
    """Open orders whose last day is before `day` and that no undecided application holds back."""
    rows = await reader.all(
        """SELECT o.id FROM payments.orders o WHERE o.state IN ('due', 'deferred') AND o.due < %s
             AND NOT EXISTS (SELECT 1 FROM payments.reliefs r WHERE r.order_id = o.id AND r.state = 'asked')
           ORDER BY o.due, o.id LIMIT 500""",
        (day,),
    )
    return [OrderId(row["id"]) for row in rows]


async def save_order(tx: Transaction, order: Order) -> None:
    await tx.run(
        """UPDATE payments.orders SET amount = %s, state = %s, due = %s, paid_at = %s, receipt_number = %s,
             revision = revision + 1 WHERE id = %s""",
        (order.amount.yuan, order.state, order.due, order.paid_at, order.receipt_number, order.id),
    )


async def next_receipt(tx: Transaction, year: int) -> int:
    """The next number of the year's series, without gaps: it is only taken if the transaction commits."""
    row = await tx.one(
        """INSERT INTO payments.receipt_series (year, last) VALUES (%s, 1)
           ON CONFLICT (year) DO UPDATE SET last = payments.receipt_series.last + 1 RETURNING last""",
        (year,),
    )
    return row["last"]


async def insert_relief(tx: Transaction, relief: Relief, *, explanation: bytes) -> None:
    await tx.run(
        """INSERT INTO payments.reliefs (id, order_id, kind, ground, explanation, proof, asked_by, asked_at, state)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'asked')""",
        (
            relief.id,
            relief.order_id,
            relief.kind,
            relief.ground,
            explanation,
            relief.proof,
            relief.asked_by,
            relief.asked_at,
        ),
    )


async def reliefs_of(reader: Reader, order_id: OrderId) -> list[tuple[Relief, bytes]]:
    rows = await reader.all(
        f"SELECT {_RELIEF}, explanation FROM payments.reliefs WHERE order_id = %s ORDER BY asked_at", (order_id,)
    )
    return [(_relief(row), bytes(row.pop("explanation"))) for row in rows]


def _relief(row: dict[str, Any]) -> Relief:
    return read_as(Relief, {key: value for key, value in row.items() if key != "explanation"})


async def lock_relief(tx: Transaction, relief_id: UUID) -> Relief:
    """Raises NotFound."""
    return await tx.one_as(Relief, f"SELECT {_RELIEF} FROM payments.reliefs WHERE id = %s FOR UPDATE", (relief_id,))


async def order_of_relief(reader: Reader, relief_id: UUID) -> OrderId:
    return OrderId((await reader.one("SELECT order_id FROM payments.reliefs WHERE id = %s", (relief_id,)))["order_id"])


async def relief_pending(reader: Reader, order_id: OrderId) -> bool:
    row = await reader.maybe(
        "SELECT 1 AS one FROM payments.reliefs WHERE order_id = %s AND state = 'asked'", (order_id,)
    )
    return row is not None


async def open_reliefs(reader: Reader, *, after: tuple[datetime, UUID] | None, limit: int) -> list[Relief]:
    """Undecided, oldest first."""
    at, relief_id = after or (None, None)
    return await reader.all_as(
        Relief,
        f"""SELECT {_RELIEF} FROM payments.reliefs WHERE state = 'asked'
              AND (%(at)s::timestamptz IS NULL OR (asked_at, id) > (%(at)s::timestamptz, %(id)s::uuid))
            ORDER BY asked_at, id LIMIT %(limit)s""",
        {"at": at, "id": relief_id, "limit": limit},
    )


async def decide_relief(
    tx: Transaction, relief_id: UUID, *, state: str, by: PersonId, at: datetime, reasons: str,
    reduce_to: Money | None, new_due: date | None,
) -> None:  # fmt: skip
    await tx.run(
        """UPDATE payments.reliefs SET state = %s, decided_by = %s, decided_at = %s, reasons = %s, reduce_to = %s,
             new_due = %s WHERE id = %s""",
        (state, by, at, reasons, reduce_to.yuan if reduce_to else None, new_due, relief_id),
    )


async def insert_attempt(tx: Transaction, attempt: Attempt, *, by: PersonId) -> None:
    await tx.run(
        """INSERT INTO payments.attempts (id, order_id, gateway, reference, amount, state, pay_at, started_by, started_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            attempt.id, attempt.order_id, attempt.gateway, attempt.reference, attempt.amount.yuan, attempt.state,
            attempt.pay_at, by, attempt.started_at,
        ),
    )  # fmt: skip


async def attempt(reader: Reader, attempt_id: UUID) -> Attempt:
    return await reader.one_as(Attempt, f"SELECT {_ATTEMPT} FROM payments.attempts WHERE id = %s", (attempt_id,))


async def lock_attempt_by_reference(tx: Transaction, gateway: str, reference: str) -> Attempt | None:
    return await tx.maybe_as(
        Attempt,
        f"SELECT {_ATTEMPT} FROM payments.attempts WHERE gateway = %s AND reference = %s FOR UPDATE",
        (gateway, reference),
    )


async def successful_attempt(reader: Reader, order_id: OrderId) -> Attempt | None:
    return await reader.maybe_as(
        Attempt,
        f"SELECT {_ATTEMPT} FROM payments.attempts WHERE order_id = %s AND state = 'succeeded' ORDER BY ended_at LIMIT 1",
        (order_id,),
    )


async def end_attempt(tx: Transaction, attempt_id: UUID, *, state: str, at: datetime) -> None:
    await tx.run("UPDATE payments.attempts SET state = %s, ended_at = %s WHERE id = %s", (state, at, attempt_id))


async def note_notification(tx: Transaction, *, gateway: str, nonce: str, digest: str, at: datetime) -> bool:
    """False if this notification was told before."""
    done = await tx.run(
        """INSERT INTO payments.notifications (gateway, nonce, digest, received_at, outcome)
           VALUES (%s, %s, %s, %s, 'taken') ON CONFLICT DO NOTHING""",
        (gateway, nonce, digest, at),
    )
    return done == 1


async def insert_refund(tx: Transaction, refund: Refund, *, at: datetime) -> bool:
    """False if this order already has a refund for this reason."""
    done = await tx.run(
        """INSERT INTO payments.refunds (id, order_id, amount, reason, article, due, state, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, 'owed', %s) ON CONFLICT (order_id, reason) DO NOTHING""",
        (refund.id, refund.order_id, refund.amount.yuan, refund.reason, refund.article, refund.due, at),
    )
    return done == 1


async def refund(reader: Reader, refund_id: UUID) -> Refund:
    return await reader.one_as(Refund, f"SELECT {_REFUND} FROM payments.refunds WHERE id = %s", (refund_id,))


async def lock_refund(tx: Transaction, refund_id: UUID) -> Refund:
    return await tx.one_as(Refund, f"SELECT {_REFUND} FROM payments.refunds WHERE id = %s FOR UPDATE", (refund_id,))


async def refunds_of(reader: Reader, order_id: OrderId) -> list[Refund]:
    return await reader.all_as(
        Refund, f"SELECT {_REFUND} FROM payments.refunds WHERE order_id = %s ORDER BY made_at", (order_id,)
    )


async def refund_sent(tx: Transaction, refund_id: UUID, *, reference: str, at: datetime) -> None:
    await tx.run(
        "UPDATE payments.refunds SET state = 'sent', reference = %s, sent_at = %s WHERE id = %s",
        (reference, at, refund_id),
    )


async def book(
    tx: Transaction,
    *,
    cause: str,
    what: str,
    order_id: OrderId | None,
    debit: str,
    credit: str,
    amount: Money,
    at: datetime,
) -> None:
    """One balanced entry: `debit` up, `credit` down. `cause` makes it once; booking it again changes nothing."""
    if not amount:
        return
    entry_id = new_id()
    done = await tx.run(
        """INSERT INTO payments.entries (id, at, what, order_id, cause) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (cause) DO NOTHING""",
        (entry_id, at, what, order_id, cause),
    )
    if done:
        await tx.run(
            "INSERT INTO payments.postings (entry_id, account, amount) VALUES (%s, %s, %s), (%s, %s, %s)",
            (entry_id, debit, amount.yuan, entry_id, credit, -amount.yuan),
        )


async def balances(reader: Reader) -> list[Balance]:
    return await reader.all_as(
        Balance, "SELECT account, sum(amount) AS amount FROM payments.postings GROUP BY account ORDER BY account"
    )


async def booked_on(reader: Reader, gateway: str, start: datetime, end: datetime) -> list[StatementLine]:
    """What the court booked with a gateway from `start` to before `end`."""
    return await reader.all_as(
        StatementLine,
        """SELECT a.reference, 'payment' AS kind, a.amount, a.ended_at AS at FROM payments.attempts a
            WHERE a.gateway = %(gateway)s AND a.state = 'succeeded' AND a.ended_at >= %(start)s AND a.ended_at < %(end)s
           UNION ALL
           SELECT f.reference, 'refund', f.amount, f.sent_at FROM payments.refunds f
            WHERE f.state = 'sent' AND f.sent_at >= %(start)s AND f.sent_at < %(end)s""",
        {"gateway": gateway, "start": start, "end": end},
    )


async def save_statement(tx: Transaction, view: StatementView, *, at: datetime) -> None:
    await tx.run(
        """INSERT INTO payments.statements (gateway, day, read_at, matched, differences) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (gateway, day) DO UPDATE
             SET read_at = excluded.read_at, matched = excluded.matched, differences = excluded.differences""",
        (view.gateway, view.day, at, view.matched, as_json(view.differences)),
    )


async def statements(reader: Reader, *, limit: int) -> list[StatementView]:
    return await reader.all_as(
        StatementView,
        "SELECT gateway, day, matched, differences FROM payments.statements ORDER BY day DESC LIMIT %s",
        (limit,),
    )
