"""A town for the journeys in a browser: one court of processes and one Chromium for a file of tests."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.journeys.browser import Town, town


@pytest.fixture(scope="module")
def court_database(server_dsn: str, template_database: str) -> Iterator[str]:
    """The address of a fresh, migrated, empty database for all tests of a file."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_database}" STRATEGY FILE_COPY')
    yield make_conninfo(server_dsn, dbname=name)
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def a_town(court_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A court in which nothing has happened yet."""
    with town(tmp_path_factory.mktemp("court"), court_database) as made:
        yield made
