"""Makes signed transactions: for gateways, command lines and tests. Pure but for the salt, which the caller may give."""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from tianping.engines.ledger import codec
from tianping.engines.ledger.digests import commitment, commitment_sha256
from tianping.engines.ledger.merkle import root_of
from tianping.engines.ledger.model import FORMAT, Body, Envelope, Item, Signature, signed_message
from tianping.engines.ledger.transactions.deposit import Deposit
from tianping.interfaces.signing import Signer

SALT_BYTES = 16
NO_END = (1 << 53) - 1


class Salted(msgspec.Struct, frozen=True):
    """An item and the salt that opens its commitment. The salt goes to the depositor and the court, never on the chain."""

    item: Item
    salt: bytes


def item_of(
    *,
    file_digest: bytes,
    size: int,
    media: str,
    file_sha256: bytes | None = None,
    facts: bytes | None = None,
    claimed_at: int | None = None,
    salt: bytes | None = None,
) -> Salted:
    """Commit to a file by its SM3 (and SHA-256). Without `salt` a fresh random one is drawn."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    outside = None if file_sha256 is None else commitment_sha256(salt, file_sha256)
    return Salted(Item(commitment(salt, file_digest), size, media, outside, facts, claimed_at), salt)


def body_of(*, chain: str, kind: str, author: str, ref: str, content: Any, until: int = NO_END) -> bytes:
    """The encoded body of a transaction: what is signed."""
    return codec.encode(
        Body(FORMAT, chain, kind, author, ref, until, msgspec.to_builtins(content, builtin_types=(bytes,)))
    )


def transaction(
    *,
    chain: str,
    kind: str,
    author: str,
    ref: str,
    content: Any,
    signers: Sequence[Signer],
    items: Sequence[bytes] = (),
    until: int = NO_END,
) -> bytes:
    """An encoded envelope. `content`: the structure of that kind; `signers`: all who must sign."""
    body = body_of(chain=chain, kind=kind, author=author, ref=ref, content=content, until=until)
    message = signed_message(body)
    signatures = [Signature(one.certificate.fingerprint, one.sign(message)) for one in signers]
    return codec.encode(Envelope(FORMAT, body, list(items), signatures))


def deposit(
    *,
    chain: str,
    author: str,
    ref: str,
    category: str,
    items: Sequence[Item],
    signer: Signer,
    token: bytes | None = None,
    phase: str | None = None,
    until: int = NO_END,
) -> bytes:
    """A signed deposit of one to a thousand items."""
    encoded = [codec.encode(item) for item in items]
    content = Deposit(category, len(encoded), root_of(encoded), token, phase)
    return transaction(
        chain=chain,
        kind="deposit",
        author=author,
        ref=ref,
        content=content,
        signers=[signer],
        items=encoded,
        until=until,
    )
