"""Filing again with the answers of a filing that came to nothing. CPL art. 126; JI arts. 212, 214, 247; CPL art. 62."""

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from tests.contexts.filing.test_corrections import asked_to_correct

from tianping.contexts.filing import jobs
from tianping.contexts.filing.model import Answers, Exhibit, State
from tianping.contexts.filing.rules import refiling
from tianping.interfaces.identity import Power
from tianping.interfaces.materials import MaterialState
from tianping.kit.ids import FilingId, UploadId, new_id


async def lapsed(house, li, clerk):
    filing = await asked_to_correct(house, li, clerk)
    house.clock.move(timedelta(days=8))
    await jobs.return_uncorrected(house.desk)
    return (await li.get(f"/filings/{filing['id']}")).json()


def offered(filing):
    return next(act for act in filing["permitted_acts"] if act["act"] == "file-again")


async def listed(client, filing_id):
    rows = (await client.get("/filings")).json()["items"]
    return next(row for row in rows if row["id"] == filing_id)


@pytest.mark.parametrize(
    ("state", "closed", "any_matter", "permitted", "article"),
    [
        (State.DRAFT, None, True, False, "CPL 126"),
        (State.DISCARDED, None, True, False, "CPL 126"),
        (State.UNDER_REVIEW, None, True, False, "CPL 126"),
        (State.CORRECTION_REQUESTED, None, True, False, "CPL 126"),
        (State.RETURNED, None, True, True, "CPL 126"),
        (State.WITHDRAWN, None, True, True, "CPL 126"),
        (State.REFUSED, None, True, True, "JI 212"),
        (State.ACCEPTED, "fee_unpaid", True, True, "JI 214"),
        (State.ACCEPTED, None, True, False, "JI 247"),
        (State.ACCEPTED, "judged", True, False, "JI 247"),
        (State.RETURNED, None, False, False, "CPL 62"),
    ],
)
def test_when_a_filing_may_be_brought_again(state, closed, any_matter, permitted, article):
    found = refiling.leave(state, closed, any_matter=any_matter)
    assert (found.permitted, found.article, found.reason is None) == (permitted, article, permitted)


def test_files_that_are_not_held_any_more_are_named_and_all_else_is_taken_along():
    kept, lost = UploadId(new_id()), UploadId(new_id())
    answers = Answers(
        case_type="ecom_sale", reasons="见事实",
        evidence=[Exhibit(name="订单", upload_id=kept, pages=3), Exhibit(name="聊天", upload_id=lost, pages=2)],
    )  # fmt: skip
    carried, gone = refiling.carried_over(answers, held={kept}, mandates=set(), case_types={"general"})
    assert gone == [1]
    assert carried.evidence == [Exhibit(name="订单", upload_id=kept, pages=3), Exhibit(name="聊天")]
    assert (carried.case_type, carried.reasons) == (None, "见事实")


async def test_a_lapsed_filing_is_begun_anew_with_its_answers_and_files(house):
    li, clerk = house.person(), house.clerk()
    old = await lapsed(house, li, clerk)
    act = offered(old)
    assert (act["permitted"], act["reason"], act["article"]["cite"]) == (True, None, "CPL 126")
    assert (await listed(li, old["id"]))["file_again"] == act
    begun = (await li.act(act["href"])).json()
    draft = begun["filing"]
    assert (begun["upload_again"], begun["resumed"]) == ([], False)
    assert draft["id"] != old["id"]
    assert (draft["state"], draft["number"], draft["signature"], draft["revision"]) == ("draft", None, None, 0)
    assert draft["answers"] == old["answers"]
    upload = UploadId(UUID(draft["answers"]["evidence"][0]["upload_id"]))
    assert house.uploads.held[upload] == {f"filing:{old['id']}", f"filing:{draft['id']}"}
    again = (await li.get(f"/filings/{old['id']}")).json()
    assert (again["state"], again["answers"]) == ("returned", old["answers"])
    assert [step["act"] for step in again["history"]][-1] == "file-again"
    assert [article["cite"] for article in again["history"][-1]["articles"]] == ["CPL 126"]
    signed = await house.sign(li, draft)
    assert signed.status_code == 200, signed.text
    handed_in = await li.act(f"/filings/{draft['id']}/submit")
    assert handed_in.status_code == 200, handed_in.text
    assert handed_in.json()["number"] not in (None, old["number"])
    await house.checked(clerk, draft["id"])


async def test_once_however_often_it_is_asked(house):
    """The same key, another key and two devices at once give one draft; once it is handed in, another may be begun."""
    li, clerk = house.person(), house.clerk()
    old = await lapsed(house, li, clerk)
    path = f"/filings/{old['id']}/file-again"
    first = await li.act(path, key="one-key-of-a-device")
    same = await li.act(path, key="one-key-of-a-device")
    assert same.json() == first.json()
    draft = first.json()["filing"]["id"]
    others = await asyncio.gather(*(li.act(path) for _ in range(4)))
    assert {(one.json()["filing"]["id"], one.json()["resumed"]) for one in others} == {(draft, True)}
    assert len((await li.get("/filings")).json()["items"]) == 2
    await house.sign(li, first.json()["filing"])
    assert (await li.act(f"/filings/{draft}/submit")).status_code == 200
    anew = (await li.act(path)).json()
    assert (anew["filing"]["id"] == draft, anew["resumed"]) == (False, False)


