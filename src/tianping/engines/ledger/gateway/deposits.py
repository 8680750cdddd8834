"""Deposits and tokens in: one, many, prepared for signing; what became of a reference."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta

from tianping.engines.ledger import building, machine
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.base import Acknowledged
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.refusals import in_words, must_be_taken
from tianping.engines.ledger.gateway.shapes import (
    Base64,
    Chain,
    DepositBody,
    Hex32,
    Id,
    Media,
    Ref,
    SignedParts,
    TokenBody,
    base64_of,
    envelope_of,
    invalid,
    read_base64,
)
from tianping.engines.ledger.gateway.signed import Caller, Who, allow
from tianping.engines.ledger.machine import Reference
from tianping.engines.ledger.model import LARGEST_BATCH, Body, signed_message, transaction_id
from tianping.engines.ledger.numbers import number_of
from tianping.engines.ledger.said import instant
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.transactions.base import Refused
from tianping.engines.ledger.vault import Opening, Own
from tianping.kit.problems import NotFound, NotPermitted, Text

LARGEST_REQUEST = 24 * 1024 * 1024
_Instant = Annotated[str, Meta(examples=["2026-11-22T08:05:09.123Z"], description="UTC")]


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


class TokenInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of: `envelope`, or `token` with `signed`."""

    envelope: Base64 | None = None
    token: TokenBody | None = None
    signed: SignedParts | None = None


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """`salt`: only for the court's own deposits, hexadecimal; null where it was forgotten."""

    number: str
    index: int
    position: int
    salt: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`stored`: on disk and co-signed by a quorum, never to be lost. `pending`: taken durably, not yet co-signed; ask again by
    the reference. `refused` (only among many): `reason` says why. `height`, `stored_at` and `checkpoint` (the note that covers
    it) are what the chain has recorded; in a consortium they are null for about a block, until it has: ask by number.
    """

    state: Literal["stored", "pending", "refused"]
    transaction: str
    chain: str
    application: str
    ref: str
    duplicate: bool = False
    height: int | None = None
    stored_at: _Instant | None = None
    deposits: list[Numbered] = []
    checkpoint: str | None = None
    reason: str | None = None
    said: Text | None = None


class ManyInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    deposits: Annotated[list[DepositInput], Meta(min_length=1, max_length=500)]


class ManyAnswers(msgspec.Struct, frozen=True):
    """In the order of the request."""

    answers: list[Answer]


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be signed: `message` (base64), which is `tianping/transaction/1 ‖ 0x00 ‖ body`. Sign it with SM2, SM3 and
    the user id 1234567812345678, and send the same JSON again with `signed`.
    """

    transaction: str
    body: str
    items: list[str]
    message: str


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`token`: its id, hexadecimal; deposits name it with their phase. `stored_at`: null until the chain has recorded it."""

    state: Literal["stored", "pending"]
    token: str
    chain: str
    duplicate: bool
    stored_at: _Instant | None


class _Ready(msgspec.Struct, frozen=True):
    """An envelope on its way."""

    chain: str
    body: Body
    tx_id: bytes
    envelope: bytes
    items: int
    own: Own | None = None


@post(
    "/deposits", opt=allow(Who.APPLICATION, Who.NODE), tags=["deposits"], summary="Deposit: a storage number for each item",
    status_code=201, request_max_body_size=LARGEST_REQUEST,
    responses={
        200: ResponseSpec(Answer, generate_examples=False, description="Stored before, under the same reference"),
        202: ResponseSpec(Answer, generate_examples=False, description="Taken durably, not yet co-signed: ask again"),
    },
)  # fmt: skip
async def deposit(
    request: Request[Any, Any, Any], data: DepositInput, ledger_desk: Desk, caller: Caller
) -> Response[Answer]:
    """JSON in one of three shapes. Sending it again is safe: the same reference with the same content gets the same numbers."""
    return await _one(ledger_desk, caller, await _ready(ledger_desk, caller, data))


@post(
    "/deposits:cbor", opt=allow(Who.APPLICATION, Who.NODE), tags=["deposits"], summary="The same for an encoded Envelope",
    status_code=201, request_max_body_size=LARGEST_REQUEST,
    responses={
        200: ResponseSpec(Answer, generate_examples=False, description="Stored before, under the same reference"),
        202: ResponseSpec(Answer, generate_examples=False, description="Taken durably, not yet co-signed: ask again"),
    },
)  # fmt: skip
async def deposit_encoded(request: Request[Any, Any, Any], ledger_desk: Desk, caller: Caller) -> Response[Answer]:
    """The body is the encoded Envelope (docs/ledger-format.md, 2), `application/cbor`."""
    return await _one(ledger_desk, caller, _read(caller, await request.body()))


@post(
    "/deposits:batch", opt=allow(Who.APPLICATION, Who.NODE), tags=["deposits"], summary="Many deposits in one request",
    status_code=200, request_max_body_size=LARGEST_REQUEST,
)  # fmt: skip
async def deposit_many(data: ManyInput, ledger_desk: Desk, caller: Caller) -> ManyAnswers:
    """Each is taken or refused for itself. For many items under one signature, one deposit with up to 1,000 items is quicker."""
    ready = [await _ready(ledger_desk, caller, one) for one in data.deposits]
    ledger_desk.limits.items(caller.owner, sum(one.items for one in ready))
    answers: dict[int, Answer] = {}
    nonce = caller.nonce
    for chain in dict.fromkeys(one.chain for one in ready):
        places = [at for at, one in enumerate(ready) if one.chain == chain]
        taken = await ledger_desk.node.submit(chain, [ready[at].envelope for at in places], nonce=nonce)
        nonce = None
        for at, acknowledged in zip(places, taken, strict=True):
            answers[at] = _answer(ledger_desk, ready[at], await _dated(ledger_desk, ready[at], acknowledged))
    return ManyAnswers([answers[at] for at in range(len(ready))])


@post("/deposits:prepare", opt=allow(Who.ANYONE), tags=["deposits"], summary="What is to be signed for a deposit", status_code=200,
      request_max_body_size=LARGEST_REQUEST)  # fmt: skip
async def prepare_deposit(data: DepositBody, ledger_desk: Desk, caller: Caller) -> Prepared:
    """For clients that do not encode by themselves. Nothing is kept. What was encoded can be read in `body` before it is signed."""
    return _prepared(data.parts())


@post(
    "/tokens:prepare",
    opt=allow(Who.ANYONE),
    tags=["tokens"],
    summary="What is to be signed for a token",
    status_code=200,
)
async def prepare_token(data: TokenBody, ledger_desk: Desk, caller: Caller) -> Prepared:
    return _prepared(data.parts())


@post(
    "/tokens", opt=allow(Who.APPLICATION, Who.NODE), tags=["tokens"], summary="Open a token: the phases of one matter, linked",
    status_code=201,
    responses={
        200: ResponseSpec(TokenAnswer, generate_examples=False, description="Opened before, under the same reference"),
        202: ResponseSpec(TokenAnswer, generate_examples=False, description="Taken durably, not yet co-signed"),
    },
)  # fmt: skip
async def open_token(data: TokenInput, ledger_desk: Desk, caller: Caller) -> Response[TokenAnswer]:
    """The signed request's time must be within five minutes of the node's clock; deposits then name the token and a phase."""
    if data.envelope is not None and data.token is None and data.signed is None:
        ready = _read(caller, read_base64(data.envelope, "envelope"), kind="token.open")
    elif data.token is not None and data.signed is not None and data.envelope is None:
        ready = _read(caller, envelope_of(data.token.parts(), data.signed), kind="token.open")
    else:
        raise invalid("", "应为 envelope，或 token 与 signed", "should have envelope, or token with signed")
    [acknowledged] = await ledger_desk.node.submit(ready.chain, [ready.envelope], nonce=caller.nonce)
    if acknowledged is None:
        pending = TokenAnswer(
            state="pending", token=ready.tx_id.hex(), chain=ready.chain, duplicate=False, stored_at=None
        )
        return Response(pending, status_code=202)
    must_be_taken(acknowledged.receipt)
    duplicate = acknowledged.receipt.code == "duplicate"
    answer = TokenAnswer(
        state="stored", token=acknowledged.receipt.tx_id.hex(), chain=ready.chain, duplicate=duplicate,
        stored_at=_when(acknowledged),
    )  # fmt: skip
    return Response(answer, status_code=200 if duplicate else 201)


@get("/deposits", opt=allow(Who.ANYONE), tags=["deposits"], summary="What became of a reference")
async def by_reference(chain: Chain, application: Id, ref: Ref, ledger_desk: Desk, caller: Caller) -> Answer:
    """Stored, pending, or not found. References are public, as is what they stand for: commitments only."""
    node = ledger_desk.node
    store = node.store(chain)
    known = Overlay(store).read(f"ref/{application}/{ref}", Reference)
    if known is None:
        if node.vault.outbox.waits(chain, application, ref):
            return Answer(state="pending", transaction="", chain=chain, application=application, ref=ref)
        raise NotFound
    await node.recorded([(chain, known.first + known.count)])
    cosigned = store.checkpoint_covering(known.first + known.count)
    if cosigned is None:
        return Answer(state="pending", transaction=known.tx_id.hex(), chain=chain, application=application, ref=ref)
    receipt = machine.Receipt("duplicate", known.tx_id, known.first, known.count)
    envelope, body = machine.read_envelope(store.entry(known.first).envelope)
    ready = _Ready(chain, body, known.tx_id, b"", len(envelope.items))
    return _answer(ledger_desk, ready, Acknowledged(receipt, cosigned), count=False)


async def _ready(desk: Desk, caller: Caller, data: DepositInput) -> _Ready:
    given = [data.envelope is not None, data.deposit is not None, data.own is not None]
    if sum(given) != 1 or (data.deposit is None) != (data.signed is None):
        raise invalid(
            "",
            "应为 envelope、deposit 与 signed、own 三者之一",
            "should have one of: envelope, deposit with signed, own",
        )
    if data.envelope is not None:
        return _read(caller, read_base64(data.envelope, "envelope"))
    if data.deposit is not None and data.signed is not None:
        return _read(caller, envelope_of(data.deposit.parts(), data.signed))
    if caller.who is not Who.NODE or data.own is None:
        raise NotPermitted
    return await _own(desk, data.own)


def _read(caller: Caller, envelope: bytes, kind: str = "deposit") -> _Ready:
    """Raises NotTaken for what is malformed, NotPermitted for another's."""
    outer, body = machine.read_envelope(envelope)
    if body.kind != kind:
        raise Refused("unknown-kind")
    if caller.who is Who.APPLICATION and body.author != caller.owner:
        raise NotPermitted
    return _Ready(body.chain, body, transaction_id(outer.body), envelope, len(outer.items))


