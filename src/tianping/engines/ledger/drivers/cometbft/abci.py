"""ABCI 2.0 over a unix socket: what the consensus engine asks, an application answers.

Each message is a length (unsigned varint) and a protobuf. The engine opens four connections (consensus, mempool, query,
snapshots) and expects the answers of each in the order of its questions. CheckTx is asked many at a time without
waiting, so those run side by side; everything else runs alone on its connection.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog
from google.protobuf.message import DecodeError

from tianping.engines.ledger.drivers.cometbft.proto import abci_types_pb2 as abci

log = structlog.get_logger()

CONNECTIONS = 4
LARGEST_MESSAGE = 100 * 1024 * 1024
CHECKS_AT_ONCE = 512
YIELD_AFTER = 16
# A unix socket's path may have 107 bytes; a longer one is reached through a handle of its directory.
LONGEST_SOCKET = 100

Accept = abci.ResponseProcessProposal.ACCEPT
Reject = abci.ResponseProcessProposal.REJECT


class Application(Protocol):
    """What the engine drives. Every method is awaited on the server's loop; a raised exception ends the engine.

    Order within a height: prepare_proposal (the proposer only), process_proposal, extend_vote, verify_vote_extension for
    each other vote, finalize_block, commit. While catching up only finalize_block and commit are asked.
    """

    async def info(self, request: abci.RequestInfo) -> abci.ResponseInfo: ...
    async def init_chain(self, request: abci.RequestInitChain) -> abci.ResponseInitChain: ...
    async def check_tx(self, request: abci.RequestCheckTx) -> abci.ResponseCheckTx: ...
    async def prepare_proposal(self, request: abci.RequestPrepareProposal) -> abci.ResponsePrepareProposal: ...
    async def process_proposal(self, request: abci.RequestProcessProposal) -> abci.ResponseProcessProposal: ...
    async def extend_vote(self, request: abci.RequestExtendVote) -> abci.ResponseExtendVote: ...
    async def verify_vote_extension(
        self, request: abci.RequestVerifyVoteExtension
    ) -> abci.ResponseVerifyVoteExtension: ...
    async def finalize_block(self, request: abci.RequestFinalizeBlock) -> abci.ResponseFinalizeBlock: ...
    async def commit(self, request: abci.RequestCommit) -> abci.ResponseCommit: ...
    async def query(self, request: abci.RequestQuery) -> abci.ResponseQuery: ...
    async def list_snapshots(self, request: abci.RequestListSnapshots) -> abci.ResponseListSnapshots: ...
    async def offer_snapshot(self, request: abci.RequestOfferSnapshot) -> abci.ResponseOfferSnapshot: ...
    async def load_snapshot_chunk(self, request: abci.RequestLoadSnapshotChunk) -> abci.ResponseLoadSnapshotChunk: ...
    async def apply_snapshot_chunk(
        self, request: abci.RequestApplySnapshotChunk
    ) -> abci.ResponseApplySnapshotChunk: ...


class BadFrame(Exception):
    """The other side does not speak this protocol."""


def frame(message: abci.Response | abci.Request) -> bytes:
    """A message as it travels: its length as an unsigned varint, then its bytes."""
    body = message.SerializeToString()
    length, head = len(body), bytearray()
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + body


class Frames:
    """Takes bytes as they come and gives whole messages. Raises BadFrame."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, block: bytes) -> list[bytes]:
        held, whole, at = self._held, [], 0
        held += block
        while True:
            length, shift, start = 0, 0, at
            while start < len(held):
                byte = held[start]
                length |= (byte & 0x7F) << shift
                start, shift = start + 1, shift + 7
                if byte < 0x80:
                    break
                if shift > 28:
                    raise BadFrame("a length of more than four bytes")
            else:
                break
            if length > LARGEST_MESSAGE:
                raise BadFrame(f"a message of {length} bytes")
            if len(held) - start < length:
                break
            whole.append(bytes(held[start : start + length]))
            at = start + length
        del held[:at]
        return whole


