"""What filling a demo court asks of the database outside of any context: is it empty, which database is it, clear it."""

import psycopg
from psycopg import sql

from tianping.platform.migrations import CONTEXTS


def has_people(dsn: str) -> bool:
    """Whether anybody is registered."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT EXISTS (SELECT id FROM identity.people)").fetchone()
    return bool(row and row[0])


def identity_of(dsn: str) -> str:
    """Names this database and no other: the server's own identifier and the database's number."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()) FROM pg_control_system()"
        ).fetchone()
    assert row is not None
    return f"{row[0]}/{row[1]}"


def clear(dsn: str) -> None:
    """Drop every schema of the court and the record of migrations. Only for a demo court whose filling broke off."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for schema in (*CONTEXTS, "jobs"):
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        tables = connection.execute(
            r"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE '%yoyo%'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier("public", table)))
