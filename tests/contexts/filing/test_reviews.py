"""The court's side: queue, checklist, acceptance, return, refusal, series. CPL arts. 122-127; JI art. 211."""

import asyncio
from datetime import timedelta
from uuid import UUID

from tests.contexts.filing.conftest import Client

from tianping.contexts.filing import jobs
from tianping.interfaces.identity import Role
from tianping.kit.ids import FilingId


async def test_a_filing_is_checked_and_accepted(house):
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li)
    review = (await clerk.get(f"/reviews/{filing['id']}")).json()
    assert review["row"]["days_left"] == 7
    assert review["competence"]["competent"] is True
    assert all(item["articles"] for item in review["checklist"])
    assert house.people.accesses == [(clerk.person, FilingId(UUID(filing["id"])), "open")]
    early = await clerk.act(f"/reviews/{filing['id']}/accept", {})
    assert (early.status_code, early.json()["code"]) == (409, "checklist-open")
    assert "definite_defendant" in early.json()["values"]["items"]
    await house.checked(clerk, filing["id"])
    first = await clerk.act(
        f"/reviews/{filing['id']}/accept", {"related_cases": ["（2025）京0499民初7号"]}, key="accept-once"
    )
    again = await clerk.act(
        f"/reviews/{filing['id']}/accept", {"related_cases": ["（2025）京0499民初7号"]}, key="accept-once"
    )
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    assert not any(act["permitted"] for act in first.json()["permitted_acts"])
    accepted = await house.service.accepted(FilingId(filing["id"]))
    assert (accepted.cause, accepted.subject_type, accepted.fee_act) == (
        "信息网络买卖合同纠纷",
        "ecom_contract",
        "property",
    )
    assert (accepted.procedure, accepted.bench, str(accepted.amount)) == ("small_claims", "sole", "2392.00")
    assert [(p.capacity, p.name) for p in accepted.parties] == [
        ("plaintiff", "李明"),
        ("defendant", "北京山野茶语贸易有限公司"),
    ]
    assert accepted.related_cases == ["（2025）京0499民初7号"]
    assert accepted.digest == filing["digest"]
    await house.settle()
    assert "已登记立案" in {notice.title.zh for notice in house.delivery.notices.values()}
    mine = (await li.get(f"/filings/{filing['id']}")).json()
    assert (mine["state"], [step["act"] for step in mine["history"]][-1]) == ("accepted", "accept")


async def test_the_undecided_is_registered_first(house):
    """RG art. 8: when the seven days end without a decision, and not before."""
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li)
    assert filing["review_due"] == "2026-03-09"
    review = (await clerk.get(f"/reviews/{filing['id']}")).json()
    assert [r["open_from"] for r in review["reasons"] if r["id"] == "accepted_undecided"] == ["2026-03-09"]
    house.clock.move(timedelta(days=6))
    early = await clerk.act(f"/reviews/{filing['id']}/accept", {"reason": "accepted_undecided"})
    assert (early.status_code, early.json()["code"], early.json()["articles"]) == (409, "review-still-runs", ["RG 8"])
    house.clock.move(timedelta(days=1))
    done = await clerk.act(f"/reviews/{filing['id']}/accept", {"reason": "accepted_undecided"})
    assert done.json()["row"]["state"] == "accepted"


async def test_a_late_review_is_escalated_and_told_once(house):
    """CPL art. 126; RG arts. 8, 13."""
    li, clerk, judge = house.person(), house.clerk(), house.judge()
    head = house.people.add_staff("庭长", Role.DIVISION_HEAD)
    other_head = house.people.add_staff("别庭", Role.DIVISION_HEAD, division="first")
    filing = await house.submitted(li)
    await clerk.act(f"/reviews/{filing['id']}/claim")
    house.clock.move(timedelta(days=7))
    await jobs.note_late_reviews(house.desk)
    assert (await li.get(f"/filings/{filing['id']}")).json()["late"] is False
    house.clock.move(timedelta(days=1))
    await jobs.note_late_reviews(house.desk)
    await jobs.note_late_reviews(house.desk)
    await house.settle()
    mine = (await li.get(f"/filings/{filing['id']}")).json()
    assert (mine["late"], [step["act"] for step in mine["history"]].count("late")) == (True, 1)
    told = {n.to: n for n in house.delivery.notices.values() if "超期" in n.title.zh or "期限内决定" in n.title.zh}
    assert set(told) == {li.person, clerk.person, judge.person, head}
    assert other_head not in told
    assert "第八条" in told[judge.person].body.zh
    assert "投诉" in told[li.person].body.zh
    assert told[clerk.person].link == f"/review/{filing['id']}"
    late = (await clerk.get("/reviews", params={"late": True})).json()["items"]
    assert [(row["id"], row["late"], row["days_left"]) for row in late] == [(filing["id"], True, -1)]
    await clerk.act(f"/reviews/{filing['id']}/accept", {"reason": "accepted_undecided"})
    assert (await li.get(f"/filings/{filing['id']}")).json()["late"] is False


