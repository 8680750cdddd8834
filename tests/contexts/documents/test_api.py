"""Documents over HTTP, on the real site with fakes behind the desk."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.di import Provide
from tests.contexts.documents.conftest import Office

from tianping.contexts.documents import api, reactions
from tianping.contexts.documents.actions.desk import POLICY
from tianping.interfaces.cases import BenchAssigned
from tianping.interfaces.filing import FilingSubmitted
from tianping.interfaces.identity import Actor
from tianping.kit.digests import sm3
from tianping.kit.ids import PersonId, new_id
from tianping.platform.http.guard import Guard
from tianping.platform.http.site import build_site


class People:
    """Sessions whose bearer tokens are names."""

    def __init__(self, people: dict[str, PersonId]) -> None:
        self.people = people

    async def of_cookie(self, token: str) -> None:
        return None

    async def of_bearer(self, token: str) -> Actor | None:
        return Actor(self.people[token], machine=True)


@pytest.fixture
async def site(office: Office, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    world = office.world
    guard = Guard()
    guard.add(POLICY)
    people = {"filer": world.filer, "defendant": world.defendant, "stranger": PersonId(new_id())}

    app = build_site(
        handlers=api.ROUTES, guard=guard, sessions=People(people), checks={}, public_url="http://localhost:8000",
        web_dist=tmp_path,
        dependencies={
            "documents_desk": Provide(lambda: office.desk, sync_to_thread=False), "actor": Provide(_actor),
        },
    )  # fmt: skip
    await reactions.on_filing_submitted(office.desk, office.told(FilingSubmitted(filing_id=world.filing_id)))
    await reactions.on_bench_fixed(office.desk, office.told(BenchAssigned(case_id=world.case_id)))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000/api/v1") as client:
        yield client


async def _actor(request: Any) -> Actor:
    return request.scope["user"]


def within(path: str) -> str:
    """A path of the site as a path of the client, which begins below `/api/v1`."""
    return path.removeprefix("/api/v1")


def by(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {name}"}


async def test_my_papers_in_pages(site: httpx.AsyncClient) -> None:
    first = (await site.get("/documents?limit=2", headers=by("filer"))).json()
    assert len(first["items"]) == 2
    rest = (await site.get(f"/documents?limit=2&cursor={first['next_cursor']}", headers=by("filer"))).json()
    assert len(rest["items"]) == 1
    assert rest["next_cursor"] is None
    assert {paper["id"] for paper in first["items"]}.isdisjoint({paper["id"] for paper in rest["items"]})
    assert (await site.get("/documents", headers=by("stranger"))).json()["items"] == []
    assert (await site.get("/documents")).status_code == 401
    assert (await site.get("/documents?cursor=nonsense", headers=by("filer"))).status_code == 422


async def test_a_paper_and_its_content(site: httpx.AsyncClient, office: Office) -> None:
    papers = (await site.get(f"/cases/{office.world.case_id}/documents", headers=by("defendant"))).json()
    (paper,) = papers
    answer = await site.get(within(paper["content"]), headers=by("defendant"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert sm3(answer.content) == paper["digest"]
    again = await site.get(
        within(paper["content"]), headers={**by("defendant"), "If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    picture = await site.get(within(paper["picture"]), headers=by("defendant"))
    assert picture.headers["content-type"] == "image/webp"
    for path in (within(paper["content"]), within(paper["picture"]), f"/documents/{paper['id']}"):
        assert (await site.get(path, headers=by("stranger"))).status_code == 404
        assert (await site.get(path)).status_code == 401
    assert (await site.get(within(paper["picture"])[:-1] + "99", headers=by("defendant"))).status_code == 404


async def test_papers_of_a_filing(site: httpx.AsyncClient, office: Office) -> None:
    path = f"/filings/{office.world.filing_id}/documents"
    assert {p["kind"] for p in (await site.get(path, headers=by("filer"))).json()} == {"complaint", "filing_receipt"}
    assert (await site.get(path, headers=by("defendant"))).status_code == 404


async def test_anyone_checks_a_copy(site: httpx.AsyncClient, office: Office) -> None:
    (paper,) = (await site.get(f"/cases/{office.world.case_id}/documents", headers=by("defendant"))).json()
    pdf = (await site.get(within(paper["content"]), headers=by("defendant"))).content
    form = {"number": paper["number"]}

    async def of_file(content: bytes) -> httpx.Response:
        return await site.post(
            "/documents/check/file", data=form, files={"file": ("a.pdf", content, "application/pdf")}
        )

    same = await of_file(pdf)
    assert (same.status_code, same.json()["verdict"]) == (200, "same")
    assert (await of_file(pdf + b"x")).json()["verdict"] == "different"
    assert (await of_file(b"x" * 6_000_000)).json()["verdict"] == "different"
    by_digest = await site.post("/documents/check", json={**form, "digest": paper["digest"]})
    assert by_digest.json()["verdict"] == "same"
    unknown = await site.post("/documents/check", json={"number": "\x00", "digest": "0" * 64})
    assert unknown.json()["verdict"] == "unknown"
    for refused in (
        await site.post("/documents/check/file", data=form),
        await site.post("/documents/check", json={"number": "1", "digest": "12"}),
        await site.post("/documents/check", json={"number": "", "digest": "0" * 64}),
    ):
        assert refused.status_code in {400, 422}
