"""HTTP of cases: who sees a case, what the page says, acts once, draws and commitments for the public."""

import json
import re
import subprocess
import sys

import pytest
from tests.contexts.cases.around import actor_of, litigant, person, staffed, world

from tianping.contexts.cases.rules import chain
from tianping.interfaces.filing import FiledParty
from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import OrganisationId, PersonId, new_id
from tianping.platform.settings import CHECKOUT

WHY = "理由充分，请依法处理。"


@pytest.fixture
async def court(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w, judges=4)
        await w.publish()
        yield w


async def test_the_case_page_says_where_the_case_stands_and_what_comes_next(court):
    filing = court.filing()
    case_id = await court.open(filing)
    page = (await court.client(litigant(filing.filer)).get(f"/cases/{case_id}")).json()
    assert page["number"] == "（2026）京0499民初1号"
    assert page["amount"] == "12345.60"
    assert (page["stage"], page["standing"], page["side"]) == ("opened", "plaintiff", "plaintiff")
    assert [m["state"] for m in page["stage_line"]] == ["current", "ahead", "ahead", "ahead", "ahead"]
    assert page["next_step"]["article"]["cite"] == "FM 20"
    assert page["next_step"]["article"]["instrument"]["zh"] == "诉讼费用交纳办法"
    assert page["division"]["code"] == "first"
    assert [p["mine"] for p in page["parties"]] == [True, False]
    [act] = page["permitted_acts"]
    basis = act.pop("article")
    assert (basis["cite"], basis["number"], basis["verified"]) == ("CPL 47", "2023年修正", True)
    assert act == (
        {
            "act": "request-recusal", "label": {"zh": "申请回避", "en": "Request recusal"}, "permitted": False,
            "href": f"/cases/{case_id}/request-recusal",
            "reason": {"zh": "审判组织尚未确定", "en": "The bench is not fixed yet"}, "due": None,
        }
    )  # fmt: skip


async def test_nobody_else_learns_that_the_case_exists(court):
    """Every reading route and every act: 401 without sign-in, 404 for everyone without standing."""
    filing = court.filing()
    case_id = await court.assigned(filing)
    sole = (await court.case(case_id)).bench[0].person_id
    idle = next(m for m in await court.people.staff(Role.JUDGE) if m.person_id != sole)
    strangers = {
        "another litigant": litigant(person()),
        "a lawyer without mandate": Actor(person(), None, frozenset({Role.LAWYER})),
        "a judge of another case": Actor(idle.person_id, None, frozenset({Role.JUDGE}), "first"),
        "a head of another division": Actor(person(), None, frozenset({Role.DIVISION_HEAD}), "second"),
        "a clerk of another division": Actor(person(), None, frozenset({Role.CLERK}), "second"),
        "a filing judge after assignment": Actor(person(), None, frozenset({Role.FILING_JUDGE}), "filing"),
        "a cashier": Actor(person(), None, frozenset({Role.CASHIER}), "first"),
    }
    reads = ["", "/parties", "/requests", "/docket", "/docket/export"]
    ask = {"person_id": str(sole), "ground": "relation", "reason": WHY}
    decide = {"request_id": str(new_id()), "reason": WHY}
    acts = {
        "request-recusal": ask, "decide-recusal": {**decide, "granted": True}, "reconsider-recusal": decide,
        "request-reassignment": {**ask, "ground": "illness"}, "approve-reassignment": decide,
        "refuse-reassignment": decide, "change-bench-kind": {"reason": WHY},
        "change-procedure": {"procedure": "ordinary", "reason": WHY}, "designate-presiding": {"person_id": str(sole)},
        "retry-assignment": None,
    }  # fmt: skip
    before = (await court.case(case_id)).docket_head
    for name, actor in strangers.items():
        client = court.client(actor)
        for read in reads:
            assert (await client.get(f"/cases/{case_id}{read}")).status_code == 404, (name, read)
        assert (await client.get("/cases")).json()["items"] == [], name
        for act, body in acts.items():
            assert (await client.act(f"/cases/{case_id}/{act}", body)).status_code in {403, 404}, (name, act)
    nobody = court.client(None)
    for read in reads:
        assert (await nobody.get(f"/cases/{case_id}{read}")).status_code == 401
    for act, body in acts.items():
        assert (await nobody.act(f"/cases/{case_id}/{act}", body)).status_code == 401
    administrator = court.client(Actor(person(), None, frozenset({Role.SYSTEM_ADMIN})))
    assert (await administrator.get(f"/cases/{case_id}")).status_code == 403
    assert (await court.case(case_id)).docket_head == before


