"""Staff, role grants, leave, the access log, key rotations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.identity.model import Leave, Person, RoleGrant
from tianping.contexts.identity.store.people import PERSON_COLUMNS, read_person
from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId, new_id
from tianping.platform.database import Reader, Transaction
from tianping.platform.keyring import Keyring

_GRANT = "id, person_id, role, requested_by, requested_at, state, settled_by, settled_at"


async def staff(
    reader: Reader, keyring: Keyring, *, role: Role | None, after: UUID | None, limit: int | None
) -> list[Person]:
    rows = await reader.all(
        f"""SELECT {PERSON_COLUMNS} FROM identity.people
            WHERE staff AND (%s::text IS NULL OR (%s = ANY(roles) AND active)) AND (%s::uuid IS NULL OR id > %s)
            ORDER BY id LIMIT %s""",
        (role, role, after, after, limit),
    )
    return [read_person(row, keyring) for row in rows]


class Closed(msgspec.Struct, frozen=True):
    """A closed account with its days."""

    person: Person
    registered_at: datetime
    closed_at: datetime
    closed_by: PersonId | None


async def closed_people(
    reader: Reader, keyring: Keyring, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Closed]:
    """Closed accounts of others than staff, the latest closed first."""
    rows = await reader.all(
        f"""SELECT {PERSON_COLUMNS}, registered_at, coalesce(closed_at, registered_at) AS closed_at, closed_by
            FROM identity.people
            WHERE NOT active AND NOT staff
              AND (%s::timestamptz IS NULL OR (coalesce(closed_at, registered_at), id) < (%s, %s))
            ORDER BY coalesce(closed_at, registered_at) DESC, id DESC LIMIT %s""",
        (after[0] if after else None, after[0] if after else None, after[1] if after else None, limit),
    )
    found = []
    for row in rows:
        dates = {name: row.pop(name) for name in ("registered_at", "closed_at", "closed_by")}
        found.append(Closed(read_person(row, keyring), **dates))
    return found


async def set_place(
    tx: Transaction, person_id: PersonId, *, division: str, subjects: list[str], load_weight: Decimal
) -> None:
    await tx.run(
        "UPDATE identity.people SET division = %s, subjects = %s, load_weight = %s WHERE id = %s AND staff",
        (division, subjects, load_weight, person_id),
    )


async def insert_grant(tx: Transaction, grant: RoleGrant) -> bool:
    """False if this role is asked for already."""
    inserted = await tx.run(
        """INSERT INTO identity.role_grants (id, person_id, role, requested_by, requested_at, state)
           VALUES (%s, %s, %s, %s, %s, 'open') ON CONFLICT DO NOTHING""",
        (grant.id, grant.person_id, grant.role, grant.requested_by, grant.requested_at),
    )
    return inserted == 1


async def lock_grant(tx: Transaction, grant_id: UUID) -> RoleGrant:
    """Raises NotFound."""
    return await tx.one_as(
        RoleGrant, f"SELECT {_GRANT} FROM identity.role_grants WHERE id = %s FOR UPDATE", (grant_id,)
    )


async def settle_grant(tx: Transaction, grant_id: UUID, state: str, *, by: PersonId, at: datetime) -> None:
    await tx.run(
        "UPDATE identity.role_grants SET state = %s, settled_by = %s, settled_at = %s WHERE id = %s AND state = 'open'",
        (state, by, at, grant_id),
    )


async def open_grants(
    reader: Reader, *, people: list[PersonId] | None, after: UUID | None, limit: int
) -> list[RoleGrant]:
    return await reader.all_as(
        RoleGrant,
        f"""SELECT {_GRANT} FROM identity.role_grants
            WHERE state = 'open' AND (%s::uuid[] IS NULL OR person_id = ANY(%s)) AND (%s::uuid IS NULL OR id > %s)
            ORDER BY id LIMIT %s""",
        (people, people, after, after, limit),
    )


async def insert_leave(tx: Transaction, leave: Leave, *, person_id: PersonId, by: PersonId, at: datetime) -> None:
    await tx.run(
        """INSERT INTO identity.leaves (id, person_id, first_day, last_day, noted_by, noted_at)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (leave.id, person_id, leave.first_day, leave.last_day, by, at),
    )


async def cancel_leave(tx: Transaction, leave_id: UUID, *, person_id: PersonId, at: datetime) -> None:
    """Raises NotFound."""
    await tx.one(
        """UPDATE identity.leaves SET cancelled_at = %s WHERE id = %s AND person_id = %s AND cancelled_at IS NULL
           RETURNING id""",
        (at, leave_id, person_id),
    )


async def leaves(reader: Reader, people: list[PersonId], *, on: date) -> dict[PersonId, list[Leave]]:
    """Leave that has not ended before `on`."""
    rows = await reader.all(
        """SELECT id, person_id, first_day, last_day FROM identity.leaves
           WHERE person_id = ANY(%s) AND cancelled_at IS NULL AND last_day >= %s ORDER BY first_day""",
        (people, on),
    )
    found: dict[PersonId, list[Leave]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(Leave(row["id"], row["first_day"], row["last_day"]))
    return found


async def insert_access(
    tx: Transaction, person_id: PersonId, *, matter: str, matter_id: UUID | None, what: str, at: datetime
) -> None:
    """The same access told twice is one line."""
    await tx.run(
        """INSERT INTO identity.access_log (id, at, person_id, matter, matter_id, what) VALUES (%s, %s, %s, %s, %s, %s)
           ON CONFLICT DO NOTHING""",
        (new_id(), at, person_id, matter, matter_id, what),
    )


async def access_log(
    reader: Reader,
    *,
    person_id: PersonId | None,
    matter_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    return await reader.all(
        """SELECT id, at, person_id, matter, matter_id, what FROM identity.access_log
           WHERE (%s::uuid IS NULL OR person_id = %s) AND (%s::uuid IS NULL OR matter_id = %s)
             AND (%s::timestamptz IS NULL OR at >= %s) AND (%s::timestamptz IS NULL OR at < %s)
             AND (%s::uuid IS NULL OR id < %s)
           ORDER BY id DESC LIMIT %s""",
        (person_id, person_id, matter_id, matter_id, since, since, until, until, before, before, limit),
    )


async def insert_rotation(tx: Transaction, rotation_id: UUID, number: int, *, by: PersonId, at: datetime) -> None:
    await tx.run(
        "INSERT INTO identity.key_rotations (id, number, by, at) VALUES (%s, %s, %s, %s)", (rotation_id, number, by, at)
    )


async def finish_rotations(tx: Transaction, *, at: datetime) -> None:
    await tx.run("UPDATE identity.key_rotations SET finished_at = %s WHERE finished_at IS NULL", (at,))


async def last_rotation(reader: Reader) -> datetime | None:
    row = await reader.maybe("SELECT at FROM identity.key_rotations ORDER BY at DESC LIMIT 1")
    return None if row is None else row["at"]
