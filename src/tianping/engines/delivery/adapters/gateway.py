"""What every adapter promises, and the two ways in which it may fail."""

from typing import Protocol

from tianping.engines.delivery.model import Outgoing


class NotSent(Exception):
    """Base of both failures. `code` is stable and free of numbers, addresses and words, as it is kept and logged."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(NotSent):
    """The gateway is away, busy or misconfigured: the same message may pass later."""


class WillNotPass(NotSent):
    """This message to this address will never pass."""


class Gateway(Protocol):
    """Takes messages of one channel. `name` is kept with each message that it took."""

    name: str

    async def send(self, message: Outgoing) -> None:
        """Return once the other side has taken it. Raises TryLater, WillNotPass.

        A message may come twice when the process dies between sending and noting it; `message.id` is the same.
        """
        ...
