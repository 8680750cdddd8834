"""Every route × everybody × own, another's and nobody's matter. What is allowed is worked out from the policies."""

import uuid

import httpx
import pytest
from tests.authorisation.town import Route, Town

from tianping.platform.http.envelope import SECURITY_HEADERS

pytestmark = pytest.mark.asyncio(loop_scope="session")

PUBLIC_ACTS = {
    "/api/v1/demo/sessions", "/api/v1/documents/check", "/api/v1/documents/check/file", "/api/v1/filing/can-we-help",
    "/api/v1/law/deadline", "/api/v1/law/fee", "/api/v1/law/interest", "/api/v1/law/jurisdiction",
    "/api/v1/one-time-codes", "/api/v1/payment-notifications", "/api/v1/people", "/api/v1/recovery",
    "/api/v1/sessions", "/api/v1/stand-in/{reference:str}/finish", "/api/v1/verifications", "/api/v1/verifications/file",
    "/api/v1/{path:path}",
}  # fmt: skip
"""What somebody unknown may do: sign in, register, calculate, check a paper or a deposit; gateways notify by signature."""

WITHOUT_KEY = {
    "POST /api/v1/totp", "POST /api/v1/totp/confirm",
    "DELETE /api/v1/sessions/{session_id:uuid}", "POST /api/v1/uploads", "PATCH /api/v1/uploads/{upload_id:uuid}",
    "POST /api/v1/uploads/{upload_id:uuid}", "DELETE /api/v1/uploads/{upload_id:uuid}",
    "POST /api/v1/uploads/{upload_id:uuid}/password",
}  # fmt: skip
"""Acts that may be sent twice without harm, or whose answer is a secret that is not kept for a replay."""

MATTERS = {
    "case_id", "filing_id", "order_id", "document_id", "upload_id", "message_id", "session_id", "token_id",
    "organisation_id", "exclusion_id", "mandate_id", "invitation_id", "relief_id", "deposit_id", "capture_id",
}  # fmt: skip
OFFICE = "/api/v1/administration/"
"""There the person, not a matter, is what an administrator's office is about."""

SEES: dict[str, set[str]] = {
    "cases.read": {"plaintiff", "judge_seated", "clerk", "head", "president", "token"},
    "evidence.filed-exhibits.read": {
        "plaintiff",
        "clerk",
        "clerk_other",
        "filing_judge",
        "head",
        "head_other",
        "president",
    },  # fmt: skip
    "evidence.exhibits.read": {"plaintiff", "judge_seated", "clerk", "head", "president"},
    "payments.order.read": {"plaintiff", "judge_seated", "head", "head_other", "president", "cashier"},
    "filing.filings.file": {"plaintiff"},
    "filing.reviews.read": {"clerk", "clerk_other", "filing_judge", "head", "head_other", "president"},
}
"""Who of the town stands to the plaintiff's case, money and filing so that they may read it."""


def at(route: Route, ids: dict[str, str]) -> str:
    """The route's path with ids put in; what is no matter gets a value of its kind."""
    others = {
        "day": "2026-03-02", "year": "2026", "part": "view", "cite": "CPL-122", "path": "nowhere", "reference": "0" * 32,
        "page": "1", "job_id": "1", "lockout_id": "0" * 64, "seq": "1", "height": "1", "which": "screen",
    }  # fmt: skip
    parts = []
    for part in route.path.split("/"):
        if part.startswith("{"):
            name = part[1:-1].split(":")[0]
            parts.append(ids.get(name) or others.get(name) or str(uuid.uuid4()))
        else:
            parts.append(part)
    return "/".join(parts)


def matters(route: Route) -> set[str]:
    names = {part[1:-1].split(":")[0] for part in route.path.split("/") if part.startswith("{")}
    return set() if route.path.startswith(OFFICE) else names & MATTERS


def is_ours(route: Route) -> bool:
    return route.path.startswith("/api/v1/") and "/schema" not in route.path


