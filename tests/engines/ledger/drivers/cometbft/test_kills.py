"""kill -9 of members while they deposit: what a client was told is acknowledged is there, everywhere, with its proof.

The clients' own journals are compared with the members' logs, not with anything that a server says of itself.
"""

import asyncio
import json
import sys
from contextlib import contextmanager

import pytest
from tests.engines.ledger.cast import cast, verify
from tests.engines.ledger.drivers.cometbft import member
from tests.engines.ledger.drivers.cometbft.ledgers import found
from tests.engines.ledger.drivers.cometbft.networks import kill, running, until

from tianping.engines.ledger import machine
from tianping.engines.ledger.checkpoints import gather, read_note
from tianping.engines.ledger.drivers.cometbft.engine import Running
from tianping.engines.ledger.merkle import consistent
from tianping.engines.ledger.numbers import number_of
from tianping.engines.ledger.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@contextmanager
def depositing(place):
    """Four members in processes of their own, all depositing."""
    people = cast(nodes=4)
    consortium = found(place, people, command=(sys.executable, member.__file__))
    member.write_keys(place, people)
    try:
        consortium.up()
        yield consortium
    finally:
        consortium.stop()


def journal(home):
    """Acknowledgements in a member's journal; a line that the kill cut off is not one."""
    place = home.place / "journal.jsonl"
    lines = place.read_text().split("\n")[:-1] if place.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}")]


async def more(consortium, names, count=4):
    """Wait until each of those named has acknowledged some more."""
    before = {name: len(journal(consortium.home(name))) for name in names}
    await until(
        lambda: all(len(journal(consortium.home(name))) >= before[name] + count for name in names),
        f"{count} more acknowledgements by {names}",
    )


async def quiet_and_even(consortium):
    """Let no more be deposited, and wait until every member has the same log."""
    (consortium.place / "quiet").touch()
    stores = {}

    def heads():
        for name, home in consortium.homes().items():
            if name not in stores and (home.place / "ledger.db").exists():
                stores[name] = Store(home.place / "ledger.db", read_only=True)
        found = {name: store.head() for name, store in stores.items()}
        last = next(iter(found.values()))
        checkpoint = next(iter(stores.values())).checkpoint()
        settled = checkpoint is not None and checkpoint.checkpoint.size == last.size
        return stores if settled and len(found) == 4 and len(set(found.values())) == 1 else None

    return await until(heads, "the same log everywhere")


def nothing_is_lost(consortium, stores):
    """Each journaled acknowledgement: quorum of right co-signatures, a prefix of today's log, the entry in its place, and the
    number that was given out the one that every member's record gives. How many, and how many of them were early.
    """
    count = early = 0
    for home in consortium.homes().values():
        for told in journal(home):
            checkpoint, cosignatures = read_note(told["note"])
            for store in stores.values():
                entry = store.entry(told["index"])
                assert machine.read_envelope(entry.envelope)[1].ref == told["ref"]
                covering = store.checkpoint_covering(told["index"] + 1)
                assert str(number_of("works", covering.time, told["index"])) == told["number"]
            members = machine.signers_at(store, checkpoint.height)
            assert gather(checkpoint, cosignatures, members, verify).quorate
            size, root = store.head().size, store.head().root
            path = store.consistency(checkpoint.size, size)
            assert consistent(checkpoint.size, size, checkpoint.root, root, path)
            assert told["index"] < checkpoint.size
            count += 1
            early += told["early"]
    return count, early


async def test_each_member_is_killed_in_turn(tmp_path, program):
    with depositing(tmp_path / "n") as consortium:
        names = list(consortium.homes())
        await more(consortium, names)
        for name in names:
            node, engine = running(consortium.home(name))
            kill(node)
            kill(engine)
            await more(consortium, [other for other in names if other != name])
            await more(consortium, [name], count=2)
        stores = await quiet_and_even(consortium)
        count, early = nothing_is_lost(consortium, stores)
        assert count > 50
        assert early > count / 2


async def test_all_members_are_killed_at_once_again_and_again(tmp_path, program):
    with depositing(tmp_path / "n") as consortium:
        names = list(consortium.homes())
        for _ in range(3):
            await more(consortium, names, count=3)
            pids = [Running.read(consortium.place / "run" / "watcher.json").pid]
            for pid in [*pids, *(pid for home in consortium.homes().values() for pid in running(home))]:
                kill(pid)
            consortium.up()
        await more(consortium, names, count=3)
        stores = await quiet_and_even(consortium)
        count, early = nothing_is_lost(consortium, stores)
        assert count > 30
        assert early > count / 2


async def test_two_of_four_are_down_and_nothing_is_acknowledged_until_one_is_back(tmp_path, program):
    with depositing(tmp_path / "n") as consortium:
        await more(consortium, list(consortium.homes()))
        kill(Running.read(consortium.place / "run" / "watcher.json").pid)
        for name in ("court-c", "court-d"):
            for pid in running(consortium.home(name)):
                kill(pid)
        store = Store(consortium.home("court-a").place / "ledger.db", read_only=True)
        # What was decided before the second kill may still be on its way.
        head = None
        while head != store.head():
            head = store.head()
            await asyncio.sleep(2)
        told = len(journal(consortium.home("court-a")))
        await asyncio.sleep(3)
        assert store.head() == head
        assert len(journal(consortium.home("court-a"))) == told
        consortium.up()
        await more(consortium, list(consortium.homes()))
        assert nothing_is_lost(consortium, await quiet_and_even(consortium))[0] > 20
