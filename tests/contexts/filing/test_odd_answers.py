"""Whatever a device sends is saved or refused as a fact; and whatever was saved can be read, checked and written out."""

import random
from uuid import UUID

from tianping.contexts.documents.actions.compose import Writing, complaint_paper, composed
from tianping.contexts.documents.rendering.model import Court
from tianping.kit.ids import FilingId, new_id
from tianping.law.lawbook import load

LAW = load()
WRITING = Writing(LAW, Court(name="天平示范互联网法院", demo=True))
VALUES = [
    None, True, 0, -1, 10**18, 1.5, "", " ", "x" * 300, "0", "-0.01", "99999999999999.99", "1e9", "２９９", "2026-02-30",
    "0001-01-01", "9999-12-31", "9999-12-31T23:59:59", "2026-02-14T20:31:00+14:00", "https://x", "defendants.0", "defendants.99",
    "evidence.0", "{who}", "[", "\x00", "\u202e", "𠀀", [], ["a", 1, None], [[]], {}, {"name": "x"}, {"on": "2026-01-01"},
    [{"kind": "refund"}], [{"kind": "triple", "amount": "1.00"}], [{"kind": "other"}], [{"kind": "person", "name": "王"}],
    [{"kind": "unknown"}], [{"on": "9999-12-31", "text": "x"}], [{"name": "证据"}], {"kind": "organisation", "name": "某"},
]  # fmt: skip


async def test_odd_answers_break_nothing(house):
    chance = random.Random(20260302)
    li = house.person()
    for kind in LAW.case_types.values():
        filing = await house.begin(li, case_type=kind.id)
        paths = ["plaintiffs", "defendants", "claims", "events", "evidence", "links", "wishes", "reasons", "cause", "facts",
                 "plaintiffs.0", "plaintiffs.0.born_on", "defendants.0", "defendants.0.name", "claims.0", "claims.0.amount",
                 "claims.0.inputs.promised_amount", "claims.0.against", "events.0", "evidence.0", "links.defendant_domicile",
                 "links.agreed_court", "wishes.appraisal"]  # fmt: skip
        paths += [f"facts.{field.key}" for field in kind.fields]
        for path in paths:
            for value in chance.sample(VALUES, 6):
                body = {"answers": [{"path": path, "value": value, "revision": 2_000_000}]}
                answer = await li.act(f"/filings/{filing['id']}/answers", body, method="PATCH")
                assert answer.status_code in {200, 422, 404}, (path, value, answer.text)
        for look in ("", "/check", "/claims", "/complaint", "/materials"):
            read = await li.get(f"/filings/{filing['id']}{look}")
            assert read.status_code == 200, (kind.id, look, read.text)
        written = await house.service.complaint(FilingId(UUID(filing["id"])))
        assert composed(WRITING, written).digest
        assert complaint_paper(WRITING, written, made_at=house.clock.now()).facts
        refused = await li.act(f"/filings/{filing['id']}/submit")
        assert refused.status_code in {409, 422}, refused.text


async def test_odd_questions_break_nothing(house):
    chance = random.Random(20260303)
    facts = list(LAW.facts)
    for kind in LAW.case_types:
        for _ in range(60):
            links = {
                key: value for key in chance.sample(facts, 5) if isinstance(value := chance.choice(VALUES), str | bool)
            }
            question = {
                "case_type": kind, "links": links, "amount": chance.choice([None, "0", "0.01", "99999999999999.99"]),
                "knew_on": chance.choice([None, "0001-01-01", "2020-02-29", "2026-03-02", "9999-12-31"]),
                "on": chance.choice([None, "2018-09-07", "2025-10-31", "2027-03-02", "9999-12-31", "0001-01-01"]),
                "cause": chance.choice([None, "名誉权纠纷", "x", "隐私权纠纷"]),
            }  # fmt: skip
            answer = await house.stranger().http.post("/filing/can-we-help", json=question)
            assert answer.status_code in {200, 422}, (question, answer.text)
    assert (await house.stranger().get(f"/filing/case-types?on=9999-12-31&x={new_id()}")).status_code in {200, 422}
