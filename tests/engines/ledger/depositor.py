"""A client in a process of its own: deposits without end and keeps its own journal of what was acknowledged.

`python -m tests.engines.ledger.depositor DIRECTORY`: writes `journal.jsonl` there, each line forced to disk before the next
deposit; the ledger is in the same process, so that killing it kills both. The keys lie in `keys.json`.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.engines.ledger.cast import HeldKey, verifying

from tianping.engines.ledger import building
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.solo import SoloDriver
from tianping.engines.ledger.store import Store


def held(name: str, private_key: bytes) -> HeldKey:
    """A key of the cast again, in another process."""
    return HeldKey(name, private_key=private_key)


def content_of(ref: str) -> bytes:
    return f"the file of {ref}".encode()


def salt_of(ref: str) -> bytes:
    return sm3(b"salt" + ref.encode())[:16]


def deposit(ref: str, signer: HeldKey) -> bytes:
    made = building.item_of(
        file_digest=sm3(content_of(ref)), size=len(content_of(ref)), media="text/plain", salt=salt_of(ref)
    )
    return building.deposit(chain="works", author="shop", ref=ref, category="works", items=[made.item], signer=signer)


async def go_on(place: Path) -> None:
    keys = json.loads((place / "keys.json").read_text())
    node = held("court-a", bytes.fromhex(keys["node"]))
    shop = held("shop", bytes.fromhex(keys["shop"]))
    driver = SoloDriver(Store(place / "works.sqlite"), node, verifying())
    await driver.start()
    run = os.getpid()
    with (place / "journal.jsonl").open("a") as journal:

        async def one(client: int) -> None:
            number = 0
            while True:
                ref = f"{run}-{client}-{number}"
                [answer] = await driver.submit([deposit(ref, shop)])
                assert answer.receipt.code == "ok"
                assert answer.cosigned is not None
                line = {"ref": ref, "index": answer.receipt.first, "note": answer.cosigned.note()}
                journal.write(json.dumps(line) + "\n")
                journal.flush()
                os.fsync(journal.fileno())
                number += 1

        await asyncio.gather(*(one(client) for client in range(6)))


if __name__ == "__main__":
    asyncio.run(go_on(Path(sys.argv[1])))
