"""Filing alone on a real database: its own routes behind the real guard, its reactions worked on demand."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import procrastinate
import pytest
from litestar import Request
from litestar.di import Provide
from tests.fakes.court_services import FakeCases, FakeDelivery
from tests.fakes.filing_services import FakeDocuments, FakePeople, FakeUploads

from tianping.contexts.filing import wiring
from tianping.interfaces.identity import Actor, Role
from tianping.interfaces.services import Services
from tianping.kit.clock import SettableClock
from tianping.kit.ids import PersonId, new_id
from tianping.law.lawbook import load
from tianping.platform.blobs import open_blobs
from tianping.platform.court import read_court
from tianping.platform.events import Jobs, Journal, Reactions
from tianping.platform.http.guard import Guard
from tianping.platform.http.site import build_site
from tianping.platform.keyring import FileKeys, Keyring
from tianping.platform.parts import Platform
from tianping.platform.settings import read_settings

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"drawn").decode()


class _Sessions:
    """A bearer token is the person's id and roles."""

    async def of_cookie(self, token: str) -> None:
        return None

    async def of_bearer(self, token: str) -> Actor | None:
        person, _, roles = token.partition(":")
        return Actor(PersonId(UUID(person)), None, frozenset(Role(r) for r in roles.split(",") if r), "filing")


class Client:
    def __init__(self, site: Any, person: PersonId | None, *roles: Role) -> None:
        token = {"Authorization": f"Bearer {person}:{','.join(roles)}"} if person else {}
        self.person = person
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=site, raise_app_exceptions=False),
            base_url="https://localhost:8000/api/v1", headers=token,
        )  # fmt: skip

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.http.get(path, **kwargs)

    async def act(
        self, path: str, body: object = None, *, key: str | None = None, method: str = "POST"
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key or new_id().hex}
        return await self.http.request(method, path, json=body, headers=headers)


