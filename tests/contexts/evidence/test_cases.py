"""Exhibits with storage numbers: verdicts at intake, review and in the case; the docket's heads; the report. ORL 16-18."""

from typing import Any

import psycopg
import pytest
from tests.apps.ledger.running import Node
from tests.contexts.evidence.test_deposits import PICTURE, asked
from tests.harness import RunningCourt
from tests.journeys.cast import Cast

from tianping.kit.digests import sm3

pytestmark = pytest.mark.slow


async def deposited(cast: Cast, content: bytes) -> str:
    plaintiff = await cast.of("plaintiff")
    made = (await plaintiff.act("/deposits", asked(content, category="trade"))).json()
    await cast.court.settle()
    return (await plaintiff.get(f"/deposits/{made['id']}")).json()["number"]


async def with_exhibits(cast: Cast, *exhibits: dict[str, Any]) -> str:
    """A draft whose evidence is these, after the photograph that `fill` puts there first."""
    filing_id = await cast.fill("plaintiff")
    plaintiff = await cast.of("plaintiff")
    for position, exhibit in enumerate(exhibits, start=1):
        filing = (await plaintiff.get(f"/filings/{filing_id}")).json()
        body = {"answers": [{"path": f"evidence.{position}", "value": exhibit, "revision": filing["revision"]}]}
        saved = await plaintiff.act(f"/filings/{filing_id}/answers", body, method="PATCH")
        assert saved.status_code == 200, saved.text
    return filing_id


async def timed(court: RunningCourt, name: str) -> None:
    [run] = [one.run for part in court.court.built for one in part.timed if one.name == name]
    await run()


async def test_verdicts_from_the_draft_to_the_report(court: RunningCourt, cast: Cast, node: Node):
    number = await deposited(cast, PICTURE)
    original = await cast.upload("plaintiff", PICTURE, "订单.jpg", "image/jpeg")
    from tests.journeys.cast import photograph

    changed = await cast.upload("plaintiff", photograph(width=200), "改过.jpg", "image/jpeg")
    words = {"source": "本人保存", "proves": "证明订单内容"}
    filing_id = await with_exhibits(
        cast,
        {"name": "订单截图", "upload_id": original, "chain_number": number.lower(), **words},
        {"name": "改过的订单", "upload_id": changed, "chain_number": number, **words},
        {"name": "只有编号", "chain_number": "TP1-TRADE-20260101-000000009-00", **words},
    )
    plaintiff, clerk = await cast.of("plaintiff"), await cast.of("clerk")

    # In the draft, at once.
    seen = (await plaintiff.get(f"/filings/{filing_id}/exhibits")).json()
    assert [one["state"] for one in seen] == ["none", "verified", "verified", "no_file"]
    assert [one["verdict"]["verification"]["verdict"] for one in seen[1:3]] == ["match", "mismatch"]
    assert seen[1]["verdict"]["interest"]["ground"] == "party_deposited"
    assert seen[1]["verdict"]["verification"]["not_proven"]

    # The court does not look at what was not handed in.
    assert (await clerk.get(f"/filings/{filing_id}/exhibits")).status_code == 404

    # Handed in, it is on record: also when the node is down later.
    await cast.submit("plaintiff", filing_id)
    reviewed = (await clerk.get(f"/filings/{filing_id}/exhibits")).json()
    assert [one["verdict"] and one["verdict"]["verification"]["verdict"] for one in reviewed] == [
        None,
        "match",
        "mismatch",
        None,
    ]
    stranger = await cast.of("stranger")
    assert (await stranger.get(f"/filings/{filing_id}/exhibits")).status_code == 404

    case = await cast.accept(filing_id)
    await cast.pay(case["id"])
    await timed(court, "evidence.deposit_docket_heads")
    heads = (await plaintiff.get(f"/cases/{case['id']}/docket-deposits")).json()
    docket = (await plaintiff.get(f"/cases/{case['id']}/docket")).json()
    last = (docket["items"] if isinstance(docket, dict) else docket)[-1]
    assert heads[0]["state"] == "stored"
    assert (heads[0]["seq"], heads[0]["head"]) == (last["seq"], last["hash"])
    assert sm3(heads[0]["content"].encode()) == heads[0]["digest"]
    nobody = await cast.of("nobody")
    told = (await nobody.act("/verifications", {"number": heads[0]["number"], "digest": heads[0]["digest"]})).json()
    assert told["verdict"] == "match"
    proof = await plaintiff.get(f"/cases/{case['id']}/docket-deposits/{heads[0]['seq']}/proof")
    assert proof.json()["opening"]["salt"]
    # Nothing grew: nothing is deposited again.
    await timed(court, "evidence.deposit_docket_heads")
    assert len((await plaintiff.get(f"/cases/{case['id']}/docket-deposits")).json()) == len(heads)

    # The judge checks everything at once; a party may not, but reads the report.
    judge = await cast.of("president")
    assert (await plaintiff.act(f"/cases/{case['id']}/verifications")).status_code == 403
    report = await judge.act(f"/cases/{case['id']}/verifications")
    assert report.status_code == 201, report.text
    counts = report.json()["counts"]
    assert counts["mismatch"] == 1
    assert counts["not_checked"] == 1
    assert counts["match"] == 1 + len(heads)
    assert counts["total"] == sum(counts.values()) - counts["total"]
    await court.settle()
    [listed] = (await plaintiff.get(f"/cases/{case['id']}/verifications")).json()
    assert listed["document_id"]
    paper = await plaintiff.get(f"/documents/{listed['document_id']}/content")
    assert paper.content.startswith(b"%PDF")
    assert (await stranger.get(f"/cases/{case['id']}/verifications")).status_code == 404

    node.kill()
    exhibits = (await plaintiff.get(f"/cases/{case['id']}/exhibits")).json()
    assert [one["verdict"] and one["verdict"]["verification"]["verdict"] for one in exhibits] == [
        None,
        "match",
        "mismatch",
        None,
    ]
    assert (await judge.act(f"/cases/{case['id']}/verifications")).status_code == 503
    node.start()


