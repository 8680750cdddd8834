"""Audit: make the whole chain again from its transactions, and compare every stored value with what it should be.

Nothing that is stored is believed but the genesis, which one pins, and the transactions, whose signatures are checked. From
them come log, tree, state, roots and what could be taken back; the checkpoints come from the co-signatures over those
roots, checked by the keys of the members that the log itself names at each height.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checking import Prechecked, VerifyMany
from tianping.engines.ledger.checkpoints import Checkpoint, Cosignature, Cosigned, gather, read_note
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.model import Block, Genesis
from tianping.engines.ledger.schema import KEYS, TABLES
from tianping.engines.ledger.store import Damaged, Store, row_digest
from tianping.kit.problems import Text

Progress = Callable[[int, int], None]
"""(blocks done, of how many); called after each share of the work."""

StampCheck = Callable[[str, bytes], tuple[int, str] | None]
"""(text of a checkpoint, token) -> time in milliseconds and authority that the token says, None where it is not right."""

SHARE = 2000
"""Transactions whose signatures are checked at once."""

MOST = 1000
"""Differences that are listed; more make no other verdict."""

WORDS = {
    "unreadable": Text("无法读取", "cannot be read"),
    "pages": Text("文件页或索引损坏", "pages or indices of the file are damaged"),
    "schema": Text("表结构与版本不符", "the tables are not those of this version"),
    "genesis": Text("创世信息与锁定的不一致", "the genesis is not the pinned one"),
    "stops": Text("自此无法由交易重算", "from here on the chain cannot be made again from its transactions"),
    "missing": Text("缺失", "missing"),
    "extra": Text("多出", "not of this chain"),
    "differs": Text("与重算结果不一致", "differs from what it should be"),
    "stamp": Text("时间戳无效", "the time stamp is not right"),
    "founding": Text("与主链和配置所说的创世不一致", "was not founded as the main chain and the configuration say"),
}

UNREADABLE = (sqlite3.Error, Damaged, UnicodeDecodeError, OverflowError)
"""What SQLite and Python say when they meet damage while reading."""


class Difference(msgspec.Struct, frozen=True):
    """`place`: table and key, such as `entry 17`, and the column; `code`: one of WORDS; `why`: more, where there is more."""

    place: str
    code: str
    why: str = ""

    @property
    def text(self) -> Text:
        more = f"({self.why})" if self.why else ""
        return Text(f"{self.place}:{WORDS[self.code].zh}{more}", f"{self.place}: {WORDS[self.code].en}{more}")


class Report(msgspec.Struct, frozen=True):
    """What an audit found. `height`, `size` and `root`: how far the chain could be made again; `checkpoints`: quorate ones;
    `stamps`: those whose tokens were checked.
    """

    origin: str
    height: int
    size: int
    root: bytes
    transactions: int
    checkpoints: int
    stamps: int
    differences: list[Difference]

    @property
    def sound(self) -> bool:
        return not self.differences


def audit(
    path: Path,
    verify_many: VerifyMany,
    *,
    pinned: bytes | None = None,
    held: Sequence[str] = (),
    check_stamp: StampCheck | None = None,
    progress: Progress | None = None,
    scratch: Path | None = None,
) -> Report:
    """Audit a chain's file; a node may go on writing it. `pinned`: digest of the genesis that one expects; `held`: notes
    that were kept elsewhere (by a witness, in a certificate), each of which must be of this chain: so a missing end is found.

    `scratch`: a folder with room for the chain a second time; a temporary one where it is not given. Raises ChainUnknown where
    there is no such file.
    """
    found = _Audit(verify_many, pinned, held, check_stamp, progress or (lambda *_: None))
    with tempfile.TemporaryDirectory(dir=scratch, prefix="audit-") as folder:
        again = Store(Path(folder) / "again.sqlite", durable=False)
        try:
            found.run(path, again)
        finally:
            again.close()
    return found.report()


def rebuild(
    source: Store, target: Store, verify_many: VerifyMany, progress: Progress = lambda *_: None
) -> Iterator[Difference]:
    """Make the chain of `source` again in the empty `target` as far as it goes. Yields where it could not."""
    genesis = codec.decode(source.get("genesis") or b"", Genesis)
    target.keep(machine.begin(genesis))
    checked = Prechecked(verify_many)
    head = source.head()
    last: Cosigned | None = None
    prepared = 0
    for height in range(1, (head.height if head else 0) + 1):
        if not source.has_block(height):
            yield Difference(f"block {height}", "missing")
            return
        if height > prepared:
            prepared = _prepare(source, target, checked, height, head.height if head else 0)
            progress(height - 1, head.height if head else 0)
        block = Block(height, last.time if last else 0, source.block(height).envelopes)
        outcome = machine.execute(target, block, checked)
        wrong = [(raw, one) for raw, one in zip(block.envelopes, outcome.receipts, strict=True) if one.code != "ok"]
        if wrong:
            yield Difference(f"block {height}", "stops", wrong[0][1].code)
            return
        sealed = _sealed(source, target, genesis, outcome, checked)
        target.keep(outcome, sealed)
        last = sealed if sealed and sealed.quorate else last
    progress(head.height if head else 0, head.height if head else 0)


def _prepare(source: Store, target: Store, checked: Prechecked, height: int, end: int) -> int:
    envelopes: list[bytes] = []
    while height <= end and len(envelopes) < SHARE and source.has_block(height):
        envelopes += source.block(height).envelopes
        height += 1
    checked.prepare(target, envelopes)
    return height - 1


def _sealed(
    source: Store, target: Store, genesis: Genesis, outcome: machine.Outcome, checked: Prechecked
) -> Cosigned | None:
    height = outcome.block.height
    rows = source.rows("checkpoint", (height - 1,), 1)
    if not rows or rows[0][0] != height:
        return None
    try:
        offered = codec.decode(rows[0][-1], list[Cosignature])
    except Malformed:
        return None
    checkpoint = Checkpoint(genesis.origin, outcome.size, outcome.root, height)
    return gather(checkpoint, offered, machine.signers_at(target, height), checked)


class _Audit:
    def __init__(
        self,
        verify_many: VerifyMany,
        pinned: bytes | None,
        held: Sequence[str],
        check_stamp: StampCheck | None,
        progress: Progress,
    ) -> None:
        self._verify_many = verify_many
        self._pinned = pinned
        self._held = held
        self._check_stamp = check_stamp
        self._progress = progress
        self._differences: list[Difference] = []
        self._stamps = 0
        self._origin = ""
        self._head = (0, 0, b"")
        self._transactions = self._checkpoints = 0

    def report(self) -> Report:
        return Report(
            self._origin, *self._head, self._transactions, self._checkpoints, self._stamps, self._differences[:MOST]
        )

    def run(self, path: Path, again: Store) -> None:
        try:
            store = Store(path, read_only=True)
        except UNREADABLE as wrong:
            self._say("file", "unreadable", str(wrong))
            return
        try:
            with store.frozen():
                self._look(store, again)
        except UNREADABLE as wrong:
            self._say("file", "unreadable", str(wrong))
        finally:
            store.close()

    def _look(self, store: Store, again: Store) -> None:
        for ailment in store.ailments():
            self._say("file", "pages", ailment)
        if store.schema() != again.schema():
            self._say("file", "schema")
        whole = self._make_again(store, again)
        head = again.head()
        if head is None:
            return
        self._head = (head.height, head.size, head.root)
        self._origin = again.genesis().origin
        for table in ("block", "entry", "tile", "state", "undo", "checkpoint"):
            if whole or table in ("block", "entry", "checkpoint"):
                self._compare(table, _rows(store, table), _rows(again, table), None if whole else head.height)
        self._own_digests(store)
        self._transactions = sum(row[5] for row in _rows(again, "block"))
        self._checkpoints = sum(row[4] * 3 > row[5] * 2 for row in _rows(again, "checkpoint"))
        self._look_at_stamps(store, again, whole=whole)
        self._look_at_held(again)

    def _make_again(self, store: Store, again: Store) -> bool:
        """Whether it could be made again to its end."""
        try:
            stopped = list(rebuild(store, again, self._verify_many, self._progress))
        except Malformed:
            self._say("state genesis", "unreadable")
            return False
        self._differences += stopped
        if self._pinned is not None and again.genesis().digest() != self._pinned:
            self._say("state genesis", "genesis")
        return not stopped

    def _compare(
        self, table: str, stored: Iterator[tuple[Any, ...]], made: Iterator[tuple[Any, ...]], until: int | None
    ) -> None:
        """Walk both in the order of their keys. `until`: only what belongs to blocks up to there can be compared."""
        keys = KEYS.get(table, 1)
        have, should = next(stored, None), next(made, None)
        if table == "undo" and have is not None:
            # A file that was restored or went back keeps less than one that never did.
            while should is not None and should[0] < have[0]:
                should = next(made, None)
        while (have is not None or should is not None) and len(self._differences) < MOST:
            if should is None or (have is not None and have[:keys] < should[:keys]):
                assert have is not None
                if until is None or _height(table, have) <= until:
                    self._say(_place(table, have), "extra")
                have = next(stored, None)
            elif have is None or should[:keys] < have[:keys]:
                self._say(_place(table, should), "missing")
                should = next(made, None)
            else:
                for column, is_now, should_be in zip(TABLES[table], have, should, strict=True):
                    if is_now != should_be:
                        self._say(f"{_place(table, have)} {column}", "differs")
                have, should = next(stored, None), next(made, None)

    def _own_digests(self, store: Store) -> None:
        for table in ("stamp", "fact"):
            for row in _rows(store, table):
                if row_digest(row[:-1]) != row[-1]:
                    self._say(_place(table, row), "differs")

    def _look_at_stamps(self, store: Store, again: Store, *, whole: bool) -> None:
        if self._check_stamp is None:
            return
        for height, time, authority, token, _ in _rows(store, "stamp"):
            if not again.has_block(height):
                if whole:
                    self._say(f"stamp {height}", "extra")
                continue
            size, root = again.block_root(height)
            text = Checkpoint(self._origin, size, root, height).text()
            self._stamps += 1
            if self._check_stamp(text, token) != (time, authority):
                self._say(f"stamp {height}", "stamp")

    def _look_at_held(self, again: Store) -> None:
        for note in self._held:
            try:
                checkpoint, _ = read_note(note)
            except Malformed:
                self._say("held note", "unreadable")
                continue
            place = f"held note of height {checkpoint.height}"
            if not again.has_block(checkpoint.height):
                self._say(place, "missing")
            elif (checkpoint.origin, checkpoint.size, checkpoint.root) != (
                self._origin,
                *again.block_root(checkpoint.height),
            ):
                self._say(place, "differs")

    def _say(self, place: str, code: str, why: str = "") -> None:
        self._differences.append(Difference(place, code, why))


def _rows(store: Store, table: str) -> Iterator[tuple[Any, ...]]:
    rows = store.rows(table)
    while rows:
        yield from rows
        rows = store.rows(table, rows[-1])


def _height(table: str, row: tuple[Any, ...]) -> int:
    return row[2] if table == "entry" else row[0]


def _place(table: str, row: tuple[Any, ...]) -> str:
    if table == "tile":
        return f"tile {row[0] >> 48}/{row[0] & (1 << 48) - 1}"
    return f"{table} {' '.join(str(part) for part in row[: KEYS.get(table, 1)])}"
