"""The quorum a member holds itself: whose word counts, and that the number given out on it is the recorded one."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.engines.ledger.cast import cast, verify

from tianping.engines.ledger.checkpoints import LIMIT, Checkpoint, Cosignature, Cosigned, median
from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.quorum import FROM_MIDNIGHT_MS, MOST_HEARD, Heard, day_is_certain
from tianping.kit.clock import court_day

PEOPLE = cast(nodes=4)
MEMBERS = PEOPLE.genesis.members
HERE = Checkpoint(PEOPLE.genesis.origin, 7, b"r" * 32, 12)
BLOCK = b"b" * 32
OWN = frozenset([MEMBERS[0].fingerprint])
MIDNIGHT = 1_900_000_800_000 // 86_400_000 * 86_400_000 - 8 * 3_600_000
"""The beginning of a day in Shanghai."""


def said(at, checkpoint=HERE, time=1000):
    member = MEMBERS[at]
    return sealing.read_extension(sealing.extension(checkpoint, member, time, PEOPLE.nodes[member.id].sign))


def heard(*tellers, checkpoint=HERE, block=BLOCK):
    made = Heard()
    for at in tellers:
        made.hear(12, block, MEMBERS[at].id, said(at, checkpoint))
    return made


def held(one, own=OWN, block=BLOCK):
    return one.quorum(HERE, block, MEMBERS, verify, own=own)


def test_three_of_four_with_our_own_are_a_quorum():
    found = held(heard(0, 1, 2))
    assert found is not None
    assert (found.power, found.total, found.checkpoint) == (3, 4, HERE)


@pytest.mark.parametrize("tellers", [(0, 1), (1, 2, 3), ()])
def test_too_few_or_without_our_own_are_none(tellers):
    assert held(heard(*tellers)) is None


def test_a_member_without_a_key_in_the_quorum_holds_none():
    assert held(heard(0, 1, 2, 3), own=frozenset()) is None


def test_another_root_another_block_or_another_height_does_not_count():
    false = msgspec.structs.replace(HERE, root=b"x" * 32)
    lying = heard(0, 1)
    lying.hear(12, BLOCK, MEMBERS[2].id, said(2, false))
    assert held(lying) is None
    lying.hear(12, BLOCK, MEMBERS[3].id, said(3))
    found = held(lying)
    assert found is not None
    assert MEMBERS[2].id not in {one.member for one in found.cosignatures}
    assert held(heard(0, 1, 2), block=b"o" * 32) is None
    other = heard(0, 1)
    other.hear(12, BLOCK, MEMBERS[2].id, said(2, msgspec.structs.replace(HERE, height=11)))
    assert held(other) is None


def test_who_says_two_things_of_one_block_counts_for_neither():
    made = heard(0, 1, 2)
    made.hear(12, BLOCK, MEMBERS[2].id, said(2, time=5000))
    made.hear(12, BLOCK, MEMBERS[2].id, said(2))
    assert held(made) is None


def test_saying_the_same_again_changes_nothing():
    made, again = heard(0, 1, 2), said(2)
    made.hear(12, BLOCK, MEMBERS[3].id, again)
    made.hear(12, BLOCK, MEMBERS[3].id, again)
    found = held(made)
    assert found is not None
    # Another's word under a member's name is no word of that member.
    assert {one.member for one in found.cosignatures} == {MEMBERS[at].id for at in (0, 1, 2)}


def test_what_is_decided_is_forgotten_and_what_is_held_is_bounded():
    made = heard(0, 1, 2)
    made.forget(11)
    assert held(made) is not None
    made.forget(12)
    assert held(made) is None
    word = said(1)
    for height in range(MOST_HEARD + 100):
        made.hear(20 + height, BLOCK, MEMBERS[1].id, word)
    assert made._count == MOST_HEARD
    made.forget(1 << 40)
    assert made._count == 0


def cosigned(clocks):
    """`clocks`: (member, power, time)."""
    total = sum(power for _, power, _ in clocks)
    lines = [Cosignature(name, b"", time, b"") for name, _, time in clocks]
    return Cosigned(HERE, lines, median([(time, power) for _, power, time in clocks]), total, total)


def day(time_ms) -> date:
    return court_day(datetime.fromtimestamp(time_ms / 1000, UTC))


@pytest.mark.parametrize(
    ("times", "certain"),
    [
        ((MIDNIGHT + 3_600_000,) * 3, True),
        ((MIDNIGHT - 3_600_000, MIDNIGHT - 3_000_000, MIDNIGHT - 3_000_001), True),
        ((MIDNIGHT - 3_600_000, MIDNIGHT + 3_600_000, MIDNIGHT + 3_600_000), False),
        ((MIDNIGHT - 1, MIDNIGHT - 1, MIDNIGHT), False),
        ((MIDNIGHT - FROM_MIDNIGHT_MS,) * 3, False),
        ((MIDNIGHT - FROM_MIDNIGHT_MS - 1,) * 3, True),
        ((MIDNIGHT + FROM_MIDNIGHT_MS - 1,) * 3, False),
        ((MIDNIGHT + FROM_MIDNIGHT_MS,) * 3, True),
        ((MIDNIGHT + 3_600_000, MIDNIGHT + 3_600_000, LIMIT - 1), False),
        ((0, MIDNIGHT + 3_600_000), False),
        ((), False),
    ],
)
def test_a_day_is_certain_where_all_clocks_lie_on_it_well_away_from_midnight(times, certain):
    made = cosigned([(f"m{at}", 1, time) for at, time in enumerate(times)])
    assert day_is_certain(made) is certain


@st.composite
def two_quorums(draw):
    """Powers, and two sets of more than two thirds of them."""
    powers = draw(st.lists(st.integers(1, 9), min_size=1, max_size=8))

    def quorum():
        order = draw(st.permutations(range(len(powers))))
        kept: list[int] = []
        for at in order:
            kept.append(at)
            if sum(powers[one] for one in kept) * 3 > sum(powers) * 2 and not draw(st.booleans()):
                break
        return kept

    return powers, quorum(), quorum()


NEAR = st.integers(MIDNIGHT - 3_600_000, MIDNIGHT + 3_600_000)


@given(two_quorums(), st.data())
def test_where_the_day_is_certain_the_recorded_median_falls_on_it(quorums, data):
    """Whoever is in both has one clock; all others of the recorded quorum say what they like."""
    powers, early, recorded = quorums
    side = data.draw(st.sampled_from((-1, 1)))
    clocks = {at: MIDNIGHT + side * data.draw(st.integers(FROM_MIDNIGHT_MS + 1, 7_200_000)) for at in early}
    known = cosigned([(f"m{at}", powers[at], clocks[at]) for at in early])
    assert day_is_certain(known)
    later = [(f"m{at}", powers[at], clocks[at] if at in clocks else data.draw(NEAR)) for at in recorded]
    assert day(cosigned(later).time) == day(known.time)


@given(two_quorums(), st.data())
def test_liars_who_tell_the_proposer_another_clock_do_not_move_the_day(quorums, data):
    """Less than a third lie; the honest clocks are no further apart than the distance to midnight."""
    powers, early, recorded = quorums
    liars: set[int] = set()
    for at in data.draw(st.permutations(range(len(powers)))):
        if (sum(powers[one] for one in liars) + powers[at]) * 3 < sum(powers):
            liars.add(at)
    at_once = data.draw(NEAR)
    honest = {at: at_once + data.draw(st.integers(0, FROM_MIDNIGHT_MS - 1)) for at in range(len(powers))}
    told = {at: data.draw(NEAR) if at in liars else honest[at] for at in early}
    known = cosigned([(f"m{at}", powers[at], told[at]) for at in early])
    assume(day_is_certain(known))
    later = [(f"m{at}", powers[at], data.draw(NEAR) if at in liars else honest[at]) for at in recorded]
    assert day(cosigned(later).time) == day(known.time)
