"""A real PostgreSQL for all tests; a fresh migrated database for each test that asks for one."""

import os
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tianping.platform.migrations import migrate


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost seconds a test otherwise. Courts in processes of their own keep the real cost."""
    quick = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("tianping.contexts.identity.wiring.PasswordHasher", quick)


@pytest.fixture(scope="session")
def server_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this test run, or the one that TIANPING_TEST_DSN names."""
    given = os.environ.get("TIANPING_TEST_DSN")
    if given:
        yield given
        return
    from tianping.platform.supervisor import embedded_postgres

    with embedded_postgres(tmp_path_factory.mktemp("postgres"), durable=False) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def template_database(server_dsn: str) -> Iterator[str]:
    """The name of a migrated database that tests are copied from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    migrate(make_conninfo(server_dsn, dbname=name))
    yield name
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def dsn(server_dsn: str, template_database: str) -> Iterator[str]:
    """The address of a fresh, migrated, empty court database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_database}" STRATEGY FILE_COPY')
    yield make_conninfo(server_dsn, dbname=name)
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def environment(dsn: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a court process on the fresh database."""
    assert conninfo_to_dict(dsn)
    return {"TIANPING_DATA": str(tmp_path / "data"), "TIANPING_DATABASE_DSN": dsn, "TIANPING_POOL_SIZE": "3"}
