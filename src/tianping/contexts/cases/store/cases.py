"""SQL of the case file: one statement reads a whole case, parties and bench included."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import Case, Seat, Seated
from tianping.kit.ids import CaseId, FilingId, PersonId, new_id
from tianping.kit.money import Money
from tianping.platform.database import Reader, Transaction, decode_ours
from tianping.platform.keyring import Keyring

NAME = "cases.parties.name"
KNOWN = "cases.parties.known"

_DECODER = msgspec.json.Decoder(Case, dec_hook=decode_ours)

_FILE = """
SELECT row_to_json(r)::text AS file FROM (
  SELECT c.id, c.number, c.filing_id, c.filing_number, c.filing_digest, c.filer, c.submitted_at, c.accepted_at,
    c.accepted_by, c.cause, c.case_type, c.fee_act, c.procedure, c.bench_kind, c.stage, c.amount::text AS amount,
    c.division, c.evidence_count, c.opened_at, c.opened_on, c.trial_due, c.fee_due, c.next_due, c.waiting,
    c.waiting_since, c.paid_at, c.assigned_at, c.bench_notified, c.closed_at, c.closed_ground, c.docket_seq,
    c.docket_head, c.document_count, c.fee_from,
    (SELECT json_agg(json_build_object('ordinal', p.ordinal, 'capacity', p.capacity, 'kind', p.kind,
        'name', encode(p.name, 'hex'), 'person_id', p.person_id, 'organisation_id', p.organisation_id,
        'agents', p.agents, 'known', encode(p.known, 'hex'),
        'independent_claim', p.independent_claim) ORDER BY p.ordinal)
      FROM cases.parties p WHERE p.case_id = c.id) AS parties,
    (SELECT coalesce(json_agg(json_build_object('person_id', b.person_id, 'name', b.name, 'seat', b.seat,
        'since', b.since, 'suspended', EXISTS (SELECT 1 FROM cases.requests q WHERE q.case_id = c.id
          AND q.kind = 'recusal' AND q.state = 'open' AND q.reconsiders IS NULL AND q.about = b.person_id))
        ORDER BY array_position(ARRAY['presiding_judge', 'sole_judge', 'judge', 'clerk'], b.seat), b.id), '[]')
      FROM cases.bench b WHERE b.case_id = c.id AND b.until IS NULL) AS bench,
    (SELECT coalesce(json_agg(x.number ORDER BY x.number), '[]') FROM (
        SELECT l.number FROM cases.relations l WHERE l.case_id = c.id
        UNION SELECT k.number FROM cases.relations l JOIN cases.cases k ON k.id = l.case_id WHERE l.number = c.number) x) AS related,
    (SELECT coalesce(json_agg(json_build_object('id', q.id, 'kind', q.kind, 'about', q.about,
        'about_name', q.about_name, 'level', q.level, 'ground', q.ground, 'requested_by', q.requested_by,
        'requester', q.requester, 'requested_at', q.requested_at, 'due', q.due, 'reconsiders', q.reconsiders,
        'state', q.state, 'decided_by', q.decided_by, 'decided_at', q.decided_at) ORDER BY q.id), '[]')
      FROM cases.requests q WHERE q.case_id = c.id
        AND (q.state = 'open' OR q.kind = 'recusal' AND q.state = 'refused')) AS open_requests,
    (SELECT count(*) FROM cases.requests q WHERE q.case_id = c.id) AS request_count,
    (SELECT count(*) FROM cases.draws d WHERE d.case_id = c.id) AS draw_count
  FROM cases.cases c WHERE c.{key} = %s) r
