"""A witness of a chain that behaves, of one that is forked, and of sources that lie or fall silent."""

import os
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.engines.ledger.cast import HeldKey, cast, member_of, verify
from tests.engines.ledger.test_anchors import WORKS, Foreign, proven
from tests.engines.ledger.test_store import begun, deposit, next_block
from tests.engines.ledger.world import item

from tianping.engines.ledger import checkpoints, machine
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.model import Standing
from tianping.engines.ledger.transactions.following import ProvenChange
from tianping.engines.ledger.transactions.membership import ChangeMember
from tianping.engines.ledger.witness import Alarm, AlarmKind, Seen, StoreSource, Witness

OWN = HeldKey("notary")


class Shown:
    """A source that shows a chain as a test wants it: `note` and `path` in place of the true ones."""

    def __init__(self, chain: Foreign) -> None:
        self.chain = chain
        self.shown: str | None = None
        self.path: Any = None
        self.known: list[ProvenChange] = []
        self.hidden = False
        self.keys: dict[str, Any] = {}

    async def note(self) -> str:
        if self.shown == "":
            raise ConnectionRefusedError
        return self.shown or self.chain.note(keys=self.keys)

    async def consistency(self, old: int, new: int) -> list[bytes]:
        if self.path is not None:
            return self.path
        if new > len(self.chain.leaves):
            raise LookupError
        assert new == len(self.chain.leaves)
        return self.chain.growth(old)

    async def changes(self, old: int, new: int) -> list[ProvenChange]:
        return [] if self.hidden else [one for one in self.known if old <= one.index < new]


@pytest.fixture
def works() -> Foreign:
    chain = Foreign()
    chain.grow(*[chain.deposit(f"first-{n}", items=[item(f"{n}")]) for n in range(5)])
    return chain


@pytest.fixture
def source(works: Foreign) -> Shown:
    return Shown(works)


def witness(tmp_path: Path, source: Any, **more: Any) -> Witness:
    clock = iter(range(5_000, 9_000_000, 1000))
    return Witness(tmp_path / "seen", WORKS.genesis, "notary", OWN, verify, source, now=lambda: next(clock), **more)


def own_line(tmp_path: Path) -> tuple[checkpoints.Checkpoint, checkpoints.Cosignature]:
    at, lines = checkpoints.read_note((tmp_path / "seen" / "cosigned.note").read_text())
    return at, lines[-1]


async def test_growth_is_seen_and_co_signed(tmp_path: Path, works: Foreign, source: Shown) -> None:
    one = witness(tmp_path, source)
    assert [await one.look(), await one.look()] == [Seen.FIRST, Seen.SAME]
    for _ in range(3):
        works.grow(works.deposit(), works.deposit())
        assert await one.look() == Seen.GROWN
        at, line = own_line(tmp_path)
        assert (at.size, line.member) == (len(works.leaves), "notary")
        assert verify(OWN.certificate.public_key, checkpoints.cosigned_message(at.text(), line.time), line.signature)
    works.block([])
    assert await one.look() == Seen.SAME
    assert own_line(tmp_path)[0].height == works.height
    # Begun again, it goes on where it was.
    again = witness(tmp_path, source)
    assert again.last == one.last
    works.grow(works.deposit())
    assert await again.look() == Seen.GROWN
    assert again.last.signed_at >= one.last.signed_at


def forked(works: Foreign, *, drop: int = 1) -> Foreign:
    """The same members sign another history from the entry before the last on."""
    other = Foreign()
    other.leaves = [*works.leaves[:-drop], b"another" * 5, *works.leaves[len(works.leaves) - drop + 1 :]]
    other.height = works.height
    return other


