"""The disk of one member is full: the others go on, nothing acknowledged is lost, and with room it follows again."""

import os
import subprocess
from contextlib import contextmanager

import pytest
from tests.engines.ledger.depositor import deposit
from tests.engines.ledger.drivers.cometbft.ledgers import ledgers
from tests.engines.ledger.drivers.cometbft.networks import until

from tianping.engines.ledger.drivers.base import StorageFailed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
OTHERS = ("court-a", "court-b", "court-c")


@contextmanager
def small_disk(place, megabytes):
    """A file system of its own in memory, of so many MiB; skips where we may not mount one."""
    place.mkdir(parents=True)
    size = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs"]
    if os.geteuid() != 0 or subprocess.run(["mount", *size, place], capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root with the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


async def test_a_full_disk_stops_one_member_and_room_brings_it_back(tmp_path, program):
    with small_disk(tmp_path / "n" / "court-d", 64):
        async with ledgers(tmp_path / "n", program) as net:
            await net.deposit("before")
            await net.even()
            filling = net.consortium.home("court-d").place / "filling"
            with filling.open("wb") as file, pytest.raises(OSError, match="No space"):
                while True:
                    file.write(b"\0" * (1 << 20))
                    file.flush()
            late = net.drivers["court-d"]
            number, before = 0, late.store.head().height
            while late.failing is None and late.node.restarts == 0:
                await net.deposit(f"r{number}", by=OTHERS[number % 3])
                number += 1
                assert number < 200
            for more in range(3):
                await net.deposit(f"without-{more}", by=OTHERS[more])
            assert (await net.even(*OTHERS)).size == number + 4
            assert late.store.head().height >= before
            filling.unlink()
            await net.deposit("room", by="court-a")
            assert (await net.even()).size == number + 5

            async def takes():
                try:
                    [answer] = await late.submit([deposit("own", net.people.platform)])
                except StorageFailed:
                    return False
                return answer.quorum.quorate

            await until(takes, "it takes deposits again")


async def test_a_failing_store_is_said_and_the_node_begins_again(tmp_path, program):
    """SQLite's own refusal to grow, so that only the ledger's file is hit and not the engine's."""
    async with ledgers(tmp_path, program) as net:
        await net.deposit("before")
        late = net.drivers["court-d"]
        [pages] = late.store._db.execute("pragma page_count").fetchone()
        late.store._db.execute(f"pragma max_page_count = {pages + 1}")
        number = 0
        while late.failing is None:
            await net.drivers["court-a"].submit(
                [deposit(f"r{number}-{more}", net.people.platform) for more in range(20)]
            )
            number += 1
            assert number < 60
        with pytest.raises(StorageFailed) as said:
            await net.deposit("refused", by="court-d")
        assert said.value.status == 507
        late.store._db.execute("pragma max_page_count = 1000000")
        await net.deposit("after", by="court-b")
        assert (await net.even()).size == 20 * number + 2
        assert late.failing is None
