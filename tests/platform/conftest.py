"""A platform desk on a real database, acting as the payments context would."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tianping.platform.database import Database
from tianping.platform.events import Jobs, Journal, Reactions
from tianping.platform.keyring import FileKeys, Keyring


@dataclass
class Ground:
    database: Database
    house: Database
    keyring: Keyring
    jobs: Jobs
    journal: Journal
    reactions: Reactions


@pytest.fixture
async def ground(dsn, tmp_path) -> AsyncIterator[Ground]:
    keyring = Keyring(FileKeys(tmp_path / "keys"))
    database, house = Database(dsn, "payments", keyring), Database(dsn, "platform", keyring)
    jobs = Jobs(dsn)
    for thing in (database, house):
        await thing.open()
    await jobs.app.open_async()
    yield Ground(database, house, keyring, jobs, Journal(jobs), Reactions(jobs, house))
    await jobs.app.close_async()
    for thing in (database, house):
        await thing.close()
