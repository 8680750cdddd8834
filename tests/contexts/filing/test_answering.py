"""Saving answers at their paths, from two devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.filing.model import Answers, GivenAnswer, Party
from tianping.contexts.filing.rules import answering
from tianping.contexts.filing.rules.problems import AnswerEditedElsewhere, PathUnknown
from tianping.kit.money import Money
from tianping.kit.problems import InvalidInput


def with_answer(answers, path, value):
    return answering.with_answers(answers, [GivenAnswer(path=path, value=value, revision=0)])


def test_an_answer_lands_where_its_path_says():
    answers = with_answer(Answers(), "plaintiffs.0.name", "李明")
    assert answers.plaintiffs == [Party(name="李明")]
    answers = with_answer(answers, "facts.price_paid", "299.00")
    answers = with_answer(answers, "claims", [{"kind": "refund", "amount": "299"}])
    assert answers.claims[0].amount == Money.parse("299")
    assert answering.value_at(answers, "claims.0.amount") == "299.00"
    assert answering.value_at(answers, "facts.price_paid") == "299.00"
    answers = with_answer(answers, "plaintiffs.0", None)
    assert answers.plaintiffs == []
    assert with_answer(answers, "facts.price_paid", None).facts == {}


@pytest.mark.parametrize(
    "path", ["colour", "plaintiffs.2.name", "plaintiffs.x", "", "case_type.x", "facts.a.b.c.0.q.7"]
)
def test_a_path_that_is_none_is_refused_or_kept_inside_the_facts(path):
    if path.startswith("facts"):
        assert answering.value_at(with_answer(Answers(), path, "1"), path) == "1"
        return
    with pytest.raises((PathUnknown, InvalidInput)):
        with_answer(Answers(case_type="ecom_sale"), path, "x")


@pytest.mark.parametrize(
    ("path", "value"),
    [("claims.0.amount", "12.345"), ("claims.0.amount", 12.5), ("plaintiffs.0.kind", "ghost"),
     ("plaintiffs.0.colour", "red"), ("events.0", {"on": "2026-02-30", "text": "x"}), ("reasons", "x" * 5001)],
)  # fmt: skip
def test_a_value_of_the_wrong_form_names_its_field(path, value):
    base = with_answer(Answers(), "claims", [{"kind": "refund"}])
    with pytest.raises(InvalidInput) as refused:
        with_answer(base, path, value)
    assert refused.value.fields[0].field == path


def test_two_devices_on_one_answer_are_told_and_on_two_answers_are_merged():
    """Device A and B both read revision 3; A saved facts.goods as revision 4."""
    answers = Answers(facts={"goods": "茶叶两罐"})
    touched = {"facts.goods": 4}

    def save(*given):
        answers_given = [GivenAnswer(path=path, value=value, revision=revision) for path, value, revision in given]
        answering.check_not_touched(touched, answers, answers_given, revision=4)

    save(("facts.order_no", "1", 3), ("facts.goods", "茶叶两罐", 3))
    save(("facts.goods", "三罐", 4))
    with pytest.raises(AnswerEditedElsewhere) as told:
        save(("facts.order_no", "1", 3), ("facts.goods", "三罐", 3))
    assert told.value.values == {
        "revision": 4, "conflicts": [{"path": "facts.goods", "theirs": "茶叶两罐", "yours": "三罐"}]
    }  # fmt: skip


def test_answers_land_one_after_another_and_what_was_given_stays_as_it_was():
    """An answer may reach into the one before it, and positions count in what the ones before have left."""
    given = [
        GivenAnswer(path="plaintiffs", value=[{"name": "甲"}, {"name": "乙"}], revision=0),
        GivenAnswer(path="plaintiffs.0", value=None, revision=0),
        GivenAnswer(path="plaintiffs.0.sex", value="male", revision=0),
        GivenAnswer(path="plaintiffs.1", value={"name": "丙"}, revision=0),
    ]
    once = answering.with_answers(Answers(), given)
    assert once.plaintiffs == [Party(name="乙", sex="male"), Party(name="丙")]
    assert answering.with_answers(Answers(), given) == once
    assert given[0].value == [{"name": "甲"}, {"name": "乙"}]


def test_of_several_answers_the_one_of_the_wrong_form_is_named():
    given = [GivenAnswer(path=path, value=value, revision=0)
             for path, value in (("facts.goods", "茶"), ("plaintiffs.0.kind", "ghost"), ("reasons", 7))]  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        answering.with_answers(Answers(), given)
    assert refused.value.fields[0].field == "plaintiffs.0.kind"


@given(st.text(max_size=60), st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20),
                                       st.lists(st.text(max_size=5), max_size=3)))  # fmt: skip
def test_no_path_and_no_value_breaks_anything(path, value):
    """Whatever a browser sends is either saved or refused as a fact."""
    try:
        saved = with_answer(Answers(), path, value)
    except InvalidInput:
        return
    assert isinstance(saved, Answers)


@given(st.dictionaries(st.sampled_from(["order_no", "goods", "promise"]), st.text(max_size=20), max_size=3))
def test_what_was_saved_is_read_back(facts):
    answers = Answers()
    for key, value in facts.items():
        answers = with_answer(answers, f"facts.{key}", value)
    for key, value in facts.items():
        assert answering.value_at(answers, f"facts.{key}") == value
