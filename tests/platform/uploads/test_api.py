"""Uploads by HTTP on a real database: whose they are, how far, what became of them, and every refusal."""

import base64
import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pikepdf
import pytest
from tests.engines.materials import samples
from tests.fakes.clamd import FakeClamd
from tests.platform.uploads.court import UPLOADS, Place, opened, person

from tianping.engines.materials.scanning import ClamdScanner
from tianping.interfaces.materials import Part
from tianping.kit.clock import SettableClock
from tianping.kit.digests import Sm3, sm3
from tianping.platform.database import ActKey, acting
from tianping.platform.http.openapi import document
from tianping.platform.uploads import jobs
from tianping.platform.uploads.model import Limits, MaterialMissing, MaterialUnfit, NotReady

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = TUS | {"Content-Type": "application/offset+octet-stream"}


def metadata(name: str, declared: str = "application/octet-stream") -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in (("filename", name), ("filetype", declared))
    )


async def create(client: httpx.AsyncClient, size: int, name: str = "文件.bin", **headers: str) -> httpx.Response:
    return await client.post(
        UPLOADS, headers=TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata(name)} | headers
    )


async def send(client: httpx.AsyncClient, url: str, offset: int, content: bytes, **headers: str) -> httpx.Response:
    return await client.patch(url, content=content, headers=CHUNK | {"Upload-Offset": str(offset)} | headers)


async def upload(client: httpx.AsyncClient, content: bytes, name: str) -> str:
    created = await create(client, len(content), name)
    assert created.status_code == 201, created.text
    url = created.headers["location"]
    if content:
        assert (await send(client, url, 0, content)).status_code == 204
    return url


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["messages"]["title"]["zh"]
    assert body["messages"]["title"]["en"]
    return response.status_code, body["code"]


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture
async def court(environment: dict[str, str], clock: SettableClock):
    async with opened(environment, clock=clock, limits=Limits(quota=3 << 20, size=2 << 20, unfinished=5)) as here:
        yield here


@pytest.fixture
async def alice(court: Place):
    async with court.client("alice") as client:
        yield client


@pytest.fixture
async def bob(court: Place):
    async with court.client("bob") as client:
        yield client


def on_disk(court: Place) -> set[str]:
    return {
        path.name for path in court.platform.settings.data.rglob("*") if path.is_file() and "keys" not in path.parts
    }


async def test_options_tell_what_is_spoken(court: Place) -> None:
    async with court.client("") as anybody:
        answer = await anybody.options(UPLOADS)
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "termination",
        "checksum",
        "expiration",
    }
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,sm3"
    assert answer.headers["tus-max-size"] == str(2 << 20)


async def test_a_file_in_three_parts_becomes_ready(court: Place, alice: httpx.AsyncClient) -> None:
    content = samples.pdf(3) + b"%" + b"x" * 300_000
    created = await create(alice, len(content), "购物合同.pdf")
    assert created.status_code == 201
    assert created.headers["tus-resumable"] == "1.0.0"
    assert created.headers["upload-expires"] == "Mon, 09 Mar 2026 01:00:00 GMT"
    url = created.headers["location"]
    for start in range(0, len(content), 120_000):
        asked = await alice.head(url, headers=TUS)
        assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == (str(start), str(len(content)))
        assert asked.headers["cache-control"] == "no-store"
        sent = await send(alice, url, start, content[start : start + 120_000])
        assert sent.status_code == 204
        assert sent.headers["upload-offset"] == str(min(start + 120_000, len(content)))
    state = (await alice.get(f"{url}/state")).json()
    assert (state["state"], state["offset"], state["content"]) == ("inspecting", len(content), None)
    await court.settle()
    state = (await alice.get(f"{url}/state")).json()
    assert state["state"] == "ready"
    assert (state["name"], state["type"], state["kind"], state["pages"]) == (
        "购物合同.pdf",
        "application/pdf",
        "pdf",
        3,
    )
    assert state["digest"] == sm3(content)
    assert state["finding"] is None
    assert (await alice.get(state["content"])).content == content
    picture = await alice.get(state["thumbnail"])
    assert picture.headers["content-type"] == "image/webp"
    assert picture.content[:4] == b"RIFF"


