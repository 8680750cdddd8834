"""SQL of requests about the bench and of declared exclusions. Reasons and party names are sealed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import Exclusion, Request
from tianping.contexts.cases.store.cases import name_digest
from tianping.kit.ids import CaseId, PersonId
from tianping.platform.database import Reader, Transaction
from tianping.platform.keyring import Keyring

REASON = "cases.requests.reason"
DECISION = "cases.requests.decision_reason"
PARTY = "cases.exclusions.party_name"

_REQUEST = """id, kind, about, about_name, level, ground, reason, requested_by, requester, requested_at, due, reconsiders,
  state, decided_by, decided_at, decision_reason"""


class Decider(msgspec.Struct, frozen=True, kw_only=True):
    """Who decides, by which offices. `persons` and `organisations`: oneself and all for whom one may stand as a party."""

    person: UUID
    president: bool
    head: bool
    division: str | None
    persons: list[UUID]
    organisations: list[UUID]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A request that waits, with its case. `ground` and `level` as codes."""

    id: UUID
    kind: str
    case_id: CaseId
    case_number: str
    cause: str
    about_name: str
    ground: str
    requester: str
    requested_at: datetime
    reconsiders: UUID | None
    due: date | None
    level: str


def _request(row: dict[str, Any], keyring: Keyring) -> Request:
    decision = row["decision_reason"]
    return Request(
        **{
            **row,
            "reason": keyring.open(row["reason"], place=REASON),
            "decision_reason": keyring.open(decision, place=DECISION) if decision else None,
        }
    )


async def insert(tx: Transaction, keyring: Keyring, case_id: CaseId, request: Request) -> None:
    await tx.run(
        """INSERT INTO cases.requests (id, case_id, kind, about, about_name, level, ground, reason, requested_by,
             requester, requested_at, due, reconsiders, state)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            request.id, case_id, request.kind, request.about, request.about_name, request.level, request.ground,
            keyring.seal(request.reason, place=REASON), request.requested_by, request.requester, request.requested_at,
            request.due, request.reconsiders, request.state,
        ),
    )  # fmt: skip


async def of_case(reader: Reader, keyring: Keyring, case_id: UUID) -> list[Request]:
    rows = await reader.all(f"SELECT {_REQUEST} FROM cases.requests WHERE case_id = %s ORDER BY id", (case_id,))
    return [_request(row, keyring) for row in rows]


async def waiting_for(
    reader: Reader, decider: Decider, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Row]:
    """Open requests that this person is to decide, oldest first; never the own, nor in a case of one's own."""
    return await reader.all_as(
        Row,
        """
        SELECT q.id, q.kind, q.case_id, c.number AS case_number, c.cause, q.about_name, q.ground, q.requester,
          q.requested_at, q.reconsiders, q.due, q.level
        FROM cases.requests q JOIN cases.cases c ON c.id = q.case_id
        WHERE q.state = 'open' AND c.closed_at IS NULL
          AND q.requested_by <> %(person)s AND q.about <> %(person)s
          AND (
            (%(president)s AND q.level IN ('president', 'leadership'))
            OR (%(head)s AND c.division = %(division)s AND q.level IN ('leadership', 'trial_committee'))
            OR (q.level = 'presiding_judge' AND EXISTS (SELECT 1 FROM cases.bench b WHERE b.case_id = c.id
                  AND b.person_id = %(person)s AND b.until IS NULL AND b.seat IN ('sole_judge', 'presiding_judge'))))
          AND NOT EXISTS (SELECT 1 FROM cases.parties p WHERE p.case_id = c.id
                AND (p.person_id = ANY(%(persons)s) OR p.organisation_id = ANY(%(organisations)s)))
          AND (%(after_at)s::timestamptz IS NULL OR (q.requested_at, q.id) > (%(after_at)s, %(after_id)s))
        ORDER BY q.requested_at, q.id LIMIT %(limit)s
        """,
        {
            **msgspec.structs.asdict(decider),
            "after_at": after[0] if after else None,
            "after_id": after[1] if after else None,
            "limit": limit,
        },
    )


async def lock(tx: Transaction, keyring: Keyring, case_id: UUID, request_id: UUID) -> Request:
    """Raises NotFound if the case has no such request."""
    row = await tx.one(
        f"SELECT {_REQUEST} FROM cases.requests WHERE id = %s AND case_id = %s FOR UPDATE", (request_id, case_id)
    )
    return _request(row, keyring)


async def reconsidered(reader: Reader, request_id: UUID) -> bool:
    return await reader.maybe("SELECT id FROM cases.requests WHERE reconsiders = %s", (request_id,)) is not None


async def decide(
    tx: Transaction, keyring: Keyring, request_id: UUID, *, state: str, by: PersonId, at: datetime, reason: str
) -> None:
    await tx.run(
        "UPDATE cases.requests SET state = %s, decided_by = %s, decided_at = %s, decision_reason = %s WHERE id = %s",
        (state, by, at, keyring.seal(reason, place=DECISION), request_id),
    )


async def exclude(tx: Transaction, keyring: Keyring, exclusion: Exclusion) -> None:
    name = exclusion.party_name
    await tx.run(
        """INSERT INTO cases.exclusions
             (id, judge, kind, case_id, party_name, party_digest, declared_by, declared_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            exclusion.id, exclusion.judge, exclusion.kind, exclusion.case_id,
            keyring.seal(name, place=PARTY) if name else None, name_digest(keyring, name) if name else None,
            exclusion.declared_by, exclusion.declared_at,
        ),
    )  # fmt: skip


async def exclusions_of(reader: Reader, keyring: Keyring, judge: UUID) -> list[Exclusion]:
    rows = await reader.all(
        """SELECT id, judge, kind, party_name, case_id, declared_by, declared_at, withdrawn_at FROM cases.exclusions
           WHERE judge = %s ORDER BY id DESC""",
        (judge,),
    )
    return [_exclusion(row, keyring) for row in rows]


async def lock_exclusion(tx: Transaction, keyring: Keyring, exclusion_id: UUID) -> Exclusion:
    """Raises NotFound."""
    row = await tx.one(
        """SELECT id, judge, kind, party_name, case_id, declared_by, declared_at, withdrawn_at FROM cases.exclusions
           WHERE id = %s FOR UPDATE""",
        (exclusion_id,),
    )
    return _exclusion(row, keyring)


async def withdraw_exclusion(tx: Transaction, exclusion_id: UUID, *, by: PersonId, at: datetime) -> None:
    await tx.run(
        "UPDATE cases.exclusions SET withdrawn_at = %s, withdrawn_by = %s WHERE id = %s", (at, by, exclusion_id)
    )


def _exclusion(row: dict[str, Any], keyring: Keyring) -> Exclusion:
    name = row["party_name"]
    return Exclusion(**{**row, "party_name": keyring.open(name, place=PARTY) if name else None})
