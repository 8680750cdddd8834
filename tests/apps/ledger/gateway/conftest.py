"""A platform whose key the node knows."""

import pytest
from tests.apps.ledger.running import Node, key_of
from tianping_client import Key


@pytest.fixture
def shop(node: Node) -> Key:
    return key_of(node.place / "shop", "shop")
