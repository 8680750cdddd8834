"""One court for all tests here: a case walked to its bench, its papers, money and files, and everybody who might look."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from tests.authorisation.bodies import Bodies
from tests.harness import Browser, RunningCourt
from tests.journeys.cast import Cast

from tianping.contexts.identity.actions import seeding
from tianping.interfaces.identity import Role
from tianping.kit.problems import Text
from tianping.platform.http.openapi import document

NARROW = "cases.read"
"""The only permission of the token that the plaintiff gave to a program."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    permission: str
    idempotent: bool

    @property
    def is_act(self) -> bool:
        return self.method not in {"GET", "HEAD", "OPTIONS"}

    @property
    def operation(self) -> tuple[str, str]:
        """Where the API's description has it."""
        parts = [f"{{{part[1:-1].split(':')[0]}}}" if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts), self.method.lower()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Town:
    """The court, its people by name, what belongs to the plaintiff, and every route."""

    court: RunningCourt
    cast: Cast
    mine: dict[str, str]
    routes: list[Route]
    bodies: Bodies
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> list[str]:
        return [*self.cast.ids, "nobody", *self.tokens]

    def allows(self, who: str, permission: str) -> bool:
        """What the policies say, worked out here once more and apart from the guard."""
        if permission == "public":
            return True
        if who == "nobody":
            return False
        if who in self.tokens:
            return permission == NARROW
        return permission == "signed-in" or bool(self.court.court.guard.policy[permission] & ROLES[who])

    async def send(
        self, who: str, route: Route, path: str, *, body: object = None, key: bool = True, csrf: str | None = None
    ) -> Any:
        headers: dict[str, str] = {}
        if who in self.tokens:
            browser = await self.cast.of("nobody")
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        else:
            browser: Browser = await self.cast.of(who)
            headers["X-CSRF-Token"] = browser.csrf if csrf is None else csrf
        if key:
            headers["Idempotency-Key"] = uuid.uuid4().hex
        if route.path.endswith("/uploads/{upload_id:uuid}"):
            headers |= {
                "Tus-Resumable": "1.0.0",
                "Upload-Offset": "0",
                "Content-Type": "application/offset+octet-stream",
            }
            return await browser.http.request(route.method, path, headers=headers)
        return await browser.http.request(
            route.method, path, json=body if route.is_act else None, headers=headers, follow_redirects=False
        )


DEPOSIT = {
    "title": "《晨雾》", "category": "works", "digest": "6" * 64, "size": 1, "media_type": "image/jpeg", "file_name": "a.jpg",
}  # fmt: skip

ROLES: dict[str, frozenset[Role]] = {}
"""The role of each person of the town."""


def routes_of(court: RunningCourt) -> list[Route]:
    found = []
    for route in court.site.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            assert isinstance(handler, HTTPRouteHandler)
            found += [
                Route(method, route.path, handler.opt["permission"], handler.opt.get("idempotent", True))
                for method in sorted(handler.http_methods)
                if "permission" in handler.opt
            ]
    return sorted(found, key=lambda r: (r.path, r.method))


async def settled(court: RunningCourt) -> Town:
    cast = await Cast(court).enter()
    await _newcomers(cast)
    plaintiff = await cast.of("plaintiff")
    filing_id = await cast.fill("plaintiff")
    uploads = (await plaintiff.get(f"/filings/{filing_id}/materials")).json()
    await cast.submit("plaintiff", filing_id)
    case = await cast.accept(filing_id)
    order = await cast.pay(case["id"])
    papers = (await plaintiff.get(f"/cases/{case['id']}/documents")).json()
    papers = papers["items"] if isinstance(papers, dict) else papers
    messages = (await plaintiff.get("/messages")).json()["items"]
    sessions = (await plaintiff.get("/sessions")).json()["items"]
    token = (await plaintiff.act("/api-tokens", {"name": "program", "scopes": [NARROW], "days": 30})).json()
    other_token = await (await cast.of("stranger")).act(
        "/api-tokens", {"name": "program", "scopes": [NARROW], "days": 30}
    )
    organisation = await seeding.open_organisation(
        court.desk("identity"), owner=cast.ids["plaintiff"], name="北京晨光贸易有限公司",
        credit_code="91350100M000100Y43", legal_representative="李明",
    )  # fmt: skip
    judge = await cast.of("judge_other")
    exclusion = await judge.act("/exclusions", {"party_name": "北京某某科技有限公司"})
    assert exclusion.status_code == 201, exclusion.text
    deposit = await plaintiff.act("/deposits", DEPOSIT)
    assert deposit.status_code == 201, deposit.text
    mine = {
        "deposit_id": deposit.json()["id"],
        "case_id": case["id"], "filing_id": filing_id, "order_id": order["id"], "document_id": papers[0]["id"],
        "upload_id": (uploads["items"] if isinstance(uploads, dict) else uploads)[0]["upload_id"],
        "message_id": messages[0]["id"], "session_id": sessions[0]["id"], "token_id": token["id"],
        "organisation_id": str(organisation), "exclusion_id": exclusion.json()["id"],
        "person_id": str(cast.ids["stranger"]),
    }  # fmt: skip
    seated = {s["person_id"] for s in (await plaintiff.get(f"/cases/{case['id']}")).json()["bench"]}
    cast.ids = {
        ("judge_seated" if str(person) in seated and key.startswith("judge") else key): person
        for key, person in cast.ids.items()
    }  # fmt: skip
    cast.browsers = {key: browser for key, browser in cast.browsers.items() if key in cast.ids}
    for key, role in (
        ("plaintiff", Role.LITIGANT), ("stranger", Role.LITIGANT), ("lawyer", Role.LAWYER), ("clerk", Role.CLERK),
        ("clerk_other", Role.CLERK), ("filing_judge", Role.FILING_JUDGE), ("judge_one", Role.JUDGE),
        ("judge_two", Role.JUDGE), ("judge_three", Role.JUDGE), ("judge_seated", Role.JUDGE),
        ("judge_other", Role.JUDGE), ("head", Role.DIVISION_HEAD), ("head_other", Role.DIVISION_HEAD),
        ("president", Role.PRESIDENT), ("cashier", Role.CASHIER), ("system_admin", Role.SYSTEM_ADMIN),
        ("security_admin", Role.SECURITY_ADMIN), ("audit_admin", Role.AUDIT_ADMIN),
    ):  # fmt: skip
        ROLES[key] = frozenset({role})
    return Town(
        court, cast, mine, routes_of(court), Bodies(document(court.site)),
        {"token": token["token"], "stranger_token": other_token.json()["token"]},
    )  # fmt: skip


async def _newcomers(cast: Cast) -> None:
    """Those who have the right role and nothing to do with the matter."""
    desk = cast.court.desk("identity")
    for number, (key, name, role, division) in enumerate(
        (
            ("judge_other", "沈远", Role.JUDGE, "third"),
            ("head_other", "韩远", Role.DIVISION_HEAD, "third"),
            ("clerk_other", "杨远", Role.CLERK, "third"),
        )
    ):
        cast.ids[key] = await seeding.register_staff(
            desk, name=name, mobile=f"1370000{number:04d}", roles={role}, division=division, subjects=("domain",),
            about=Text(name, name),
        )  # fmt: skip
    cast.ids["lawyer"] = await seeding.open_account(
        desk, name="朱律", mobile="13600000000", roles=(Role.LAWYER,), licence="11101202010000001",
        firm="北京示范律师事务所", about=Text("朱律", "Zhu"),
    )  # fmt: skip
