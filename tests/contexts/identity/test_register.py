"""Registering, one-time codes, the robot check, real names. ORL art. 7."""

import base64
from datetime import timedelta

import pytest
from tests.contexts.identity.newcomers import (
    CREDIT_CODE,
    LI,
    PASSWORD,
    WANG,
    code_for,
    identity_number,
    problem,
    register,
    registration,
    solved,
    texts,
)
from tests.harness import running_court

from tianping.kit.ids import new_id


async def test_a_person_registers_and_is_signed_in(environment):
    async with running_court(environment) as court:
        browser = court.browser()
        answer = await browser.act("/people", await registration(court, browser))
        assert answer.status_code == 201, answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-tianping=")
        for flag in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
            assert flag in cookie
        assert "Domain" not in cookie
        session = (await browser.get("/session")).json()
        assert session["signed_in"] is True
        assert session["csrf_token"] == answer.json()["csrf_token"]
        assert session["person"]["name"] == "李明"
        assert session["person"]["mobile"] == "138****0001"
        assert session["person"]["real_name_checked"] is True
        assert "演示" in session["person"]["real_name_note"]["zh"]
        assert (session["roles"], session["organisations"], session["demo"]) == (["litigant"], [], True)
        assert set(session["court"]) == {"name", "code", "kind", "notice"}
        await court.settle()
        assert (await browser.get("/session")).json()["unread"] == 1
        [greeting] = (await browser.get("/messages")).json()["items"]
        assert greeting["title"]["zh"] == "账户已开通"


async def test_nobody_is_signed_in_at_first(environment):
    async with running_court(environment) as court:
        session = (await court.browser().get("/session")).json()
        assert (session["signed_in"], session["csrf_token"], session["person"], session["roles"]) == (
            False,
            "",
            None,
            [],
        )
        assert session["court"]["kind"] == "demo"


async def test_a_repeated_request_opens_one_account_and_hands_out_one_session(environment):
    async with running_court(environment) as court:
        browser, key = court.browser(), new_id().hex
        form = await registration(court, browser)
        first = await browser.act("/people", form, key=key)
        other = court.browser()
        again = await other.act("/people", form, key=key)
        assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
        assert "set-cookie" not in again.headers
        assert (again.json()["signed_in"], again.json()["csrf_token"]) == (False, "")
        assert again.json()["person"]["id"] == first.json()["person"]["id"]


async def test_all_wrong_answers_are_named_at_once(environment):
    async with running_court(environment) as court:
        browser = court.browser()
        form = await registration(court, browser, mobile=LI, identity_number="110105194912310021")
        refused = await browser.act("/people", {**form, "mobile": "12345678901"})
        assert refused.status_code == 422
        assert {f["field"] for f in refused.json()["fields"]} == {"mobile", "identity_number"}
        weak = await browser.act("/people", {**form, "password": "1234567890"})
        assert [f["code"] for f in weak.json()["fields"]] == ["password-weak"]


async def test_the_robot_check_is_demanded_works_once_and_ends(environment):
    async with running_court(environment) as court:
        browser = court.browser()
        payload = await solved(browser)
        body = {"mobile": LI, "purpose": "register", "altcha": payload}
        assert problem(await browser.act("/one-time-codes", {**body, "altcha": "bm9uc2Vuc2U="})) == (
            422,
            "proof-of-work-refused",
        )
        assert (await browser.act("/one-time-codes", body)).status_code == 201
        assert problem(await browser.act("/one-time-codes", {**body, "mobile": WANG})) == (422, "proof-of-work-refused")
        late = await solved(browser)
        court.clock.move(timedelta(hours=1))
        assert problem(await browser.act("/one-time-codes", {**body, "altcha": late})) == (422, "proof-of-work-refused")


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "null", '{"challenge": 1, "solution": 2}', '{"challenge": {"parameters": []}, "solution": {}}',
     ('{"challenge": {"parameters": {"algorithm": 1, "nonce": 2, "salt": 3, "cost": "x"}, "signature": 4}, '
     '"solution": {"counter": "y", "derivedKey": 5}}')],
)  # fmt: skip
async def test_any_nonsense_instead_of_the_robot_check_is_refused(environment, content):
    async with running_court(environment) as court:
        payload = base64.b64encode(content.encode()).decode() or "="
        body = {"mobile": LI, "purpose": "register", "altcha": payload}
        assert problem(await court.browser().act("/one-time-codes", body)) == (422, "proof-of-work-refused")


async def test_codes_come_once_a_minute_and_the_answer_gives_no_account_away(environment):
    async with running_court(environment) as court:
        await register(court)
        browser = court.browser()
        answers = []
        for mobile in (LI, WANG):
            court.clock.move(timedelta(minutes=1))
            body = {"mobile": mobile, "purpose": "recover", "altcha": await solved(browser)}
            answers.append((await browser.act("/one-time-codes", body)).json().keys())
            soon = await browser.act("/one-time-codes", {**body, "altcha": await solved(browser)})
            assert problem(soon) == (429, "code-too-soon")
            assert soon.headers["retry-after"] == "61"
        assert answers[0] == answers[1]
        assert any("尚未在本院注册" in text for text in await texts(court))