async def test_a_fork_at_one_size(tmp_path: Path, works: Foreign, source: Shown) -> None:
    told: list[Alarm] = []

    async def raised(alarm: Alarm) -> None:
        told.append(alarm)

    one = witness(tmp_path, source, raised=raised)
    source.shown = before = works.note()
    assert await one.look() == Seen.FIRST
    signed = own_line(tmp_path)
    source.shown = after = forked(works).note()
    assert await one.look() == Seen.ALARM
    [alarm] = told
    assert (alarm.kind, alarm.before, alarm.after) == (AlarmKind.FORK, before, after)
    assert alarm.signed_both == ["court-a", "court-b", "court-c", "court-d"]
    [path] = (tmp_path / "seen").glob("alarm-*.json")
    assert msgspec.json.decode(path.read_bytes(), type=Alarm) == alarm
    # Nothing more is signed, not by a new process either, until somebody looked.
    works.grow(works.deposit())
    source.shown = None
    again = witness(tmp_path, source, raised=raised)
    assert [await one.look(), await again.look()] == [Seen.ALARM, Seen.ALARM]
    assert own_line(tmp_path) == signed
    again.acknowledge()
    assert await again.look() == Seen.GROWN
    assert (len(told), path.exists()) == (1, True)


@pytest.mark.parametrize("case", ["grown", "higher and smaller", "one height", "lower and larger", "shrunk by a block"])
async def test_forks_of_other_sizes(tmp_path: Path, works: Foreign, source: Shown, case: str) -> None:
    works.grow(works.deposit())
    one = witness(tmp_path, source)
    assert await one.look() == Seen.FIRST
    other = forked(works, drop=3)
    source.chain = other
    if case == "grown":
        other.height += 1
        other.leaves.append(b"more")
    elif case == "higher and smaller":
        other.height += 1
        del other.leaves[-1]
    elif case == "one height":
        other.leaves.append(b"more")
    elif case == "lower and larger":
        other.height -= 1
        other.leaves.append(b"more")
    else:
        other.height -= 1
        del other.leaves[-1]
        source.path = [b"x" * 32]
    assert await one.look() == Seen.ALARM
    kind = AlarmKind.GROWTH_NOT_SHOWN if case in ("grown", "shrunk by a block") else AlarmKind.FORK
    assert one.last.alarm.kind == kind


async def test_what_proves_nothing(tmp_path: Path, works: Foreign, source: Shown) -> None:
    one = witness(tmp_path, source)
    source.shown = works.note("court-a", "court-b")
    assert await one.look() == Seen.UNPROVEN
    source.shown = "no note"
    assert await one.look() == Seen.UNPROVEN
    source.shown = ""
    assert await one.look() == Seen.UNREACHABLE
    source.shown = works.note().replace("court.test/works", "court.test/other")
    assert await one.look() == Seen.UNPROVEN
    assert one.last is None
    source.shown = None
    assert await one.look() == Seen.FIRST
    # A forked note that no quorum signed accuses nobody.
    source.shown = forked(works).note("court-a", "court-b")
    assert await one.look() == Seen.UNPROVEN
    assert list((tmp_path / "seen").glob("alarm*")) == []


async def test_a_source_that_lags(tmp_path: Path, works: Foreign, source: Shown) -> None:
    one = witness(tmp_path, source)
    early = works.note()
    works.grow(works.deposit())
    assert await one.look() == Seen.FIRST
    source.shown = early
    assert await one.look() == Seen.BEHIND
    lagging = Foreign()
    lagging.leaves, lagging.height = works.leaves[:5], 1
    source.chain, source.shown = lagging, early
    assert await one.look() == Seen.BEHIND


async def test_growth_that_is_not_shown(tmp_path: Path, works: Foreign, source: Shown) -> None:
    one = witness(tmp_path, source)
    assert await one.look() == Seen.FIRST
    works.grow(works.deposit())
    source.path = []
    assert await one.look() == Seen.ALARM
    assert one.last.alarm.kind == AlarmKind.GROWTH_NOT_SHOWN