"""
_BY_ID = _FILE.replace("{key}", "id")
_BY_FILING = _FILE.replace("{key}", "filing_id")


def _case(row: dict[str, Any], keyring: Keyring) -> Case:
    stored = _DECODER.decode(row["file"])
    # Names travel sealed, as hexadecimal text inside the one JSON row, and are opened only here.
    parties = [
        msgspec.structs.replace(
            party,
            name=keyring.open(bytes.fromhex(party.name), place=NAME),
            known=keyring.open(bytes.fromhex(party.known), place=KNOWN) if party.known else None,
        )
        for party in stored.parties
    ]
    return msgspec.structs.replace(
        stored,
        parties=parties,
        open_requests=[r for r in stored.open_requests if r.state == "open"],
        refused_recusals=[r for r in stored.open_requests if r.state == "refused"],
    )


async def case(reader: Reader, keyring: Keyring, case_id: UUID) -> Case:
    """Raises NotFound."""
    return _case(await reader.one(_BY_ID, (case_id,)), keyring)  # type: ignore[arg-type]


async def of_filing(reader: Reader, keyring: Keyring, filing_id: FilingId) -> Case | None:
    row = await reader.maybe(_BY_FILING, (filing_id,))  # type: ignore[arg-type]
    return None if row is None else _case(row, keyring)


async def closed_grounds(reader: Reader, filing_ids: list[FilingId]) -> dict[FilingId, str]:
    """On which ground the cases of these filings were closed; open ones are left out."""
    rows = await reader.all(
        "SELECT filing_id, closed_ground FROM cases.cases WHERE filing_id = ANY(%s) AND closed_ground IS NOT NULL",
        (filing_ids,),
    )
    return {FilingId(row["filing_id"]): row["closed_ground"] for row in rows}


async def lock(tx: Transaction, keyring: Keyring, case_id: UUID) -> Case:
    """The case, locked until the end of the transaction. Raises NotFound."""
    await tx.one("SELECT id FROM cases.cases WHERE id = %s FOR UPDATE", (case_id,))
    return await case(tx, keyring, case_id)


async def lock_filing(tx: Transaction, filing_id: FilingId) -> None:
    """Until the end of the transaction nobody else opens a case from this filing."""
    await tx.one("SELECT pg_advisory_xact_lock(hashtextextended(%s, 50)) IS NULL AS locked", (str(filing_id),))


async def id_of_number(reader: Reader, number: str) -> CaseId:
    """Raises NotFound."""
    return CaseId((await reader.one("SELECT id FROM cases.cases WHERE number = %s", (number,)))["id"])


async def allot(tx: Transaction, court: str, year: int, type_word: str) -> int:
    """The next number of a series. Its row stays locked until the case is saved: no gap, none twice."""
    row = await tx.one(
        """INSERT INTO cases.series (court, year, type_word, last_number) VALUES (%s, %s, %s, 1)
           ON CONFLICT (court, year, type_word) DO UPDATE SET last_number = cases.series.last_number + 1
           RETURNING last_number""",
        (court, year, type_word),
    )
    return int(row["last_number"])


async def insert(tx: Transaction, keyring: Keyring, case: Case, *, court: str, type_word: str, serial: int) -> None:
    await tx.run(
        """INSERT INTO cases.cases (id, number, court, year, type_word, serial, filing_id, filing_number, filing_digest,
             filer, submitted_at, accepted_at, accepted_by, cause, case_type, fee_act, procedure, bench_kind, stage,
             amount, division, evidence_count, opened_at, opened_on, trial_due, next_due, docket_head)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
             %s, %s)""",
        (
            case.id, case.number, court, case.opened_on.year, type_word, serial, case.filing_id, case.filing_number,
            case.filing_digest, case.filer, case.submitted_at, case.accepted_at, case.accepted_by, case.cause,
            case.case_type, case.fee_act, case.procedure, case.bench_kind, case.stage,
            case.amount.yuan if case.amount else None, case.division, case.evidence_count, case.opened_at,
            case.opened_on, case.trial_due, case.next_due, case.docket_head,
        ),
    )  # fmt: skip
    for party in case.parties:
        await tx.run(
            """INSERT INTO cases.parties
                 (case_id, ordinal, capacity, kind, name, name_digest, person_id, organisation_id, agents, known,
                  independent_claim)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            (
                case.id, party.ordinal, party.capacity, party.kind, keyring.seal(party.name, place=NAME),
                keyring.digest(party.name, place=NAME), party.person_id, party.organisation_id, party.agents,
                keyring.seal(party.known, place=KNOWN) if party.known else None, party.independent_claim,
            ),
        )  # fmt: skip
    for number in case.related:
        await tx.run(
            "INSERT INTO cases.relations (case_id, number) VALUES (%s, %s) ON CONFLICT DO NOTHING", (case.id, number)
        )


