"""A small time-stamp authority on the loopback: `openssl ts` behind HTTP, with an RSA or ECDSA certificate."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.engines.signing.openssl import openssl

_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.crt
certs = {folder}/root.crt
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 2.999.1
digests = sm3, sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = {bond}
[ext]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
"""
_KEYS = {
    "rsa": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "ec": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
}


class StampServer:
    """`answer` may be changed by a test to answer something else than the authority says."""

    def __init__(self, folder: Path, kind: str = "rsa", bond: str = "sha256") -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        config = folder / "tsa.cnf"
        config.write_text(_CONFIG.format(folder=folder, bond=bond))
        for name in ("root", "tsa"):
            openssl("genpkey", *_KEYS[kind], "-out", folder / f"{name}.key")
        openssl(
            *("req", "-x509", "-new", "-key", folder / "root.key", "-subj", "/CN=Test root", "-days", "30"),
            *("-config", config, "-extensions", "root", "-out", folder / "root.crt", "-section", "one"),
        )
        request = folder / "tsa.csr"
        openssl(
            "req",
            "-new",
            "-key",
            folder / "tsa.key",
            "-subj",
            "/CN=Test TSA",
            "-config",
            config,
            "-section",
            "one",
            "-out",
            request,
        )
        openssl(
            *("x509", "-req", "-in", request, "-CA", folder / "root.crt", "-CAkey", folder / "root.key", "-days", "30"),
            *("-extfile", config, "-extensions", "ext", "-out", folder / "tsa.crt", "-set_serial", "7"),
        )
        self.root = (folder / "root.crt").read_bytes()
        self.answer: Callable[[bytes], bytes] = self.stamped
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                answer = served.answer(query)
                self.send_response(200 if answer else 500)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stamped(self, query: bytes) -> bytes:
        file = self.folder / "query"
        file.write_bytes(query)
        answer = self.folder / "answer"
        openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", "-queryfile", file, "-out", answer)
        return answer.read_bytes()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
