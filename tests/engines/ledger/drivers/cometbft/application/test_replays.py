"""The same blocks make the same state: caught up, from the beginning, or taken back and executed again."""

import random

from tests.engines.ledger.drivers.cometbft.application.simulated import info_of

from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.abci import abci


async def test_who_catches_up_has_the_same_state_without_having_processed_a_proposal(net):
    rng = random.Random(1)
    for number in range(8):
        refs = [f"r{number}-{at}" for at in range(rng.randrange(4))]
        await net.decide(net.deposits(*refs), catching_up=("court-d",))
    one, other = net.applications["court-a"].store, net.applications["court-d"].store
    assert one.head() == other.head()
    assert one.checkpoints(None, 20) == other.checkpoints(None, 20)
    assert [one.get(key) for key in one.keys("ref/")] == [other.get(key) for key in other.keys("ref/")]


async def test_a_fresh_member_that_replays_every_block_comes_to_the_same(net):
    for number in range(5):
        await net.decide(net.deposits(f"r{number}"))
    late = net.open("court-a", "late")
    for height, (block, block_hash) in enumerate(net.blocks, 1):
        await net.finalize(late, block, block_hash, height)
    assert late.store.head() == net.applications["court-b"].store.head()
    assert (await info_of(late)).last_block_app_hash == net.hash
    late.store.close()


async def test_who_fell_between_judging_and_signing_signs_the_same_tree(net):
    """An engine that replays its log asks for the extension of a block whose proposal it judged before it fell."""
    application = net.applications["court-b"]
    block, block_hash = await net.propose("court-a", net.deposits("fell")), b"f" * 32
    asked = abci.RequestExtendVote(hash=block_hash, height=net.height + 1, txs=block)
    await application.process_proposal(abci.RequestProcessProposal(txs=block, hash=block_hash, height=net.height + 1))
    before = sealing.read_extension((await application.extend_vote(asked)).vote_extension)
    application.forget()
    again = sealing.read_extension((await application.extend_vote(asked)).vote_extension)
    assert (again.size, again.root, again.cosignature.time) == (before.size, before.root, before.cosignature.time)


async def test_taken_back_and_executed_again_it_is_the_same(net):
    for number in range(4):
        await net.decide(net.deposits(f"r{number}"))
    application = net.applications["court-b"]
    before, said = application.store.head(), await info_of(application)
    await application.roll_back(3)
    assert (await info_of(application)).last_block_height == 3
    block, block_hash = net.blocks[3]
    await net.finalize(application, block, block_hash, 4)
    assert (application.store.head(), await info_of(application)) == (before, said)
    await application.roll_back(2)
    for height in (3, 4):
        await net.finalize(application, *net.blocks[height - 1], height)
    assert (application.store.head(), await info_of(application)) == (before, said)
    await net.decide(net.deposits("after"))
