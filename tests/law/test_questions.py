"""Questions as JSON: read strictly, missing optional fields forgiven, the wrong field named."""

from datetime import date

import pytest

from tianping.law.jurisdiction import CourtSeat
from tianping.law.questions import (
    QuestionProblem,
    answer_causes,
    answer_deadline,
    answer_elements,
    answer_fee,
    answer_jurisdiction,
)

TODAY = date(2026, 3, 2)


def test_a_fee_in_the_shape_of_the_interface(law):
    question = {"act": "property", "amount": "123456.78", "procedure": "ordinary", "filed_on": "2026-03-02"}
    answer = answer_fee(question, law)
    assert (answer["fee"], answer["direction"]) == ("2769.14", "pay")
    assert set(answer) == {"fee", "direction", "steps", "articles"}
    assert set(answer["steps"][0]) == {"zh", "en", "formula", "amount"}
    assert set(answer["articles"][0]) == {
        "cite", "zh", "en", "instrument", "number", "valid_from", "valid_to", "verified",
    }  # fmt: skip


def test_null_and_missing_are_the_same(law):
    bare = answer_fee({"act": "labour"}, law, today=TODAY)
    full = answer_fee(
        {"act": "labour", "amount": None, "base": None, "procedure": None, "mediated_or_withdrawn": None},
        law,
        today=TODAY,
    )
    assert bare == full


@pytest.mark.parametrize(
    ("field", "code", "question"),
    [
        ("", "not-an-object", ["act"]),
        ("", "not-an-object", None),
        ("act", "required", {}),
        ("act", "unknown", {"act": "lottery"}),
        ("act", "not-a-string", {"act": 1}),
        ("amount", "not-a-string", {"act": "property", "amount": 1.5}),
        ("amount", "not-a-string", {"act": "property", "amount": 100}),
        ("amount", "not-a-string", {"act": "property", "amount": True}),
        ("amount", "not-an-amount", {"act": "property", "amount": "-1"}),
        ("amount", "not-an-amount", {"act": "property", "amount": "1,000"}),
        ("amount", "not-an-amount", {"act": "property", "amount": "1e5"}),
        ("amount", "not-an-amount", {"act": "property", "amount": "1.234"}),
        ("amount", "not-an-amount", {"act": "property", "amount": "100\n"}),
        ("amount", "not-an-amount", {"act": "property", "amount": "١٢"}),
        ("amount", "required", {"act": "property"}),
        ("previous_amount", "required", {"act": "change_of_claim", "amount": "1"}),
        ("base", "out-of-range", {"act": "other_non_property", "base": "101"}),
        ("procedure", "unknown", {"act": "labour", "procedure": "quick"}),
        ("mediated_or_withdrawn", "not-a-boolean", {"act": "labour", "mediated_or_withdrawn": "yes"}),
        ("filed_on", "not-a-date", {"act": "labour", "filed_on": "2026-02-30"}),
        ("filed_on", "not-a-date", {"act": "labour", "filed_on": "20260302"}),
        ("filed_on", "out-of-range", {"act": "labour", "filed_on": "9999-01-01"}),
        ("filed_on", "law-not-in-force", {"act": "labour", "filed_on": "2000-01-01"}),
        ("colour", "unknown-field", {"act": "labour", "colour": "red"}),
    ],
)
def test_a_bad_fee_question_names_the_field(law, field, code, question):
    with pytest.raises(QuestionProblem) as refused:
        answer_fee(question, law, today=TODAY)
    assert (refused.value.problem.field, refused.value.problem.code) == (field, code)
    assert refused.value.problem.message.zh
    assert refused.value.problem.message.en


def test_without_a_day_the_fee_needs_one(law):
    with pytest.raises(QuestionProblem) as refused:
        answer_fee({"act": "labour"}, law)
    assert refused.value.problem.field == "filed_on"


