"""The machine: the same transactions come to the same, however they are cut into blocks and however they are checked."""

import random
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.access import applied, decide
from tests.engines.ledger.cast import HeldKey, cast, verify, verifying
from tests.engines.ledger.world import DIGEST, World, item

from tianping.engines.ledger import machine
from tianping.engines.ledger.merkle import Frontier, LeafList, root_of
from tianping.engines.ledger.model import Block, Outcome, signed_message
from tianping.engines.ledger.state import InMemory
from tianping.engines.ledger.transactions.access import Decision
from tianping.engines.ledger.transactions.tokens import OpenToken
from tianping.interfaces.signing import SignatureCheck

PEOPLE = cast(nodes=3)


def story() -> list[bytes]:
    """Deposits, refusals, retries, a token, and access decisions between them."""
    world = World(PEOPLE)
    taken: list[bytes] = []
    block = world.block

    def keeping(envelopes: list[bytes]) -> Outcome:
        taken.extend(envelopes)
        return block(envelopes)

    world.block = keeping  # type: ignore[method-assign]
    shop = PEOPLE.platform
    world.take(world.deposit("one"))
    world.take(world.deposit("batch", items=[item(f"b{n}") for n in range(300)]))
    world.take(world.deposit("one"))
    world.take(world.deposit("one", items=[item("other")]))
    token = world.take(world.made("token.open", OpenToken(DIGEST, ["order", "pay"]), shop, author="shop")).tx_id
    for phase in ("pay", "order", "pay"):
        world.take(world.deposit(token=token, phase=phase))
    applied(world)
    newcomer = lambda: world.deposit(author="newcomer", signer=PEOPLE.newcomer)  # noqa: E731
    world.take(newcomer())
    decide(world, Decision.PROBATION, *world.officers[:2])
    world.take(newcomer())
    decide(world, Decision.SUSPEND, world.officers[0])
    world.take(newcomer())
    world.take(b"garbage")
    world.take(world.deposit(signer=HeldKey("stranger")))
    return taken


STORY = story()


def run(cuts: list[int], check=verify) -> tuple[InMemory, list[Outcome]]:
    """Execute the story with blocks ending at these places."""
    view = InMemory()
    view.apply(machine.begin(PEOPLE.genesis).changes)
    outcomes = []
    ends = sorted({*cuts, len(STORY)})
    for height, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1):
        outcome = machine.execute(view, Block(height, 1_800_000_000_000, STORY[start:end]), check)
        view.apply(outcome.changes)
        outcomes.append(outcome)
    return view, outcomes


WHOLE, (ONE,) = run([])


def test_the_story_has_all_of_it() -> None:
    codes = [receipt.code for receipt in ONE.receipts]
    assert {"ok", "duplicate", "reference-used", "wrong-phase", "unknown-signer", "wrong-standing", "malformed"} == set(
        codes
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, len(STORY) - 1)))
def test_one_block_of_many_is_many_blocks(cuts: list[int]) -> None:
    view, outcomes = run(cuts)
    assert view.values == WHOLE.values
    assert outcomes[-1].root == ONE.root
    assert [one for outcome in outcomes for one in outcome.receipts] == ONE.receipts
    assert [one for outcome in outcomes for one in outcome.nodes] == ONE.nodes
    assert [(one.first, one.tx_id) for outcome in outcomes for one in outcome.entries] == [
        (one.first, one.tx_id) for one in ONE.entries
    ]


def test_replaying_what_was_accepted_comes_to_the_same() -> None:
    view = InMemory()
    view.apply(machine.begin(PEOPLE.genesis).changes)
    outcome = machine.execute(view, Block(1, 1_800_000_000_000, [one.envelope for one in ONE.entries]), verify)
    view.apply(outcome.changes)
    assert (outcome.root, view.values) == (ONE.root, WHOLE.values)
    assert {receipt.code for receipt in outcome.receipts} == {"ok"}


def test_checked_in_parallel_or_one_by_one() -> None:
    keys = {one.certificate.fingerprint: one.certificate.public_key for one in (PEOPLE.platform, PEOPLE.newcomer)}
    opened = [machine.read_envelope(raw)[0] for raw in STORY[:-2]]
    checks = [
        SignatureCheck(keys[one.fingerprint], signed_message(envelope.body), one.signature)
        for envelope in opened
        for one in envelope.signatures
        if one.fingerprint in keys
    ]
    pool = verifying()
    answers = dict(zip([(c.public_key, c.message, c.signature) for c in checks], pool.verify_many(checks), strict=True))
    pool.close()

    def known(public_key: bytes, message: bytes, signature: bytes) -> bool:
        found = answers.get((public_key, message, signature))
        return verify(public_key, message, signature) if found is None else found

    view, outcomes = run([5], known)
    assert (view.values, outcomes[-1].root) == (WHOLE.values, ONE.root)


def test_two_at_a_time_do_not_meet() -> None:
    with ThreadPoolExecutor(4) as pool:
        roots = {done[1][-1].root for done in pool.map(lambda at: run([at]), range(1, 9))}
    assert roots == {ONE.root}


def test_the_root_is_that_of_the_leaves() -> None:
    leaves = []
    for entry in ONE.entries:
        envelope, body = machine.read_envelope(entry.envelope)
        leaves += machine.leaves_of("works", body.kind, entry.tx_id, envelope.items)
    assert root_of(leaves) == ONE.root
    tree = LeafList(leaves)
    assert all(tree.node(level, index) == made for level, index, made in ONE.nodes)
    assert sum(level == 0 for level, _, _ in ONE.nodes) == len(leaves) == ONE.size


def test_an_empty_block_changes_nothing() -> None:
    view, _ = run([])
    outcome = machine.execute(view, Block(9, 0, []), verify)
    assert (outcome.changes, outcome.root, outcome.size, outcome.nodes) == ({}, ONE.root, ONE.size, [])
    assert machine.begin(PEOPLE.genesis).root == Frontier().root()


def test_asking_beforehand_changes_nothing() -> None:
    world = World(PEOPLE)
    before = dict(world.view.values)
    good = world.deposit()
    assert machine.check(world.view, good, world.clock, verify).code == "ok"
    assert machine.check(world.view, b"garbage", world.clock, verify).code == "malformed"
    assert world.view.values == before


def test_no_bytes_stop_a_block() -> None:
    """Whatever is sent in is refused, and what stands beside it is taken."""
    world = World(PEOPLE)
    good, chance = world.deposit(), random.Random(7)
    damaged = []
    for _ in range(400):
        raw = bytearray(chance.choice(STORY[:12]) if chance.random() < 0.5 else good)
        at = chance.randrange(len(raw))
        raw[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        damaged.append(bytes(raw))
    outcome = world.block([*damaged, good])
    assert outcome.receipts[-1].accepted
    for raw, receipt in zip(damaged, outcome.receipts, strict=False):
        if receipt.code == "ok":
            assert any(raw == entry.envelope for entry in outcome.entries)
            assert raw in (good, *STORY)
