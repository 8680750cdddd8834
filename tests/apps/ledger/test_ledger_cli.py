"""`tianping ledger` as people use it: on a directory, without a court and without a node that runs."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.apps.ledger.running import PASSPHRASE, Node, admit, certified, copy_of, tianping

from tianping.engines.ledger.home import Home
from tianping.interfaces.signing import CertificateRole

pytestmark = pytest.mark.slow


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Path:
    return copy_of(template, tmp_path / "data")


def test_deposit_verify_proof_and_certificate(place: Path, tmp_path: Path):
    photo, meta = tmp_path / "照片.jpg", tmp_path / "meta.json"
    photo.write_bytes(b"a photograph")
    meta.write_text('{"来源": "手机", "地点": "西湖"}')
    ref = ("--ref", "first/1")
    first = json.loads(tianping("ledger", "deposit", photo, "--meta", meta, *ref, "--json", place=place))
    again = json.loads(tianping("ledger", "deposit", photo, "--meta", meta, *ref, "--json", place=place))
    assert (first["number"], first["salt"]) == (again["number"], again["salt"])
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    said = json.loads(tianping("ledger", "verify", first["number"], photo, "--json", place=place))
    assert (said["verdict"], said["media_type"]) == ("match", "image/jpeg")
    photo.write_bytes(b"a photograph, retouched")
    said = tianping(
        "ledger", "verify", first["number"], photo, place=place, status=2, settings={"TIANPING_LANGUAGE": "zh"}
    )
    assert said.startswith("✗ 不一致")
    out = tmp_path / "proof.json"
    tianping("ledger", "proof", first["number"], "--out", out, "--opening", place=place)
    assert json.loads(out.read_text())["facts"] == '{"地点":"西湖","来源":"手机"}'
    tianping("ledger", "certificate", first["number"], "--out", tmp_path / "c.pdf", place=place)
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    tianping("ledger", "forget", first["number"], "--yes", place=place)
    tianping("ledger", "verify", first["number"], photo, place=place, status=1)


def test_what_cannot_be_done_is_said_in_a_sentence(place: Path, tmp_path: Path):
    file = tmp_path / "x"
    file.write_bytes(b"x")
    english = {"TIANPING_LANGUAGE": "en"}

    def complaint(*arguments: str | Path, at: Path = place) -> str:
        import os
        import sys

        environment = {**os.environ, "TIANPING_DATA": str(at), **english}
        argv = [sys.executable, "-m", "tianping.apps.cli", "ledger", *map(str, arguments)]
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=90)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "run tianping ledger init" in complaint("status", at=tmp_path / "nowhere")
    assert "There is a ledger" in complaint("init")
    assert "not admitted" in complaint("deposit", file, "--chain", "nothing")
    assert "check every character" in complaint("proof", "TP1-WORKS-20260101-000000000-00", "--out", tmp_path / "p")
    assert "power 0" in complaint(
        "member", "add", "notary", "--name", "公证处", "--name-en", "Notary", "--power", "1", "--certificate", file
    )


@pytest.mark.slow
def test_members_come_and_go_and_applications_are_suspended(place: Path, tmp_path: Path):
    papers = certified(Home(place), tmp_path / "papers", "notary", CertificateRole.NODE)
    tianping(
        "ledger", "member", "add", "notary", "--name", "公证处", "--name-en", "Notary", "--certificate",
        papers / "notary.crt", place=place,
    )  # fmt: skip
    members = json.loads(tianping("ledger", "member", "list", "--json", place=place))
    assert {(one["id"], one["standing"]) for one in members} == {("court-node", "admitted"), ("notary", "admitted")}
    tianping("ledger", "member", "remove", "notary", place=place)
    members = json.loads(tianping("ledger", "member", "list", "--json", place=place))
    assert ("notary", "removed") in {(one["id"], one["standing"]) for one in members}

    # One officer suspends at once; coming back needs two.
    tianping("ledger", "app", "decide", "shop", "suspend", "--reasons", "抽查不合格", place=place)
    said = tianping(
        "ledger", "app", "decide", "shop", "resume", "--reasons", "已整改", "--officer", "officer-1", place=place,
        settings={"TIANPING_LANGUAGE": "en"},
    )  # fmt: skip
    assert said.count("waits for more signatures") == 3
    [one] = [one for one in json.loads(tianping("ledger", "app", "list", "--json", place=place)) if one["id"] == "shop"]
    assert one["standing"] == "suspended"


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_another_application_is_admitted_for_its_categories_only(place: Path, tmp_path: Path):
    papers = certified(Home(place), tmp_path / "papers", "bank")
    admit(place, papers, "bank", "finance")
    shown = json.loads(tianping("ledger", "app", "show", "bank", place=place))
    assert shown["application"]["categories"] == ["finance"]
    assert [step["kind"] for step in shown["history"]][-1] == "access.decide"


@pytest.mark.slow
def test_a_witness_on_another_machine_follows_a_node(place: Path, tmp_path: Path):
    papers = certified(Home(place), tmp_path / "papers", "witness", CertificateRole.NODE)
    node = Node(place).start()
    try:
        with node.http() as http:
            pin = next(one["genesis"] for one in http.get("/chains").json() if one["name"] == "works")
            follow = [
                "ledger", "witness", node.url, "--chain", "works", "--genesis", f"works={pin}", "--folder", tmp_path / "w",
                "--key", papers / "witness.key", "--certificate", papers / "witness.crt", "--root", node.home.ca / "root.crt",
                "--every", "0",
            ]  # fmt: skip
            settings = {"TIANPING_KEY_PASSPHRASE": PASSPHRASE, "TIANPING_LANGUAGE": "en"}
            assert "first time" in tianping(*follow, place=tmp_path, settings=settings)
            assert "nothing new" in tianping(*follow, place=tmp_path, settings=settings)
            file = tmp_path / "x"
            file.write_bytes(b"x")
            tianping("ledger", "deposit", file, place=place)
            assert "grew as it should" in tianping(*follow, place=tmp_path, settings=settings)
            assert "— witness " in (tmp_path / "w" / "works" / "cosigned.note").read_text()
            wrong = [part if part != f"works={pin}" else "works=" + "0" * 64 for part in follow]
            tianping(*wrong, place=tmp_path, settings=settings, status=1)
    finally:
        node.kill()


def test_where_a_member_stands_is_a_description_and_may_change(place: Path):
    home = Home(place)
    home.file.write_text(home.file.read_text().replace('origin = "', '# 勿改\norigin = "', 1))
    before = home.config()
    tianping("ledger", "member", "place", "court-node", "--longitude", "-0.5", "--latitude", "39.9", place=place)
    assert home.config().map == {"court-node": (-0.5, 39.9)}
    running = Node(place).start()
    try:
        [told] = json.loads(tianping("ledger", "member", "list", "--json", place=place))
        assert told["place"] == [-0.5, 39.9]
        tianping("ledger", "member", "place", "court-node", "--longitude", "116.4", "--latitude", "39.9", place=place)
        [told] = json.loads(tianping("ledger", "member", "list", "--json", place=place))
        assert told["place"] == [116.4, 39.9]
    finally:
        running.stop()
    tianping("ledger", "member", "place", "nobody", "--longitude", "1", "--latitude", "1", place=place, status=1)
    tianping("ledger", "member", "place", "court-node", "--longitude", "1", place=place, status=2)
    tianping("ledger", "member", "place", "court-node", "--none", place=place)
    assert home.config() == before
    assert "# 勿改" in home.file.read_text()
