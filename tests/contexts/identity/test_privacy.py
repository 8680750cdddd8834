"""Personal data is never readable in the database and never in a log, whatever its level. PIPL arts. 28, 51."""

import logging
from datetime import timedelta

import psycopg
from psycopg import sql
from tests.contexts.identity.newcomers import LI, PASSWORD, WANG, code_for, identity_number, problem, register, solved
from tests.harness import running_court

NAME, NUMBER, EMAIL, ADDRESS = "欧阳若兰", identity_number("002"), "ruolan@example.com", "北京市海淀区清华园 77 号"
NEW_PASSWORD = "another horse another staple"


def dump(dsn: str) -> dict[str, bytes]:
    """Every table of every schema of the court, sealed columns included, as bytes."""
    found = {}
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            """SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"""
        ).fetchall()
        for schema, table in tables:
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table))).fetchall()
            found[f"{schema}.{table}"] = b"\n".join(
                bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                for row in rows
                for value in row
            )
    return found


async def live(court) -> list[str]:
    """A person does everything that carries personal data, also wrongly. Returns the secrets that occurred."""
    browser = await register(court, LI, name=NAME, identity_number=NUMBER)
    await browser.act("/account/contact", {"email": EMAIL, "address": ADDRESS})
    await browser.act(
        "/organisations",
        {"name": "北京晴川数码有限公司", "credit_code": "91350100M000100Y43", "legal_representative": NAME},
    )
    await register(court, WANG, name="王芳", identity_number=identity_number("007"))
    drawing = "data:image/png;base64,iVBORw0KGgo="
    mandate = {
        "agent_mobile": WANG,
        "agent_kind": "relative",
        "powers": [],
        "signature": {"name": NAME, "image": drawing},
    }
    assert (await browser.act("/mandates", mandate)).status_code == 201
    await court.browser().sign_in(LI, "wrong password of mine")
    assert (await browser.act("/people", {"mobile": LI, "name": NAME})).status_code in (400, 422)
    court.clock.move(timedelta(minutes=2))
    code = await code_for(court, court.browser(), LI, "recover")
    again = {"mobile": LI, "purpose": "recover", "altcha": await solved(browser)}
    assert problem(await court.browser().act("/one-time-codes", again)) == (429, "code-too-soon")
    recovery = {"mobile": LI, "code": code, "password": NEW_PASSWORD}
    assert (await court.browser().act("/recovery", recovery)).status_code == 204
    await court.browser().sign_in(LI, NEW_PASSWORD)
    await court.settle()
    return [NAME, LI, NUMBER, EMAIL, ADDRESS, PASSWORD, NEW_PASSWORD, "wrong password of mine"]


async def test_nothing_personal_is_readable_in_the_database(environment):
    async with running_court(environment) as court:
        secrets = await live(court)
    tables = dump(environment["TIANPING_DATABASE_DSN"])
    assert len(tables["identity.people"]) > 100
    assert len(tables["delivery.messages"]) > 100
    for name, content in tables.items():
        for secret in secrets:
            assert secret.encode() not in content, (name, secret)


async def test_nothing_personal_is_in_a_log_at_any_level(environment, caplog, capfd):
    root = logging.getLogger()
    caplog.set_level(logging.NOTSET)
    for name in list(logging.root.manager.loggerDict):
        if isinstance(logging.root.manager.loggerDict[name], logging.Logger):
            caplog.set_level(logging.DEBUG, logger=name)
    assert root.level == logging.NOTSET
    async with running_court(environment) as court:
        secrets = await live(court)
    out, err = capfd.readouterr()
    written = caplog.text + out + err
    assert "procrastinate" in written
    assert "request" in written
    for secret in secrets:
        assert secret not in written, secret
