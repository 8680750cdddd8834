"""The draw: recomputable, uniform by weight, never an excluded judge. CPL arts. 40, 47."""

from datetime import date
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianping.contexts.cases.model import Candidate, DrawInput
from tianping.contexts.cases.rules import draw
from tianping.contexts.cases.rules.problems import TooFewJudges
from tianping.interfaces.identity import Role, StaffMember
from tianping.kit.digests import sm3
from tianping.kit.ids import PersonId

DAY = date(2026, 3, 2)


def judge(number: int, *, subjects: list[str], load: str = "1.0", leave: list[tuple[date, date]] | None = None):
    return StaffMember(
        PersonId(UUID(int=number)), f"审判员{number}", [Role.JUDGE], "first", subjects, load, leave or []
    )


def an_input(candidates: list[Candidate], *, seats: int = 1, commitment: int = 1) -> str:
    given_ = DrawInput(1, "（2026）京0499民初1号", 1, sm3(b"complaint"), commitment, seats, candidates, [])
    return draw.input_text(given_)


def candidate(number: int, load: int = 1000, cases: int = 0) -> Candidate:
    return Candidate(draw.pseudonym(UUID(int=number)), "listed", load, cases, draw.weight(load, cases))


@pytest.mark.parametrize(
    ("member", "declared", "reason"),
    [
        (judge(1, subjects=["loan"]), {}, "subject"),
        (judge(1, subjects=["online_shopping"], leave=[(DAY, DAY)]), {}, "leave"),
        (judge(1, subjects=["online_shopping"]), {UUID(int=1): "kinship"}, "kinship"),
        (judge(1, subjects=["online_shopping"]), {UUID(int=1): "recusal"}, "recusal"),
        (judge(1, subjects=["online_shopping"], load="0"), {}, "no_share"),
        (judge(1, subjects=["online_shopping"]), {}, None),
        (judge(1, subjects=[]), {}, None),
        (judge(1, subjects=["online_shopping"], leave=[(date(2026, 1, 1), date(2026, 3, 1))]), {}, None),
    ],
)
def test_who_can_be_drawn_and_why_not(member, declared, reason):
    candidates, excluded = draw.pool(
        [member], subjects=frozenset({"online_shopping"}), on=DAY, open_cases={}, declared=declared
    )
    assert [e.reason for e in excluded] == ([reason] if reason else [])
    assert len(candidates) == (0 if reason else 1)


@pytest.mark.parametrize(
    ("share", "cases", "expected"), [(1000, 0, 1_000_000), (1000, 20, 500_000), (500, 0, 500_000), (1, 10**9, 1)]
)
def test_a_share_falls_with_the_load(share, cases, expected):
    assert draw.weight(share, cases) == expected


def test_a_known_draw():
    """A fixed seed and input: a change of the algorithm would show here."""
    text = an_input([candidate(n) for n in range(1, 6)], seats=3)
    chosen, steps = draw.outcome(bytes(range(32)), text)
    assert chosen == [s.chosen for s in steps if s.chosen]
    assert sm3(text.encode()) == "749c83e0b6426e365fba9f350c5c14dd79ff36f9ff034ff2be2ddafa133f68fb"
    assert chosen == ["cb76d351f48523ee", "a4a250fa162f1ef4", "2fc974f9cb8a0834"]


def test_equal_weights_are_drawn_equally_often():
    """Chi-square with 4 degrees of freedom over 4,000 fixed seeds: 18.47 is exceeded once in a thousand."""
    candidates = [candidate(n) for n in range(1, 6)]
    text = an_input(candidates)
    counts = dict.fromkeys((c.id for c in candidates), 0)
    for number in range(4000):
        [name], _ = draw.outcome(number.to_bytes(32, "big"), text)
        counts[name] += 1
    assert sum((n - 800) ** 2 / 800 for n in counts.values()) < 18.47


def test_weights_are_respected():
    """One judge with an open load that leaves a third of the share of each of two others."""
    candidates = [candidate(1), candidate(2), candidate(3, cases=40)]
    text = an_input(candidates)
    total = sum(c.weight for c in candidates)
    counts = dict.fromkeys((c.id for c in candidates), 0)
    for number in range(3000):
        counts[draw.outcome(number.to_bytes(32, "big"), text)[0][0]] += 1
    expected = {c.id: 3000 * c.weight / total for c in candidates}
    assert sum((counts[i] - e) ** 2 / e for i, e in expected.items()) < 13.82


def test_three_seats_are_three_different_judges_each_as_often():
    candidates = [candidate(n) for n in range(1, 6)]
    text = an_input(candidates, seats=3)
    counts = dict.fromkeys((c.id for c in candidates), 0)
    for number in range(1500):
        chosen, _ = draw.outcome(number.to_bytes(32, "big"), text)
        assert len(set(chosen)) == 3
        for name in chosen:
            counts[name] += 1
    assert sum((n - 900) ** 2 / 900 for n in counts.values()) < 18.47


judges = st.lists(
    st.tuples(
        st.integers(1, 60),
        st.sampled_from([[], ["online_shopping"], ["loan"]]),
        st.sampled_from(["0", "0.5", "1.0"]),
        st.booleans(),
        st.sampled_from([None, "kinship", "recusal"]),
        st.integers(0, 300),
    ),
    unique_by=lambda j: j[0],
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(judges, st.binary(min_size=32, max_size=32), st.sampled_from([1, 3]))
def test_never_an_excluded_judge_and_always_the_same_again(rows, seed, seats):
    members = [
        judge(n, subjects=list(subjects), load=load, leave=[(DAY, DAY)] if away else None)
        for n, subjects, load, away, _, _ in rows
    ]
    declared = {UUID(int=n): why for n, _, _, _, why, _ in rows if why}
    loads = {UUID(int=n): cases for n, _, _, _, _, cases in rows}
    candidates, excluded = draw.pool(
        members, subjects=frozenset({"online_shopping"}), on=DAY, open_cases=loads, declared=declared
    )
    assert len(candidates) + len(excluded) == len(members)
    text = an_input(candidates, seats=seats)
    if len(candidates) < seats:
        with pytest.raises(TooFewJudges):
            draw.outcome(seed, text)
        return
    chosen, steps = draw.outcome(seed, text)
    assert not set(chosen) & {e.who for e in excluded}
    assert len(set(chosen)) == seats
    assert draw.outcome(seed, text) == (chosen, steps)
    assert draw.outcome(seed, an_input(candidates[::-1], seats=seats))[1][0].total == steps[0].total
    assert draw.input_text(msgspec.json.decode(text, type=DrawInput)) == text


def test_a_value_that_would_skew_the_draw_is_rejected(monkeypatch):
    """Rejection: a block in the last, incomplete multiple of the total is not used."""
    blocks = iter([b"\xff" * 32, bytes(32)])
    monkeypatch.setattr(draw, "keyed_sm3", lambda key, message: next(blocks))
    text = an_input([candidate(1), candidate(2), candidate(3)])
    chosen, steps = draw.outcome(bytes(32), text)
    assert (steps[0].value, steps[0].chosen) == (None, None)
    assert steps[1].value == 0
    assert chosen == [min(draw.pseudonym(UUID(int=n)) for n in (1, 2, 3))]
