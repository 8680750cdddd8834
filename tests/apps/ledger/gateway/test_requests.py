"""Tokens, signed requests and their refusals, limits, and the court that deposits for itself."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.apps.ledger.asking import fresh, headers, items, pin_of, verified_elsewhere
from tests.apps.ledger.running import Node, certified, copy_of, key_of
from tianping_client import Key, Refused, sm3


def test_tokens_link_the_phases_of_a_matter_in_their_order(node: Node, shop: Key):
    with node.client(shop, "shop") as client:
        token = client.open_token(
            chain="works", ref=fresh(), account=sm3(b"account"), phases=["account", "order", "payment"]
        )
        for phase in ("account", "order"):
            done = client.deposit(items(), chain="works", category="works", ref=fresh(), token=token, phase=phase)
            assert client.deposit_of(done.numbers[0])["phase"] == phase
        for phase in ("account", "delivery", None):
            with pytest.raises(Refused) as refused:
                client.deposit(items(), chain="works", category="works", ref=fresh(), token=token, phase=phase)
            assert refused.value.problem["values"] == {"reason": "wrong-phase"}


# Who asks


def test_what_is_wrong_with_a_signed_request_is_said(node: Node, shop: Key, template: Path):
    content = b'{"own":{}}'
    late = time.time_ns() // 1_000_000 - 6 * 60_000
    stranger = key_of(certified(node.home, node.place / "stranger", "stranger"), "stranger")
    cases = [
        (headers(shop, "POST", "/deposits", content, at=late), "request-time-wrong"),
        (headers(shop, "POST", "/deposits", b"another body"), "request-signature-wrong"),
        (headers(shop, "GET", "/deposits", content), "request-signature-wrong"),
        (headers(shop, "POST", "/deposits?x=1", content), "request-signature-wrong"),
        (headers(shop, "POST", "/deposits", content, **{"Tianping-Nonce": "short"}), "request-signature-wrong"),
        (headers(stranger, "POST", "/deposits", content), "request-signature-wrong"),
        ({"Authorization": "Bearer 00"}, "request-signature-wrong"),
        ({}, "request-not-signed"),
    ]
    with node.http() as http:
        for sent, code in cases:
            answer = http.post("/deposits", content=content, headers=sent)
            assert (answer.status_code, answer.json()["code"]) == (401, code), answer.text
        assert (
            abs(
                http.post("/deposits", content=content, headers=cases[0][0]).json()["values"]["now"]
                - time.time() * 1000
            )
            < 60_000
        )


def test_an_application_deposits_for_itself_and_not_as_the_court(node: Node, shop: Key):
    with node.client(shop, "another-shop") as client:
        with pytest.raises(Refused) as refused:
            client.deposit(items(), chain="works", category="works", ref=fresh())
        assert refused.value.code == "not-permitted"
        own = json.dumps({"own": {"category": "works", "ref": fresh(), "items": [_own(b"x")]}}).encode()
        with pytest.raises(Refused) as refused:
            client._send("POST", "/deposits", own, "application/json")
        assert refused.value.code == "not-permitted"
        for path in ("/candidacies", "/proposals", "/texts/" + "0" * 64):
            with pytest.raises(Refused) as refused:
                client._send("GET", path)
            assert refused.value.status == 403


def test_limits_of_a_minute(template: Path, tmp_path: Path):
    place = copy_of(template, tmp_path)
    file = place / "ledger" / "ledger.toml"
    text = file.read_text()
    for name, most in (("requests", 12_000), ("items", 600_000), ("strangers", 600)):
        assert f"{name} = {most}" in text
        text = text.replace(f"{name} = {most}", f"{name} = 6")
    file.write_text(text)
    running = Node(place).start()
    try:
        key = key_of(place / "shop", "shop")
        with running.client(key, "shop") as client, running.http() as http:
            # The minute may turn in the midst: then the next one runs into its limit.
            codes = [http.get("/chains").status_code for _ in range(14)]
            assert 429 in codes
            assert http.get("/chains").headers["retry-after"].isdigit()
            with pytest.raises(Refused) as refused:
                for _ in range(3):
                    client.deposit(items(5), chain="works", category="works", ref=fresh())
            assert refused.value.status == 429
            assert refused.value.retry_after_s
    finally:
        running.kill()


# The court's own deposits


def _own(content: bytes, facts: str | None = None) -> dict[str, Any]:
    return {
        "digest": sm3(content).hex(), "sha256": hashlib.sha256(content).hexdigest(), "size": len(content),
        "media_type": "text/plain", "facts": facts,
    }  # fmt: skip


def test_the_court_deposits_verifies_without_a_salt_and_forgets(node: Node, tmp_path: Path):
    content, facts, ref = b"the docket of a case", '{"source":"docket"}', fresh()
    asked = {"own": {"category": "court", "ref": ref, "items": [_own(content, facts), _own(b"two")]}}
    question = {"digest": sm3(content).hex()}
    with node.http(token=True) as court, node.http() as anyone:
        first, again = court.post("/deposits", json=asked), court.post("/deposits", json=asked)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["deposits"] == again.json()["deposits"]
        number, salt = (first.json()["deposits"][0][name] for name in ("number", "salt"))
        asked["own"]["items"] = [_own(b"another")]
        assert court.post("/deposits", json=asked).json()["code"] == "reference-used"

        question |= {"number": number}
        [answer] = anyone.post("/verifications", json={"items": [question]}).json()["verifications"]
        assert answer["verdict"] == "match"
        assert "第十六条" in answer["reasons"][-1]["zh"]
        assert court.get(f"/deposits/{number}/opening").json() == {"salt": salt, "facts": facts}
        assert anyone.get(f"/deposits/{number}/opening").status_code == 401
        without = anyone.get(f"/deposits/{number}/proof", params={"opening": "true"}).json()
        assert (without["opening"], without["facts"]) == (None, None)
        bundle = court.get(f"/deposits/{number}/proof", params={"opening": "true"})
        (tmp_path / "docket").write_bytes(content)
        status, said = verified_elsewhere(
            bundle.content, tmp_path, str(tmp_path / "docket"), "--genesis", pin_of(anyone, "court")
        )
        assert status == 0, said

        assert court.delete(f"/deposits/{number}/opening").status_code == 204
        assert court.get(f"/deposits/{number}/opening").status_code == 404
        refused = anyone.post("/verifications", json={"items": [question]})
        assert (refused.status_code, refused.json()["code"]) == (422, "opening-missing")
        assert refused.json()["fields"][0]["field"] == "items.0.salt"
        assert anyone.get(f"/deposits/{number}").json()["number"] == number
