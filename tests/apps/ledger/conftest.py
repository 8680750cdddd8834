"""One founded ledger for all tests here, with an application admitted to it; each test file gets a node on a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.apps.ledger.running import Node, admit, certified, copy_of, founded

from tianping.engines.ledger.home import Home


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a ledger, on which the application `shop` may deposit works and contracts."""
    place = founded(tmp_path_factory.mktemp("ledger") / "data")
    papers = certified(Home(place), place / "shop", "shop")
    admit(place, papers, "shop", "works", "contract")
    return place


@pytest.fixture(scope="module")
def node(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    running = Node(copy_of(template, tmp_path_factory.mktemp("node"))).start()
    yield running
    running.kill()
