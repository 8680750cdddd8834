"""The complaint, signing, submitting, correcting, withdrawing. CPL arts. 122-126; ORL art. 9."""

import asyncio
import base64
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from tests.contexts.filing.conftest import COMPLETE, PNG

from tianping.interfaces.events import event_class
from tianping.interfaces.identity import Actor, Power, Role
from tianping.kit.ids import FilingId
from tianping.kit.problems import Conflict, NotFound
from tianping.platform.http.openapi import document
from tianping.platform.keyring import FileKeys
from tianping.platform.sealed import SealedRows


async def test_claims_are_worked_out_with_formula_and_article(house):
    """CP art. 55: three times the price. The filer may claim less, not more, by the formula."""
    li = house.person()
    filing = await house.begin(li)
    await house.fill(li, filing)
    money = (await li.get(f"/filings/{filing['id']}/claims")).json()
    refund, triple, costs = money["claims"]
    assert (refund["amount"], triple["amount"], costs["amount"]) == ("598.00", "1794.00", None)
    assert "598.00 × 3" in triple["formula"]["zh"]
    assert triple["articles"][0]["cite"] == "CP 55.1"
    assert (money["total"], money["procedure"], money["bench"]) == ("2392.00", "small_claims", "sole")
    assert money["fee"]["fee"] == "25.00"
    await house.save(li, filing, "claims.1.amount", "1000.00")
    assert (await li.get(f"/filings/{filing['id']}/claims")).json()["total"] == "1598.00"
    done = await house.save(li, filing, "claims.1.amount", "2000.00")
    assert [f["code"] for f in done["findings"]] == ["above-computed"]


async def test_the_check_names_every_field(house):
    li = house.person()
    filing = await house.begin(li)
    look = (await li.get(f"/filings/{filing['id']}/check")).json()
    assert look["ready"] is False
    fields = {finding["field"] for finding in look["findings"] if finding["blocking"]}
    assert {"defendants", "claims", "facts.order_no", "plaintiffs.0.sex"} <= fields
    refused = await li.act(f"/filings/{filing['id']}/submit")
    assert (refused.status_code, refused.json()["code"]) == (422, "filing-incomplete")
    assert {f["field"] for f in refused.json()["fields"]} == fields
    await house.fill(li, filing)
    look = (await li.get(f"/filings/{filing['id']}/check")).json()
    assert look["ready"] is True, look["findings"]
    assert look["progress"]["required"] == look["progress"]["given"]
    assert look["competence"]["competent"] is True, look["competence"]


async def test_an_edit_keeps_what_it_replaced(house):
    li = house.person()
    filing = await house.begin(li)
    await house.fill(li, filing)
    body = {"sentence": "facts.goods", "text": "我的话", "revision": filing["revision"]}
    edited = (await li.act(f"/filings/{filing['id']}/complaint/edit", body)).json()
    [sentence] = [s for s in edited["sentences"] if s["id"] == "facts.goods"]
    assert (sentence["text"], sentence["original"], sentence["edited"]) == ("我的话", "绿茶 250 克 2 罐", True)
    await house.save(li, {**filing, "revision": edited["revision"]}, "facts.goods", "红茶")
    now = (await li.get(f"/filings/{filing['id']}/complaint")).json()
    assert next(s for s in now["sentences"] if s["id"] == "facts.goods")["stale"] is True
    late = await li.act(f"/filings/{filing['id']}/complaint/edit", {**body, "text": "另一设备"})
    assert late.json()["code"] == "edited-elsewhere"
    party = {"sentence": "plaintiffs.0", "text": "x", "revision": now["revision"]}
    assert (await li.act(f"/filings/{filing['id']}/complaint/edit", party)).status_code == 422
    back = {"sentence": "facts.goods", "text": None, "revision": now["revision"]}
    undone = (await li.act(f"/filings/{filing['id']}/complaint/edit", back)).json()
    assert not any(s["edited"] for s in undone["sentences"])
    printed = await li.get(f"/filings/{filing['id']}/complaint.pdf")
    assert printed.headers["content-type"].startswith("application/pdf")
    assert printed.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"image": base64.b64encode(b"GIF89a").decode()}, "signature-unreadable"),
        ({"image": "not base64!"}, "signature-unreadable"),
        ({"image": base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 200_001).decode()}, "signature-unreadable"),
        ({"name": "李鬼"}, "signature-name-differs"),
        ({"digest": "0" * 64}, "complaint-changed"),
    ],
)
async def test_a_signature_is_of_this_person_on_this_text(house, change, code):
    li = house.person()
    filing = await house.begin(li)
    await house.fill(li, filing)
    digest = (await li.get(f"/filings/{filing['id']}/complaint")).json()["digest"]
    body = {"name": "李明", "image": PNG, "digest": digest, **change}
    assert (await li.act(f"/filings/{filing['id']}/sign", body)).json()["code"] == code


