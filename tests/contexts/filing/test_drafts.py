"""Drafts: one answer after another, on several devices, until they are handed in or end."""

from datetime import timedelta

import pytest

from tianping.contexts.filing import jobs
from tianping.interfaces.identity import Power


async def test_a_draft_comes_back_on_another_device(house):
    li = house.person()
    filing = await house.begin(li)
    assert filing["state"] == "draft"
    assert filing["answers"]["plaintiffs"][0]["name"] == "李明"
    assert filing["expires_on"] == "2026-05-31"
    saved = await house.save(li, filing, "facts.order_no", "202602140001")
    assert saved["progress"]["given"] < saved["progress"]["required"]
    again = (await li.get(f"/filings/{filing['id']}")).json()
    assert again["answers"]["facts"] == {"order_no": "202602140001"}
    assert again["revision"] == 1
    rows = (await li.get("/filings")).json()
    assert [row["id"] for row in rows["items"]] == [filing["id"]]


async def test_two_devices_are_told_and_nothing_is_overwritten(house):
    li = house.person()
    filing = await house.begin(li)
    phone, desktop = dict(filing), dict(filing)
    await house.save(li, phone, "facts.goods", "茶叶两罐")
    await house.save(li, desktop, "facts.order_no", "1")
    stale = {"answers": [{"path": "facts.goods", "value": "茶叶三罐", "revision": 0}]}
    refused = await li.act(f"/filings/{filing['id']}/answers", stale, method="PATCH")
    told = refused.json()
    assert (refused.status_code, told["code"]) == (409, "edited-elsewhere")
    conflict = {"path": "facts.goods", "theirs": "茶叶两罐", "yours": "茶叶三罐"}
    assert told["values"] == {"revision": 2, "conflicts": [conflict]}
    now = (await li.get(f"/filings/{filing['id']}")).json()
    assert now["answers"]["facts"] == {"goods": "茶叶两罐", "order_no": "1"}


async def test_a_save_that_is_repeated_is_done_once(house):
    li = house.person()
    filing = await house.begin(li)
    body = {"answers": [{"path": "facts.goods", "value": "茶叶", "revision": 0}]}
    first = await li.act(f"/filings/{filing['id']}/answers", body, key="the-same-save", method="PATCH")
    second = await li.act(f"/filings/{filing['id']}/answers", body, key="the-same-save", method="PATCH")
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert (await li.get(f"/filings/{filing['id']}")).json()["revision"] == 1


async def test_answers_of_a_page_are_one_revision_and_say_what_each_group_lacks(house):
    li = house.person()
    filing = await house.begin(li)
    given = [
        {"path": "plaintiffs.0.sex", "value": "male", "revision": 0},
        {"path": "plaintiffs.0.occupation", "value": "教师", "revision": 0},
        {"path": "defendants", "value": [{"kind": "person", "name": "王某"}], "revision": 0},
        {"path": "facts.goods", "value": "茶叶", "revision": 0},
    ]
    saved = await li.act(f"/filings/{filing['id']}/answers", {"answers": given}, method="PATCH")
    assert saved.status_code == 200, saved.text
    done = saved.json()
    assert (done["revision"], done["groups"]) == (1, ["plaintiffs", "defendants", "facts"])
    assert {f["field"].partition(".")[0] for f in done["findings"]} == {"plaintiffs", "defendants", "facts"}
    answers = (await li.get(f"/filings/{filing['id']}")).json()["answers"]
    assert (answers["plaintiffs"][0]["sex"], answers["plaintiffs"][0]["occupation"]) == ("male", "教师")
    assert (answers["defendants"][0]["name"], answers["facts"]) == ("王某", {"goods": "茶叶"})


