"""SQL of deposits. What people wrote is sealed; times are UTC."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.evidence.model.deposits import Category, Deposit, State
from tianping.interfaces.ledger import DepositReceipt
from tianping.kit.ids import OrganisationId, PersonId
from tianping.kit.problems import Text
from tianping.platform.database import Reader, Transaction
from tianping.platform.keyring import Keyring

TITLE = "evidence.deposits.title"
FILE_NAME = "evidence.deposits.file_name"
FACTS = "evidence.deposits.facts"
CODE = "evidence.deposits.code"

_COLUMNS = """id, owner, organisation_id, batch, position, category, title, file_name, digest, sha256, size, media_type,
  upload_id, capture_id, claimed_at, facts, state, made_at, number, chain, leaf, stored_at, failure_zh, failure_en, code,
  shared_until, forgotten_at, revision"""


class Pending(msgspec.Struct, frozen=True):
    """A group that one request to the node deposits."""

    batch: UUID
    category: Category


async def insert(tx: Transaction, keyring: Keyring, deposit: Deposit) -> None:
    await tx.run(
        """INSERT INTO evidence.deposits (id, owner, organisation_id, batch, position, category, title, file_name, digest,
             sha256, size, media_type, upload_id, capture_id, claimed_at, facts, state, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            deposit.id, deposit.owner, deposit.organisation_id, deposit.batch, deposit.position, deposit.category,
            keyring.seal(deposit.title, place=TITLE), keyring.seal(deposit.file_name, place=FILE_NAME), deposit.digest,
            deposit.sha256, deposit.size, deposit.media_type, deposit.upload_id, deposit.capture_id, deposit.claimed_at,
            keyring.seal(deposit.facts, place=FACTS) if deposit.facts is not None else None, deposit.state, deposit.made_at,
        ),
    )  # fmt: skip


async def by_id(reader: Reader, keyring: Keyring, deposit_id: UUID) -> Deposit:
    """Raises NotFound."""
    return _deposit(await reader.one(f"SELECT {_COLUMNS} FROM evidence.deposits WHERE id = %s", (deposit_id,)), keyring)


async def lock(tx: Transaction, keyring: Keyring, deposit_id: UUID) -> Deposit:
    """Raises NotFound."""
    return _deposit(
        await tx.one(f"SELECT {_COLUMNS} FROM evidence.deposits WHERE id = %s FOR UPDATE", (deposit_id,)), keyring
    )


async def by_number(reader: Reader, keyring: Keyring, number: str) -> Deposit | None:
    row = await reader.maybe(f"SELECT {_COLUMNS} FROM evidence.deposits WHERE number = %s", (number,))
    return None if row is None else _deposit(row, keyring)


async def by_code(reader: Reader, keyring: Keyring, code: str) -> Deposit | None:
    row = await reader.maybe(
        f"SELECT {_COLUMNS} FROM evidence.deposits WHERE code_digest = %s", (keyring.digest(code, place=CODE),)
    )
    return None if row is None else _deposit(row, keyring)


