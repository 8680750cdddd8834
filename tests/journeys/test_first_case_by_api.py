"""One real case by the API: filed, corrected, accepted, paid, assigned; everybody sees the right thing and no one else."""

from tests.harness import running_court
from tests.journeys.cast import Cast, signature


async def test_from_a_draft_to_an_assigned_case(environment):
    async with running_court(environment) as court:
        cast = await Cast(court).enter()
        plaintiff, clerk = await cast.of("plaintiff"), await cast.of("clerk")
        filing_id = await cast.fill("plaintiff")
        handed_in = await cast.submit("plaintiff", filing_id)
        assert handed_in["number"], handed_in

        # The clerk asks for everything that is missing, once; it comes; the clock starts again.
        await clerk.act(f"/reviews/{filing_id}/claim")
        asked = await clerk.act(
            f"/reviews/{filing_id}/request-correction",
            {"items": [{"reason": "defendant_not_definite", "field": "defendants.0"}]},
        )
        assert asked.status_code == 200, asked.text
        await court.settle()
        filing = (await plaintiff.get(f"/filings/{filing_id}")).json()
        assert filing["state"] == "correcting" or "correct" in filing["state"], filing["state"]
        saved = await plaintiff.act(
            f"/filings/{filing_id}/answers",
            {
                "answers": [
                    {"path": "defendants.0.credit_code", "value": "91110105MA01ABCD2X", "revision": filing["revision"]}
                ]
            },
            method="PATCH",
        )
        assert saved.status_code == 200, saved.text
        complaint = (await plaintiff.get(f"/filings/{filing_id}/complaint")).json()
        await plaintiff.act(
            f"/filings/{filing_id}/sign", {"name": "李明", "image": signature(), "digest": complaint["digest"]}
        )
        corrected = await plaintiff.act(f"/filings/{filing_id}/correct")
        assert corrected.status_code == 200, corrected.text
        await court.settle()

        case = await cast.accept(filing_id)
        assert case["number"] == "（2026）京0499民初1号"
        order = await cast.pay(case["id"])
        assert order["state"] == "paid"
        seen = (await plaintiff.get(f"/cases/{case['id']}")).json()
        assert seen["stage"] == "assigned", seen["stage"]
        assert len(seen["bench"]) >= 1

        # The draw is public and recomputes.
        nobody = await cast.of("nobody")
        [draw] = (await nobody.get(f"/draws/{case['id']}")).json()["draws"]
        assert draw["verified"] is True

        # The papers exist, and anybody can check one.
        documents = (await plaintiff.get(f"/cases/{case['id']}/documents")).json()
        listed = documents["items"] if isinstance(documents, dict) else documents
        kinds = {d["kind"] for d in listed}
        assert {"acceptance_notice", "fee_notice", "bench_notice"} <= kinds, kinds
        filed = (await plaintiff.get(f"/filings/{filing_id}/documents")).json()
        filed = filed["items"] if isinstance(filed, dict) else filed
        assert {"complaint", "filing_receipt", "correction_notice"} <= {d["kind"] for d in filed}
        paper = listed[0]
        checked = await nobody.act("/documents/check", {"number": paper["number"], "digest": paper["digest"]})
        assert checked.status_code in (200, 201), checked.text
        assert checked.json()["verdict"] == "same"

        # Nobody else sees anything.
        for other in ("stranger", "cashier", "system_admin", "nobody"):
            browser = await cast.of(other)
            for path in (
                f"/filings/{filing_id}",
                f"/cases/{case['id']}",
                f"/cases/{case['id']}/docket",
                f"/reviews/{filing_id}",
            ):
                answer = await browser.get(path)
                assert answer.status_code in (401, 403, 404), (other, path, answer.status_code)
        assert await cast.parked() == []
