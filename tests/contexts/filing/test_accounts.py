"""Nobody is given standing in a case by being named in it: accounts are matched by the court, not by the filer."""

import pytest

from tianping.kit.ids import new_id

DEFENDANT = {"kind": "person", "name": "王某", "domicile": "北京市丰台区"}


@pytest.mark.parametrize("place", ["plaintiffs.0", "plaintiffs.1", "defendants.0", "agents.0"])
@pytest.mark.parametrize("field", ["person_id", "organisation_id"])
async def test_another_account_cannot_be_named(house, place, field):
    li = house.person()
    filing = await house.begin(li)
    if place.startswith("agents") and field == "organisation_id":
        pytest.skip("an agent is a person")
    value = {"name": "王某", field: str(new_id())}
    refused = await li.act(
        f"/filings/{filing['id']}/answers",
        {"answers": [{"path": place, "value": value, "revision": filing["revision"]}]},
        method="PATCH",
    )
    assert refused.status_code == 422, refused.text
    assert refused.json()["fields"][0]["code"] == "account-not-yours"


async def test_ones_own_account_stays(house):
    li = house.person()
    filing = await house.begin(li)
    own = (await li.get(f"/filings/{filing['id']}")).json()["answers"]["plaintiffs"][0]
    saved = await li.act(
        f"/filings/{filing['id']}/answers",
        {"answers": [{"path": "plaintiffs.0", "value": {**own, "occupation": "教师"}, "revision": 0}]}, method="PATCH",
    )  # fmt: skip
    assert saved.status_code == 200, saved.text
