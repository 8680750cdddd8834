"""Saving answers one by one, from two devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.filing.model import Answers, Party
from tianping.contexts.filing.rules import answering
from tianping.contexts.filing.rules.problems import AnswerEditedElsewhere, PathUnknown
from tianping.kit.money import Money
from tianping.kit.problems import InvalidInput


def test_an_answer_lands_where_its_path_says():
    answers = answering.with_answer(Answers(), "plaintiffs.0.name", "李明")
    assert answers.plaintiffs == [Party(name="李明")]
    answers = answering.with_answer(answers, "facts.price_paid", "299.00")
    answers = answering.with_answer(answers, "claims", [{"kind": "refund", "amount": "299"}])
    assert answers.claims[0].amount == Money.parse("299")
    assert answering.value_at(answers, "claims.0.amount") == "299.00"
    assert answering.value_at(answers, "facts.price_paid") == "299.00"
    answers = answering.with_answer(answers, "plaintiffs.0", None)
    assert answers.plaintiffs == []
    assert answering.with_answer(answers, "facts.price_paid", None).facts == {}


@pytest.mark.parametrize(
    "path", ["colour", "plaintiffs.2.name", "plaintiffs.x", "", "case_type.x", "facts.a.b.c.0.q.7"]
)
def test_a_path_that_is_none_is_refused_or_kept_inside_the_facts(path):
    if path.startswith("facts"):
        assert answering.value_at(answering.with_answer(Answers(), path, "1"), path) == "1"
        return
    with pytest.raises((PathUnknown, InvalidInput)):
        answering.with_answer(Answers(case_type="ecom_sale"), path, "x")


@pytest.mark.parametrize(
    ("path", "value"),
    [("claims.0.amount", "12.345"), ("claims.0.amount", 12.5), ("plaintiffs.0.kind", "ghost"),
     ("plaintiffs.0.colour", "red"), ("events.0", {"on": "2026-02-30", "text": "x"}), ("reasons", "x" * 5001)],
)  # fmt: skip
def test_a_value_of_the_wrong_form_names_its_field(path, value):
    base = answering.with_answer(Answers(), "claims", [{"kind": "refund"}])
    with pytest.raises(InvalidInput) as refused:
        answering.with_answer(base, path, value)
    assert refused.value.fields[0].field == path


def test_two_devices_on_one_answer_are_told_and_on_two_answers_are_merged():
    """Device A and B both read revision 3; A saved facts.goods as revision 4."""
    answers = Answers(facts={"goods": "茶叶两罐"})
    touched = {"facts.goods": 4}
    answering.check_not_touched(touched, answers, "facts.order_no", "1", base=3, revision=4)
    answering.check_not_touched(touched, answers, "facts.goods", "茶叶两罐", base=3, revision=4)
    answering.check_not_touched(touched, answers, "facts.goods", "三罐", base=4, revision=4)
    with pytest.raises(AnswerEditedElsewhere) as told:
        answering.check_not_touched(touched, answers, "facts.goods", "三罐", base=3, revision=4)
    assert told.value.values["theirs"] == "茶叶两罐"
    assert told.value.values["yours"] == "三罐"
    assert told.value.values["revision"] == 4


@given(st.text(max_size=60), st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20),
                                       st.lists(st.text(max_size=5), max_size=3)))  # fmt: skip
def test_no_path_and_no_value_breaks_anything(path, value):
    """Whatever a browser sends is either saved or refused as a fact."""
    try:
        saved = answering.with_answer(Answers(), path, value)
    except InvalidInput:
        return
    assert isinstance(saved, Answers)


@given(st.dictionaries(st.sampled_from(["order_no", "goods", "promise"]), st.text(max_size=20), max_size=3))
def test_what_was_saved_is_read_back(facts):
    answers = Answers()
    for key, value in facts.items():
        answers = answering.with_answer(answers, f"facts.{key}", value)
    for key, value in facts.items():
        assert answering.value_at(answers, f"facts.{key}") == value
