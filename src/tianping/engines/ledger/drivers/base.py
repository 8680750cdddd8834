"""What a driver promises: it puts transactions in order and answers when they can no longer be lost."""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

import msgspec

from tianping.engines.ledger.checkpoints import Cosigned
from tianping.engines.ledger.model import Genesis, Receipt
from tianping.engines.ledger.store import Store
from tianping.kit.problems import Problem, Text, Unavailable


class Stopped(Unavailable):
    code = "ledger-stopped"
    title = Text("账本节点未在运行", "The ledger's node is not running")


class NotYet(Unavailable):
    """Taken, but no quorum has co-signed in time. It may still come: ask again with the same reference."""

    code = "ledger-pending"
    title = Text(
        "已收到，尚未达到共识，请稍后以同一业务编号查询", "Taken, not yet co-signed; ask again with the same reference"
    )


class Busy(Unavailable):
    """More waits already than a node takes at once; nothing was taken. `retry_after_s`: when it is worth another try."""

    code = "ledger-busy"
    title = Text(
        "账本节点繁忙，本次未受理，请稍后重试", "The ledger's node is busy; nothing was taken, please try again"
    )

    def __init__(self) -> None:
        super().__init__(retry_after_s=1)


class StorageFailed(Problem):
    """The disk is full or failing: nothing was stored and nothing acknowledged. `reason` is the system's word for it.

    The node goes on as soon as the disk does; sending the same transaction again is safe.
    """

    status = 507
    code = "ledger-storage-failed"
    title = Text(
        "账本节点的磁盘已满或故障，本次未存证，请稍后以同一业务编号重试",
        "The disk of the ledger's node is full or failing: nothing was stored; try again with the same reference",
    )
    detail = Text("原因：{reason}", "Reason: {reason}")
    shown = ("reason",)


def storage_failure(failed: BaseException) -> StorageFailed | None:
    """The disk's failures among all others."""
    if isinstance(failed, sqlite3.OperationalError):
        name = getattr(failed, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
            return StorageFailed(reason=str(failed))
    if isinstance(failed, OSError):
        return StorageFailed(reason=failed.strerror or str(failed))
    return None


class Acknowledged(msgspec.Struct, frozen=True):
    """`cosigned`: the recorded quorate checkpoint that first covers the entries; it gives them their time. Where it is not
    recorded yet, `held` is the quorum that this member has verified: it gives the numbers' day and no time. A refusal has
    neither.
    """

    receipt: Receipt
    cosigned: Cosigned | None
    held: Cosigned | None = None

    @property
    def quorum(self) -> Cosigned | None:
        """Whose co-signatures stand behind the answer."""
        return self.cosigned or self.held


class Driver(Protocol):
    """`failing`: the disk's last word while it does not take blocks, None when it does."""

    genesis: Genesis
    store: Store
    failing: StorageFailed | None

    @property
    def trouble(self) -> Text | None:
        """What keeps this member from following the others, None where nothing does."""
        ...

    async def ended(self) -> None:
        """Wait until the driver has ended by itself, which it only does when it cannot go on. Raises why: then the process
        should end and be started again.
        """
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def submit(self, envelopes: Sequence[bytes]) -> list[Acknowledged]:
        """Take transactions; answers, in their order, when each can no longer be lost, or is refused.

        Raises Stopped, NotYet, Busy, StorageFailed. Sending a transaction again is safe: the answer is the same.
        """
        ...

    async def recorded(self, size: int) -> None:
        """Wait until a recorded checkpoint covers so many entries; not at all where no block makes them now. The caller bounds it."""
        ...
