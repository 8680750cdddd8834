"""Four members on one machine, founded and driven by the command line: every gateway is one of the same ledger."""

import json
from pathlib import Path

import httpx
import pytest
from tests.apps.ledger.running import free_port, tianping

from tianping.engines.ledger.drivers.cometbft.binary import engine_program
from tianping.engines.ledger.drivers.cometbft.problems import EngineNotBuilt, GoMissing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run_of_free_ports(count: int) -> int:
    """The first of so many ports in a row; the chance that another takes one meanwhile is small, and then it says so."""
    return min(free_port(), 60_000 - count)


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
                assert http.get("/readyz").status_code == 200
        status = json.loads(tianping("ledger", "consortium", "status", "--json", place=tmp_path))
        assert [one["alive"] for one in status["members"]] == [True] * 4
    finally:
        tianping("ledger", "consortium", "stop", place=tmp_path)
    tianping("ledger", "audit", "--chain", "works", place=members[2])
    said = tianping("ledger", "consortium", "status", place=tmp_path, settings=english, status=1)
    assert "stopped" in said
