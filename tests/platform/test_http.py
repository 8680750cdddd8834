"""What surrounds every request: permissions, problems, act keys, ETags, headers, limits."""

from typing import Any

import httpx
import msgspec
import pytest
from litestar import get, post
from psycopg import errors as pg

from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import PersonId, new_id
from tianping.kit.problems import Conflict, Text
from tianping.platform.http.guard import PUBLIC, Guard, RouteWithoutPermission, permit
from tianping.platform.http.site import build_site

CLERK = Actor(PersonId(new_id()), roles=frozenset({Role.CLERK}))


class OnePerson:
    """A clerk with the cookie `clerk`, a machine with the token `machine`."""

    async def of_cookie(self, token: str) -> tuple[Actor, str] | None:
        return (CLERK, "csrf") if token == "clerk" else None

    async def of_bearer(self, token: str) -> Actor | None:
        return CLERK if token == "machine" else None


class Wish(msgspec.Struct, frozen=True):
    wish: str


class WishGranted(Conflict):
    code = "wish-granted"
    title = Text("已经实现", "Already granted")
    detail = Text("愿望{wish}", "the wish {wish}")
    articles = ("CPL 1",)


@get("/open", opt=permit(PUBLIC))
async def open_() -> dict[str, str]:
    return {"a": "b"}


@get("/clerks", opt=permit("test.clerks"))
async def clerks() -> dict[str, str]:
    return {"a": "b"}


@post("/wishes", opt=permit("test.clerks"))
async def wishes(data: Wish) -> Wish:
    raise WishGranted(wish=data.wish)


def site(tmp_path, *more: Any, limit: int = 0):
    guard = Guard()
    guard.add({"test.clerks": frozenset({Role.CLERK})})
    return build_site(
        handlers=[open_, clerks, wishes, *more], guard=guard, sessions=OnePerson(), checks={},
        public_url="https://court.example", web_dist=tmp_path, requests_a_minute=limit,
    )  # fmt: skip


def client(app, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="https://court.example", headers=headers)


COOKIE = {"Cookie": "__Host-tianping=clerk"}
ACT = {**COOKIE, "X-CSRF-Token": "csrf", "Idempotency-Key": "key-12345"}


def test_a_route_without_a_permission_stops_the_start(tmp_path):
    @get("/forgotten")
    async def forgotten() -> str:
        return ""

    with pytest.raises(RouteWithoutPermission, match="/forgotten"):
        site(tmp_path, forgotten)


def test_an_unknown_permission_stops_the_start(tmp_path):
    @get("/typo", opt=permit("test.clerk"))
    async def typo() -> str:
        return ""

    with pytest.raises(RouteWithoutPermission, match=r"test\.clerk"):
        site(tmp_path, typo)


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), (COOKIE, 200), ({"Authorization": "Bearer machine"}, 200), ({"Authorization": "Bearer x"}, 401)],
)
async def test_who_may_read(tmp_path, headers, status):
    assert (await client(site(tmp_path), **headers).get("/api/v1/clerks")).status_code == status


