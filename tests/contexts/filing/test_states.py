"""The table of states and acts. CPL arts. 122-127; ORL art. 9."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.contexts.filing.model import State
from tianping.contexts.filing.rules import states
from tianping.contexts.filing.rules.problems import ActNotPossible

ALLOWED = {
    ("answer", "draft"): "draft",
    ("answer", "correction_requested"): "correction_requested",
    ("sign", "draft"): "draft",
    ("sign", "correction_requested"): "correction_requested",
    ("submit", "draft"): "under_review",
    ("discard", "draft"): "discarded",
    ("restore", "discarded"): "draft",
    ("correct", "correction_requested"): "under_review",
    ("withdraw", "under_review"): "withdrawn",
    ("withdraw", "correction_requested"): "withdrawn",
    ("claim", "under_review"): "under_review",
    ("claim", "correction_requested"): "correction_requested",
    ("release", "under_review"): "under_review",
    ("release", "correction_requested"): "correction_requested",
    ("check-item", "under_review"): "under_review",
    ("accept", "under_review"): "accepted",
    ("request-correction", "under_review"): "correction_requested",
    ("extend-correction", "correction_requested"): "correction_requested",
    ("lapse", "correction_requested"): "returned",
    ("late", "under_review"): "under_review",
    ("return", "under_review"): "returned",
    ("return", "correction_requested"): "returned",
    ("refuse", "under_review"): "refused",
    ("refuse", "correction_requested"): "refused",
    **{("file-again", end): end for end in ("returned", "refused", "withdrawn", "accepted")},
}
ENDS = {State.ACCEPTED, State.RETURNED, State.REFUSED, State.WITHDRAWN}
EVERY = [(act, state) for act in states.ACTS for state in State]


@pytest.mark.parametrize(("act", "state"), EVERY, ids=lambda v: str(v))
def test_every_act_from_every_state(act, state):
    """What is not in the table is refused, and the refusal says so in both languages."""
    expected = ALLOWED.get((act, state.value))
    assert states.possible(act, state) == (expected is not None)
    if expected is None:
        with pytest.raises(ActNotPossible) as refused:
            states.after(act, state)
        assert states.STATE_NAMES[state].zh in refused.value.explanation.zh
        assert refused.value.values["act"] == act
    else:
        assert states.after(act, state) == expected


@given(st.lists(st.sampled_from(sorted(states.ACTS)), max_size=30))
def test_no_way_leads_back_out_of_an_end(acts):
    """Accepted, returned, refused and withdrawn are final; what was submitted is never a draft again. Filing again begins
    another filing and leaves this one as it is."""
    state, submitted = State.DRAFT, False
    for act in acts:
        if not states.possible(act, state):
            continue
        before, state = state, states.after(act, state)
        submitted = submitted or act == "submit"
        assert before not in ENDS or (act == "file-again" and state == before)
        assert not (submitted and state in {State.DRAFT, State.DISCARDED})


def test_every_state_has_a_name_and_every_outcome_an_article():
    assert set(states.STATE_NAMES) == set(State)
    for act in states.ACTS.values():
        if act.ends in {State.ACCEPTED, State.RETURNED, State.REFUSED, State.CORRECTION_REQUESTED, State.WITHDRAWN}:
            assert act.articles, act.name


def test_only_a_judge_refuses():
    assert [act.name for act in states.acts_of(["judge"])] == ["refuse"]