async def save(tx: Transaction, case: Case) -> None:
    """Save what may change of a case. The docket's head belongs to `store.docket.append`."""
    await tx.run(
        """UPDATE cases.cases SET procedure = %s, bench_kind = %s, stage = %s, trial_due = %s, fee_due = %s,
             next_due = %s, waiting = %s, waiting_since = %s, paid_at = %s, assigned_at = %s, bench_notified = %s,
             closed_at = %s, closed_ground = %s, document_count = %s, fee_from = %s
           WHERE id = %s""",
        (
            case.procedure, case.bench_kind, case.stage, case.trial_due, case.fee_due, case.next_due, case.waiting,
            case.waiting_since, case.paid_at, case.assigned_at, case.bench_notified, case.closed_at,
            case.closed_ground, case.document_count, case.fee_from, case.id,
        ),
    )  # fmt: skip


async def seat(tx: Transaction, case_id: CaseId, seated: Seated) -> None:
    await tx.run(
        "INSERT INTO cases.bench (id, case_id, person_id, name, seat, since) VALUES (%s, %s, %s, %s, %s, %s)",
        (new_id(), case_id, seated.person_id, seated.name, seated.seat, seated.since),
    )


async def unseat(tx: Transaction, case_id: CaseId, person_id: PersonId, *, at: datetime) -> None:
    await tx.run(
        "UPDATE cases.bench SET until = %s WHERE case_id = %s AND person_id = %s AND until IS NULL",
        (at, case_id, person_id),
    )


async def change_seat(tx: Transaction, case_id: CaseId, person_id: PersonId, to: Seat, *, at: datetime) -> None:
    """Another seat on the same bench; what it was before stays readable."""
    row = await tx.one(
        """UPDATE cases.bench SET until = %s WHERE case_id = %s AND person_id = %s AND until IS NULL RETURNING name""",
        (at, case_id, person_id),
    )
    await seat(tx, case_id, Seated(person_id, row["name"], to, at))


async def open_cases(reader: Reader, people: list[PersonId]) -> dict[UUID, int]:
    """How many open cases each of these has on the bench now."""
    rows = await reader.all(
        """SELECT b.person_id, count(*) AS cases FROM cases.bench b JOIN cases.cases c ON c.id = b.case_id
           WHERE b.person_id = ANY(%s) AND b.until IS NULL AND c.closed_at IS NULL GROUP BY b.person_id""",
        (people,),
    )
    return {row["person_id"]: row["cases"] for row in rows}


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Whose list it is. All lists may be empty; nothing is seen but what one of them opens."""

    person: UUID
    persons: list[UUID]
    organisations: list[UUID]
    matters: list[UUID]
    everything: bool
    divisions: list[str]
    intake: bool


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Filters of a list; `due` is the last court-local day of the next step. None: not filtered."""

    number: str | None = None
    stage: str | None = None
    cause: str | None = None
    judge: UUID | None = None
    due: date | None = None
    waiting: bool | None = None
    mine: bool = False
    text: str | None = None
    name_digest: bytes | None = None