async def test_what_was_signed_is_what_is_handed_in(house):
    li = house.person()
    filing = await house.begin(li)
    await house.fill(li, filing)
    assert (await li.act(f"/filings/{filing['id']}/submit")).json()["code"] == "not-signed"
    assert (await house.sign(li, filing)).json()["signature"]["current"] is True
    await house.save(li, filing, "facts.goods", "换了商品")
    assert (await li.act(f"/filings/{filing['id']}/submit")).json()["code"] == "complaint-changed"


async def test_a_filing_is_numbered_once_and_its_clock_starts(house):
    """CPL art. 126: seven days; 2026-03-02 plus 7 is Monday 2026-03-09."""
    li = house.person()
    filing = await house.begin(li)
    await house.fill(li, filing)
    await house.sign(li, filing)
    first = await li.act(f"/filings/{filing['id']}/submit", key="submit-once-only")
    again = await li.act(f"/filings/{filing['id']}/submit", key="submit-once-only")
    assert first.json() == again.json()
    assert first.json()["number"] == "（2026）京0499收000001号"
    assert first.json()["review_due"] == "2026-03-09"
    assert (await li.act(f"/filings/{filing['id']}/submit")).json()["code"] == "act-not-possible"
    await house.settle()
    [notice] = house.delivery.notices.values()
    assert (notice.to, "000001" in notice.body.zh) == (li.person, True)
    second = await house.submitted(house.person("王五"))
    assert second["number"].endswith("000002号")


@pytest.mark.parametrize(("number", "deposited"), [("", False), ("TP-2026-000123", True)])
async def test_only_a_filing_with_a_deposit_concerns_evidence(house, number, deposited):
    li = house.person()
    filing = await house.begin(li)
    await house.fill(li, filing)
    await house.save(li, filing, "evidence.0.chain_number", number)
    await house.sign(li, filing)
    assert (await li.act(f"/filings/{filing['id']}/submit")).status_code == 200
    async with house.desk.database.reading() as reader:
        told = await reader.one("SELECT name, data FROM platform.journal WHERE subject = %s", (UUID(filing["id"]),))
    event = msgspec.convert(told["data"], event_class(told["name"]), strict=False)
    assert [context for context in ("filing", "documents", "evidence") if event.concerns(context)] == [
        "filing", "documents", *(["evidence"] if deposited else [])
    ]  # fmt: skip


async def test_files_must_have_arrived(house):
    li = house.person()
    filing = await house.begin(li)
    await house.fill(li, filing)
    slow = house.uploads.add(li.person, "视频.mp4", state="receiving")
    exhibit = {"name": "开箱视频", "source": "手机", "proves": "假货", "upload_id": str(slow)}
    await house.save(li, filing, "evidence.1", exhibit)
    await house.sign(li, filing)
    refused = (await li.act(f"/filings/{filing['id']}/submit")).json()
    assert (refused["code"], refused["values"]) == ("uploads-not-ready", {"uploads": {str(slow): "receiving"}})
    look = (await li.get(f"/filings/{filing['id']}/check")).json()
    assert "upload-not-ready" in {finding["code"] for finding in look["findings"]}


async def test_contents_are_read_in_ranges_by_those_who_may(house):
    li, other, clerk = house.person(), house.person("王五"), house.clerk()
    filing = await house.submitted(li)
    upload = filing["answers"]["evidence"][0]["upload_id"]
    mine = f"/filings/{filing['id']}/materials/{upload}/original"
    whole = await li.get(mine)
    assert (whole.status_code, whole.content) == (200, b"%PDF-1.7")
    assert "sandbox" in whole.headers["content-security-policy"]
    part = await li.get(mine, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"PDF", "bytes 1-3/8")
    assert (await other.get(mine)).status_code == 404
    theirs = f"/reviews/{filing['id']}/materials/{upload}"
    assert (await clerk.get(f"{theirs}/original")).content == b"%PDF-1.7"
    assert (await clerk.get(f"{theirs}/thumbnail")).status_code == 404
    assert (await clerk.get(f"{theirs}/secrets")).status_code == 404


