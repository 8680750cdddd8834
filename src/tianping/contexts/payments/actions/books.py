"""The books: balances, and a day's statement of the gateway held against them."""

from datetime import date, timedelta

from tianping.contexts.payments import rules, store
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.model import StatementView
from tianping.kit.clock import court_day, end_of_court_day
from tianping.kit.money import Money


async def reconcile(desk: Desk, day: date) -> StatementView:
    """Compare the gateway's statement of a court-local day with the court's books and keep what differs."""
    stated = await desk.gateway.statement(day)
    end = end_of_court_day(day)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        booked = await store.booked_on(tx, desk.gateway.name, end - timedelta(days=1), end)
        matched, differences = rules.compare(booked, stated)
        view = StatementView(desk.gateway.name, day, matched, differences)
        await store.save_statement(tx, view, at=now)
        received = sum(
            (line.amount.yuan if line.kind == "payment" else -line.amount.yuan for line in stated), Money.zero().yuan
        )
        if not differences and received > 0:
            # The gateway pays out what it took that day; a day with differences waits for the cashier.
            await store.book(
                tx, cause=f"settled:{desk.gateway.name}:{day}", what="settlement", order_id=None, debit="treasury",
                credit="gateway", amount=Money(received), at=now,
            )  # fmt: skip
        return tx.answer(view)


async def reconcile_yesterday(desk: Desk) -> None:
    await reconcile(desk, court_day(desk.clock.now()) - timedelta(days=1))
