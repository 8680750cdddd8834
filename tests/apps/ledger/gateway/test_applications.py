"""Applications: standing, history, and who holds the key of the certificate."""

import base64
import json
from pathlib import Path

from tests.apps.ledger.running import Node, certified, key_of
from tianping_client import sm3, tagged


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
