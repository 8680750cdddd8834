"""Corrections: what the court sees meanwhile, more time, and the end of the time. RG art. 7; CPL arts. 85, 86; ORL art. 9."""

from datetime import timedelta
from uuid import UUID

from tianping.contexts.filing import jobs
from tianping.kit.ids import FilingId

ASKED = {"items": [{"reason": "missing_evidence", "field": "evidence"}], "days": 7}


async def asked_to_correct(house, li, clerk):
    """A filing of 2 March 2026 whose correction is due on Monday, 9 March."""
    filing = await house.submitted(li)
    done = await clerk.act(f"/reviews/{filing['id']}/request-correction", ASKED)
    assert done.status_code == 200, done.text
    assert done.json()["row"]["correction_due"] == "2026-03-09"
    return filing


async def test_what_was_not_corrected_in_time_is_returned_once(house):
    """RG art. 7: returned and recorded; told to filer and reviewer with the article; running it again changes nothing."""
    li, clerk = house.person(), house.clerk()
    filing = await asked_to_correct(house, li, clerk)
    house.clock.move(timedelta(days=7))
    await jobs.return_uncorrected(house.desk)
    assert (await li.get(f"/filings/{filing['id']}")).json()["state"] == "correction_requested"
    house.clock.move(timedelta(days=1))
    for _ in range(2):
        await jobs.return_uncorrected(house.desk)
    await house.settle()
    mine = (await li.get(f"/filings/{filing['id']}")).json()
    assert mine["state"] == "returned"
    notice = mine["notices"][-1]
    assert (notice["kind"], notice["due"]) == ("lapse", "2026-03-09")
    assert [article["cite"] for article in notice["articles"]] == ["RG 7"]
    lapses = [step for step in mine["history"] if step["act"] == "lapse"]
    assert [article["cite"] for step in lapses for article in step["articles"]] == ["RG 7"]
    told = [n for n in house.delivery.notices.values() if "逾期未补正" in n.title.zh]
    assert {n.to for n in told} == {li.person, clerk.person}
    assert len(told) == 2
    assert all("第七条" in n.body.zh for n in told)
    paper = await house.service.last_notice(FilingId(UUID(filing["id"])))
    assert (paper.kind, paper.decided_by) == ("lapse", None)
    again = await clerk.act(f"/reviews/{filing['id']}/extend-correction", {"days": 5, "reason": {"zh": "住院"}})
    assert again.json()["code"] == "act-not-possible"


async def test_more_time_counts(house):
    """CPL arts. 85, 86: seven days more from 9 March; the 16th is a Monday."""
    li, clerk, other = house.person(), house.clerk(), house.clerk("钱书")
    filing = await asked_to_correct(house, li, clerk)
    more = {"days": 7, "reason": {"zh": "原告因住院申请延期，准许。", "en": "In hospital; granted."}}
    assert (await other.act(f"/reviews/{filing['id']}/extend-correction", more)).json()["code"] == "review-taken"
    assert (await clerk.act(f"/reviews/{filing['id']}/extend-correction", {"days": 7})).status_code == 422
    done = await clerk.act(f"/reviews/{filing['id']}/extend-correction", more)
    assert done.json()["correction_due"] == "2026-03-16"
    house.clock.move(timedelta(days=10))
    await jobs.return_uncorrected(house.desk)
    mine = (await li.get(f"/filings/{filing['id']}")).json()
    assert (mine["state"], mine["correction_due"]) == ("correction_requested", "2026-03-16")
    extension = mine["notices"][-1]
    assert (extension["kind"], extension["due"], extension["items"][0]["zh"]) == (
        "extension", "2026-03-16", "原告因住院申请延期，准许。",
    )  # fmt: skip
    assert (await house.service.last_notice(FilingId(UUID(filing["id"])))).kind == "correction"
    await house.save(li, mine, "facts.pay_method", "手机支付")
    await house.sign(li, mine)
    assert (await li.act(f"/filings/{filing['id']}/correct")).json()["state"] == "under_review"
    await house.settle()
    assert "补正期限已延长" in {n.title.zh for n in house.delivery.notices.values() if n.to == li.person}


async def test_the_filer_is_reminded_once_of_each_last_day(house):
    li, clerk = house.person(), house.clerk()
    filing = await asked_to_correct(house, li, clerk)

    def reminders():
        return [n for n in house.delivery.notices.values() if n.title.zh == "补正期限即将届满"]

    house.clock.move(timedelta(days=4))
    await jobs.remind_of_corrections(house.desk)
    assert reminders() == []
    house.clock.move(timedelta(days=1))
    for _ in range(2):
        await jobs.remind_of_corrections(house.desk)
    assert [n.to for n in reminders()] == [li.person]
    await clerk.act(f"/reviews/{filing['id']}/extend-correction", {"days": 7, "reason": {"zh": "准许"}})
    house.clock.move(timedelta(days=7))
    await jobs.remind_of_corrections(house.desk)
    assert len(reminders()) == 2


async def test_the_court_sees_only_what_was_handed_in(house):
    """What the filer is still correcting is nobody's but theirs; decisions rest on what was handed in."""
    li, clerk, judge = house.person(), house.clerk(), house.judge()
    filing = await asked_to_correct(house, li, clerk)
    await house.save(li, filing, "facts.goods", "尚未提交的话")
    await house.save(li, filing, "defendants.0.name", "新被告")
    assert (await li.get(f"/filings/{filing['id']}")).json()["answers"]["facts"]["goods"] == "尚未提交的话"
    for reader in (clerk, judge):
        seen = (await reader.get(f"/reviews/{filing['id']}")).json()
        assert "尚未提交" not in str(seen)
        assert seen["answers"]["defendants"][0]["name"] == "北京山野茶语贸易有限公司"
    [row] = (await clerk.get("/reviews", params={"state": "correction_requested"})).json()["items"]
    assert "新被告" not in row["title"]
    sentences = (await clerk.get(f"/reviews/{filing['id']}/complaint")).json()
    assert "尚未提交" not in str(sentences)
    assert "尚未提交" not in str(await house.service.complaint(FilingId(UUID(filing["id"]))))
    await house.sign(li, filing)
    assert (await li.act(f"/filings/{filing['id']}/correct")).status_code == 200
    assert (await clerk.get(f"/reviews/{filing['id']}")).json()["answers"]["facts"]["goods"] == "尚未提交的话"


async def test_files_taken_out_of_a_correction_stay_readable_to_the_court(house):
    li, clerk = house.person(), house.clerk()
    filing = await asked_to_correct(house, li, clerk)
    upload = filing["answers"]["evidence"][0]["upload_id"]
    await house.save(li, filing, "evidence", [])
    read = await clerk.get(f"/reviews/{filing['id']}/materials/{upload}/original")
    assert read.status_code == 200
    assert f"filing:{filing['id']}" in house.uploads.held[UUID(upload)]
