import pytest

from tianping.engines.ledger.drivers.cometbft.binary import engine_program
from tianping.engines.ledger.drivers.cometbft.problems import GoMissing


@pytest.fixture(scope="session")
def program():
    """The engine's program, built if need be; tests that want a real network skip by name where it cannot be built."""
    try:
        return engine_program()
    except GoMissing as missing:
        pytest.skip(f"a real network needs Go or TIANPING_COMETBFT: {missing}")
