"""All SQL of identity. Functions take a transaction (or a reader) and the keyring that opens sealed columns."""

from datetime import datetime
from typing import Any

from tianping.contexts.identity.model import Person, Session
from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId, SessionId
from tianping.platform.database import Reader, Transaction
from tianping.platform.keyring import Keyring

NAME = "identity.people.name"
MOBILE = "identity.people.mobile"

_PERSON = """id, name, mobile, password_hash, roles, division, real_name_checked_at, failures, failed_at, active"""


def _person(row: dict[str, Any], keyring: Keyring) -> Person:
    return Person(
        id=row["id"],
        name=keyring.open(row["name"], place=NAME),
        mobile=keyring.open(row["mobile"], place=MOBILE),
        password_hash=row["password_hash"],
        roles=frozenset(Role(role) for role in row["roles"]),
        division=row["division"],
        real_name_checked_at=row["real_name_checked_at"],
        failures=row["failures"],
        failed_at=row["failed_at"],
        active=row["active"],
    )


async def lock_by_mobile(tx: Transaction, keyring: Keyring, mobile: str) -> Person | None:
    row = await tx.maybe(
        f"SELECT {_PERSON} FROM identity.people WHERE mobile_digest = %s FOR UPDATE",
        (keyring.digest(mobile, place=MOBILE),),
    )
    return None if row is None else _person(row, keyring)


async def person(reader: Reader, keyring: Keyring, person_id: PersonId) -> Person:
    """Raises NotFound."""
    return _person(await reader.one(f"SELECT {_PERSON} FROM identity.people WHERE id = %s", (person_id,)), keyring)


async def insert_person(tx: Transaction, keyring: Keyring, person: Person, *, at: datetime) -> None:
    await tx.run(
        """INSERT INTO identity.people
             (id, name, mobile, mobile_digest, password_hash, roles, division, real_name_checked_at, active, registered_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            person.id,
            keyring.seal(person.name, place=NAME),
            keyring.seal(person.mobile, place=MOBILE),
            keyring.digest(person.mobile, place=MOBILE),
            person.password_hash,
            sorted(person.roles),
            person.division,
            person.real_name_checked_at,
            person.active,
            at,
        ),
    )


async def note_failure(tx: Transaction, person_id: PersonId, *, at: datetime) -> None:
    await tx.run("UPDATE identity.people SET failures = failures + 1, failed_at = %s WHERE id = %s", (at, person_id))


async def forget_failures(tx: Transaction, person_id: PersonId) -> None:
    await tx.run("UPDATE identity.people SET failures = 0, failed_at = NULL WHERE id = %s", (person_id,))


async def insert_session(tx: Transaction, session: Session, *, token_digest: bytes, csrf_token: str) -> None:
    await tx.run(
        """INSERT INTO identity.sessions (id, person_id, token_digest, csrf_token, device, opened_at, seen_at, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            session.id, session.person_id, token_digest, csrf_token, session.device,
            session.opened_at, session.seen_at, session.expires_at,
        ),
    )  # fmt: skip


async def live_session(reader: Reader, token_digest: bytes, *, at: datetime) -> dict[str, Any] | None:
    return await reader.maybe(
        """SELECT s.id AS session_id, s.person_id, s.csrf_token, s.seen_at, s.expires_at, p.roles, p.division
           FROM identity.sessions s JOIN identity.people p ON p.id = s.person_id
           WHERE s.token_digest = %s AND s.expires_at > %s AND s.ended_at IS NULL AND p.active""",
        (token_digest, at),
    )


async def sessions_of(reader: Reader, person_id: PersonId, *, at: datetime) -> list[Session]:
    return await reader.all_as(
        Session,
        """SELECT id, person_id, device, opened_at, seen_at, expires_at FROM identity.sessions
           WHERE person_id = %s AND ended_at IS NULL AND expires_at > %s ORDER BY seen_at DESC""",
        (person_id, at),
    )


async def end_session(tx: Transaction, session_id: SessionId, *, person_id: PersonId, at: datetime) -> bool:
    """False if the person has no such live session."""
    changed = await tx.run(
        "UPDATE identity.sessions SET ended_at = %s WHERE id = %s AND person_id = %s AND ended_at IS NULL",
        (at, session_id, person_id),
    )
    return changed == 1
