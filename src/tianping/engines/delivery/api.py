"""HTTP of delivery: my notices, the demo court's messages, what could not be sent."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import Dependency, Parameter

from tianping.engines.delivery import actions, rules, store
from tianping.engines.delivery.actions import Desk
from tianping.engines.delivery.model import (
    AllRead,
    DemoMessage,
    DemoMessages,
    FailedMessage,
    Message,
    MessageView,
    MyMessages,
)
from tianping.interfaces.identity import Actor
from tianping.kit.ids import PersonId
from tianping.kit.problems import NotFound, NotSignedIn
from tianping.platform.http.guard import PUBLIC, SIGNED_IN, permit
from tianping.platform.http.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, read_cursor, write_cursor

DeliveryDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
Limit = Annotated[int, Parameter(ge=1, le=MAX_LIMIT, description="At most so many items")]
Cursor = Annotated[str | None, Parameter(description="`next_cursor` of the page before")]


def _position(cursor: str | None) -> UUID | None:
    position = read_cursor(cursor, UUID)
    return position[0] if position else None


def _next(items: list[Message], limit: int) -> str | None:
    return write_cursor(items[limit - 1].id) if len(items) > limit else None


@get("/messages", opt=permit(SIGNED_IN), tags=["messages"], summary="My messages")
async def list_messages(
    delivery_desk: DeliveryDesk, actor: Who, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> MyMessages:
    if actor.person_id is None:
        raise NotSignedIn
    async with delivery_desk.database.reading() as reader:
        found = await store.in_app(
            reader, delivery_desk.keyring, actor.person_id, before=_position(cursor), limit=limit + 1
        )
        unread = await store.unread(reader, actor.person_id)
    return MyMessages([actions.view(m) for m in found[:limit]], unread, _next(found, limit))


@post(
    "/messages/{message_id:uuid}/read",
    opt=permit(SIGNED_IN),
    tags=["messages"],
    summary="Mark a message as read",
    status_code=200,
)
async def read_message(message_id: UUID, delivery_desk: DeliveryDesk, actor: Who) -> MessageView:
    return await actions.mark_read(delivery_desk, actor, message_id)


@post(
    "/messages/read-all",
    opt=permit(SIGNED_IN),
    tags=["messages"],
    summary="Mark all my messages as read",
    status_code=200,
)
async def read_all_messages(delivery_desk: DeliveryDesk, actor: Who) -> AllRead:
    return await actions.mark_all_read(delivery_desk, actor)


@get("/demo/messages", opt=permit(PUBLIC), tags=["demo"], summary="What the people of the demo court received")
async def list_demo_messages(
    delivery_desk: DeliveryDesk, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> DemoMessages:
    """Only on a court of kind demo; 404 elsewhere. One-time codes are shown until they are used or out of time."""
    if not delivery_desk.court.is_demo:
        raise NotFound
    async with delivery_desk.database.reading() as reader:
        found = await store.all_sent(reader, delivery_desk.keyring, before=_position(cursor), limit=limit + 1)
    people = {m.person_id for m in found if m.person_id is not None}
    cards = await delivery_desk.people.cards(sorted(people))
    now = delivery_desk.clock.now()

    def receiver(message: Message) -> str:
        card = cards.get(PersonId(message.person_id)) if message.person_id else None
        if card is not None:
            return card.name
        return rules.hidden(message.address) if message.address else "—"

    items = []
    for message in found[:limit]:
        words = None if rules.is_out_of_time(message, at=now) else message.words
        items.append(
            DemoMessage(
                message.id, receiver(message), message.channel, words.title if words else None,
                words.body if words else rules.SPENT, message.link, message.state, message.sent_at or message.queued_at,
                message.via == "stand_in",
            )
        )  # fmt: skip
    return DemoMessages(rules.DEMO_NOTICE, items, _next(found, limit))


@get(
    "/administration/failed-messages",
    opt=permit("delivery.failures.read"),
    tags=["administration"],
    summary="Messages that could not be sent",
)
async def list_failed_messages(
    delivery_desk: DeliveryDesk, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[FailedMessage]:
    async with delivery_desk.database.reading() as reader:
        found = await store.failed(reader, before=_position(cursor), limit=limit + 1)
    return Page(found[:limit], write_cursor(found[limit - 1].id) if len(found) > limit else None)


@post(
    "/administration/failed-messages/{message_id:uuid}/try-again",
    opt=permit("delivery.failures.read"),
    tags=["administration"],
    summary="Send a failed message again",
    status_code=200,
)
async def try_again(message_id: UUID, delivery_desk: DeliveryDesk) -> AllRead:
    return await actions.try_again(delivery_desk, message_id)


ROUTES = [list_messages, read_message, read_all_messages, list_demo_messages, list_failed_messages, try_again]
