"""Signed deposits, made before the clock starts: signing is the depositor's work, on the depositor's machine."""

import itertools
import os
from concurrent.futures import ProcessPoolExecutor

from tianping.engines.ledger import building
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.model import Item
from tianping.engines.signing.keys import KeySigner
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import CertificateFacts, Signer

_RUN = os.urandom(4).hex()
_numbers = itertools.count()


class Depositor:
    """Who signs. `chain` and `category` are where and as what; can be sent to another process."""

    def __init__(self, author: str, facts: CertificateFacts, private_key: bytes, chain: str, category: str) -> None:
        self.author, self.facts, self._key, self.chain, self.category = author, facts, private_key, chain, category

    @property
    def signer(self) -> Signer:
        return KeySigner(self.facts, self._key, sm2())

    def deposits(self, count: int, items: int = 1) -> list[bytes]:
        """So many envelopes of so many items each, all different, signed over all cores."""
        names = [f"bench/{_RUN}/{next(_numbers)}" for _ in range(count)]
        if count * items < 2000:
            return self.make(names, items)
        share = -(-count // (2 * (os.cpu_count() or 1)))
        with ProcessPoolExecutor() as pool:
            parts = pool.map(
                self.make, [names[at : at + share] for at in range(0, count, share)], itertools.repeat(items)
            )
            return [one for part in parts for one in part]

    def make(self, names: list[str], items: int) -> list[bytes]:
        signer = self.signer
        return [
            building.deposit(
                chain=self.chain, author=self.author, ref=name, category=self.category,
                items=[item(f"{name}/{at}") for at in range(items)], signer=signer,
            )
            for name in names
        ]  # fmt: skip


def item(name: str) -> Item:
    """As a platform deposits a photograph: both commitments, provenance and time."""
    digest = sm3(name.encode())
    return building.item_of(
        file_digest=digest,
        size=204_800,
        media="image/jpeg",
        file_sha256=digest,
        facts=digest,
        claimed_at=1_700_000_000_000,
    ).item