async def test_only_known_acts_are_open_to_the_unknown(town: Town):
    open_acts = {r.path for r in town.routes if r.permission == "public" and r.is_act}
    assert open_acts == PUBLIC_ACTS


async def test_every_permission_is_in_a_policy_and_used(town: Town):
    used = {r.permission for r in town.routes} - {"public", "signed-in"}
    assert used == set(town.court.court.guard.policy)


async def test_the_guard_follows_the_policies_for_everybody(town: Town):
    """Acts are sent without their key: one who may do it is asked for the key, one who may not never gets so far."""
    wrong = []
    for route in town.routes:
        for who in town.people:
            if not is_ours(route) or route.path == "/api/v1/{path:path}":
                continue
            if route.is_act and not route.idempotent and town.allows(who, route.permission):
                continue
            answer = await town.send(who, route, at(route, {}), key=False)
            code = code_of(answer)
            if not town.allows(who, route.permission):
                expected = (401, "not-signed-in") if who == "nobody" else (403, "not-permitted")
                good = (answer.status_code, code) == expected or (
                    route.method == "HEAD" and answer.status_code == expected[0]
                )
            elif route.is_act:
                good = (answer.status_code, code) == (400, "idempotency-key-missing")
            else:
                # No ledger runs beside this court: its routes say so.
                well = answer.status_code < 500 or code == "ledger-unavailable"
                good = well and code not in {"not-signed-in", "not-permitted"}
            if not good:
                wrong.append(f"{route} {who}: {answer.status_code} {code}")
    assert not wrong, "\n".join(wrong)


async def test_anothers_matter_is_to_a_stranger_as_if_it_were_not(town: Town):
    """With the right role but no standing, a matter that exists and one that does not answer the same, and never well."""
    wrong = []
    for route in town.routes:
        if not matters(route) or route.permission == "public":
            continue
        for who in strangers(town, route):
            body = town.bodies.of(route.operation)
            answers = [await town.send(who, route, at(route, ids), body=body) for ids in (town.mine, {})]
            seen = [told(answer, at(route, ids)) for answer, ids in zip(answers, (town.mine, {}), strict=True)]
            if seen[0] != seen[1] or not 400 <= answers[0].status_code < 500:
                wrong.append(
                    f"{route} {who}: {answers[0].status_code} {answers[0].text[:200]} / {answers[1].text[:200]}"
                )
            elif answers[0].status_code != 404 and not route.is_act:
                wrong.append(f"{route} {who}: {answers[0].status_code}, not 404")
    assert not wrong, "\n".join(wrong)


async def test_those_who_stand_to_a_matter_read_it(town: Town):
    """So that the refusals above are about standing and not about a route that refuses everybody."""
    wrong = []
    for route in town.routes:
        part = "/materials/" in route.path or "/docket-deposits/" in route.path  # of what is not in this town
        if route.is_act or not matters(route) or route.permission not in SEES or part:
            continue
        for who in SEES[route.permission]:
            answer = await town.send(who, route, at(route, town.mine))
            if answer.status_code != 200:
                wrong.append(f"{route} {who}: {answer.status_code} {answer.text[:160]}")
    assert not wrong, "\n".join(wrong)


def code_of(answer: httpx.Response) -> str | None:
    """The stable code of a refusal."""
    problem = answer.headers.get("content-type", "").startswith("application/problem+json") and answer.content
    return answer.json()["code"] if problem else None


def strangers(town: Town, route: Route) -> list[str]:
    """Who passes the guard of the route and has no standing to the plaintiff's matter."""
    related = {"plaintiff", "token"}
    if "exclusion_id" in route.path:
        related = {"judge_other", "head", "head_other", "president"}
    elif route.permission.startswith("filing.reviews"):
        return []  # the filing desk reviews every filing; which, is a matter of state
    elif any(name in route.path for name in ("case_id", "order_id", "document_id", "filing_id")):
        related |= SEES["cases.read"] | SEES["payments.order.read"]
        if "filing_id" in route.path or "document_id" in route.path:
            related |= SEES["filing.reviews.read"]
    return [who for who in town.people if town.allows(who, route.permission) and who not in related]


