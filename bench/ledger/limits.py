"""What stands beside the ledger: SQLite taking the same rows with fsync, and SM2 alone, which no ledger of signed deposits outruns.

    python -m bench.ledger.limits

Prints one JSON object.
"""

import json
import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.ledger.meters import Meter
from tianping.engines.signing.provider import sm2

SECONDS = 1.0
CORES = 2
Figures = dict[str, float]


def repeated(work: Callable[[], int]) -> Figures:
    """`work` for a second; it says how many it did."""
    done = 0
    with Meter() as meter:
        while meter.elapsed < SECONDS:
            done += work()
    return meter.rate(done)


def signatures() -> dict[str, Figures]:
    """Sign and verify on one core and on two: libcrypto runs beside Python."""
    key, message = sm2().new_private_key(), bytes(300)
    public, signature = sm2().public_key(key), sm2().sign(key, message)

    def many(one: Callable[[], object]) -> Callable[[], int]:
        def work() -> int:
            for _ in range(50):
                one()
            return 50

        return work

    found: dict[str, Figures] = {}
    with ThreadPoolExecutor(CORES) as pool:
        for name, one in (
            ("sign", lambda: sm2().sign(key, message)),
            ("verify", lambda: sm2().verify(public, message, signature)),
        ):
            work = many(one)
            found[f"{name}, one core"] = repeated(work)
            found[f"{name}, two cores"] = repeated(lambda work=work: sum(pool.map(lambda _: work(), range(CORES))))
    return found


def rows() -> dict[str, Figures]:
    """Rows of the size of one deposit, one transaction each; and of one item, a thousand a transaction. All on disk (WAL, FULL)."""
    with tempfile.TemporaryDirectory() as place:
        db = sqlite3.connect(Path(place) / "rows.sqlite", isolation_level=None)
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        db.execute("create table row (id integer primary key, digest blob not null, content blob not null) strict")
        insert = "insert into row (digest, content) values (?, ?)"

        def one() -> int:
            db.execute(insert, (bytes(32), bytes(420)))
            return 1

        def thousand() -> int:
            db.execute("begin immediate")
            db.executemany(insert, [(bytes(32), bytes(130)) for _ in range(1000)])
            db.execute("commit")
            return 1000

        found = {"one a transaction": repeated(one), "a thousand a transaction": repeated(thousand)}
        db.close()
        return found


if __name__ == "__main__":
    print(json.dumps({"signatures": signatures(), "rows": rows()}))
