"""Forward-only migrations, run under a role of their own. One schema and one role a context.

The processes log in as somebody who owns nothing and may only take on the roles of the contexts (`served_by`).
"""

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import stamina
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from yoyo import get_backend, read_migrations
from yoyo.migrations import topological_sort

from tianping.platform.settings import CHECKOUT

MIGRATIONS = CHECKOUT / "migrations"

CONTEXTS = ("platform", "identity", "filing", "cases", "payments", "documents", "delivery", "uploads", "evidence")
"""Owners of a schema. Their roles inherit `tianping_teller`: to write the journal and to defer jobs."""


# Roles belong to the whole server, so another court's start may change the same rows at the same instant.
@stamina.retry(on=psycopg.errors.InternalError_, attempts=20, wait_max=1.0, timeout=20)
def ensure_roles(dsn: str, served_by: str | None = None) -> None:
    """Create the roles that are missing. Needs a login that may create roles. Safe to run by several at once.

    `served_by`: the login of the processes, where it is another than that of `dsn`. It may take on the roles of the
    contexts and of the queue, one at a time, and has none of their rights without doing so.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        there = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'tianping%'")}
        roles = ["tianping_teller", "tianping_jobs", "tianping_migrator", *(f"tianping_{c}" for c in CONTEXTS)]
        for role in roles:
            if role not in there:
                # Another process of the same start may have made it meanwhile.
                with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        login = connection.info.user
        for role in roles:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(login)))
        for context in CONTEXTS:
            connection.execute(sql.SQL("GRANT tianping_teller TO {}").format(sql.Identifier(f"tianping_{context}")))
        database = connection.info.dbname
        connection.execute(
            sql.SQL("GRANT CREATE, CONNECT ON DATABASE {} TO tianping_migrator").format(sql.Identifier(database))
        )
        connection.execute("GRANT CREATE, USAGE ON SCHEMA public TO tianping_migrator")
        if served_by is not None and served_by != login:
            _let_serve(connection, served_by)


def _let_serve(connection: psycopg.Connection[tuple[object, ...]], login: str) -> None:
    # Before 16 the login's own NOINHERIT says the same.
    how = " WITH INHERIT FALSE, SET TRUE" if connection.info.server_version >= 160000 else ""
    for role in ("tianping_jobs", *(f"tianping_{context}" for context in CONTEXTS)):
        connection.execute(
            sql.SQL("GRANT {} TO {}" + how).format(sql.Identifier(role), sql.Identifier(login))  # type: ignore[arg-type]
        )
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(login)))
    connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))


def login_of(dsn: str) -> str | None:
    """The user that a DSN logs in as, where it names one."""
    return str(conninfo_to_dict(dsn).get("user") or "") or None


def _address(dsn: str) -> str:
    parts = conninfo_to_dict(dsn)
    user = quote(str(parts.get("user", "")), safe="")
    password = f":{quote(str(parts['password']), safe='')}" if parts.get("password") else ""
    host = str(parts.get("host", "") or "")
    port = str(parts.get("port", "") or "")
    options = quote("-c role=tianping_migrator", safe="")
    query = f"?options={options}"
    if host.startswith("/"):
        query += f"&host={quote(host, safe='')}" + (f"&port={port}" if port else "")
        authority = ""
    else:
        authority = host + (f":{port}" if port else "")
    return f"postgresql+psycopg://{user}{password}@{authority}/{quote(str(parts.get('dbname', '')), safe='')}{query}"


def pending(dsn: str, directory: Path = MIGRATIONS, *, served_by: str | None = None) -> list[str]:
    """Names of the migrations that are not applied yet."""
    ensure_roles(dsn, served_by)
    backend = get_backend(_address(dsn))
    try:
        return [m.id for m in backend.to_apply(read_migrations(str(directory)))]
    finally:
        backend.connection.close()


def migrate(
    dsn: str, directory: Path = MIGRATIONS, *, only: int | None = None, served_by: str | None = None
) -> list[str]:
    """Apply what is pending, each in its own transaction; returns the names. Safe to run by several at once.

    `only`: apply at most so many (to rebuild an older state in tests). `served_by`: the login of the processes.
    """
    ensure_roles(dsn, served_by)
    backend = get_backend(_address(dsn))
    try:
        migrations = read_migrations(str(directory))
        with backend.lock():
            to_apply = backend.to_apply(migrations)
            chosen = list(topological_sort(to_apply))
            if only is not None:
                chosen = chosen[:only]
            for migration in chosen:
                backend.apply_one(migration)
            return [m.id for m in chosen]
    finally:
        backend.connection.close()
