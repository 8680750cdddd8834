"""What the engine does: take a message in, send it, show it, forget what must not be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from tianping.engines.delivery import rules, store
from tianping.engines.delivery.adapters.gateway import Gateway, TryLater, WillNotPass
from tianping.engines.delivery.model import AllRead, Message, MessageView, Words
from tianping.interfaces.delivery import DirectText, Notice
from tianping.interfaces.identity import Actor, People, Role
from tianping.kit.clock import Clock
from tianping.kit.ids import new_id
from tianping.kit.problems import NotFound, NotSignedIn
from tianping.platform.court import Court
from tianping.platform.database import Database, acting
from tianping.platform.events import Jobs
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring

log = structlog.get_logger(__name__)

POLICY: Policy = {"delivery.failures.read": frozenset({Role.SYSTEM_ADMIN})}

SEND = "delivery.send"


@dataclass(frozen=True)
class Desk:
    """What delivery works with. `gateways` by channel."""

    database: Database
    jobs: Jobs
    keyring: Keyring
    clock: Clock
    court: Court
    public_url: str
    gateways: Mapping[str, Gateway]
    people: People


@dataclass(frozen=True)
class Counter:
    """The part of the desk that taking messages in needs; it asks nobody."""

    database: Database
    jobs: Jobs
    keyring: Keyring
    clock: Clock


async def take_notice(desk: Counter, notice: Notice) -> None:
    """A row a channel; those that leave the house get a job in the same transaction. Repeating it changes nothing."""
    now = desk.clock.now()
    words = Words(notice.title, notice.body)
    # The caller's act or reaction key is for its own transaction; ours is kept apart by the notice's key.
    async with acting(None), desk.database.transaction() as tx:
        for channel in notice.channels:
            at_once = channel == "in_app"
            message = _new(
                notice.key, channel, words, at=now, person_id=notice.to, link=notice.link, matter=notice.matter,
                state="sent" if at_once else "queued", via="app" if at_once else None, sent_at=now if at_once else None,
            )  # fmt: skip
            if await store.insert(tx, desk.keyring, message) and not at_once:
                await desk.jobs.defer(tx, SEND, message_id=str(message.id))


async def take_text(desk: Counter, text: DirectText) -> None:
    """One row and its job. Repeating it changes nothing."""
    message = _new(
        text.key, text.channel, Words(None, text.body), at=desk.clock.now(), address=text.to, secret=text.secret,
        expires_at=text.expires_at,
    )  # fmt: skip
    async with acting(None), desk.database.transaction() as tx:
        if await store.insert(tx, desk.keyring, message):
            await desk.jobs.defer(tx, SEND, message_id=str(message.id))


def _new(key: str, channel: str, words: Words, *, at: datetime, **known: object) -> Message:
    rest: dict[str, object] = {
        "person_id": None, "address": None, "link": None, "matter": None, "secret": False, "expires_at": None,
        "state": "queued", "via": None, "attempts": 0, "failure": None, "sent_at": None, "read_at": None,
    }  # fmt: skip
    return Message(id=new_id(), channel=channel, key=key, words=words, queued_at=at, **{**rest, **known})  # type: ignore[arg-type]


async def forget(desk: Counter, key: str) -> None:
    async with acting(None), desk.database.transaction() as tx:
        await store.forget_words(tx, key)


async def send(desk: Desk, message_id: UUID) -> None:
    """The job: hand one message to its gateway. A temporary failure is raised, so that the queue tries again later.

    After `rules.MOST_ATTEMPTS`, or when it can never pass, the message is kept as failed with the reason.
    """
    async with desk.database.reading() as reader:
        message = await store.message(reader, desk.keyring, message_id)
    if message.state != "queued" or message.words is None:
        return
    now = desk.clock.now()
    if rules.is_out_of_time(message, at=now):
        async with desk.database.transaction() as tx:
            await store.forget_words(tx, message.key)
        return
    gateway = desk.gateways[message.channel]
    try:
        address = message.address or await _address(desk, message)
        await gateway.send(
            rules.outgoing(
                message, message.words, address, sender=desk.court.branding.short_name, public_url=desk.public_url
            )
        )
    except WillNotPass as failure:
        await _note(desk, message, failure.code, state="failed")
        return
    except TryLater as failure:
        over = message.attempts + 1 >= rules.MOST_ATTEMPTS
        await _note(desk, message, failure.code, state="failed" if over else "queued")
        if over:
            return
        raise
    # A secret text leaves no words behind, except where the demo page must show them until they are used.
    keep = not message.secret or desk.court.is_demo
    async with desk.database.transaction() as tx:
        await store.mark_sent(tx, message.id, via=gateway.name, at=now, keep_words=keep)


async def _note(desk: Desk, message: Message, failure: str, *, state: str) -> None:
    log.warning("message not sent", channel=message.channel, message_id=str(message.id), failure=failure, state=state)
    async with desk.database.transaction() as tx:
        await store.mark_attempt(tx, message.id, failure=failure, state=state)


async def _address(desk: Desk, message: Message) -> str:
    """The person's present number or address. Raises WillNotPass if there is none."""
    if message.person_id is None:
        raise WillNotPass("no-address")
    try:
        identity = await desk.people.identity(message.person_id)
    except NotFound:
        raise WillNotPass("no-such-person") from None
    address = identity.mobile if message.channel == "sms" else identity.email
    if not address:
        raise WillNotPass("no-address")
    return address


async def forget_expired(desk: Desk) -> None:
    """The timer: words of secret texts that are out of time."""
    async with desk.database.transaction() as tx:
        await store.forget_expired(tx, at=desk.clock.now())


async def mark_read(desk: Desk, actor: Actor, message_id: UUID) -> MessageView:
    """Raises NotFound for a notice that is not the actor's."""
    if actor.person_id is None:
        raise NotSignedIn
    async with desk.database.transaction() as tx:
        await store.mark_read(tx, message_id, person_id=actor.person_id, at=desk.clock.now())
        return tx.answer(view(await store.message(tx, desk.keyring, message_id)))


async def mark_all_read(desk: Desk, actor: Actor) -> AllRead:
    if actor.person_id is None:
        raise NotSignedIn
    async with desk.database.transaction() as tx:
        return tx.answer(AllRead(await store.mark_all_read(tx, actor.person_id, at=desk.clock.now())))


async def try_again(desk: Desk, message_id: UUID) -> AllRead:
    """Put a failed message back into the queue. Raises NotFound, MessageNotFailed."""
    async with desk.database.transaction() as tx:
        message = await store.lock(tx, desk.keyring, message_id)
        if message.state != "failed":
            raise rules.MessageNotFailed
        await store.requeue(tx, message.id)
        await desk.jobs.defer(tx, SEND, message_id=str(message.id))
        return tx.answer(AllRead(1))


def view(message: Message) -> MessageView:
    """An in-app notice as its reader sees it."""
    words = message.words
    if words is None or words.title is None or message.sent_at is None:
        raise NotFound
    return MessageView(
        message.id, words.title, words.body, message.link, message.matter, message.sent_at, message.read_at
    )
