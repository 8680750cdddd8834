"""What delivery answers when others ask (`interfaces/delivery.py`)."""

from tianping.engines.delivery import actions, store
from tianping.engines.delivery.actions import Counter
from tianping.interfaces.delivery import DirectText, Notice
from tianping.kit.ids import PersonId


class DeliveryService:
    """Implements `interfaces.delivery.Delivery`."""

    def __init__(self, desk: Counter) -> None:
        self._desk = desk

    async def notify(self, notice: Notice) -> None:
        await actions.take_notice(self._desk, notice)

    async def text(self, text: DirectText) -> None:
        await actions.take_text(self._desk, text)

    async def forget(self, key: str) -> None:
        await actions.forget(self._desk, key)

    async def unread(self, person_id: PersonId) -> int:
        async with self._desk.database.reading() as reader:
            return await store.unread(reader, person_id)
