"""Four members on one machine, founded and driven by the command line: every gateway is one of the same ledger."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.apps.ledger.running import free_port, tianping

from tianping.apps.ledger_keys import OWN, passphrase_of
from tianping.engines.ledger import building
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.cometbft.binary import engine_program
from tianping.engines.ledger.drivers.cometbft.problems import EngineNotBuilt, GoMissing
from tianping.engines.ledger.home import Home
from tianping.engines.signing.keys import KeySigner, read_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.kit.clock import court_day

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run_of_free_ports(count: int) -> int:
    """The first of so many ports in a row; the chance that another takes one meanwhile is small, and then it says so."""
    return min(free_port(), 60_000 - count)


def until_ready(http: httpx.Client) -> None:
    """On a busy machine a member may be late behind the others for a moment, and says so."""
    end = time.monotonic() + 60
    while (told := http.get("/readyz")).status_code != 200:
        assert time.monotonic() < end, told.text
        time.sleep(0.2)


def acknowledged_and_read_at_once(home: Home, port: int) -> None:
    """A number without a time, and whoever reads it then is told the time, the proof and the verdict that all will be told."""
    facts = Register(home.ca, sm2()).trust.read((home.keys / f"{OWN}.crt").read_bytes())
    signer = KeySigner(facts, read_key_file(home.keys / f"{OWN}.key", passphrase_of(home), sm2()), sm2())
    headers = {"Authorization": f"Bearer {home.token.read_text().strip()}", "Content-Type": "application/cbor"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/ledger/v1", trust_env=False, timeout=20) as http:
        for reading in ("", "/proof", "verify", "by-reference"):
            ref = f"at-once/{reading}"
            made = building.item_of(file_digest=sm3(ref.encode()), size=3, media="text/plain")
            envelope = building.deposit(
                chain="works",
                author=home.config().application,
                ref=ref,
                category="works",
                items=[made.item],
                signer=signer,
            )
            answer = http.post("/deposits:cbor", content=envelope, headers=headers)
            assert answer.status_code == 201
            told = answer.json()
            assert told["state"] == "stored"
            [number] = [one["number"] for one in told["deposits"]]
            if near_midnight():
                return
            assert (told["stored_at"], told["height"], told["checkpoint"]) == (None, None, None)
            if reading == "verify":
                item = {"number": number, "digest": sm3(ref.encode()).hex(), "salt": made.salt.hex()}
                [verdict] = http.post("/verifications", json={"items": [item]}).json()["verifications"]
                assert (verdict["verdict"], verdict["stored_at"] is None) == ("match", False)
            elif reading == "by-reference":
                asked = {"chain": "works", "application": home.config().application, "ref": ref}
                found = http.get("/deposits", params=asked).json()
                assert (found["state"], found["deposits"][0]["number"]) == ("stored", number)
                assert found["stored_at"]
                assert found["checkpoint"].count("\n— member-") >= 3
            else:
                found = http.get(f"/deposits/{number}{reading}")
                assert found.status_code == 200
                assert found.json()["number"] == number


def near_midnight() -> bool:
    """Then numbers are given out only when they are recorded."""
    now = datetime.now(UTC)
    return court_day(now - timedelta(minutes=11)) != court_day(now + timedelta(minutes=11))


def test_a_consortium_takes_deposits_at_any_member_and_all_verify_them(tmp_path: Path):
    try:
        engine_program()
    except (GoMissing, EngineNotBuilt) as lacking:
        pytest.skip(f"no CometBFT here: {lacking.code}")
    english = {"TIANPING_LANGUAGE": "en"}
    port = run_of_free_ports(4)
    tianping("ledger", "consortium", "up", "-n", "4", "--port", str(port), place=tmp_path, settings=english)
    try:
        members = [tmp_path / "consortium" / f"member-{at + 1}" for at in range(4)]
        file = tmp_path / "work.txt"
        file.write_bytes(b"a work")
        made = json.loads(tianping("ledger", "deposit", file, "--json", place=members[1]))
        assert made["checkpoint"].count("\n— member-") >= 3
        for at in range(4):
            with httpx.Client(base_url=f"http://127.0.0.1:{port + at}", trust_env=False, timeout=20) as http:
                question = {"number": made["number"], "digest": made["deposits"][0]["sm3"], "salt": made["salt"]}
                answer = http.post("/ledger/v1/verifications", json={"items": [question]}).json()
                assert answer["verifications"][0]["verdict"] in ("match", "pending")
                assert {one["id"] for one in http.get("/ledger/v1/nodes").json()} == {
                    f"member-{n}" for n in range(1, 5)
                }
                until_ready(http)
        acknowledged_and_read_at_once(Home(members[2]), port + 2)
        status = json.loads(tianping("ledger", "consortium", "status", "--json", place=tmp_path))
        assert [one["alive"] for one in status["members"]] == [True] * 4
    finally:
        tianping("ledger", "consortium", "stop", place=tmp_path)
    tianping("ledger", "audit", "--chain", "works", place=members[2])
    said = tianping("ledger", "consortium", "status", place=tmp_path, settings=english, status=1)
    assert "stopped" in said
