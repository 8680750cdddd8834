"""The four members of each test."""

import pytest
from tests.engines.ledger.drivers.cometbft.application.simulated import Simulated


@pytest.fixture
def net(tmp_path):
    made = Simulated(tmp_path)
    yield made
    made.verifying.close()
    for application in made.applications.values():
        application.store.close()
