"""The published clients, each run as its readers would run it, against a real node."""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.apps.ledger.running import PASSPHRASE, ROOT, Node, key_of

pytestmark = pytest.mark.slow

CLIENTS = ROOT / "clients"


def run(node: Node, tmp_path: Path, argv: Sequence[str | Path], *, within_s: int = 100) -> dict[str, str]:
    """Deposit and verify a file by a client; then verify once more what it printed, by the Python client."""
    file = tmp_path / "work.bin"
    file.write_bytes(secrets.token_bytes(5000))
    shop = node.place / "shop"
    arguments = [
        node.url,
        "shop",
        shop / "shop.key",
        shop / "shop.crt",
        file,
        "works",
        f"client-{secrets.token_hex(6)}",
    ]
    done = subprocess.run(
        [*map(str, argv), *map(str, arguments)], capture_output=True, text=True, timeout=within_s,
        env={**os.environ, "TIANPING_KEY_PASSPHRASE": PASSPHRASE, "no_proxy": "127.0.0.1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    printed = json.loads(done.stdout)
    assert printed["verdict"] == "match"
    with node.client(key_of(shop, "shop"), "shop") as client:
        salt = bytes.fromhex(printed["salt"])
        assert client.verify_file(printed["number"], file, salt=salt)["verdict"] == "match"
        file.write_bytes(b"something else")
        assert client.verify_file(printed["number"], file, salt=salt)["verdict"] == "mismatch"
        assert client.deposit_of(printed["number"])["depositor"]["id"] == "shop"
    return printed


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} on this machine")
    return found


def test_curl_and_openssl(node: Node, tmp_path: Path):
    need("curl")
    need("openssl")
    run(node, tmp_path, [need("bash"), CLIENTS / "curl" / "deposit.sh"])


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_javascript(node: Node, tmp_path: Path):
    program, place = need("node"), CLIENTS / "javascript"
    if not (place / "node_modules" / "sm-crypto-v2").is_dir():
        got = subprocess.run(
            [need("npm"), "ci", "--silent", "--no-audit", "--no-fund"], cwd=place, capture_output=True, timeout=120
        )
        if got.returncode != 0:
            pytest.skip("sm-crypto-v2 cannot be installed here")
    run(node, tmp_path, [program, place / "example.mjs"])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_go(node: Node, tmp_path: Path):
    program = tmp_path / "deposit"
    got = subprocess.run(
        [need("go"), "build", "-o", program, "."], cwd=CLIENTS / "go", capture_output=True, text=True, timeout=240
    )
    if got.returncode != 0 and "dial tcp" in got.stderr:
        pytest.skip("the modules of the Go example cannot be had here")
    assert got.returncode == 0, got.stderr
    run(node, tmp_path, [program])