async def test_a_code_has_five_tries_and_five_minutes_and_works_once(environment):
    async with running_court(environment) as court:
        browser = court.browser()
        form = await registration(court, browser)
        wrong = {**form, "code": "000000" if form["code"] != "000000" else "000001"}
        for _ in range(5):
            refused = await browser.act("/people", {**wrong, "altcha": await solved(browser)})
            assert problem(refused) == (422, "code-wrong")
        assert problem(await browser.act("/people", {**form, "altcha": await solved(browser)})) == (422, "code-wrong")

        court.clock.move(timedelta(minutes=1))
        late = await registration(court, browser)
        court.clock.move(timedelta(minutes=5))
        assert problem(await browser.act("/people", late)) == (422, "code-wrong")

        good = await registration(court, browser)
        assert (await browser.act("/people", good)).status_code == 201
        fresh = court.browser()
        again = {**good, "altcha": await solved(fresh)}
        assert problem(await fresh.act("/people", again)) == (422, "code-wrong")


async def test_a_code_for_one_thing_is_worth_nothing_for_another(environment):
    async with running_court(environment) as court:
        await register(court)
        court.clock.move(timedelta(minutes=1))
        browser = court.browser()
        code = await code_for(court, browser, LI, "sign_in")
        refused = await browser.act("/recovery", {"mobile": LI, "code": code, "password": PASSWORD + " two"})
        assert problem(refused) == (422, "code-wrong")


async def test_one_account_a_number_and_a_person(environment):
    async with running_court(environment) as court:
        await register(court)
        court.clock.move(timedelta(minutes=1))
        browser = court.browser()
        taken = await registration(court, browser, WANG)
        assert problem(await browser.act("/people", taken)) == (409, "identity-taken")
        court.clock.move(timedelta(minutes=1))
        body = {"mobile": LI, "purpose": "register", "altcha": await solved(browser)}
        await browser.act("/one-time-codes", body)
        assert any("已有账户" in text for text in await texts(court))


@pytest.mark.parametrize(("sequence", "matched"), [("404", False), ("503", None)])
async def test_a_name_that_does_not_match_may_register_and_is_told_what_is_missing(environment, sequence, matched):
    async with running_court(environment) as court:
        browser = await register(court, identity_number=identity_number(sequence))
        account = (await browser.get("/account")).json()
        assert (account["real_name_checked"], account["real_name_matched"]) == (False, matched)
        assert account["real_name_note"]["zh"]
        [act] = [a for a in account["permitted_acts"] if a["act"] == "give_mandate"]
        assert (act["permitted"], bool(act["reason"]["en"])) == (False, True)
        mandate = {
            "agent_mobile": WANG, "agent_kind": "relative", "powers": ["general"],
            "signature": {"name": "李明", "image": "data:image/png;base64,iVBORw0KGgo="},
        }  # fmt: skip
        refused = await browser.act("/mandates", mandate)
        assert problem(refused) == (403, "real-name-not-checked")
        assert refused.json()["articles"] == ["ORL 7"]
        corrected = await browser.act("/account/real-name-check", {"identity_number": identity_number("007")})
        assert corrected.json()["real_name_checked"] is True


async def test_an_organisation_registers_with_its_first_member(environment):
    async with running_court(environment) as court:
        organisation = {
            "kind": "organisation", "organisation_name": "北京晴川数码有限公司", "credit_code": CREDIT_CODE,
            "legal_representative": "周正",
        }  # fmt: skip
        browser = court.browser()
        form = await registration(court, browser, **organisation, identity_number=None)
        missing = await browser.act("/people", {**form, "credit_code": None})
        assert [f["field"] for f in missing.json()["fields"]] == ["credit_code"]
        answer = await browser.act("/people", form)
        assert answer.status_code == 201, answer.text
        assert [o["name"] for o in answer.json()["organisations"]] == ["北京晴川数码有限公司"]
        court.clock.move(timedelta(minutes=1))
        second = court.browser()
        form = await registration(court, second, WANG, **organisation)
        assert problem(await second.act("/people", form)) == (409, "organisation-taken")


async def test_two_requests_with_one_code_open_one_account(environment):
    import asyncio

    async with running_court(environment) as court:
        browser = court.browser()
        form = await registration(court, browser)
        forms = [
            {**form, "altcha": await solved(browser), "identity_number": identity_number(f"00{n}")} for n in range(3)
        ]
        answers = await asyncio.gather(*(court.browser().act("/people", f) for f in forms))
        assert sorted(a.status_code for a in answers) == [201, 422, 422]
