"""A payments desk on a real database, with fakes of the other contexts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from tests.fakes.court_services import FakeCases, FakeDelivery, FakeFilings, FakeMaterials

from tianping.contexts.payments.actions.orders import order_acceptance_fee
from tianping.contexts.payments.actions.paying import start_payment, take_notification
from tianping.contexts.payments.actions.refunds import SEND, send_refund
from tianping.contexts.payments.desk import Desk
from tianping.contexts.payments.gateways.stand_in import StandInGateway
from tianping.contexts.payments.model import OrderView, PaymentView
from tianping.interfaces.cases import CaseCard
from tianping.interfaces.identity import Actor, Role
from tianping.kit.clock import SettableClock
from tianping.kit.ids import PersonId, new_id
from tianping.kit.money import Money
from tianping.law.lawbook import load
from tianping.platform.database import Database
from tianping.platform.events import Jobs, Journal
from tianping.platform.keyring import FileKeys, Keyring

LAW = load()


@dataclass
class Till:
    """The desk, its clock, and a plaintiff who pays."""

    desk: Desk
    clock: SettableClock
    cases: FakeCases
    filings: FakeFilings
    delivery: FakeDelivery
    gateway: StandInGateway
    jobs: Jobs
    payer: Actor

    async def case(self, amount: str | None = "50000", **more) -> CaseCard:
        assert self.payer.person_id
        now = self.clock.now()
        card = self.cases.add(
            plaintiff=self.payer.person_id, amount=Money.parse(amount) if amount else None, opened_on=now.date(),
            opened_at=now, number=f"（2026）京0499民初{len(self.cases.cards) + 1}号", **more,
        )  # fmt: skip
        self.filings.filers[card.filing_id] = self.payer.person_id
        return card

    async def ordered(self, amount: str | None = "50000", **more) -> OrderView:
        """A case with its acceptance fee ordered."""
        from tianping.contexts.payments.actions.orders import orders_of_case

        card = await self.case(amount, **more)
        assert self.payer.person_id
        await order_acceptance_fee(self.desk, card, self.payer.person_id)
        [order] = await orders_of_case(self.desk, self.payer, card.id)
        return order

    async def pay(self, order: OrderView) -> str:
        payment = await start_payment(self.desk, self.payer, order.id)
        return await self.finish(payment)

    async def finish(self, payment: PaymentView) -> str:
        headers, body = await self.gateway.finish(payment.pay_at.rsplit("/", 1)[1], pay=True)
        return await take_notification(self.desk, headers, body)

    async def events(self) -> list[str]:
        async with self.desk.database.reading() as reader:
            return [
                row["name"].split(".")[1] for row in await reader.all("SELECT name FROM platform.journal ORDER BY seq")
            ]

    async def send_refunds(self) -> int:
        async with self.desk.database.reading() as reader:
            owed = await reader.all("SELECT id FROM payments.refunds WHERE state = 'owed'")
        for row in owed:
            await send_refund(self.desk, str(row["id"]))
        return len(owed)


@pytest.fixture
async def till(dsn, tmp_path) -> AsyncIterator[Till]:
    clock = SettableClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    keyring = Keyring(FileKeys(tmp_path / "keys"))
    database = Database(dsn, "payments", keyring, size=12)
    jobs = Jobs(dsn)
    await database.open()
    await jobs.app.open_async()
    cases, filings, delivery = FakeCases(), FakeFilings(), FakeDelivery()
    gateway = StandInGateway(database, b"k" * 32, clock)
    desk = Desk(
        database=database, journal=Journal(jobs), keyring=keyring, clock=clock, law=LAW, calendar=lambda: LAW.calendar,
        court_code="京0499", fee_base=lambda act: Money.parse("300"), gateway=gateway, cases=cases, filings=filings,
        people=None, delivery=delivery, materials=FakeMaterials(),
    )  # fmt: skip
    payer = Actor(PersonId(new_id()), roles=frozenset({Role.LITIGANT}))
    assert SEND
    yield Till(desk, clock, cases, filings, delivery, gateway, jobs, payer)
    await jobs.app.close_async()
    await database.close()
