"""A platform is admitted: papers, sheet, two officers, probation, admission, suspension, resumption, revocation; all on chain."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.apps.ledger.running import Node, certified
from tests.harness import RunningCourt
from tests.journeys.cast import Cast, photograph

from tianping.contexts.identity.actions import seeding
from tianping.interfaces.identity import Role
from tianping.kit.problems import Text

pytestmark = pytest.mark.slow

PAPERS = ("licence", "filing", "security", "ties", "rules", "management", "data")


@pytest.fixture
async def office(cast: Cast) -> Cast:
    """A second officer, and the organisation of the plaintiff."""
    desk = cast.court.desk("identity")
    cast.ids["head_two"] = await seeding.register_staff(
        desk, name="何端", mobile="13900000099", roles={Role.DIVISION_HEAD}, division="second", about=Text("何端", "He")
    )
    return cast


async def application(cast: Cast, node: Node, tmp_path: Path, slug: str, **changes: Any) -> dict[str, Any]:
    desk = cast.court.desk("identity")
    organisation = await seeding.open_organisation(
        desk, owner=cast.ids["plaintiff"], name="北京晨光图库有限公司", credit_code="91350100M000100Y43",
        legal_representative="李明",
    )  # fmt: skip
    papers = []
    for n, kind in enumerate(PAPERS):
        upload = await cast.upload("plaintiff", photograph(width=100 + n), f"{kind}.jpg", "image/jpeg")
        papers.append({"kind": kind, "upload_id": upload})
    certified(node.home, tmp_path, slug)
    return {
        "id": slug, "organisation_id": str(organisation), "name_zh": "晨光图库存证", "name_en": "Chenguang pictures",
        "categories": ["works"], "certificate": (tmp_path / f"{slug}.crt").read_text(), "papers": papers, **changes,
    }  # fmt: skip


def sheet(standard: dict[str, Any], *, share: float = 0.9, **scores: int) -> dict[str, Any]:
    items = [item for section in standard["sections"] for item in section["items"]]
    return {
        "sheet": [
            {"item": item["id"], "score": scores.get(item["id"], int(item["score"] * share)), "remark": "已核"}
            for item in items
        ]
    }


async def test_from_application_to_revocation(office: Cast, court: RunningCourt, node: Node, tmp_path: Path):
    plaintiff, security = await office.of("plaintiff"), await office.of("security_admin")
    head, president = await office.of("head"), await office.of("president")
    nobody = await office.of("nobody")
    standard = (await nobody.get("/ledger/standard")).json()
    assert sum(item["score"] for section in standard["sections"] for item in section["items"]) == 100

    data = await application(office, node, tmp_path, "photo-shop")
    incomplete = await plaintiff.act("/ledger/applications", {**data, "papers": data["papers"][:3]})
    assert incomplete.status_code == 422
    assert set(incomplete.json()["values"]["missing"]) == set(PAPERS[3:])
    made = await plaintiff.act("/ledger/applications", data)
    assert made.status_code == 201, made.text
    await court.settle()
    [mine] = (await plaintiff.get("/ledger/my-applications")).json()
    assert mine["card"]["standing"] == "applied", mine["failure"]
    assert mine["history"][0]["act"] == "applied"

    # The papers stay with the court; what is on the chain is a digest.
    paper = await security.get(f"/ledger/office/photo-shop/papers/{mine['papers'][0]['id']}")
    assert paper.content == photograph(width=100)

    assert (await head.act("/ledger/applications/photo-shop/approve", {"reasons": "好"})).json()[
        "code"
    ] == "score-too-low"
    assert (await head.act("/ledger/applications/photo-shop/assess", sheet(standard))).status_code == 403
    failing = await security.act("/ledger/applications/photo-shop/assess", sheet(standard, licences=0))
    assert failing.json()["sheets"][0]["passed"] is False
    assert (await head.act("/ledger/applications/photo-shop/approve", {"reasons": "好"})).json()[
        "code"
    ] == "score-too-low"
    missing = {"sheet": sheet(standard)["sheet"][1:]}
    assert (await security.act("/ledger/applications/photo-shop/assess", missing)).status_code == 422
    assessed = await security.act("/ledger/applications/photo-shop/assess", sheet(standard))
    assert assessed.json()["sheets"][0]["passed"] is True, assessed.text

    # Two different officers.
    first = await head.act("/ledger/applications/photo-shop/approve", {"reasons": "材料齐全"})
    assert first.json()["resolutions"][0]["state"] == "waiting"
    again = await head.act("/ledger/applications/photo-shop/approve", {"reasons": "材料齐全"})
    assert again.json()["code"] == "same-officer"
    await court.settle()
    assert any("第二名审核人" in one["title"]["zh"] for one in (await president.get("/messages")).json()["items"])
    second = await president.act("/ledger/applications/photo-shop/approve", {"reasons": "同意"}, key="second-officer")
    assert second.json()["resolutions"][0]["state"] == "decided", second.text
    # In a task of its own, as a server would run it: what it leaves unclaimed is nobody else's.
    repeated = await asyncio.create_task(
        president.act("/ledger/applications/photo-shop/approve", {"reasons": "同意"}, key="second-officer")
    )
    assert repeated.json() == second.json()
    await court.settle()
    public = (await nobody.get("/ledger/applications/photo-shop")).json()
    assert public["card"]["standing"] == "probation"
    assert [one["act"] for one in public["history"]] == ["applied", "assessed", "assessed", "probation"]
    assert "陈端" not in str(public)

    early = await head.act("/ledger/applications/photo-shop/approve", {"reasons": "好"})
    assert early.json()["code"] == "on-probation"
    court.clock.move(timedelta(days=91))
    office.browsers.clear()
    head, president, two = await office.of("head"), await office.of("president"), await office.of("head_two")
    security = await office.of("security_admin")
    await head.act("/ledger/applications/photo-shop/approve", {"reasons": "试运行期满"})
    await two.act("/ledger/applications/photo-shop/approve", {"reasons": "同意"})
    await court.settle()
    assert (await head.get("/ledger/office/photo-shop")).json()["card"]["standing"] == "admitted"

    # One stops it at once; coming back takes two; in the end it is revoked.
    await head.act("/ledger/applications/photo-shop/revoke", {"reasons": "多次违规"})
    acts = (await security.get("/ledger/office/photo-shop")).json()["permitted_acts"]
    assert next(act for act in acts if act["act"] == "suspend")["permitted"]
    await security.act("/ledger/applications/photo-shop/suspend", {"reasons": "存证日志缺失"})
    await court.settle()
    stopped = (await head.get("/ledger/office/photo-shop")).json()
    assert stopped["card"]["standing"] == "suspended"
    assert {(one["decision"], one["state"]) for one in stopped["resolutions"][:2]} == {
        ("suspend", "recorded"), ("revoke", "dropped"),
    }  # fmt: skip
    await head.act("/ledger/applications/photo-shop/resume", {"reasons": "已整改"})
    dropped = await two.act("/ledger/applications/photo-shop/drop-decision", {"reasons": "整改不到位"})
    assert dropped.json()["resolutions"][0]["state"] == "dropped", dropped.text
    await head.act("/ledger/applications/photo-shop/resume", {"reasons": "再试"})
    for officer, said in ((head, "撤回该决定"), (two, "不同意，终止该决定")):
        acts = (await officer.get("/ledger/office/photo-shop")).json()["permitted_acts"]
        assert next(act["label"]["zh"] for act in acts if act["act"] == "drop-decision") == said
    withdrawn = await head.act("/ledger/applications/photo-shop/drop-decision", {"reasons": "提错了"})
    assert withdrawn.json()["resolutions"][0]["state"] == "withdrawn", withdrawn.text
    await head.act("/ledger/applications/photo-shop/revoke", {"reasons": "拒不整改"})
    await two.act("/ledger/applications/photo-shop/revoke", {"reasons": "同意"})
    await court.settle()
    last = (await head.get("/ledger/office/photo-shop")).json()
    assert last["card"]["standing"] == "revoked"
    acts = [one["act"] for one in last["history"]]
    assert acts[-3:] == ["admit", "suspend", "revoke"]
    assert not any(act["permitted"] for act in last["permitted_acts"])


async def test_a_certificate_that_is_none_is_refused_by_the_ledger(
    office: Cast, court: RunningCourt, node: Node, tmp_path: Path
):
    plaintiff = await office.of("plaintiff")
    data = await application(office, node, tmp_path, "other-shop")
    assert (await plaintiff.act("/ledger/applications", {**data, "certificate": "none"})).status_code == 422
    seal = (node.home.keys / "seal.crt").read_text()
    made = await plaintiff.act("/ledger/applications", {**data, "certificate": seal})
    assert made.status_code == 201, made.text
    await court.settle()
    [mine] = (await plaintiff.get("/ledger/my-applications")).json()
    assert mine["card"]["standing"] == "received"
    assert mine["failure"]


async def test_the_standard_is_the_nodes(court: RunningCourt, node: Node):
    """What the court scores, the node scores."""
    with node.http() as http:
        theirs = http.get("/standard").json()
    ours = court.desk("evidence").standards.versions[theirs["version"]]
    assert {item["id"]: item["most"] for part in theirs["parts"] for item in part["items"]} == {
        item.id: item.score for item in ours.items
    }
    assert theirs["passing"] == ours.passing