async def test_the_same_facts_twice_are_shown_and_not_blocked(house):
    li = house.person()
    first = await house.submitted(li)
    second = await house.begin(li)
    await house.fill(li, second)
    look = (await li.get(f"/filings/{second['id']}/check")).json()
    assert [(d["number"], d["mine"]) for d in look["duplicates"]] == [(first["number"], True)]
    assert "order" in look["duplicates"][0]["same"]
    namesake = house.person("李明")
    third = await house.begin(namesake)
    await house.fill(namesake, third)
    assert (await namesake.get(f"/filings/{third['id']}/check")).json()["duplicates"] == []
    await house.sign(li, second)
    assert (await li.act(f"/filings/{second['id']}/submit")).status_code == 200
    clerk = house.clerk()
    like = (await clerk.get(f"/reviews/{second['id']}/similar")).json()
    assert [d["number"] for d in like["duplicates"]] == [first["number"]]
    other = house.person("周七")
    fourth = await house.begin(other)
    await house.fill(other, fourth, **{"facts.order_no": "999"})
    assert (await other.get(f"/filings/{fourth['id']}/check")).json()["duplicates"] == []


async def test_withdrawing_needs_the_special_power(house):
    """CPL art. 62."""
    lawyer, principal = house.agent(), house.person("李明")
    house.people.mandate(lawyer.person, principal.person, Power.GENERAL)
    filing = await house.begin(lawyer, for_person=str(principal.person))
    await house.fill(lawyer, filing)
    await house.sign(lawyer, filing)
    assert (await lawyer.act(f"/filings/{filing['id']}/submit")).status_code == 200
    refused = await lawyer.act(f"/filings/{filing['id']}/withdraw", {"confirm": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "special-power-needed")
    house.people.mandates.clear()
    house.people.mandate(lawyer.person, principal.person, Power.GENERAL, Power.WAIVE_CLAIMS)
    done = (await lawyer.act(f"/filings/{filing['id']}/withdraw", {"confirm": True})).json()
    assert done["state"] == "withdrawn"
    await house.settle()
    told = {notice.to for notice in house.delivery.notices.values()}
    assert told == {lawyer.person, principal.person}


async def test_what_others_learn_of_a_filing(house):
    li, other = house.person(), house.person("王五")
    filing = await house.submitted(li)
    filing_id = FilingId(filing["id"])
    receipt = await house.service.receipt(filing_id)
    assert receipt["filing_number"] == filing["number"]
    assert [m["name"] for m in receipt["materials"]] == ["民事起诉状", "订单截图"]
    assert receipt["materials"][1]["pages"] == 3
    paper = await house.service.complaint(filing_id)
    assert paper["answers"]["facts"]["shop"] == "北京山野茶语贸易有限公司"
    assert paper["signatures"][0]["digest"] == filing["digest"]
    assert await house.service.filer_of(filing_id) == li.person
    assert await house.service.may_see(li.person, filing_id)
    assert not await house.service.may_see(other.person, filing_id)
    roles = frozenset({Role.CLERK})
    clerk = Actor(house.clerk().person, roles=roles)
    assert await house.service.may_review(clerk, filing_id)
    draft = await house.begin(li, case_type="ecom_sale")
    assert not await house.service.may_review(clerk, FilingId(draft["id"]))
    for without in (Actor(other.person, roles=frozenset({Role.LITIGANT})), Actor(li.person, roles=roles)):
        assert not await house.service.may_review(without, filing_id)
    with pytest.raises(Conflict):
        await house.service.accepted(filing_id)
    with pytest.raises(NotFound):
        await house.service.last_notice(filing_id)


async def test_a_correction_restarts_the_clock(house):
    """ORL art. 9: asked once for all; the seven days run anew from the day after the correction came in."""
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li)
    house.clock.move(timedelta(days=3))
    items = [
        {"reason": "missing_evidence", "text": {"zh": "请补充支付凭证。"}, "field": "evidence"},
        {"reason": "defendant_not_definite", "field": "defendants.0"},
    ]
    asked = await clerk.act(f"/reviews/{filing['id']}/request-correction", {"items": items, "days": 15})
    assert asked.status_code == 200, asked.text
    mine = (await li.get(f"/filings/{filing['id']}")).json()
    assert (mine["state"], mine["review_due"], mine["correction_due"]) == ("correction_requested", None, "2026-03-20")
    [notice] = mine["notices"]
    assert [item["zh"] for item in notice["items"]] == ["请补充支付凭证。", "被告信息不足以与他人相区别"]
    assert "ORL 9" in [article["cite"] for article in notice["articles"]]
    told = await house.service.last_notice(FilingId(filing["id"]))
    assert (told.kind, len(told.items)) == ("correction", 2)
    house.clock.move(timedelta(days=5))
    await house.save(li, mine, "facts.pay_method", "手机支付，流水号 42001")
    unsigned = await li.act(f"/filings/{filing['id']}/correct")
    assert unsigned.json()["code"] == "complaint-changed"
    await house.sign(li, mine)
    done = await li.act(f"/filings/{filing['id']}/correct")
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["review_due"]) == ("under_review", "2026-03-17")
    again = await clerk.act(f"/reviews/{filing['id']}/request-correction", {"items": items, "days": 15})
    assert (again.status_code, again.json()["code"]) == (409, "correction-asked-already")
    assert again.json()["articles"] == ["ORL 9", "RG 7"]
    await house.settle()
    assert {clerk.person, li.person} == {notice.to for notice in house.delivery.notices.values()}


