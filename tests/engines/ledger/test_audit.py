"""Audit: any stored byte that is not what it was is found; a whole chain has nothing to say."""

import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.engines.ledger.cast import verify
from tests.engines.ledger.test_machine import PEOPLE, STORY

from tianping.engines.ledger import machine
from tianping.engines.ledger.audit import Report, audit
from tianping.engines.ledger.checkpoints import Checkpoint, cosign, gather
from tianping.engines.ledger.model import Block
from tianping.engines.ledger.schema import KEYS, TABLES
from tianping.engines.ledger.store import ChainUnknown, Store
from tianping.interfaces.signing import SignatureCheck

pytestmark = pytest.mark.slow

remembered = cache(verify)


def verify_many(checks: Sequence[SignatureCheck]) -> list[bool]:
    """The same signatures are checked hundreds of times here."""
    return [remembered(check.public_key, check.message, check.signature) for check in checks]


def stamped(text: str, token: bytes) -> tuple[int, str] | None:
    """A time-stamp authority that any text may be put to: the token is the text, its time and its name."""
    said = token.decode(errors="replace").split("|")
    return (int(said[1]), said[2]) if len(said) == 3 and said[0] == text and said[1].isdigit() else None


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story of the machine's tests over eight blocks, co-signed by three members, one block without a quorum."""
    path = tmp_path_factory.mktemp("chain") / "works.sqlite"
    kept = Store(path)
    kept.keep(machine.begin(PEOPLE.genesis))
    last = None
    for height in range(1, 9):
        block = Block(height, last.time if last else 0, STORY[height * 2 - 2 : height * 2 if height < 8 else None])
        outcome = machine.execute(kept, block, verify)
        at = Checkpoint(PEOPLE.genesis.origin, outcome.size, outcome.root, height)
        own = [
            cosign(at, member, 1_800_000_000_000 + 1000 * height + number, PEOPLE.nodes[member.id].sign)
            for number, member in enumerate(PEOPLE.genesis.members[: 2 if height == 5 else 3])
        ]
        sealed = gather(at, own, PEOPLE.genesis.members, verify)
        kept.keep(outcome, sealed)
        last = sealed if sealed.quorate else last
        if height in (3, 8):
            kept.keep_stamp(height, 77, "authority", f"{at.text()}|77|authority".encode())
    kept.keep_fact("peer", b"a fact of the driver")
    kept.close()
    return path


def audited(path: Path, **more: Any) -> Report:
    return audit(path, verify_many, check_stamp=stamped, pinned=PEOPLE.genesis.digest(), **more)


