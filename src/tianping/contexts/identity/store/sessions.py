"""Sessions, failures of signing in, one-time codes, solved challenges, API tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tianping.contexts.identity.model import ApiToken, OneTimeCode, Purpose, Session
from tianping.kit.ids import PersonId, SessionId
from tianping.platform.database import Reader, Transaction


async def insert(tx: Transaction, session: Session, *, token_digest: bytes, csrf_token: str) -> None:
    await tx.run(
        """INSERT INTO identity.sessions (id, person_id, token_digest, csrf_token, device, opened_at, seen_at, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            session.id, session.person_id, token_digest, csrf_token, session.device,
            session.opened_at, session.seen_at, session.expires_at,
        ),
    )  # fmt: skip


async def of_token(reader: Reader, token_digest: bytes) -> dict[str, Any] | None:
    """The session that was not ended, of a person who is active; whether it still lives is for the rules."""
    return await reader.maybe(
        """SELECT s.id AS session_id, s.person_id, s.csrf_token, s.seen_at, s.expires_at, p.roles, p.division
           FROM identity.sessions s JOIN identity.people p ON p.id = s.person_id
           WHERE s.token_digest = %s AND s.ended_at IS NULL AND p.active""",
        (token_digest,),
    )


async def touch(reader: Reader, session_id: SessionId, *, at: datetime) -> None:
    await reader.run(
        "UPDATE identity.sessions SET seen_at = %s WHERE id = %s AND seen_at < %s AND ended_at IS NULL",
        (at, session_id, at),
    )


async def of_person(reader: Reader, person_id: PersonId, *, at: datetime) -> list[Session]:
    return await reader.all_as(
        Session,
        """SELECT id, person_id, device, opened_at, seen_at, expires_at FROM identity.sessions
           WHERE person_id = %s AND ended_at IS NULL AND expires_at > %s ORDER BY seen_at DESC""",
        (person_id, at),
    )


async def all_live(
    reader: Reader, *, person_id: PersonId | None, before: UUID | None, at: datetime, limit: int
) -> list[Session]:
    return await reader.all_as(
        Session,
        """SELECT id, person_id, device, opened_at, seen_at, expires_at FROM identity.sessions
           WHERE ended_at IS NULL AND expires_at > %s AND (%s::uuid IS NULL OR person_id = %s)
             AND (%s::uuid IS NULL OR id < %s) ORDER BY id DESC LIMIT %s""",
        (at, person_id, person_id, before, before, limit),
    )


async def end(tx: Transaction, session_id: SessionId, *, person_id: PersonId | None, at: datetime) -> PersonId | None:
    """Whose it was; None if there is no such live session (of that person, if one is named)."""
    row = await tx.maybe(
        """UPDATE identity.sessions SET ended_at = %s
           WHERE id = %s AND (%s::uuid IS NULL OR person_id = %s) AND ended_at IS NULL RETURNING person_id""",
        (at, session_id, person_id, person_id),
    )
    return None if row is None else row["person_id"]


async def end_all(tx: Transaction, person_id: PersonId, *, besides: SessionId | None, at: datetime) -> int:
    return await tx.run(
        """UPDATE identity.sessions SET ended_at = %s
           WHERE person_id = %s AND ended_at IS NULL AND id IS DISTINCT FROM %s""",
        (at, person_id, besides),
    )


async def lock_failures(tx: Transaction, mobile_digest: bytes) -> tuple[int, datetime] | None:
    row = await tx.maybe(
        "SELECT failures, failed_at FROM identity.sign_in_failures WHERE mobile_digest = %s FOR UPDATE",
        (mobile_digest,),
    )
    return None if row is None else (row["failures"], row["failed_at"])


async def note_failure(tx: Transaction, mobile_digest: bytes, *, at: datetime, fresh: bool) -> None:
    """Count one more; `fresh` starts the count again."""
    await tx.run(
        """INSERT INTO identity.sign_in_failures AS f (mobile_digest, failures, failed_at) VALUES (%s, 1, %s)
           ON CONFLICT (mobile_digest) DO UPDATE
           SET failures = CASE WHEN %s THEN 1 ELSE f.failures + 1 END, failed_at = excluded.failed_at""",
        (mobile_digest, at, fresh),
    )


async def forget_failures(tx: Transaction, mobile_digest: bytes) -> bool:
    forgotten = await tx.run("DELETE FROM identity.sign_in_failures WHERE mobile_digest = %s", (mobile_digest,))
    return forgotten > 0


async def lockouts(
    reader: Reader, *, least: int, since: datetime, before: tuple[datetime, bytes] | None, limit: int
) -> list[dict[str, Any]]:
    """Latest first; `before` is the last one of the page before."""
    failed_at, digest = before or (None, None)
    return await reader.all(
        """SELECT mobile_digest, failures, failed_at FROM identity.sign_in_failures
           WHERE failures >= %s AND failed_at > %s
             AND (%s::timestamptz IS NULL OR (failed_at, mobile_digest) < (%s, %s::bytea))
           ORDER BY failed_at DESC, mobile_digest DESC LIMIT %s""",
        (least, since, failed_at, failed_at, digest, limit),
    )


