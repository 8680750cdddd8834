"""SQL of the docket's heads on the ledger."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tianping.contexts.evidence.model.verifications import DocketDeposit
from tianping.interfaces.cases import DocketHead
from tianping.interfaces.ledger import DepositReceipt
from tianping.kit.ids import CaseId, new_id
from tianping.platform.database import Reader, Transaction

_COLUMNS = "id, case_id, seq, head, state, number, made_at, stored_at"


class Head(msgspec.Struct, frozen=True):
    """A head in its batch."""

    case_id: CaseId
    seq: int
    head: str


async def seen_until(reader: Reader) -> datetime | None:
    row = await reader.maybe("SELECT seen_until FROM evidence.docket_watch")
    return None if row is None else row["seen_until"]


async def note_seen(tx: Transaction, until: datetime) -> None:
    await tx.run(
        """INSERT INTO evidence.docket_watch (one, seen_until) VALUES (true, %s)
           ON CONFLICT (one) DO UPDATE SET seen_until = greatest(evidence.docket_watch.seen_until, excluded.seen_until)""",
        (until,),
    )


async def known(reader: Reader, case_ids: Sequence[CaseId]) -> dict[CaseId, int]:
    """The newest entry of each docket that was taken up for the ledger."""
    rows = await reader.all(
        "SELECT case_id, max(seq) AS seq FROM evidence.docket_heads WHERE case_id = ANY(%s) GROUP BY case_id",
        (list(case_ids),),
    )
    return {row["case_id"]: row["seq"] for row in rows}


async def insert(tx: Transaction, batch: UUID, heads: Sequence[DocketHead], *, at: datetime) -> int:
    """Those that are new, in one batch. Returns how many."""
    made = 0
    for head in heads:
        made += await tx.run(
            """INSERT INTO evidence.docket_heads (id, case_id, seq, head, batch, position, state, made_at)
               VALUES (%s, %s, %s, %s, %s, %s, 'pending', %s) ON CONFLICT (case_id, seq) DO NOTHING""",
            (new_id(), head.case_id, head.seq, head.head, batch, made, at),
        )
    return made


async def pending(reader: Reader, *, limit: int = 50) -> list[UUID]:
    """Batches that the node has not acknowledged, oldest first."""
    rows = await reader.all(
        """SELECT batch FROM evidence.docket_heads WHERE state = 'pending' GROUP BY batch ORDER BY min(made_at) LIMIT %s""",
        (limit,),
    )
    return [row["batch"] for row in rows]


async def batch(reader: Reader, batch_id: UUID) -> list[Head]:
    """All of a batch in their order."""
    return await reader.all_as(
        Head, "SELECT case_id, seq, head FROM evidence.docket_heads WHERE batch = %s ORDER BY position", (batch_id,)
    )


async def stored(tx: Transaction, batch_id: UUID, receipts: Sequence[DepositReceipt]) -> None:
    for position, receipt in enumerate(receipts):
        await tx.run(
            """UPDATE evidence.docket_heads SET state = 'stored', number = %s, stored_at = %s
               WHERE batch = %s AND position = %s AND state = 'pending'""",
            (receipt.number, receipt.stored_at, batch_id, position),
        )


async def failed(tx: Transaction, batch_id: UUID) -> None:
    await tx.run(
        "UPDATE evidence.docket_heads SET state = 'failed' WHERE batch = %s AND state = 'pending'", (batch_id,)
    )


async def of_case(reader: Reader, case_id: CaseId, *, limit: int) -> list[DocketDeposit]:
    """Newest first."""
    return await reader.all_as(
        DocketDeposit,
        f"SELECT {_COLUMNS} FROM evidence.docket_heads WHERE case_id = %s ORDER BY seq DESC LIMIT %s",
        (case_id, limit),
    )


async def waiting(reader: Reader) -> int:
    return int((await reader.one("SELECT count(*) AS n FROM evidence.docket_heads WHERE state = 'pending'"))["n"])


async def number_of(reader: Reader, case_id: CaseId, seq: int) -> str:
    """Raises NotFound where it is not on the ledger."""
    row = await reader.one(
        "SELECT number FROM evidence.docket_heads WHERE case_id = %s AND seq = %s AND state = 'stored'", (case_id, seq)
    )
    return str(row["number"])
