"""The draw: from a committed seed and published inputs to judges, so that anyone can recompute it.

Block `c` of a draw is HMAC-SM3(key = seed, message = input text, "\\n", decimal `c`), a number below 2**256, big-endian.
With `total` the sum of the weights of the candidates left, a block at or above the greatest multiple of `total` is
rejected; else `value = block mod total` falls on the candidate in whose share it lies, candidates in the order of their
pseudonyms. A chosen candidate leaves; the counter goes on. `docs/contexts/cases.md` says the same for strangers.

Law: CPL arts. 40-42 (composition), 47-48 (who must not sit).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec

from tianping.contexts.cases.model import Candidate, Commitment, Draw, DrawInput, DrawStep, Excluded
from tianping.contexts.cases.rules.chain import as_of, link
from tianping.contexts.cases.rules.problems import TooFewJudges
from tianping.interfaces.identity import StaffMember
from tianping.kit.digests import canonical, keyed_sm3, same, sm3

VERSION = 1
SEED_LENGTH = 32
HALF_LOAD = 20
"""So many open cases halve a judge's weight."""

_SPACE = 1 << 256


def pseudonym(person_id: UUID) -> str:
    """A judge in a draw: fixed by the judge's id alone, so that nobody can choose it."""
    return sm3(f"tianping:judge:{person_id}".encode())[:16]


def weight(load_weight: int, open_cases: int) -> int:
    """Share in a draw: the judge's load share (thousandths) falls with the number of open cases. At least 1."""
    return max(1, load_weight * 1000 * HALF_LOAD // (HALF_LOAD + open_cases))


def thousandths(load_weight: str) -> int:
    return int(Decimal(load_weight) * 1000)


def pool(
    judges: Iterable[StaffMember],
    *,
    subjects: frozenset[str],
    on: date,
    open_cases: Mapping[UUID, int],
    declared: Mapping[UUID, str],
) -> tuple[list[Candidate], list[Excluded]]:
    """Who can be drawn and who cannot and why, each in the order of pseudonyms.

    `subjects` are the names under which this case is a judge's subject; a judge without subjects hears all.
    `declared` maps judges to recusal, kinship or seated.
    """
    candidates, excluded = [], []
    for judge in judges:
        name = pseudonym(judge.person_id)
        share = thousandths(judge.load_weight)
        if judge.person_id in declared:
            excluded.append(Excluded(name, declared[judge.person_id]))
        elif any(first <= on <= last for first, last in judge.on_leave):
            excluded.append(Excluded(name, "leave"))
        elif judge.subjects and not subjects & set(judge.subjects):
            excluded.append(Excluded(name, "subject"))
        elif share <= 0:
            excluded.append(Excluded(name, "no_share"))
        else:
            load = open_cases.get(judge.person_id, 0)
            subject = "listed" if judge.subjects else "general"
            candidates.append(Candidate(name, subject, share, load, weight(share, load)))
    return sorted(candidates, key=lambda c: c.id), sorted(excluded, key=lambda e: e.who)


def input_text(given: DrawInput) -> str:
    return canonical(msgspec.to_builtins(given)).decode()


def outcome(seed: bytes, text: str) -> tuple[list[str], list[DrawStep]]:
    """The pseudonyms drawn, in order, and every step. Raises TooFewJudges."""
    given = msgspec.json.decode(text, type=DrawInput)
    left = {c.id: c.weight for c in sorted(given.candidates, key=lambda c: c.id)}
    if len(left) < given.seats:
        raise TooFewJudges
    chosen: list[str] = []
    steps: list[DrawStep] = []
    counter = 0
    while len(chosen) < given.seats:
        total = sum(left.values())
        block = keyed_sm3(seed, f"{text}\n{counter}".encode())
        number = int.from_bytes(block, "big")
        if number >= _SPACE - _SPACE % total:
            steps.append(DrawStep(counter, block.hex(), total, None, None))
        else:
            value = number % total
            name = _at(left, value)
            steps.append(DrawStep(counter, block.hex(), total, value, name))
            chosen.append(name)
            del left[name]
        counter += 1
    return chosen, steps


def _at(left: Mapping[str, int], value: int) -> str:
    for name, share in left.items():
        if value < share:
            return name
        value -= share
    raise AssertionError("a value below the total lies in some share")


def recompute(draw: Draw) -> list[str]:
    """What the published seed and input give: the pseudonyms drawn, in order. Raises TooFewJudges."""
    return outcome(bytes.fromhex(draw.seed), draw.input)[0]


def verify(draw: Draw) -> bool:
    """Whether a published draw holds: commitment, its link, order of times, weights, number of case and result."""
    given = msgspec.json.decode(draw.input, type=DrawInput)
    promised = draw.commitment
    return (
        same(sm3(bytes.fromhex(draw.seed)), promised.commitment)
        and same(link(promised), promised.hash)
        and promised.at < as_of(draw.basis_at)
        and (given.commitment, given.case_number, given.ordinal) == (promised.seq, draw.case_number, draw.ordinal)
        and all(c.weight == weight(c.load_weight, c.open_cases) for c in given.candidates)
        and not {c.id for c in given.candidates} & {e.who for e in given.exclusions}
        and recompute(draw) == draw.chosen
    )


def commit(seq: int, at: str, seed: bytes, prev: str) -> Commitment:
    """The published promise of a seed, linked to the one before."""
    bare = Commitment(seq, at, sm3(seed), prev, "")
    return msgspec.structs.replace(bare, hash=link(bare))