async def test_those_with_a_right_see_it_and_staff_leave_a_trace(court):
    organisation = OrganisationId(new_id())
    member, agent, other_agent = person(), person(), person()
    plaintiff = person()
    filing = court.filing(
        parties=[
            FiledParty("plaintiff", "person", "李明", plaintiff, represented_by=[agent]),
            FiledParty("defendant", "organisation", "某某科技有限公司", None, organisation),
        ],
        filer=plaintiff,
    )
    case_id = await court.assigned(filing)
    case = await court.case(case_id)
    court.people.join(member, organisation)
    court.people.give_mandate(agent, plaintiff, filing.filing_id)
    court.people.give_mandate(other_agent, plaintiff, PersonId(new_id()))
    seated = {s.seat: s.person_id for s in case.bench}
    expected = {
        "plaintiff": litigant(plaintiff),
        "defendant": litigant(member),
        "agent": Actor(agent, None, frozenset({Role.LAWYER})),
        "bench": Actor(seated["sole_judge"], None, frozenset({Role.JUDGE}), "first"),
        "clerk": Actor(seated["clerk"], None, frozenset({Role.CLERK}), "first"),
        "staff": actor_of(court, Role.DIVISION_HEAD),
    }
    for standing, actor in expected.items():
        client = court.client(actor)
        answer = await client.get(f"/cases/{case_id}")
        assert answer.json()["standing"] == standing
        assert [row["id"] for row in (await client.get("/cases")).json()["items"]] == [str(case_id)], standing
    assert (await court.client(litigant(other_agent)).get(f"/cases/{case_id}")).status_code == 404
    traced = {who for who, matter, _ in court.people.accesses if matter == case_id}
    assert traced == {expected[s].person_id for s in ("bench", "clerk", "staff")}
    court.people.mandates.clear()
    revoked = await court.client(expected["agent"]).get(f"/cases/{case_id}")
    assert revoked.status_code == 404, "a revoked mandate ends what the agent sees"


async def test_a_president_who_is_a_party_is_a_party(court):
    president = actor_of(court, Role.PRESIDENT)
    filing = court.filing(
        parties=[
            FiledParty("plaintiff", "person", "李明", person()),
            FiledParty("defendant", "person", "院长孙", president.person_id),
        ]
    )
    case_id = await court.assigned(filing)
    client = court.client(president)
    page = (await client.get(f"/cases/{case_id}")).json()
    assert page["standing"] == "defendant"
    assert [a["act"] for a in page["permitted_acts"]] == ["request-recusal"]
    assert (await client.act(f"/cases/{case_id}/retry-assignment")).status_code == 403


async def test_an_act_repeated_with_its_key_is_done_once(court):
    filing = court.filing()
    case_id = await court.assigned(filing)
    sole = (await court.case(case_id)).bench[0].person_id
    client = court.client(litigant(filing.filer))
    body = {"person_id": str(sole), "ground": "relation", "reason": WHY}
    first = await client.act(f"/cases/{case_id}/request-recusal", body, key="key-0001")
    assert first.status_code == 200, first.text
    assert first.json()["open_requests"][0]["due"] == "2026-03-05"
    again = await client.act(f"/cases/{case_id}/request-recusal", body, key="key-0001")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await client.act(f"/cases/{case_id}/request-recusal", body)
    assert (other.status_code, other.json()["code"]) == (409, "request-open-already")
    assert (await client.get(f"/cases/{case_id}")).json()["sections"]["requests"] == 1


