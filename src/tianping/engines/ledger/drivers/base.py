"""What a driver promises: it puts transactions in order and answers when they can no longer be lost."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tianping.engines.ledger.checkpoints import Cosigned
from tianping.engines.ledger.model import Genesis, Receipt
from tianping.engines.ledger.store import Store
from tianping.kit.problems import Text, Unavailable


class Stopped(Unavailable):
    code = "ledger-stopped"
    title = Text("账本节点未在运行", "The ledger's node is not running")


class NotYet(Unavailable):
    """Taken, but no quorum has co-signed in time. It may still come: ask again with the same reference."""

    code = "ledger-pending"
    title = Text(
        "已收到，尚未达到共识，请稍后以同一业务编号查询", "Taken, not yet co-signed; ask again with the same reference"
    )


class Acknowledged(msgspec.Struct, frozen=True):
    """`cosigned`: the quorate checkpoint that first covered the entries; None for a refusal."""

    receipt: Receipt
    cosigned: Cosigned | None


class Driver(Protocol):
    genesis: Genesis
    store: Store

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def submit(self, envelopes: Sequence[bytes]) -> list[Acknowledged]:
        """Take transactions; answers, in their order, when each is covered by a quorate checkpoint or refused.

        Raises Stopped, NotYet. Sending a transaction again is safe: the answer is the same.
        """
        ...
