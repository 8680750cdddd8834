"""Every other kind of transaction, and those that several must sign: they wait here until enough have."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.refusals import must_be_taken, not_taken
from tianping.engines.ledger.gateway.shapes import Base64, Hex32, base64_of, read_base64
from tianping.engines.ledger.gateway.signed import Caller, Who, allow, write_down
from tianping.engines.ledger.gateway.standard import score_of
from tianping.engines.ledger.model import FORMAT, Body, Envelope, SigningKey, transaction_id
from tianping.engines.ledger.said import instant
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.transactions.access import Apply, Assess, Decide
from tianping.engines.ledger.transactions.base import Refused, key_of
from tianping.engines.ledger.vault import Proposal
from tianping.kit.problems import Conflict, NotFound, Text

_SIGNERS = (Who.APPLICATION, Who.OFFICER, Who.NODE)


class PapersMissing(Conflict):
    code = "papers-missing"
    title = Text(
        "本节点没有该决定所依据的材料、评分表或理由，或与之不符",
        "The papers, sheet or reasons that this rests on are not with this node, or say something else",
    )


class TransactionInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`envelope`: base64 of the encoded Envelope, with at least one signature. The same body with another signature adds to it."""

    envelope: Base64


class TransactionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`proposed`: kept until enough have signed; `stored`: index of its entry; `stored_at` is null until the chain has recorded it."""

    state: Literal["stored", "pending", "proposed"]
    transaction: str
    chain: str
    kind: str
    index: int | None = None
    stored_at: datetime | None = None
    signers: list[str] = []


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """`body`: base64 of what is signed; `content`: the same for people; `signers`: who has signed, by id."""

    transaction: str
    chain: str
    kind: str
    author: str
    ref: str
    content: list[Any]
    body: str
    signers: list[str]
    at: datetime


@post(
    "/transactions", opt=allow(*_SIGNERS), tags=["transactions"], summary="Submit a signed transaction of any kind",
    status_code=201,
    responses={
        202: ResponseSpec(TransactionAnswer, generate_examples=False, description="Proposed, or taken and not yet co-signed")
    },
)  # fmt: skip
async def submit(data: TransactionInput, ledger_desk: Desk, caller: Caller) -> Response[TransactionAnswer]:
    """Access, membership, contracts, anchors. What needs more signatures waits as a proposal and is submitted with the last."""
    node = ledger_desk.node
    envelope, body = _merged(ledger_desk, read_base64(data.envelope, "envelope"))
    _must_rest_on_papers(ledger_desk, body)
    raw = codec.encode(envelope)
    tx_id = transaction_id(envelope.body)
    checked = await node.check(raw)
    if checked.code == "not-enough-signatures" and await _all_right(ledger_desk, envelope, body):
        await write_down(ledger_desk, caller)
        await node.vault.papers.keep_proposal(Proposal(tx_id, body.chain, raw, node.now(), None))
        return Response(_answer(ledger_desk, "proposed", envelope, body), status_code=202)
    if not checked.accepted:
        raise not_taken(checked.code)
    [acknowledged] = await node.submit(body.chain, [raw], nonce=caller.nonce)
    await node.vault.papers.keep_proposal(Proposal(tx_id, body.chain, raw, node.now(), "sent"))
    if acknowledged is None:
        return Response(_answer(ledger_desk, "pending", envelope, body), status_code=202)
    must_be_taken(acknowledged.receipt)
    time = acknowledged.cosigned.time if acknowledged.cosigned else None
    answer = msgspec.structs.replace(
        _answer(ledger_desk, "stored", envelope, body),
        index=acknowledged.receipt.first,
        stored_at=None if time is None else instant(time),
    )
    return Response(answer, status_code=201)


@get(
    "/proposals",
    opt=allow(Who.OFFICER, Who.NODE),
    tags=["transactions"],
    summary="Transactions that wait for signatures",
)
async def proposals(ledger_desk: Desk, caller: Caller) -> list[ProposalView]:
    return [_proposal(ledger_desk, one) for one in ledger_desk.node.vault.papers.proposals()]


@get("/proposals/{transaction:str}", opt=allow(Who.OFFICER, Who.NODE), tags=["transactions"], summary="One of them")
async def proposal(transaction: Hex32, ledger_desk: Desk, caller: Caller) -> ProposalView:
    found = ledger_desk.node.vault.papers.proposal(bytes.fromhex(transaction))
    if found is None:
        raise NotFound
    return _proposal(ledger_desk, found)


def _merged(desk: Desk, raw: bytes) -> tuple[Envelope, Body]:
    """With the signatures that came before for the same body. Raises Refused for deposits, which have their own way."""
    envelope, body = machine.read_envelope(raw)
    if body.kind in ("deposit", "token.open"):
        raise Refused("unknown-kind")
    before = desk.node.vault.papers.proposal(transaction_id(envelope.body))
    if before is None:
        return envelope, body
    known = {one.fingerprint: one for one in machine.read_envelope(before.envelope)[0].signatures}
    known |= {one.fingerprint: one for one in envelope.signatures}
    return Envelope(FORMAT, envelope.body, [], [known[mark] for mark in sorted(known)]), body


def _must_rest_on_papers(desk: Desk, body: Body) -> None:
    """What a decision on access names by its digest lies with the node through which it is submitted, and says the same.

    Raises PapersMissing.
    """
    papers = desk.node.vault.papers
    try:
        if body.kind == "access.apply":
            applied = codec.shape(body.content, Apply)
            came_in = papers.candidacy(applied.id)
            fits = came_in is not None and (
                came_in.papers == applied.documents
                and msgspec.json.decode(came_in.said)["fingerprint"] == applied.fingerprint.hex()
            )
        elif body.kind == "access.assess":
            assessed = codec.shape(body.content, Assess)
            sheet = papers.text(assessed.sheet)
            fits = sheet is not None and score_of(msgspec.json.decode(sheet).get("points", {})) == assessed.score
        elif body.kind == "access.decide":
            fits = papers.text(codec.shape(body.content, Decide).reasons) is not None
        else:
            fits = True
    except codec.Malformed as wrong:
        raise Refused("malformed") from wrong
    if not fits:
        raise PapersMissing


async def _all_right(desk: Desk, envelope: Envelope, body: Body) -> bool:
    """Before something is kept for others to sign, each signature on it is right: no stranger fills the node's disk."""
    state = Overlay(desk.node.store(body.chain))
    for one in envelope.signatures:
        key = state.read(key_of("key", one.fingerprint), SigningKey)
        if key is None or not await desk.node.signature_is_right(key.public_key, envelope.body, one.signature):
            return False
    return True


