"""The local stand-in, for demonstration and development: nothing leaves the machine.

The engine keeps the message itself; the demo messages page shows it and says that a stand-in took it. A production
installation refuses to start with it.
"""

from tianping.engines.delivery.model import Outgoing


class StandIn:
    name = "stand_in"

    async def send(self, message: Outgoing) -> None:
        """Takes everything."""
