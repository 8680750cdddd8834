"""SQL of commitments, seeds and draws. Commitments and draws are append-only; a seed is sealed until its draw."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import Commitment, Draw, DrawStep
from tianping.contexts.cases.rules import chain
from tianping.platform.database import Reader, Transaction, as_json
from tianping.platform.keyring import Keyring

SEED = "cases.seeds.seed"

_PUBLISHING = 7_301_944_206_118_455
"""Advisory lock: one publisher of commitments at a time, so that the list has one end."""


async def lock_publishing(tx: Transaction) -> None:
    await tx.one("SELECT pg_advisory_xact_lock(%s) IS NULL AS locked", (_PUBLISHING,))


async def unused(reader: Reader) -> int:
    return int((await reader.one("SELECT count(*) AS n FROM cases.seeds WHERE used_at IS NULL"))["n"])


async def last_commitment(reader: Reader) -> Commitment | None:
    row = await reader.maybe("SELECT seq, at, commitment, prev, hash FROM cases.commitments ORDER BY seq DESC LIMIT 1")
    return None if row is None else _commitment(row)


async def publish(tx: Transaction, keyring: Keyring, made: Sequence[tuple[Commitment, bytes]], *, at: datetime) -> None:
    """Commitments with the seeds they bind, in their order."""
    told = [one for one, _ in made]
    seqs = [one.seq for one in told]
    await tx.run(
        """INSERT INTO cases.commitments (seq, at, commitment, prev, hash)
           SELECT seq, %s, commitment, prev, hash
           FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS made (seq, commitment, prev, hash)""",
        (at, seqs, [one.commitment for one in told], [one.prev for one in told], [one.hash for one in told]),
    )
    await tx.run(
        "INSERT INTO cases.seeds (seq, at, seed) SELECT seq, %s, seed FROM unnest(%s::bigint[], %s::bytea[]) AS made (seq, seed)",
        (at, seqs, [keyring.seal(seed, place=SEED) for _, seed in made]),
    )


async def commitments(reader: Reader, *, after: int, limit: int) -> list[Commitment]:
    rows = await reader.all(
        "SELECT seq, at, commitment, prev, hash FROM cases.commitments WHERE seq > %s ORDER BY seq LIMIT %s",
        (after, limit),
    )
    return [_commitment(row) for row in rows]


async def take_oldest(
    tx: Transaction, keyring: Keyring, *, before: datetime, used_at: datetime
) -> tuple[Commitment, bytes] | None:
    """Use the oldest unused commitment, if it was published before that instant. Waits for a draw in progress, so
    that none is skipped."""
    row = await tx.maybe(
        """SELECT s.seq, s.seed, c.at, c.commitment, c.prev, c.hash
           FROM cases.seeds s JOIN cases.commitments c ON c.seq = s.seq
           WHERE s.used_at IS NULL AND s.at < %s ORDER BY s.seq LIMIT 1 FOR UPDATE OF s""",
        (before,),
    )
    if row is None:
        return None
    await tx.run("UPDATE cases.seeds SET used_at = %s WHERE seq = %s", (used_at, row["seq"]))
    return _commitment(row), keyring.open_bytes(row["seed"], place=SEED)


async def insert_draw(tx: Transaction, draw: Draw) -> None:
    await tx.run(
        """INSERT INTO cases.draws (id, case_id, ordinal, at, purpose, commitment_seq, seed, basis, basis_at, input,
             steps, chosen, judges)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            draw.id, draw.case_id, draw.ordinal, draw.at, draw.purpose, draw.commitment.seq, draw.seed, draw.basis,
            draw.basis_at, draw.input, as_json(msgspec.to_builtins(draw.steps)), as_json(draw.chosen),
            as_json(draw.judges),
        ),
    )  # fmt: skip


async def draws_of(reader: Reader, case_id: UUID) -> list[Draw]:
    rows = await reader.all(
        """SELECT d.id, d.case_id, k.number, d.ordinal, d.at AS drawn_at, d.purpose, d.seed, d.basis, d.basis_at, d.input,
             d.steps, d.chosen, d.judges, c.seq, c.at, c.commitment, c.prev, c.hash
           FROM cases.draws d JOIN cases.commitments c ON c.seq = d.commitment_seq JOIN cases.cases k ON k.id = d.case_id
           WHERE d.case_id = %s ORDER BY d.ordinal""",
        (case_id,),
    )
    return [
        Draw(
            id=row["id"], case_id=row["case_id"], case_number=row["number"], ordinal=row["ordinal"],
            purpose=row["purpose"], at=row["drawn_at"], basis=row["basis"], basis_at=row["basis_at"],
            commitment=_commitment(row), seed=row["seed"], input=row["input"],
            steps=msgspec.convert(row["steps"], list[DrawStep]), chosen=row["chosen"], judges=row["judges"],
        )
        for row in rows
    ]  # fmt: skip


def _commitment(row: dict[str, Any]) -> Commitment:
    return Commitment(row["seq"], chain.as_of(row["at"]), row["commitment"], row["prev"], row["hash"])


async def declared(
    reader: Reader, case_id: UUID, judges: Sequence[UUID], party_digests: Sequence[bytes]
) -> dict[UUID, str]:
    """Judges who must not hear this case, with the kind of reason; a recusal goes before a kinship."""
    rows = await reader.all(
        """SELECT judge, min(kind) AS any_kind, bool_or(kind = 'recusal') AS recused FROM cases.exclusions
           WHERE judge = ANY(%s) AND withdrawn_at IS NULL AND (case_id = %s OR party_digest = ANY(%s)) GROUP BY judge""",
        (list(judges), case_id, list(party_digests)),
    )
    return {row["judge"]: "recusal" if row["recused"] else row["any_kind"] for row in rows}
