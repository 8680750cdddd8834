"""Checkpoints and notes: quorum, time, and one text for one content."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.cast import HeldKey, cast, member_of, verify

from tianping.engines.ledger import checkpoints
from tianping.engines.ledger.checkpoints import Checkpoint, Cosigned, cosign, gather, median, read_note
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.digests import sm3

CAST = cast(nodes=4)
MEMBERS = CAST.genesis.members
AT = Checkpoint("court.test/works", 42, sm3(b"root"), 17)


def signed(*names: str, at: Checkpoint = AT, time: int = 1000) -> list[checkpoints.Cosignature]:
    by_id = {member.id: member for member in MEMBERS}
    return [cosign(at, by_id[name], time + 10 * number, CAST.nodes[name].sign) for number, name in enumerate(names)]


@pytest.mark.parametrize(
    ("names", "quorate"),
    [
        ([], False), (["court-a"], False), (["court-a", "court-b"], False), (["court-a", "court-b", "court-c"], True),
        (["court-a", "court-b", "court-c", "court-d"], True), (["court-a", "court-a", "court-a"], False),
    ],
)  # fmt: skip
def test_more_than_two_thirds(names: list[str], quorate: bool) -> None:
    found = gather(AT, signed(*names), MEMBERS, verify)
    assert (found.quorate, found.power, found.total) == (quorate, len(set(names)), 4)


def test_exactly_two_thirds_is_too_little() -> None:
    assert not Cosigned(AT, [], 0, 2, 3).quorate
    assert Cosigned(AT, [], 0, 3, 4).quorate
    assert not Cosigned(AT, [], 0, 0, 0).quorate


def test_only_right_signatures_of_members_count() -> None:
    a, b, c = signed("court-a", "court-b", "court-c")
    stranger = HeldKey("court-x")
    foreign = cosign(AT, member_of("court-x", stranger), 1000, stranger.sign)
    other_time = checkpoints.Cosignature(b.member, b.key, b.time + 1, b.signature)
    other_root = signed("court-c", at=Checkpoint(AT.origin, AT.size, sm3(b"other"), AT.height))[0]
    borrowed = checkpoints.Cosignature("court-b", a.key, a.time, a.signature)
    found = gather(AT, [foreign, other_time, other_root, borrowed, a], MEMBERS, verify)
    assert [one.member for one in found.cosignatures] == ["court-a"]
    # A wrong line takes nothing away from the right one beside it, before or after.
    for lines in ([other_time, a, b, c], [a, b, c, other_time], [a, other_time, b, c]):
        assert gather(AT, lines, MEMBERS, verify).power == 3


def test_members_without_power_do_not_count() -> None:
    watcher = HeldKey("watcher")
    second = member_of("watcher", watcher, power=0)
    one = cosign(AT, second, 1000, watcher.sign)
    found = gather(AT, [one], [*MEMBERS, second], verify)
    assert (found.cosignatures, found.total) == ([], 4)


@pytest.mark.parametrize(
    ("weighted", "time"),
    [
        ([], 0), ([(5, 1)], 5), ([(5, 1), (9, 1)], 5), ([(9, 1), (5, 1), (7, 1)], 7), ([(1, 1), (2, 1), (3, 1), (4, 1)], 2),
        ([(1, 3), (100, 1)], 1), ([(1, 1), (100, 3)], 100), ([(1, 2), (100, 2)], 1), ([(0, 1), (0, 1), (9, 1)], 0),
    ],
)  # fmt: skip
def test_median_by_power(weighted: list[tuple[int, int]], time: int) -> None:
    assert median(weighted) == time


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 9)), min_size=1), st.lists(st.integers(0, 1 << 50)))
def test_a_third_of_the_power_cannot_move_the_time_past_the_honest(
    honest: list[tuple[int, int]], lies: list[int]
) -> None:
    power = sum(weight for _, weight in honest)
    lying = [(time, 1) for time in lies[: (power - 1) // 2]]
    assert min(time for time, _ in honest) <= median([*honest, *lying]) <= max(time for time, _ in honest)


def test_notes_come_back() -> None:
    found = gather(AT, signed("court-a", "court-b", "court-c"), MEMBERS, verify)
    note = found.note()
    assert note.startswith(f"court.test/works\n42\n{base64.b64encode(AT.root).decode()}\nheight 17\n\n— court-a ")
    assert read_note(note) == (AT, found.cosignatures)
    assert read_note(AT.text() + "\n") == (AT, [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n42\n", "\n042\n"), ("\n42\n", "\n+42\n"), ("\n42\n", "\n 42\n"), ("\n42\n", "\n4_2\n"), ("\n42\n", "\n４２\n"),
        ("\n42\n", "\n-42\n"), ("\n42\n", f"\n{1 << 53}\n"), ("height ", "height  "), ("height ", "Height "),
        ("17\n", "17\r\n"), ("17\n\n", "17\n\n\n"), ("17\n\n", "17\n"), ("17\n", "17\nmore\n"), ("— ", "- "), ("— ", "—  "),
        (" court-a ", " court-a\u2028"), ("=\n", "\n"), ("\n— court-b", "\u2028— court-b"), ("\n— court-b", "\x0b— court-b"),
        ("court.test/works\n42", "42"),
    ],
)  # fmt: skip
def test_one_content_has_one_note(old: str, new: str) -> None:
    note = gather(AT, signed("court-a", "court-b", "court-c"), MEMBERS, verify).note()
    assert old in note
    with pytest.raises(Malformed):
        read_note(note.replace(old, new, 1))


def test_cut_notes_are_refused() -> None:
    note = gather(AT, signed("court-a", "court-b"), MEMBERS, verify).note()
    ends = {len(note), note.index("\n\n") + 2, note.index("\n— court-b") + 1}
    for end in range(len(note)):
        if end in ends:
            read_note(note[:end])
        else:
            with pytest.raises(Malformed):
                read_note(note[:end])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_changed_character_is_refused_or_counts_less(data: st.DataObject) -> None:
    whole = gather(AT, signed("court-a", "court-b", "court-c"), MEMBERS, verify)
    raw = bytearray(whole.note().encode())
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    raw[at] ^= 1 << bit
    try:
        checkpoint, lines = read_note(raw.decode())
    except (Malformed, UnicodeDecodeError):
        return
    found = gather(checkpoint, lines, MEMBERS, verify)
    assert found.power < whole.power
