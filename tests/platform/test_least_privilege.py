"""The login of the processes: no right of its own, one context's role at a time, no way to change the structure."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege
from tests.contexts.identity.newcomers import register
from tests.harness import running_court

from tianping.platform.migrations import CONTEXTS, migrate, pending
from tianping.platform.supervisor import store

DATA = tuple(context for context in CONTEXTS if context != "platform")


@pytest.fixture
def serving(dsn: str) -> Iterator[str]:
    """The address of the court's database for a login as `tianping up` makes it."""
    name = f"tianping_app_{uuid.uuid4().hex[:10]}"
    store.ensure_login(dsn, name, "known to this test")
    assert migrate(dsn, served_by=name) == []
    yield make_conninfo(dsn, user=name, password="known to this test")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def refused(connection: psycopg.Connection, statement: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except InsufficientPrivilege:
        return True
    return False


def tables(dsn: str) -> list[tuple[str, str]]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY (%s)", ([*CONTEXTS, "jobs"],)
        ).fetchall()
    return [(str(schema), str(table)) for schema, table in rows]


def test_the_login_itself_may_do_nothing(dsn, serving):
    with psycopg.connect(serving, autocommit=True) as connection:
        for schema, table in tables(dsn):
            assert refused(connection, f"SELECT 1 FROM {schema}.{table} LIMIT 1"), f"{schema}.{table}"
        for statement in (
            "CREATE TABLE public.mine (id integer)", "CREATE TEMPORARY TABLE mine (id integer)", "CREATE SCHEMA mine",
            "CREATE ROLE mine", "CREATE DATABASE mine", "DROP SCHEMA cases CASCADE",
        ):  # fmt: skip
            if statement.startswith("CREATE DATABASE"):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(statement)
            else:
                assert refused(connection, statement), statement
        for role in ("tianping_migrator", "postgres", "pg_read_all_data"):
            assert refused(connection, f"SET ROLE {role}"), role


@pytest.mark.parametrize("context", DATA)
def test_a_context_reads_its_own_and_no_other(dsn, serving, context):
    with psycopg.connect(serving, autocommit=True, options=f"-c role=tianping_{context}") as connection:
        for schema, table in tables(dsn):
            if schema in DATA:
                assert refused(connection, f"SELECT 1 FROM {schema}.{table} LIMIT 1") == (schema != context), (
                    schema,
                    table,
                )
        for statement in (
            f"CREATE TABLE {context}.mine (id integer)", "CREATE TABLE public.mine (id integer)",
            f"ALTER SCHEMA {context} RENAME TO mine", f"DROP SCHEMA {context} CASCADE", "CREATE ROLE mine",
            "UPDATE platform.journal SET name = 'changed'", "DELETE FROM platform.journal",
        ):  # fmt: skip
            assert refused(connection, statement), statement
        own = next(table for schema, table in tables(dsn) if schema == context)
        for statement in (
            f"ALTER TABLE {context}.{own} ADD COLUMN mine integer", f"DROP TABLE {context}.{own}", f"TRUNCATE {context}.{own}"
        ):  # fmt: skip
            assert refused(connection, statement), statement


def test_what_the_doctor_sees(dsn, serving):
    assert store.login_rights(serving).powers == []
    assert {"SUPERUSER", "tianping_migrator"} <= set(store.login_rights(dsn).powers)


def test_the_login_cannot_migrate(serving):
    with pytest.raises(InsufficientPrivilege):
        migrate(serving)
    with pytest.raises(InsufficientPrivilege):
        pending(serving)


async def test_a_court_serves_and_works_under_it(environment, serving):
    """Registering writes identity, tells the journal, defers jobs; the worker and the calendars read their own."""
    async with running_court({**environment, "TIANPING_DATABASE_DSN": serving}) as court:
        browser = await register(court)
        assert (await browser.get("/session")).json()["signed_in"] is True
        for path in ("/filings", "/cases", "/orders", "/documents", "/messages", "/account"):
            assert (await browser.get(path)).status_code in {200, 404}, path
        await court.settle()