async def test_of_answers_together_all_are_saved_or_none(house):
    """Another device's later answers are all named; so is the answer of the wrong form; nothing of the request stays."""
    li = house.person()
    filing = await house.begin(li)
    path = f"/filings/{filing['id']}/answers"
    elsewhere = [
        {"path": "facts.goods", "value": "茶叶两罐", "revision": 0},
        {"path": "cause", "value": "x", "revision": 0},
    ]
    assert (await li.act(path, {"answers": elsewhere}, method="PATCH")).status_code == 200
    mine = [
        {"path": "facts.order_no", "value": "1", "revision": 0},
        {"path": "facts.goods", "value": "茶叶三罐", "revision": 0},
        {"path": "reasons", "value": "理由", "revision": 0},
        {"path": "cause", "value": None, "revision": 0},
    ]
    told = (await li.act(path, {"answers": mine}, method="PATCH")).json()
    assert told["code"] == "edited-elsewhere"
    assert told["values"] == {
        "revision": 1,
        "conflicts": [
            {"path": "facts.goods", "theirs": "茶叶两罐", "yours": "茶叶三罐"},
            {"path": "cause", "theirs": "x", "yours": None},
        ],
    }
    wrong = [mine[0], {"path": "events.0", "value": {"on": "2026-02-30"}, "revision": 0}, mine[2]]
    refused = await li.act(path, {"answers": wrong}, method="PATCH")
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, "events.0")
    now = (await li.get(f"/filings/{filing['id']}")).json()
    assert (now["revision"], now["answers"]["facts"], now["answers"]["reasons"]) == (1, {"goods": "茶叶两罐"}, "")
    kept = await li.act(path, {"answers": [mine[0], mine[2]]}, method="PATCH")
    assert kept.json()["revision"] == 2


@pytest.mark.parametrize("count", [0, 101])
async def test_answers_together_are_one_to_a_hundred(house, count):
    li = house.person()
    filing = await house.begin(li)
    given = [{"path": "reasons", "value": "x", "revision": 0}] * count
    refused = await li.act(f"/filings/{filing['id']}/answers", {"answers": given}, method="PATCH")
    assert refused.status_code == 422, refused.text


async def test_a_fact_of_the_wrong_form_is_refused_by_its_field(house):
    li = house.person()
    filing = await house.begin(li)
    for path, value in (("facts.price_paid", "about 300"), ("facts.defect_kind", "odd"), ("facts.nothing", "x")):
        refused = await li.act(
            f"/filings/{filing['id']}/answers",
            {"answers": [{"path": path, "value": value, "revision": 0}]},
            method="PATCH",
        )
        assert refused.status_code == 422, refused.text
        assert refused.json()["fields"][0]["field"] == path


async def test_nobody_else_sees_it_and_staff_have_their_own_door(house):
    li, other, clerk = house.person(), house.person("王五"), house.clerk()
    filing = await house.begin(li)
    for path in ("", "/complaint", "/check", "/claims", "/complaint.pdf", "/materials"):
        assert (await other.get(f"/filings/{filing['id']}{path}")).status_code == 404, path
        assert (await clerk.get(f"/filings/{filing['id']}{path}")).status_code == 403, path
    save = {"answers": [{"path": "facts.goods", "value": "x", "revision": 0}]}
    assert (await other.act(f"/filings/{filing['id']}/answers", save, method="PATCH")).status_code == 404
    for act in ("submit", "correct", "restore"):
        assert (await other.act(f"/filings/{filing['id']}/{act}")).status_code == 404
    assert (await clerk.get(f"/reviews/{filing['id']}")).status_code == 404
    assert (await other.get("/filings")).json()["items"] == []
    assert (await li.get("/reviews")).status_code == 403
    assert (await house.stranger().get(f"/filings/{filing['id']}")).status_code == 401


async def test_a_discarded_draft_can_be_taken_back_up(house):
    li = house.person()
    filing = await house.begin(li)
    assert (await li.act(f"/filings/{filing['id']}/discard", {})).status_code == 422
    done = (await li.act(f"/filings/{filing['id']}/discard", {"confirm": True})).json()
    assert done["state"] == "discarded"
    save = {"answers": [{"path": "facts.goods", "value": "x", "revision": 0}]}
    refused = await li.act(f"/filings/{filing['id']}/answers", save, method="PATCH")
    assert refused.json()["code"] == "act-not-possible"
    assert (await li.act(f"/filings/{filing['id']}/restore")).json()["state"] == "draft"


async def test_a_draft_warns_before_it_ends_and_then_is_gone(house):
    li = house.person()
    filing = await house.begin(li)
    upload = house.uploads.add(li.person, "订单.pdf")
    await house.save(li, filing, "evidence.0", {"name": "订单", "upload_id": str(upload)})
    assert house.uploads.held[upload] == {f"filing:{filing['id']}"}
    house.clock.move(timedelta(days=82))
    await jobs.warn_of_expiry(house.desk)
    assert house.delivery.notices == {}
    house.clock.move(timedelta(days=2))
    await jobs.warn_of_expiry(house.desk)
    await jobs.warn_of_expiry(house.desk)
    [notice] = house.delivery.notices.values()
    assert notice.to == li.person
    await jobs.erase_expired(house.desk)
    assert (await li.get(f"/filings/{filing['id']}")).status_code == 200
    house.clock.move(timedelta(days=7))
    await jobs.erase_expired(house.desk)
    assert (await li.get(f"/filings/{filing['id']}")).status_code == 404
    assert house.uploads.held[upload] == set()