async def test_creation_with_upload(court: Place, alice: httpx.AsyncClient) -> None:
    body = b"hello, court"
    whole = await alice.post(
        UPLOADS, content=body, headers=CHUNK | {"Upload-Length": str(len(body)), "Upload-Metadata": metadata("a.txt")}
    )
    assert (whole.status_code, whole.headers["upload-offset"]) == (201, str(len(body)))
    part = await alice.post(UPLOADS, content=body[:5], headers=CHUNK | {"Upload-Length": str(len(body))})
    assert part.headers["upload-offset"] == "5"
    assert (await send(alice, part.headers["location"], 5, body[5:])).status_code == 204
    await court.settle()
    assert (await alice.get(f"{part.headers['location']}/content")).content == body
    assert (await alice.get(f"{whole.headers['location']}/content")).content == body


async def test_an_empty_file_is_complete_at_once_and_refused(court: Place, alice: httpx.AsyncClient) -> None:
    url = await upload(alice, b"", "空.txt")
    await court.settle()
    state = (await alice.get(f"{url}/state")).json()
    assert state["state"] == "rejected"
    assert state["finding"]["code"] == "empty"
    assert state["finding"]["way_on"]["zh"]


async def test_only_the_uploader_sees_a_file(court: Place, alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    url = await upload(alice, samples.pdf(), "a.pdf")
    await court.settle()
    for answer in (
        await bob.get(f"{url}/state"),
        await bob.get(f"{url}/content"),
        await bob.get(f"{url}/thumbnail"),
        await bob.get(f"{url}/view"),
        await bob.delete(url, headers=TUS),
        await send(bob, url, 0, b"x"),
        await bob.post(f"{url}/password", json={"password": "x"}),
    ):
        assert code(answer) == (404, "upload-missing")
    assert (await bob.head(url, headers=TUS)).status_code == 404
    async with court.client("") as nobody:
        for answer in (await create(nobody, 3), await nobody.get(f"{url}/state"), await nobody.get(f"{url}/content")):
            assert code(answer) == (401, "not-signed-in")


async def test_requests_that_are_not_tus(court: Place, alice: httpx.AsyncClient) -> None:
    created = await create(alice, 10)
    url = created.headers["location"]
    wrong_version = await alice.head(url, headers={"Tus-Resumable": "0.2.2"})
    assert wrong_version.status_code == 412
    assert wrong_version.headers["tus-version"] == "1.0.0"
    assert code(await alice.post(UPLOADS, headers={"Upload-Length": "1"})) == (412, "upload-version")
    assert code(await alice.post(UPLOADS, headers=TUS)) == (400, "upload-protocol")
    assert code(await create(alice, -1)) == (400, "upload-protocol")
    assert code(await alice.post(UPLOADS, headers=TUS | {"Upload-Length": "1", "Upload-Metadata": "filename !!"})) == (
        400,
        "upload-protocol",
    )
    assert code(await alice.post(UPLOADS, headers=TUS | {"Upload-Defer-Length": "1"})) == (400, "upload-protocol")
    assert code(await alice.patch(url, content=b"x", headers=TUS | {"Upload-Offset": "0"})) == (
        415,
        "upload-content-type",
    )
    assert code(await alice.patch(url, content=b"x", headers=CHUNK)) == (400, "upload-protocol")
    wrong = await send(alice, url, 5, b"x")
    assert code(wrong) == (409, "upload-offset")
    assert wrong.headers["upload-offset"] == "0"
    assert wrong.headers["tus-resumable"] == "1.0.0"
    assert code(await send(alice, url, 0, b"x" * 11)) == (413, "upload-beyond-length")
    assert (await alice.head(url, headers=TUS)).headers["upload-offset"] == "0"


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("sha1", lambda content: hashlib.sha1(content).digest()),
        ("sha256", lambda content: hashlib.sha256(content).digest()),
        ("sm3", lambda content: bytes.fromhex(sm3(content))),
    ],
)
async def test_checksums(court: Place, alice: httpx.AsyncClient, algorithm: str, digest) -> None:
    content = os.urandom(50_000)
    url = (await create(alice, 100_000)).headers["location"]
    right = f"{algorithm} {base64.b64encode(digest(content)).decode()}"
    damaged = await send(
        alice, url, 0, content[:-1] + b"\0" if content[-1] else content[:-1] + b"\1", **{"Upload-Checksum": right}
    )
    assert code(damaged) == (460, "upload-checksum")
    assert (await alice.head(url, headers=TUS)).headers["upload-offset"] == "0"
    assert (await send(alice, url, 0, content, **{"Upload-Checksum": right})).status_code == 204
    assert (await alice.head(url, headers=TUS)).headers["upload-offset"] == "50000"
    assert code(await send(alice, url, 50_000, content, **{"Upload-Checksum": "md5 x"})) == (400, "upload-protocol")


