"""What comes in as a deposit, in one of three shapes, and the envelope that it is or becomes."""

from typing import Annotated

import msgspec
from msgspec import Meta

from tianping.engines.ledger import building, machine
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.shapes import (
    Base64,
    DepositBody,
    Hex32,
    Id,
    Media,
    Ref,
    SignedParts,
    envelope_of,
    invalid,
    read_base64,
)
from tianping.engines.ledger.gateway.signed import Caller, Who
from tianping.engines.ledger.model import LARGEST_BATCH, Body, transaction_id
from tianping.engines.ledger.transactions.base import Refused
from tianping.engines.ledger.vault import Opening, Own
from tianping.kit.problems import NotPermitted

LARGEST_REQUEST = 24 * 1024 * 1024


class OwnItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that the court deposits itself. `facts`: canonical JSON of the provenance, kept sealed by the node;
    `claimed_at`: milliseconds.
    """

    digest: Hex32
    size: Annotated[int, Meta(ge=0, lt=1 << 53, examples=[20480])]
    media_type: Media
    sha256: Hex32 | None = None
    facts: Annotated[str, Meta(max_length=65_536)] | None = None
    claimed_at: Annotated[int, Meta(ge=0, lt=1 << 53)] | None = None


class OwnDeposit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The node draws the salts, keeps them and signs as the court's own application. Needs the node's token."""

    category: Id
    ref: Ref
    items: Annotated[list[OwnItem], Meta(min_length=1, max_length=LARGEST_BATCH)]


class DepositInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of: `envelope` (base64 of the encoded Envelope), `deposit` with `signed`, or `own`."""

    envelope: Base64 | None = None
    deposit: DepositBody | None = None
    signed: SignedParts | None = None
    own: OwnDeposit | None = None


class Ready(msgspec.Struct, frozen=True):
    """An envelope on its way."""

    chain: str
    body: Body
    tx_id: bytes
    envelope: bytes
    items: int
    own: Own | None = None


async def ready_of(desk: Desk, caller: Caller, data: DepositInput) -> Ready:
    """Raises InvalidInput unless it is one of the three, else as `read_ready`; Refused where no chain takes the category."""
    given = [data.envelope is not None, data.deposit is not None, data.own is not None]
    if sum(given) != 1 or (data.deposit is None) != (data.signed is None):
        raise invalid(
            "",
            "应为 envelope、deposit 与 signed、own 三者之一",
            "should have one of: envelope, deposit with signed, own",
        )
    if data.envelope is not None:
        return read_ready(caller, read_base64(data.envelope, "envelope"))
    if data.deposit is not None and data.signed is not None:
        return read_ready(caller, envelope_of(data.deposit.parts(), data.signed))
    if caller.who is not Who.NODE or data.own is None:
        raise NotPermitted
    return await _own(desk, data.own)


def read_ready(caller: Caller, envelope: bytes, kind: str = "deposit") -> Ready:
    """Raises NotTaken for what is malformed, NotPermitted for another's."""
    outer, body = machine.read_envelope(envelope)
    if body.kind != kind:
        raise Refused("unknown-kind")
    if caller.who is Who.APPLICATION and body.author != caller.owner:
        raise NotPermitted
    return Ready(body.chain, body, transaction_id(outer.body), envelope, len(outer.items))


async def _own(desk: Desk, data: OwnDeposit) -> Ready:
    node = desk.node
    chain = node.categories.get(data.category)
    if chain is None:
        raise Refused("category-not-admitted")

    def make() -> tuple[bytes, list[Opening]]:
        salted = [
            building.item_of(
                file_digest=bytes.fromhex(one.digest),
                size=one.size,
                media=one.media_type,
                file_sha256=None if one.sha256 is None else bytes.fromhex(one.sha256),
                facts=None if one.facts is None else sm3(one.facts.encode()),
                claimed_at=one.claimed_at,
            )
            for one in data.items
        ]
        envelope = building.deposit(
            chain=chain, author=node.config.application, ref=data.ref, category=data.category,
            items=[one.item for one in salted], signer=node.own,
        )  # fmt: skip
        openings = [
            Opening(made.salt, None if asked.facts is None else asked.facts.encode())
            for made, asked in zip(salted, data.items, strict=True)
        ]
        return envelope, openings

    own = await node.vault.openings.own(chain, data.ref, msgspec.to_builtins(data), make)
    outer, body = machine.read_envelope(own.envelope)
    return Ready(chain, body, transaction_id(outer.body), own.envelope, len(outer.items), own)
