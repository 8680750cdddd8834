"""Tokens: the phases of one matter linked to each other, as deployed courts ask of platforms.

A platform opens a token for an account (its digest) with the phases to come (account, order, payment, delivery …); each
deposit then names the token and its phase. Phases come in their order, each at least once, none is skipped. That the
request was made within five minutes of the clock is the gateway's to check: the ledger has no clock of its own.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.model import Bytes32, Slug
from tianping.engines.ledger.transactions.base import Desk, Kind, Refused, Transaction, depositor, key_of


class OpenToken(Encoded, frozen=True):
    account: Bytes32
    phases: Annotated[list[Slug], Meta(min_length=1, max_length=20)]


class Token(Encoded, frozen=True):
    """`reached`: index of the phase that was deposited last, -1 before the first."""

    owner: Slug
    account: Bytes32
    phases: list[Slug]
    reached: int


def apply(desk: Desk, tx: Transaction) -> None:
    application = depositor(desk, tx)
    content = tx.content(OpenToken)
    if len(set(content.phases)) != len(content.phases):
        raise Refused("wrong-phase")
    desk.state.write(key_of("token", tx.id), Token(application.id, content.account, content.phases, -1))


def step(desk: Desk, tx: Transaction, token_id: bytes, phase: str | None) -> None:
    """Take one deposit as a step of its token. Raises Refused."""
    token = desk.state.read(key_of("token", token_id), Token)
    if token is None or token.owner != tx.body.author:
        raise Refused("unknown-token")
    at = token.phases.index(phase) if phase in token.phases else -1
    if at not in (token.reached, token.reached + 1) or at < 0:
        raise Refused("wrong-phase")
    desk.state.write(key_of("token", token_id), msgspec.structs.replace(token, reached=at))


KIND = Kind("token.open", apply)
