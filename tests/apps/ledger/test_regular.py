"""What a node does regularly: anchors in the main chain, time stamps; and the outbox, which is sent again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.apps.ledger.running import copy_of, tianping
from tests.engines.ledger.cast import verify as check

from tianping.apps.ledger_setup import Opened, open_node
from tianping.engines.ledger import building
from tianping.engines.ledger.checking import one_by_one
from tianping.engines.ledger.checkpoints import Checkpoint
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.base import Acknowledged, Busy, NotYet
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.node import Node, Nonce, Patience
from tianping.engines.ledger.numbers import number_of
from tianping.engines.ledger.state import Overlay
from tianping.engines.ledger.transactions.anchors import Anchored
from tianping.engines.ledger.transactions.base import key_of
from tianping.engines.ledger.vault import RequestSeen
from tianping.engines.ledger.verdicts import Question, verify
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.engines.signing.stamp_tokens import StampTrust, check_token

pytestmark = pytest.mark.slow


@pytest.fixture
async def opened(template: Path, tmp_path: Path) -> AsyncIterator[Opened]:
    found = open_node(Home(copy_of(template, tmp_path)))
    await found.node.start()
    yield found
    await found.node.stop()
    found.close()


def deposit(node: Node, ref: str, count: int = 1, chain: str = "works") -> bytes:
    items = [
        building.item_of(file_digest=sm3(f"{ref}{at}".encode()), size=9, media="text/plain", salt=b"0" * 16).item
        for at in range(count)
    ]
    return building.deposit(
        chain=chain, author=node.config.application, ref=ref, category=chain, items=items, signer=node.own
    )


def anchored(node: Node, chain: str) -> Anchored | None:
    origin = node.store(chain).genesis().origin
    return Overlay(node.store("main")).read(key_of("anchor", origin), Anchored)


async def test_chains_are_anchored_in_the_main_chain_as_they_grow(opened: Opened):
    node = opened.node
    await node.submit("contract", [deposit(node, "c-1", chain="contract")])
    first = await node.regular.anchor()
    # `works` and `contract` grew when the application was admitted.
    assert first == 2
    assert await node.regular.anchor() == 0
    for ref in ("w-1", "w-2"):
        await node.submit("works", [deposit(node, ref, 3)])
    assert await node.regular.anchor() == 1
    for chain in ("works", "contract"):
        newest, kept = node.store(chain).checkpoint(), anchored(node, chain)
        assert newest is not None
        assert kept is not None
        assert (kept.size, kept.root, kept.time) == (newest.checkpoint.size, newest.checkpoint.root, newest.time)
        assert kept.checked
    assert anchored(node, "finance") is None


async def test_checkpoints_are_stamped_and_the_stamp_holds(opened: Opened):
    node = opened.node
    [answer] = await node.submit("works", [deposit(node, "w-1")])
    assert await node.regular.stamp() >= 1
    assert await node.regular.stamp() == 0
    assert answer is not None
    assert answer.cosigned is not None
    stamp = node.store("works").stamp_covering(answer.cosigned.checkpoint.height)
    assert stamp is not None
    height, time, authority, token = stamp
    size, root = node.store("works").block_root(height)
    text = machine_text(node, size, root, height)
    register = Register(node.home.ca, sm2())
    facts = check_token(token, sm3(text.encode()), StampTrust(court=register.trust), sm2())
    assert (int(facts.time.timestamp() * 1000), facts.authority) == (time, authority)


def machine_text(node: Node, size: int, root: bytes, height: int) -> str:
    return Checkpoint(node.store("works").genesis().origin, size, root, height).text()


async def test_what_the_driver_cannot_take_now_is_pending_and_sent_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    node = opened.node
    node.patience = Patience(answer_s=0.2, again_s=0.05, lag_s=-1.0)
    driver = node.drivers["works"]
    right, failures = driver.submit, [NotYet(), Busy(), NotYet()]

    async def submit(envelopes: list[bytes]) -> object:
        if failures:
            raise failures.pop()
        return await right(envelopes)

    monkeypatch.setattr(driver, "submit", submit)
    assert await node.submit("works", [deposit(node, "w-1")]) == [None]
    assert node.vault.outbox.waits("works", "court", "w-1")
    assert [one.name for one in node.symptoms()] == ["lag"]
    while node.vault.outbox.oldest_unsettled()[0]:
        await asyncio_pause()
    [answer] = await node.submit("works", [deposit(node, "w-1")])
    assert answer is not None
    assert answer.receipt.code == "duplicate"
    # The repeated deposit lay in the outbox too, for as long as it took.
    while node.vault.outbox.oldest_unsettled()[0]:
        await asyncio_pause()
    assert node.symptoms() == []


async def test_what_is_answered_before_its_record_lies_in_the_outbox_until_it_is_recorded(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    """A driver that answers on a quorum of its own, as a consortium's does; its records come when the test wants."""
    node, driver = opened.node, opened.node.drivers["works"]
    node.patience = Patience(answer_s=0.3, again_s=0.05, record_s=0.1)
    right, recorded = driver.submit, asyncio.Event()

    async def submit(envelopes: list[bytes]) -> list[Acknowledged]:
        told = await right(envelopes)
        return told if recorded.is_set() else [Acknowledged(one.receipt, None, one.cosigned) for one in told]

    async def wait(size: int) -> None:
        await recorded.wait()

    monkeypatch.setattr(driver, "submit", submit)
    monkeypatch.setattr(driver, "recorded", wait)
    answers = [await node.submit("works", [deposit(node, ref)]) for ref in ("w-1", "w-2")]
    assert all(one is not None and one.held is not None and one.cosigned is None for [one] in answers)
    for _ in range(25):
        # Longer than the record is waited for: what was given up is sent again, and stays where it is.
        assert node.vault.outbox.waits("works", "court", "w-1")
        assert node.vault.outbox.waits("works", "court", "w-2")
        await asyncio_pause()
    # Who reads meanwhile waits a moment and no longer.
    await asyncio.wait_for(node.recorded([("works", 1), ("works", 2)]), 5)
    recorded.set()
    # The outbox forgets them first, the node a moment later.
    while node.vault.outbox.oldest_unsettled()[0] or node.outstanding():
        await asyncio_pause()


