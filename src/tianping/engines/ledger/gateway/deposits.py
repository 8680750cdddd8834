"""Deposits in: one, many, prepared for signing; what became of a reference."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta

from tianping.engines.ledger import machine
from tianping.engines.ledger.drivers.base import Acknowledged
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.incoming import LARGEST_REQUEST, DepositInput, Ready, read_ready, ready_of
from tianping.engines.ledger.gateway.refusals import in_words, must_be_taken
from tianping.engines.ledger.gateway.shapes import (
    Chain,
    DepositBody,
    Id,
    Instant,
    Prepared,
    Ref,
    prepared,
    when,
)
from tianping.engines.ledger.gateway.signed import Caller, Who, allow
from tianping.engines.ledger.machine import Reference
from tianping.engines.ledger.numbers import number_of
from tianping.engines.ledger.state import Overlay
from tianping.kit.problems import NotFound, Text


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
    stored_at: Instant | None = None
    deposits: list[Numbered] = []
    checkpoint: str | None = None
    reason: str | None = None
    said: Text | None = None


class ManyInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    deposits: Annotated[list[DepositInput], Meta(min_length=1, max_length=500)]


class ManyAnswers(msgspec.Struct, frozen=True):
    """In the order of the request."""

    answers: list[Answer]


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
    return await _one(ledger_desk, caller, await ready_of(ledger_desk, caller, data))


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
    return await _one(ledger_desk, caller, read_ready(caller, await request.body()))


@post(
    "/deposits:batch", opt=allow(Who.APPLICATION, Who.NODE), tags=["deposits"], summary="Many deposits in one request",
    status_code=200, request_max_body_size=LARGEST_REQUEST,
)  # fmt: skip
async def deposit_many(data: ManyInput, ledger_desk: Desk, caller: Caller) -> ManyAnswers:
    """Each is taken or refused for itself. For many items under one signature, one deposit with up to 1,000 items is quicker."""
    ready = [await ready_of(ledger_desk, caller, one) for one in data.deposits]
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
    return prepared(data.parts())


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
    ready = Ready(chain, body, known.tx_id, b"", len(envelope.items))
    return _answer(ledger_desk, ready, Acknowledged(receipt, cosigned), count=False)


async def _one(desk: Desk, caller: Caller, ready: Ready) -> Response[Answer]:
    desk.limits.items(caller.owner, ready.items)
    [acknowledged] = await desk.node.submit(ready.chain, [ready.envelope], nonce=caller.nonce)
    answer = _answer(desk, ready, await _dated(desk, ready, acknowledged))
    if acknowledged is not None:
        must_be_taken(acknowledged.receipt)
    status = 202 if answer.state == "pending" else 200 if answer.duplicate else 201
    return Response(answer, status_code=status)


async def _dated(desk: Desk, ready: Ready, acknowledged: Acknowledged | None) -> Acknowledged | None:
    """The court's own deposits are told their time, so they wait for its record; nobody else does."""
    if ready.own is None or acknowledged is None or acknowledged.held is None:
        return acknowledged
    receipt = acknowledged.receipt
    size = receipt.first + receipt.count
    await desk.node.recorded([(ready.chain, size)])
    covering = desk.node.store(ready.chain).checkpoint_covering(size)
    return acknowledged if covering is None else Acknowledged(receipt, covering)


def _answer(desk: Desk, ready: Ready, acknowledged: Acknowledged | None, *, count: bool = True) -> Answer:
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
        stored_at=when(acknowledged),
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


ROUTES = [
    deposit, deposit_encoded, deposit_many, prepare_deposit, by_reference,
]  # fmt: skip
