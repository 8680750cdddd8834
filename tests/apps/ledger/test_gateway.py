"""The gateway of a real node, asked by the Python client and by hand."""

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.apps.ledger.running import PASSPHRASE, ROOT, Node, certified, copy_of, key_of
from tests.engines.signing.openssl import DISTID, openssl
from tianping_client import Client, Item, Key, Refused, Unreachable, commitment, sm3, tagged
from tianping_client.encoding import request_message

from tianping.engines.ledger.merkle import consistent


@pytest.fixture
def shop(node: Node) -> Key:
    return key_of(node.place / "shop", "shop")


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


# Depositing


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


# Verdicts


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


def test_applications_show_standing_and_history(node: Node):
    with node.http() as http:
        shown = http.get("/apps/shop").json()
        assert (shown["application"]["standing"], shown["application"]["score"]) == ("admitted", 100)
        assert [(one["kind"], one["decision"]) for one in shown["history"]] == [
            ("access.apply", None), ("access.assess", None), ("access.decide", "probation"), ("access.decide", "admit"),
        ]  # fmt: skip
        assert shown["history"][2]["signers"] == ["court-node", "court-node"]
        assert {one["id"] for one in http.get("/apps").json()} == {"court", "shop"}
        standard = http.get("/standard").json()
        assert sum(item["most"] for part in standard["parts"] for item in part["items"]) == 100
    with node.http(token=True) as court:
        sheet = court.get(f"/texts/{shown['history'][1]['digest']}").json()
        assert sum(sheet["points"].values()) == 100
        [candidacy] = [one for one in court.get("/candidacies").json() if one["id"] == "shop"]
        paper = candidacy["listed"][0]
        content = court.get(f"/apps/shop/papers/{paper['digest']}")
        assert content.content == b"%PDF-1.7 the licence"


def test_who_applies_holds_the_key_of_the_certificate(node: Node, tmp_path: Path):
    place = certified(node.home, tmp_path, "museum")
    key, content = key_of(place, "museum"), b"%PDF the licence"
    listed = [{"digest": sm3(content).hex(), "kind": "qualification", "media_type": "application/pdf", "name": "a.pdf"}]
    papers = sm3(json.dumps(listed, separators=(",", ":")).encode())
    asked = {
        "id": "museum", "name_zh": "博物馆", "name_en": "Museum", "organisation": "博物馆", "categories": ["works"],
        "certificate": (place / "museum.crt").read_text(),
        "papers": [
            {"kind": "qualification", "name": "a.pdf", "media_type": "application/pdf", "content": _b64(content)}
        ],
    }  # fmt: skip
    with node.http() as http:
        for signature in (None, _b64(key.sign(b"something else"))):
            refused = http.post("/apps", json={**asked, "signature": signature})
            assert (refused.status_code, refused.json()["code"]) == (403, "key-not-shown")
        signed = {**asked, "signature": _b64(key.sign(tagged("tianping/application/1", papers)))}
        came_in = http.post("/apps", json=signed)
        assert came_in.status_code == 201, came_in.text
        assert came_in.json()["papers"] == papers.hex()
        stranger = certified(node.home, tmp_path / "other", "other")
        signed["certificate"] = (stranger / "other.crt").read_text()
        assert http.post("/apps", json=signed).json()["code"] == "application-id-taken"


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


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
