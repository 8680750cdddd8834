"""One officer keeps their key elsewhere: what two decided in the court waits for that signature, and says so."""

from pathlib import Path

import pytest
from tests.apps.ledger.running import Node, tianping
from tests.contexts.evidence.test_access import application, sheet
from tests.harness import RunningCourt
from tests.journeys.cast import Cast

from tianping.contexts.evidence.actions import office

pytestmark = pytest.mark.slow


async def test_a_decision_waits_for_the_officer_who_signs_elsewhere(
    cast: Cast, court: RunningCourt, node: Node, tmp_path: Path
):
    secret = {"TIANPING_OFFICER_PASSPHRASE": "the officer's own words"}
    usb, file = tmp_path / "usb", tmp_path / "waiting.json"
    plaintiff, security = await cast.of("plaintiff"), await cast.of("security_admin")
    head, president = await cast.of("head"), await cast.of("president")
    standard = (await head.get("/ledger/standard")).json()
    data = await application(cast, node, tmp_path, "photo-shop")
    assert (await plaintiff.act("/ledger/applications", data)).status_code == 201
    await court.settle()

    # While the court runs, and has opened both keys.
    hand = ("ledger", "officer", "hand-over", "officer-2", "--out", usb, "--yes")
    tianping(*hand, place=node.place, settings=secret)
    assert (await security.act("/ledger/applications/photo-shop/assess", sheet(standard))).status_code == 201
    await head.act("/ledger/applications/photo-shop/approve", {"reasons": "材料齐全"})
    await president.act("/ledger/applications/photo-shop/approve", {"reasons": "同意"})
    await court.settle()
    waits = (await head.get("/ledger/office/photo-shop")).json()
    assert waits["card"]["standing"] == "applied"
    [resolution] = waits["resolutions"]
    assert resolution["state"] == "decided"
    assert "decision pending → sign → send" in resolution["failure"]["zh"]
    refused = await head.act("/ledger/applications/photo-shop/approve", {"reasons": "再次同意"})
    assert (refused.status_code, refused.json()["code"]) == (409, "decision-under-way")
    desk = court.desk("evidence")
    await office.record_waiting(desk)
    assert (await head.get("/ledger/office/photo-shop")).json()["resolutions"] == [resolution]

    tianping("ledger", "decision", "pending", "--out", file, place=node.place)
    key = ("--key", usb / "officer-2.key", "--certificate", usb / "officer-2.crt")
    tianping("ledger", "decision", "sign", file, *key, "--yes", place=tmp_path / "nowhere", settings=secret)
    tianping("ledger", "decision", "send", file, place=node.place)
    await office.record_waiting(desk)
    done = (await head.get("/ledger/office/photo-shop")).json()
    assert done["card"]["standing"] == "probation"
    assert (done["resolutions"][0]["state"], done["resolutions"][0]["failure"]) == ("recorded", None)
    assert [one["act"] for one in done["history"]] == ["applied", "assessed", "probation"]
