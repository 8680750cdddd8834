"""What payments answers when others ask (`interfaces/payments.py`)."""

from tianping.contexts.payments import store
from tianping.contexts.payments.model import Order
from tianping.interfaces.payments import OrderCard
from tianping.kit.ids import CaseId, OrderId
from tianping.platform.database import Database


class PaymentService:
    """`interfaces.payments.Payments` in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def order(self, order_id: OrderId) -> OrderCard:
        async with self._database.reading() as reader:
            return _card(await store.order(reader, order_id))

    async def orders_of(self, case_id: CaseId) -> list[OrderCard]:
        async with self._database.reading() as reader:
            return [_card(order) for order in await store.orders_of_case(reader, case_id)]


def _card(order: Order) -> OrderCard:
    return OrderCard(
        order.id, order.case_id, order.payer, order.amount, order.state, order.purpose, order.due, order.steps,
        order.articles, order.paid_at, order.receipt_number, order.created_at,
    )  # fmt: skip
