"""The protocol (tus 1.0): whose files they are, how far, and every refusal."""

import base64
import hashlib
import os

import httpx
import pytest
from tests.engines.materials import samples
from tests.platform.uploads.asking import CHUNK, TUS, code, create, metadata, send, upload
from tests.platform.uploads.court import UPLOADS, Place

from tianping.kit.digests import sm3


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