async def test_a_late_correction_is_refused(house):
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li)
    body = {"items": [{"reason": "missing_evidence"}], "days": 5}
    assert (await clerk.act(f"/reviews/{filing['id']}/request-correction", body)).status_code == 200
    house.clock.move(timedelta(days=8))
    assert (await li.act(f"/filings/{filing['id']}/correct")).json()["code"] == "correction-overdue"
    acts = {a["act"]: a for a in (await li.get(f"/filings/{filing['id']}")).json()["permitted_acts"]}
    assert acts["correct"]["permitted"] is False


def test_the_complete_example_is_one():
    assert COMPLETE["claims"][0]["kind"] == "refund"


async def test_numbers_have_no_gaps_when_many_hand_in_at_once(house):
    """A refused submission takes no number."""
    ready = []
    for n in range(6):
        client = house.person(f"原告{n}")
        filing = await house.begin(client)
        await house.fill(client, filing)
        if n != 3:
            await house.sign(client, filing)
        ready.append((client, filing))
    answers = await asyncio.gather(*(client.act(f"/filings/{filing['id']}/submit") for client, filing in ready))
    assert [a.status_code for a in answers] == [200, 200, 200, 409, 200, 200]
    numbers = sorted(a.json()["number"] for a in answers if a.status_code == 200)
    assert numbers == [f"（2026）京0499收{n:06d}号" for n in range(1, 6)]


async def test_sealed_columns_move_to_a_new_key(house):
    li = house.person()
    filing = await house.submitted(li)
    rows = SealedRows(house.platform.keyring)
    rows.add(house.desk.database, house.built.sealed)
    FileKeys(house.platform.settings.keys).rotate()
    assert (await rows.outdated())["filing.filings"] == 1
    await rows.reseal()
    assert set((await rows.outdated()).values()) == {0}
    assert (await li.get(f"/filings/{filing['id']}")).json()["answers"]["plaintiffs"][0]["name"] == "李明"


def test_the_api_describes_itself(house):
    """Every route of filing is in the document, with its permission and a summary."""
    paths = document(house.site)["paths"]
    ours = {path: item for path, item in paths.items() if "/filing" in path or "/reviews" in path}
    assert len(ours) > 25
    for path, item in ours.items():
        for method, operation in item.items():
            assert operation["summary"], (path, method)
            assert operation["x-permission"], (path, method)


async def test_an_agent_changes_claims_only_with_the_power(house):
    """CPL art. 62."""
    lawyer, principal, clerk = house.agent(), house.person("李明"), house.clerk()
    house.people.mandate(lawyer.person, principal.person, Power.GENERAL)
    filing = await house.begin(lawyer, for_person=str(principal.person))
    await house.fill(lawyer, filing)
    await house.sign(lawyer, filing)
    await lawyer.act(f"/filings/{filing['id']}/submit")
    await clerk.act(f"/reviews/{filing['id']}/request-correction", {"items": [{"reason": "missing_evidence"}]})
    await house.save(lawyer, filing, "claims.1.amount", "1000.00")
    await house.sign(lawyer, filing)
    refused = await lawyer.act(f"/filings/{filing['id']}/correct")
    assert (refused.status_code, refused.json()["code"]) == (403, "special-power-needed")
    house.people.mandate(lawyer.person, principal.person, Power.CHANGE_CLAIMS)
    assert (await lawyer.act(f"/filings/{filing['id']}/correct")).status_code == 200
