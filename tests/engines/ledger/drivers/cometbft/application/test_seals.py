"""What the chain records of co-signatures: seals that are owed, that fall short, and their clocks."""

from tests.engines.ledger.cast import verify

from tianping.engines.ledger import machine
from tianping.engines.ledger.checkpoints import Checkpoint, cosign, gather
from tianping.engines.ledger.drivers.cometbft.abci import Accept, Reject, abci


async def test_a_seal_is_owed_once_and_then_the_hash_rests(net):
    first = await net.decide(net.deposits("a", "b"))
    assert first == net.applications["court-a"].store.head().root
    second = await net.decide([])
    assert second == first, "nothing changed and all is sealed: the engine makes no further block"
    sealed = net.applications["court-c"].store.checkpoint()
    assert sealed.quorate
    assert (sealed.checkpoint.height, sealed.checkpoint.size, sealed.time) == (1, 2, net.clock - 1000)


async def test_while_too_few_co_sign_the_hash_goes_on_changing(net):
    await net.decide(net.deposits("a"), withheld=("court-c", "court-d"))
    owed = [await net.decide([], withheld=("court-c", "court-d")) for _ in range(3)]
    assert len(set(owed)) == 3
    assert net.applications["court-a"].store.checkpoint() is None
    await net.decide([])
    healed = await net.decide([])
    assert healed == net.applications["court-a"].store.head().root
    assert net.applications["court-a"].store.checkpoint().checkpoint.size == 1


async def test_a_seal_that_falls_short_stands_alone_and_the_clocks_stay(net):
    """The proposer has too few co-signatures over a tree whose quorum others hold; the next day it is recorded all the same."""
    await net.decide(net.deposits("a"), withheld=("court-c", "court-d"))
    held = {name: told.held for name, told in net.told.items()}
    assert all(held.values())
    net.clock += 86_400_000
    await net.decide(net.deposits("tomorrow"))
    store = net.applications["court-b"].store
    assert (store.head().size, store.checkpoint()) == (1, None)
    net.clock += 3_600_000
    await net.decide(net.deposits("tomorrow"))
    recorded = store.checkpoint_covering(1)
    assert (recorded.checkpoint.height, recorded.time) == (2, held["court-a"].time)
    assert store.head().size == 2
    await net.decide([])
    assert store.checkpoint_covering(2).time == net.clock - 1000


async def test_the_clock_of_a_tree_that_is_owed_a_seal_outlives_a_restart(net):
    await net.decide(net.deposits("a"), withheld=("court-c", "court-d"))
    [time] = {told.held.time for told in net.told.values()}
    for name in list(net.applications):
        net.applications[name].store.close()
        net.applications[name] = net.open(name)
    net.clock += 86_400_000
    await net.decide([])
    await net.decide([])
    assert net.applications["court-d"].store.checkpoint_covering(1).time == time


async def test_transactions_beside_a_seal_that_falls_short_are_rejected(net):
    await net.decide(net.deposits("a"), withheld=("court-c", "court-d"))
    [seal] = await net.propose("court-a", net.deposits("b"))
    for txs, said in (([seal, *net.deposits("b")], Reject), ([seal], Accept)):
        asked = abci.RequestProcessProposal(txs=txs, hash=bytes([len(txs)]) * 32, height=2)
        assert (await net.applications["court-b"].process_proposal(asked)).status == said


async def test_a_checkpoint_that_only_one_member_knows_changes_no_clock(net):
    """A store restored from a folder knows its last checkpoint before a block has sealed it."""
    await net.decide(net.deposits("a"))
    for name in ("court-a", "court-b"):
        await net.decide(net.deposits(name), withheld=("court-c", "court-d"))
    early = net.applications["court-d"]
    head = early.store.head()
    members = machine.signers_at(early.store, head.height)
    checkpoint = Checkpoint(net.people.genesis.origin, head.size, head.root, head.height)
    told = [cosign(checkpoint, one, net.clock + 500, net.people.nodes[one.id].sign) for one in members]
    early.store.keep_checkpoint(gather(checkpoint, told, members, verify))
    await net.decide(net.deposits("b"))
    clocks = {application.store.head().clock for application in net.applications.values()}
    assert len(clocks) == 1
