"""A daemon that speaks clamd's protocol (clamd(8)): PING, VERSION and INSTREAM, in the `n` and the `z` manner."""

import socket
import socketserver
import struct
import threading
from pathlib import Path


class _Session(socketserver.StreamRequestHandler):
    server: "FakeClamd"

    def handle(self) -> None:
        manner = self.rfile.read(1)
        end = {b"n": b"\n", b"z": b"\0"}.get(manner)
        if end is None:
            return
        command = b""
        while not command.endswith(end):
            byte = self.rfile.read(1)
            if not byte:
                return
            command += byte
        answer = {b"PING": b"PONG", b"VERSION": b"ClamAV 1.4.1/27500/Fake"}.get(command[:-1])
        if command[:-1] == b"INSTREAM":
            answer = self.instream()
        if self.server.silent:
            self.server.released.wait(30)
            return
        self.wfile.write((answer or b"UNKNOWN COMMAND") + end)

    def instream(self) -> bytes:
        content = b""
        while True:
            (length,) = struct.unpack("!I", self.rfile.read(4))
            if not length:
                break
            content += self.rfile.read(length)
            if len(content) > self.server.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.server.received.append(content)
        if self.server.broken:
            return b"stream: Can't allocate memory ERROR"
        for signature, name in self.server.signatures.items():
            if signature in content:
                return b"stream: " + name + b" FOUND"
        return b"stream: OK"


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class FakeClamd:
    """Listens on a Unix socket, or on a free loopback port without one. `signatures`: content → name."""

    def __init__(self, signatures: dict[bytes, bytes], *, path: Path | None = None, limit: int = 25 << 20) -> None:
        kind = _Unix if path else _Tcp
        self._server = kind(str(path) if path else ("127.0.0.1", 0), _Session)
        for name, value in {
            "signatures": signatures, "limit": limit, "silent": False, "broken": False, "received": [],
            "released": threading.Event(),
        }.items():  # fmt: skip
            setattr(self._server, name, value)
        self.url = f"unix://{path}" if path else f"tcp://127.0.0.1:{self._server.server_address[1]}"
        self.server = self._server
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "FakeClamd":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def free_port() -> int:
    """A loopback port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
