"""Signing in and out, throttling, sessions, the second step, recovery. ORL art. 7."""

import asyncio
from datetime import timedelta

import pyotp
from tests.contexts.identity.newcomers import (
    LI,
    PASSWORD,
    WANG,
    administrator,
    code_for,
    identity_number,
    problem,
    register,
    solved,
    texts,
)
from tests.harness import running_court

from tianping.interfaces.identity import Role
from tianping.kit.problems import Text


async def test_a_session_lives_until_it_is_ended(environment):
    async with running_court(environment) as court:
        await register(court)
        browser = court.browser()
        assert (await browser.get("/sessions")).status_code == 401
        answer = await browser.sign_in(LI, PASSWORD)
        assert answer.status_code == 201, answer.text
        assert (await browser.get("/session")).json()["person"]["name"] == "李明"
        sessions = (await browser.get("/sessions")).json()["items"]
        [here] = [s for s in sessions if s["current"]]
        assert len(sessions) == 2
        ended = await browser.act(f"/sessions/{here['id']}", method="DELETE")
        assert (ended.status_code, "Max-Age=0" in ended.headers["set-cookie"]) == (204, True)
        assert (await browser.get("/session")).json()["signed_in"] is False


async def test_signing_out_elsewhere_and_everywhere(environment):
    async with running_court(environment) as court:
        phone = await register(court)
        desktop = court.browser()
        await desktop.sign_in(LI, PASSWORD)
        third = court.browser()
        await third.sign_in(LI, PASSWORD)
        [phones] = [s for s in (await phone.get("/sessions")).json()["items"] if s["current"]]
        assert (await desktop.act(f"/sessions/{phones['id']}", method="DELETE")).status_code == 204
        assert (await phone.get("/sessions")).status_code == 401
        assert (await desktop.act("/sessions/end-others")).json()["count"] == 1
        assert (await third.get("/sessions")).status_code == 401
        assert (await desktop.get("/sessions")).status_code == 200
        stranger = await register(court, WANG, identity_number=identity_number("007"))
        [mine] = [s for s in (await desktop.get("/sessions")).json()["items"] if s["current"]]
        assert problem(await stranger.act(f"/sessions/{mine['id']}", method="DELETE")) == (404, "not-found")


async def test_a_session_ends_when_idle_and_after_twelve_hours(environment):
    async with running_court(environment) as court:
        browser = await register(court)
        for _ in range(11):
            court.clock.move(timedelta(hours=1))
            assert (await browser.get("/sessions")).status_code == 200
        court.clock.move(timedelta(hours=1))
        assert (await browser.get("/sessions")).status_code == 401
        await browser.sign_in(LI, PASSWORD)
        court.clock.move(timedelta(hours=2))
        assert (await browser.get("/sessions")).status_code == 401


async def test_wrong_passwords_ask_for_proof_and_then_make_one_wait(environment):
    async with running_court(environment) as court:
        await register(court)
        for mobile in (LI, WANG):
            browser = court.browser()

            async def sign_in(password, *, proof, browser=browser, mobile=mobile):
                body = {"mobile": mobile, "password": password}
                if proof:
                    body["altcha"] = await solved(browser)
                return await browser.act("/sessions", body)

            for _ in range(3):
                assert problem(await sign_in("wrong", proof=False)) == (401, "sign-in-refused")
            assert problem(await sign_in(PASSWORD, proof=False)) == (422, "proof-of-work-needed")
            for _ in range(2):
                assert problem(await sign_in("wrong", proof=True)) == (401, "sign-in-refused")
            waiting = await sign_in(PASSWORD, proof=True)
            assert problem(waiting) == (429, "wait-before-retry")
            assert waiting.headers["retry-after"] == "3"
            court.clock.move(timedelta(seconds=3))
            right = await sign_in(PASSWORD, proof=True)
            assert right.status_code == (201 if mobile == LI else 401)
        assert (await court.browser().sign_in(LI, PASSWORD)).status_code == 201


async def test_guesses_at_once_do_not_outrun_the_limit(environment):
    async with running_court(environment) as court:
        await register(court)
        bodies = [{"mobile": LI, "password": f"wrong {n}"} for n in range(8)]
        answers = await asyncio.gather(*(court.browser().act("/sessions", body) for body in bodies))
        assert sorted(problem(a)[1] for a in answers) == ["proof-of-work-needed"] * 5 + ["sign-in-refused"] * 3


async def test_signing_in_by_code(environment):
    async with running_court(environment) as court:
        await register(court)
        court.clock.move(timedelta(minutes=1))
        browser = court.browser()
        code = await code_for(court, browser, LI, "sign_in")
        both = await browser.act("/sessions", {"mobile": LI, "password": PASSWORD, "code": code})
        assert problem(both) == (422, "invalid-input")
        assert (await browser.act("/sessions", {"mobile": LI, "code": code})).status_code == 201
        assert problem(await court.browser().act("/sessions", {"mobile": LI, "code": code})) == (422, "code-wrong")
        assert any("不再保留" in text for text in await texts(court))