async def test_the_reviewer_reads_the_complaint_as_filed(house):
    """What was printed when it was handed in, also while the filer is writing something else."""
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li)
    early = await clerk.get(f"/reviews/{filing['id']}/complaint.pdf")
    assert (early.status_code, early.json()["code"]) == (409, "complaint-not-printed")
    house.desk.documents.issue(FilingId(UUID(filing["id"])), b"%PDF-1.7 as filed")
    printed = await clerk.get(f"/reviews/{filing['id']}/complaint.pdf")
    assert (printed.content, printed.headers["content-type"]) == (b"%PDF-1.7 as filed", "application/pdf")
    assert (clerk.person, UUID(filing["id"]), "complaint") in house.people.accesses
    draft = await house.begin(li)
    assert (await clerk.get(f"/reviews/{draft['id']}/complaint.pdf")).status_code == 404


async def test_one_review_one_reviewer(house):
    li, one, two = house.person(), house.clerk("赵"), house.clerk("钱")
    filing = await house.submitted(li)
    answers = await asyncio.gather(*(c.act(f"/reviews/{filing['id']}/claim") for c in (one, two)))
    assert sorted(a.status_code for a in answers) == [200, 409]
    winner, loser = (one, two) if answers[0].status_code == 200 else (two, one)
    refused = await loser.act(f"/reviews/{filing['id']}/check-item", {"item": "definite_defendant", "finding": "met"})
    assert refused.json()["code"] == "review-taken"
    assert (await loser.act(f"/reviews/{filing['id']}/release")).json()["code"] == "review-taken"
    assert (await winner.act(f"/reviews/{filing['id']}/release")).json()["row"]["reviewer"] is None
    assert (await loser.act(f"/reviews/{filing['id']}/claim")).json()["row"]["mine"] is True