class House:
    """Filing and the handles a test needs."""

    def __init__(self, site: Any, built: Any, service: Any, platform: Platform, fakes: dict[str, Any]) -> None:
        self.site, self.built, self.service, self.platform = site, built, service, platform
        self.desk = built.desk
        self.clock: SettableClock = platform.clock
        self.people: FakePeople = fakes["people"]
        self.uploads: FakeUploads = fakes["materials"]
        self.delivery: FakeDelivery = fakes["delivery"]
        self.cases: FakeCases = fakes["cases"]

    def person(self, name: str = "李明") -> Client:
        return Client(self.site, self.people.add(name), Role.LITIGANT)

    def agent(self, name: str = "陈律") -> Client:
        return Client(self.site, self.people.add(name), Role.LITIGANT, Role.LAWYER)

    def clerk(self, name: str = "赵书") -> Client:
        return Client(self.site, self.people.add_staff(name, Role.CLERK), Role.CLERK)

    def judge(self, name: str = "孙法") -> Client:
        return Client(self.site, self.people.add_staff(name, Role.FILING_JUDGE), Role.FILING_JUDGE)

    def stranger(self) -> Client:
        return Client(self.site, None)

    async def settle(self) -> None:
        await self.platform.jobs.app.run_worker_async(
            wait=False, install_signal_handlers=False, listen_notify=False,
            delete_jobs=procrastinate.jobs.DeleteJobCondition.SUCCESSFUL,
        )  # fmt: skip

    async def begin(self, client: Client, **body: Any) -> dict[str, Any]:
        made = await client.act("/filings", {"case_type": "ecom_sale", **body})
        assert made.status_code == 201, made.text
        return made.json()

    async def save(self, client: Client, filing: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
        done = await client.act(
            f"/filings/{filing['id']}/answers",
            {"answers": [{"path": path, "value": value, "revision": filing["revision"]}]},
            method="PATCH",
        )
        assert done.status_code == 200, done.text
        filing["revision"] = done.json()["revision"]
        return done.json()

    async def fill(self, client: Client, filing: dict[str, Any], **changes: Any) -> None:
        """A complete online-shopping dispute with one exhibit."""
        for path, value in {**COMPLETE, **changes}.items():
            await self.save(client, filing, path, value)
        upload = self.uploads.add(client.person, "订单.pdf")
        exhibit = {"name": "订单截图", "source": "购物应用", "proves": "合同成立", "upload_id": str(upload)}
        await self.save(client, filing, "evidence.0", exhibit)

    async def sign(self, client: Client, filing: dict[str, Any]) -> httpx.Response:
        complaint = (await client.get(f"/filings/{filing['id']}/complaint")).json()
        name = self.people.identities[client.person].name
        return await client.act(
            f"/filings/{filing['id']}/sign", {"name": name, "image": PNG, "digest": complaint["digest"]}
        )

    async def submitted(self, client: Client, **changes: Any) -> dict[str, Any]:
        filing = await self.begin(client)
        await self.fill(client, filing, **changes)
        signed = await self.sign(client, filing)
        assert signed.status_code == 200, signed.text
        done = await client.act(f"/filings/{filing['id']}/submit")
        assert done.status_code == 200, done.text
        return done.json()

    async def checked(self, reviewer: Client, filing_id: str) -> None:
        """Every condition of the checklist is found to be met."""
        review = (await reviewer.get(f"/reviews/{filing_id}")).json()
        for item in review["checklist"]:
            done = await reviewer.act(f"/reviews/{filing_id}/check-item", {"item": item["item"], "finding": "met"})
            assert done.status_code == 200, done.text


COMPLETE: dict[str, Any] = {
    "plaintiffs.0.sex": "male",
    "plaintiffs.0.born_on": "1990-03-07",
    "plaintiffs.0.ethnicity": "汉族",
    "defendants": [
        {
            "kind": "organisation", "name": "北京山野茶语贸易有限公司", "shop": "山野茶语旗舰店",
            "address": "北京市丰台区示例东路20号", "domicile": "北京市丰台区",
        }
    ],
    "facts": {
        "platform": "优选商城", "shop": "defendants.0", "order_no": "202602140001", "order_time": "2026-02-14T20:31:00",
        "goods": "绿茶 250 克 2 罐", "price_paid": "598.00", "delivery": "2026年2月17日在成都签收",
        "defect_kind": "counterfeit", "defect_facts": "生产许可编号查询不到", "purpose": "consumption",
        "contact": "2月20日申请退款被拒绝",
    },
    "claims": [{"kind": "refund"}, {"kind": "triple"}, {"kind": "costs"}],
    "links": {"platform_is_ecommerce_platform": True, "signed_or_performed_on_platform": True},
}  # fmt: skip


@pytest.fixture
async def house(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[House]:
    settings = read_settings(environment)
    law, keyring, clock = load(settings.lawbook), Keyring(FileKeys(settings.keys)), SettableClock(START)
    jobs = Jobs(settings.database_dsn)
    platform = Platform(
        settings=settings, court=read_court(settings.court_file), clock=clock, keyring=keyring, jobs=jobs,
        journal=Journal(jobs), law=law, calendar=lambda: law.calendar, blobs=open_blobs(settings.blobs.as_uri()),
    )  # fmt: skip
    fakes: dict[str, Any] = {
        "people": FakePeople(), "materials": FakeUploads(), "documents": FakeDocuments(), "delivery": FakeDelivery(),
        "cases": FakeCases(),
    }  # fmt: skip
    database, plain = platform.database("filing"), platform.database("platform")
    service = wiring.service(platform, database)
    services = Services(sessions=_Sessions(), filings=service, payments=None, evidence=None, **fakes)
    built = wiring.build(platform, database, services)
    guard = Guard()
    guard.add(built.policy)
    reactions = Reactions(jobs, plain)
    reactions.register("filing", built.desk, built.reactions)
    # Jobs of other contexts are deferred too; here nobody works them.
    for other in ("documents", "cases"):
        jobs.app.task(name=f"react.{other}", queue="reactions")(_ignore)

    async def give_actor(request: Request[Any, Any, Any]) -> Actor:
        return request.scope["user"]

    site = build_site(
        handlers=list(built.routes), guard=guard, sessions=_Sessions(), checks={}, public_url="https://localhost:8000",
        web_dist=tmp_path, dependencies={
            "filing_desk": Provide(lambda: built.desk, sync_to_thread=False), "actor": Provide(give_actor),
        },
    )  # fmt: skip
    await database.open()
    await plain.open()
    await jobs.app.open_async()
    try:
        yield House(site, built, service, platform, fakes)
    finally:
        await jobs.app.close_async()
        await database.close()
        await plain.close()


async def _ignore(event_id: str) -> None:
    return None
