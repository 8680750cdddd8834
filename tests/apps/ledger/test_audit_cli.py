"""`tianping ledger audit` over a whole directory: stamps, anchors, the founding, openings, outbox, papers."""

import asyncio
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.apps.ledger.running import copy_of, tianping

from tianping.apps import ledger_checks
from tianping.apps.ledger_setup import open_node
from tianping.engines.ledger import building
from tianping.engines.ledger.audit import Difference
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.store import Store, row_digest
from tianping.engines.ledger.vault import Opening, Proposal
from tianping.engines.ledger.vault.looking import NOT_BOUND, TABLES
from tianping.kit.digests import canonical

pytestmark = pytest.mark.slow


async def _lived_in(home: Home) -> None:
    """A row at least in every table of the vault, two chains anchored, two stamps."""
    opened = open_node(home)
    node, vault = opened.node, opened.node.vault
    await node.start()
    facts = canonical({"source": "a camera"})
    items = [
        building.item_of(file_digest=sm3(b"own"), size=3, media="text/plain", facts=sm3(facts)),
        building.item_of(file_digest=sm3(b"two"), size=3, media="text/plain"),
    ]

    def envelope(ref: str, *what: building.Salted) -> bytes:
        return building.deposit(
            chain="works", author=node.config.application, ref=ref, category="works",
            items=[one.item for one in what], signer=node.own,
        )  # fmt: skip

    own = await vault.openings.own(
        "works", "own-1", {"asked": 1}, lambda: (envelope("own-1", *items), [Opening(items[0].salt, facts), Opening(items[1].salt, None)])
    )  # fmt: skip
    await node.submit("works", [own.envelope])
    await vault.openings.own(
        "works", "own-2", {"asked": 2}, lambda: (envelope("own-2", items[1]), [Opening(b"s", None)])
    )
    await node.regular.anchor()
    await node.regular.stamp()
    later = envelope("later", items[1])
    await node.stop()
    await vault.start()
    await vault.outbox.take([node._waiting("works", later)], nonce=("shop", "nonce-1", node.now()))
    await vault.outbox.settle([(b"r" * 32, "works", "expired")], node.now())
    proposed = building.transaction(
        chain="works", kind="access.decide", author="court-node", ref="p", content=["press", "admit", b"x" * 32], signers=[node.signer]
    )  # fmt: skip
    one = node._waiting("works", proposed)
    await vault.papers.keep_proposal(Proposal(one.tx_id, "works", proposed, node.now(), "sent"))
    await vault.stop()
    opened.close()


@pytest.fixture(scope="module")
def lived_in(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = copy_of(template, tmp_path_factory.mktemp("lived"))
    asyncio.run(_lived_in(Home(place)))
    return place


@pytest.fixture
def home(lived_in: Path, tmp_path: Path) -> Home:
    return Home(copy_of(lived_in, tmp_path / "data"))


def looked(home: Home) -> list[Difference]:
    return ledger_checks._vault(home, home.config())


def audited(home: Home, *more: str, status: int = 0) -> dict[str, Any]:
    return json.loads(tianping("ledger", "audit", "--json", *more, place=home.place.parent, status=status))


def found(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["place"], one["code"]) for part in report.values() for one in part["differences"]]


