"""The shapes in which transactions come: a whole envelope, or its parts in JSON with a signature over the encoded body.

And what deposits and tokens are both told: what to sign, and when they were recorded.
"""

import base64
import binascii
from typing import Annotated

import msgspec
from msgspec import Meta

from tianping.engines.ledger import codec
from tianping.engines.ledger.building import NO_END
from tianping.engines.ledger.drivers.base import Acknowledged
from tianping.engines.ledger.gateway.signed import read_signature
from tianping.engines.ledger.merkle import root_of
from tianping.engines.ledger.model import (
    FORMAT,
    LARGEST_BATCH,
    Body,
    Envelope,
    Item,
    Signature,
    signed_message,
    transaction_id,
)
from tianping.engines.ledger.said import instant
from tianping.engines.ledger.transactions.deposit import Deposit
from tianping.engines.ledger.transactions.tokens import OpenToken
from tianping.kit.problems import FieldProblem, InvalidInput, Text

Hex32 = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{64}$", examples=["66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"])
]
Hex16 = Annotated[str, Meta(pattern=r"^([0-9a-f]{2}){16,64}$", examples=["00112233445566778899aabbccddeeff"])]
Base64 = Annotated[str, Meta(max_length=2 * codec.LARGEST, examples=["hQFYIA=="])]
Chain = Annotated[str, Meta(pattern=r"^[a-z0-9]{2,12}$", examples=["works"])]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$", examples=["photo-shop"])]
Ref = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:/-]{1,80}$", examples=["order-20261122-0001"])]
Millis = Annotated[int, Meta(ge=0, lt=1 << 53, examples=[1795334768560])]
Instant = Annotated[str, Meta(examples=["2026-11-22T08:05:09.123Z"], description="UTC")]
Media = Annotated[
    str,
    Meta(
        max_length=100, pattern=r"^[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+$", examples=["image/jpeg"],
        description="Media type of the file, without parameters",
    ),
]  # fmt: skip


class ItemInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A commitment: SM3(salt ‖ SM3(file)), and SHA-256(salt ‖ SHA-256(file)) beside it where wanted. `facts`: SM3 of the
    provenance facts' canonical JSON. `claimed_at`: milliseconds, the depositor's word.
    """

    commit: Hex32
    size: Annotated[int, Meta(ge=0, lt=1 << 53, examples=[20480])]
    media_type: Media
    commit_sha256: Hex32 | None = None
    facts: Hex32 | None = None
    claimed_at: Millis | None = None

    def item(self) -> Item:
        return Item(
            bytes.fromhex(self.commit), self.size, self.media_type, _bytes(self.commit_sha256), _bytes(self.facts),
            self.claimed_at,
        )  # fmt: skip


class DepositBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A deposit in JSON. `ref`: the application's own reference, public and for ever: never a name or a telephone. `until`:
    refused once the chain's clock has passed it; without it, never.
    """

    chain: Chain
    application: Id
    ref: Ref
    category: Id
    items: Annotated[list[ItemInput], Meta(min_length=1, max_length=LARGEST_BATCH)]
    until: Millis = NO_END
    token: Hex32 | None = None
    phase: Id | None = None

    def parts(self) -> tuple[bytes, list[bytes]]:
        """The encoded body, which is what is signed (tagged), and the encoded items."""
        items = [codec.encode(one.item()) for one in self.items]
        content = Deposit(self.category, len(items), root_of(items), _bytes(self.token), self.phase)
        return _body(self.chain, "deposit", self.application, self.ref, self.until, content), items


class TokenBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to open. `account`: digest of the account at the platform; `phases`: the steps to come, in their order."""

    chain: Chain
    application: Id
    ref: Ref
    account: Hex32
    phases: Annotated[
        list[Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$")]],
        Meta(min_length=1, max_length=20, examples=[["account", "order", "payment", "delivery"]]),
    ]
    until: Millis = NO_END

    def parts(self) -> tuple[bytes, list[bytes]]:
        content = OpenToken(bytes.fromhex(self.account), self.phases)
        return _body(self.chain, "token.open", self.application, self.ref, self.until, content), []


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be signed: `message` (base64), which is `tianping/transaction/1 ‖ 0x00 ‖ body`. Sign it with SM2, SM3 and
    the user id 1234567812345678, and send the same JSON again with `signed`.
    """

    transaction: str
    body: str
    items: list[str]
    message: str


class SignedParts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`certificate`: fingerprint; `signature`: base64, `r ‖ s` or DER, over tianping/transaction/1 ‖ 0x00 ‖ body."""

    certificate: Hex32
    signature: Annotated[str, Meta(max_length=120, examples=["MEUCIQ…"])]


def envelope_of(parts: tuple[bytes, list[bytes]], signed: SignedParts) -> bytes:
    body, items = parts
    signature = Signature(bytes.fromhex(signed.certificate), read_signature(signed.signature, "signature"))
    return codec.encode(Envelope(FORMAT, body, items, [signature]))


def read_base64(text: str, field: str) -> bytes:
    """Raises InvalidInput naming the field."""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise invalid(field, "应为 base64", "should be base64") from wrong


def invalid(field: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(fields=(FieldProblem(field, "invalid", Text(zh, en)),))


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def prepared(parts: tuple[bytes, list[bytes]]) -> Prepared:
    body, items = parts
    return Prepared(
        transaction=transaction_id(body).hex(),
        body=base64_of(body),
        items=[base64_of(one) for one in items],
        message=base64_of(signed_message(body)),
    )


def when(acknowledged: Acknowledged) -> str | None:
    """The recorded time in UTC; None until the chain has recorded it."""
    if acknowledged.cosigned is None:
        return None
    return instant(acknowledged.cosigned.time).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _body(chain: str, kind: str, author: str, ref: str, until: int, content: object) -> bytes:
    plain = msgspec.to_builtins(content, builtin_types=(bytes,))
    return codec.encode(Body(FORMAT, chain, kind, author, ref, until, plain))


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
