"""Nouns of delivery."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from tianping.kit.ids import PersonId
from tianping.kit.problems import Text

Channel = Literal["in_app", "sms", "email"]
State = Literal["queued", "sent", "failed", "expired"]


class Words(msgspec.Struct, frozen=True):
    """What a message says; sealed in the database. A text has no title."""

    title: Text | None
    body: Text


class Message(msgspec.Struct, frozen=True):
    """One channel of a notice or one text. Instants in UTC.

    `address` is the number or e-mail address where it is already known; a person's own is asked for when it is sent.
    `words` is None once a secret text is spent. `via` names the adapter that took it.
    """

    id: UUID
    person_id: PersonId | None
    channel: Channel
    key: str
    address: str | None
    words: Words | None
    link: str | None
    matter: UUID | None
    secret: bool
    expires_at: datetime | None
    state: State
    via: str | None
    attempts: int
    failure: str | None
    queued_at: datetime
    sent_at: datetime | None
    read_at: datetime | None


class Outgoing(msgspec.Struct, frozen=True):
    """What an adapter is given. `id` lets a gateway recognise a repeated attempt."""

    id: UUID
    address: str
    subject: str
    text: str


class MessageView(msgspec.Struct, frozen=True):
    """A notice in the app. `link` is a path of the web app; `read_at` null: not opened yet."""

    id: UUID
    title: Text
    body: Text
    link: str | None
    matter: UUID | None
    sent_at: datetime
    read_at: datetime | None


class MyMessages(msgspec.Struct, frozen=True):
    """A page of notices; `unread` counts all of them, on whatever page. `next_cursor` is null on the last."""

    items: list[MessageView]
    unread: int
    next_cursor: str | None


class AllRead(msgspec.Struct, frozen=True):
    """`marked`: how many notices this opened."""

    marked: int


class DemoMessage(msgspec.Struct, frozen=True):
    """A message that a person of the demo court received. `to` is a name, or a number with its middle hidden.

    `stand_in` true: it never left this machine. A spent one-time code shows no words any more.
    """

    id: UUID
    to: str
    channel: Channel
    subject: Text | None
    text: Text
    link: str | None
    state: State
    sent_at: datetime
    stand_in: bool


class DemoMessages(msgspec.Struct, frozen=True):
    """`notice` says what this page is."""

    notice: Text
    items: list[DemoMessage]
    next_cursor: str | None


class FailedMessage(msgspec.Struct, frozen=True):
    """A message that could not be sent. `failure` is the adapter's code such as `no-address`; no words, no number."""

    id: UUID
    channel: Channel
    person_id: PersonId | None
    matter: UUID | None
    failure: str
    attempts: int
    queued_at: datetime
