"""Organisations, members and invitations; mandates, given and revoked item by item. CPL arts. 61, 62."""

from datetime import timedelta

from tests.contexts.identity.newcomers import (
    CREDIT_CODE,
    LI,
    WANG,
    ZHAO,
    administrator,
    code_for,
    identity_number,
    problem,
    register,
)
from tests.harness import running_court

from tianping.contexts.identity.service import PeopleService
from tianping.interfaces.identity import Power, Role
from tianping.kit.clock import court_day
from tianping.kit.ids import PersonId, new_id

PNG = "data:image/png;base64,iVBORw0KGgo="
SHOP = {"name": "北京晴川数码有限公司", "credit_code": CREDIT_CODE, "legal_representative": "周正"}


async def wang(court):
    return await register(court, WANG, name="王芳", identity_number=identity_number("007"))


async def zhao(court):
    return await register(court, ZHAO, name="赵强", identity_number=identity_number("009"))


async def my_id(browser):
    from uuid import UUID

    return PersonId(UUID((await browser.get("/account")).json()["id"]))


def people_service(court):
    desk = court.desk("identity")
    return PeopleService(desk.database, desk.keyring, desk.clock)


def mandate(**changes):
    form = {
        "agent_mobile": WANG, "agent_kind": "relative", "powers": ["settle"], "signature": {"name": "李 明", "image": PNG},
    }  # fmt: skip
    return {**form, **changes}


async def test_members_are_invited_join_change_and_leave(environment):
    async with running_court(environment) as court:
        owner = await register(court)
        made = await owner.act("/organisations", SHOP)
        assert made.status_code == 201, made.text
        shop = made.json()["id"]
        assert made.json()["my_role"] == "owner"
        [leave] = [a for a in made.json()["permitted_acts"] if a["act"] == "leave"]
        assert (leave["permitted"], leave["reason"]["zh"]) == (False, "单位至少须有一名管理员，请先指定接任者")
        assert problem(await owner.act("/organisations", SHOP)) == (409, "organisation-taken")

        invited = await owner.act(f"/organisations/{shop}/invitations", {"mobile": WANG, "role": "member"})
        assert [i["mobile"] for i in invited.json()["invitations"]] == ["138****0002"]
        twice = await owner.act(f"/organisations/{shop}/invitations", {"mobile": WANG, "role": "owner"})
        assert problem(twice) == (409, "member-already")
        await court.settle()
        texts = [m["text"]["zh"] for m in (await owner.get("/demo/messages")).json()["items"]]
        assert any("请以本手机号注册" in text for text in texts)

        stranger, member = await zhao(court), await wang(court)
        assert problem(await stranger.get(f"/organisations/{shop}")) == (404, "not-found")
        [invitation] = (await member.get("/invitations")).json()["items"]
        assert problem(await stranger.act(f"/invitations/{invitation['id']}/accept")) == (404, "not-found")
        assert problem(await stranger.act(f"/invitations/{invitation['id']}/decline")) == (404, "not-found")
        joined = await member.act(f"/invitations/{invitation['id']}/accept")
        assert (joined.json()["my_role"], joined.json()["invitations"]) == ("member", [])
        assert problem(await member.act(f"/invitations/{invitation['id']}/accept")) == (409, "invitation-settled")

        owner_id, member_id = await my_id(owner), await my_id(member)
        path = f"/organisations/{shop}/members"
        assert problem(await member.act(f"{path}/{owner_id}/remove")) == (403, "owners-only")
        assert problem(await member.act(f"{path}/{member_id}/role", {"role": "owner"})) == (403, "owners-only")
        assert problem(await owner.act(f"{path}/{owner_id}/remove")) == (409, "last-owner")
        assert problem(await owner.act(f"{path}/{owner_id}/role", {"role": "member"})) == (409, "last-owner")
        assert (await owner.act(f"{path}/{member_id}/role", {"role": "owner"})).status_code == 200
        assert (await owner.act(f"{path}/{owner_id}/remove")).status_code == 200
        assert problem(await owner.get(f"/organisations/{shop}")) == (404, "not-found")
        assert [o["name"] for o in (await member.get("/session")).json()["organisations"]] == [SHOP["name"]]
        [card] = await people_service(court).organisations_of(member_id)
        assert (card.credit_code, card.legal_representative) == (CREDIT_CODE, "周正")


async def test_an_invitation_can_be_declined_or_taken_back(environment):
    async with running_court(environment) as court:
        owner, member = await register(court), await wang(court)
        shop = (await owner.act("/organisations", SHOP)).json()["id"]
        for browser, state in ((member, "declined"), (owner, "withdrawn")):
            await owner.act(f"/organisations/{shop}/invitations", {"mobile": WANG})
            [invitation] = (await member.get("/invitations")).json()["items"]
            assert (await browser.act(f"/invitations/{invitation['id']}/decline")).status_code == 200, state
            assert (await member.get("/invitations")).json()["items"] == []


