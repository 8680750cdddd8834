"""What a newcomer's browser does: solve the robot check, read the text message, register."""

import asyncio
import re
from typing import Any

import altcha
import httpx
from tests.harness import Browser, RunningCourt

from tianping.contexts.identity.actions import register_staff
from tianping.contexts.identity.rules.numbers import identity_check_digit
from tianping.interfaces.identity import Role

PASSWORD = "correct horse battery staple"
LI, WANG, ZHAO = "13800000001", "13800000002", "13800000003"
STAFF_MOBILES = {Role.SYSTEM_ADMIN: "13900000001", Role.SECURITY_ADMIN: "13900000002", Role.AUDIT_ADMIN: "13900000003"}
CREDIT_CODE = "91350100M000100Y43"


def identity_number(sequence: str = "002", birth: str = "19491231") -> str:
    first17 = f"110105{birth}{sequence}"
    return first17 + identity_check_digit(first17)


async def solved(browser: Browser) -> str:
    """The payload that the ALTCHA widget would return."""
    challenge = altcha.Challenge.from_dict((await browser.get("/altcha")).json())
    solution = await asyncio.to_thread(altcha.solve_challenge, challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


async def texts(court: RunningCourt) -> list[str]:
    """The text messages on the demo court's page, newest first."""
    await court.settle()
    messages = (await court.browser().get("/demo/messages?limit=100")).json()["items"]
    return [m["text"]["zh"] for m in messages if m["channel"] == "sms"]


async def code_for(court: RunningCourt, browser: Browser, mobile: str, purpose: str) -> str:
    body = {"mobile": mobile, "purpose": purpose, "altcha": await solved(browser)}
    sent = await browser.act("/one-time-codes", body)
    assert sent.status_code == 201, sent.text
    found = [re.search(r"验证码 (\d{6})", text) for text in await texts(court)]
    return next(match[1] for match in found if match)


async def registration(court: RunningCourt, browser: Browser, mobile: str = LI, **changes: Any) -> dict[str, Any]:
    form = {
        "kind": "person", "mobile": mobile, "name": "李明", "identity_number": identity_number(), "password": PASSWORD,
        "code": await code_for(court, browser, mobile, "register"), "altcha": await solved(browser),
    }  # fmt: skip
    return {**form, **changes}


async def register(court: RunningCourt, mobile: str = LI, **changes: Any) -> Browser:
    """A browser in which a new person is signed in."""
    browser = court.browser()
    answer = await browser.act("/people", await registration(court, browser, mobile, **changes))
    assert answer.status_code == 201, answer.text
    browser.csrf = answer.json()["csrf_token"]
    return browser


async def administrator(court: RunningCourt, role: Role) -> Browser:
    mobile = STAFF_MOBILES[role]
    await register_staff(
        court.desk("identity"), name=f"管理员{role.value[:3]}", mobile=mobile, roles=[role], password=PASSWORD
    )
    browser = court.browser()
    assert (await browser.sign_in(mobile, PASSWORD)).status_code == 201
    return browser


def problem(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]
