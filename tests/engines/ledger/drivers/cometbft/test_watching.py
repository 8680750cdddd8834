"""What a node says of itself beside its peers, look by look; the engine is a script of what it would answer."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tianping.engines.ledger.drivers.cometbft.homes import Home, NodeSettings
from tianping.engines.ledger.drivers.cometbft.node import Node, NodeState, Watch

SETTINGS = NodeSettings(name="a", chain_id="c", p2p="127.0.0.1:1", rpc="127.0.0.1:2", peers=("x@h:1",))


class Scripted:
    """An engine and an application at once: each look goes on to the next (own height, height that a peer decides)."""

    pid = None

    def __init__(self, looks):
        self.looks, self.height, self.rpc = iter(looks), 0, self
        self.over = asyncio.Event()
        self.said: list[NodeState] = []
        self.node: Any = None

    async def until_ready(self):
        pass

    async def status(self):
        return SimpleNamespace(catching_up=False)

    async def peer_heights(self):
        if self.node is not None:
            self.said.append(self.node.state)
        step = next(self.looks, None)
        if step is None:
            self.over.set()
            await asyncio.Event().wait()
            raise AssertionError
        self.height, deciding = step
        return {"x": deciding}


async def said_at(place: Path, looks: list[tuple[int, int]]) -> list[NodeState]:
    """The state after each look."""
    home = Home(place).prepare()
    home.write_settings(SETTINGS)
    script: Any = Scripted(looks)
    node = Node(home, script, Path("/nonexistent"), watch=Watch(every_s=0, stuck_after_s=1000))
    node.engine, script.node = script, node
    watching = asyncio.create_task(node._watching())
    await script.over.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return script.said[1:]


@pytest.mark.parametrize(
    ("looks", "said"),
    [
        # A block that the peers have and we are just executing is no lag: a look falls into that moment again and again.
        ([(4, 5), (4, 6), (5, 7), (6, 8)], "ready ready ready ready"),
        ([(4, 5), (4, 6), (4, 6), (4, 6), (5, 6)], "ready ready behind behind ready"),
        ([(4, 9), (6, 9), (8, 9)], "ready behind ready"),
        ([(0, 5), (0, 5)], "ready behind"),
    ],
)
async def test_behind_is_who_has_not_what_the_others_had_a_look_ago(tmp_path, looks, said):
    assert [state.value for state in await said_at(tmp_path, looks)] == said.split()
