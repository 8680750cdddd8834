"""Quorums that a member has verified before the chain records them: who holds one, and when none is enough."""

import msgspec

from tianping.engines.ledger import building
from tianping.engines.ledger.checkpoints import Checkpoint
from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.abci import abci
from tianping.engines.ledger.transactions.membership import ChangeMember


async def test_a_member_that_voted_holds_the_quorum_before_the_chain_has_recorded_it(net):
    await net.decide(net.deposits("a", "b"))
    for name, told in net.told.items():
        assert told.sealed is None
        assert told.held.quorate
        assert told.held.checkpoint == Checkpoint(net.people.genesis.origin, 2, told.outcome.root, 1)
        assert net.applications[name].store.checkpoint() is None
    await net.decide([])
    assert {told.sealed.time for told in net.told.values()} == {net.clock - 1000}


async def test_who_catches_up_or_began_again_holds_none_and_learns_it_from_the_seal(net):
    await net.decide(net.deposits("a"), catching_up=("court-c",), restarted=("court-d",))
    assert {name for name, told in net.told.items() if told.held} == {"court-a", "court-b"}
    await net.decide([])
    assert all(told.sealed.quorate for told in net.told.values())
    assert all(told.held for told in net.told.values())


async def test_a_member_without_a_vote_holds_no_quorum(net):
    """It hears the others' votes too."""
    watching = net.applications["court-d"]
    watching._signers = {}
    await net.decide(net.deposits("a"))
    assert {name for name, told in net.told.items() if told.held} == {"court-a", "court-b", "court-c"}


async def test_votes_that_come_late_are_in_the_seal_and_in_no_quorum_before(net):
    await net.decide(net.deposits("a"), late=("court-c", "court-d"))
    # Each late one has its own, with those of two others.
    assert {name for name, told in net.told.items() if told.held} == {"court-c", "court-d"}
    await net.decide([])
    assert all(len(told.sealed.cosignatures) == 4 for told in net.told.values())


async def test_a_false_root_is_in_no_quorum(net):
    for name in ("court-c", "court-d"):
        application = net.applications[name]
        right = application.extend_vote

        async def false(request, application=application, right=right):
            await right(request)
            [member] = [
                one for one in application._members_at(request.height) if one.fingerprint in application._signers
            ]
            wrong = Checkpoint(net.people.genesis.origin, 99, b"x" * 32, request.height)
            [own] = application._signers.values()
            return abci.ResponseExtendVote(vote_extension=sealing.extension(wrong, member, net.clock, own.sign))

        application.extend_vote = false
    await net.decide(net.deposits("a"))
    assert net.told["court-a"].held is None
    assert net.told["court-b"].held is None


MIDNIGHT = 1_900_000_800_000 // 86_400_000 * 86_400_000 - 8 * 3_600_000


async def test_near_midnight_the_recorded_checkpoint_is_waited_for(net):
    net.clock = MIDNIGHT - 2000
    await net.decide(net.deposits("before"))
    assert all(told.held is None for told in net.told.values())
    net.clock = MIDNIGHT + 3_600_000
    await net.decide(net.deposits("after"))
    assert all(told.held for told in net.told.values())
    # The first is recorded under the day before, the second under the day on which its own clocks lie.
    store = net.applications["court-b"].store
    assert store.checkpoint_covering(1).time == MIDNIGHT - 1000
    await net.decide([])
    assert store.checkpoint_covering(2).time == MIDNIGHT + 3_601_000


async def test_while_members_change_the_recorded_checkpoint_is_waited_for(net):
    heavier = msgspec.structs.replace(net.members["court-d"], power=2)
    signers = [net.people.nodes[name] for name in ("court-a", "court-b", "court-c")]
    change = building.transaction(
        chain="works",
        kind="member.change",
        author="court-a",
        ref="heavier",
        content=ChangeMember(heavier),
        signers=signers,
    )
    await net.decide([change, *net.deposits("a")])
    [*_, receipt] = net.told["court-a"].outcome.receipts
    assert receipt.first == 1
    for ref in ("b", "c"):
        assert all(told.held is None for told in net.told.values())
        await net.decide(net.deposits(ref))
    assert all(told.held.total == 5 for told in net.told.values())
