"""What identity does when something happened. A handler runs once for an event, however often it is tried."""

from collections.abc import Mapping

from tianping.contexts.identity.actions import Desk
from tianping.interfaces.events import Event
from tianping.interfaces.identity import MandateGiven, MandateRevoked, PersonRegistered
from tianping.platform.events import Reaction, Told


async def greet(desk: Desk, told: Told) -> None:
    """Tell a new person that the account is open."""


REACTIONS: Mapping[type[Event], Reaction] = {PersonRegistered: greet, MandateGiven: greet, MandateRevoked: greet}
