"""A ledger made large: what its file takes, so that rates on it can stand beside those of an empty one.

The transactions are whole but for their signature, which is one for all and not looked at: signing ten million would take an
hour and changes neither a file's size nor what comes after it.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.ledger.envelopes import Depositor, item
from tianping.engines.ledger import building, machine
from tianping.engines.ledger.model import LARGEST_BATCH, Block
from tianping.engines.ledger.store import Store
from tianping.interfaces.signing import CertificateFacts

SINGLE_SHARE = 10
"""One item in so many is deposited alone."""

A_BLOCK = 10_000


class _OneForAll:
    def __init__(self, certificate: CertificateFacts) -> None:
        self.certificate = certificate

    def sign(self, message: bytes) -> bytes:
        return bytes(64)


def fill(file: Path, depositor: Depositor, items: int) -> dict[str, Any]:
    """Bytes of the file for an item that came alone and for one of a batch, after all is in the main file."""
    store = Store(file, durable=False)
    began = time.perf_counter()
    try:
        singles = items // SINGLE_SHARE
        sizes = [_size(store)]
        for count, each in ((singles, 1), ((items - singles) // LARGEST_BATCH, LARGEST_BATCH)):
            for block in _blocks(depositor, count, each):
                head = store.head()
                height = head.height + 1 if head else 0
                outcome = machine.execute(store, Block(height, 0, block), lambda *_: True)
                if any(not receipt.accepted for receipt in outcome.receipts):
                    raise AssertionError(outcome.receipts[0].code)
                store.keep(outcome)
            sizes.append(_size(store))
        batched = (items - singles) // LARGEST_BATCH * LARGEST_BATCH
        return {
            "items": singles + batched, "seconds": time.perf_counter() - began, "file_bytes": sizes[-1],
            "bytes_single": (sizes[1] - sizes[0]) / singles, "bytes_batched": (sizes[2] - sizes[1]) / batched,
        }  # fmt: skip
    finally:
        store.close()


def _size(store: Store) -> int:
    store._db.execute("pragma wal_checkpoint(truncate)")
    return store.path.stat().st_size


def _blocks(depositor: Depositor, count: int, each: int) -> Iterator[list[bytes]]:
    signer = _OneForAll(depositor.facts)
    a_block = max(1, A_BLOCK // each)
    for start in range(0, count, a_block):
        yield [
            building.deposit(
                chain=depositor.chain, author=depositor.author, ref=f"grow/{each}/{at}", category=depositor.category,
                items=[item(f"{each}/{at}/{position}") for position in range(each)], signer=signer,
            )
            for at in range(start, min(start + a_block, count))
        ]  # fmt: skip
