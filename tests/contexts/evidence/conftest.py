"""A court with a real ledger node beside it: a process on a directory of its own, on a free port."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.apps.ledger.running import Node, copy_of, founded
from tests.harness import RunningCourt, running_court
from tests.journeys.cast import Cast


@pytest.fixture(scope="session")
def ledger_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founded(tmp_path_factory.mktemp("evidence-ledger") / "data")


@pytest.fixture(scope="module")
def node(ledger_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    running = Node(copy_of(ledger_template, tmp_path_factory.mktemp("node"))).start()
    yield running
    running.kill()


@pytest_asyncio.fixture
async def court(environment: dict[str, str], node: Node, tmp_path: Path) -> AsyncIterator[RunningCourt]:
    """The court has its own data; the ledger's directory of the node is its own too, as in an embedded court."""
    data = tmp_path / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "ledger").symlink_to(node.place / "ledger")
    async with running_court(environment) as running:
        yield running


@pytest_asyncio.fixture
async def cast(court: RunningCourt) -> Cast:
    return await Cast(court).enter()
