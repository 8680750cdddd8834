"""People: who they are, what they may, how they prove it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from tianping.contexts.identity.model import Person
from tianping.contexts.identity.model.account import DemoPerson
from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId, new_id
from tianping.platform.database import Reader, Transaction, as_json, read_as
from tianping.platform.keyring import Keyring

NAME = "identity.people.name"
MOBILE = "identity.people.mobile"
IDENTITY_NUMBER = "identity.people.identity_number"
EMAIL = "identity.people.email"
ADDRESS = "identity.people.address"
LICENCE = "identity.people.licence"
TOTP_SECRET = "identity.people.totp_secret"  # noqa: S105 - the place of a sealed column, not a secret

_PLACES = {
    "name": NAME, "mobile": MOBILE, "identity_number": IDENTITY_NUMBER, "email": EMAIL, "address": ADDRESS,
    "licence": LICENCE, "totp_secret": TOTP_SECRET,
}  # fmt: skip

PERSON_COLUMNS = """id, name, mobile, identity_number, email, address, password_hash, roles, staff, division, subjects,
             load_weight, real_name_checked_at, real_name_matched, real_name_source, licence, firm, licence_state,
             totp_secret, totp_on, totp_step, demo_about, active"""


def read_person(row: dict[str, Any], keyring: Keyring) -> Person:
    opened = dict(row)
    for column, place in _PLACES.items():
        opened[column] = None if row[column] is None else keyring.open(row[column], place=place)
    return read_as(Person, opened)


def mobile_digest(keyring: Keyring, mobile: str) -> bytes:
    return keyring.digest(mobile, place=MOBILE)


async def person(reader: Reader, keyring: Keyring, person_id: PersonId) -> Person:
    """Raises NotFound."""
    return read_person(
        await reader.one(f"SELECT {PERSON_COLUMNS} FROM identity.people WHERE id = %s", (person_id,)), keyring
    )


async def people(reader: Reader, keyring: Keyring, ids: Iterable[PersonId]) -> dict[PersonId, Person]:
    """Those of the ids that exist."""
    rows = await reader.all(f"SELECT {PERSON_COLUMNS} FROM identity.people WHERE id = ANY(%s)", (list(ids),))
    return {row["id"]: read_person(row, keyring) for row in rows}


async def lock(tx: Transaction, keyring: Keyring, person_id: PersonId) -> Person:
    """Raises NotFound."""
    return read_person(
        await tx.one(f"SELECT {PERSON_COLUMNS} FROM identity.people WHERE id = %s FOR UPDATE", (person_id,)), keyring
    )


async def by_mobile(reader: Reader, keyring: Keyring, mobile: str) -> Person | None:
    row = await reader.maybe(
        f"SELECT {PERSON_COLUMNS} FROM identity.people WHERE mobile_digest = %s", (mobile_digest(keyring, mobile),)
    )
    return None if row is None else read_person(row, keyring)


async def lock_by_mobile(tx: Transaction, keyring: Keyring, mobile: str) -> Person | None:
    row = await tx.maybe(
        f"SELECT {PERSON_COLUMNS} FROM identity.people WHERE mobile_digest = %s FOR UPDATE",
        (mobile_digest(keyring, mobile),),
    )
    return None if row is None else read_person(row, keyring)


async def names_by_mobile_digest(
    reader: Reader, keyring: Keyring, digests: list[bytes]
) -> dict[bytes, tuple[PersonId, str]]:
    rows = await reader.all(
        "SELECT id, name, mobile_digest FROM identity.people WHERE mobile_digest = ANY(%s)", (digests,)
    )
    return {bytes(row["mobile_digest"]): (row["id"], keyring.open(row["name"], place=NAME)) for row in rows}


async def identity_number_taken(reader: Reader, keyring: Keyring, number: str, *, besides: PersonId | None) -> bool:
    row = await reader.maybe(
        "SELECT id FROM identity.people WHERE identity_number_digest = %s AND id IS DISTINCT FROM %s",
        (keyring.digest(number, place=IDENTITY_NUMBER), besides),
    )
    return row is not None


def _sealed(keyring: Keyring, value: str | None, place: str) -> bytes | None:
    return None if value is None else keyring.seal(value, place=place)


async def insert(tx: Transaction, keyring: Keyring, person: Person, *, at: datetime) -> bool:
    """False if the mobile or identity number belongs to another account."""
    number = person.identity_number
    inserted = await tx.run(
        """INSERT INTO identity.people
             (id, name, mobile, mobile_digest, identity_number, identity_number_digest, email, address, password_hash,
              roles, staff, division, subjects, load_weight, real_name_checked_at, real_name_matched, real_name_source,
              licence, firm, licence_state, demo_about, active, registered_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT DO NOTHING""",
        (
            person.id, keyring.seal(person.name, place=NAME), keyring.seal(person.mobile, place=MOBILE),
            mobile_digest(keyring, person.mobile), _sealed(keyring, number, IDENTITY_NUMBER),
            None if number is None else keyring.digest(number, place=IDENTITY_NUMBER),
            _sealed(keyring, person.email, EMAIL), _sealed(keyring, person.address, ADDRESS), person.password_hash,
            sorted(person.roles), person.staff, person.division, list(person.subjects), person.load_weight,
            person.real_name_checked_at, person.real_name_matched, person.real_name_source,
            _sealed(keyring, person.licence, LICENCE), person.firm, person.licence_state,
            None if person.demo_about is None else as_json(person.demo_about), person.active, at,
        ),
    )  # fmt: skip
    return inserted == 1


async def set_password(tx: Transaction, person_id: PersonId, password_hash: str) -> None:
    await tx.run("UPDATE identity.people SET password_hash = %s WHERE id = %s", (password_hash, person_id))


async def set_real_name(tx: Transaction, keyring: Keyring, person: Person) -> None:
    """Save the name, the identity number and what the register said of them."""
    number = person.identity_number
    await tx.run(
        """UPDATE identity.people
           SET name = %s, identity_number = %s, identity_number_digest = %s, real_name_checked_at = %s,
               real_name_matched = %s, real_name_source = %s
           WHERE id = %s""",
        (
            keyring.seal(person.name, place=NAME), _sealed(keyring, number, IDENTITY_NUMBER),
            None if number is None else keyring.digest(number, place=IDENTITY_NUMBER), person.real_name_checked_at,
            person.real_name_matched, person.real_name_source, person.id,
        ),
    )  # fmt: skip


async def set_contact(
    tx: Transaction, keyring: Keyring, person_id: PersonId, email: str | None, address: str | None
) -> None:
    await tx.run(
        "UPDATE identity.people SET email = %s, address = %s WHERE id = %s",
        (_sealed(keyring, email, EMAIL), _sealed(keyring, address, ADDRESS), person_id),
    )


async def set_licence(
    tx: Transaction, keyring: Keyring, person_id: PersonId, licence: str, firm: str, state: str
) -> None:
    await tx.run(
        "UPDATE identity.people SET licence = %s, firm = %s, licence_state = %s WHERE id = %s",
        (keyring.seal(licence, place=LICENCE), firm, state, person_id),
    )


async def set_licence_state(tx: Transaction, person_id: PersonId, state: str) -> None:
    await tx.run("UPDATE identity.people SET licence_state = %s WHERE id = %s", (state, person_id))


async def stated_licences(reader: Reader, keyring: Keyring, *, after: UUID | None, limit: int) -> list[Person]:
    rows = await reader.all(
        f"""SELECT {PERSON_COLUMNS} FROM identity.people
            WHERE licence_state = 'stated' AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s""",
        (after, after, limit),
    )
    return [read_person(row, keyring) for row in rows]


async def set_roles(tx: Transaction, person_id: PersonId, roles: frozenset[Role]) -> None:
    await tx.run("UPDATE identity.people SET roles = %s WHERE id = %s", (sorted(roles), person_id))


async def close(tx: Transaction, person_id: PersonId, *, by: PersonId, at: datetime) -> None:
    """An account that is closed already keeps its day."""
    await tx.run(
        "UPDATE identity.people SET active = false, closed_at = %s, closed_by = %s WHERE id = %s AND active",
        (at, by, person_id),
    )


async def reopen(tx: Transaction, person_id: PersonId) -> None:
    await tx.run(
        "UPDATE identity.people SET active = true, closed_at = NULL, closed_by = NULL WHERE id = %s", (person_id,)
    )


async def holders(tx: Transaction, role: Role) -> int:
    """How many active people hold the role; they are locked, so that the count stays true."""
    rows = await tx.all(
        "SELECT id FROM identity.people WHERE %s = ANY(roles) AND active ORDER BY id FOR UPDATE", (str(role),)
    )
    return len(rows)


async def set_totp(tx: Transaction, keyring: Keyring, person_id: PersonId, secret: str | None, *, on: bool) -> None:
    await tx.run(
        "UPDATE identity.people SET totp_secret = %s, totp_on = %s WHERE id = %s",
        (_sealed(keyring, secret, TOTP_SECRET), on, person_id),
    )


async def use_totp_step(tx: Transaction, person_id: PersonId, step: int) -> bool:
    """False if a code of this or a later step was used before."""
    used = await tx.run(
        "UPDATE identity.people SET totp_step = %s WHERE id = %s AND totp_step < %s", (step, person_id, step)
    )
    return used == 1


async def replace_recovery_codes(tx: Transaction, person_id: PersonId, digests: list[bytes]) -> None:
    await tx.run("DELETE FROM identity.recovery_codes WHERE person_id = %s", (person_id,))
    for digest in digests:
        await tx.run(
            "INSERT INTO identity.recovery_codes (id, person_id, digest) VALUES (%s, %s, %s)",
            (new_id(), person_id, digest),
        )


async def use_recovery_code(tx: Transaction, person_id: PersonId, digest: bytes, *, at: datetime) -> bool:
    used = await tx.run(
        "UPDATE identity.recovery_codes SET used_at = %s WHERE person_id = %s AND digest = %s AND used_at IS NULL",
        (at, person_id, digest),
    )
    return used == 1


async def recovery_codes_left(reader: Reader, person_id: PersonId) -> int:
    row = await reader.one(
        "SELECT count(*) AS n FROM identity.recovery_codes WHERE person_id = %s AND used_at IS NULL", (person_id,)
    )
    return int(row["n"])


async def demo_people(reader: Reader, keyring: Keyring) -> list[DemoPerson]:
    rows = await reader.all(
        """SELECT id, name, roles, demo_about FROM identity.people
           WHERE demo_about IS NOT NULL AND active ORDER BY id LIMIT 200"""
    )
    return [
        read_as(
            DemoPerson,
            {
                "id": row["id"], "name": keyring.open(row["name"], place=NAME), "roles": row["roles"],
                "about": row["demo_about"],
            },
        )
        for row in rows
    ]  # fmt: skip