async def test_a_refusal_is_a_problem_in_the_readers_language(tmp_path):
    app = site(tmp_path)
    zh = await client(app, **ACT).post("/api/v1/wishes", json={"wish": "安"})
    en = await client(app, **ACT, **{"Accept-Language": "en-GB"}).post("/api/v1/wishes", json={"wish": "安"})
    assert zh.headers["content-type"] == "application/problem+json"
    body = zh.json()
    assert (zh.status_code, body["code"], body["title"], body["detail"]) == (409, "wish-granted", "已经实现", "愿望安")
    assert body["articles"] == ["CPL 1"]
    assert body["request_id"] == zh.headers["x-request-id"]
    assert (en.json()["title"], en.headers["content-language"]) == ("Already granted", "en")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"X-CSRF-Token": "other"}, 403, "csrf-token-wrong"),
        ({"X-CSRF-Token": ""}, 403, "csrf-token-wrong"),
        ({"Idempotency-Key": "short"}, 400, "idempotency-key-invalid"),
        ({"Origin": "https://evil.example"}, 403, "origin-refused"),
        ({"Sec-Fetch-Site": "cross-site"}, 403, "origin-refused"),
        ({"Origin": "https://court.example"}, 409, "wish-granted"),
    ],
)
async def test_an_act_must_come_from_our_page(tmp_path, change, status, code):
    answer = await client(site(tmp_path), **{**ACT, **change}).post("/api/v1/wishes", json={"wish": "x"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_act_needs_a_key(tmp_path):
    headers = {k: v for k, v in ACT.items() if k != "Idempotency-Key"}
    answer = await client(site(tmp_path), **headers).post("/api/v1/wishes", json={"wish": "x"})
    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"wish": 5}', b"{}"])
async def test_bad_input_is_told_with_its_place(tmp_path, body):
    headers = {**ACT, "Content-Type": "application/json"}
    answer = await client(site(tmp_path), **headers).post("/api/v1/wishes", content=body)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("bad-request", "invalid-input")


async def test_a_read_that_has_not_changed_is_not_sent_again(tmp_path):
    http = client(site(tmp_path))
    first = await http.get("/api/v1/open")
    again = await http.get("/api/v1/open", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await http.get("/api/v1/open", headers={"If-None-Match": '"x"'})
    assert other.json() == {"a": "b"}


async def test_every_answer_carries_the_security_headers(tmp_path):
    http = client(site(tmp_path))
    for path in ("/api/v1/open", "/api/v1/clerks", "/nowhere", "/api/v1/nowhere", "/healthz"):
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
    assert (await http.put("/api/v1/open")).headers["x-content-type-options"] == "nosniff"


async def test_unknown_paths_and_methods_are_problems(tmp_path):
    http = client(site(tmp_path))
    assert (await http.get("/api/v1/nowhere")).json()["code"] == "not-found"
    assert (await http.put("/api/v1/open", headers={"Idempotency-Key": "key-12345"})).json()[
        "code"
    ] == "method-not-allowed"


async def test_too_many_requests_are_told_so(tmp_path):
    http = client(site(tmp_path, limit=5))
    statuses = [(await http.get("/api/v1/open")).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2


async def test_files_outside_the_web_app_are_never_served(tmp_path):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<p>app</p>")
    (tmp_path / "secret.txt").write_text("secret")
    http = client(site(tmp_path / "dist"))
    page = await http.get("/cases/1")
    assert (page.text, page.headers["content-type"]) == ("<p>app</p>", "text/html; charset=utf-8")
    assert (await http.head("/")).status_code == 200
    (tmp_path / "dist" / "a.mjs").write_text("1")
    assert (await http.get("/a.mjs")).headers["content-type"].startswith("text/javascript")
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"):
        assert (await http.get(path)).text != "secret"


async def test_the_openapi_document_names_permissions_keys_and_refusals(tmp_path):
    document = (await client(site(tmp_path)).get("/api/v1/schema/openapi.json")).json()
    operation = document["paths"]["/api/v1/wishes"]["post"]
    assert operation["x-permission"] == "test.clerks"
    assert "Idempotency-Key" in [p["name"] for p in operation["parameters"]]
    assert {"401", "403", "409", "422"} <= set(operation["responses"])


class Unreachable(OnePerson):
    """Sessions whose database has gone."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    async def of_cookie(self, token: str) -> tuple[Actor, str] | None:
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (pg.OperationalError("gone"), 503, "unavailable"),
        (pg.InterfaceError("the connection is closed"), 503, "unavailable"),
        (pg.DatabaseError("server closed the connection unexpectedly"), 503, "unavailable"),
        (pg.DiskFull("no room"), 507, "storage-full"),
        (RuntimeError("wrong"), 500, "internal"),
    ],
)
async def test_what_fails_before_the_handler_is_a_problem_like_any_other(tmp_path, failure, status, code):
    app = site(tmp_path)
    app.envelope._sessions = Unreachable(failure)
    async with client(app, **COOKIE) as http:
        answer = await http.get("/api/v1/clerks")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