async def test_recusal_through_the_api(court):
    filing = court.filing()
    case_id = await court.assigned(filing)
    sole = (await court.case(case_id)).bench[0]
    party = court.client(litigant(filing.filer))
    ask = {"person_id": str(sole.person_id), "ground": "relation", "reason": WHY}
    request = (await party.act(f"/cases/{case_id}/request-recusal", ask)).json()["open_requests"][0]
    decide = {"request_id": request["id"], "granted": True, "reason": WHY}
    head = court.client(actor_of(court, Role.DIVISION_HEAD))
    wrong = await head.act(f"/cases/{case_id}/decide-recusal", decide)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "not-the-decider"), "CPL 49: the president on judges"
    defendant = court.client(litigant(filing.parties[1].person_id))
    [seen] = (await defendant.get(f"/cases/{case_id}/requests")).json()
    assert seen["reason"] is None
    president = court.client(actor_of(court, Role.PRESIDENT))
    page = (await president.get(f"/cases/{case_id}")).json()
    assert {"decide-recusal"} <= {a["act"] for a in page["permitted_acts"]}
    done = await president.act(f"/cases/{case_id}/decide-recusal", decide)
    assert done.json()["bench"][0]["person_id"] != str(sole.person_id)
    twice = await president.act(f"/cases/{case_id}/decide-recusal", decide)
    assert twice.json()["code"] == "request-decided"


async def test_a_refused_recusal_offers_reconsideration_to_the_applicant_alone_and_once(court):
    """CPL art. 50."""
    filing = court.filing()
    case_id = await court.assigned(filing)
    sole = (await court.case(case_id)).bench[0]
    party, defendant = court.client(litigant(filing.filer)), court.client(litigant(filing.parties[1].person_id))
    president = court.client(actor_of(court, Role.PRESIDENT))

    async def offer(client):
        page = (await client.get(f"/cases/{case_id}")).json()
        return next((a for a in page["permitted_acts"] if a["act"] == "reconsider-recusal"), None)

    ask = {"person_id": str(sole.person_id), "ground": "relation", "reason": WHY}
    first = (await party.act(f"/cases/{case_id}/request-recusal", ask)).json()["open_requests"][0]
    assert first["counted"]["raw_end"] == "2026-03-05"
    assert first["counted"]["articles"][0]["cite"] == "CPL 50"
    assert await offer(party) is None, "nothing is refused yet"
    refuse = {"request_id": first["id"], "granted": False, "reason": WHY}
    await president.act(f"/cases/{case_id}/decide-recusal", refuse)
    offered = await offer(party)
    assert (offered["permitted"], offered["article"]["cite"]) == (True, "CPL 50")
    assert await offer(defendant) is None
    [refused] = (await party.get(f"/cases/{case_id}/requests")).json()
    assert (refused["reconsideration"]["state"], refused["reconsideration"]["may_ask"]) == ("none", True)
    [seen] = (await defendant.get(f"/cases/{case_id}/requests")).json()
    assert seen["reconsideration"]["may_ask"] is False
    again = {"request_id": first["id"], "reason": WHY}
    assert (await defendant.act(f"/cases/{case_id}/reconsider-recusal", again)).status_code == 404
    asked = (await party.act(f"/cases/{case_id}/reconsider-recusal", again)).json()
    [second] = asked["open_requests"]
    assert (second["reconsiders"], second["due"]) == (first["id"], "2026-03-05")
    offered = await offer(party)
    assert (offered["permitted"], offered["reason"]["zh"]) == (False, "已申请复议，只能申请一次")
    assert (await party.get(f"/cases/{case_id}/requests")).json()[0]["reconsideration"]["state"] == "open"
    [waiting] = (await president.get("/bench-requests")).json()["items"]
    assert (waiting["again"], waiting["case_id"]) == (True, str(case_id))
    await president.act(
        f"/cases/{case_id}/decide-recusal", {"request_id": second["id"], "granted": True, "reason": WHY}
    )
    assert (await party.get(f"/cases/{case_id}/requests")).json()[0]["reconsideration"]["state"] == "granted"
    assert (await offer(party))["reason"]["zh"] == "该人员已不参与本案"