def test_a_deadline_in_the_shape_of_the_interface(law):
    answer = answer_deadline({"topic": "answer", "event_on": "2026-02-04"}, law, law.calendar)
    assert set(answer) == {
        "raw_end",
        "deadline",
        "rolled",
        "counted",
        "counted_en",
        "articles",
        "calendar",
        "bound",
    }
    assert (answer["raw_end"], answer["deadline"], answer["rolled"]) == ("2026-02-19", "2026-02-24", True)
    assert answer["calendar"] == "official"
    assert (
        answer_deadline({"topic": "limitation", "event_on": "2026-02-04"}, law, law.calendar)["calendar"] == "estimated"
    )


def test_a_moment_with_another_offset_is_court_local(law):
    answer = answer_deadline({"length": "48 hour", "event_on": "2026-03-02T02:30:00Z"}, law, law.calendar)
    assert answer["deadline"] == "2026-03-04T11:00:00+08:00"


def test_foreign_means_abroad(law):
    one = answer_deadline({"topic": "answer", "event_on": "2026-03-02", "foreign": True}, law, law.calendar)
    two = answer_deadline({"topic": "answer", "event_on": "2026-03-02", "abroad": True}, law, law.calendar)
    assert one == two
    assert one["deadline"] == "2026-04-01"


@pytest.mark.parametrize(
    ("field", "code", "question"),
    [
        ("topic", "required", {"event_on": "2026-03-02"}),
        ("topic", "one-of", {"topic": "answer", "length": "1 day", "event_on": "2026-03-02"}),
        ("topic", "unknown", {"topic": "lunch", "event_on": "2026-03-02"}),
        ("length", "not-a-length", {"length": "15", "event_on": "2026-03-02"}),
        ("length", "not-a-string", {"length": 15, "event_on": "2026-03-02"}),
        ("event_on", "required", {"topic": "answer"}),
        ("event_on", "not-a-date", {"topic": "answer", "event_on": "2026-13-01"}),
        ("event_on", "not-a-date", {"length": "48 hour", "event_on": "2026-03-02T25:00"}),
        ("event_on", "law-not-in-force", {"topic": "answer", "event_on": "2019-03-02"}),
        ("variant", "required", {"topic": "freeze_term", "event_on": "2026-03-02"}),
        ("variant", "unknown", {"topic": "freeze_term", "event_on": "2026-03-02", "variant": "gold"}),
        ("roll", "not-a-boolean", {"length": "1 day", "event_on": "2026-03-02", "roll": 1}),
    ],
)
def test_a_bad_deadline_question_names_the_field(law, field, code, question):
    with pytest.raises(QuestionProblem) as refused:
        answer_deadline(question, law, law.calendar)
    assert (refused.value.problem.field, refused.value.problem.code) == (field, code)


def test_jurisdiction_as_json(law):
    seat = CourtSeat.of(law.internet_courts[0])
    question = {"cause": "信息网络买卖合同纠纷", "filed_on": "2026-03-02", "links": {"defendant_domicile": "北京市"}}
    answer = answer_jurisdiction(question, law, seat)
    assert (answer["competent"], answer["rule_set"], answer["item"]) == (True, "ic2025", 6)
    for field, links in {
        "links.moon": {"moon": True},
        "links.act_online": {"act_online": "yes"},
        "links.defendant_domicile": {"defendant_domicile": True},
        "links": ["x"],
    }.items():
        with pytest.raises(QuestionProblem) as refused:
            answer_jurisdiction({**question, "links": links}, law, seat)
        assert refused.value.problem.field == field
    with pytest.raises(QuestionProblem) as refused:
        answer_jurisdiction({"links": {}}, law, seat, today=TODAY)
    assert refused.value.problem.field == "cause"


def test_causes_and_elements_as_json(law):
    causes = answer_causes({"query": "数据"}, law, today=TODAY)
    assert causes["version"] == "c2025"
    assert "数据权属纠纷" in {cause["zh"] for cause in causes["causes"]}
    plain = answer_elements({"cause": "网络服务合同纠纷"}, law, today=TODAY)
    assert plain["type"] == "net_service"
    assert "problems" not in plain
    checked = answer_elements({"type": "ecom_sale", "answers": {"price_paid": "99"}}, law, today=TODAY)
    assert checked["sums"]["triple"]["amount"] == "500.00"
    assert checked["problems"]
    with pytest.raises(QuestionProblem):
        answer_elements({"type": "moon"}, law, today=TODAY)