def _signers(desk: Desk, chain: str, envelope: Envelope) -> list[str]:
    state = Overlay(desk.node.store(chain))
    keys = [state.read(key_of("key", one.fingerprint), SigningKey) for one in envelope.signatures]
    return [key.owner for key in keys if key is not None]


def _answer(
    desk: Desk, state: Literal["stored", "pending", "proposed"], envelope: Envelope, body: Body
) -> TransactionAnswer:
    return TransactionAnswer(
        state=state, transaction=transaction_id(envelope.body).hex(), chain=body.chain, kind=body.kind,
        signers=_signers(desk, body.chain, envelope),
    )  # fmt: skip


def _proposal(desk: Desk, one: Proposal) -> ProposalView:
    envelope, body = machine.read_envelope(one.envelope)
    return ProposalView(
        transaction=one.tx_id.hex(), chain=one.chain, kind=body.kind, author=body.author, ref=body.ref,
        content=_plain(body.content), body=base64_of(envelope.body), signers=_signers(desk, one.chain, envelope),
        at=instant(one.at),
    )  # fmt: skip


def _plain(content: list[Any]) -> list[Any]:
    """Bytes as hexadecimal digits."""
    return [one.hex() if isinstance(one, bytes) else _plain(one) if isinstance(one, list) else one for one in content]


ROUTES = [submit, proposals, proposal]
