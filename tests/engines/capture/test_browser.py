"""Whole captures with Chromium, of a site on this machine; and what a page cannot make it do."""

import json
import sys
import zipfile
from pathlib import Path

import pytest
from tests.engines.capture.sites import site

from tianping.engines.capture.addresses import AddressGuard
from tianping.engines.capture.browser import ChromiumCapturer
from tianping.engines.capture.finding import find_browser, version_of
from tianping.engines.capture.packing import manifest_of, pack
from tianping.engines.capture.reading import picture_of, record_of
from tianping.interfaces.capture import AddressRefused, Captured, CaptureFailed, CaptureUnavailable
from tianping.kit.digests import sm3

pytestmark = pytest.mark.slow

needs_browser = pytest.mark.skipif(find_browser() is None, reason="Chromium is not installed")


async def capture(url: str, into: Path, **limits: float) -> tuple[Captured, list[str]]:
    steps: list[str] = []

    async def progress(step: str) -> None:
        steps.append(step)

    capturer = ChromiumCapturer(AddressGuard(loopback=True), **limits)  # type: ignore[arg-type]
    return await capturer.capture(url, into=into, progress=progress), steps


@needs_browser
async def test_a_page_with_everything_that_came(tmp_path: Path):
    with site() as serving:
        made, steps = await capture(f"{serving.url}/moved", tmp_path)
    assert steps == ["resolving", "opening", "loading", "picturing", "packing"]
    content = made.package.read_bytes()
    assert (made.digest, made.size) == (sm3(content), len(content))
    with zipfile.ZipFile(made.package) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = files.pop("manifest.json")
    assert manifest == manifest_of(files)
    assert made.facts["manifest"] == sm3(manifest)
    assert "今日下单" in files["page.txt"].decode()
    assert files["screen.png"].startswith(b"\x89PNG")
    assert files["whole.png"].startswith(b"\x89PNG")
    assert b"MIME-Version" in files["page.mhtml"]
    requests = json.loads(files["requests.json"])
    assert [one["status"] for one in requests[:2]] == [302, 200]
    assert requests[1]["content_sm3"]
    about = json.loads(files["capture.json"])
    assert about["final"] == f"{serving.url}/"
    assert about["browser"].startswith("Chrome")
    assert "synchronised" in about["machine"]["clock"]
    connections = json.loads(files["connections.json"])
    assert any(one["of_page"] and one["address"] == "127.0.0.1" for one in connections)
    codes = {one.code: one.weight for one in made.seen}
    assert codes["one-viewer"] == "unseen"
    assert codes["redirected"] == "note"

    record = record_of(made.package)
    assert (record.final, record.title) == (f"{serving.url}/", "晨雾海报")
    assert [one.status for one in record.requests[:2]] == [302, 200]
    assert record.requests[1].digest == requests[1]["content_sm3"]
    assert any(one.of_page and one.address == "127.0.0.1" and one.answers for one in record.connections)
    assert record.clock.now == about["machine"]["clock"]["now"]
    assert {one.name for one in record.files} == set(files)
    assert [picture_of(made.package, which)[:4] for which in ("screen", "whole")] == [b"\x89PNG"] * 2


@needs_browser
async def test_a_page_reaches_nothing_inside(tmp_path: Path):
    with site() as serving:
        made, _ = await capture(f"{serving.url}/reaches", tmp_path)
        assert serving.asked[0] == "/reaches"
        assert "/secret" not in serving.asked
    refused = next(one for one in made.seen if one.code == "refused")
    assert refused.weight == "unseen"
    assert "169.254.169.254" in refused.said.en
    assert "10.0.0.1" in refused.said.en


@needs_browser
async def test_a_redirection_inward_ends_it(tmp_path: Path):
    with site() as serving, pytest.raises((CaptureFailed, AddressRefused)):
        made, _ = await capture(f"{serving.url}/inward", tmp_path)
        # Chromium shows a page of its own for a refused tunnel; nothing of the inside is in it.
        with zipfile.ZipFile(made.package) as archive:
            assert b"meta-data" not in archive.read("page.txt")
        status = next(one for one in made.seen if one.code == "status")
        raise CaptureFailed(reason="private", zh=status.said.zh, en=status.said.en)


@needs_browser
async def test_too_much_and_too_slow(tmp_path: Path):
    with site() as serving:
        made, _ = await capture(f"{serving.url}/large", tmp_path, most_bytes=100_000)
        assert "too-much" in {one.code for one in made.seen}
        with pytest.raises(CaptureFailed) as slow:
            await capture(f"{serving.url}/never", tmp_path, time_s=8)
        assert slow.value.values["reason"] in {"time", "unreachable", "browser"}


async def test_inside_is_refused_before_a_browser_starts(tmp_path: Path):
    capturer = ChromiumCapturer(AddressGuard(), program=Path(sys.executable))

    async def progress(step: str) -> None:
        assert step == "resolving"

    with pytest.raises(AddressRefused):
        await capturer.capture("http://127.0.0.1/", into=tmp_path, progress=progress)


async def test_without_a_browser_it_says_so(tmp_path: Path):
    capturer = ChromiumCapturer(AddressGuard(loopback=True), program=tmp_path / "chromium")
    assert capturer.available() is None

    async def progress(step: str) -> None: ...

    with pytest.raises(CaptureUnavailable):
        await capturer.capture("http://127.0.0.1/", into=tmp_path, progress=progress)


@needs_browser
def test_a_browser_is_found_although_the_path_lacks_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    found = find_browser()
    assert found
    assert (version_of(found) or "").startswith(("Chromium", "Google Chrome"))


def test_a_program_that_is_named_and_not_there_is_not_replaced(tmp_path: Path):
    assert find_browser(tmp_path / "chromium") is None
    assert version_of(str(tmp_path / "chromium")) is None


def test_the_same_contents_make_the_same_package(tmp_path: Path):
    files = {"b.txt": "乙".encode(), "a/c.bin": bytes(range(256))}
    pack(files, tmp_path / "one.zip")
    pack(dict(reversed(files.items())), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    pack({**files, "b.txt": b"b"}, tmp_path / "three.zip")
    assert (tmp_path / "one.zip").read_bytes() != (tmp_path / "three.zip").read_bytes()
