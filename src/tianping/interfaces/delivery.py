"""What the delivery engine promises: a message reaches a person by the channels there are, once, with a trace."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from tianping.kit.ids import PersonId
from tianping.kit.problems import Text


class Notice(msgspec.Struct, frozen=True):
    """A notice to a person. `key` makes it once; `link` is a path of the web app; `channels` in_app, sms, email."""

    to: PersonId
    key: str
    title: Text
    body: Text
    link: str | None = None
    channels: tuple[str, ...] = ("in_app", "sms")
    matter: UUID | None = None


class DirectText(msgspec.Struct, frozen=True):
    """A text to a number or address that belongs to nobody yet (registration codes). `secret` texts are not kept."""

    to: str
    channel: str
    body: Text
    key: str
    secret: bool = False


class Delivered(msgspec.Struct, frozen=True):
    id: UUID
    channel: str
    title: Text
    body: Text
    link: str | None
    state: str
    sent_at: datetime | None
    read_at: datetime | None


class Delivery(Protocol):
    async def notify(self, notice: Notice) -> None: ...

    async def text(self, text: DirectText) -> None: ...