def changed(path: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(statement, values)
    database.close()


def test_a_whole_directory(home: Home) -> None:
    report = audited(home)
    assert found(report) == []
    # `main`, `works` and `contract` grew, and the court's own clock stamped their checkpoints.
    assert {name for name, part in report.items() if part.get("stamps")} == {"main", "works", "contract"}
    assert "beside" not in audited(home, "--chain", "works")


def test_a_stamp_over_something_else_is_found(home: Home) -> None:
    """Whoever edits the row makes its digest right as well: then the token itself speaks."""
    path = home.chain("works")
    database = sqlite3.connect(path, isolation_level=None)
    height, time, authority, token = database.execute("select height, time, authority, token from stamp").fetchone()
    database.close()
    others = sqlite3.connect(home.chain("contract"))
    (other,) = others.execute("select token from stamp").fetchone()
    others.close()
    for row in (
        (height, time, authority, other),
        (height, time + 1000, authority, token),
        (height, time, "Another", token),
    ):
        changed(path, "delete from stamp")
        changed(path, "insert into stamp values (?, ?, ?, ?, ?)", *row, row_digest(row))
        assert found(audited(home, "--chain", "works", status=2)) == [(f"stamp {height}", "stamp")]


def test_a_chain_whose_end_was_cut_off_contradicts_its_anchor(home: Home, tmp_path: Path) -> None:
    store = Store(home.chain("works"))
    newest = store.checkpoint()
    assert newest is not None
    store.rollback(newest.checkpoint.height - 1)
    store.close()
    assert (f"held note of height {newest.checkpoint.height}", "missing") in found(audited(home, status=2))
    main = Store(home.chain("main"))
    kept = main.checkpoint()
    assert kept is not None
    main.rollback(kept.checkpoint.height - 1)
    main.close()
    note = tmp_path / "kept.note"
    note.write_text(kept.note())
    alone = found(audited(home, "--chain", "main", "--held", str(note), status=2))
    assert alone == [(f"held note of height {kept.checkpoint.height}", "missing")]


def test_a_name_that_was_altered_in_a_genesis_is_found(home: Home) -> None:
    """It is in no tree and under no signature; the other chains and the configuration say otherwise."""
    for chain in ("works", "main"):
        path = home.chain(chain)
        database = sqlite3.connect(path, isolation_level=None)
        (genesis,) = database.execute("select value from state where key = 'genesis'").fetchone()
        database.close()
        altered = genesis.replace("测试互联网法院".encode(), "测试互联网法官".encode())
        assert altered != genesis
        changed(path, "update state set value = ? where key = 'genesis'", altered)
        assert any(code == "founding" for _, code in found(audited(home, status=2)))
        changed(path, "update state set value = ? where key = 'genesis'", genesis)
    assert found(audited(home)) == []


def test_a_long_audit_says_how_far_it_is(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ledger_checks, "_SAY_EVERY_S", 0)
    progress = ledger_checks._Progress("works")
    progress(0, 4)
    progress(4, 4)
    assert [line[-5:].strip() for line in capsys.readouterr().err.splitlines()] == ["(0%)", "100%)"]


def test_what_is_held_must_be_a_checkpoint(home: Home, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("no note")
    tianping("ledger", "audit", "--held", tmp_path / "note", place=home.place.parent, status=1)


def test_a_changed_byte_of_the_vault_is_found(home: Home, tmp_path: Path) -> None:
    """Of every column of every row; but for the columns that nothing speaks for, which are named."""
    assert looked(home) == []
    whole, chance, seen = home.vault.read_bytes(), random.Random(4), set()
    for table, key, column, value in list(_flips(home.vault, chance)):
        seen.add((table, column))
        try:
            changed(home.vault, f"update {table} set {column} = ? where rowid = ?", value, key)
        except sqlite3.OperationalError:
            changed(home.vault, f"update {table} set {column} = ?", value)
        if column in NOT_BOUND.get(table, ()):
            continue
        assert looked(home), (table, column, value)
        home.vault.write_bytes(whole)
    assert seen == {(table, column) for table, columns in TABLES.items() for column in columns}


def _flips(path: Path, chance: random.Random) -> Iterator[tuple[str, int, str, Any]]:
    """Three changed bytes of every value there is, the bound columns last: (table, row, column, changed value)."""
    database = sqlite3.connect(path)
    found = []
    for table, columns in TABLES.items():
        number = "0" if table == "seen" else "rowid"
        for row, *values in database.execute(f"select {number}, {', '.join(columns)} from {table}").fetchall():
            for column, value in zip(columns, values, strict=True):
                found += [(table, row, column, flipped) for flipped in _flipped(value, chance)]
    database.close()
    return iter(sorted(found, key=lambda one: one[2] not in NOT_BOUND.get(one[0], ())))


def _flipped(value: Any, chance: random.Random) -> Iterator[Any]:
    for _ in range(3):
        if isinstance(value, int):
            yield value ^ 1 << chance.randrange(40)
        elif isinstance(value, bytes) and value:
            at = chance.randrange(len(value))
            yield value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
        elif isinstance(value, str) and value:
            at = chance.randrange(len(value))
            yield value[:at] + chr(ord(value[at]) ^ 1 << chance.randrange(5)) + value[at + 1 :]


def test_a_row_that_is_gone_is_found_where_another_needs_it(home: Home) -> None:
    whole = home.vault.read_bytes()
    for statement in ("delete from own", "delete from opening where position = 1", "delete from paper", "delete from candidacy",
                      "update outbox set author = 'another'", "drop index seen_at", "create table more (x)"):  # fmt: skip
        changed(home.vault, statement)
        assert looked(home), statement
        home.vault.write_bytes(whole)
    home.vault.write_bytes(whole[:5000])
    assert looked(home)


def test_what_was_forgotten_is_no_difference(home: Home) -> None:
    changed(home.vault, "update opening set sealed = null")
    changed(home.vault, "update own set request = null")
    assert looked(home) == []


def test_the_vault_of_another_key_opens_nothing(home: Home) -> None:
    shutil.rmtree(home.keys / "vault")
    assert [one.code for one in looked(home)] == ["missing"]
