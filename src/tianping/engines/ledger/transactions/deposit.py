"""Deposit: one to a thousand items under one signature, a log entry and a storage number each.

Online Litigation Rules 16: data stored by a block chain whose integrity was checked is presumed unaltered since storing.
"""

import hashlib
from typing import Annotated

from msgspec import Meta

from tianping.engines.ledger import codec
from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.merkle import root_of
from tianping.engines.ledger.model import LARGEST_BATCH, Bytes32, Item, Slug
from tianping.engines.ledger.transactions import tokens
from tianping.engines.ledger.transactions.base import Desk, Kind, Refused, Transaction, depositor, key_of


class Deposit(Encoded, frozen=True):
    """`items_root`: RFC 6962 root over the encoded items, so that one signature binds each of them; `token`, `phase`: the
    chain of steps it continues (`tokens`).
    """

    category: Slug
    count: Annotated[int, Meta(ge=1, le=LARGEST_BATCH)]
    items_root: Bytes32
    token: Bytes32 | None
    phase: Slug | None


class Tally(Encoded, frozen=True):
    """How many deposits and items there are of a category or from an application."""

    deposits: int
    items: int


def apply(desk: Desk, tx: Transaction) -> None:
    application = depositor(desk, tx)
    content = tx.content(Deposit)
    if content.category not in application.categories or content.category not in desk.genesis.categories:
        raise Refused("category-not-admitted")
    if len(tx.items) != content.count:
        raise Refused("items-differ")
    _must_fit(tx.items, content.items_root)
    if content.token is not None:
        tokens.step(desk, tx, content.token, content.phase)
    elif content.phase is not None:
        raise Refused("unknown-token")
    for of in (key_of("tally", content.category), key_of("tally-of", application.id)):
        so_far = desk.state.read(of, Tally) or Tally(0, 0)
        desk.state.write(of, Tally(so_far.deposits + 1, so_far.items + content.count))


def _must_fit(items: list[bytes], root: bytes) -> None:
    """Each item is one, and they make this root. Raises Refused.

    Of a thousand items that is most of the work, and a node asks it of the same bytes at its door and again in the block: sets
    that fit are remembered by a digest of all their bytes.
    """
    name = hashlib.sha256(root + codec.encode_plain(items)).digest()
    if name in _FITTING:
        return
    try:
        for item in items:
            codec.decode(item, Item)
    except codec.Malformed as wrong:
        raise Refused("malformed") from wrong
    if root_of(items) != root:
        raise Refused("items-differ")
    if len(_FITTING) >= _REMEMBERED:
        _FITTING.clear()
    _FITTING.add(name)


_REMEMBERED = 20_000
_FITTING: set[bytes] = set()

KIND = Kind("deposit", apply)