async def of_capture(reader: Reader, capture_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    rows = await reader.all(
        "SELECT capture_id, id FROM evidence.deposits WHERE capture_id = ANY(%s) ORDER BY id", (list(capture_ids),)
    )
    found: dict[UUID, list[UUID]] = {capture_id: [] for capture_id in capture_ids}
    for row in rows:
        found[row["capture_id"]].append(row["id"])
    return found


async def of_owner(
    reader: Reader, keyring: Keyring, *, owner: PersonId | None, organisation_id: OrganisationId | None,
    category: Category | None, state: State | None, before: tuple[datetime, UUID] | None, limit: int,
) -> list[Deposit]:  # fmt: skip
    """Newest first. Of a person alone (`owner`), or of an organisation."""
    at, last = before or (None, None)
    rows = await reader.all(
        f"""SELECT {_COLUMNS} FROM evidence.deposits
            WHERE (%(owner)s::uuid IS NULL OR (owner = %(owner)s AND organisation_id IS NULL))
              AND (%(organisation)s::uuid IS NULL OR organisation_id = %(organisation)s)
              AND (%(category)s::text IS NULL OR category = %(category)s)
              AND (%(state)s::text IS NULL OR state = %(state)s)
              AND (%(at)s::timestamptz IS NULL OR (made_at, id) < (%(at)s, %(last)s))
            ORDER BY made_at DESC, id DESC LIMIT %(limit)s""",
        {
            "owner": owner, "organisation": organisation_id, "category": category, "state": state, "at": at, "last": last,
            "limit": limit,
        },
    )  # fmt: skip
    return [_deposit(row, keyring) for row in rows]


async def pending(reader: Reader, *, batch: UUID | None = None, limit: int = 200) -> list[Pending]:
    """Groups that the node has not acknowledged, oldest first."""
    return await reader.all_as(
        Pending,
        """SELECT batch, category FROM evidence.deposits WHERE state = 'pending' AND (%(batch)s::uuid IS NULL OR batch = %(batch)s)
           GROUP BY batch, category ORDER BY min(made_at) LIMIT %(limit)s""",
        {"batch": batch, "limit": limit},
    )


async def group(reader: Reader, keyring: Keyring, wanted: Pending) -> list[Deposit]:
    """All of a group, in their order: what the node is told does not change from try to try."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} FROM evidence.deposits WHERE batch = %s AND category = %s ORDER BY position",
        (wanted.batch, wanted.category),
    )
    return [_deposit(row, keyring) for row in rows]


async def stored(tx: Transaction, wanted: Pending, receipts: Sequence[DepositReceipt]) -> None:
    """Note numbers and time, by position. What is noted already stays."""
    for position, receipt in enumerate(receipts):
        await tx.run(
            """UPDATE evidence.deposits SET state = 'stored', number = %s, chain = %s, leaf = %s, stored_at = %s,
                 failure_zh = NULL, failure_en = NULL
               WHERE batch = %s AND category = %s AND position = %s AND state = 'pending'""",
            (
                receipt.number, receipt.chain, receipt.index, receipt.stored_at, wanted.batch, wanted.category, position,
            ),
        )  # fmt: skip


async def failed(tx: Transaction, wanted: Pending, why: Text) -> None:
    await tx.run(
        """UPDATE evidence.deposits SET state = 'failed', failure_zh = %s, failure_en = %s
           WHERE batch = %s AND category = %s AND state = 'pending'""",
        (why.zh, why.en, wanted.batch, wanted.category),
    )


async def again(tx: Transaction, deposit_id: UUID, *, batch: UUID) -> None:
    """Under a reference of its own, since the ledger refused the one before."""
    await tx.run(
        """UPDATE evidence.deposits SET state = 'pending', batch = %s, position = 0, failure_zh = NULL, failure_en = NULL
           WHERE id = %s""",
        (batch, deposit_id),
    )


async def save(tx: Transaction, keyring: Keyring, deposit: Deposit) -> None:
    """Write what its depositor may change: title, sharing, forgetting."""
    await tx.run(
        """UPDATE evidence.deposits SET title = %s, file_name = %s, facts = %s, upload_id = %s, code = %s, code_digest = %s,
             shared_until = %s, forgotten_at = %s, revision = revision + 1
           WHERE id = %s""",
        (
            keyring.seal(deposit.title, place=TITLE), keyring.seal(deposit.file_name, place=FILE_NAME),
            keyring.seal(deposit.facts, place=FACTS) if deposit.facts is not None else None, deposit.upload_id,
            keyring.seal(deposit.code, place=CODE) if deposit.code else None,
            keyring.digest(deposit.code, place=CODE) if deposit.code else None, deposit.shared_until, deposit.forgotten_at,
            deposit.id,
        ),
    )  # fmt: skip


class Waiting(msgspec.Struct, frozen=True):
    """Deposits of the court that are not on the ledger yet, and those that it refused."""

    pending: int
    oldest_pending_at: datetime | None
    failed: int


async def waiting(reader: Reader) -> Waiting:
    return await reader.one_as(
        Waiting,
        """SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
                  min(made_at) FILTER (WHERE state = 'pending') AS oldest_pending_at,
                  count(*) FILTER (WHERE state = 'failed') AS failed
           FROM evidence.deposits WHERE state IN ('pending', 'failed')""",
    )


def _deposit(row: dict[str, Any], keyring: Keyring) -> Deposit:
    return Deposit(
        id=row["id"], owner=row["owner"], organisation_id=row["organisation_id"], batch=row["batch"],
        position=row["position"], category=Category(row["category"]), title=keyring.open(row["title"], place=TITLE),
        file_name=keyring.open(row["file_name"], place=FILE_NAME), digest=row["digest"], sha256=row["sha256"],
        size=row["size"], media_type=row["media_type"], upload_id=row["upload_id"], capture_id=row["capture_id"],
        claimed_at=row["claimed_at"],
        facts=keyring.open_bytes(row["facts"], place=FACTS) if row["facts"] is not None else None,
        state=State(row["state"]), made_at=row["made_at"], number=row["number"], chain=row["chain"], index=row["leaf"],
        stored_at=row["stored_at"], failure=Text(row["failure_zh"], row["failure_en"]) if row["failure_zh"] else None,
        code=keyring.open(row["code"], place=CODE) if row["code"] is not None else None,
        shared_until=row["shared_until"], forgotten_at=row["forgotten_at"], revision=row["revision"],
    )  # fmt: skip
