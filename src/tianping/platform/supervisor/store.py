"""The few statements that the supervisor itself speaks to PostgreSQL."""

import msgspec
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


def ensure_login(dsn: str, name: str, password: str) -> None:
    """A login without any right of its own, with this password; roles are granted to it by the migrations."""
    rights = sql.SQL("LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}")
    with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone()
        verb = "alter" if found else "create"
        connection.execute(
            sql.SQL(verb + " role {} ").format(sql.Identifier(name)) + rights.format(sql.Literal(password))
        )


class LoginRights(msgspec.Struct, frozen=True):
    """What a login could do beyond serving: `powers` such as superuser, or to change the structure."""

    name: str
    powers: list[str]


def login_rights(dsn: str) -> LoginRights:
    """Raises psycopg.OperationalError."""
    with psycopg.connect(dsn, connect_timeout=3, autocommit=True) as connection:
        row = connection.execute(
            """select rolname, rolsuper, rolcreaterole, rolcreatedb,
                 exists (select 1 from pg_roles m where m.rolname = 'tianping_migrator'
                   and pg_has_role(r.rolname, m.oid, 'MEMBER'))
               from pg_roles r where rolname = session_user"""
        ).fetchone()
    assert row is not None
    names = ("SUPERUSER", "CREATEROLE", "CREATEDB", "tianping_migrator")
    return LoginRights(row[0], [name for name, has in zip(names, row[1:], strict=True) if has])


def server_version(dsn: str) -> str:
    """The server's version, such as `18.6`. Raises psycopg.OperationalError."""
    with psycopg.connect(dsn, connect_timeout=3, autocommit=True) as connection:
        row = connection.execute("show server_version").fetchone()
        return str(row[0]).split()[0] if row else ""