async def test_not_competent_is_returned_with_who_is(house):
    """JI art. 211; reputation cases left the Internet courts on 2025-11-01, here a seller elsewhere."""
    li, clerk = house.person(), house.clerk()
    elsewhere = [{"kind": "organisation", "name": "嘉兴暖冬服饰有限公司", "address": "浙江省嘉兴市南湖区示例路6号"}]
    filing = await house.submitted(li, defendants=elsewhere)
    review = (await clerk.get(f"/reviews/{filing['id']}")).json()
    assert review["competence"]["competent"] is False
    wrong = await clerk.act(f"/reviews/{filing['id']}/return", {"reason": "no_direct_interest"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "reason-not-fitting")
    done = await clerk.act(f"/reviews/{filing['id']}/return", {"reason": "not_competent"})
    assert done.status_code == 200, done.text
    told = await house.service.last_notice(FilingId(filing["id"]))
    assert (told.kind, told.competent_court) == ("return", review["competence"]["other_court"]["zh"])
    assert "JI 211" in told.articles
    await house.settle()
    assert any(told.competent_court in notice.body.zh for notice in house.delivery.notices.values())


async def test_only_a_filing_judge_refuses(house):
    li, clerk, judge = house.person(), house.clerk(), house.judge()
    filing = await house.submitted(li)
    body = {"reason": "no_direct_interest", "grounds": {"zh": "原告并非合同当事人。"}}
    assert (await clerk.act(f"/reviews/{filing['id']}/refuse", body)).status_code == 403
    acts = {a["act"]: a for a in (await clerk.get(f"/reviews/{filing['id']}")).json()["permitted_acts"]}
    assert acts["refuse"]["permitted"] is False
    assert acts["refuse"]["reason"]["zh"]
    done = await judge.act(f"/reviews/{filing['id']}/refuse", body)
    assert done.json()["row"]["state"] == "refused"
    told = await house.service.last_notice(FilingId(filing["id"]))
    assert (told.kind, told.items[1].zh, "CPL 126" in told.articles) == ("refusal", "原告并非合同当事人。", True)


async def test_who_may_look_and_who_may_not(house):
    li = house.person()
    filing = await house.submitted(li)
    cashier = Client(house.site, house.people.add_staff("收", Role.CASHIER), Role.CASHIER)
    president = Client(house.site, house.people.add_staff("院", Role.PRESIDENT), Role.PRESIDENT)
    assert (await cashier.get("/reviews")).status_code == 403
    assert (await president.get(f"/reviews/{filing['id']}")).status_code == 200
    assert (await president.act(f"/reviews/{filing['id']}/claim")).status_code == 403
    for act in ("claim", "release", "accept", "return", "refuse", "request-correction", "check-item"):
        assert (await li.act(f"/reviews/{filing['id']}/{act}", {})).status_code == 403, act


async def test_nobody_reviews_their_own_matter(house):
    """CPL art. 47."""
    li = house.person()
    filing = await house.submitted(li)
    same = Client(house.site, li.person, Role.CLERK)
    assert (await same.get(f"/reviews/{filing['id']}")).status_code == 404
    assert (await same.act(f"/reviews/{filing['id']}/claim")).json()["code"] == "own-matter"


async def test_the_queue_is_filtered_and_paged(house):
    clerk = house.clerk()
    numbers = []
    for name in ("甲", "乙", "丙"):
        numbers.append((await house.submitted(house.person(name)))["number"])
        house.clock.move(timedelta(days=1))
    rows = (await clerk.get("/reviews", params={"limit": 2})).json()
    rest = (await clerk.get("/reviews", params={"limit": 2, "cursor": rows["next_cursor"]})).json()
    assert [r["number"] for r in (*rows["items"], *rest["items"])] == numbers
    assert rest["next_cursor"] is None

    async def found(**query: object) -> list[str]:
        return [r["number"] for r in (await clerk.get("/reviews", params=query)).json()["items"]]

    assert await found(party="乙") == numbers[1:2]
    assert await found(party="山野茶语旗舰店") == numbers
    assert await found(number=numbers[2]) == numbers[2:]
    assert await found(case_type="net_service") == []
    assert await found(due_within=4) == numbers[:1]
    await clerk.act(f"/reviews/{rows['items'][0]['id']}/claim")
    assert await found(mine=True) == numbers[:1]
    assert await found(unclaimed=True) == numbers[1:]
    assert await found(state="accepted") == []
    counts = (await clerk.get("/reviews/counts")).json()
    assert counts == {"unclaimed": 2, "mine": 1, "due_soon": 0, "overdue": 0, "waiting": 0}


async def test_a_series_is_accepted_together_each_on_its_own(house):
    clerk, other = house.clerk("赵"), house.clerk("钱")
    series = [await house.submitted(house.person(name)) for name in ("甲", "乙", "丙")]
    found = (await clerk.get(f"/reviews/{series[0]['id']}/similar")).json()
    assert {row["id"] for row in found["series"]} == {filing["id"] for filing in series[1:]}
    await other.act(f"/reviews/{series[2]['id']}/claim")
    not_met = {"item": "interested_plaintiff", "finding": "not_met"}
    await clerk.act(f"/reviews/{series[1]['id']}/check-item", not_met)
    body = {"ids": [filing["id"] for filing in series], "confirm": True}
    told = (await clerk.act("/reviews/accept-together", body)).json()
    assert [(t["accepted"], t["problem"]) for t in told] == [
        (True, None), (False, "checklist-open"), (False, "review-taken")
    ]  # fmt: skip
    again = (await clerk.act("/reviews/accept-together", body)).json()
    assert again == told


async def test_accepting_together_has_a_key_like_every_act(house):
    clerk = house.clerk("赵")
    series = [await house.submitted(house.person(name)) for name in ("甲", "乙")]
    body = {"ids": [filing["id"] for filing in series], "confirm": True}
    key = "a-key-of-this-series"
    first = await clerk.act("/reviews/accept-together", body, key=key)
    assert [t["accepted"] for t in first.json()] == [True, True]
    again = await clerk.act("/reviews/accept-together", body, key=key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    other = await clerk.act("/reviews/accept-together", {**body, "ids": body["ids"][:1]}, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert [(await house.person("戊").get("/filings")).json()["items"]] == [[]]


async def test_the_division_is_warned_of_reviews_due(house):
    li, clerk, judge = house.person(), house.clerk(), house.judge()
    elsewhere = Client(house.site, house.people.add_staff("远", Role.CLERK, division="first"), Role.CLERK)
    filing = await house.submitted(li)
    await clerk.act(f"/reviews/{filing['id']}/claim")
    await jobs.warn_of_reviews_due(house.desk)
    assert house.delivery.notices == {}
    house.clock.move(timedelta(days=6))
    await jobs.warn_of_reviews_due(house.desk)
    await jobs.warn_of_reviews_due(house.desk)
    warned = [notice.to for notice in house.delivery.notices.values()]
    assert sorted(warned) == sorted([clerk.person, judge.person])
    assert elsewhere.person not in warned