async def test_requests_wait_for_those_who_decide_them_page_by_page(court):
    """CPL art. 49: the president on judges, the presiding judge on the clerk; leadership on reassignment."""
    made = []
    for number in range(3):
        filing = court.filing()
        case_id = await court.assigned(filing)
        bench = (await court.case(case_id)).bench
        about = bench[0] if number < 2 else next(s for s in bench if s.seat == "clerk")
        ask = {"person_id": str(about.person_id), "ground": "relation", "reason": WHY}
        await court.client(litigant(filing.filer)).act(f"/cases/{case_id}/request-recusal", ask)
        made.append((case_id, bench[0].person_id))
    head, president = court.client(actor_of(court, Role.DIVISION_HEAD)), court.client(actor_of(court, Role.PRESIDENT))
    ask = {"person_id": str(made[0][1]), "ground": "workload", "reason": WHY}
    await head.act(f"/cases/{made[0][0]}/request-reassignment", ask)
    first = (await president.get("/bench-requests", limit=2)).json()
    rest = (await president.get("/bench-requests", limit=2, cursor=first["next_cursor"])).json()
    found = [*first["items"], *rest["items"]]
    assert [(r["case_id"], r["kind"]) for r in found] == [
        (str(made[0][0]), "recusal"), (str(made[1][0]), "recusal"), (str(made[0][0]), "reassignment"),
    ]  # fmt: skip
    assert rest["next_cursor"] is None
    assert (await head.get("/bench-requests")).json()["items"] == [], "one's own request is for others"
    sole = next(m for m in court.people.members if m.person_id == made[2][1])
    judge = court.client(Actor(sole.person_id, None, frozenset({Role.JUDGE}), sole.division))
    assert [r["case_id"] for r in (await judge.get("/bench-requests")).json()["items"]] == [str(made[2][0])]
    assert (await court.client(litigant(person())).get("/bench-requests")).status_code == 403


async def test_a_president_who_is_a_party_decides_nothing_in_that_case(court):
    president = actor_of(court, Role.PRESIDENT)
    parties = [
        FiledParty("plaintiff", "person", "李明", person()),
        FiledParty("defendant", "person", "孙", president.person_id),
    ]
    filing = court.filing(parties=parties, filer=parties[0].person_id)
    case_id = await court.assigned(filing)
    sole = (await court.case(case_id)).bench[0]
    ask = {"person_id": str(sole.person_id), "ground": "relation", "reason": WHY}
    request = (await court.client(litigant(filing.filer)).act(f"/cases/{case_id}/request-recusal", ask)).json()
    client = court.client(president)
    assert (await client.get("/bench-requests")).json()["items"] == []
    decide = {"request_id": request["open_requests"][0]["id"], "granted": True, "reason": WHY}
    refused = await client.act(f"/cases/{case_id}/decide-recusal", decide)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-decider")


async def test_nobody_approves_the_own_request(court):
    case_id = await court.assigned()
    sole = (await court.case(case_id)).bench[0].person_id
    head = court.client(actor_of(court, Role.DIVISION_HEAD))
    ask = {"person_id": str(sole), "ground": "workload", "reason": WHY}
    request = (await head.act(f"/cases/{case_id}/request-reassignment", ask)).json()["open_requests"][0]
    own = await head.act(f"/cases/{case_id}/approve-reassignment", {"request_id": request["id"], "reason": WHY})
    assert (own.status_code, own.json()["code"]) == (403, "own-request")
    president = court.client(actor_of(court, Role.PRESIDENT))
    refused = await president.act(f"/cases/{case_id}/refuse-reassignment", {"request_id": request["id"], "reason": WHY})
    assert refused.json()["bench"][0]["person_id"] == str(sole)


