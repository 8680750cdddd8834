"""The ledger as a consortium of four, with real engines: what is acknowledged, by whom, when, and equal to solo."""

import asyncio

import msgspec
import pytest
from tests.engines.ledger.cast import verify
from tests.engines.ledger.depositor import deposit
from tests.engines.ledger.drivers.cometbft.ledgers import ledgers, number
from tests.engines.ledger.drivers.cometbft.networks import until

from tianping.engines.ledger import machine
from tianping.engines.ledger.checkpoints import gather
from tianping.engines.ledger.drivers.cometbft.quorum import day_is_certain
from tianping.engines.ledger.drivers.solo import SoloDriver
from tianping.engines.ledger.merkle import includes, leaf_hash
from tianping.engines.ledger.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def test_a_deposit_is_acknowledged_by_a_quorum_and_every_member_has_it(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        answers = await asyncio.gather(*(net.deposit(f"r{i}", by=name) for i, name in enumerate(net.drivers)))
        for answer in answers:
            assert answer.receipt.code == "ok"
            assert answer.cosigned.quorate
            members = machine.signers_at(net.drivers["court-a"].store, answer.cosigned.checkpoint.height)
            again = gather(answer.cosigned.checkpoint, answer.cosigned.cosignatures, members, verify)
            assert again == answer.cosigned
            assert answer.cosigned.checkpoint.size >= answer.receipt.first + 1
        head = await net.even()
        assert head.size == 4
        # Sealed once, nothing more is decided until somebody deposits.
        await until(lambda: net.drivers["court-b"].node._others == head.height, "the watch has looked")
        assert (await net.even()) == head
        for driver in net.drivers.values():
            checkpoint = driver.store.checkpoint()
            assert checkpoint.checkpoint.size == 4
            entry = driver.store.entry(0)
            assert entry.envelope == net.drivers["court-a"].store.entry(0).envelope


async def test_numbers_are_given_before_the_record_and_every_member_gives_the_same(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        told = []
        for turn in range(3):
            envelopes = [deposit(f"r{turn}-{at}", net.people.platform) for at in range(4)]
            asked = zip(net.drivers.values(), envelopes, strict=True)
            told += await asyncio.gather(*(driver.submit([one]) for driver, one in asked))
        answers = [one for [one] in told]
        # Near midnight, on a real clock, none is early: then there is nothing to see here.
        early = [one for one in answers if one.held]
        assert early or not day_is_certain(answers[0].cosigned)
        assert all(one.cosigned is None for one in early)
        stores = [driver.store for driver in net.drivers.values()]
        await until(lambda: all(store.checkpoint_covering(12) for store in stores), "all have recorded it")
        for answer in answers:
            given = number(answer.quorum, answer)
            recorded = {number(one.checkpoint_covering(answer.receipt.first + 1), answer) for one in stores}
            assert recorded == {given}


async def test_what_nobody_has_deposited_is_not_waited_for(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        await net.deposit("one")
        driver = net.drivers["court-a"]
        await asyncio.wait_for(driver.recorded(1), 5)
        await asyncio.wait_for(driver.recorded(1000), 5)


async def test_a_retry_before_the_record_gets_the_same_number(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        driver = net.drivers["court-a"]
        envelope = deposit("twice", net.people.platform)
        [first] = await driver.submit([envelope])
        [again] = await driver.submit([envelope])
        assert again.receipt.code == "duplicate"
        assert number(again.quorum, again) == number(first.quorum, first)


@pytest.mark.parametrize("signed_again", [False, True])
async def test_what_is_decided_while_the_door_looks_at_it_is_answered(tmp_path, program, monkeypatch, signed_again):
    """The door still says "ok", the mempool takes nothing twice, and no later block tells of it."""
    async with ledgers(tmp_path, program) as net:
        envelope = deposit("twice", net.people.platform)
        other = deposit("twice", net.people.platform) if signed_again else envelope
        assert (other != envelope) == signed_again
        driver = net.drivers["court-a"]
        forecast = await driver.application.door.check(envelope)
        [first] = await driver.submit([envelope])
        await net.even()

        async def looked_too_early(_):
            return forecast

        monkeypatch.setattr(driver.application.door, "check", looked_too_early)
        driver._patience_s = 5
        [again] = await driver.submit([other])
        assert again.receipt == first.receipt


async def test_one_transaction_under_two_signatures_is_answered_to_both(tmp_path, program, monkeypatch):
    """The first is decided after the door let the second in; the mempool no longer takes that one."""
    async with ledgers(tmp_path, program) as net:
        first, second = (deposit("twice", net.people.platform) for _ in range(2))
        driver = net.drivers["court-a"]
        hand_in = driver.node.engine.rpc.broadcast_all

        async def only_the_first(envelopes):
            return await hand_in([one for one in envelopes if one == first])

        monkeypatch.setattr(driver.node.engine.rpc, "broadcast_all", only_the_first)
        driver._patience_s = 15
        answers = await asyncio.gather(driver.submit([second]), driver.submit([first]))
        assert answers[0][0].receipt == answers[1][0].receipt


async def test_retries_and_refusals_are_answered_the_same_everywhere(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        first = await net.deposit("same", by="court-a")
        await net.even()
        again = await net.deposit("same", by="court-c")
        assert (again.receipt.code, again.receipt.first) == ("duplicate", first.receipt.first)
        assert again.cosigned == first.cosigned
        stranger = await net.deposit("x", by="court-b", signer=net.people.newcomer)
        assert stranger.receipt.code == "unknown-signer"
        assert stranger.cosigned is None
        together = await net.drivers["court-d"].submit([deposit("twice", net.people.platform)] * 2)
        assert {one.receipt.first for one in together} == {1}
        assert (await net.even()).size == 2


async def test_solo_and_consortium_give_equal_roots_for_equal_input(tmp_path, program):
    async with ledgers(tmp_path / "n", program) as net:
        envelopes = [deposit(f"r{i}", net.people.platform) for i in range(30)]
        for envelope in envelopes[:3]:
            await net.drivers["court-a"].submit([envelope])
        await net.drivers["court-b"].submit(envelopes[3:])
        head = await net.even()
        order = [one.envelope for one in net.drivers["court-c"].store.entries(0, 100)]
        assert sorted(order) == sorted(envelopes)
        alone = Store(tmp_path / "solo.db")
        # The same chain, on which one node alone is the quorum.
        [first, *others] = net.people.genesis.members
        members = [first, *(msgspec.structs.replace(one, power=0) for one in others)]
        alone.keep(machine.begin(msgspec.structs.replace(net.people.genesis, members=members)))
        solo = SoloDriver(alone, net.people.nodes["court-a"], net.verifying)
        await solo.start()
        answers = await solo.submit(order)
        await solo.stop()
        assert (alone.head().size, alone.head().root) == (head.size, head.root)
        assert [one.receipt.first for one in answers] == list(range(30))
        path = net.drivers["court-d"].store.inclusion(7, head.size)
        assert path == alone.inclusion(7, head.size)


async def test_members_clocks_make_the_time_and_one_wrong_clock_moves_nothing(tmp_path, program):
    base = 1_900_000_000_000
    async with ledgers(tmp_path, program, started=()) as net:
        await net.start("court-a", now=lambda: base + 1000)
        await net.start("court-b", now=lambda: base + 2000)
        await net.start("court-c", now=lambda: base + 3000)
        await net.start("court-d", now=lambda: base + 3_600_000_000)
        for number in range(5):
            answer = await net.deposit(f"r{number}")
            assert base + 1000 <= answer.cosigned.time <= base + 3000
        clocks = {one.member: one.time for one in answer.cosigned.cosignatures}
        assert all(time >= base + 1000 for time in clocks.values())


async def test_a_stopped_consortium_goes_on_where_it_was(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        await net.deposit("before")
        before = await net.even()
        await net.stop()
        await net.start(*net.people.nodes)
        assert (await net.even()) == before
        await net.deposit("after", by="court-d")
        assert (await net.even()).size == 2


async def test_the_path_from_leaf_to_sealed_root_holds(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        driver = net.drivers["court-a"]
        told = await driver.submit([deposit(f"r{i}", net.people.platform) for i in range(9)])
        answers = [await net.recorded(driver, one) for one in told]
        store = net.drivers["court-b"].store
        await net.even()
        sealed = max((one.cosigned for one in answers), key=lambda one: one.checkpoint.size)
        for answer in answers:
            entry = store.entry(answer.receipt.first)
            envelope, body = machine.read_envelope(entry.envelope)
            [leaf] = machine.leaves_of("works", body.kind, entry.tx_id, envelope.items)
            path = store.inclusion(answer.receipt.first, sealed.checkpoint.size)
            assert includes(leaf_hash(leaf), answer.receipt.first, sealed.checkpoint.size, path, sealed.checkpoint.root)
