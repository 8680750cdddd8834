"""Migrations go forward: onto nothing, onto every earlier state with data in it, and by several at once."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tianping.platform.migrations import CONTEXTS, MIGRATIONS, migrate, pending

NAMES = sorted(path.stem for path in MIGRATIONS.iterdir() if path.suffix in {".sql", ".py"} and path.name[0].isdigit())


@pytest.fixture
def empty(server_dsn: str) -> Iterator[str]:
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield make_conninfo(server_dsn, dbname=name)
    with psycopg.connect(server_dsn, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_onto_an_empty_database_in_order_and_once(empty):
    assert pending(empty) == NAMES
    assert migrate(empty) == NAMES
    assert migrate(empty) == []


@pytest.mark.parametrize("done", range(2, len(NAMES)))
def test_onto_every_earlier_state(empty, done):
    assert migrate(empty, only=done) == NAMES[:done]
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute(
            """INSERT INTO platform.journal (id, name, subject, occurred_at, data)
               VALUES (gen_random_uuid(), 'x.Y.v1', gen_random_uuid(), now(), '{}')"""
        )
        if "0010.identity" in NAMES[:done]:
            connection.execute(
                """INSERT INTO identity.people (id, name, mobile, mobile_digest, roles, registered_at)
                   VALUES (gen_random_uuid(), '\\x01', '\\x01', '\\x01', '{litigant}', now())"""
            )
    assert migrate(empty) == NAMES[done:]
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT count(*) FROM platform.journal").fetchone() == (1,)


def test_two_processes_may_start_at_once(empty):
    with ThreadPoolExecutor(2) as both:
        applied = list(both.map(migrate, [empty, empty]))
    assert sorted(applied) == [[], NAMES]


def test_each_context_owns_its_schema_and_nothing_more(empty):
    migrate(empty)
    with psycopg.connect(empty) as connection:
        rows = connection.execute(
            """SELECT r.rolname, n.nspname FROM pg_roles r CROSS JOIN pg_namespace n
               WHERE r.rolname LIKE 'tianping%%' AND n.nspname = ANY (%s) AND has_schema_privilege(r.rolname, n.nspname, 'USAGE')""",
            (list(CONTEXTS),),
        ).fetchall()
        makers = connection.execute(
            """SELECT r.rolname FROM pg_roles r CROSS JOIN pg_namespace n
               WHERE r.rolname LIKE 'tianping%%' AND r.rolname <> 'tianping_migrator' AND n.nspname = ANY (%s)
                 AND has_schema_privilege(r.rolname, n.nspname, 'CREATE')""",
            (list(CONTEXTS),),
        ).fetchall()
    reach = {(role.removeprefix("tianping_"), schema) for role, schema in rows}
    own = {(context, context) for context in CONTEXTS}
    # Telling and claiming an act is the one thing that every context does outside its schema.
    shared = {(role, "platform") for role in (*CONTEXTS, "teller")}
    migrator = {("migrator", context) for context in CONTEXTS}
    assert reach == own | shared | migrator
    assert makers == []


def test_names_say_their_order():
    assert all(Path(name).name[:4].isdigit() for name in NAMES)
