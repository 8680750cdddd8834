"""Deposits and tokens: what they do, and a table of what is refused and why."""

from typing import Any

import pytest
from tests.engines.ledger.access import admitted
from tests.engines.ledger.world import DIGEST, World, item, reopened

from tianping.engines.ledger import building, codec
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.merkle import root_of
from tianping.engines.ledger.transactions.deposit import Deposit, Tally
from tianping.engines.ledger.transactions.tokens import OpenToken
from tianping.interfaces.signing import Signer


def test_a_deposit_makes_an_entry_for_each_item() -> None:
    world = World()
    assert world.take(world.deposit("one")).count == 1
    receipt = world.take(world.deposit("many", items=[item(f"i{n}") for n in range(1000)]))
    assert (receipt.code, receipt.first, receipt.count, world.last.size) == ("ok", 1, 1000, 1001)
    assert world.read("tally", "works", Tally) == world.read("tally-of", "shop", Tally) == Tally(2, 1001)


def test_items_that_fitted_one_root_are_looked_at_again_with_another() -> None:
    """What is remembered of items that fitted is of these bytes under this root, and of nothing else."""
    world = World()
    items = [codec.encode(item(name)) for name in ("a", "b", "c")]

    def told(ref: str, held: list[bytes], root: bytes) -> str:
        content = Deposit("works", len(held), root, None, None)
        return world.act("deposit", content, world.cast.platform, author="shop", ref=ref, items=held)

    assert told("first", items, root_of(items)) == "ok"
    assert told("again", items, root_of(items)) == "ok"
    assert told("another-root", items, root_of(items[:2])) == "items-differ"
    assert told("another-order", items[::-1], root_of(items)) == "items-differ"
    joined = [items[0] + items[1], items[2]]
    assert told("joined", joined, root_of(joined)) == "malformed"
    assert told("joined-again", joined, root_of(joined)) == "malformed"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("category of nobody", "category-not-admitted"), ("officer", "not-permitted"), ("another author", "not-permitted"),
        ("two signers", "not-permitted"), ("item missing", "items-differ"), ("item changed", "items-differ"),
        ("item exchanged", "items-differ"), ("no item", "malformed"), ("item malformed", "malformed"),
        ("too many", "malformed"), ("phase without token", "unknown-token"), ("token unknown", "unknown-token"),
        ("content short", "malformed"), ("content long", "malformed"),
    ],
)  # fmt: skip
def test_deposits_are_refused(case: str, code: str) -> None:
    world = World()
    shop = world.cast.platform
    two = world.deposit(items=[item("a"), item("b")])
    a, b = (codec.encode(item(name)) for name in "ab")

    def plain(content: list[Any], *signers: Signer, items: list[bytes] | None = None) -> bytes:
        wanted = [a] if items is None else items
        return world.made("deposit", content, *(signers or (shop,)), author="shop", items=wanted)

    good = codec.decode_plain(codec.encode(Deposit("works", 1, root_of([a]), None, None)))
    envelopes = {
        "category of nobody": lambda: world.deposit(category="gossip"),
        "officer": lambda: world.deposit(signer=world.officers[0]),
        "another author": lambda: world.deposit(author="court-a"),
        "two signers": lambda: plain(good, shop, world.officers[0]),
        "item missing": lambda: reopened(two, items=[a]),
        "item changed": lambda: reopened(two, items=[a, codec.encode(item("c"))]),
        "item exchanged": lambda: reopened(two, items=[b, a]),
        "no item": lambda: plain(["works", 0, root_of([]), None, None], items=[]),
        "item malformed": lambda: plain(["works", 1, root_of([b"\x80"]), None, None], items=[b"\x80"]),
        "too many": lambda: plain(["works", 1001, root_of([a] * 1001), None, None], items=[a] * 1001),
        "phase without token": lambda: plain([*good[:4], "order"]),
        "token unknown": lambda: plain([*good[:3], DIGEST, "order"]),
        "content short": lambda: plain(good[:4]),
        "content long": lambda: plain([*good, None]),
    }
    assert world.take(envelopes[case]()).code == code


def test_a_retry_gets_the_same_entries() -> None:
    world = World()
    first = world.deposit("order-1")
    later = world.deposit("order-1", until=world.clock + 5)
    other = world.deposit("order-1", items=[item("other")])
    outcome = world.block([world.deposit(), first, first, later, other])
    assert [receipt.code for receipt in outcome.receipts] == ["ok", "ok", "duplicate", "duplicate", "reference-used"]
    assert {(receipt.first, receipt.count, receipt.tx_id) for receipt in outcome.receipts[1:4]} == {
        (1, 1, outcome.receipts[1].tx_id)
    }
    assert [receipt.code for receipt in world.block([first, other]).receipts] == ["duplicate", "reference-used"]
    assert world.last.entries == []
    # A reference is the author's own.
    assert (
        world.act("token.open", OpenToken(DIGEST, ["a1"]), world.cast.platform, author="shop", ref="order-1")
        == "reference-used"
    )


def test_what_was_refused_leaves_its_reference_free() -> None:
    world = World()
    assert world.take(world.deposit("order-1", category="gossip")).code == "category-not-admitted"
    assert world.take(world.deposit("order-1")).code == "ok"


# Tokens


def test_phases_come_in_their_order() -> None:
    world = World()
    shop = world.cast.platform
    opened = world.take(world.made("token.open", OpenToken(DIGEST, ["order", "pay", "send"]), shop, author="shop"))

    def step(phase: str | None) -> str:
        return world.take(world.deposit(token=opened.tx_id, phase=phase)).code

    assert step("pay") == "wrong-phase"
    assert [step(phase) for phase in ("order", "order", "pay", "order", "send", "pay", "send", "other", None)] == [
        "ok", "ok", "ok", "wrong-phase", "ok", "wrong-phase", "ok", "wrong-phase", "wrong-phase",
    ]  # fmt: skip


def test_a_token_is_its_platforms_own() -> None:
    world = admitted(World())
    shop, newcomer = world.cast.platform, world.cast.newcomer
    opened = world.take(world.made("token.open", OpenToken(DIGEST, ["order"]), shop, author="shop"))
    foreign = world.deposit(token=opened.tx_id, phase="order", author="newcomer", signer=newcomer)
    assert world.take(foreign).code == "unknown-token"


@pytest.mark.parametrize(
    ("phases", "code"),
    [([], "malformed"), (["a1"] * 2, "wrong-phase"), ([f"p{n}" for n in range(21)], "malformed"), (["A"], "malformed")],
)
def test_tokens_are_refused(phases: list[str], code: str) -> None:
    world = World()
    assert world.act("token.open", OpenToken(DIGEST, phases), world.cast.platform, author="shop") == code
    assert world.act("token.open", OpenToken(DIGEST, ["order"]), world.officers[0]) == "not-permitted"


# Access


def test_salts_are_drawn_anew() -> None:
    one, two = (building.item_of(file_digest=DIGEST, size=1, media="text/plain") for _ in range(2))
    assert one.salt != two.salt
    assert one.item.commit == sm3(one.salt + DIGEST) != two.item.commit
