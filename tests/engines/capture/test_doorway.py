"""The browser's only way out, asked as a browser asks: each connection is looked up, checked and pinned anew."""

import asyncio
import socket

import pytest
from tests.engines.capture.sites import ChangingName, site

from tianping.engines.capture.addresses import AddressGuard
from tianping.engines.capture.doorway import FORBIDDEN, Doorway


async def through(doorway: Doorway, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", doorway.port)
    writer.write(request)
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("method", ["GET", "CONNECT"])
async def test_a_name_that_turns_inward_is_refused_at_its_next_connection(method: str):
    """DNS rebinding: the name was public when it was checked, and is this machine when it is connected to."""
    with site() as serving:
        name = ChangingName(["1.1.1.1"], ["127.0.0.1"])
        guard = AddressGuard(name)
        await guard.place("evil.example", 80)
        doorway = Doorway(guard, most=1_000_000)
        await doorway.open()
        target = "http://evil.example/secret" if method == "GET" else "evil.example:80"
        answer = await through(doorway, f"{method} {target} HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode())
        await doorway.close()
        assert answer.startswith(b"HTTP/1.1 403")
        assert serving.asked == []
        assert [one.refused for one in doorway.connections] == ["private"]


async def test_what_goes_through_is_asked_of_the_origin_and_counted():
    with site() as serving:
        doorway = Doorway(AddressGuard(loopback=True), most=1_000_000)
        await doorway.open()
        request = f"GET {serving.url}/page HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n\r\n"
        answer = await through(doorway, request.encode())
        await doorway.close()
        assert b"200" in answer.split(b"\r\n", 1)[0]
        assert serving.asked == ["/page"]
        assert doorway.received == len(answer)
        assert doorway.connections[0].address == "127.0.0.1"


async def test_what_does_not_answer_is_told_from_what_is_not_allowed():
    doorway = Doorway(AddressGuard(loopback=True), most=1_000)
    await doorway.open()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        answer = await through(doorway, f"GET http://127.0.0.1:{closed.getsockname()[1]}/ HTTP/1.1\r\n\r\n".encode())
    await doorway.close()
    assert answer.startswith(b"HTTP/1.1 502")
    assert [(one.refused, one.address) for one in doorway.connections] == [("unreachable", "127.0.0.1")]
    assert "unreachable" not in FORBIDDEN


async def test_beyond_the_most_nothing_more_comes():
    with site() as serving:
        doorway = Doorway(AddressGuard(loopback=True), most=200_000)
        await doorway.open()
        answer = await through(doorway, f"GET {serving.url}/blob HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert len(answer) < 1_000_000
        assert doorway.overflowed
        assert await through(doorway, f"GET {serving.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()) == b""
        await doorway.close()


@pytest.mark.parametrize(
    "wrong", [b"\r\n\r\n", b"GET\r\n\r\n", b"CONNECT nowhere HTTP/1.1\r\n\r\n", b"\x16\x03\x01" * 9]
)
async def test_nonsense_is_not_answered(wrong: bytes):
    doorway = Doorway(AddressGuard(loopback=True), most=1_000)
    await doorway.open()
    reader, writer = await asyncio.open_connection("127.0.0.1", doorway.port)
    writer.write(wrong)
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    await doorway.close()