async def _own(desk: Desk, data: OwnDeposit) -> _Ready:
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
    return _Ready(chain, body, transaction_id(outer.body), own.envelope, len(outer.items), own)


async def _one(desk: Desk, caller: Caller, ready: _Ready) -> Response[Answer]:
    desk.limits.items(caller.owner, ready.items)
    [acknowledged] = await desk.node.submit(ready.chain, [ready.envelope], nonce=caller.nonce)
    answer = _answer(desk, ready, await _dated(desk, ready, acknowledged))
    if acknowledged is not None:
        must_be_taken(acknowledged.receipt)
    status = 202 if answer.state == "pending" else 200 if answer.duplicate else 201
    return Response(answer, status_code=status)


async def _dated(desk: Desk, ready: _Ready, acknowledged: Acknowledged | None) -> Acknowledged | None:
    """The court's own deposits are told their time, so they wait for its record; nobody else does."""
    if ready.own is None or acknowledged is None or acknowledged.held is None:
        return acknowledged
    receipt = acknowledged.receipt
    size = receipt.first + receipt.count
    await desk.node.recorded([(ready.chain, size)])
    covering = desk.node.store(ready.chain).checkpoint_covering(size)
    return acknowledged if covering is None else Acknowledged(receipt, covering)


def _answer(desk: Desk, ready: _Ready, acknowledged: Acknowledged | None, *, count: bool = True) -> Answer:
    if acknowledged is None:
        if count:
            desk.measures.deposits.labels(ready.chain, "pending").inc()
        return Answer(
            state="pending", transaction=ready.tx_id.hex(), chain=ready.chain, application=ready.body.author,
            ref=ready.body.ref,
        )  # fmt: skip
    receipt, cosigned, quorum = acknowledged.receipt, acknowledged.cosigned, acknowledged.quorum
    if count:
        desk.measures.deposits.labels(ready.chain, receipt.code).inc()
    if not receipt.accepted or quorum is None:
        return Answer(
            state="refused", transaction=ready.tx_id.hex(), chain=ready.chain, application=ready.body.author,
            ref=ready.body.ref, reason=receipt.code, said=in_words(receipt.code),
        )  # fmt: skip
    if count and receipt.code == "ok":
        desk.measures.items.labels(ready.chain).inc(receipt.count)
    openings = ready.own.openings if ready.own else [None] * receipt.count
    return Answer(
        state="stored",
        transaction=receipt.tx_id.hex(),
        chain=ready.chain,
        application=ready.body.author,
        ref=ready.body.ref,
        duplicate=receipt.code == "duplicate",
        height=cosigned.checkpoint.height if cosigned else None,
        stored_at=_when(acknowledged),
        deposits=[
            Numbered(
                number=str(number_of(ready.chain, quorum.time, receipt.first + at)),
                index=receipt.first + at,
                position=at,
                salt=None if opening is None else opening.salt.hex(),
            )
            for at, opening in enumerate(openings)
        ],
        checkpoint=cosigned.note() if cosigned else None,
    )


def _when(acknowledged: Acknowledged) -> str | None:
    if acknowledged.cosigned is None:
        return None
    return instant(acknowledged.cosigned.time).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _prepared(parts: tuple[bytes, list[bytes]]) -> Prepared:
    body, items = parts
    return Prepared(
        transaction=transaction_id(body).hex(),
        body=base64_of(body),
        items=[base64_of(one) for one in items],
        message=base64_of(signed_message(body)),
    )


ROUTES = [
    deposit, deposit_encoded, deposit_many, prepare_deposit, prepare_token, open_token, by_reference,
]  # fmt: skip