async def test_members_that_change(tmp_path: Path, works: Foreign, source: Shown) -> None:
    one = witness(tmp_path, source)
    assert await one.look() == Seen.FIRST
    new = {name: HeldKey(name) for name in ("court-e", "court-f")}
    gone = [msgspec.structs.replace(member, power=0, standing=Standing.REMOVED) for member in WORKS.genesis.members[:2]]
    signing = [*works.nodes, *new.values()]
    acts = [
        works.made("member.change", ChangeMember(member_of(name, key)), *works.nodes, author="court-a")
        for name, key in new.items()
    ]
    acts.append(works.made("member.change", ChangeMember(gone[0]), *signing, author="court-a"))
    acts.append(works.made("member.change", ChangeMember(gone[1]), *signing[1:], author="court-b"))
    at = [works.grow(act) - 1 for act in acts]
    source.keys = new

    def know() -> None:
        source.known = [proven(works, act, index) for act, index in zip(acts, at, strict=True)]

    # Kept from the witness while the old ones still sign, found from the beginning once they do not.
    source.hidden = True
    know()
    source.shown = works.note("court-a", "court-b", "court-c", "court-d", height=4)
    assert await one.look() == Seen.GROWN
    source.shown = None
    works.block([])
    works.block([])
    works.grow(works.deposit())
    know()
    assert await one.look() == Seen.UNPROVEN
    source.hidden = False
    assert await one.look() == Seen.GROWN
    works.grow(works.deposit())
    know()
    source.hidden = True
    assert await one.look() == Seen.GROWN
    late = Witness(tmp_path / "late", WORKS.genesis, "late", OWN, verify, source)
    assert await late.look() == Seen.UNPROVEN
    source.hidden = False
    assert await late.look() == Seen.FIRST


async def test_a_store_as_source(tmp_path: Path) -> None:
    kept = begun(tmp_path / "works.sqlite")
    one = Witness(tmp_path / "seen", kept.genesis(), "notary", OWN, verify, StoreSource(kept))
    assert await one.look() == Seen.UNREACHABLE
    for height in range(4):
        next_block(kept, deposit(f"d{height}", 100))
        assert await one.look() == (Seen.GROWN if height else Seen.FIRST)
    kept.rollback(3)
    assert await one.look() == Seen.BEHIND
    next_block(kept, deposit("other", 100))
    assert await one.look() == Seen.ALARM
    assert one.last.alarm.kind == AlarmKind.FORK
    assert machine.members(kept)


async def test_folders_are_one_chains(tmp_path: Path, source: Shown) -> None:
    await witness(tmp_path, source).look()
    with pytest.raises(Malformed):
        Witness(tmp_path / "seen", cast().genesis, "notary", OWN, verify, source)
    (tmp_path / "seen" / "witnessed.json").write_text("{")
    with pytest.raises(Malformed):
        witness(tmp_path, source)


def test_killed_while_it_writes(tmp_path: Path, works: Foreign) -> None:
    """Whatever it has shown under its name it also remembers: killed at any file operation, it never signs a fork."""
    import asyncio

    source = Shown(works)
    asyncio.run(witness(tmp_path, source).look())
    names = ("witnessed.json", "cosigned.note")
    before = {name: (tmp_path / "seen" / name).read_bytes() for name in names}
    works.grow(works.deposit())
    source.shown = grown = works.note()
    outcomes = set()
    for step in range(12):
        for path in (tmp_path / "seen").iterdir():
            if path.suffix == ".writing":
                path.unlink()
        for name, content in before.items():
            (tmp_path / "seen" / name).write_bytes(content)
        child = os.fork()
        if child == 0:
            _dies_at(step)
            asyncio.run(witness(tmp_path, source).look())
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        after = witness(tmp_path, source)
        shown = own_line(tmp_path)[0].size
        assert shown <= after.last.size
        assert after.last.note in (grown, msgspec.json.decode(before["witnessed.json"])["note"])
        outcomes.add((status == -signal.SIGKILL, after.last.note == grown))
        if status == 0:
            break
    assert outcomes >= {(True, False), (True, True), (False, True)}


def _dies_at(step: int) -> None:
    left = step

    def counted(real):
        def call(*given, **named):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    os.fsync = counted(os.fsync)
    Path.replace = counted(Path.replace)
    Path.open = counted(Path.open)
