"""What evidence does when others tell."""

from collections.abc import Mapping

from tianping.interfaces.events import Event
from tianping.platform.events import Reaction

REACTIONS: Mapping[type[Event], Reaction] = {}