async def test_lists_page_filter_and_search(court):
    plaintiff = person()
    parties = [FiledParty("plaintiff", "person", "李明", plaintiff), FiledParty("defendant", "person", "赵六", None)]
    for number in range(5):
        await court.open(court.filing(filer=plaintiff, parties=parties, number=f"F-{number}"))
    await court.assigned(court.filing(filer=plaintiff, parties=parties, cause="服务合同纠纷"))
    client = court.client(litigant(plaintiff))
    seen, cursor = [], None
    for _ in range(4):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/cases", **params)).json()
        seen += [row["number"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 6

    async def found(**params):
        answer = await client.get("/cases", **params)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    assert await found(number="(2026)京0499民初3号") == 1
    assert await found(stage="assigned") == 1
    assert await found(cause="服务合同纠纷") == 1
    assert await found(search="赵六") == 6
    assert await found(search="赵") == 0, "names are found whole, by digest"
    assert await found(search="民初6") == 1
    assert await found(search="F-2") == 1
    assert await found(due_until="2026-03-05") == 1
    assert await found(waiting="true") == 0
    president = court.client(actor_of(court, Role.PRESIDENT))
    assert len((await president.get("/cases")).json()["items"]) == 6
    assert (await president.get("/cases", mine="true")).json()["items"] == []
    assert (await client.get("/cases", cursor="nonsense")).status_code == 422


async def test_the_docket_pages_and_its_export_verifies(court):
    filing = court.filing()
    case_id = await court.assigned(filing)
    client = court.client(litigant(filing.filer))
    page = (await client.get(f"/cases/{case_id}/docket", limit=3)).json()
    rest = (await client.get(f"/cases/{case_id}/docket", cursor=page["next_cursor"])).json()
    entries = page["items"] + rest["items"]
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
    assert all(chain.hash_of(e) == e["hash"] for e in entries)
    export = await client.get(f"/cases/{case_id}/docket/export")
    assert "attachment" in export.headers["content-disposition"]
    assert chain.verify(export.content).good


async def test_the_public_can_check_a_draw_with_the_standard_library_alone(court, tmp_path):
    """The program in docs/contexts/cases.md, run on what the API publishes."""
    filing = court.filing(bench="collegial", procedure="ordinary")
    case_id = await court.assigned(filing)
    public = court.client(None)
    answer = await public.get("/draws", number="(2026)京0499民初1号")
    assert answer.status_code == 200, answer.text
    assert (await public.get(f"/draws/{case_id}")).json() == answer.json()
    assert "李明" not in answer.text
    assert str(filing.filer) not in answer.text
    [published] = answer.json()["draws"]
    assert published["verified"]
    assert len(published["chosen"]) == 3
    page = (CHECKOUT / "docs" / "contexts" / "cases.md").read_text(encoding="utf-8")
    [program] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "check.py").write_text(program, encoding="utf-8")

    def check(content: object) -> subprocess.CompletedProcess[str]:
        (tmp_path / "draws.json").write_text(json.dumps(content), encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-I", str(tmp_path / "check.py"), str(tmp_path / "draws.json")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert check(answer.json()).returncode == 0, check(answer.json()).stderr
    for field, value in (("chosen", published["chosen"][::-1]), ("seed", "00" * 32), ("input_text", "{}")):
        forged = {**answer.json(), "draws": [{**published, field: value}]}
        assert check(forged).returncode != 0, field


async def test_commitments_are_public_and_a_case_without_draw_is_not_found(court):
    public = court.client(None)
    page = (await public.get("/draws/commitments", limit=50)).json()
    assert len(page["items"]) == 50
    more = (await public.get("/draws/commitments", cursor=page["next_cursor"])).json()
    assert more["items"][0]["prev"] == page["items"][-1]["hash"]
    assert "seed" not in page["items"][0]
    case_id = await court.open()
    assert (await public.get(f"/draws/{case_id}")).status_code == 404
    assert (await public.get("/draws", number="不是案号啊")).status_code == 422


async def test_a_judge_declares_kinship_and_others_do_not_for_them(court):
    judge = next(m for m in await court.people.staff(Role.JUDGE))
    actor = Actor(judge.person_id, None, frozenset({Role.JUDGE}), "first")
    client = court.client(actor)
    declared = await client.act("/exclusions", {"party_name": "王强"})
    assert declared.status_code == 201, declared.text
    other = Actor((await court.people.staff(Role.JUDGE))[1].person_id, None, frozenset({Role.JUDGE}), "first")
    foreign = await court.client(other).act("/exclusions", {"party_name": "王强", "judge": str(judge.person_id)})
    assert foreign.status_code == 403
    withdrawal = f"/exclusions/{declared.json()['id']}/withdraw"
    assert (await court.client(other).act(withdrawal)).status_code == 404
    assert (await client.act(withdrawal)).status_code == 200
    assert (await client.act(withdrawal)).json()["code"] == "exclusion-withdrawn"