async def test_a_rewritten_docket_is_found(court: RunningCourt, cast: Cast, node: Node, environment: dict[str, str]):
    """Also one whose chain of hashes was made again: the head on the ledger is another."""
    filing_id = await cast.fill("plaintiff")
    await cast.submit("plaintiff", filing_id)
    case = await cast.accept(filing_id)
    await timed(court, "evidence.deposit_docket_heads")
    # Whoever owns the server can write anything into its tables.
    async with await psycopg.AsyncConnection.connect(environment["TIANPING_DATABASE_DSN"]) as owner:
        await owner.execute("ALTER TABLE cases.docket DISABLE TRIGGER ALL")
        done = await owner.execute(
            """UPDATE cases.docket SET hash = %s WHERE case_id = %s
                 AND seq = (SELECT max(seq) FROM cases.docket WHERE case_id = %s)""",
            ("1" * 64, case["id"], case["id"]),
        )
        assert done.rowcount == 1
    judge = await cast.of("president")
    report = (await judge.act(f"/cases/{case['id']}/verifications")).json()
    assert report["counts"]["mismatch"] == 1


async def test_a_filing_waits_for_a_node_that_is_down(court: RunningCourt, cast: Cast, node: Node):
    number = await deposited(cast, PICTURE)
    original = await cast.upload("plaintiff", PICTURE, "订单.jpg", "image/jpeg")
    exhibit = {"name": "订单", "upload_id": original, "chain_number": number, "source": "本人", "proves": "订单"}
    filing_id = await with_exhibits(cast, exhibit)
    node.kill()
    await cast.submit("plaintiff", filing_id)
    clerk = await cast.of("clerk")
    assert (await clerk.get(f"/filings/{filing_id}/exhibits")).json()[1]["state"] == "waiting"
    node.start()
    await timed(court, "evidence.check_waiting")
    node.kill()
    found = (await clerk.get(f"/filings/{filing_id}/exhibits")).json()[1]
    assert found["verdict"]["verification"]["verdict"] == "match"
    node.start()