async def test_an_act_without_the_csrf_token_or_from_another_site_is_refused(environment):
    async with running_court(environment) as court:
        browser = await register(court)
        token, browser.csrf = browser.csrf, "another"
        assert problem(await browser.act("/sessions/end-others")) == (403, "csrf-token-wrong")
        headers = {"X-CSRF-Token": token, "Idempotency-Key": "12345678", "Origin": "https://evil.example"}
        crossed = await browser.http.post("/api/v1/sessions/end-others", headers=headers)
        assert problem(crossed) == (403, "origin-refused")


async def test_two_step_sign_in(environment):
    async with running_court(environment) as court:
        browser = await register(court)
        secret = (await browser.act("/totp")).json()["secret"]
        clock = pyotp.TOTP(secret)

        def now():
            return clock.at(court.clock.now())

        assert problem(await browser.act("/totp/confirm", {"code": "000000"})) == (422, "totp-wrong")
        confirmed = await browser.act("/totp/confirm", {"code": now()})
        codes = confirmed.json()["codes"]
        assert len(set(codes)) == 10
        assert problem(await browser.act("/totp")) == (409, "totp-state")

        device = court.browser()
        assert problem(await device.act("/sessions", {"mobile": LI, "password": PASSWORD})) == (401, "totp-needed")
        used = await device.act("/sessions", {"mobile": LI, "password": PASSWORD, "totp": now()})
        assert problem(used) == (422, "totp-wrong"), "the code that confirmed works no second time"
        court.clock.move(timedelta(seconds=30))
        body = {"mobile": LI, "password": PASSWORD, "totp": now()}
        assert (await device.act("/sessions", body)).status_code == 201
        assert problem(await court.browser().act("/sessions", body)) == (422, "totp-wrong")
        body = {"mobile": LI, "password": PASSWORD, "totp": codes[0].upper()}
        assert (await court.browser().act("/sessions", body)).status_code == 201
        assert problem(await court.browser().act("/sessions", body)) == (422, "totp-wrong")
        assert (await browser.get("/account")).json()["recovery_codes_left"] == 9

        wrong = await browser.act("/totp/disable", {"password": "wrong", "totp": codes[1]})
        assert problem(wrong) == (401, "sign-in-refused")
        assert (await browser.act("/totp/disable", {"password": PASSWORD, "totp": codes[1]})).status_code == 200
        assert (await court.browser().sign_in(LI, PASSWORD)).status_code == 201


async def test_recovery_replaces_the_password_ends_sessions_and_tells(environment):
    async with running_court(environment) as court:
        phone = await register(court)
        court.clock.move(timedelta(minutes=1))
        browser = court.browser()
        code = await code_for(court, browser, LI, "recover")
        new = "another horse another staple"
        assert (await browser.act("/recovery", {"mobile": LI, "code": code, "password": new})).status_code == 204
        assert (await phone.get("/sessions")).status_code == 401
        assert any("重置" in text for text in await texts(court))
        assert problem(await court.browser().sign_in(LI, PASSWORD)) == (401, "sign-in-refused")
        assert (await court.browser().sign_in(LI, new)).status_code == 201


async def test_changing_the_password_ends_the_other_sessions(environment):
    async with running_court(environment) as court:
        phone = await register(court)
        desktop = court.browser()
        await desktop.sign_in(LI, PASSWORD)
        new = "another horse another staple"
        wrong = await desktop.act("/account/password", {"present": "wrong", "new": new})
        assert problem(wrong) == (401, "sign-in-refused")
        assert (await desktop.act("/account/password", {"present": PASSWORD, "new": new})).json()["count"] == 1
        assert (await phone.get("/sessions")).status_code == 401
        assert (await desktop.get("/sessions")).status_code == 200


async def test_the_demo_court_signs_in_its_people_with_one_click_and_nobody_else(environment):
    from tianping.contexts.identity.actions import open_account

    async with running_court(environment) as court:
        await register(court)
        about = Text("消费者，起诉网店", "A consumer who sues a shop")
        person = await open_account(court.desk("identity"), name="陈晨", mobile="13700000001", about=about)
        assert await open_account(court.desk("identity"), name="陈晨", mobile="13700000001", about=about) == person
        [shown] = (await court.browser().get("/demo/people")).json()["items"]
        assert (shown["id"], shown["about"]["zh"]) == (str(person), about.zh)
        browser = court.browser()
        assert (await browser.act("/demo/sessions", {"person": str(person)})).status_code == 201
        assert (await browser.get("/session")).json()["person"]["name"] == "陈晨"
        li = (await court.desk("identity").delivery.unread(person), (await browser.get("/account")).json()["id"])
        assert li[1] == str(person)
        mine = await register(court, WANG, identity_number=identity_number("007"))
        visitor = (await mine.get("/account")).json()["id"]
        assert problem(await court.browser().act("/demo/sessions", {"person": visitor})) == (404, "not-found")


