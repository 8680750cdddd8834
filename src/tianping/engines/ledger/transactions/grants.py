"""Private grants: who may open what is kept off the chain for an entry. The grant, each reading and its end are entries.

The content itself lies outside, encrypted with SM4-GCM; its key is wrapped by SM2 for the reader's certificate. The chain keeps
the wrapped key, which only the reader can open, and that it was given. A reading that is not recorded here is one that the
keeper of the content must not answer. What a reader has once seen no revocation takes back.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.model import Bytes32, Count, Millis, SigningKey, Slug
from tianping.engines.ledger.model import Reference as Ref
from tianping.engines.ledger.transactions.base import (
    Desk,
    Kind,
    Reference,
    Refused,
    Transaction,
    depositor,
    key_of,
)


class Give(Encoded, frozen=True):
    """`ref`, `position`: the author's own deposit and the item in it; `reader`: fingerprint of a certificate that counts here;
    `wrapped`: the content's SM4 key, encrypted for it by SM2; `until`: readings after it are refused.
    """

    ref: Ref
    position: Count
    reader: Bytes32
    wrapped: Annotated[bytes, Meta(min_length=97, max_length=300)]
    until: Millis


class Read(Encoded, frozen=True):
    """`grant`: id of the transaction that gave it."""

    grant: Bytes32


class Revoke(Encoded, frozen=True):
    grant: Bytes32


class Grant(Encoded, frozen=True):
    """`index`: of the item's log entry; `reads`: how often it was read; `revoked`: log index of the end, empty while it stands."""

    giver: Slug
    index: Count
    reader: Bytes32
    wrapped: bytes
    until: Millis
    reads: Count
    revoked: Count | None


def give(desk: Desk, tx: Transaction) -> None:
    application = depositor(desk, tx)
    content = tx.content(Give)
    deposited = desk.state.read(f"ref/{application.id}/{content.ref}", Reference)
    if deposited is None or content.position >= deposited.count:
        raise Refused("unknown-entry")
    reader = desk.state.read(key_of("key", content.reader), SigningKey)
    if reader is None or reader.until is not None:
        raise Refused("unknown-signer")
    index = deposited.first + content.position
    kept = Grant(application.id, index, content.reader, content.wrapped, content.until, 0, None)
    desk.state.write(key_of("grant", tx.id), kept)


def read(desk: Desk, tx: Transaction) -> None:
    grant_id = tx.content(Read).grant
    grant = _known(desk, grant_id)
    if len(tx.signers) != 1 or tx.signers[0].fingerprint != grant.reader or tx.signers[0].owner != tx.body.author:
        raise Refused("not-permitted")
    if grant.revoked is not None:
        raise Refused("wrong-standing")
    if grant.until < desk.clock:
        raise Refused("expired")
    desk.state.write(key_of("grant", grant_id), msgspec.structs.replace(grant, reads=grant.reads + 1))


def revoke(desk: Desk, tx: Transaction) -> None:
    application = depositor(desk, tx)
    grant_id = tx.content(Revoke).grant
    grant = _known(desk, grant_id)
    if grant.giver != application.id:
        raise Refused("not-permitted")
    if grant.revoked is not None:
        raise Refused("wrong-standing")
    desk.state.write(key_of("grant", grant_id), msgspec.structs.replace(grant, revoked=desk.first))


def _known(desk: Desk, grant_id: bytes) -> Grant:
    grant = desk.state.read(key_of("grant", grant_id), Grant)
    if grant is None:
        raise Refused("unknown-entry")
    return grant


KINDS = (Kind("grant.give", give), Kind("grant.read", read), Kind("grant.revoke", revoke))
