"""SQL of the docket. The case row is locked while an entry is added, so that the chain has one end."""

import json
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import Disclosed, DocketEntry, Restricted
from tianping.contexts.cases.rules import chain
from tianping.interfaces.cases import DocketFact, DocketHead
from tianping.kit.digests import canonical
from tianping.kit.ids import CaseId
from tianping.kit.problems import Text
from tianping.platform.database import Reader, Transaction, as_json
from tianping.platform.keyring import Keyring

CONTENT = "cases.docket.restricted"

_COLUMNS = """case_id, seq, at, kind, actor, text_zh, text_en, articles, refs, restricted_digest, restricted, visible_to,
  prev, hash"""


async def append(
    tx: Transaction, keyring: Keyring, case_id: CaseId, fact: DocketFact, *, actor: str, at: datetime
) -> DocketEntry:
    """Add an entry at the end of the docket, never earlier than the one before. Raises NotFound."""
    head = await tx.one("SELECT docket_seq, docket_head FROM cases.cases WHERE id = %s FOR UPDATE", (case_id,))
    last = await tx.maybe("SELECT at FROM cases.docket WHERE case_id = %s AND seq = %s", (case_id, head["docket_seq"]))
    at = max(at, last["at"]) if last else at
    entry = chain.next_entry(
        case_id, head["docket_seq"] + 1, at, actor, fact, prev=head["docket_head"], salt=secrets.token_hex(16)
    )
    sealed = keyring.seal(canonical(msgspec.to_builtins(entry.disclosed)), place=CONTENT) if entry.disclosed else None
    await tx.run(
        f"INSERT INTO cases.docket ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            case_id, entry.seq, at, entry.kind, actor, entry.text.zh, entry.text.en, entry.articles,
            as_json(entry.references), entry.restricted.digest if entry.restricted else None, sealed,
            entry.restricted.visible_to if entry.restricted else [], entry.prev, entry.hash,
        ),
    )  # fmt: skip
    await tx.run(
        "UPDATE cases.cases SET docket_seq = %s, docket_head = %s, docket_grown_at = now() WHERE id = %s",
        (entry.seq, entry.hash, case_id),
    )
    return entry


async def entries(
    reader: Reader, keyring: Keyring, case_id: UUID, *, after: int = 0, limit: int | None = None
) -> list[DocketEntry]:
    """Entries after a number, in order, restricted contents opened: the caller takes away what its reader may not see."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} FROM cases.docket WHERE case_id = %s AND seq > %s ORDER BY seq LIMIT %s",
        (case_id, after, limit),
    )
    return [_entry(row, keyring) for row in rows]


async def heads(reader: Reader, *, since: datetime | None, after: CaseId | None, limit: int) -> list[DocketHead]:
    """Heads of the dockets that grew at or after an instant, in the order in which they grew; those after a case."""
    return await reader.all_as(
        DocketHead,
        """SELECT id AS case_id, docket_seq AS seq, docket_head AS head, docket_grown_at AS grown_at FROM cases.cases
           WHERE docket_seq > 0 AND docket_grown_at >= coalesce(%(since)s, '-infinity'::timestamptz)
             AND (%(after)s::uuid IS NULL OR (docket_grown_at, id) > (%(since)s, %(after)s))
           ORDER BY docket_grown_at, id LIMIT %(limit)s""",
        {"since": since, "after": after, "limit": limit},
    )


async def hashes(reader: Reader, case_id: CaseId, seqs: list[int]) -> dict[int, str]:
    """By number, those that there are."""
    rows = await reader.all("SELECT seq, hash FROM cases.docket WHERE case_id = %s AND seq = ANY(%s)", (case_id, seqs))
    return {row["seq"]: row["hash"] for row in rows}


def _entry(row: dict[str, Any], keyring: Keyring) -> DocketEntry:
    restricted = disclosed = None
    if row["restricted_digest"] is not None:
        restricted = Restricted(row["restricted_digest"], row["visible_to"])
        disclosed = msgspec.convert(json.loads(keyring.open(row["restricted"], place=CONTENT)), Disclosed)
    return DocketEntry(
        row["case_id"], row["seq"], chain.as_of(row["at"]), row["kind"], row["actor"],
        Text(row["text_zh"], row["text_en"]), row["articles"], row["refs"], restricted, row["prev"], row["hash"],
        disclosed,
    )  # fmt: skip
