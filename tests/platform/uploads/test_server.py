"""Uploads over real connections to a real server: an independent client, broken lines, kill -9."""

import asyncio
import base64
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.fakes.clamd import free_port
from tests.platform.uploads.court import UPLOADS, opened
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from tianping.kit.digests import sm3
from tianping.platform.settings import CHECKOUT

pytestmark = pytest.mark.slow

TUS = {"Tus-Resumable": "1.0.0", "Authorization": "Bearer alice"}
CHUNK = TUS | {"Content-Type": "application/offset+octet-stream"}


class Server:
    """A server process on one port, that can be killed and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.environment = environment
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.platform.uploads.court", str(self.port)],
            cwd=CHECKOUT,
            env={"PATH": os.defpath, "PYTHONPATH": f"{CHECKOUT}/src:{CHECKOUT}"} | self.environment,
            start_new_session=True,
        )
        for _ in range(600):
            try:
                if httpx.get(f"{self.url}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """kill -9 for all of its processes."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[Server]:
    running = Server(environment)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def content() -> bytes:
    return random.Random(7).randbytes(9_000_000)


@pytest.fixture
def source(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "录像.bin"
    path.write_bytes(content)
    return path


def client(server: Server) -> TusClient:
    return TusClient(f"{server.url}{UPLOADS}", headers={"Authorization": "Bearer alice"})


def offset(url: str) -> int:
    answer = httpx.head(url, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def arrives(url: str, count: int) -> int:
    """Wait until at least so many bytes are acknowledged; the last MiB before a pause may still be gathered."""
    for _ in range(400):
        if (found := offset(url)) >= count:
            return found
        time.sleep(0.025)
    raise AssertionError(f"{offset(url)} of {count} bytes arrived")


def begin(server: Server, size: int) -> str:
    answer = httpx.post(f"{server.url}{UPLOADS}", headers=TUS | {"Upload-Length": str(size)})
    assert answer.status_code == 201
    return server.url + answer.headers["location"]


def open_patch(url: str, at: int, size: int, first: bytes, **headers: str) -> socket.socket:
    """A PATCH whose body stops after `first`, its connection held open."""
    parts = httpx.URL(url)
    line = socket.create_connection((parts.host, parts.port))
    fields = CHUNK | {"Host": parts.host, "Upload-Offset": str(at), "Content-Length": str(size)} | headers
    head = f"PATCH {parts.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    line.sendall(head.encode() + b"\r\n" + first)
    return line


async def digest_of(environment: dict[str, str], url: str) -> str:
    """What the court stored in the end, by its own job."""
    async with opened(environment) as court, court.client("alice") as alice:
        await court.settle()
        state = (
            await alice.get(f"{url.removeprefix(httpx.URL(url).scheme + '://' + httpx.URL(url).netloc.decode())}/state")
        ).json()
        assert state["offset"] == state["size"]
        return state["digest"]


def test_an_independent_client_interrupted_and_resumed(
    server: Server, environment, source: Path, content: bytes
) -> None:
    first = client(server).uploader(str(source), chunk_size=1_000_000, metadata={"filename": source.name})
    first.upload(stop_at=3_000_000)
    assert offset(first.url) == 3_000_000
    second = client(server).uploader(str(source), chunk_size=1_000_000, url=first.url)
    assert second.offset == 3_000_000
    second.upload()
    assert asyncio.run(digest_of(environment, first.url)) == sm3(content)


def test_an_independent_client_with_checksums(server: Server, environment, source: Path, content: bytes) -> None:
    uploader = client(server).uploader(str(source), chunk_size=2_000_000, upload_checksum=True)
    uploader.upload()
    assert asyncio.run(digest_of(environment, uploader.url)) == sm3(content)


def test_an_empty_file(server: Server, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    uploader = client(server).uploader(str(empty))
    uploader.upload()
    assert offset(uploader.url) == 0


def test_a_line_that_breaks_keeps_what_arrived(server: Server, environment, content: bytes) -> None:
    url = begin(server, len(content))
    line = open_patch(url, 0, len(content), content[:3_500_000])
    arrives(url, 2_000_000)
    line.close()
    found = arrives(url, 3_500_000)
    assert found == 3_500_000
    answer = _until_free(url, found, content[found:])
    assert answer.headers["upload-offset"] == str(len(content))
    assert asyncio.run(digest_of(environment, url)) == sm3(content)


def _until_free(url: str, at: int, rest: bytes) -> httpx.Response:
    """Send, and again while the broken connection's request still holds the file."""
    for _ in range(200):
        answer = httpx.patch(url, content=rest, headers=CHUNK | {"Upload-Offset": str(at)})
        if answer.status_code != 423:
            assert answer.status_code == 204, answer.text
            return answer
        time.sleep(0.025)
    raise AssertionError("the file stayed locked")


def test_two_patches_at_once(server: Server, content: bytes) -> None:
    url = begin(server, len(content))
    line = open_patch(url, 0, len(content), content[:2_500_000])
    found = arrives(url, 1_000_000)
    second = httpx.patch(url, content=b"x", headers=CHUNK | {"Upload-Offset": str(found)})
    assert second.status_code == 423
    assert second.json()["code"] == "upload-locked"
    assert httpx.delete(url, headers=TUS).status_code == 423
    line.sendall(content[2_500_000:])
    answer = http.client.HTTPResponse(line)
    answer.begin()
    assert answer.status == 204
    assert answer.headers["upload-offset"] == str(len(content))
    line.close()


def test_a_checksummed_part_that_breaks_off_counts_for_nothing(server: Server, content: bytes) -> None:
    url = begin(server, len(content))
    wrong = f"sha1 {base64.b64encode(b'0' * 20).decode()}"
    line = open_patch(url, 0, len(content), content[:2_500_000], **{"Upload-Checksum": wrong})
    line.close()
    answer = httpx.patch(url, content=b"", headers=CHUNK | {"Upload-Offset": "0"})
    for _ in range(200):
        if answer.status_code != 423:
            break
        time.sleep(0.025)
        answer = httpx.patch(url, content=b"", headers=CHUNK | {"Upload-Offset": "0"})
    assert answer.status_code == 204
    assert offset(url) == 0
    mismatch = httpx.patch(
        url, content=content[:1000], headers=CHUNK | {"Upload-Offset": "0", "Upload-Checksum": wrong}
    )
    assert mismatch.status_code == 460
    assert offset(url) == 0


def test_the_wrong_offset(server: Server, content: bytes) -> None:
    url = begin(server, 100)
    answer = httpx.patch(url, content=b"x", headers=CHUNK | {"Upload-Offset": "7"})
    assert (answer.status_code, answer.headers["upload-offset"]) == (409, "0")


def test_kill_in_the_middle_then_resume_gives_the_same_digest(
    server: Server, environment, source: Path, content: bytes
) -> None:
    """Killed twice: in a plain part, whose bytes stay, and in a checksummed one, whose bytes do not count."""
    url = begin(server, len(content))
    line = open_patch(url, 0, len(content), content[:4_200_000])
    acknowledged = arrives(url, 3_000_000)
    server.kill()
    line.close()
    server.start()
    found = offset(url)
    assert acknowledged <= found <= 4_200_000
    checksum = {"Upload-Checksum": f"sha1 {base64.b64encode(b'0' * 20).decode()}"}
    line = open_patch(url, found, len(content) - found, content[found : found + 3_000_000], **checksum)
    part = next(Path(environment["TIANPING_DATA"]).glob("uploads/*.part"))
    for _ in range(400):
        if part.stat().st_size > found + 1_000_000:
            break
        time.sleep(0.025)
    assert part.stat().st_size > found
    server.kill()
    line.close()
    server.start()
    assert offset(url) == found
    uploader = client(server).uploader(str(source), chunk_size=2_000_000, url=url)
    uploader.upload()
    assert asyncio.run(digest_of(environment, url)) == sm3(content)


def test_killed_at_random_under_a_client_that_tries_again(
    server: Server, environment, source: Path, content: bytes
) -> None:
    """Every acknowledged offset is still there after each kill."""
    uploader = client(server).uploader(str(source), chunk_size=500_000)
    acknowledged, kills = 0, random.Random(11)
    uploader.upload(stop_at=1_000_000)
    while True:
        try:
            while uploader.offset < len(content):
                uploader.upload_chunk()
                acknowledged = uploader.offset
                if kills.random() < 0.3:
                    server.kill()
            break
        except (TusUploadFailed, TusCommunicationError):
            server.start()
            assert offset(uploader.url) >= acknowledged
            uploader = client(server).uploader(str(source), chunk_size=500_000, url=uploader.url)
    if server._process is None:
        server.start()
    assert asyncio.run(digest_of(environment, uploader.url)) == sm3(content)


def test_many_people_at_once(server: Server, environment, content: bytes) -> None:
    async def one(people: httpx.AsyncClient, number: int) -> int:
        headers = TUS | {"Authorization": f"Bearer person{number}"}
        size = 1_000_000 + number
        made = await people.post(f"{server.url}{UPLOADS}", headers=headers | {"Upload-Length": str(size)})
        url = server.url + made.headers["location"]
        sent = await people.patch(url, content=content[:size], headers=CHUNK | headers | {"Upload-Offset": "0"})
        assert sent.status_code == 204, sent.text
        return int(sent.headers["upload-offset"]) - number

    async def all_of_them() -> list[int]:
        async with httpx.AsyncClient(timeout=60) as people:
            return await asyncio.gather(*(one(people, number) for number in range(20)))

    assert asyncio.run(all_of_them()) == [1_000_000] * 20
