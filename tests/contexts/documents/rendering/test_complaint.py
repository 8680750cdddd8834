"""The complaint that writes itself. CPL arts. 122-124."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contexts.documents.rendering.papers import COURT, MADE_AT

from tianping.contexts.documents.rendering import complaint, pages
from tianping.contexts.documents.rendering.complaint import (
    Agent,
    Answers,
    ClaimAnswer,
    Edit,
    EventAnswer,
    EvidenceAnswer,
    Organisation,
    Part,
    Person,
    Sentence,
    UnknownParty,
    apply_edits,
    as_paper,
    compose,
    digest,
)
from tianping.contexts.documents.rendering.complaint.phrases import fill
from tianping.contexts.documents.rendering.complaint.sentences import NotEditable
from tianping.contexts.documents.rendering.complaint.stories import DERIVED, STORIES
from tianping.contexts.documents.rendering.press import Press
from tianping.kit.money import Money
from tianping.law.lawbook import load

LAW = load()

SALE_FACTS: dict[str, Any] = {
    "platform": "“集市”平台",
    "shop": "云岫数码旗舰店",
    "order_no": "20260115-88341207",
    "order_time": "2026-01-15T12:31:00Z",
    "goods": "降噪耳机一副",
    "price_paid": "1299.00",
    "delivery": "2026年1月18日在北京市海淀区收到。",
    "defect_kind": "counterfeit",
    "defect_facts": "机身序列号经官方查询不存在。",
    "discover_time": "2026-01-20",
    "purpose": "consumption",
    "contact": "商家以批次不同为由拒绝退款",
    "self_operated": False,
}


def sale(**changes: Any) -> Answers:
    given = {
        "case_type": "ecom_sale",
        "cause": "信息网络买卖合同纠纷",
        "plaintiffs": [
            Person(name="林晓月", sex="女", born_on=date(1993, 6, 18), agents=[Agent(name="陈思远", powers=["和解"])])
        ],
        "defendants": [
            Organisation(name="杭州云岫贸易有限公司", representative="周明", representative_office="总经理")
        ],
        "claims": [
            ClaimAnswer(id="costs"),
            ClaimAnswer(id="refund", amount=Money.parse("1299"), articles=["CC 577"]),
            ClaimAnswer(id="triple", amount=Money.parse("3897"), formula="1299元×3。", articles=["CP 55", "CC 577"]),
        ],
        "facts": SALE_FACTS,
        "evidence": [EvidenceAnswer(name="订单截图", source="订单页", proves="合同成立")],
        **changes,
    }
    return Answers(**given)


def texts(answers: Answers, part: Part) -> list[str]:
    return [s.text for s in compose(answers, LAW) if s.part is part]


def test_a_sale_is_told_in_order_of_time_with_its_sources() -> None:
    facts = [s for s in compose(sale(), LAW) if s.part is Part.FACTS]
    assert facts[0].text == (
        "2026年1月15日20时31分，原告在“集市”平台向云岫数码旗舰店购买降噪耳机一副，订单号为20260115-88341207，实付价款1299元。"
    )
    assert set(facts[0].sources) == {
        f"facts.{key}" for key in ("order_time", "platform", "shop", "goods", "order_no", "price_paid")
    }
    assert facts[3].text == "2026年1月20日，原告发现商品系假冒，具体情况是：机身序列号经官方查询不存在。"
    assert not any("自营" in s.text for s in facts)


def test_claims_are_in_order_with_the_costs_last() -> None:
    assert texts(sale(), Part.CLAIMS) == [
        "判令被告退还原告货款1299元。",
        "判令被告增加赔偿原告3897元（计算方式：1299元×3）。",
        "判令本案诉讼费用由被告承担。",
    ]


def test_the_ground_names_each_statute_once_and_says_where_it_came_from() -> None:
    ground = compose(sale(), LAW)[-1]
    assert (
        "根据《中华人民共和国民法典》第五百七十七条，《中华人民共和国消费者权益保护法》第五十五条等规定" in ground.text
    )
    assert ground.sources == ["claims.1", "claims.2", "case_type"]


def test_parties_follow_the_form() -> None:
    assert texts(sale(), Part.PARTIES) == [
        "原告：林晓月，女，1993年6月18日出生。",
        "委托诉讼代理人：陈思远（特别授权：和解）。",
        "被告：杭州云岫贸易有限公司。",
        "法定代表人或负责人：周明，总经理。",
    ]


def test_an_unknown_defendant_is_described_by_what_is_known() -> None:
    unknown = UnknownParty(label="好物小店", platform="集市", known="店铺首页客服电话400-000-0001。")
    answers = sale(defendants=[*sale().defendants, unknown], claims=[ClaimAnswer(id="loss", against=[1])])
    assert (
        "集市平台“好物小店”的经营者或使用者，真实身份尚待查明，已知信息：店铺首页客服电话400-000-0001。"
        in texts(answers, Part.PARTIES)[-1]
    )
    assert texts(answers, Part.CLAIMS) == ["判令被告“好物小店”经营者或使用者赔偿原告损失。"]


def test_third_parties_are_named_and_asked_for_on_their_ground() -> None:
    """CPL art. 59: with a claim of its own, or interested in the outcome; JI art. 222."""
    carrier = Organisation(name="快运公司", standing="interested", interest="商品由其保管和运输。")
    owner = Person(name="赵敏", standing="independent")
    told = compose(sale(third_parties=[carrier, owner]), LAW)
    assert [s.text for s in told if s.part is Part.PARTIES][-2:] == ["第三人：快运公司。", "第三人：赵敏。"]
    asked = {s.id: s for s in told if s.id.startswith("grounds.third_parties")}
    assert asked["grounds.third_parties.0"].text == (
        "本案处理结果同第三人快运公司有法律上的利害关系（商品由其保管和运输），申请通知其参加诉讼。"
    )
    assert asked["grounds.third_parties.0"].sources == ["third_parties.0.independent_claim", "third_parties.0.interest"]
    assert "主张独立的请求权，申请" in asked["grounds.third_parties.1"].text
    assert told[-1].id == "grounds.law"


def test_events_stand_in_order_of_time_and_reasons_in_the_ground() -> None:
    answers = sale(
        case_type="other",
        facts={},
        events=[EventAnswer(on=date(2026, 2, 1), text="后事。"), EventAnswer(on=date(2026, 1, 1), text="前事")],
        reasons="被告应当负责",
    )
    told = [s for s in compose(answers, LAW) if s.part is Part.FACTS]
    assert [(s.text, s.sources) for s in told] == [
        ("2026年1月1日，前事。", ["events.1"]),
        ("2026年2月1日，后事。", ["events.0"]),
    ]
    assert "被告应当负责。" in texts(answers, Part.GROUNDS)


@pytest.mark.parametrize("case_type", [*STORIES, "other"])
def test_without_answers_nothing_is_invented(case_type: str) -> None:
    answers = sale(case_type=case_type, facts={}, claims=[], events=[])
    assert texts(answers, Part.FACTS) == []
    assert all("{" not in s.text and "None" not in s.text for s in compose(answers, LAW))


@pytest.mark.parametrize("case_type", list(STORIES))
def test_every_place_of_a_story_is_an_element_of_its_case_type(case_type: str) -> None:
    import re

    known = {element.key for element in LAW.case_types[case_type].fields}
    story = STORIES[case_type]
    for telling in [t for paragraph in (*story.paragraphs, story.view) for t in paragraph]:
        keys = {DERIVED.get(key, key) for key in re.findall(r"\{(\w+)", telling.phrase)}
        keys |= {telling.when[0]} if telling.when else set()
        assert keys <= known, telling.name


@pytest.mark.parametrize("case_type", list(STORIES))
def test_words_are_of_options_that_the_lawbook_knows(case_type: str) -> None:
    options = {field.key: {o.id for o in field.options} for field in LAW.case_types[case_type].fields}
    for key, words in STORIES[case_type].words.items():
        assert set(words) - {""} <= options[DERIVED.get(key, key)]
        assert key not in DERIVED or {"", "other"} & set(words)


@pytest.mark.parametrize("case_type", list(STORIES))
def test_every_claim_of_the_lawbook_has_words_of_its_own(case_type: str) -> None:
    for kind in LAW.case_types[case_type].claims:
        (text,) = texts(sale(case_type=case_type, claims=[ClaimAnswer(id=kind.id)]), Part.CLAIMS)
        assert "依法承担民事责任" not in text


def test_options_may_be_given_by_name_and_references_are_named() -> None:
    named = sale(facts={**SALE_FACTS, "defect_kind": "假冒", "shop": "defendants.0", "return_state": "refused"})
    told = "".join(texts(named, Part.FACTS))
    assert "商品系假冒" in told
    assert "向杭州云岫贸易有限公司购买" in told
    assert "退货情况为：商家拒收" in told


def test_ids_are_unique_and_steady() -> None:
    before = compose(sale(), LAW)
    assert len({s.id for s in before}) == len(before)
    after = compose(sale(facts={**SALE_FACTS, "goods": "音箱一台"}), LAW)
    assert [s.id for s in before] == [s.id for s in after]


def test_an_edit_keeps_where_the_sentence_came_from() -> None:
    sentences = compose(sale(), LAW)
    target = next(s for s in sentences if s.id == "facts.contact")
    edited = apply_edits(sentences, [Edit(id=target.id, text="我的话。", replaces=target.text)])
    changed = next(s for s in edited.sentences if s.id == target.id)
    assert (changed.text, changed.original, changed.edited, changed.stale) == ("我的话。", target.text, True, False)
    assert changed.sources == target.sources
    assert digest(edited.sentences) != digest(sentences)


def test_an_edit_goes_stale_when_the_answer_changes_and_is_never_lost() -> None:
    old = next(s for s in compose(sale(), LAW) if s.id == "facts.contact")
    edit = Edit(id=old.id, text="我的话。", replaces=old.text)
    changed = apply_edits(compose(sale(facts={**SALE_FACTS, "contact": "平台介入"}), LAW), [edit])
    assert next(s for s in changed.sentences if s.id == old.id).stale
    without = {key: value for key, value in SALE_FACTS.items() if key != "contact"}
    assert apply_edits(compose(sale(facts=without), LAW), [edit]).orphans == [edit]


def test_parties_are_not_edited_in_the_text() -> None:
    with pytest.raises(NotEditable):
        apply_edits(compose(sale(), LAW), [Edit(id="plaintiffs.0.0", text="原告：别人。", replaces="")])


def test_an_edit_to_nothing_removes_the_sentence_from_the_paper() -> None:
    sentences = compose(sale(), LAW)
    edited = apply_edits(sentences, [Edit(id="facts.purpose", text="", replaces="")])
    assert "生活消费" in "".join(complaint.sentences.paragraphs(sentences, Part.FACTS))
    assert "生活消费" not in "".join(complaint.sentences.paragraphs(edited.sentences, Part.FACTS))


def test_prints(press: Press) -> None:
    answers = sale()
    paper = as_paper(answers, compose(answers, LAW), court=COURT, made_at=MADE_AT)
    text = pages.text(press.print_now(paper)).replace("\r\n", "")
    assert "判令被告退还原告货款1299元" in text
    assert "附：1．起诉状副本1份" in text.replace("本起诉状", "起诉状")
    empty = Answers(case_type="ecom_sale", cause="", plaintiffs=[], defendants=[])
    assert press.print_now(as_paper(empty, compose(empty, LAW), court=COURT, made_at=MADE_AT))


@given(
    facts=st.dictionaries(
        st.sampled_from(sorted({k for kind in LAW.case_types.values() for k in (e.key for e in kind.fields)})),
        st.none() | st.booleans() | st.text(max_size=20) | st.integers() | st.lists(st.text(max_size=5), max_size=3)
        | st.dictionaries(st.sampled_from(["name", "x"]), st.text(max_size=5)),
        max_size=12,
    ),
    case_type=st.sampled_from([*STORIES, "other"]),
)  # fmt: skip
def test_any_answers_compose(facts: dict[str, Any], case_type: str) -> None:
    for sentence in compose(sale(case_type=case_type, facts=facts), LAW):
        assert isinstance(sentence, Sentence)
        assert sentence.text
        assert sentence.sources


@pytest.mark.parametrize(
    ("phrase", "facts", "expected"),
    [
        ("{a}[，{b}]。", {"a": "甲。", "b": None}, ("甲。", ["a"])),
        ("{a}[，{b}与{c}]。", {"a": "甲", "b": "乙"}, ("甲。", ["a"])),
        ("[{b}，]{a}。", {"b": "乙"}, None),
        ("{a:money}元", {"a": "12.50"}, ("12.50元", ["a"])),
        ("{a:money}元", {"a": "十二"}, None),
        ("{a:day}", {"a": "2026-01-31T18:00:00Z"}, ("2026年2月1日", ["a"])),
        ("{a:minute}", {"a": "2026-01-31"}, ("2026年1月31日", ["a"])),
        ("{a}", {"a": "{b}[c]", "b": "no"}, ("{b}[c]", ["a"])),
        ("{a}", {"a": ["一", "二。"]}, ("一；二", ["a"])),
    ],
)
def test_places(phrase: str, facts: dict[str, Any], expected: object) -> None:
    assert fill(phrase, facts) == expected
