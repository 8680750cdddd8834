"""A member of a real consortium that diverged, or whose file is broken, starts over and takes part again."""

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.apps.ledger.running import free_port, tianping

from tianping.apps.ledger_start_over import _at_rest
from tianping.engines.ledger.drivers.cometbft.binary import engine_program
from tianping.engines.ledger.drivers.cometbft.consortium import Consortium
from tianping.engines.ledger.drivers.cometbft.problems import EngineNotBuilt, GoMissing
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
ENGLISH = {"TIANPING_LANGUAGE": "en"}
WITHIN_S = 60


def test_a_member_that_diverged_or_broke_starts_over(tmp_path: Path):
    try:
        engine_program()
    except (GoMissing, EngineNotBuilt) as lacking:
        pytest.skip(f"no CometBFT here: {lacking.code}")
    port = min(free_port(), 59_990)
    tianping("ledger", "consortium", "up", "-n", "4", "--port", str(port), place=tmp_path, settings=ENGLISH)
    try:
        consortium = Consortium(tmp_path / "consortium")
        first, last = (Home(consortium.member(name)) for name in ("member-1", "member-4"))
        deposit(tmp_path, first, "before")
        keys = {file.name: file.read_bytes() for file in sorted(last.keys.rglob("*")) if file.is_file()}
        engine_keys = digest_of(last.engines / "works" / "engine" / "config" / "priv_validator_key.json")

        # Another tree than the others have: the next root differs, and its engine stops at the one after.
        database = sqlite3.connect(last.chain("works"), timeout=20)
        edge = bytearray(database.execute("select value from state where key = 'edge'").fetchone()[0])
        edge[-1] ^= 1
        database.execute("update state set value = ? where key = 'edge'", (bytes(edge),))
        database.commit()
        database.close()
        deposit(tmp_path, first, "while it differs")
        until_roots_differ(first, last)
        assert "no such member" in tianping_refuses(tmp_path, "member-9")
        with _at_rest(consortium, "member-3", Home(consortium.member("member-3"))):
            refused = tianping_refuses(tmp_path, "member-4")
        assert "would halt the chain" in refused
        until_all_but(consortium, "member-4")
        took_part_again(tmp_path, consortium, first, last)

        # A file that SQLite cannot read: the node ends at every start.
        with _at_rest(consortium, "member-4", last):
            raw = last.chain("works").read_bytes()
            for ending in ("-wal", "-shm"):
                Path(f"{last.chain('works')}{ending}").unlink(missing_ok=True)
            last.chain("works").write_bytes(b"no database" + raw[11:])
        deposit(tmp_path, first, "while it is broken")
        took_part_again(tmp_path, consortium, first, last)
        assert len(list(last.aside.iterdir())) == 2
        assert {file.name: file.read_bytes() for file in sorted(last.keys.rglob("*")) if file.is_file()} == keys
        assert digest_of(last.engines / "works" / "engine" / "config" / "priv_validator_key.json") == engine_keys
    finally:
        tianping("ledger", "consortium", "stop", place=tmp_path)
    assert '"sound": false' not in tianping("ledger", "audit", "--json", place=consortium.member("member-4"))


def deposit(place: Path, home: Home, text: str) -> str:
    file = place / "work.txt"
    file.write_text(text)
    made = json.loads(
        tianping("ledger", "deposit", file, "--json", "--ref", re.sub(r"[^a-z0-9]", "-", text), place=home.place.parent)
    )
    return made["number"]


def took_part_again(place: Path, consortium: Consortium, first: Home, last: Home) -> None:
    said = tianping("ledger", "consortium", "start-over", "member-4", "--yes", "--json", place=place)
    told = json.loads(said)
    assert [one["chain"] for one in told["chains"]] == ["main", "works"]
    assert all(one["bytes_aside"] > 0 and one["height"] > 0 or one["chain"] == "main" for one in told["chains"])
    assert (Path(told["aside"]) / "chains" / "works.sqlite").is_file()
    number = deposit(place, last, f"again {Path(told['aside']).name.lower()}")
    file = place / "work.txt"
    tianping("ledger", "verify", number, file, place=last.place.parent)
    until = time.monotonic() + WITHIN_S
    while "member-4" not in cosigners(first):
        assert time.monotonic() < until, "member-4 does not co-sign"
        deposit(place, first, f"{time.monotonic()}")


def cosigners(home: Home) -> set[str]:
    store = Store(home.chain("works"), read_only=True)
    try:
        newest = store.checkpoint()
        return {one.member for one in newest.cosignatures} if newest else set()
    finally:
        store.close()


def until_roots_differ(one: Home, other: Home) -> None:
    until = time.monotonic() + WITHIN_S
    stores = [Store(home.chain("works"), read_only=True) for home in (one, other)]
    try:
        while time.monotonic() < until:
            heads = [store.head() for store in stores]
            height = min(head.height for head in heads if head)
            if stores[0].block_root(height) != stores[1].block_root(height):
                return
            time.sleep(0.1)
    finally:
        for store in stores:
            store.close()
    raise AssertionError("the roots are the same")


def until_all_but(consortium: Consortium, name: str) -> None:
    until = time.monotonic() + WITHIN_S
    while not all(one.ready for one in consortium.status().members if one.name != name):
        assert time.monotonic() < until, consortium.status()
        time.sleep(0.2)


def tianping_refuses(place: Path, member: str) -> str:
    """What it says."""
    argv = [sys.executable, "-m", "tianping.apps.cli", "ledger", "consortium", "start-over", member, "--yes"]
    environment = {**os.environ, "TIANPING_DATA": str(place), **ENGLISH}
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=90)
    assert done.returncode == 1, done
    return done.stderr


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
