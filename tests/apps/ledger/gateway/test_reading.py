"""Verdicts, the public log recomputed, and what anyone may read."""

import hashlib
import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.apps.ledger.asking import fresh, items
from tests.apps.ledger.running import Node
from tianping_client import Client, Key, Unreachable, sm3

from tianping.engines.ledger.merkle import consistent

pytestmark = pytest.mark.slow


def test_verdicts_by_digest_by_file_and_many_at_once(node: Node, shop: Key, tmp_path: Path):
    file = tmp_path / "large.bin"
    with file.open("wb") as out:
        for _ in range(48):
            out.write(secrets.token_bytes(1 << 20))
    with node.client(shop, "shop") as client:
        done = client.deposit_files([file], chain="works", category="works", ref=fresh())
        [number], [salt] = done.numbers, done.salts
        by_sha256 = {
            "number": number,
            "sha256": hashlib.file_digest(file.open("rb"), "sha256").hexdigest(),
            "salt": salt.hex(),
        }
        other_day = number.replace("-2026", "-2025") if "-2026" in number else number
        questions = [
            by_sha256,
            {**by_sha256, "sha256": "00" * 32},
            {**by_sha256, "salt": "00" * 16},
            {**by_sha256, "size": 5},
            {"number": "TP1-WORKS-20261122-000000000-00", "digest": "00" * 32},
            {"number": other_day, "digest": "00" * 32},
            {"number": "nonsense", "digest": "00" * 32},
        ]
        verdicts = [one["verdict"] for one in client.verify(questions)]
    assert verdicts == ["match", "mismatch", "mismatch", "mismatch", "not_found", "not_found", "not_found"]

    def sent() -> Any:
        with file.open("rb") as content:
            while block := content.read(1 << 18):
                yield block

    before = node.memory_mb()
    told = {"Tianping-Number": number, "Tianping-Salt": salt.hex(), "Content-Type": "application/octet-stream"}
    with node.http() as http:
        assert http.post("/verifications:file", content=sent(), headers=told).json()["verdict"] == "match"
        wrong = http.post("/verifications:file", content=b"x", headers=told).json()
    assert wrong["verdict"] == "mismatch"
    assert any("字节" in reason["zh"] for reason in wrong["reasons"])
    assert node.memory_mb() < before + 30, "a file is hashed as it comes in, not held"


# The chain for whoever wants to look


def test_the_log_can_be_recomputed_from_what_is_public(node: Node, shop: Key):
    with node.client(shop, "shop") as client:
        for _ in range(3):
            client.deposit(items(2), chain="works", category="works", ref=fresh())
    with node.http() as http:
        at = {"chain": "works"}
        newest, older = http.get("/checkpoints", params={**at, "limit": 2}).json()
        assert http.get("/checkpoints/latest", params=at).text == newest["note"]
        shown = http.get("/consistency", params={**at, "old": older["size"], "new": newest["size"]}).json()
        assert (shown["old_root"], shown["new_root"]) == (older["root"], newest["root"])
        path = [bytes.fromhex(step) for step in shown["path"]]
        roots = [bytes.fromhex(one["root"]) for one in (older, newest)]
        assert consistent(older["size"], newest["size"], roots[0], roots[1], path)
        tile = http.get("/tiles/0/0", params=at).content
        assert len(tile) == 32 * newest["size"]
        lines = http.get("/blocks", params=at).json()
        block = http.get(f"/blocks/{newest['height']}", params=at).json()
        assert lines[0]["root"] == block["root"] == newest["root"]
        assert block["transactions"][0]["about"] == "works"
        entries = http.get("/entries", params={**at, "first": newest["size"] - 2}).json()
        assert entries[0]["first"] == newest["size"] - 2
        [member] = http.get("/nodes").json()
        assert (member["id"], member["share"], member["behind"]) == ("court-node", 1.0, 0)
        assert _root([tile[at : at + 32] for at in range(0, len(tile), 32)]).hex() == newest["root"]
        for wrong in ({"old": 0, "new": 1}, {"old": 2, "new": 1}, {"old": 1, "new": 10**9}):
            assert http.get("/consistency", params={**at, **wrong}).status_code == 422
        assert http.get("/blocks", params={"chain": "nowhere"}).json()["code"] == "chain-unknown"
        assert http.get("/tiles/0/99", params=at).status_code == 404


def _root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, written down once more."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return sm3(b"\1" + _root(hashes[:split]) + _root(hashes[split:]))


def test_the_description_is_complete_and_every_refusal_is_a_problem(node: Node):
    with node.http() as http:
        described = http.get("/schema/openapi.json").json()
        paths = described["paths"]
        for path, item in paths.items():
            for method, operation in item.items():
                assert operation.get("summary"), f"{method} {path}"
                assert "security" in operation, f"{method} {path}"
        assert {"/ledger/v1/deposits", "/ledger/v1/deposits:cbor", "/ledger/v1/verifications:file"} <= set(paths)
        assert paths["/ledger/v1/deposits"]["post"]["security"] == [{"signature": []}, {"node": []}]
        for path, status in (
            ("/nothing", 404),
            ("/deposits/nonsense", 400),
            ("/blocks", 422),
            ("/blocks?chain=nowhere", 404),
        ):
            answer = http.get(path)
            assert answer.status_code in (status, 400), f"{path} {answer.status_code} {answer.text}"
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert set(answer.json()["messages"]["title"]) == {"zh", "en"}
            assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_health_and_measures(node: Node, shop: Key):
    with node.client(shop, "shop") as client:
        client.deposit(items(), chain="works", category="works", ref=fresh())
    with httpx.Client(base_url=node.url, trust_env=False) as http:
        assert http.get("/readyz").json() == {"ready": True, "symptoms": {}}
        text = http.get("/metrics").text
        assert 'tianping_ledger_deposits_total{chain="works",outcome="ok"}' in text
        assert 'tianping_ledger_entries{chain="works"}' in text
        assert "tianping_ledger_outbox " in text
        assert http.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403


def test_reading_needs_no_key(node: Node):
    with node.client() as client, pytest.raises(ValueError, match="no key"):
        client.deposit(items(), chain="works", category="works", ref=fresh())
    with Client("http://127.0.0.1:1", trust_env=False) as gone, pytest.raises(Unreachable):
        gone.deposit_of("x")