async def test_two_devices_that_ask_first_at_the_same_moment_get_one_draft(house):
    li, clerk = house.person(), house.clerk()
    old = await lapsed(house, li, clerk)
    begun = await asyncio.gather(*(li.act(f"/filings/{old['id']}/file-again") for _ in range(5)))
    assert len({one.json()["filing"]["id"] for one in begun}) == 1
    assert sorted(one.json()["resumed"] for one in begun) == [False, True, True, True, True]


async def test_files_that_are_gone_are_asked_for_again(house):
    li, clerk = house.person(), house.clerk()
    old = await lapsed(house, li, clerk)
    upload = UploadId(UUID(old["answers"]["evidence"][0]["upload_id"]))
    house.uploads.files[upload] = msgspec.structs.replace(house.uploads.files[upload], state=MaterialState.EXPIRED)
    begun = (await li.act(f"/filings/{old['id']}/file-again")).json()
    assert begun["upload_again"] == [{"position": 0, "name": "订单截图"}]
    [exhibit] = begun["filing"]["answers"]["evidence"]
    assert (exhibit["upload_id"], exhibit["proves"]) == (None, "合同成立")
    check = (await li.get(f"/filings/{begun['filing']['id']}/check")).json()
    assert "evidence.0.upload_id" in {finding["field"] for finding in check["findings"] if finding["blocking"]}
    resumed = (await li.act(f"/filings/{old['id']}/file-again")).json()
    assert (resumed["resumed"], resumed["upload_again"]) == (True, begun["upload_again"])


async def test_what_is_open_or_before_the_court_is_not_brought_twice(house):
    """JI art. 247; JI art. 214 when the case counts as withdrawn because its fee stayed unpaid."""
    li, clerk = house.person(), house.clerk()
    filing = await house.submitted(li)
    path = f"/filings/{filing['id']}"
    assert (offered(filing)["permitted"], (await listed(li, filing["id"]))["file_again"]) == (False, None)
    assert (await li.act(f"{path}/file-again")).json()["code"] == "act-not-possible"
    await house.checked(clerk, filing["id"])
    assert (await clerk.act(f"/reviews/{filing['id']}/accept", {})).status_code == 200
    act = offered((await li.get(path)).json())
    assert (act["permitted"], act["article"]["cite"]) == (False, "JI 247")
    assert act["reason"]["zh"]
    assert act["reason"]["en"]
    refused = await li.act(f"{path}/file-again")
    assert (refused.status_code, refused.json()["code"]) == (409, "still-in-court")
    house.cases.closed[FilingId(UUID(filing["id"]))] = "fee_unpaid"
    act = offered((await li.get(path)).json())
    assert (act["permitted"], act["article"]["cite"]) == (True, "JI 214")
    assert (await listed(li, filing["id"]))["file_again"] == act
    assert (await li.act(act["href"])).json()["filing"]["state"] == "draft"


async def test_an_agent_needs_a_mandate_that_reaches_further_than_the_earlier_filing(house):
    """CPL art. 62. The draft has the powers of the mandate in force, and stands open to the principal."""
    lawyer, principal, clerk = house.agent(), house.person(), house.clerk()
    house.people.mandate(lawyer.person, principal.person, Power.GENERAL, Power.WAIVE_CLAIMS)
    filing = await house.begin(lawyer, for_person=str(principal.person))
    await house.fill(lawyer, filing)
    await house.sign(lawyer, filing)
    assert (await lawyer.act(f"/filings/{filing['id']}/submit")).status_code == 200
    await clerk.act(f"/reviews/{filing['id']}/return", {"reason": "arbitration"})
    [given] = house.people.mandates
    house.people.mandates[:] = [msgspec.structs.replace(given, matter=UUID(filing["id"]))]
    act = offered((await lawyer.get(f"/filings/{filing['id']}")).json())
    assert (act["permitted"], act["article"]["cite"]) == (False, "CPL 62")
    refused = await lawyer.act(f"/filings/{filing['id']}/file-again")
    assert (refused.status_code, refused.json()["code"]) == (403, "mandate-needed")
    mine = (await principal.act(f"/filings/{filing['id']}/file-again")).json()["filing"]
    assert (mine["capacity"], mine["for_person"], mine["answers"]["agents"]) == ("filer", str(principal.person), [])
    assert (await principal.act(f"/filings/{mine['id']}/discard", {"confirm": True})).status_code == 200
    house.people.mandates.clear()
    anew = house.people.mandate(lawyer.person, principal.person, Power.GENERAL)
    begun = (await lawyer.act(f"/filings/{filing['id']}/file-again")).json()["filing"]
    [agent] = begun["answers"]["agents"]
    assert (begun["capacity"], agent["mandate_id"], agent["powers"]) == ("agent", str(anew.id), ["general"])


async def test_nobody_else_begins_from_somebodys_filing(house):
    li, clerk, stranger = house.person(), house.clerk(), house.person("王强")
    old = await lapsed(house, li, clerk)
    assert (await stranger.act(f"/filings/{old['id']}/file-again")).status_code == 404
    assert (await house.stranger().act(f"/filings/{old['id']}/file-again")).status_code == 401
    assert (await clerk.act(f"/filings/{old['id']}/file-again")).status_code == 403
