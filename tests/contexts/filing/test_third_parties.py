"""Third parties named in the complaint. CPL art. 59; JI art. 222 (naming one asks the court to notify it)."""

from uuid import UUID

from tianping.interfaces.identity import Role
from tianping.kit.ids import FilingId

CARRIER = {
    "kind": "organisation", "name": "北京快运物流有限公司", "address": "北京市顺义区示例路9号",
    "independent_claim": False, "interest": "商品由其保管和运输，是否调包取决于其交接记录",
}  # fmt: skip
OWNER = {
    "kind": "person", "name": "赵敏", "telephone": "13900000002", "independent_claim": True, "interest": "主张茶叶归其所有",
}  # fmt: skip


async def test_third_parties_go_from_the_filing_into_the_case(house):
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li, third_parties=[CARRIER, OWNER])
    review = (await clerk.get(f"/reviews/{filing['id']}")).json()
    assert [(p["capacity"], p["name"]) for p in review["parties"]][-2:] == [
        ("third_party", "北京快运物流有限公司"),
        ("third_party", "赵敏"),
    ]
    paper = await house.service.complaint(FilingId(UUID(filing["id"])))
    assert [(p["name"], p["standing"]) for p in paper["answers"]["third_parties"]] == [
        ("北京快运物流有限公司", "interested"),
        ("赵敏", "independent"),
    ]
    [found] = (await clerk.get("/reviews", params={"party": "北京快运物流有限公司"})).json()["items"]
    assert found["id"] == filing["id"]
    await house.checked(clerk, filing["id"])
    done = await clerk.act(f"/reviews/{filing['id']}/accept", {})
    assert done.status_code == 200, done.text
    accepted = await house.service.accepted(FilingId(UUID(filing["id"])))
    thirds = [(p.name, p.independent_claim) for p in accepted.parties if p.capacity == "third_party"]
    assert thirds == [("北京快运物流有限公司", False), ("赵敏", True)]


async def test_the_court_decides_whom_to_notify(house):
    """JI art. 222."""
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li, third_parties=[CARRIER, OWNER])
    await house.checked(clerk, filing["id"])
    wrong = await clerk.act(f"/reviews/{filing['id']}/accept", {"third_parties": [2]})
    assert (wrong.status_code, wrong.json()["fields"][0]["field"]) == (422, "third_parties")
    assert (await clerk.act(f"/reviews/{filing['id']}/accept", {"third_parties": [1]})).status_code == 200
    accepted = await house.service.accepted(FilingId(UUID(filing["id"])))
    assert [p.name for p in accepted.parties if p.capacity == "third_party"] == ["赵敏"]
    await house.settle()
    [told] = [n for n in house.delivery.notices.values() if n.title.zh == "已登记立案"]
    assert "北京快运物流有限公司" in told.body.zh


async def test_what_a_third_party_needs(house):
    """Who it is, with or without a claim of its own, and why."""
    li = house.person()
    filing = await house.begin(li)
    done = await house.save(li, filing, "third_parties", [{"name": ""}, {"kind": "unknown", "label": "某账号"}])
    fields = {f["field"] for f in done["findings"] if f["blocking"]}
    assert fields == {
        "third_parties.0.name", "third_parties.0.independent_claim", "third_parties.0.interest",
        "third_parties.1.kind", "third_parties.1.independent_claim", "third_parties.1.interest",
    }  # fmt: skip
    first = done["findings"][0]
    assert (first["message"]["zh"], first["message"]["en"]) == ("第三人1：缺少姓名", "Third party 1: name missing")


async def test_a_third_party_does_not_review_its_own_matter(house):
    """CPL art. 47."""
    li, clerk = house.person(), house.clerk()
    judge = house.people.add_staff("亲", Role.FILING_JUDGE)
    filing = await house.begin(li)
    refused = await li.act(
        f"/filings/{filing['id']}/answers",
        {"answers": [{"path": "third_parties", "value": [{**OWNER, "person_id": str(judge)}], "revision": 0}]},
        method="PATCH",
    )
    assert refused.json()["fields"][0]["code"] == "account-not-yours"
    submitted = await house.submitted(li, third_parties=[OWNER])
    assert (await clerk.get(f"/reviews/{submitted['id']}")).status_code == 200
