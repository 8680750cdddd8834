"""One court for all tests of authorisation."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest_asyncio
from psycopg.conninfo import make_conninfo
from tests.authorisation.town import Town, settled
from tests.harness import running_court


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(server_dsn: str, template_database: str, tmp_path_factory: Any) -> AsyncIterator[Town]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_database}" STRATEGY FILE_COPY')
    place: Path = tmp_path_factory.mktemp("town")
    environment = {
        "TIANPING_DATA": str(place), "TIANPING_DATABASE_DSN": make_conninfo(server_dsn, dbname=name),
        "TIANPING_POOL_SIZE": "3", "TIANPING_REQUESTS_A_MINUTE": "0",
    }  # fmt: skip
    async with running_court(environment) as court:
        yield await settled(court)
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