async def listing(
    reader: Reader, scope: Scope, wanted: Wanted, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Rows of a list, newest first; party names still sealed (hexadecimal)."""
    return await reader.all(
        """
        SELECT c.id, c.number, c.filing_id, c.cause, c.case_type, c.procedure, c.stage, c.amount, c.opened_at, c.opened_on,
          c.next_due, c.waiting, c.bench_notified, c.fee_due, c.division,
          (SELECT json_agg(json_build_object('capacity', p.capacity, 'name', encode(p.name, 'hex')) ORDER BY p.ordinal)
            FROM cases.parties p WHERE p.case_id = c.id) AS parties,
          ARRAY(SELECT b.name FROM cases.bench b WHERE b.case_id = c.id AND b.until IS NULL AND b.seat <> 'clerk'
            ORDER BY b.id) AS judges
        FROM cases.cases c
        WHERE (
            (NOT %(mine)s AND (%(everything)s OR c.division = ANY(%(divisions)s)
               OR (%(intake)s AND c.stage IN ('opened', 'awaiting_fee', 'paid'))))
            OR c.id IN (SELECT b.case_id FROM cases.bench b WHERE b.person_id = %(person)s AND b.until IS NULL)
            OR c.id IN (SELECT p.case_id FROM cases.parties p
                 WHERE p.person_id = ANY(%(persons)s) OR p.organisation_id = ANY(%(organisations)s))
            OR c.id = ANY(%(matters)s) OR c.filing_id = ANY(%(matters)s))
          AND (%(number)s::text IS NULL OR c.number = %(number)s)
          AND (%(stage)s::text IS NULL OR c.stage = %(stage)s)
          AND (%(cause)s::text IS NULL OR c.cause = %(cause)s)
          AND (%(due)s::date IS NULL OR (c.next_due <= %(due)s AND c.closed_at IS NULL))
          AND (%(waiting)s::boolean IS NULL OR (c.waiting IS NOT NULL) = %(waiting)s)
          AND (%(judge)s::uuid IS NULL OR c.id IN (SELECT b.case_id FROM cases.bench b
                 WHERE b.person_id = %(judge)s AND b.until IS NULL))
          AND (%(text)s::text IS NULL OR strpos(c.number, %(text)s) > 0 OR strpos(c.cause, %(text)s) > 0
                 OR strpos(c.filing_number, %(text)s) > 0
                 OR c.id IN (SELECT p.case_id FROM cases.parties p WHERE p.name_digest = %(name_digest)s))
          AND (%(after_at)s::timestamptz IS NULL OR (c.opened_at, c.id) < (%(after_at)s, %(after_id)s))
        ORDER BY c.opened_at DESC, c.id DESC LIMIT %(limit)s
        """,
        {
            **msgspec.structs.asdict(scope),
            **msgspec.structs.asdict(wanted),
            "after_at": after[0] if after else None,
            "after_id": after[1] if after else None,
            "limit": limit,
        },
    )


async def matters_of(reader: Reader, matters: list[UUID]) -> list[dict[str, Any]]:
    """Cases of these case or filing ids, with the ids of their parties: to check a mandate against its principal."""
    return await reader.all(
        """SELECT c.id, c.filing_id,
             ARRAY(SELECT p.person_id FROM cases.parties p WHERE p.case_id = c.id AND p.person_id IS NOT NULL) AS persons,
             ARRAY(SELECT p.organisation_id FROM cases.parties p
               WHERE p.case_id = c.id AND p.organisation_id IS NOT NULL) AS organisations
           FROM cases.cases c WHERE c.id = ANY(%(ids)s) OR c.filing_id = ANY(%(ids)s)""",
        {"ids": matters},
    )


def amount(row: dict[str, Any]) -> Money | None:
    return None if row["amount"] is None else Money(row["amount"])


def party_name(keyring: Keyring, sealed: str) -> str:
    """Open a name that came as hexadecimal text."""
    return keyring.open(bytes.fromhex(sealed), place=NAME)


def name_digest(keyring: Keyring, name: str) -> bytes:
    return keyring.digest(name.strip(), place=NAME)