async def test_another_persons_upload_cannot_be_taken(house):
    li, other = house.person(), house.person("王五")
    filing = await house.begin(li)
    upload = house.uploads.add(other.person, "他人.pdf")
    body = {"answers": [{"path": "evidence.0", "value": {"name": "x", "upload_id": str(upload)}, "revision": 0}]}
    assert (await li.act(f"/filings/{filing['id']}/answers", body, method="PATCH")).status_code == 404
    assert upload not in house.uploads.held


async def test_answers_are_not_readable_in_the_database(house):
    li = house.person()
    filing = await house.begin(li)
    await house.save(li, filing, "facts.goods", "不可外泄的茶叶")
    async with house.desk.database.reading() as reader:
        [row] = await reader.all("SELECT * FROM filing.filings")
    assert "茶叶".encode() not in bytes(row["answers"])
    assert "李明" not in str(row)


async def test_filing_for_another_needs_membership_or_mandate(house):
    """CPL arts. 61, 62."""
    lawyer, principal = house.agent(), house.person("李明")
    refused = await lawyer.act("/filings", {"case_type": "ecom_sale", "for_person": str(principal.person)})
    assert (refused.status_code, refused.json()["code"]) == (403, "mandate-needed")
    house.people.mandate(lawyer.person, principal.person, Power.GENERAL)
    filing = await house.begin(lawyer, for_person=str(principal.person))
    assert filing["answers"]["plaintiffs"][0]["name"] == "李明"
    assert filing["capacity"] == "agent"
    [agent] = filing["answers"]["agents"]
    assert (agent["name"], agent["kind"], agent["powers"]) == ("陈律", "lawyer", ["general"])
    assert (agent["telephone"], agent["person_id"]) == ("13800000001", str(lawyer.person))
    assert (await principal.get(f"/filings/{filing['id']}")).json()["capacity"] == "principal"
    more = {"answers": [{"path": "agents.0.powers", "value": ["general", "settle"], "revision": filing["revision"]}]}
    beyond = await lawyer.act(f"/filings/{filing['id']}/answers", more, method="PATCH")
    assert (beyond.status_code, beyond.json()["fields"][0]["code"]) == (422, "beyond-the-mandate")
    await house.save(lawyer, filing, "agents.0.unit", "示例律师事务所")
    acts = {act["act"]: act for act in filing["permitted_acts"]}
    assert not acts["withdraw"]["permitted"]
    house.people.mandates.clear()
    assert (await lawyer.get(f"/filings/{filing['id']}")).status_code == 404


async def test_a_member_files_for_the_organisation(house):
    wang, colleague = house.person("王芳"), house.person("刘洋")
    unit = house.people.join(wang.person, "北京示例科技有限公司")
    house.people.members[colleague.person] = [unit]
    filing = await house.begin(wang, for_organisation=str(unit.id))
    assert filing["answers"]["plaintiffs"][0]["kind"] == "organisation"
    assert (await colleague.get(f"/filings/{filing['id']}")).json()["capacity"] == "member"
    assert [row["id"] for row in (await colleague.get("/filings")).json()["items"]] == [filing["id"]]


async def test_lists_come_page_by_page(house):
    li = house.person()
    made = [(await house.begin(li))["id"] for _ in range(5)]
    first = (await li.get("/filings", params={"limit": 3})).json()
    second = (await li.get("/filings", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [row["id"] for row in (*first["items"], *second["items"])] == made[::-1]
    assert second["next_cursor"] is None


async def test_the_key_for_a_browser_is_of_one_person(house):
    li, wang = house.person("李明"), house.person("王五")
    mine, again, other = [(await c.get("/filings/device-key")) for c in (li, li, wang)]
    assert mine.json() == again.json() != other.json()
    assert len(bytes.fromhex(mine.json()["key"])) == 16
    assert mine.headers["cache-control"] == "no-store"
    assert (await house.stranger().get("/filings/device-key")).status_code == 401
