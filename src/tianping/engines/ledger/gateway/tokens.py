"""Tokens in: opened, prepared for signing."""

from typing import Literal

import msgspec
from litestar import Response, post
from litestar.openapi.datastructures import ResponseSpec

from tianping.engines.ledger.gateway.desk import Desk
from tianping.engines.ledger.gateway.incoming import read_ready
from tianping.engines.ledger.gateway.refusals import must_be_taken
from tianping.engines.ledger.gateway.shapes import (
    Base64,
    Instant,
    Prepared,
    SignedParts,
    TokenBody,
    envelope_of,
    invalid,
    prepared,
    read_base64,
    when,
)
from tianping.engines.ledger.gateway.signed import Caller, Who, allow


class TokenInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of: `envelope`, or `token` with `signed`."""

    envelope: Base64 | None = None
    token: TokenBody | None = None
    signed: SignedParts | None = None


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`token`: its id, hexadecimal; deposits name it with their phase. `stored_at`: null until the chain has recorded it."""

    state: Literal["stored", "pending"]
    token: str
    chain: str
    duplicate: bool
    stored_at: Instant | None


@post(
    "/tokens:prepare",
    opt=allow(Who.ANYONE),
    tags=["tokens"],
    summary="What is to be signed for a token",
    status_code=200,
)
async def prepare_token(data: TokenBody, ledger_desk: Desk, caller: Caller) -> Prepared:
    return prepared(data.parts())


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
        ready = read_ready(caller, read_base64(data.envelope, "envelope"), kind="token.open")
    elif data.token is not None and data.signed is not None and data.envelope is None:
        ready = read_ready(caller, envelope_of(data.token.parts(), data.signed), kind="token.open")
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
        stored_at=when(acknowledged),
    )  # fmt: skip
    return Response(answer, status_code=200 if duplicate else 201)


ROUTES = [prepare_token, open_token]
