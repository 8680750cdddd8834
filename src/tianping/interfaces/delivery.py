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
    """A text to a number or address that belongs to nobody yet (registration codes). `channel` is sms or email.

    A `secret` text is not kept: its words go once it is sent, used (`Delivery.forget`) or out of time (`expires_at`,
    UTC), whichever the court's kind allows; it is never sent late.
    """

    to: str
    channel: str
    body: Text
    key: str
    secret: bool = False
    expires_at: datetime | None = None


class Delivery(Protocol):
    """Idempotent by key, and never the first to claim an act or a reaction: safe before, after and without one's own
    transaction, not inside it."""

    async def notify(self, notice: Notice) -> None: ...

    async def text(self, text: DirectText) -> None: ...

    async def forget(self, key: str) -> None:
        """A secret text was used: remove what is left of its words."""
        ...

    async def unread(self, person_id: PersonId) -> int:
        """How many notices the person has not opened yet."""
        ...
