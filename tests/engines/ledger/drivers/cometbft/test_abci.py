"""The ABCI server against a client of our own: framing, order of answers, one engine only, failures."""

import asyncio
import os
import sys
from contextlib import asynccontextmanager

import pytest

from tianping.engines.ledger.drivers.cometbft.abci import BadFrame, Frames, Server, abci, frame


class Slow:
    """Answers CheckTx late for early transactions; says the rest plainly."""

    def __init__(self):
        self.together = self.most = 0

    async def check_tx(self, request):
        self.together += 1
        self.most = max(self.most, self.together)
        await asyncio.sleep(0.05 if request.tx == b"0" else 0.001)
        self.together -= 1
        return abci.ResponseCheckTx(log=request.tx.decode())

    async def info(self, request):
        return abci.ResponseInfo(last_block_height=7)

    async def commit(self, request):
        raise OSError("no space left on device")


@asynccontextmanager
async def serving(application, place):
    server = Server(application, place)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


class Client:
    def __init__(self, reader, writer):
        self.reader, self.writer, self.frames, self.waiting = reader, writer, Frames(), []

    def send(self, *requests):
        self.writer.write(b"".join(frame(one) for one in requests))

    async def next(self):
        while not self.waiting:
            block = await asyncio.wait_for(self.reader.read(65536), 5)
            if not block:
                raise EOFError
            self.waiting += self.frames.feed(block)
        return abci.Response.FromString(self.waiting.pop(0))


async def connect(place):
    return Client(*await asyncio.open_unix_connection(str(place)))


INFO = abci.Request(info=abci.RequestInfo())
FLUSH = abci.Request(flush=abci.RequestFlush())


def check(text):
    return abci.Request(check_tx=abci.RequestCheckTx(tx=text.encode()))


@pytest.mark.parametrize("size", [0, 1, 127, 128, 300, 16384, 3_000_000])
def test_a_message_comes_back_whole_however_it_is_cut(size):
    message = abci.Request(check_tx=abci.RequestCheckTx(tx=os.urandom(size)))
    stream = frame(message) * 3
    step = max(1, len(stream) // 50)
    frames = Frames()
    found = [one for at in range(0, len(stream), step) for one in frames.feed(stream[at : at + step])]
    assert [abci.Request.FromString(one) for one in found] == [message] * 3


@pytest.mark.parametrize("bad", [b"\xff\xff\xff\xff\xff\x01", b"\xff\xff\xff\x7f"])
def test_a_length_beyond_reason_is_refused(bad):
    with pytest.raises(BadFrame):
        Frames().feed(bad)


async def test_answers_come_in_order_though_checks_run_side_by_side(tmp_path):
    application = Slow()
    async with serving(application, tmp_path / "s"):
        client = await connect(tmp_path / "s")
        client.send(*[check(str(i)) for i in range(20)], FLUSH, INFO, FLUSH)
        assert [(await client.next()).check_tx.log for _ in range(20)] == [str(i) for i in range(20)]
        assert (await client.next()).HasField("flush")
        assert (await client.next()).info.last_block_height == 7
        assert (await client.next()).HasField("flush")
        assert application.most > 1
        client.writer.close()


async def test_a_failure_of_the_application_is_told_to_both_sides(tmp_path):
    async with serving(Slow(), tmp_path / "s") as server:
        client = await connect(tmp_path / "s")
        client.send(abci.Request(commit=abci.RequestCommit()))
        assert "no space left" in (await client.next()).exception.error
        assert isinstance(await server.failed, OSError)
        client.writer.close()


async def test_nonsense_closes_the_connection_and_nothing_else(tmp_path):
    async with serving(Slow(), tmp_path / "s") as server:
        one, other = await connect(tmp_path / "s"), await connect(tmp_path / "s")
        one.writer.write(b"\xff\xff\xff\xff\xff\xff")
        with pytest.raises(EOFError):
            await one.next()
        other.send(INFO)
        assert (await other.next()).info.last_block_height == 7
        assert not server.failed.done()
        for client in (one, other):
            client.writer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the process at the other end")
async def test_a_second_engine_is_refused_while_the_first_is_connected(tmp_path):
    asked = (
        "import socket,sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(5);"
        "sys.exit(0 if s.recv(1) == b'' else 1)"
    )
    async with serving(Slow(), tmp_path / "s") as server:
        client = await connect(tmp_path / "s")
        client.send(INFO)
        await client.next()
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", asked, str(tmp_path / "s"))
        assert await other.wait() == 0
        client.writer.close()
        await asyncio.wait_for(server.until_alone(), 5)
        again = await connect(tmp_path / "s")
        again.send(INFO)
        assert (await again.next()).info.last_block_height == 7
        again.writer.close()


async def test_a_fifth_connection_is_refused(tmp_path):
    async with serving(Slow(), tmp_path / "s"):
        four = [await connect(tmp_path / "s") for _ in range(4)]
        for one in four:
            one.send(INFO)
            await one.next()
        fifth = await connect(tmp_path / "s")
        with pytest.raises(EOFError):
            await fifth.next()
        for one in [*four, fifth]:
            one.writer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a long path is refused by the system")
async def test_a_socket_deep_in_directories_is_reached(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    async with serving(Slow(), deep / "abci.sock"):
        handle = os.open(deep, os.O_RDONLY)
        client = await connect(f"/proc/self/fd/{handle}/abci.sock")
        client.send(INFO)
        assert (await client.next()).info.last_block_height == 7
        client.writer.close()
        os.close(handle)