async def test_limits_of_size_quota_and_number(court: Place, alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    assert code(await create(alice, (2 << 20) + 1)) == (413, "upload-too-large")
    assert (await create(alice, 2 << 20)).status_code == 201
    assert code(await create(alice, (1 << 20) + 1)) == (413, "upload-quota")
    assert (await create(bob, (1 << 20) + 1)).status_code == 201
    for _ in range(4):
        assert (await create(alice, 1)).status_code == 201
    assert code(await create(alice, 1)) == (429, "upload-too-many-unfinished")
    rules = (await alice.get(f"{UPLOADS}/rules")).json()
    assert (rules["max_size"], rules["quota"], rules["used"]) == (2 << 20, 3 << 20, (2 << 20) + 4)
    assert "尚未接入病毒检测" in rules["notice"]["zh"]


async def test_a_disk_that_is_nearly_full_takes_nothing_new(
    court: Place, alice: httpx.AsyncClient, monkeypatch
) -> None:
    monkeypatch.setattr(type(court.desk.spool), "free", lambda self: 1000)
    assert code(await create(alice, 10)) == (507, "storage-full")


async def test_an_upload_expires_and_its_bytes_go(court: Place, alice: httpx.AsyncClient, clock: SettableClock) -> None:
    url = (await create(alice, 100)).headers["location"]
    clock.move(timedelta(days=6))
    assert (await send(alice, url, 0, b"x" * 50)).status_code == 204
    clock.move(timedelta(days=6))
    assert (await alice.head(url, headers=TUS)).status_code == 200
    clock.move(timedelta(days=1, seconds=1))
    assert (await alice.head(url, headers=TUS)).status_code == 410
    assert code(await send(alice, url, 50, b"x")) == (410, "upload-gone")
    assert len(on_disk(court)) == 1
    await jobs.sweep(court.desk)
    assert on_disk(court) == set()
    clock.move(timedelta(days=31))
    await jobs.sweep(court.desk)
    assert (await alice.head(url, headers=TUS)).status_code == 404


async def test_removed_files_leave_nothing_behind_but_what_others_need(
    court: Place, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    half = (await create(alice, 100)).headers["location"]
    await send(alice, half, 0, b"x" * 50)
    same = samples.picture("PNG")
    mine, theirs = await upload(alice, same, "a.png"), await upload(bob, same, "b.png")
    await court.settle()
    assert (await alice.delete(half, headers=TUS)).status_code == 204
    assert (await alice.delete(mine, headers=TUS)).status_code == 204
    assert (await alice.get(f"{mine}/state")).status_code == 410
    await jobs.sweep(court.desk)
    assert (await bob.get(f"{theirs}/content")).content == same
    assert (await bob.delete(theirs, headers=TUS)).status_code == 204
    await jobs.sweep(court.desk)
    assert on_disk(court) == set()


async def test_deletion_by_override(court: Place, alice: httpx.AsyncClient) -> None:
    url = (await create(alice, 10)).headers["location"]
    sent = await alice.post(
        url, content=b"12345", headers=CHUNK | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    )
    assert (sent.status_code, sent.headers["upload-offset"]) == (204, "5")
    assert code(await alice.post(url, headers=TUS)) == (400, "upload-protocol")
    assert (await alice.post(url, headers=TUS | {"X-HTTP-Method-Override": "DELETE"})).status_code == 204
    assert (await alice.head(url, headers=TUS)).status_code == 410


async def test_a_locked_pdf_is_opened_with_its_password(court: Place, alice: httpx.AsyncClient) -> None:
    content = samples.pdf(2, encryption=pikepdf.Encryption(user="开门", owner="o"))
    url = await upload(alice, content, "判决.pdf")
    await court.settle()
    state = (await alice.get(f"{url}/state")).json()
    assert (state["state"], state["finding"]["code"]) == ("rejected", "pdf-encrypted")
    assert code(await alice.get(f"{url}/content")) == (409, "material-not-ready")
    wrong = await alice.post(f"{url}/password", json={"password": "no"})
    assert wrong.json()["finding"]["code"] == "pdf-password-wrong"
    opened_now = (await alice.post(f"{url}/password", json={"password": "开门"})).json()
    assert (opened_now["state"], opened_now["pages"], opened_now["finding"]) == ("ready", 2, None)
    assert (await alice.get(f"{url}/content")).content == content
    copy = await alice.get(opened_now["view"])
    assert copy.headers["content-disposition"].startswith("inline")
    assert not pikepdf.open(io.BytesIO(copy.content)).is_encrypted
    assert code(await alice.post(f"{url}/password", json={"password": "开门"})) == (409, "no-password-awaited")


async def test_dangerous_files_are_quarantined(court: Place, alice: httpx.AsyncClient) -> None:
    for content, name, expected in (
        (b"MZ\x90\0" + b"\0" * 200, "合同.pdf.exe", "executable"),
        (samples.TEST_VIRUS, "a.txt", "eicar"),
        (samples.docx(**{"word/vbaProject.bin": b"x"}), "a.docm", "macros"),
    ):
        url = await upload(alice, content, name)
        await court.settle()
        state = (await alice.get(f"{url}/state")).json()
        assert (state["state"], state["finding"]["code"]) == ("quarantined", expected)
        assert (state["content"], state["thumbnail"]) == (None, None)
        for part in ("content", "view", "thumbnail"):
            assert code(await alice.get(f"{url}/{part}")) == (409, "material-not-ready")


async def test_ranges_and_headers_of_content(court: Place, alice: httpx.AsyncClient) -> None:
    content = samples.mp4(sample=os.urandom(300_000))
    url = f"{await upload(alice, content, '开箱 视频.mp4')}/content"
    await court.settle()
    whole = await alice.get(url)
    assert whole.headers["content-length"] == str(len(content))
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-security-policy"].startswith("sandbox;")
    name = "%E5%BC%80%E7%AE%B1%20%E8%A7%86%E9%A2%91.mp4"
    assert whole.headers["content-disposition"] == f"inline; filename=\"__ __.mp4\"; filename*=UTF-8''{name}"
    tag = whole.headers["etag"]
    assert tag == f'"{sm3(content)}"'
    for asked, start, end in (("bytes=0-0", 0, 1), ("bytes=100-199", 100, 200), ("bytes=299000-", 299_000, len(content)),
                              ("bytes=-10", len(content) - 10, len(content)), ("bytes=5-99999999", 5, len(content))):  # fmt: skip
        part = await alice.get(url, headers={"Range": asked})
        assert part.status_code == 206
        assert part.content == content[start:end]
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(content)}"
    beyond = await alice.get(url, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(content)}")
    assert (await alice.get(url, headers={"Range": "bytes=0-1,5-6"})).status_code == 200
    assert (await alice.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})).status_code == 200
    assert (await alice.get(url, headers={"Range": "bytes=0-1", "If-Range": tag})).status_code == 206
    again = await alice.get(url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


async def test_pages_from_strangers_are_downloads(court: Place, alice: httpx.AsyncClient) -> None:
    url = await upload(alice, samples.HTML, "订单.html")
    await court.settle()
    answer = await alice.get(f"{url}/content")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_heic_photographs_have_a_view(court: Place, alice: httpx.AsyncClient) -> None:
    url = await upload(alice, samples.heic(), "IMG_0001.HEIC")
    await court.settle()
    state = (await alice.get(f"{url}/state")).json()
    shown = await alice.get(state["view"])
    assert shown.headers["content-type"] == "image/jpeg"
    assert 'filename="IMG_0001.jpg"' in shown.headers["content-disposition"]


async def test_the_inspection_may_run_twice(court: Place, alice: httpx.AsyncClient) -> None:
    url = await upload(alice, samples.pdf(), "a.pdf")
    identity = url.rsplit("/", 1)[1]
    await jobs.inspect(court.desk, identity)
    first = (await alice.get(f"{url}/state")).json()
    await jobs.inspect(court.desk, identity)
    await court.settle()
    assert (await alice.get(f"{url}/state")).json() == first
    await jobs.inspect(court.desk, "00000000-0000-7000-8000-000000000000")


async def test_a_crash_between_storing_and_recording_loses_nothing(
    court: Place, alice: httpx.AsyncClient, monkeypatch
) -> None:
    content = samples.pdf()
    url = await upload(alice, content, "a.pdf")
    identity = url.rsplit("/", 1)[1]

    async def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(jobs.store, "record_digest", crash)
        with pytest.raises(KeyboardInterrupt):
            await jobs.inspect(court.desk, identity)
    await jobs.sweep(court.desk)
    await jobs.inspect(court.desk, identity)
    assert (await alice.get(f"{url}/content")).content == content
    assert not list(court.desk.spool.root.glob("*.part"))


async def test_a_crash_after_the_last_byte_is_taken_up(
    court: Place, alice: httpx.AsyncClient, clock: SettableClock
) -> None:
    """The bytes are on disk, but the process was killed before it said so: asking, or the sweep, completes them."""
    for ask in (True, False):
        created = await create(alice, 5, "a.txt")
        url = created.headers["location"]
        court.desk.spool.path(UUID(url.rsplit("/", 1)[1])).write_bytes(b"hello")
        if ask:
            assert (await alice.head(url, headers=TUS)).headers["upload-offset"] == "5"
        else:
            clock.move(timedelta(hours=1))
            await jobs.sweep(court.desk)
        await court.settle()
        assert (await alice.get(f"{url}/content")).content == b"hello"


async def test_asking_does_not_claim_the_act_of_the_one_who_asks(court: Place, alice: httpx.AsyncClient) -> None:
    """An act that keeps files and then fails is done, not taken for done, when it is retried under its key."""
    url = await upload(alice, samples.pdf(1), "a.pdf")
    ids = (UUID(url.rsplit("/", 1)[1]),)
    async with acting(ActKey("person", "key-of-the-act", "digest")):
        await court.materials.keep(person("alice"), ids, held_by="filing:1")
        await court.materials.release(ids, held_by="filing:1")
        await court.desk.database.stop_if_done()


async def test_what_contexts_may_ask(court: Place, alice: httpx.AsyncClient, clock: SettableClock) -> None:
    content = samples.pdf(4)
    url = await upload(alice, content, "a.pdf")
    half = (await create(alice, 5)).headers["location"]
    ids = tuple(UUID(u.rsplit("/", 1)[1]) for u in (url, half))
    materials, one = court.materials, ids[:1]
    await materials.keep(person("alice"), one, held_by="filing:1")
    await materials.keep(person("alice"), one, held_by="filing:1")
    await court.settle()
    with pytest.raises(MaterialUnfit):
        await materials.keep(person("alice"), ids, held_by="filing:1")
    with pytest.raises(MaterialMissing):
        await materials.keep(person("bob"), one, held_by="filing:1")
    with pytest.raises(MaterialMissing):
        await materials.owned(person("bob"), one)
    (material,) = await materials.owned(person("alice"), one)
    assert (material.name, material.inspection.pages, material.digest) == ("a.pdf", 4, sm3(content))
    assert [m.id for m in await materials.describe((ids[1], ids[0]))] == [ids[1], ids[0]]
    read = Sm3()
    async for block in materials.read(material, Part.ORIGINAL):
        read.update(block)
    assert read.hexdigest() == sm3(content)
    with pytest.raises(NotReady):
        materials.read(material, Part.VIEW)
    assert code(await alice.delete(url, headers=TUS)) == (409, "material-held")
    assert (await alice.get(f"{UPLOADS}/rules")).json()["used"] == 5
    clock.move(timedelta(days=400))
    await jobs.sweep(court.desk)
    assert (await alice.get(f"{url}/content")).content == content
    await materials.release(one, held_by="filing:1")
    await jobs.sweep(court.desk)
    assert (await alice.get(f"{url}/content")).status_code == 410


async def test_a_scanner_that_does_not_answer_leaves_the_file_unreadable(
    environment: dict[str, str], tmp_path: Path
) -> None:
    address = tmp_path / "clamd.sock"
    async with opened(environment, scanner=ClamdScanner(f"unix://{address}")) as court, court.client("alice") as alice:
        clean, infected = (
            await upload(alice, samples.pdf(), "a.pdf"),
            await upload(alice, samples.TEST_VIRUS + b"\n", "b.txt"),
        )
        await court.settle()
        for url in (clean, infected):
            assert (await alice.get(f"{url}/state")).json()["state"] == "inspecting"
            assert code(await alice.get(f"{url}/content")) == (409, "material-not-ready")
        assert (await alice.get(f"{UPLOADS}/rules")).json()["notice"] is None
        with FakeClamd({samples.TEST_VIRUS: b"Eicar-Test"}, path=address):
            for url in (clean, infected):
                await jobs.inspect(court.desk, url.rsplit("/", 1)[1])
        assert (await alice.get(f"{clean}/state")).json()["state"] == "ready"
        state = (await alice.get(f"{infected}/state")).json()
        assert (state["state"], state["finding"]["code"]) == ("quarantined", "infected")


async def test_names_are_sealed_in_the_database(court: Place, alice: httpx.AsyncClient) -> None:
    await create(alice, 5, "张三身份证.jpg")
    async with court.desk.database.reading() as reader:
        (row,) = await reader.all("SELECT files::text AS text, name FROM uploads.files")
    assert "张三" not in row["text"]
    assert "张三".encode() not in bytes(row["name"])


async def test_the_document_names_every_route_and_its_refusals(court: Place) -> None:
    paths = document(court.site)["paths"]
    mine = {
        (path.removeprefix(UPLOADS), method) for path in paths if path.startswith(UPLOADS) for method in paths[path]
    }
    one = "/{upload_id}"
    assert mine >= {
        ("", "post"), ("", "options"), (one, "head"), (one, "patch"), (one, "delete"), (one, "post"), ("/rules", "get"),
        (f"{one}/state", "get"), (f"{one}/content", "get"), (f"{one}/view", "get"), (f"{one}/thumbnail", "get"),
        (f"{one}/password", "post"),
    }  # fmt: skip
    assert {"204", "404", "409", "410", "412", "413", "423", "460", "507"} <= set(
        paths[UPLOADS + one]["patch"]["responses"]
    )
    assert set(paths[f"{UPLOADS}{one}/content"]["get"]["responses"]["200"]["content"]) == {"*/*"}
    assert {"200", "206", "304", "409", "410", "416"} <= set(paths[f"{UPLOADS}{one}/content"]["get"]["responses"])


async def test_a_body_without_a_known_length_is_a_part_too(court: Place, alice: httpx.AsyncClient) -> None:
    async def body():
        yield b"hello, "
        yield b"court"

    made = await alice.post(UPLOADS, content=body(), headers=CHUNK | {"Upload-Length": "12"})
    assert (made.status_code, made.headers["upload-offset"]) == (201, "12")
    assert code(
        await alice.post(UPLOADS, content=b"x", headers=TUS | {"Upload-Length": "1", "Content-Type": "text/plain"})
    ) == (
        415,
        "upload-content-type",
    )


async def test_anything_may_be_asked_for_and_nothing_breaks(court: Place, alice: httpx.AsyncClient) -> None:
    """Odd headers of every kind are answered with a refusal, never with a failure of the server."""
    url = (await create(alice, 10)).headers["location"]
    for value in ("", "-1", "x", "9" * 30, "1e3", "0x1", "１"):
        for name in ("Upload-Offset", "Upload-Length", "Upload-Checksum", "Upload-Metadata"):
            odd = {name: value.encode("utf-8", "ignore")}
            headers = {key.encode(): item.encode() for key, item in (CHUNK | {"Upload-Offset": "0"}).items()}
            headers[name.encode()] = odd[name]
            assert (await alice.patch(url, content=b"", headers=headers)).status_code < 500
            assert (await alice.post(UPLOADS, content=b"", headers=headers)).status_code < 500
