"""A court that takes uploads, and two people at it."""

import pytest
from tests.platform.uploads.asking import START
from tests.platform.uploads.court import Place, opened

from tianping.kit.clock import SettableClock
from tianping.platform.uploads.model import Limits


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture
async def court(environment: dict[str, str], clock: SettableClock):
    async with opened(environment, clock=clock, limits=Limits(quota=3 << 20, size=2 << 20, unfinished=5)) as here:
        yield here


@pytest.fixture
async def alice(court: Place):
    async with court.client("alice") as client:
        yield client


@pytest.fixture
async def bob(court: Place):
    async with court.client("bob") as client:
        yield client
