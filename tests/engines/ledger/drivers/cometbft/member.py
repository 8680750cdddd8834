"""A whole member in a process of its own, with clients in it that deposit without end and keep their own journal.

`python member.py HOME`: the keys lie in `keys.json` beside the homes. `journal.jsonl` in the home has one line for each
acknowledgement, forced to disk before the next deposit; killing the process kills ledger and clients alike. While a
file `quiet` lies beside the homes, the clients wait.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[5]))

from tests.engines.ledger.cast import HeldKey, verifying
from tests.engines.ledger.depositor import deposit
from tests.engines.ledger.drivers.cometbft.ledgers import WATCH

from tianping.engines.ledger.drivers.base import Busy, NotYet, Stopped
from tianping.engines.ledger.drivers.cometbft.binary import engine_program
from tianping.engines.ledger.drivers.cometbft.driver import CometDriver
from tianping.engines.ledger.drivers.cometbft.homes import Home
from tianping.engines.ledger.numbers import number_of

CLIENTS = 3


def write_keys(place, people):
    keys = {name: one.private_key.hex() for name, one in people.nodes.items()}
    (place / "keys.json").write_text(json.dumps(keys | {"shop": people.platform.private_key.hex()}))


async def client(driver, shop, journal, quiet, number):
    count = 0
    while True:
        ref = f"{driver.node.settings.name}-{os.getpid()}-{number}-{count}"
        if quiet.exists():
            await asyncio.sleep(0.1)
            continue
        try:
            [answer] = await driver.submit([deposit(ref, shop)])
        except (NotYet, Busy):
            continue
        except Stopped:
            return
        assert answer.receipt.code in ("ok", "duplicate")
        quorum = answer.quorum
        assert quorum.quorate
        line = {
            "ref": ref,
            "index": answer.receipt.first,
            "number": str(number_of("works", quorum.time, answer.receipt.first)),
            "early": answer.held is not None,
            "note": quorum.note(),
        }
        journal.write(json.dumps(line) + "\n")
        journal.flush()
        os.fsync(journal.fileno())
        count += 1


async def main(place):
    home = Home(place / "ledger" / "engines" / "works")
    keys = {name: bytes.fromhex(key) for name, key in json.loads((place.parent / "keys.json").read_text()).items()}
    driver = CometDriver(
        home, engine_program(), [HeldKey(place.name, private_key=keys[place.name])], verifying(),
        watch=WATCH, patience_s=5, again_s=1,
    )  # fmt: skip
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, driver.node.stop)
    await driver.start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, driver.node.stop)
    shop = HeldKey("shop", private_key=keys["shop"])
    with (home.place / "journal.jsonl").open("a") as journal:
        quiet = place.parent / "quiet"
        clients = [asyncio.create_task(client(driver, shop, journal, quiet, number)) for number in range(CLIENTS)]
        try:
            await driver.ended()
        finally:
            for one in clients:
                one.cancel()
            await driver.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
