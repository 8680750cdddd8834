"""Completeness, sums, clocks, likeness, and what the complaint is written from. CPL arts. 122, 124; JI art. 209."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contexts.filing.conftest import COMPLETE
from tests.contexts.filing.test_answering import with_answer

from tianping.contexts.documents.actions.compose import Writing, complaint_paper, composed
from tianping.contexts.documents.rendering.model import Court
from tianping.contexts.filing.adapters.directory_file import NoDirectory
from tianping.contexts.filing.model import Answers, ClaimAnswer, Filing, Head, Party, Signature, State
from tianping.contexts.filing.rules import claims, clocks, completeness, likeness
from tianping.contexts.filing.rules.complaint import content
from tianping.kit.ids import FilingId, PersonId, new_id
from tianping.kit.money import Money
from tianping.law.lawbook import load

LAW = load()
DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def complete() -> Answers:
    answers = Answers(
        case_type="ecom_sale",
        plaintiffs=[Party(name="李明", telephone="13800000001", address="四川省成都市武侯区人民南路四段1号")],
    )
    for path, value in COMPLETE.items():
        answers = with_answer(answers, path, value)
    return answers


def checked(answers: Answers, on: date = DAY) -> tuple[list[completeness.Finding], completeness.Progress]:
    kind = LAW.case_types.get(answers.case_type or "")
    return completeness.check(answers, kind, claims.compute(kind, answers, LAW, on), LAW, on)


def blocking(answers: Answers) -> set[str]:
    return {finding.field for finding in checked(answers)[0] if finding.blocking}


def filing_of(answers: Answers) -> Filing:
    person = PersonId(new_id())
    head = Head(
        id=FilingId(new_id()), state=State.DRAFT, filer=person, created_at=NOON, changed_at=NOON, expires_at=NOON
    )  # fmt: skip
    made = Signature(name="李明", image=b"\x89PNG", signed_at=NOON, signed_by=person, digest="a" * 64, revision=0)
    return Filing(head=head, answers=answers, signature=made)


def test_the_complete_is_complete():
    findings, progress = checked(complete())
    assert [f.field for f in findings] == ["evidence"]
    assert progress.required == progress.given


@pytest.mark.parametrize("path", [p for p in COMPLETE if p.startswith("plaintiffs")] + ["defendants", "claims"])
def test_what_is_taken_away_is_missed(path):
    """CPL art. 124: what a complaint must state. Ethnicity alone may be left out."""
    missed = blocking(with_answer(complete(), path, None))
    assert bool(missed) is (path != "plaintiffs.0.ethnicity")


@pytest.mark.parametrize("key", sorted(COMPLETE["facts"]))
def test_every_required_element_is_missed(key):
    assert f"facts.{key}" in blocking(with_answer(complete(), f"facts.{key}", None))


@pytest.mark.parametrize(
    ("party", "fields"),
    [
        ({"kind": "person", "name": "王五"}, {"defendants.0.address"}),
        ({"kind": "person", "name": "王五", "telephone": "1"}, set()),
        ({"kind": "organisation", "name": "某公司"}, {"defendants.0.address"}),
        ({"kind": "unknown", "label": "夜半听雨", "platform": "闪聊", "known": "头像为月亮"}, set()),
        ({"kind": "unknown", "label": "夜半听雨"}, {"defendants.0.platform", "defendants.0.known"}),
    ],
)
def test_a_defendant_must_be_told_from_others(party, fields):
    """JI art. 209; an unknown one may be sued with what is known."""
    assert blocking(with_answer(complete(), "defendants", [party])) == fields


def test_an_event_is_not_in_the_future():
    late = with_answer(complete(), "events", [{"on": "2026-03-03", "text": "x"}])
    assert blocking(late) == {"events.0.on"}


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal(999999), places=2))
def test_treble_compensation_has_a_floor_and_never_falls(price):
    """CP art. 55: three times the price, at least 500 yuan; a higher price never gives less."""
    kind = LAW.case_types["ecom_sale"]

    def triple(amount: Decimal) -> Money:
        answers = Answers(facts={"price_paid": f"{amount:.2f}"}, claims=[ClaimAnswer(kind="triple")])
        found = claims.compute(kind, answers, LAW, DAY)[0].computed
        assert found is not None
        return found

    assert triple(price) == max(Money(price * 3), Money(Decimal(500)))
    assert triple(price) <= triple(price + 1)


@given(st.lists(st.decimals(min_value=0, max_value=100000, places=2), max_size=6))
def test_the_total_is_the_sum_without_costs(sums):
    """JI art. 201."""
    answers = Answers(claims=[ClaimAnswer(kind="other", amount=Money(s)) for s in sums] + [ClaimAnswer(kind="costs")])
    found = claims.total(claims.compute(LAW.case_types["ecom_sale"], answers, LAW, DAY))
    assert found == (Money(sum(sums, Decimal(0))) if sums else None)


@pytest.mark.parametrize(
    ("kind", "cause", "amount", "act"),
    [
        ("ecom_sale", "信息网络买卖合同纠纷", "100", "property"),
        ("ecom_sale", "信息网络买卖合同纠纷", None, "other_non_property"),
        ("reputation", "名誉权纠纷", "100", "personality_rights"),
        ("general", "隐私权纠纷", None, "personality_rights"),
        ("dissemination", "侵害作品信息网络传播权纠纷", "100", "ip"),
        ("general", "网络不正当竞争纠纷", "100", "ip"),
    ],
)
def test_the_tariff_follows_the_cause(kind, cause, amount, act):
    """FM art. 13."""
    money = Money.parse(amount) if amount else None
    assert claims.fee_act(LAW.case_types[kind], cause, money, LAW, DAY) == act


@given(st.datetimes(min_value=datetime(2024, 2, 1), max_value=datetime(2026, 11, 30)))  # noqa: DTZ001
def test_the_review_ends_on_a_working_day_about_a_week_later(at):
    """CPL arts. 85, 126."""
    received = at.replace(tzinfo=UTC)
    end = clocks.last_day(clocks.review_clock(received, corrected=False, law=LAW, calendar=LAW.calendar))
    assert not LAW.calendar.is_rest_day(end)
    days = (end - clocks.court_day(received)).days
    assert 7 <= days <= 17


@pytest.mark.parametrize(
    ("shared", "same", "series"),
    [
        (["claimant"], False, False),
        (["plaintiff", "order"], False, False),
        (["claimant", "order"], True, False),
        (["defendant", "like", "amount"], False, True),
        (["amount", "defendant", "claimant"], True, False),
        (["defendant", "order"], False, False),
        ([], False, False),
    ],
)
def test_what_counts_as_the_same_and_as_a_series(shared, same, series):
    assert (likeness.same_facts(shared), likeness.in_series(shared)) == (same, series)


def test_prints_are_of_parties_object_and_sum():
    found = dict.fromkeys(likeness.prints(complete(), amount=Decimal(2392)))
    assert ("plaintiff", "李明") in found
    assert ("order", "202602140001") in found
    assert ("amount", "2392.00") in found
    assert ("like", "ecom_sale\0山野茶语旗舰店") in found


def test_a_namesake_is_not_the_same_plaintiff():
    """Recognised by number where there is one: nobody hears of the filing of somebody who only has the same name."""

    def plaintiff(number: str) -> set[tuple[str, str]]:
        answers = msgspec.structs.replace(complete(), plaintiffs=[Party(name="李明", identity_number=number)])
        return {p for p in likeness.prints(answers, amount=None) if p[0] == "claimant"}

    assert plaintiff("510107199003078235").isdisjoint(plaintiff("330106198505121029"))
    assert plaintiff("11010519491231002x") == plaintiff("11010519491231002X")


def test_the_complaint_is_written_by_the_documents_context():
    """The two contexts agree on the shape: every case type, complete or empty, gives sentences and a paper."""
    writing = Writing(LAW, Court(name="天平示范互联网法院", demo=True))
    written = composed(writing, content(filing_of(complete()), LAW, DAY))
    text = "".join(sentence.text for sentence in written.sentences)
    assert "李明" in text
    assert "1794" in text
    assert "北京山野茶语贸易有限公司" in text
    assert "counterfeit" not in text
    assert all(sentence.sources for sentence in written.sentences)
    for kind in LAW.case_types:
        for answers in (Answers(case_type=kind), msgspec.structs.replace(complete(), case_type=kind)):
            given_content = content(filing_of(answers), LAW, DAY)
            assert composed(writing, given_content).digest
            assert complaint_paper(writing, given_content, made_at=NOON).parties


async def test_a_court_without_a_directory_finds_nothing():
    assert await NoDirectory().find("优选商城", "山野") == []
    assert await NoDirectory().platforms() == []
