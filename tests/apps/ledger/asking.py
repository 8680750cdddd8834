"""What tests ask a gateway with, and how they check its proofs elsewhere."""

import base64
import secrets
import subprocess
import sys
import time
from pathlib import Path

import httpx
from tests.apps.ledger.running import ROOT
from tianping_client import Item, Key, commitment
from tianping_client.encoding import request_message


def fresh() -> str:
    return f"r-{secrets.token_hex(8)}"


def items(count: int = 1) -> list[Item]:
    return [Item(commitment(secrets.token_bytes(16), secrets.token_bytes(32)), 5, "text/plain") for _ in range(count)]


def headers(
    key: Key, method: str, target: str, content: bytes = b"", *, at: int | None = None, **over: str
) -> dict[str, str]:
    stamp, nonce = str(at or time.time_ns() // 1_000_000), secrets.token_urlsafe(18)
    signature = key.sign(request_message(method, f"/ledger/v1{target}", stamp, nonce, content))
    made = {
        "Tianping-Certificate": key.fingerprint.hex(), "Tianping-Time": stamp, "Tianping-Nonce": nonce,
        "Tianping-Signature": base64.b64encode(signature).decode(), "Content-Type": "application/json",
    }  # fmt: skip
    return made | over


def verified_elsewhere(bundle: bytes, tmp_path: Path, *arguments: str) -> tuple[int, str]:
    """By the stand-alone checker, which shares no code with the ledger."""
    (tmp_path / "proof.json").write_bytes(bundle)
    done = subprocess.run(
        [sys.executable, "-m", "tianping_verify", str(tmp_path / "proof.json"), *arguments, "--json", "--lang", "en"],
        env={"PYTHONPATH": str(ROOT / "verifier" / "src")}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def pin_of(http: httpx.Client, chain: str) -> str:
    return next(one["genesis"] for one in http.get("/chains").json() if one["name"] == chain)
