"""A real PostgreSQL for all tests; a fresh migrated database for each test that asks for one."""

import os
import shutil
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tianping.platform.migrations import migrate

ROOM_FOR_A_CLUSTER = 3 << 30
"""Bytes. A cluster of a test run stays below 1 GiB; its neighbours need room as well."""


@pytest.fixture(autouse=True)
def quick_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords and proofs of work cost seconds a test otherwise. Courts in processes of their own keep the real cost."""
    quick = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr("tianping.contexts.identity.wiring.PasswordHasher", quick)
    monkeypatch.setattr("tianping.contexts.identity.actions.proof_of_work.COST", 1)


@pytest.fixture(scope="session")
def passing_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a database may live that ends with the tests: in memory where there is room, as each test copies 700 files."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_FOR_A_CLUSTER:
        for left in memory.glob("tianping-tests.*.*"):
            if not psutil.pid_exists(int(left.name.split(".")[1])):
                shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(
            prefix=f"tianping-tests.{os.getpid()}.", dir=memory, ignore_cleanup_errors=True
        ) as place:
            Path(place).chmod(0o755)
            yield Path(place)
    else:
        yield tmp_path_factory.mktemp("postgres")


@pytest.fixture(scope="session")
def server_dsn(passing_place: Path) -> Iterator[str]:
    """A PostgreSQL server of this test run, or the one that TIANPING_TEST_DSN names."""
    given = os.environ.get("TIANPING_TEST_DSN")
    if given:
        yield given
        return
    from tianping.platform.supervisor import embedded_postgres

    with embedded_postgres(passing_place / "postgres", durable=False) as dsn:
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