async def lock_number(tx: Transaction, mobile_digest: bytes) -> None:
    """One at a time for a number, until the transaction ends."""
    await tx.run("SELECT pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))", (mobile_digest,))


async def codes_sent(reader: Reader, mobile_digest: bytes, *, since: datetime) -> list[datetime]:
    rows = await reader.all(
        "SELECT sent_at FROM identity.one_time_codes WHERE mobile_digest = %s AND sent_at > %s", (mobile_digest, since)
    )
    return [row["sent_at"] for row in rows]


async def insert_code(tx: Transaction, code: OneTimeCode, *, mobile_digest: bytes, purpose: Purpose) -> None:
    """A newer code makes the older ones of its purpose worthless."""
    await tx.run(
        """UPDATE identity.one_time_codes SET expires_at = least(expires_at, %s)
           WHERE mobile_digest = %s AND purpose = %s AND used_at IS NULL""",
        (code.sent_at, mobile_digest, purpose),
    )
    await tx.run(
        """INSERT INTO identity.one_time_codes (id, mobile_digest, purpose, code_digest, sent_at, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (code.id, mobile_digest, purpose, code.code_digest, code.sent_at, code.expires_at),
    )


async def lock_code(tx: Transaction, mobile_digest: bytes, purpose: Purpose) -> OneTimeCode | None:
    """The newest code of a purpose."""
    return await tx.maybe_as(
        OneTimeCode,
        """SELECT id, code_digest, sent_at, expires_at, tries, used_at FROM identity.one_time_codes
           WHERE mobile_digest = %s AND purpose = %s ORDER BY sent_at DESC LIMIT 1 FOR UPDATE""",
        (mobile_digest, purpose),
    )


async def count_try(tx: Transaction, code_id: UUID) -> None:
    await tx.run("UPDATE identity.one_time_codes SET tries = tries + 1 WHERE id = %s", (code_id,))


async def use_code(tx: Transaction, code_id: UUID, *, at: datetime) -> None:
    await tx.run("UPDATE identity.one_time_codes SET used_at = %s WHERE id = %s", (at, code_id))


async def spend_challenge(tx: Transaction, digest: bytes, *, expires_at: datetime) -> bool:
    """False if this solution was used before."""
    spent = await tx.run(
        "INSERT INTO identity.solved_challenges (digest, expires_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (digest, expires_at),
    )
    return spent == 1


async def forget_old(tx: Transaction, *, day_ago: datetime, month_ago: datetime, at: datetime) -> None:
    """What is of no use any more: old codes, spent challenges, failures that faded, sessions long over."""
    await tx.run("DELETE FROM identity.one_time_codes WHERE sent_at < %s", (day_ago,))
    await tx.run("DELETE FROM identity.solved_challenges WHERE expires_at < %s", (at,))
    await tx.run("DELETE FROM identity.sign_in_failures WHERE failed_at < %s", (day_ago,))
    await tx.run("DELETE FROM identity.sessions WHERE expires_at < %s", (month_ago,))


async def insert_token(tx: Transaction, token: ApiToken, *, person_id: PersonId, token_digest: bytes) -> None:
    await tx.run(
        """INSERT INTO identity.api_tokens (id, person_id, name, token_digest, scopes, created_at, expires_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s)""",
        (token.id, person_id, token.name, token_digest, token.scopes, token.created_at, token.expires_at),
    )


async def tokens_of(reader: Reader, person_id: PersonId) -> list[ApiToken]:
    return await reader.all_as(
        ApiToken,
        """SELECT id, name, scopes, created_at, expires_at, used_at, revoked_at FROM identity.api_tokens
           WHERE person_id = %s ORDER BY created_at DESC LIMIT 200""",
        (person_id,),
    )


async def revoke_token(tx: Transaction, token_id: UUID, *, person_id: PersonId, at: datetime) -> ApiToken:
    """The first revocation counts. Raises NotFound for a token that is not the person's."""
    return await tx.one_as(
        ApiToken,
        """UPDATE identity.api_tokens SET revoked_at = coalesce(revoked_at, %s) WHERE id = %s AND person_id = %s
           RETURNING id, name, scopes, created_at, expires_at, used_at, revoked_at""",
        (at, token_id, person_id),
    )


async def revoke_tokens_of(tx: Transaction, person_id: PersonId, *, at: datetime) -> None:
    await tx.run(
        "UPDATE identity.api_tokens SET revoked_at = %s WHERE person_id = %s AND revoked_at IS NULL", (at, person_id)
    )


async def of_bearer(reader: Reader, token_digest: bytes, *, at: datetime) -> dict[str, Any] | None:
    return await reader.maybe(
        """SELECT t.id AS token_id, t.person_id, t.scopes, t.used_at, p.roles, p.division
           FROM identity.api_tokens t JOIN identity.people p ON p.id = t.person_id
           WHERE t.token_digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND p.active""",
        (token_digest, at),
    )


async def touch_token(reader: Reader, token_id: UUID, *, at: datetime) -> None:
    await reader.run("UPDATE identity.api_tokens SET used_at = %s WHERE id = %s", (at, token_id))
