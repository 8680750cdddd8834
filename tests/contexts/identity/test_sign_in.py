"""Signing in. ORL art. 7."""

from datetime import timedelta

from tests.harness import RunningCourt, running_court

from tianping.contexts.identity import store
from tianping.contexts.identity.model import Person
from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId, new_id

MOBILE, PASSWORD = "13800000001", "correct horse battery staple"


async def register(court: RunningCourt) -> Person:
    desk = court.desk("identity")
    person = Person(
        PersonId(new_id()),
        "李明",
        MOBILE,
        desk.hasher.hash(PASSWORD),
        frozenset({Role.LITIGANT}),
        None,
        None,
        0,
        None,
        True,
    )
    async with desk.database.transaction() as tx:
        await store.insert_person(tx, desk.keyring, person, at=court.clock.now())
    return person


async def test_a_session_lives_until_it_is_ended(environment):
    async with running_court(environment) as court:
        await register(court)
        browser = court.browser()
        assert (await browser.get("/session")).json()["signed_in"] is False
        assert (await browser.get("/sessions")).status_code == 401
        answer = await browser.sign_in(MOBILE, PASSWORD)
        assert answer.status_code == 201, answer.text
        assert (await browser.get("/session")).json()["name"] == "李明"
        [session] = (await browser.get("/sessions")).json()
        assert session["current"] is True
        ended = await browser.act(f"/sessions/{session['id']}", method="DELETE")
        assert ended.status_code == 204, ended.text
        assert (await browser.get("/session")).json()["signed_in"] is False


async def test_wrong_passwords_make_one_wait(environment):
    async with running_court(environment) as court:
        await register(court)
        browser = court.browser()
        for _ in range(5):
            refused = await browser.sign_in(MOBILE, "wrong")
            assert (refused.status_code, refused.json()["code"]) == (401, "sign-in-refused")
        assert (await browser.sign_in(MOBILE, PASSWORD)).json()["code"] == "wait-before-retry"
        court.clock.move(timedelta(seconds=3))
        assert (await browser.sign_in(MOBILE, PASSWORD)).status_code == 201


async def test_an_act_without_the_csrf_token_is_refused(environment):
    async with running_court(environment) as court:
        await register(court)
        browser = court.browser()
        await browser.sign_in(MOBILE, PASSWORD)
        [session] = (await browser.get("/sessions")).json()
        browser.csrf = "another"
        refused = await browser.act(f"/sessions/{session['id']}", method="DELETE")
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf-token-wrong")


async def test_nothing_personal_is_readable_in_the_database(environment):
    async with running_court(environment) as court:
        await register(court)
        async with court.desk("identity").database.reading() as reader:
            [row] = await reader.all("SELECT * FROM identity.people")
        assert MOBILE not in str(row)
        assert "李明".encode() not in bytes(row["name"])
