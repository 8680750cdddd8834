"""All SQL of delivery. Functions take a transaction (or a reader) and the keyring that opens sealed columns."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.engines.delivery.model import FailedMessage, Message, Words
from tianping.kit.ids import PersonId
from tianping.platform.database import Reader, Transaction, read_as
from tianping.platform.keyring import Keyring
from tianping.platform.sealed import SealedTable

ADDRESS = "delivery.messages.address"
WORDS = "delivery.messages.words"
SEALED = (SealedTable("delivery.messages", {"address": ADDRESS, "words": WORDS}),)

_MESSAGE = """id, person_id, channel, key, address, words, link, matter, secret, expires_at, state, via, attempts,
              failure, queued_at, sent_at, read_at"""


def _message(row: dict[str, Any], keyring: Keyring) -> Message:
    opened = dict(row)
    opened["address"] = None if row["address"] is None else keyring.open(row["address"], place=ADDRESS)
    opened["words"] = (
        None if row["words"] is None else msgspec.json.decode(keyring.open_bytes(row["words"], place=WORDS), type=Words)
    )
    return read_as(Message, opened)


async def insert(tx: Transaction, keyring: Keyring, message: Message) -> bool:
    """False if a message of that key and channel is already there."""
    inserted = await tx.run(
        """INSERT INTO delivery.messages
             (id, person_id, channel, key, address, words, link, matter, secret, expires_at, state, via, queued_at, sent_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
           ON CONFLICT (key, channel) DO NOTHING""",
        (
            message.id, message.person_id, message.channel, message.key,
            None if message.address is None else keyring.seal(message.address, place=ADDRESS),
            None if message.words is None else keyring.seal(msgspec.json.encode(message.words), place=WORDS),
            message.link, message.matter, message.secret, message.expires_at, message.state, message.via,
            message.queued_at, message.sent_at,
        ),
    )  # fmt: skip
    return inserted == 1


async def message(reader: Reader, keyring: Keyring, message_id: UUID) -> Message:
    """Raises NotFound."""
    return _message(await reader.one(f"SELECT {_MESSAGE} FROM delivery.messages WHERE id = %s", (message_id,)), keyring)


async def lock(tx: Transaction, keyring: Keyring, message_id: UUID) -> Message:
    """Raises NotFound."""
    return _message(
        await tx.one(f"SELECT {_MESSAGE} FROM delivery.messages WHERE id = %s FOR UPDATE", (message_id,)), keyring
    )


async def mark_sent(tx: Transaction, message_id: UUID, *, via: str, at: datetime, keep_words: bool) -> None:
    await tx.run(
        """UPDATE delivery.messages
           SET state = 'sent', via = %s, sent_at = %s, failure = NULL, attempts = attempts + 1,
               words = CASE WHEN %s THEN words END, address = CASE WHEN %s THEN address END
           WHERE id = %s AND state = 'queued'""",
        (via, at, keep_words, keep_words, message_id),
    )


async def mark_attempt(tx: Transaction, message_id: UUID, *, failure: str, state: str) -> None:
    await tx.run(
        """UPDATE delivery.messages SET attempts = attempts + 1, failure = %s, state = %s
           WHERE id = %s AND state = 'queued'""",
        (failure, state, message_id),
    )


async def requeue(tx: Transaction, message_id: UUID) -> None:
    await tx.run("UPDATE delivery.messages SET state = 'queued', attempts = 0 WHERE id = %s", (message_id,))


async def forget_words(tx: Transaction, key: str) -> None:
    """A secret text was used. Its row stays as a trace; a queued one is not sent any more."""
    await tx.run(
        """UPDATE delivery.messages
           SET words = NULL, address = NULL, state = CASE state WHEN 'queued' THEN 'expired' ELSE state END
           WHERE key = %s AND secret""",
        (key,),
    )


async def forget_expired(tx: Transaction, *, at: datetime) -> int:
    return await tx.run(
        """UPDATE delivery.messages
           SET words = NULL, address = NULL, state = CASE state WHEN 'queued' THEN 'expired' ELSE state END
           WHERE secret AND words IS NOT NULL AND expires_at <= %s""",
        (at,),
    )


async def in_app(
    reader: Reader, keyring: Keyring, person_id: PersonId, *, before: UUID | None, limit: int
) -> list[Message]:
    rows = await reader.all(
        f"""SELECT {_MESSAGE} FROM delivery.messages
            WHERE person_id = %s AND channel = 'in_app' AND (%s::uuid IS NULL OR id < %s)
            ORDER BY id DESC LIMIT %s""",
        (person_id, before, before, limit),
    )
    return [_message(row, keyring) for row in rows]


async def unread(reader: Reader, person_id: PersonId) -> int:
    row = await reader.one(
        """SELECT count(*) AS unread FROM delivery.messages
           WHERE person_id = %s AND channel = 'in_app' AND read_at IS NULL""",
        (person_id,),
    )
    return int(row["unread"])


async def mark_read(tx: Transaction, message_id: UUID, *, person_id: PersonId, at: datetime) -> None:
    """Raises NotFound for a notice that is not the person's. The first reading counts."""
    await tx.one(
        """UPDATE delivery.messages SET read_at = coalesce(read_at, %s)
           WHERE id = %s AND person_id = %s AND channel = 'in_app' RETURNING id""",
        (at, message_id, person_id),
    )


async def mark_all_read(tx: Transaction, person_id: PersonId, *, at: datetime) -> int:
    return await tx.run(
        """UPDATE delivery.messages SET read_at = %s
           WHERE person_id = %s AND channel = 'in_app' AND read_at IS NULL""",
        (at, person_id),
    )


async def all_sent(reader: Reader, keyring: Keyring, *, before: UUID | None, limit: int) -> list[Message]:
    """Everything that went out, newest first, for the demo court's page."""
    rows = await reader.all(
        f"""SELECT {_MESSAGE} FROM delivery.messages
            WHERE state IN ('sent', 'expired') AND (%s::uuid IS NULL OR id < %s) ORDER BY id DESC LIMIT %s""",
        (before, before, limit),
    )
    return [_message(row, keyring) for row in rows]


async def failed(reader: Reader, *, before: UUID | None, limit: int) -> list[FailedMessage]:
    return await reader.all_as(
        FailedMessage,
        """SELECT id, channel, person_id, matter, failure, attempts, queued_at FROM delivery.messages
           WHERE state = 'failed' AND (%s::uuid IS NULL OR id < %s) ORDER BY id DESC LIMIT %s""",
        (before, before, limit),
    )
