"""A chain in memory that takes one block after another: for tests of what transactions do."""

from collections.abc import Sequence
from typing import Any

import msgspec
from tests.engines.ledger.cast import Cast, cast, verify

from tianping.engines.ledger import building, codec, machine
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import Block, Envelope, Item, Outcome, Receipt
from tianping.engines.ledger.state import InMemory, Overlay
from tianping.engines.ledger.transactions.base import key_of
from tianping.interfaces.signing import Signer

DIGEST = sm3(b"papers")


class World:
    def __init__(self, people: Cast | None = None, *, nodes: int = 1) -> None:
        self.cast = people or cast(nodes=nodes)
        self.view = InMemory()
        self.begun = machine.begin(self.cast.genesis)
        self.view.apply(self.begun.changes)
        self.height = 0
        self.clock = 1_800_000_000_000
        self.last: Outcome = self.begun
        self._refs = 0

    def block(self, envelopes: Sequence[bytes]) -> Outcome:
        self.height += 1
        self.last = machine.execute(self.view, Block(self.height, self.clock, list(envelopes)), verify)
        self.view.apply(self.last.changes)
        return self.last

    def take(self, envelope: bytes) -> Receipt:
        return self.block([envelope]).receipts[0]

    def act(self, kind: str, content: Any, *signers: Signer, author: str | None = None, **more: Any) -> str:
        """Take one transaction of a kind; the code of its receipt."""
        return self.take(self.made(kind, content, *signers, author=author, **more)).code

    def made(self, kind: str, content: Any, *signers: Signer, author: str | None = None, **more: Any) -> bytes:
        self._refs += 1
        by = author or signers[0].certificate.identifier.removesuffix("-officer").removesuffix("-officer-2")
        more.setdefault("ref", f"r{self._refs}")
        more.setdefault("chain", self.cast.genesis.chain)
        return building.transaction(kind=kind, author=by, content=content, signers=signers, **more)

    def deposit(self, ref: str | None = None, **changed: Any) -> bytes:
        """A deposit of one item by the shop, or as changed."""
        self._refs += 1
        ref = ref or f"d{self._refs}"
        wanted = {
            "chain": self.cast.genesis.chain, "author": "shop", "ref": ref, "category": "works", "items": [item(ref)],
            "signer": self.cast.platform,
        }  # fmt: skip
        return building.deposit(**{**wanted, **changed})

    def read(self, prefix: str, name: Any, kind: type) -> Any:
        return Overlay(self.view).read(key_of(prefix, name), kind)

    @property
    def officers(self) -> list[Signer]:
        return list(self.cast.officers.values())

    @property
    def nodes(self) -> list[Signer]:
        return list(self.cast.nodes.values())


def item(name: str, size: int = 5) -> Item:
    return building.item_of(
        file_digest=sm3(name.encode()), size=size, media="text/plain", salt=sm3(b"salt" + name.encode())[:16]
    ).item


def reopened(envelope: bytes, **changed: Any) -> bytes:
    """The envelope with other contents, its signatures as they were."""
    return codec.encode(msgspec.structs.replace(codec.decode(envelope, Envelope), **changed))
