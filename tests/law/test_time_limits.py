"""Time limits. CPL 85; Interpretation 125; Civil Code 202."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.kit.clock import COURT_ZONE
from tianping.law.dated import LawNotInForce
from tianping.law.lawbook import load
from tianping.law.time_limits import Length, VariantNeeded, add_months, deadline, deadline_after, warning_day

LAW = load()
PACK = json.loads((Path(__file__).parent / "examples" / "calendar_examples.json").read_text("utf-8"))["examples"]
days = st.dates(date(2018, 1, 1), date(2060, 12, 31))
lengths = st.builds(Length, st.integers(1, 90), st.sampled_from(["day", "working_day", "month"]))


def ends(topic: str, event: str, **options) -> str:
    return str(deadline(topic, date.fromisoformat(event), LAW.calendar, LAW, **options).deadline)


@pytest.mark.parametrize("example", PACK, ids=lambda e: e["case"])
def test_every_example_of_the_data_pack(example):
    found = deadline_after(Length.parse(example["length"]), date.fromisoformat(example["event"]), LAW.calendar, LAW)
    assert str(found.deadline) == example["deadline"]
    assert found.calendar == "official"
    if "raw_end" in example:
        assert str(found.raw_end) == example["raw_end"]
        assert found.rolled == example["rolled"]


@pytest.mark.parametrize(
    ("topic", "event", "expected"),
    [
        ("answer", "2026-03-06", "2026-03-23"),  # CPL 128
        ("appeal_judgment", "2026-09-05", "2026-09-20"),  # CPL 171, a swapped working Sunday
        ("fee_payment", "2026-02-09", "2026-02-24"),  # FM 22
        ("trial_ordinary", "2026-01-31", "2026-07-31"),  # CPL 152
        ("trial_ordinary", "2026-04-03", "2026-10-03"),  # inside the National Day holiday: not moved
        ("trial_simplified", "2025-11-30", "2026-02-28"),  # CPL 164; CC 202
        ("filing_review", "2026-03-02", "2026-03-09"),  # CPL 126
        ("med_accept", "2026-04-29", "2026-05-07"),  # OMR 12
        ("retrial_apply", "2026-03-15", "2026-09-15"),  # CPL 216
        ("enf_apply", "2024-02-29", "2026-02-28"),  # CPL 250; CC 202; a swapped working Saturday
        ("limitation", "2024-03-05", "2027-03-05"),  # CC 188
        ("hearing_notice", "2026-03-12", "2026-03-09"),  # CPL 139, counted back
        ("hearing_notice", "2026-02-25", "2026-02-14"),  # back over the Spring Festival
    ],
)
def test_topics(topic, event, expected):
    assert ends(topic, event) == expected


def test_a_party_abroad_has_longer():
    """CPL 285, 286, 283."""
    assert ends("answer", "2026-03-02", abroad=True) == "2026-04-01"
    assert ends("appeal_judgment", "2026-09-04", abroad=True) == "2026-10-08"
    assert ends("announcement_service", "2026-03-02", abroad=True) == "2026-05-06"


def test_the_law_of_the_day_is_cited():
    """The 2021 text until the end of 2023, the 2023 text since."""
    old = deadline("enf_apply", date(2023, 5, 4), LAW.calendar, LAW)
    new = deadline("enf_apply", date(2024, 5, 6), LAW.calendar, LAW)
    assert old.articles[0].cite == "CPL21 246"
    assert new.articles[0].cite == "CPL 250"
    with pytest.raises(LawNotInForce):
        deadline("answer", date(2021, 12, 31), LAW.calendar, LAW)


def test_hours_run_from_the_next_hour():
    """JI 125."""
    event = datetime(2026, 3, 2, 10, 30, tzinfo=COURT_ZONE)
    assert deadline("pres_urgent", event, LAW.calendar, LAW).deadline == datetime(2026, 3, 4, 11, tzinfo=COURT_ZONE)


def test_several_lengths_need_a_choice():
    """JI 485."""
    with pytest.raises(VariantNeeded) as needed:
        ends("freeze_term", "2026-03-02")
    assert needed.value.choices == ("bank", "movable", "realty_other")
    assert ends("freeze_term", "2026-03-02", variant="movable") == "2028-03-02"


@pytest.mark.parametrize("topic", LAW.limits.ids())
def test_every_topic_answers_in_both_languages(topic):
    limit = LAW.limits.at(topic, date(2026, 3, 2))
    variant = limit.variants[0].id if limit.variants else None
    found = deadline(topic, date(2026, 3, 2), LAW.calendar, LAW, variant=variant)
    assert found.counted.zh
    assert found.counted.en
    assert found.articles
    assert (found.deadline is None) == (limit.rule is not None)


@given(days, lengths)
def test_a_deadline_is_never_a_rest_day(event, length):
    """CPL 85 para. 3."""
    found = deadline_after(length, event, LAW.calendar, LAW)
    assert not LAW.calendar.is_rest_day(found.deadline)
    assert found.deadline >= found.raw_end > event
    assert found.rolled == (found.deadline != found.raw_end)
    between = found.raw_end
    while between < found.deadline:
        assert LAW.calendar.is_rest_day(between)
        between += timedelta(days=1)


@given(st.sampled_from(LAW.limits.ids()), st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_a_topic_that_moves_never_ends_on_a_rest_day(topic, event):
    limit = LAW.limits.at(topic, event)
    if limit.value is None or not limit.roll:
        return
    assert not LAW.calendar.is_rest_day(deadline(topic, event, LAW.calendar, LAW).deadline)


@given(days, st.integers(1, 120))
def test_months_end_on_the_same_day_or_the_last(event, months):
    """CC 202."""
    found = add_months(event, months)
    assert (found.year * 12 + found.month) - (event.year * 12 + event.month) == months
    last_of_month = (found + timedelta(days=1)).day == 1
    assert found.day == event.day or (last_of_month and found.day < event.day)


@given(days, lengths)
def test_a_later_event_never_ends_earlier(event, length):
    first = deadline_after(length, event, LAW.calendar, LAW).deadline
    second = deadline_after(length, event + timedelta(days=1), LAW.calendar, LAW).deadline
    assert first <= second


@pytest.mark.parametrize("text", ["15", "day", "0 day", "-1 day", "1.5 day", "15 weeks", "15  day", "99999 year", ""])
def test_what_is_no_length(text):
    with pytest.raises(ValueError, match="not a length"):
        Length.parse(text)


def test_the_court_warns_itself_before_the_earlier_end():
    found = deadline("trial_ordinary", date(2026, 4, 3), LAW.calendar, LAW)
    assert warning_day(found, LAW.calendar) == date(2026, 9, 23)
    assert warning_day(deadline("eservice", date(2026, 4, 3), LAW.calendar, LAW), LAW.calendar) is None