async def test_a_mandate_is_given_item_by_item_shown_to_both_and_revoked(environment):
    async with running_court(environment) as court:
        principal, agent = await register(court), await wang(court)
        matter = str(new_id())
        given = await principal.act("/mandates", mandate(matter=matter, valid_until="2026-12-31"))
        assert given.status_code == 201, given.text
        view = given.json()
        assert [p["power"] for p in view["powers"]] == ["general", "settle"]
        assert (view["state"], view["signature_kind"], len(view["digest"])) == ("in_force", "drawn", 64)
        assert (view["principal"]["name"], view["agent"]["name"]) == ("李明", "王芳")
        mine = (await principal.get("/mandates")).json()
        assert ([m["id"] for m in mine["given"]], mine["held"]) == ([view["id"]], [])
        assert [p["power"] for p in mine["powers"] if p["special"]] == [
            p.value for p in Power if p is not Power.GENERAL
        ]
        held = (await agent.get("/mandates")).json()["held"]
        assert [m["id"] for m in held] == [view["id"]]

        people, agent_id, today = people_service(court), await my_id(agent), court_day(court.clock.now())
        [card] = await people.mandates_of(agent_id, on=today)
        assert (str(card.matter), card.powers) == (matter, [Power.GENERAL, Power.SETTLE])
        assert await people.mandates_of(agent_id, on=today + timedelta(days=400)) == []

        stranger = await zhao(court)
        assert problem(await stranger.act(f"/mandates/{view['id']}/revoke")) == (404, "not-found")
        revoked = await principal.act(f"/mandates/{view['id']}/revoke")
        assert (revoked.json()["state"], revoked.json()["permitted_acts"][0]["permitted"]) == ("revoked", False)
        assert problem(await agent.act(f"/mandates/{view['id']}/revoke")) == (409, "mandate-ended")
        assert await people.mandates_of(agent_id, on=today) == []
        await court.settle()
        titles = [m["title"]["zh"] for m in (await agent.get("/messages")).json()["items"]]
        assert titles[:2] == ["委托已终止", "新的委托"]


async def test_a_mandate_is_signed_by_its_principal(environment):
    async with running_court(environment) as court:
        principal, agent = await register(court), await wang(court)
        wrong_name = await principal.act("/mandates", mandate(signature={"name": "李四", "image": PNG}))
        assert problem(wrong_name) == (409, "signature-not-yours")
        unsigned = await principal.act("/mandates", mandate(signature={"name": "李明"}))
        assert problem(unsigned) == (422, "invalid-input")
        court.clock.move(timedelta(minutes=1))
        code = await code_for(court, principal, LI, "sign")
        bad = "000000" if code != "000000" else "000001"
        assert problem(await principal.act("/mandates", mandate(signature={"name": "李明", "code": bad}))) == (
            422,
            "code-wrong",
        )
        typed = await principal.act("/mandates", mandate(signature={"name": "李明", "code": code}))
        assert (typed.status_code, typed.json()["signature_kind"]) == (201, "typed")
        again = await principal.act("/mandates", mandate(signature={"name": "李明", "code": code}))
        assert problem(again) == (422, "code-wrong")
        assert (await agent.act(f"/mandates/{typed.json()['id']}/revoke")).status_code == 200, (
            "an agent may lay it down"
        )


async def test_whom_one_may_appoint(environment):
    async with running_court(environment) as court:
        principal = await register(court)
        assert problem(await principal.act("/mandates", mandate())) == (409, "agent-not-registered")
        assert problem(await principal.act("/mandates", mandate(agent_mobile=LI))) == (409, "agent-is-principal")
        past = await principal.act("/mandates", mandate(valid_until="2026-03-01"))
        assert [f["field"] for f in past.json()["fields"]] == ["valid_until"]
        agent = await wang(court)
        assert problem(await principal.act("/mandates", mandate(agent_kind="lawyer"))) == (409, "licence-not-checked")
        stated = await agent.act("/account/licence", {"licence": "11101201810000001", "firm": "北京明理律师事务所"})
        assert stated.json()["licence_state"] == "stated"
        assert problem(await principal.act("/mandates", mandate(agent_kind="lawyer"))) == (409, "licence-not-checked")
        admin = await administrator(court, Role.SYSTEM_ADMIN)
        [waiting] = (await admin.get("/administration/licences")).json()["items"]
        path = f"/administration/licences/{waiting['person']['id']}"
        assert (await admin.act(f"{path}/confirm")).json()["state"] == "confirmed"
        assert problem(await admin.act(f"{path}/confirm")) == (404, "not-found")
        assert (await principal.act("/mandates", mandate(agent_kind="lawyer"))).status_code == 201
        assert "lawyer" in (await agent.get("/session")).json()["roles"]


async def test_only_an_owner_appoints_for_an_organisation(environment):
    async with running_court(environment) as court:
        owner, member, outsider = await register(court), await wang(court), await zhao(court)
        shop = (await owner.act("/organisations", SHOP)).json()["id"]
        await owner.act(f"/organisations/{shop}/invitations", {"mobile": WANG})
        [invitation] = (await member.get("/invitations")).json()["items"]
        await member.act(f"/invitations/{invitation['id']}/accept")
        form = mandate(principal_organisation=shop, agent_mobile=ZHAO, agent_kind="staff")
        by_member = {**form, "signature": {"name": "王芳", "image": PNG}}
        assert problem(await member.act("/mandates", by_member)) == (403, "owners-only")
        by_outsider = {**form, "agent_mobile": LI, "signature": {"name": "赵强", "image": PNG}}
        assert problem(await outsider.act("/mandates", by_outsider)) == (404, "not-found")
        given = await owner.act("/mandates", form)
        assert given.json()["principal"] == {"kind": "organisation", "id": shop, "name": SHOP["name"]}
        [seen] = (await member.get("/mandates")).json()["given"]
        assert seen["permitted_acts"][0]["permitted"] is False
        assert problem(await member.act(f"/mandates/{seen['id']}/revoke")) == (403, "owners-only")
        [card] = await people_service(court).mandates_of(await my_id(outsider), on=court_day(court.clock.now()))
        assert (str(card.principal_organisation), card.principal_person) == (shop, None)
