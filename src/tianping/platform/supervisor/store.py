"""The few statements that the supervisor itself speaks to PostgreSQL."""

import psycopg
from psycopg import sql


def answers(dsn: str) -> bool:
    """Whether the server takes connections and queries."""
    try:
        with psycopg.connect(dsn, connect_timeout=2, autocommit=True) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def create_database(dsn: str, name: str) -> None:
    """Create the database `name` unless it exists; `dsn` leads to another database of the same server."""
    with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
        if not found:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def server_version(dsn: str) -> str:
    """The server's version, such as `18.6`. Raises psycopg.OperationalError."""
    with psycopg.connect(dsn, connect_timeout=3, autocommit=True) as connection:
        row = connection.execute("show server_version").fetchone()
        return str(row[0]).split()[0] if row else ""
