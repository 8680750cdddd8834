"""A page captured by the court: asked for, made by the worker, kept, deposited, downloaded; refused where it leads inside."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.apps.ledger.running import Node
from tests.engines.capture.sites import site
from tests.harness import RunningCourt, running_court
from tests.journeys.cast import Cast

from tianping.engines.capture.finding import find_browser
from tianping.kit.digests import sm3

pytestmark = pytest.mark.slow

needs_browser = pytest.mark.skipif(find_browser() is None, reason="Chromium is not installed")


@pytest_asyncio.fixture
async def rehearsed(environment: dict[str, str], node: Node, tmp_path: Path) -> AsyncIterator[RunningCourt]:
    """A court that may capture pages of its own machine."""
    data = tmp_path / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "ledger").symlink_to(node.place / "ledger")
    async with running_court({**environment, "TIANPING_CAPTURE_LOOPBACK": "1"}) as running:
        yield running


@needs_browser
async def test_from_an_address_to_a_deposit(rehearsed: RunningCourt):
    cast = await Cast(rehearsed).enter()
    plaintiff, nobody = await cast.of("plaintiff"), await cast.of("nobody")
    assert (await nobody.get("/capture-offer")).json()["available"] is True
    with site() as serving:
        asked = await plaintiff.act("/captures", {"url": f"{serving.url}/", "title": "侵权商品页"})
        assert asked.status_code == 201, asked.text
        assert asked.json()["state"] == "waiting"
        await rehearsed.settle()
    capture = (await plaintiff.get(f"/captures/{asked.json()['id']}")).json()
    assert (capture["state"], capture["percent"]) == ("stored", 100), capture
    assert any(one["weight"] == "unseen" for one in capture["findings"])
    package = await plaintiff.get(f"/captures/{capture['id']}/package")
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert "晨雾" in archive.read("page.txt").decode()
    deposit = (await plaintiff.get(f"/deposits/{capture['deposit_ids'][0]}")).json()
    assert deposit["state"] == "stored"
    assert deposit["digest"] == sm3(package.content)
    assert deposit["source"]["how"] == "web_capture"
    told = (await nobody.act("/verifications", {"number": deposit["number"], "digest": deposit["digest"]})).json()
    assert told["verdict"] == "match"
    record = (await plaintiff.get(f"/captures/{capture['id']}/record")).json()
    assert record["final"] == f"{serving.url}/"
    assert [one["status"] for one in record["requests"] if one["kind"] == "Document"] == [200]
    assert any(one["address"] == "127.0.0.1" for one in record["connections"])
    picture = await plaintiff.get(f"/captures/{capture['id']}/pictures/screen")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert (await plaintiff.get(f"/captures/{capture['id']}/pictures/other")).status_code == 422
    stranger = await cast.of("stranger")
    for path in ("", "/package", "/record", "/pictures/screen"):
        assert (await stranger.get(f"/captures/{capture['id']}{path}")).status_code == 404

    # Forgotten: the package goes too.
    await plaintiff.act(f"/deposits/{deposit['id']}/forget")
    await rehearsed.settle()
    for path in ("package", "record", "pictures/whole"):
        assert (await plaintiff.get(f"/captures/{capture['id']}/{path}")).status_code == 404
    assert (await plaintiff.get(f"/captures/{capture['id']}")).json()["findings"] == []


async def test_inside_is_refused_when_it_is_asked_for(court: RunningCourt, cast: Cast):
    plaintiff = await cast.of("plaintiff")
    for url in ("http://127.0.0.1:8010/", "http://[::1]/", "http://169.254.169.254/", "http://localhost/"):
        answer = await plaintiff.act("/captures", {"url": url, "title": "x"})
        assert answer.status_code in (422, 503), (url, answer.text)
        assert answer.json()["code"] in ("address-refused", "capture-unavailable")
