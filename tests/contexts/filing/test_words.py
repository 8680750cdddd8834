"""How filing calls things: whom a finding is about, and labels in sentence case."""

import re
from datetime import date

import pytest

from tianping.contexts.filing.model import Agent, Answers, ClaimAnswer, EventAnswer, Exhibit, Party
from tianping.contexts.filing.rules import catalogue, claims, completeness, states, words
from tianping.kit.problems import Text
from tianping.law.lawbook import load

LAW = load()
ON = date(2026, 3, 2)
TWO = Answers(
    case_type="ecom_sale",
    plaintiffs=[Party(name="李明")],
    agents=[Agent()],
    defendants=[Party(kind="organisation", name="甲公司", address="北京"), Party(kind="organisation", name="乙公司")],
    claims=[ClaimAnswer(kind="refund"), ClaimAnswer(kind="other")],
    events=[EventAnswer(on=date(2026, 5, 1), text="x")],
    evidence=[Exhibit(name="订单截图", proves="合同成立")],
)


def findings(answers: Answers) -> dict[str, completeness.Finding]:
    kind = LAW.case_types[answers.case_type or "general"]
    found, _ = completeness.check(answers, kind, claims.compute(kind, answers, LAW, ON), LAW, ON)
    return {finding.field: finding for finding in found}


@pytest.mark.parametrize(
    ("field", "zh", "en"),
    [
        ("defendants.1.address", "被告2：缺少住所地", "Defendant 2: registered address missing"),
        ("plaintiffs.0.sex", "原告：缺少性别", "Plaintiff: sex missing"),
        ("agents.0.kind", "代理人：请选择代理人的身份", "Agent: say what the agent acts as"),
        ("evidence.0.source", "证据1“订单截图”：缺少来源", "Exhibit 1 “订单截图”: source missing"),
        ("claims.1.text", "诉讼请求2：缺少请求内容", "Claim 2: what is claimed missing"),
        ("events.0.on", "时间经过1：发生日期不能晚于今天", "Event 1: the day lies in the future"),
        ("facts.order_no", "缺少：订单号", "Missing: order number"),
    ],
)
def test_a_finding_names_whom_it_is_about(field: str, zh: str, en: str) -> None:
    found = findings(TWO)[field]
    assert (found.message.zh, found.message.en) == (zh, en)
    assert found.short.en[0].isupper()
    assert "被告2" not in found.short.zh


def test_a_long_name_is_cut_and_a_place_that_is_gone_has_none() -> None:
    assert words.subject(Answers(evidence=[Exhibit(name="长" * 60)]), "evidence.0.name") == Text(
        f"证据1“{'长' * 20}…”", f"Exhibit 1 “{'长' * 20}…”"
    )
    assert words.subject(Answers(), "evidence.3.name") == Text("证据4", "Exhibit 4")
    assert words.subject(Answers(), "facts.order_no") is None


def test_english_labels_are_in_sentence_case() -> None:
    """Of every question, option, claim and state that people are shown."""
    shown = catalogue.catalogue(LAW, ON)
    labels = [link.label for link in (*shown.links, *shown.obstacles)]
    for kind in shown.case_types:
        labels += [kind.label, *(q.label for q in kind.questions), *(c.label for c in kind.claims), *kind.bring]
        labels += [option.label for question in kind.questions for option in question.options]
    labels += [*states.STATE_NAMES.values(), *(act.label for act in states.ACTS.values())]
    assert [label.en for label in labels if not re.match(r"[A-Z0-9“(]", label.en)] == []