async def test_a_court_that_is_no_demo_has_no_demo_routes(environment, tmp_path):
    from pathlib import Path

    text = (Path(__file__).resolve().parents[3] / "court.toml").read_text("utf-8")
    (tmp_path / "court.toml").write_text(text.replace('kind = "demo"', 'kind = "court"'), "utf-8")
    async with running_court({**environment, "TIANPING_COURT": str(tmp_path / "court.toml")}) as court:
        browser = court.browser()
        assert (await browser.get("/demo/people")).status_code == 404
        assert (await browser.get("/demo/messages")).status_code == 404
        answer = await browser.act("/demo/sessions", {"person": "018f0000-0000-7000-8000-000000000001"})
        assert answer.status_code == 404


async def test_api_tokens_are_limited_and_never_act_as_the_person(environment):
    async with running_court(environment) as court:
        admin = await administrator(court, Role.SYSTEM_ADMIN)
        beyond = await admin.act("/api-tokens", {"name": "脚本", "scopes": ["identity.access-log.read"]})
        assert problem(beyond) == (403, "scope-not-yours")
        made = (await admin.act("/api-tokens", {"name": "脚本", "scopes": ["identity.staff.read"], "days": 7})).json()
        machine = court.browser()
        machine.http.headers["Authorization"] = f"Bearer {made['token']}"
        assert (await machine.get("/administration/staff")).status_code == 200
        assert problem(await machine.get("/account")) == (403, "not-permitted"), "the scope does not hold signed-in"
        assert (await machine.get("/administration/licences")).status_code == 403
        broad = (await admin.act("/api-tokens", {"name": "全部", "scopes": ["signed-in"]})).json()
        machine.http.headers["Authorization"] = f"Bearer {broad['token']}"
        assert (await machine.get("/account")).status_code == 200
        assert problem(await machine.act("/api-tokens", {"name": "更多", "scopes": ["signed-in"]})) == (
            403,
            "only-in-person",
        )
        listed = (await admin.get("/api-tokens")).json()["items"]
        assert made["token"] not in str(listed)
        assert (await admin.act(f"/api-tokens/{broad['id']}/revoke")).status_code == 200
        assert (await machine.get("/account")).status_code == 401
        machine.http.headers["Authorization"] = f"Bearer {made['token']}"
        court.clock.move(timedelta(days=7))
        assert (await machine.get("/administration/staff")).status_code == 401


async def test_a_token_asked_for_again_is_the_same_and_is_written_nowhere(environment):
    """A lost answer is no lost token; neither the acts nor any other table holds it, sealed or plain."""
    async with running_court(environment) as court:
        admin = await administrator(court, Role.SYSTEM_ADMIN)
        wanted = {"name": "脚本", "scopes": ["identity.staff.read"], "days": 7}
        first = await admin.act("/api-tokens", wanted, key="one-token-please")
        again = await admin.act("/api-tokens", wanted, key="one-token-please")
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["Idempotency-Replayed"] == "true"
        assert len((await admin.get("/api-tokens")).json()["items"]) == 1
        token = first.json()["token"]
        machine = court.browser()
        machine.http.headers["Authorization"] = f"Bearer {token}"
        assert (await machine.get("/administration/staff")).status_code == 200
        other = (await admin.act("/api-tokens", wanted)).json()
        assert other["token"] != token
        changed = await admin.act("/api-tokens", {**wanted, "days": 8}, key="one-token-please")
        assert problem(changed) == (422, "idempotency-key-reused")
        desk = court.desk("identity")
        async with desk.database.reading() as reader:
            kept = await reader.all("SELECT answer FROM platform.acts WHERE key = %s", ("one-token-please",))
        [answer] = [desk.keyring.open_bytes(row["answer"], place="platform.acts.answer") for row in kept]
        assert token.encode() not in answer
        assert b'"token":""' in answer


async def test_another_process_feels_a_sign_out_within_two_seconds(environment, monkeypatch):
    from tianping.contexts.identity import service

    async with running_court(environment) as court:
        phone = await register(court)
        cookie = phone.http.cookies["__Host-tianping"]
        other_process = service.SessionService(court.desk("identity").database, court.clock)
        assert await other_process.of_cookie(cookie) is not None
        [session] = (await phone.get("/sessions")).json()["items"]
        assert (await phone.act(f"/sessions/{session['id']}", method="DELETE")).status_code == 204
        assert await court.court.sessions.of_cookie(cookie) is None, "this process feels it at once"
        assert service.REMEMBER_S == 2.0
        monkeypatch.setattr(service, "REMEMBER_S", 0.0)
        assert await other_process.of_cookie(cookie) is None
