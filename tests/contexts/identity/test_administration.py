"""Separate duties, staff, sessions of others, keys, the access log."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from tests.contexts.identity.newcomers import (
    LI,
    PASSWORD,
    WANG,
    administrator,
    code_for,
    identity_number,
    problem,
    register,
)
from tests.harness import running_court

from tianping.contexts.identity.actions import register_staff
from tianping.contexts.identity.rules.duties import DutiesNotSeparate
from tianping.contexts.identity.service import PeopleService
from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import PersonId, new_id

JUDGE = "13900000009"
NEW_JUDGE = {
    "name": "孙法官",
    "mobile": JUDGE,
    "division": "first",
    "subjects": ["loan", "online_shopping"],
    "load_weight": "0.5",
}


async def system(court):
    return await administrator(court, Role.SYSTEM_ADMIN)


async def security(court):
    return await administrator(court, Role.SECURITY_ADMIN)


async def audit(court):
    return await administrator(court, Role.AUDIT_ADMIN)


async def judge(court, admin, guard):
    """Created by one administrator, given the role by two. Returns the id."""
    made = (await admin.act("/administration/staff", NEW_JUDGE)).json()["id"]
    await admin.act(f"/administration/staff/{made}/roles", {"role": "judge"})
    [request] = (await guard.get("/administration/role-requests")).json()["items"]
    await guard.act(f"/administration/role-requests/{request['id']}/confirm")
    return made


async def test_a_judge_is_created_by_one_and_confirmed_by_another(environment):
    async with running_court(environment) as court:
        admin, guard = await system(court), await security(court)
        made = await admin.act("/administration/staff", NEW_JUDGE)
        assert made.status_code == 201, made.text
        person = made.json()["id"]
        assert (made.json()["roles"], made.json()["load_weight"], made.json()["mobile"]) == ([], "0.50", "139****0009")
        asked = await admin.act(f"/administration/staff/{person}/roles", {"role": "judge"})
        assert (asked.json()["roles"], asked.json()["open_requests"]) == ([], ["judge"])
        twice = await admin.act(f"/administration/staff/{person}/roles", {"role": "judge"})
        assert problem(twice) == (409, "request-settled")
        [for_admin] = (await admin.get("/administration/role-requests")).json()["items"]
        [for_guard] = (await guard.get("/administration/role-requests")).json()["items"]
        assert (for_admin["may_settle"], for_guard["may_settle"]) == (False, True)
        path = f"/administration/role-requests/{for_guard['id']}"
        assert problem(await admin.act(f"{path}/confirm")) == (403, "not-permitted")
        assert (await guard.act(f"{path}/confirm")).json()["roles"] == ["judge"]
        assert problem(await guard.act(f"{path}/confirm")) == (409, "request-settled")

        browser = court.browser()
        code = await code_for(court, browser, JUDGE, "recover")
        assert (
            await browser.act("/recovery", {"mobile": JUDGE, "code": code, "password": PASSWORD})
        ).status_code == 204
        await browser.sign_in(JUDGE, PASSWORD)
        session = (await browser.get("/session")).json()
        assert (session["roles"], session["person"]["kind"], session["idle_limit_s"]) == (["judge"], "staff", 1800)
        desk = court.desk("identity")
        [member] = await PeopleService(desk.database, desk.keyring, desk.clock).staff(Role.JUDGE)
        assert (member.name, member.division, member.subjects, member.load_weight) == (
            "孙法官", "first", ["loan", "online_shopping"], "0.50",
        )  # fmt: skip


async def test_leave_place_and_what_is_wrong_with_them(environment):
    async with running_court(environment) as court:
        admin, guard = await system(court), await security(court)
        person = await judge(court, admin, guard)
        path = f"/administration/staff/{person}"
        bad = await admin.act(f"{path}/place", {"division": "moon", "subjects": [], "load_weight": "2.5"})
        assert {f["field"] for f in bad.json()["fields"]} == {"division", "load_weight"}
        divisions = {d["code"]: d["name"]["zh"] for d in (await admin.get("/administration/divisions")).json()}
        assert divisions["second"] == "综合审判二庭"
        moved = await admin.act(f"{path}/place", {"division": "second", "subjects": ["data"], "load_weight": "1"})
        assert (moved.json()["division"], moved.json()["load_weight"]) == ("second", "1.00")
        leave = {"first_day": "2026-03-10", "last_day": "2026-03-20"}
        [noted] = (await admin.act(f"{path}/leaves", leave)).json()["leaves"]
        reversed_ = {"first_day": "2026-03-20", "last_day": "2026-03-10"}
        assert problem(await admin.act(f"{path}/leaves", reversed_)) == (422, "invalid-input")
        desk = court.desk("identity")
        people = PeopleService(desk.database, desk.keyring, desk.clock)
        [member] = await people.staff(Role.JUDGE)
        assert [(str(a), str(b)) for a, b in member.on_leave] == [("2026-03-10", "2026-03-20")]
        assert (await admin.act(f"{path}/leaves/{noted['id']}/cancel")).json()["leaves"] == []
        litigant = await register(court)
        mine = (await litigant.get("/account")).json()["id"]
        assert problem(await admin.act(f"/administration/staff/{mine}/leaves", leave)) == (404, "not-found")
        assert problem(await admin.act(f"/administration/staff/{mine}/roles", {"role": "judge"})) == (409, "not-staff")


async def test_nobody_holds_two_of_the_three_administrators(environment):
    async with running_court(environment) as court:
        admin = await system(court)
        guard = await security(court)
        auditor = await audit(court)
        mine = (await auditor.get("/account")).json()["id"]
        for role in ("system_admin", "security_admin"):
            refused = await admin.act(f"/administration/staff/{mine}/roles", {"role": role})
            assert problem(refused) == (409, "duties-not-separate")
        with pytest.raises(DutiesNotSeparate):
            await register_staff(
                court.desk("identity"), name="两全", mobile="13900000008", roles=[Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN]
            )
        with pytest.raises(psycopg.errors.CheckViolation):
            async with court.desk("identity").database.transaction() as tx:
                await tx.run("UPDATE identity.people SET roles = '{system_admin,audit_admin}' WHERE id = %s", (mine,))

        made = (await admin.act("/administration/staff", NEW_JUDGE)).json()["id"]
        for role in ("system_admin", "audit_admin"):
            await admin.act(f"/administration/staff/{made}/roles", {"role": role})
        first, second = (await guard.get("/administration/role-requests")).json()["items"]
        assert (await guard.act(f"/administration/role-requests/{first['id']}/confirm")).status_code == 200
        late = await guard.act(f"/administration/role-requests/{second['id']}/confirm")
        assert problem(late) == (409, "duties-not-separate")
        assert (await guard.act(f"/administration/role-requests/{second['id']}/refuse")).status_code == 200


async def test_the_second_person_is_another_person_in_the_database_too(environment):
    async with running_court(environment) as court:
        admin = await system(court)
        made = (await admin.act("/administration/staff", NEW_JUDGE)).json()["id"]
        await admin.act(f"/administration/staff/{made}/roles", {"role": "judge"})
        for settled_by in ("requested_by", "person_id"):
            with pytest.raises(psycopg.errors.CheckViolation):
                async with court.desk("identity").database.transaction() as tx:
                    await tx.run(f"UPDATE identity.role_grants SET settled_by = {settled_by}, state = 'confirmed'")


async def test_a_role_is_taken_away_at_once_but_not_the_last_administrators(environment):
    async with running_court(environment) as court:
        admin, guard = await system(court), await security(court)
        person = await judge(court, admin, guard)
        await register_staff(court.desk("identity"), name="孙法官", mobile=JUDGE, roles=[])
        refused = await admin.act(f"/administration/staff/{person}/roles/withdraw", {"role": "clerk"})
        assert problem(refused) == (409, "role-not-held")
        withdrawn = await admin.act(f"/administration/staff/{person}/roles/withdraw", {"role": "judge"})
        assert withdrawn.json()["roles"] == []
        mine = (await guard.get("/account")).json()["id"]
        last = await admin.act(f"/administration/staff/{mine}/roles/withdraw", {"role": "security_admin"})
        assert problem(last) == (409, "last-administrator")
        closing = await guard.act(f"/administration/people/{mine}/close")
        assert problem(closing) == (409, "last-administrator")


ROUTES = {
    "system": ["/administration/staff", "/administration/role-requests", "/administration/licences", "/administration/failed-messages"],
    "security": ["/administration/staff", "/administration/role-requests", "/administration/sessions", "/administration/lockouts", "/administration/keys"],
    "audit": ["/administration/staff", "/administration/access-log"],
    "litigant": [],
}  # fmt: skip


async def test_each_administrator_reads_only_what_the_duty_needs(environment):
    async with running_court(environment) as court:
        browsers = {
            "system": await system(court), "security": await security(court), "audit": await audit(court),
            "litigant": await register(court),
        }  # fmt: skip
        everything = sorted({path for paths in ROUTES.values() for path in paths})
        for who, browser in browsers.items():
            for path in everything:
                expected = 200 if path in ROUTES[who] else 403
                assert (await browser.get(path)).status_code == expected, (who, path)
        for path in everything:
            assert (await court.browser().get(path)).status_code == 401


async def test_the_security_administrator_ends_sessions_and_closes_accounts(environment):
    async with running_court(environment) as court:
        guard, auditor, phone = await security(court), await audit(court), await register(court)
        person = (await phone.get("/account")).json()["id"]
        [session] = (await guard.get(f"/administration/sessions?person={person}")).json()["items"]
        assert (await guard.act(f"/administration/sessions/{session['id']}/end")).status_code == 200
        assert (await phone.get("/sessions")).status_code == 401
        await phone.sign_in(LI, PASSWORD)
        assert (await guard.act(f"/administration/people/{person}/close")).json()["count"] == 1
        assert (await phone.get("/sessions")).status_code == 401
        assert problem(await court.browser().sign_in(LI, PASSWORD)) == (403, "account-closed")
        assert (await guard.act(f"/administration/people/{person}/reopen")).status_code == 200
        assert (await court.browser().sign_in(LI, PASSWORD)).status_code == 201
        log = (await auditor.get(f"/administration/access-log?matter={person}")).json()["items"]
        assert [line["what"] for line in log] == ["account reopened", "account closed", "session ended"]


async def test_lockouts_are_seen_and_cleared(environment):
    async with running_court(environment) as court:
        guard = await security(court)
        await register(court)
        for mobile in (LI, WANG):
            for _ in range(3):
                await court.browser().sign_in(mobile, "wrong")
        page = (await guard.get("/administration/lockouts?limit=1")).json()
        rest = (await guard.get(f"/administration/lockouts?cursor={page['next_cursor']}")).json()
        both = page["items"] + rest["items"]
        known = [lock for lock in both if lock["person"]]
        assert [lock["person"]["name"] for lock in known] == ["李明"]
        assert (await guard.act(f"/administration/lockouts/{known[0]['id']}/clear")).status_code == 200
        assert (await court.browser().sign_in(LI, PASSWORD)).status_code == 201
        assert problem(await guard.act("/administration/lockouts/zz/clear")) == (404, "not-found")


async def test_closed_accounts_are_found_by_one_and_opened_by_another(environment):
    async with running_court(environment) as court:
        admin, guard = await system(court), await security(court)
        made = await judge(court, admin, guard)
        people = []
        for mobile, name, number in ((LI, "李明", "001"), (WANG, "王芳", "007"), ("13800000077", "李明华", "015")):
            browser = await register(court, mobile, name=name, identity_number=identity_number(number))
            people.append((await browser.get("/account")).json()["id"])
        for person in (*people, made):
            court.clock.move(timedelta(minutes=1))
            await guard.act(f"/administration/people/{person}/close")

        async def found(**query):
            page = (await admin.get("/administration/closed-accounts", params=query)).json()
            return [item["name"] for item in page["items"]], page["next_cursor"]

        assert (await found())[0] == ["李明华", "王芳", "李明"], (
            "the latest first; a judge is under the people of the court"
        )
        assert (await found(search="李 明"))[0] == ["李明华", "李明"]
        assert (await found(search=WANG))[0] == ["王芳"]
        assert (await found(search=WANG[:6]))[0] == [], "of a number the whole is asked for"
        assert (await found(search=identity_number("015").lower()))[0] == ["李明华"]
        first, cursor = await found(search="李明", limit=1)
        assert (first, (await found(search="李明", limit=1, cursor=cursor))) == (["李明华"], (["李明"], None))
        [li] = (await admin.get("/administration/closed-accounts", params={"search": LI})).json()["items"]
        assert (li["mobile"], li["roles"], li["closed_by"]["name"]) == (
            f"{LI[:3]}****{LI[-4:]}",
            ["litigant"],
            li["closed_by"]["name"],
        )
        assert [(a["act"], a["permitted"]) for a in li["permitted_acts"]] == [("reopen", False)]
        assert problem(await admin.act(f"/administration/people/{li['id']}/reopen")) == (403, "not-permitted")
        [seen] = (await guard.get("/administration/closed-accounts", params={"search": LI})).json()["items"]
        assert seen["permitted_acts"][0]["permitted"] is True
        assert (await guard.act(f"/administration/people/{li['id']}/reopen")).status_code == 200
        assert (await found())[0] == ["李明华", "王芳"]
        assert (await court.browser().sign_in(LI, PASSWORD)).status_code == 201
        assert problem(await (await audit(court)).get("/administration/closed-accounts")) == (403, "not-permitted")


async def test_the_access_log_is_kept_once_filtered_and_never_changed(environment):
    async with running_court(environment) as court:
        admin, guard, auditor = await system(court), await security(court), await audit(court)
        person = PersonId(UUID(await judge(court, admin, guard)))
        desk = court.desk("identity")
        people = PeopleService(desk.database, desk.keyring, desk.clock)
        at, matters = court.clock.now(), [new_id(), new_id()]
        reader = Actor(person_id=person, roles=frozenset({Role.JUDGE}))
        for _ in range(2):
            await people.record_access(reader, matter="case", matter_id=matters[0], what="opened", at=at)
        await people.record_access(
            reader, matter="case", matter_id=matters[1], what="opened", at=at + timedelta(hours=1)
        )
        litigant = Actor(person_id=person, roles=frozenset({Role.LITIGANT}))
        await people.record_access(litigant, matter="case", matter_id=matters[0], what="opened by a party", at=at)

        async def lines(query):
            page = (await auditor.get(f"/administration/access-log?{query}")).json()
            return [line["matter_id"] for line in page["items"]]

        assert await lines(f"matter={matters[0]}") == [str(matters[0])]
        assert await lines(f"person={person}") == [str(matters[1]), str(matters[0])]
        later = (at + timedelta(minutes=30)).isoformat().replace("+", "%2B")
        assert await lines(f"person={person}&since={later}") == [str(matters[1])]
        assert await lines(f"person={person}&until={later}") == [str(matters[0])]
        first = (await auditor.get(f"/administration/access-log?person={person}&limit=1")).json()
        assert await lines(f"person={person}&cursor={first['next_cursor']}") == [str(matters[0])]
        for statement in ("UPDATE identity.access_log SET what = ''", "DELETE FROM identity.access_log"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with desk.database.transaction() as tx:
                    await tx.run(statement)


async def test_key_rotation_moves_every_row_while_the_court_works(environment):
    async with running_court(environment) as court:
        guard, phone = await security(court), await register(court)
        await phone.act(
            "/organisations",
            {"name": "北京晴川数码有限公司", "credit_code": "91350100M000100Y43", "legal_representative": "周正"},
        )
        before = (await guard.get("/administration/keys")).json()
        assert (before["number"], before["finished"]) == (1, True)
        key = new_id().hex
        rotated = await guard.act("/administration/keys/rotate", key=key)
        assert rotated.json()["number"] == 2
        assert (await guard.act("/administration/keys/rotate", key=key)).json()["number"] == 2, (
            "a retry makes no third key"
        )
        under_way = (await guard.get("/administration/keys")).json()
        assert (under_way["finished"], under_way["outdated"]["identity.people"]) == (False, 2)
        assert (await phone.get("/account")).json()["name"] == "李明"
        second = await register(court, WANG, identity_number=identity_number("007"))
        await court.settle()
        after = (await guard.get("/administration/keys")).json()
        assert (after["finished"], set(after["outdated"].values())) == (True, {0})
        assert (await phone.get("/account")).json()["name"] == "李明"
        assert (await second.get("/account")).json()["mobile"] == "138****0002"
        assert (await court.browser().sign_in(LI, PASSWORD)).status_code == 201