def test_a_whole_chain(chain: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = audited(chain, progress=lambda *done: seen.append(done))
    assert report.differences == []
    assert report.sound
    assert (report.origin, report.height, report.checkpoints, report.stamps) == ("court.test/works", 8, 7, 2)
    assert report.size > 300
    assert seen[-1] == (8, 8)


def test_after_going_back(chain: Path, tmp_path: Path) -> None:
    """A file that went back and on has the same chain and keeps less of what could be taken back."""
    path = tmp_path / "works.sqlite"
    shutil.copy(chain, path)
    kept = Store(path)
    kept.rollback(6)
    kept._db.execute("delete from undo where height < 5")
    kept.close()
    report = audited(path)
    assert (report.differences, report.height) == ([], 6)


def test_notes_that_were_kept_elsewhere(chain: Path, tmp_path: Path) -> None:
    """A chain whose end was cut off is whole in itself; who holds a note of that end sees it."""
    kept = Store(chain, read_only=True)
    notes = [kept.checkpoint(height).note() for height in (3, 8)]
    kept.close()
    assert audited(chain, held=notes).sound
    path = tmp_path / "works.sqlite"
    shutil.copy(chain, path)
    kept = Store(path)
    kept.rollback(6)
    kept.close()
    assert audited(path, held=notes[:1]).sound
    other = notes[0].replace("height 3", "height 4")
    report = audited(path, held=[*notes, other, "no note"])
    assert [(one.place, one.code) for one in report.differences] == [
        ("held note of height 8", "missing"), ("held note of height 4", "differs"), ("held note", "unreadable"),
    ]  # fmt: skip


def test_the_pinned_genesis(chain: Path) -> None:
    report = audit(chain, verify_many, pinned=b"another" * 5)
    assert [(one.place, one.code) for one in report.differences] == [("state genesis", "genesis")]


def test_no_chain(tmp_path: Path) -> None:
    with pytest.raises(ChainUnknown):
        audited(tmp_path / "none.sqlite")
    Store(tmp_path / "empty.sqlite").close()
    assert not audited(tmp_path / "empty.sqlite").sound
    (tmp_path / "other.sqlite").write_bytes(b"no database" * 1000)
    assert [one.code for one in audited(tmp_path / "other.sqlite").differences] == ["unreadable"]


def flips(path: Path, step: int, chance: random.Random) -> Iterator[tuple[str, tuple, str, Any]]:
    """One byte in `step` of every column of every row, of every column one at least: (table, key, column, changed value)."""
    kept = Store(path, read_only=True)
    sampled = set()
    for table, columns in TABLES.items():
        for row in kept.rows(table, limit=100_000):
            for column, value in zip(columns, row, strict=True):
                for at in range(_length(value)):
                    if chance.randrange(step) == 0 or (table, column) not in sampled:
                        sampled.add((table, column))
                        yield table, row[: KEYS.get(table, 1)], column, _flipped(value, at, chance)
    kept.close()


def _length(value: object) -> int:
    return 0 if value is None else max(1, len(value)) if isinstance(value, bytes | str) else 8


def _flipped(value: Any, at: int, chance: random.Random) -> Any:
    if isinstance(value, int):
        return value ^ (1 << (8 * at + chance.randrange(8 if at < 7 else 7)))
    if not value:
        return b"\x01" if isinstance(value, bytes) else "x"
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
    return value[:at] + chr(ord(value[at]) ^ 1 << chance.randrange(7)) + value[at + 1 :]


def look_for(chain: Path, tmp_path: Path, step: int, chance: random.Random) -> set[tuple[str, str]]:
    path = tmp_path / "works.sqlite"
    shutil.copy(chain, path)
    missed, seen = [], set()
    for table, key, column, value in flips(chain, step, chance):
        database = sqlite3.connect(path, isolation_level=None)
        where = " and ".join(f"{name} is ?" for name in TABLES[table][: len(key)])
        try:
            database.execute("begin")
            database.execute(f"update {table} set {column} = ? where {where}", (value, *key))
            database.execute("commit")
        except sqlite3.IntegrityError:
            # The changed key is another row's: no file can hold that.
            database.close()
            shutil.copy(chain, path)
            continue
        database.close()
        seen.add((table, column))
        if audited(path).sound:
            missed.append((table, key, column, value))
        shutil.copy(chain, path)
    assert missed == []
    return seen


def test_a_changed_byte_is_found(chain: Path, tmp_path: Path) -> None:
    """About 400 of the bytes of all tables and columns; those of few bytes all the same."""
    every = {(table, column) for table, columns in TABLES.items() for column in columns}
    assert look_for(chain, tmp_path, 130, random.Random(1)) == every


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_more_changed_bytes_are_found(chain: Path, tmp_path: Path) -> None:
    look_for(chain, tmp_path, 9, random.Random(2))


def logical(path: Path) -> object:
    """All that SQLite can tell of a file: its tables' rows and schema. Raises where it cannot read it."""
    kept = Store(path, read_only=True)
    try:
        return kept.schema(), {table: kept.rows(table, limit=100_000) for table in TABLES}, kept.ailments()
    finally:
        kept.close()


def test_a_changed_byte_of_the_file_is_found_or_says_nothing(chain: Path, tmp_path: Path) -> None:
    """Raw bytes of the file's pages: what is not found must be in unused space, which changes nothing that can be read."""
    raw, chance = chain.read_bytes(), random.Random(3)
    before, path = logical(chain), tmp_path / "works.sqlite"
    found, unused = 0, 0
    for at in [*range(0, 100, 3), *(chance.randrange(len(raw)) for _ in range(250))]:
        changed = bytearray(raw)
        changed[at] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        if audited(path).sound:
            assert logical(path) == before, at
            unused += 1
        else:
            found += 1
        for leftover in tmp_path.glob("works.sqlite-*"):
            leftover.unlink()
    assert found > 80


def test_missing_and_added_rows_are_found(chain: Path, tmp_path: Path) -> None:
    path = tmp_path / "works.sqlite"
    for change in (
        "delete from entry where first = 0", "delete from state where key like 'ref/%'", "delete from block where height = 4",
        "delete from tile where place = 0", "delete from checkpoint where height = 8", "delete from undo where height = 8",
        "insert into state values ('key/00', x'80')", "insert into tile values (9, x'00')",
        "insert into checkpoint select 99, size, root, time, power, total, cosignatures from checkpoint where height = 8",
        "insert into block select 9, clock, first, size, root, transactions from block where height = 8",
        "drop index entry_of_height", "create table more (x)", "delete from state where key = 'genesis'",
    ):  # fmt: skip
        shutil.copy(chain, path)
        database = sqlite3.connect(path, isolation_level=None)
        database.execute(change)
        database.close()
        sound = audited(path).sound
        # A checkpoint that is gone may never have been there: the ones after it cover its entries.
        assert sound == (change == "delete from checkpoint where height = 8"), change


def test_where_it_stops(chain: Path, tmp_path: Path) -> None:
    """A damaged transaction is named, and what stands before it is still compared."""
    path = tmp_path / "works.sqlite"
    shutil.copy(chain, path)
    database = sqlite3.connect(path, isolation_level=None)
    first, envelope = database.execute("select first, envelope from entry where height = 6").fetchone()
    database.execute(
        "update entry set envelope = ? where first = ?", (envelope[:-1] + bytes([envelope[-1] ^ 1]), first)
    )
    database.execute("update block set root = zeroblob(32) where height = 3")
    database.close()
    report = audited(path)
    assert [(one.place, one.code, one.why) for one in report.differences] == [
        ("block 6", "stops", "bad-signature"),
        ("block 3 root", "differs", ""),
    ]
    assert report.height == 5
    assert report.differences[0].text.zh == "block 6:自此无法由交易重算(bad-signature)"
