"""A store that dies at any moment: afterwards there is the block as a whole or nothing of it, and it goes on."""

import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engines.ledger.cast import verify
from tests.engines.ledger.test_store import begun, content, deposit, next_block

from tianping.engines.ledger import machine
from tianping.engines.ledger.checkpoints import Cosigned
from tianping.engines.ledger.model import Block, Outcome
from tianping.engines.ledger.store import Store


class Scene:
    """A chain of three blocks, the fourth ready to be kept; what the file holds before and after."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "base.sqlite"
        kept = begun(self.path)
        for height in range(3):
            next_block(kept, deposit(f"d{height}", 90))
        self.before = content(kept)
        kept.close()
        after = self.copy("after")
        self.outcome: Outcome = machine.execute(after, Block(4, 9, [deposit("last", 3), deposit("more")]), verify)
        last = after.checkpoint()
        assert last is not None
        at = last.checkpoint.__class__(last.checkpoint.origin, self.outcome.size, self.outcome.root, 4)
        self.cosigned = Cosigned(at, last.cosignatures, last.time, last.power, last.total)
        after.keep(self.outcome, self.cosigned)
        self.after = content(after)
        after.close()

    def copy(self, name: str, of: str = "base") -> Store:
        shutil.copy(self.folder / f"{of}.sqlite", self.folder / f"{name}.sqlite")
        return Store(self.folder / f"{name}.sqlite")

    def goes_on(self, kept: Store) -> bool:
        """Whether the block is there; nothing in between, and keeping it comes to the same in both cases."""
        found = content(kept)
        assert found in (self.before, self.after)
        assert kept.ailments() == []
        if found == self.before:
            kept.keep(self.outcome, self.cosigned)
            assert content(kept) == self.after
        return found == self.after


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def dies(path: Path, act: Callable[[Store], None], at: int) -> bool:
    """Do it in a child process that is killed before its statement `at`. False where it came to its end."""
    child = os.fork()
    if child == 0:
        left = at

        def count(_: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        kept = Store(path)
        kept._db.set_trace_callback(count)
        act(kept)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_killed_before_every_statement_of_a_block(scene: Scene) -> None:
    step, there = 0, []
    while True:
        scene.copy("dying").close()
        killed = dies(scene.folder / "dying.sqlite", lambda kept: kept.keep(scene.outcome, scene.cosigned), step)
        kept = Store(scene.folder / "dying.sqlite")
        there.append(scene.goes_on(kept))
        kept.close()
        if not killed:
            break
        step += 1
    assert step > 20
    # Only what came to its end is there; nothing is acknowledged before.
    assert there == [False] * step + [True]


def test_killed_before_every_statement_of_going_back(scene: Scene) -> None:
    step = 0
    while True:
        scene.copy("dying", "after").close()
        killed = dies(scene.folder / "dying.sqlite", lambda kept: kept.rollback(3), step)
        kept = Store(scene.folder / "dying.sqlite")
        assert content(kept) == (scene.after if killed else scene.before)
        kept.rollback(3)
        assert content(kept) == scene.before
        kept.close()
        if not killed:
            break
        step += 1
    assert step > 10


def test_the_power_goes_while_the_block_is_written(scene: Scene) -> None:
    """Whatever part of the write-ahead log reached the disk, cut anywhere or with torn bytes at its end."""
    kept = scene.copy("source")
    kept._db.execute("pragma wal_autocheckpoint = 0")
    kept.keep(scene.outcome, scene.cosigned)
    base = (scene.folder / "source.sqlite").read_bytes()
    log = (scene.folder / "source.sqlite-wal").read_bytes()
    kept.close()
    frame = 24 + 4096
    frames = (len(log) - 32) // frame
    assert frames > 5
    chance = random.Random(4)
    ends = {32 + frame * n + off for n in range(frames + 1) for off in (-1, 0, 1, 24, chance.randrange(frame))}
    there = []
    for end in sorted(end for end in ends if 0 <= end <= len(log)):
        torn = chance.randbytes(min(200, end))
        for written in (log[:end], log[:end] + bytes(len(log) - end), log[: end - len(torn)] + torn):
            for leftover in scene.folder.glob("torn.sqlite*"):
                leftover.unlink()
            (scene.folder / "torn.sqlite").write_bytes(base)
            (scene.folder / "torn.sqlite-wal").write_bytes(written)
            opened = Store(scene.folder / "torn.sqlite")
            there.append((written == log, scene.goes_on(opened)))
            opened.close()
    assert (True, True) in there
    assert not any(found for whole, found in there if not whole)
