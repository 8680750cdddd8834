"""A message centre after the SMPP 3.4 specification (sections 3.2, 4.1, 4.4), written without the library under test."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HEAD = struct.Struct(">IIII")
BIND_TRANSMITTER, SUBMIT_SM, UNBIND, ENQUIRE_LINK = 0x02, 0x04, 0x06, 0x15
RESPONSE = 0x80000000
INVALID_PASSWORD, INVALID_COMMAND = 0x0E, 0x03


@dataclass
class Submitted:
    source: str
    destination: str
    data_coding: int
    esm_class: int
    body: bytes


@dataclass
class Smsc:
    """`status` answers every submission; `enquire` sends a link enquiry before each answer."""

    password: str
    status: int = 0
    enquire: bool = False
    port: int = 0
    submitted: list[Submitted] = field(default_factory=list)
    unbound: int = 0

    def text(self) -> str:
        """The parts put together as a phone would: the user data header names total and place of each."""
        parts: dict[int, bytes] = {}
        for number, message in enumerate(self.submitted, start=1):
            body = message.body
            if message.esm_class & 0x40:
                header_length = body[0]
                assert body[1:3] == b"\x00\x03"
                assert body[4] == len(self.submitted)
                parts[body[5]] = body[header_length + 1 :]
            else:
                parts[number] = body
        coding = {8: "utf-16-be"}[self.submitted[0].data_coding]
        return b"".join(parts[n] for n in sorted(parts)).decode(coding)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bound = False
        while True:
            try:
                length, command, _, sequence = HEAD.unpack(await reader.readexactly(HEAD.size))
            except asyncio.IncompleteReadError:
                break
            body = await reader.readexactly(length - HEAD.size)
            status, answer = 0, b""
            if command == BIND_TRANSMITTER:
                system_id, password, rest = body.split(b"\0", 2)
                assert rest.split(b"\0", 1)[1][0] == 0x34, "interface_version is 3.4"
                bound = password.decode() == self.password
                status, answer = (0 if bound else INVALID_PASSWORD), b"test-smsc\0"
            elif command == SUBMIT_SM:
                status = (self.status or self._take(body)) if bound else INVALID_COMMAND
                answer = b"" if status else f"id{len(self.submitted)}".encode() + b"\0"
            elif command == UNBIND:
                self.unbound += 1
            elif command == ENQUIRE_LINK | RESPONSE:
                continue
            if command == SUBMIT_SM and self.enquire:
                writer.write(HEAD.pack(HEAD.size, ENQUIRE_LINK, 0, 9999))
            writer.write(HEAD.pack(HEAD.size + len(answer), command | RESPONSE, status, sequence) + answer)
            await writer.drain()
        writer.close()

    def _take(self, body: bytes) -> int:
        _service, rest = body.split(b"\0", 1)
        source, rest = rest[2:].split(b"\0", 1)
        destination_ton, destination_npi = rest[0], rest[1]
        assert (destination_ton, destination_npi) == (1, 1)
        destination, rest = rest[2:].split(b"\0", 1)
        esm_class = rest[0]
        _schedule, rest = rest[3:].split(b"\0", 1)
        _validity, rest = rest.split(b"\0", 1)
        _registered, _replace, data_coding, _default, length = rest[:5]
        self.submitted.append(
            Submitted(source.decode(), destination.decode(), data_coding, esm_class, rest[5 : 5 + length])
        )
        assert len(rest) == 5 + length
        return 0


@asynccontextmanager
async def running_smsc(smsc: Smsc) -> AsyncIterator[Smsc]:
    server = await asyncio.start_server(smsc.serve, "127.0.0.1", 0)
    smsc.port = server.sockets[0].getsockname()[1]
    try:
        yield smsc
    finally:
        server.close()
