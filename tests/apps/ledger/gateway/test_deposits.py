"""Depositing through the gateway: numbers, proofs, references, many at once, by openssl."""

import base64
import json
import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from tests.apps.ledger.asking import fresh, items, pin_of, verified_elsewhere
from tests.apps.ledger.running import PASSPHRASE, Node, key_of
from tests.engines.signing.openssl import DISTID, openssl
from tianping_client import Key, Refused, sm3
from tianping_client.encoding import request_message

pytestmark = pytest.mark.slow


def test_a_deposit_gets_a_number_a_verdict_and_a_proof_that_others_check(node: Node, shop: Key, tmp_path: Path):
    photo = tmp_path / "photo.jpg"
    content = secrets.token_bytes(70_000)
    photo.write_bytes(content)
    facts = {"source": "相机", "tool": "shop 3.2"}
    with node.client(shop, "shop") as client:
        done = client.deposit_files([photo], chain="works", category="works", ref=fresh(), facts=[facts])
        [number], [salt] = done.numbers, done.salts
        assert client.verify_file(number, photo, salt=salt)["verdict"] == "match"
        shown = client.deposit_of(number)
        bundle = client.proof(number, salt=salt, facts=facts)
        pdf = client.certificate(number, "en")
    assert (shown["depositor"]["id"], shown["category"], shown["item"]["media_type"]) == ("shop", "works", "image/jpeg")
    assert shown["depositor"]["standing_then"] == "admitted"
    with node.http() as http:
        pin = pin_of(http, "works")
    status, said = verified_elsewhere(bundle, tmp_path, str(photo), "--genesis", pin)
    assert status == 0, said
    photo.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert verified_elsewhere(bundle, tmp_path, str(photo), "--genesis", pin)[0] == 2
    assert verified_elsewhere(pdf, tmp_path, str(photo), "--genesis", pin, "--salt", salt.hex())[0] == 2
    photo.write_bytes(content)
    status, said = verified_elsewhere(pdf, tmp_path, str(photo), "--genesis", pin, "--salt", salt.hex())
    assert status == 0, said


def test_the_same_reference_gets_the_same_numbers_and_no_other_content(node: Node, shop: Key):
    ref, same = fresh(), items(3)
    with node.client(shop, "shop") as client:
        first = client.deposit(same, chain="works", category="works", ref=ref)
        again = client.deposit(same, chain="works", category="works", ref=ref)
        assert (again.numbers, again.answer["duplicate"]) == (first.numbers, True)
        assert again.answer["stored_at"] == first.answer["stored_at"]
        known = client.by_reference("works", ref)
        assert [one["number"] for one in known["deposits"]] == first.numbers
        with pytest.raises(Refused) as refused:
            client.deposit(items(), chain="works", category="works", ref=ref)
        assert (refused.value.code, refused.value.problem["values"]) == ("ledger-refused", {"reason": "reference-used"})
        assert "业务编号" in refused.value.problem["messages"]["detail"]["zh"]
        with pytest.raises(Refused) as unknown:
            client.by_reference("works", fresh())
        assert unknown.value.status == 404


def test_a_thousand_items_under_one_signature(node: Node, shop: Key):
    with node.client(shop, "shop") as client:
        done = client.deposit(items(1000), chain="contract", category="contract", ref=fresh())
        assert len(set(done.numbers)) == 1000
        with pytest.raises(Refused) as refused:
            client.deposit(items(1001), chain="contract", category="contract", ref=fresh())
        assert refused.value.problem["values"] == {"reason": "malformed"}


def test_json_prepared_by_the_gateway_and_signed_by_openssl(node: Node, tmp_path: Path):
    """What curl and a shell can do: two signatures in DER, by the certificate's own key file."""
    place = node.place / "shop"
    key = key_of(place, "shop")

    def der(message: bytes) -> str:
        (tmp_path / "message").write_bytes(message)
        signature = openssl(
            "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-inkey", place / "shop.key",
            "-passin", f"pass:{PASSPHRASE}", "-in", tmp_path / "message",
        )  # fmt: skip
        return base64.b64encode(signature).decode()

    deposit = {
        "chain": "works", "application": "shop", "ref": fresh(), "category": "works",
        "items": [{"commit": sm3(b"salt and digest").hex(), "size": 4, "media_type": "text/plain"}],
    }  # fmt: skip
    with node.http() as http:
        prepared = http.post("/deposits:prepare", json=deposit).json()
        message = base64.b64decode(prepared["message"])
        assert message.endswith(base64.b64decode(prepared["body"]))
        signed = {"certificate": key.fingerprint.hex(), "signature": der(message)}
        content = json.dumps({"deposit": deposit, "signed": signed}).encode()
        stamp, nonce = str(time.time_ns() // 1_000_000), "0123456789abcdef-" + secrets.token_hex(6)
        signature = der(request_message("POST", "/ledger/v1/deposits", stamp, nonce, content))
        sent = {
            "Tianping-Certificate": key.fingerprint.hex(), "Tianping-Time": stamp, "Tianping-Nonce": nonce,
            "Tianping-Signature": signature, "Content-Type": "application/json",
        }  # fmt: skip
        answer = http.post("/deposits", content=content, headers=sent)
        assert answer.status_code == 201, answer.text
        assert answer.json()["transaction"] == prepared["transaction"]
        again = http.post("/deposits", content=content, headers=sent)
        assert (again.status_code, again.json()["code"]) == (409, "request-replayed")


def test_many_deposits_in_one_request_each_for_itself(node: Node, shop: Key):
    made = []
    with node.client(shop, "shop") as client:
        for chain in ("works", "contract", "works"):
            raw = client._envelope(chain, "deposit", fresh(), 1 << 52, *_content(chain))
            made.append({"envelope": base64.b64encode(raw).decode()})
        wrong = client._envelope("finance", "deposit", fresh(), 1 << 52, *_content("finance"))
        content = json.dumps({"deposits": [*made, {"envelope": base64.b64encode(wrong).decode()}]}).encode()
        answers = client._send("POST", "/deposits:batch", content, "application/json").json()["answers"]
    assert [one["state"] for one in answers] == ["stored", "stored", "stored", "refused"]
    assert [one["chain"] for one in answers] == ["works", "contract", "works", "finance"]
    assert (answers[3]["reason"], answers[3]["said"]["en"]) == (
        "unknown-signer", "the certificate that signed is not admitted, or no longer",
    )  # fmt: skip


def _content(category: str) -> tuple[list[Any], list[bytes]]:
    [encoded] = [item.encoded() for item in items()]
    return [category, 1, sm3(b"\0" + encoded), None, None], [encoded]
