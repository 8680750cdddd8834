"""Server, engine, node and consortium together, with the tiny application: four members, real engines, kill -9."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.engines.ledger.drivers.cometbft import tiny
from tests.engines.ledger.drivers.cometbft.networks import kill, network, running, until, until_still

from tianping.engines.ledger.drivers.cometbft.engine import GARBAGE_AT_PERCENT, Running
from tianping.engines.ledger.drivers.cometbft.homes import Home
from tianping.engines.ledger.drivers.cometbft.rpc import EngineRpc

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
MEMBERS = ("m1", "m2", "m3", "m4")


def found(consortium):
    powers = dict.fromkeys(MEMBERS, 10)
    command = [sys.executable, tiny.__file__]
    consortium.found("test", powers, {"tiny": lambda _: {"words": []}}, command, datetime.now(UTC))


def words(consortium, name):
    return tiny.kept(consortium.home(name))[1]


async def say(consortium, word, by="m1", at=MEMBERS):
    """Hand a word in at one member and wait until it is kept by those named."""
    async with EngineRpc(consortium.home(by).settings.rpc) as rpc:
        assert (await rpc.broadcast_tx_sync(word.encode())).code == 0
    await until(lambda: all(word in words(consortium, name) for name in at), f"{word} kept by {at}")


async def _peers(rpc, count):
    return len(await rpc.peers()) == count


async def test_words_are_committed_with_everybodys_extensions_and_no_endless_blocks(tmp_path, program):
    with network(tmp_path / "n", found) as consortium:
        for number in range(3):
            await say(consortium, f"w{number}", by=MEMBERS[number])
        async with EngineRpc(consortium.home("m1").settings.rpc) as rpc:
            assert (await rpc.broadcast_tx_sync(b"bad")).code == 1
            assert (await rpc.broadcast_tx_sync(b"w0")).known
            assert len(await rpc.validators()) == 4
            await until(lambda: _peers(rpc, 3), "everybody is connected")
            await until(
                lambda: len({tuple(tiny.kept(home)[2]) for home in consortium.homes().values()}) == 1,
                "the same last block everywhere",
            )
            # The last block only carries extensions: it changes no root, so no further one follows.
            await until_still(lambda: _height(rpc))
            signed = [line.split() for line in tiny.kept(consortium.home("m3"))[2]]
            assert len(signed) >= 3
            assert len({root for _, root in signed}) == 1
        _, engine = running(consortium.home("m1"))
        given = Path(f"/proc/{engine}/environ").read_bytes().split(b"\0")
        assert f"GOGC={os.environ.get('GOGC', GARBAGE_AT_PERCENT)}".encode() in given


async def _height(rpc):
    return (await rpc.status()).height


async def test_a_killed_engine_and_a_killed_node_come_back_without_loss(tmp_path, program):
    with network(tmp_path / "n", found) as consortium:
        await say(consortium, "before")
        home = consortium.home("m2")
        node, engine = running(home)
        kill(engine)
        await say(consortium, "without-engine")
        assert running(home)[0] == node
        assert running(home)[1] != engine
        node, left_alone = running(home)[0], Running.read(home.run / "engine.json")
        kill(node)
        await until(lambda: Running.read(home.run / "node.json").process(), "the node runs again")
        await say(consortium, "without-node")
        assert running(home)[0] != node
        # Two engines of one key would sign twice: the old one is gone before the new one begins.
        assert left_alone.process() is None
        assert words(consortium, "m2") == ["before", "without-engine", "without-node"]


async def test_the_nodes_outlive_their_watcher_and_the_next_one_takes_them_over(tmp_path, program):
    with network(tmp_path / "n", found) as consortium:
        watcher = Running.read(consortium.place / "run" / "watcher.json")
        before = {name: running(home) for name, home in consortium.homes().items()}
        kill(watcher.pid)
        await until(lambda: not consortium.watched, "the watcher is gone")
        await say(consortium, "unwatched")
        consortium.up()
        assert consortium.watched
        assert {name: running(home) for name, home in consortium.homes().items()} == before
        kill(before["m4"][0])
        await until(lambda: running(consortium.home("m4"))[0] != before["m4"][0], "the new watcher restarts a node")
        await say(consortium, "watched")
        consortium.stop()
        assert not any(one.alive for one in consortium.status().members)


async def test_everything_killed_at_once_keeps_what_was_committed(tmp_path, program):
    with network(tmp_path / "n", found) as consortium:
        await say(consortium, "kept")
        pids = [Running.read(consortium.place / "run" / "watcher.json").pid]
        pids += [pid for home in consortium.homes().values() for pid in running(home)]
        for pid in pids:
            kill(pid)
        consortium.up()
        await say(consortium, "after")
        for name in MEMBERS:
            assert words(consortium, name) == ["kept", "after"]


async def test_a_home_is_run_by_one_process_only(tmp_path, program):
    with network(tmp_path / "n", found) as consortium:
        second = consortium.start_node("m1")
        assert second.wait(30) != 0
        assert "NodeHomeTaken" in consortium.node_log("m1").read_text()
        await say(consortium, "still")


async def test_two_down_halt_and_the_third_brings_it_back(tmp_path, program):
    with network(tmp_path / "n", found) as consortium:
        await say(consortium, "four")
        kill(Running.read(consortium.place / "run" / "watcher.json").pid)
        for name in ("m3", "m4"):
            for pid in running(consortium.home(name)):
                kill(pid)
        async with EngineRpc(consortium.home("m1").settings.rpc) as rpc:
            assert (await rpc.broadcast_tx_sync(b"two")).code == 0
            height = (await rpc.status()).height
            assert "two" not in words(consortium, "m1")
            assert (await rpc.status()).height == height
            third = consortium.start_node("m3")
            await until(lambda: "two" in words(consortium, "m1"), "three of four decide")
            await until(lambda: "two" in words(consortium, "m3"), "the third has it too")
        third.terminate()
        third.wait(30)


def test_status_of_nothing_says_what_to_do(tmp_path):
    from tianping.engines.ledger.drivers.cometbft.consortium import Consortium
    from tianping.engines.ledger.drivers.cometbft.problems import NoConsortium

    with pytest.raises(NoConsortium, match="consortium up"):
        Consortium(tmp_path).status()
    assert Home(tmp_path).run == tmp_path / "run"