def told(answer: httpx.Response, path: str) -> tuple[int, object]:
    """What an answer tells, apart from the path that it repeats and the request's own number."""
    if "json" not in answer.headers.get("content-type", "") or not answer.content:
        return answer.status_code, len(answer.content)
    content = answer.json()
    if isinstance(content, dict):
        content = {k: v for k, v in content.items() if k not in {"instance", "request_id"}}
    return answer.status_code, content


async def test_acts_need_a_key(town: Town):
    """Every unsafe route that is not listed as safe to repeat takes an Idempotency-Key."""
    without = {str(r) for r in town.routes if r.is_act and not r.idempotent and r.permission != "public"}
    assert without == WITHOUT_KEY
    for key in ("short", "x" * 81, "with\x7fcontrol"):
        browser = await town.cast.of("plaintiff")
        answer = await browser.act("/filings", {"case_type": "ecom_sale"}, key=key)
        assert answer.status_code == 400, (key, answer.text)
        assert answer.json()["code"] == "idempotency-key-invalid"


@pytest.mark.parametrize("token", ["", "0" * 43])
async def test_a_cookie_alone_does_nothing(town: Town, token: str):
    """Cross-site request forgery: without the session's own token no unsafe route answers otherwise than 403."""
    wrong = []
    for route in town.routes:
        if route.is_act and route.path.startswith("/api/v1/"):
            answer = await town.send("plaintiff", route, at(route, town.mine), body={}, csrf=token)
            if (answer.status_code, answer.json().get("code")) != (403, "csrf-token-wrong"):
                wrong.append(f"{route}: {answer.status_code} {answer.text[:120]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null", "X-CSRF-Token": ""}],
)
async def test_another_sites_request_is_refused(town: Town, headers: dict[str, str]):
    browser = await town.cast.of("plaintiff")
    for route in (r for r in town.routes if r.is_act and is_ours(r)):
        given = {"X-CSRF-Token": browser.csrf, "Idempotency-Key": uuid.uuid4().hex, **headers}
        answer = await browser.http.request(route.method, at(route, {}), json={}, headers=given)
        assert answer.status_code == 403, f"{route}: {answer.status_code} {answer.text[:120]}"
        assert answer.json()["code"] in {"origin-refused", "csrf-token-wrong"}


async def test_security_headers_are_on_every_answer(town: Town):
    wrong = []
    for route in town.routes:
        for who in ("plaintiff", "nobody"):
            answer = await town.send(who, route, at(route, {}), body={}, csrf="wrong" if route.is_act else None)
            missing = [name for name in (*SECURITY_HEADERS, "X-Request-Id") if name not in answer.headers]
            private = not route.path.startswith("/api/") or any(
                word in answer.headers.get("cache-control", "") for word in ("no-store", "private", "no-cache")
            )
            if missing or not private:
                wrong.append(f"{route} {who}: {missing} {answer.headers.get('cache-control')}")
    assert not wrong, "\n".join(wrong)


async def test_a_tokens_narrow_scope_holds(town: Town):
    """A program reads cases and nothing else, whatever its owner may."""
    case = at(Route("GET", "/api/v1/cases/{case_id:uuid}", "cases.read", True), town.mine)
    nobody = await town.cast.of("nobody")
    headers = {"Authorization": f"Bearer {town.tokens['token']}"}
    assert (await nobody.http.get(case, headers=headers)).status_code == 200
    assert (await nobody.http.get("/api/v1/account", headers=headers)).status_code == 403
    assert (await nobody.http.get(case, headers={"Authorization": "Bearer tp_unknown"})).status_code == 401
    other = {"Authorization": f"Bearer {town.tokens['stranger_token']}"}
    assert (await nobody.http.get(case, headers=other)).status_code == 404