class Server:
    """Serves one engine. `failed` is done when the application raised: the process should end and be started again.

    One engine an application: connections of a second one, told apart by its process, are refused.
    """

    def __init__(self, application: Application, place: Path) -> None:
        self.place = place
        self.failed: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
        self._application = application
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, int] = {}
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        return len(self._open)

    async def start(self) -> None:
        self.place.unlink(missing_ok=True)
        with _Reach(self.place) as path:
            self._server = await asyncio.start_unix_server(self._accept, path)
        self.place.chmod(0o600)

    async def stop(self) -> None:
        """Close every connection and wait until what was being answered is finished."""
        if self._server:
            self._server.close()
        for writer in list(self._open):
            writer.close()
        if self._serving:
            await asyncio.gather(*self._serving, return_exceptions=True)
        self.place.unlink(missing_ok=True)

    async def until_alone(self) -> None:
        """Return when no engine is connected and nothing of the last one is still being answered."""
        while self._serving:
            await asyncio.gather(*self._serving, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pid = _peer(writer)
        others = {one for one in self._open.values() if one != pid}
        if others or len(self._open) >= CONNECTIONS:
            log.warning("a second engine was refused", pid=pid, serving=sorted(self._open.values()))
            writer.close()
            return
        self._open[writer] = pid
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        try:
            await self._serve(reader, writer)
        finally:
            self._open.pop(writer, None)
            self._serving.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers: asyncio.Queue[Awaitable[abci.Response] | None] = asyncio.Queue(CHECKS_AT_ONCE)
        sending = asyncio.create_task(self._send(answers, writer))
        frames = Frames()
        checks = 0
        try:
            while not sending.done() and (block := await reader.read(1 << 18)):
                for body in frames.feed(block):
                    request = abci.Request.FromString(body)
                    if request.WhichOneof("value") == "check_tx":
                        await answers.put(asyncio.create_task(self._answer(request)))
                        checks += 1
                        if checks % YIELD_AFTER == 0:
                            # Otherwise a full buffer of them would hold up the consensus connection.
                            await asyncio.sleep(0)
                    else:
                        await answers.put(_ready(await self._answer(request)))
        except (BadFrame, DecodeError) as bad:
            log.error("the engine's message was not understood", reason=str(bad))
        except OSError:
            pass  # It went away in the midst of a message.
        finally:
            if not sending.done():
                await answers.put(None)
            with suppress(OSError):
                await sending

    async def _send(
        self, answers: asyncio.Queue[Awaitable[abci.Response] | None], writer: asyncio.StreamWriter
    ) -> None:
        gone = False
        while (coming := await answers.get()) is not None:
            answer = await coming
            if gone:
                continue
            try:
                writer.write(frame(answer))
                if answers.empty() or answer.HasField("flush"):
                    await writer.drain()
            except OSError:
                gone = True

    async def _answer(self, request: abci.Request) -> abci.Response:
        kind = request.WhichOneof("value")
        try:
            if kind == "flush":
                return abci.Response(flush=abci.ResponseFlush())
            if kind == "echo":
                return abci.Response(echo=abci.ResponseEcho(message=request.echo.message))
            if kind is None:
                return abci.Response(exception=abci.ResponseException(error="an unknown request"))
            method: Callable[[object], Awaitable[object]] = getattr(self._application, kind)
            answer = await method(getattr(request, kind))
            return abci.Response(**{kind: answer})  # pyright: ignore[reportArgumentType]
        except Exception as error:
            log.exception("the application failed", request=kind)
            if not self.failed.done():
                self.failed.set_result(error)
            return abci.Response(exception=abci.ResponseException(error=f"{type(error).__name__}: {error}"))


async def _ready(answer: abci.Response) -> abci.Response:
    return answer


def _peer(writer: asyncio.StreamWriter) -> int:
    """Process of the other end; -1 where the system does not say."""
    plug = writer.get_extra_info("socket")
    if plug is None or not hasattr(socket, "SO_PEERCRED"):
        return -1
    return struct.unpack("3i", plug.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))[0]


class _Reach:
    """The path by which a socket can be made or reached, however deep it lies."""

    def __init__(self, place: Path) -> None:
        self._place = place.absolute()
        self._handle: int | None = None

    def __enter__(self) -> str:
        if len(os.fsencode(self._place)) <= LONGEST_SOCKET:
            return str(self._place)
        self._handle = os.open(self._place.parent, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._handle}/{self._place.name}"

    def __exit__(self, *error: object) -> None:
        if self._handle is not None:
            os.close(self._handle)