async def asyncio_pause() -> None:
    await asyncio.sleep(0.02)


async def test_a_halt_before_the_driver_took_it_loses_nothing(template: Path, tmp_path: Path):
    """As after kill -9 between the outbox and the chain: the next start sends it."""
    home = Home(copy_of(template, tmp_path))
    halted = open_node(home)
    await halted.node.vault.start()
    waiting = [halted.node._waiting("works", deposit(halted.node, f"w-{at}")) for at in range(5)]
    await halted.node.vault.outbox.take(waiting)
    await halted.node.vault.stop()
    halted.close()

    again = open_node(home)
    await again.node.start()
    while again.node.vault.outbox.oldest_unsettled()[0]:
        await asyncio_pause()
    answers = await again.node.submit("works", [one.envelope for one in waiting])
    assert [one.receipt.code for one in answers if one] == ["duplicate"] * 5
    await again.node.stop()
    again.close()


async def test_too_much_at_once_is_refused_before_it_is_taken(opened: Opened):
    node = opened.node
    node.patience = Patience(outstanding=2)
    asked = [node.submit("works", [deposit(node, f"w-{at}")]) for at in range(6)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, Busy) for one in answers) == 4
    assert node.outstanding() <= 2
    node.patience = Patience()
    with pytest.raises(RequestSeen):
        for _ in range(2):
            await node.submit("works", [deposit(node, "n")], nonce=nonce(node))


def nonce(node: Node) -> Nonce:
    return Nonce("shop", "0123456789abcdef", node.now())


async def test_every_altered_part_of_a_stored_deposit_is_chain_inconsistent(opened: Opened):
    """The verdict comes from the log: what somebody changed in the file on disk is found when it is asked for."""
    node = opened.node
    await node.submit("works", [deposit(node, "w-1", 3)])
    store = node.store("works")
    head = store.head()
    assert head is not None
    index = head.size - 1
    covering = store.checkpoint_covering(index + 1)
    assert covering is not None
    number = str(number_of("works", covering.time, index))
    question = Question(number=number, digest=sm3(b"w-12"), salt=b"0" * 16)

    def verdict() -> str:
        return verify(node.reading, question, check_many=one_by_one(check), opened=lambda *_: None).verdict.value

    assert verdict() == "match"
    writing = node.drivers["works"].store
    entry = store.entry(index)
    for table, column, key, value in (
        ("entry", "envelope", "first", entry.envelope),
        ("checkpoint", "cosignatures", "height", None),
        ("checkpoint", "root", "height", None),
        ("tile", "hashes", "place", None),
    ):
        where = {"first": entry.first, "height": covering.checkpoint.height, "place": 0}[key]
        [(right,)] = writing._db.execute(f"select {column} from {table} where {key} = ?", (where,)).fetchall()
        wrong = bytearray(right)
        wrong[len(wrong) // 2] ^= 1
        writing._db.execute(f"update {table} set {column} = ? where {key} = ?", (bytes(wrong), where))
        writing._tiles.held = {}
        assert verdict() == "chain_inconsistent", f"{table}.{column}"
        writing._db.execute(f"update {table} set {column} = ? where {key} = ?", (right, where))
        assert verdict() == "match"
        assert value is None or value == right


def test_the_log_of_an_embedded_ledger_is_audited(template: Path, tmp_path: Path):
    said = tianping("ledger", "audit", "--json", place=copy_of(template, tmp_path))
    assert '"sound": true' in said
