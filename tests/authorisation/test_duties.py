"""Separate duties: three administrators who check each other and see no case; deciding apart from taking money."""

import pytest
from tests.authorisation.town import Town

from tianping.interfaces.identity import ADMINISTRATORS, Role

pytestmark = pytest.mark.asyncio(loop_scope="session")

COURT_WORK = ("filing.", "cases.", "payments.", "documents.")


async def test_administrators_have_no_part_in_the_courts_work(town: Town):
    for permission, roles in town.court.court.guard.policy.items():
        if permission.startswith(COURT_WORK):
            assert not roles & ADMINISTRATORS, permission


async def test_no_act_belongs_to_two_administrators(town: Town):
    """What changes something has one of the three; only reading is shared."""
    acting = {r.permission for r in town.routes if r.is_act}
    for permission, roles in town.court.court.guard.policy.items():
        if permission in acting:
            assert len(roles & ADMINISTRATORS) <= 1, permission


async def test_the_audit_administrator_only_reads(town: Town):
    acting = {r.permission for r in town.routes if r.is_act}
    held = {p for p, roles in town.court.court.guard.policy.items() if Role.AUDIT_ADMIN in roles}
    assert held
    assert not held & acting


async def test_who_takes_money_does_not_decide_about_it(town: Town):
    policy = town.court.court.guard.policy
    assert Role.CASHIER not in policy["payments.relief.decide"]
    assert policy["payments.statement.reconcile"] == {Role.CASHIER}


async def test_who_asks_for_a_role_does_not_confirm_it(town: Town):
    system, security = await town.cast.of("system_admin"), await town.cast.of("security_admin")
    judge = town.cast.ids["judge_other"]
    asked = await system.act(f"/administration/staff/{judge}/roles", {"role": "division_head"})
    assert asked.status_code == 201, asked.text
    [waiting] = (await security.get("/administration/role-requests")).json()["items"]
    request = waiting["id"]
    refused = await system.act(f"/administration/role-requests/{request}/confirm")
    assert refused.status_code == 403
    confirmed = await security.act(f"/administration/role-requests/{request}/confirm")
    assert confirmed.status_code == 200, confirmed.text
    taken = await system.act(f"/administration/staff/{judge}/roles/withdraw", {"role": "division_head"})
    assert taken.status_code == 200, taken.text
    town.cast.browsers.pop("judge_other", None)  # other roles, other sessions


@pytest.mark.parametrize("second", ["security_admin", "audit_admin"])
async def test_nobody_becomes_two_administrators(town: Town, second: str):
    system = await town.cast.of("system_admin")
    asked = await system.act(f"/administration/staff/{town.cast.ids['system_admin']}/roles", {"role": second})
    assert asked.status_code == 409, asked.text
    assert asked.json()["code"] == "duties-not-separate"
