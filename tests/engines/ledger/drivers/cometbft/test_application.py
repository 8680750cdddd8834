"""The application without an engine: four members' applications, driven through ABCI by a consensus of our own making.

So determinism, staging, catching up, rollback and snapshots are tested where there is no Go as well, and in the order that
a test wants.
"""

import json
import random
import zlib

import msgspec
import pytest
from tests.engines.ledger.cast import cast, verify, verifying
from tests.engines.ledger.depositor import deposit
from tests.engines.ledger.drivers.cometbft.ledgers import found

from tianping.engines.ledger import building, codec, machine, snapshot
from tianping.engines.ledger.checkpoints import Checkpoint, cosign, gather
from tianping.engines.ledger.drivers.cometbft import sealing, snapshots
from tianping.engines.ledger.drivers.cometbft.abci import Accept, Reject, abci
from tianping.engines.ledger.drivers.cometbft.application import LedgerApplication
from tianping.engines.ledger.drivers.cometbft.proto import crypto_keys_pb2
from tianping.engines.ledger.drivers.cometbft.snapshots import ChunkDiffers, Offering, Restoring, SnapshotFalse
from tianping.engines.ledger.model import Receipt
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions.membership import ChangeMember


class Simulated:
    """Decides blocks among the applications it holds. Votes that are withheld reach nobody."""

    def __init__(self, place, nodes=4):
        self.place, self.people = place, cast(nodes=nodes)
        self.consortium = found(place / "homes", self.people)
        self.verifying = verifying()
        self.members = {one.id: one for one in self.people.genesis.members}
        self.applications = {name: self.open(name) for name in self.members}
        self.height, self.extensions, self.hash = 0, [], b""
        self.told = {}
        self.blocks = []
        self.clock = 1_900_000_000_000

    def open(self, name, where=None):
        return LedgerApplication(
            Store(self.place / f"{where or name}.db"), self.people.genesis, [self.people.nodes[name]], self.verifying,
            now=lambda: self.clock, snapshot_every=4,
            decided=lambda one: self.told.__setitem__(where or name, one),
        )  # fmt: skip

    def address(self, name):
        return self.consortium.home(name).identity().address

    async def propose(self, proposer, txs):
        votes = [abci.ExtendedVoteInfo(vote_extension=one) for one in self.extensions]
        answer = await self.applications[proposer].prepare_proposal(
            abci.RequestPrepareProposal(
                height=self.height + 1, txs=txs, max_tx_bytes=1 << 20,
                local_last_commit=abci.ExtendedCommitInfo(votes=votes),
            )
        )  # fmt: skip
        return list(answer.txs)

    async def decide(self, txs, *, by=None, withheld=(), catching_up=(), late=(), restarted=()):
        """Propose, process, vote and commit at all; those catching up only finalize and commit.

        The votes of the `late` are verified by nobody and reach the next proposer all the same; the `restarted` forget what
        was staged and heard before they decide.
        """
        self.clock += 1000
        names = list(self.applications)
        block = await self.propose(by or names[self.height % len(names)], txs)
        height, block_hash = self.height + 1, bytes([self.height % 250]) * 32
        self.extensions = []
        for name, application in self.applications.items():
            if name in catching_up:
                continue
            asked = abci.RequestProcessProposal(txs=block, hash=block_hash, height=height)
            assert (await application.process_proposal(asked)).status == Accept
            voted = await application.extend_vote(abci.RequestExtendVote(hash=block_hash, height=height, txs=block))
            for other in () if name in late else self.applications.values():
                if other is application:
                    continue
                told = await other.verify_vote_extension(
                    abci.RequestVerifyVoteExtension(
                        hash=block_hash,
                        validator_address=self.address(name),
                        height=height,
                        vote_extension=voted.vote_extension,
                    )
                )
                assert told.status == abci.ResponseVerifyVoteExtension.ACCEPT
            if name not in withheld:
                self.extensions.append(voted.vote_extension)
        for name in restarted:
            self.applications[name].forget()
        answers = set()
        for application in self.applications.values():
            answers.add(await self.finalize(application, block, block_hash, height))
        assert len(answers) == 1
        self.height = height
        self.blocks.append((block, block_hash))
        self.hash = abci.ResponseFinalizeBlock.FromString(answers.pop()).app_hash
        return self.hash

    @staticmethod
    async def finalize(application, block, block_hash, height):
        answer = await application.finalize_block(abci.RequestFinalizeBlock(txs=block, hash=block_hash, height=height))
        await application.commit(abci.RequestCommit())
        return answer.SerializeToString(deterministic=True)

    def deposits(self, *refs):
        return [deposit(ref, self.people.platform) for ref in refs]


@pytest.fixture
def net(tmp_path):
    made = Simulated(tmp_path)
    yield made
    made.verifying.close()
    for application in made.applications.values():
        application.store.close()


async def info_of(application):
    return await application.info(abci.RequestInfo())


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


async def test_two_proposals_are_staged_apart_and_the_decided_one_counts(net):
    await net.decide(net.deposits("a"))
    one, other = await net.propose("court-a", net.deposits("x")), await net.propose("court-b", net.deposits("y", "z"))
    application = net.applications["court-c"]
    for block, name in ((one, b"1"), (other, b"2")):
        asked = abci.RequestProcessProposal(txs=block, hash=name * 32, height=2)
        assert (await application.process_proposal(asked)).status == Accept
    await net.finalize(application, other, b"2" * 32, 2)
    assert application.store.head().size == 3
    assert not application._staged


async def test_malformed_proposals_are_rejected(net):
    await net.decide(net.deposits("a"))
    good = await net.propose("court-a", net.deposits("b"))
    for wrong in (
        good[1:],
        [],
        [good[0], good[0]],
        [good[1], good[0]],
        [*good, good[0]],
        [good[0][:-1], good[1]],
        [b"\x00", good[1]],
    ):
        asked = abci.RequestProcessProposal(txs=wrong, hash=b"w" * 32, height=2)
        assert (await net.applications["court-b"].process_proposal(asked)).status == Reject
    asked = abci.RequestProcessProposal(txs=good, hash=b"g" * 32, height=3)
    assert (await net.applications["court-b"].process_proposal(asked)).status == Reject
    sealed_first = abci.RequestProcessProposal(txs=good, hash=b"f" * 32, height=1)
    fresh = net.open("court-a", "fresh")
    assert (await fresh.process_proposal(sealed_first)).status == Reject
    fresh.store.close()


async def test_a_proposal_never_exceeds_its_room(net):
    await net.decide(net.deposits("a"))
    txs = net.deposits(*[f"r{at}" for at in range(50)])
    votes = [abci.ExtendedVoteInfo(vote_extension=one) for one in net.extensions]
    for room in (1200, 2000, 5000, 100_000):
        answer = await net.applications["court-a"].prepare_proposal(
            abci.RequestPrepareProposal(
                height=2, txs=txs, max_tx_bytes=room, local_last_commit=abci.ExtendedCommitInfo(votes=votes)
            )
        )
        size = abci.ResponsePrepareProposal(txs=answer.txs).ByteSize()
        assert size <= room
        assert len(answer.txs) >= 1


async def test_the_door_says_what_would_become_of_it(net):
    application = net.applications["court-a"]

    async def check(tx):
        answer = await application.check_tx(abci.RequestCheckTx(tx=tx))
        return answer.code, codec.decode(answer.data, Receipt).code

    [good] = net.deposits("a")
    assert await check(good) == (0, "ok")
    assert await check(b"\x00seal") == (1, "malformed")
    assert await check(b"") == (1, "malformed")
    assert await check(deposit("b", net.people.newcomer)) == (1, "unknown-signer")
    broken = bytearray(good)
    broken[-1] ^= 1
    assert (await check(bytes(broken)))[0] == 1
    await net.decide([good])
    assert await check(good) == (1, "duplicate")


async def test_refused_transactions_get_a_result_and_no_entry(net):
    bad = deposit("bad", net.people.newcomer)
    block = await net.propose("court-a", [bad, *net.deposits("a", "a"), b"junk"])
    answer = await net.applications["court-a"].finalize_block(
        abci.RequestFinalizeBlock(txs=block, hash=b"h" * 32, height=1)
    )
    codes = [codec.decode(one.data, Receipt).code for one in answer.tx_results]
    assert codes == ["unknown-signer", "ok", "duplicate", "malformed"]
    assert [one.code for one in answer.tx_results] == [1, 0, 0, 1]


async def test_peers_are_asked_after_by_id(net):
    application = net.applications["court-a"]
    application._allowed = lambda peer: peer == "known"

    async def code(path):
        return (await application.query(abci.RequestQuery(path=path))).code

    assert await code("/p2p/filter/addr/10.0.0.1:1") == 0
    assert await code("/p2p/filter/id/known") == 0
    assert await code("/p2p/filter/id/other") == 1
    assert await code("/anything") == 1


async def test_the_genesis_must_be_the_members_own(net):

    from tianping.engines.ledger.drivers.cometbft.genesis import GenesisDiffers, app_state

    state = json.dumps(app_state(net.people.genesis)).encode()
    validators = [
        abci.ValidatorUpdate(pub_key=crypto_keys_pb2.PublicKey(ed25519=one.engine_key), power=one.power)
        for one in net.members.values()
    ]
    application = net.open("court-a", "new")
    await application.init_chain(abci.RequestInitChain(app_state_bytes=state, validators=validators))
    with pytest.raises(GenesisDiffers):
        await application.init_chain(abci.RequestInitChain(app_state_bytes=state, validators=validators[1:]))
    other = json.dumps(app_state(cast(nodes=4).genesis)).encode()
    with pytest.raises(GenesisDiffers):
        await application.init_chain(abci.RequestInitChain(app_state_bytes=other, validators=validators))
    application.store.close()
    with pytest.raises(GenesisDiffers):
        LedgerApplication(Store(net.place / "new.db"), cast(nodes=4).genesis, [], net.verifying)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(snapshot, "CHUNK", 700)


async def grown(net, blocks=11):
    for number in range(blocks):
        await net.decide(
            net.deposits(*[f"r{number}-{at}" for at in range(number % 3)]),
            withheld=("court-a",) if number % 4 else ("court-b", "court-c"),
        )
    return net.applications["court-a"].store


def snapshot_of(store, every=4):
    offering = Offering(store, every)
    [offer] = offering.offered()
    return offering, offer, [offering.chunk(offer.height, offer.format, at) for at in range(offer.chunks)]


async def test_a_snapshot_makes_the_same_ledger_in_an_empty_one(net, small_chunks):
    store = await grown(net)
    _, offer, chunks = snapshot_of(store)
    assert offer.height == 8
    assert len(chunks) > 2
    late = net.open("court-a", "late")
    told = abci.ResponseOfferSnapshot
    answer = await late.offer_snapshot(abci.RequestOfferSnapshot(snapshot=offer, app_hash=await hash_at(net, 8)))
    assert answer.result == told.ACCEPT
    for at, chunk in enumerate(chunks):
        answer = await late.apply_snapshot_chunk(abci.RequestApplySnapshotChunk(index=at, chunk=chunk, sender="s"))
        assert answer.result == abci.ResponseApplySnapshotChunk.ACCEPT
    assert late.height == 8
    for height in (9, 10, 11):
        await net.finalize(late, *net.blocks[height - 1], height)
    assert late.store.head() == store.head()
    assert late.store.checkpoints(None, 20) == store.checkpoints(None, 20)
    assert (await info_of(late)).last_block_app_hash == net.hash
    late.store.close()


async def hash_at(net, height):
    """What the members decided after a height, from a member that replays so far."""
    replayed = net.open("court-a", f"replayed-{height}-{random.random()}")
    for at in range(1, height + 1):
        await net.finalize(replayed, *net.blocks[at - 1], at)
    found = (await info_of(replayed)).last_block_app_hash
    replayed.store.close()
    return found


async def test_a_younger_snapshot_keeps_the_older_chunks_and_the_older_is_still_served(net, small_chunks):
    store = await grown(net, 7)
    offering, first, chunks = snapshot_of(store)
    await grown_more(net, 5)
    [second] = offering.offered()
    assert (first.height, second.height) == (4, 8)
    again = Offering(store, 4)
    assert again.offered() == [second]
    assert [offering.chunk(4, 1, at) for at in range(first.chunks)] == chunks
    assert offering.chunk(8, 1, 0) == again.chunk(8, 1, 0) == chunks[0]
    assert offering.chunk(8, 2, 0) == offering.chunk(7, 1, 0) == offering.chunk(8, 1, 99) == b""


async def grown_more(net, blocks):
    for number in range(blocks):
        await net.decide(net.deposits(f"more-{number}"))


async def test_a_false_snapshot_leaves_the_ledger_empty(net, small_chunks):
    store = await grown(net)
    _, offer, chunks = snapshot_of(store)
    right = await hash_at(net, 8)
    target = net.open("court-a", "target").store

    def restoring(chunks, app_hash=right):
        contents = codec.encode(
            snapshots.Contents(1, target.genesis().digest(), [snapshots.sm3(one) for one in chunks])
        )
        told = abci.Snapshot(height=8, format=1, chunks=len(chunks), hash=snapshots.sm3(contents), metadata=contents)
        return Restoring(target, told, app_hash, verify)

    def apply_all(made, chunks):
        try:
            for at, chunk in enumerate(chunks):
                made.apply(at, chunk)
        finally:
            made.close()

    with pytest.raises(SnapshotFalse):
        apply_all(restoring(chunks, b"x" * 32), chunks)
    with pytest.raises(SnapshotFalse):
        apply_all(restoring(chunks[1:]), chunks[1:])
    with pytest.raises(SnapshotFalse):
        apply_all(restoring([b"junk", *chunks[1:]]), [b"junk", *chunks[1:]])
    made = restoring(chunks)
    with pytest.raises(ChunkDiffers):
        made.apply(0, chunks[1])
    with pytest.raises(ChunkDiffers):
        made.apply(1, chunks[1])
    made.close()
    with pytest.raises(codec.Malformed):
        Restoring(target, abci.Snapshot(height=8, format=1, chunks=1, hash=b"", metadata=b"\x80"), right, verify)

    rng = random.Random(7)
    whole = [bytearray(zlib.decompress(one)) for one in chunks]
    for _ in range(30):
        at = rng.randrange(len(whole))
        place = rng.randrange(len(whole[at]))
        changed = [bytes(one) for one in whole]
        flipped = bytearray(whole[at])
        flipped[place] ^= 1 << rng.randrange(8)
        changed[at] = bytes(flipped)
        packed = [zlib.compress(one, 6) for one in changed]
        with pytest.raises(SnapshotFalse):
            apply_all(restoring(packed), packed)
        assert target.head().height == 0
    apply_all(restoring(chunks), chunks)
    assert target.head().height == 8
    target.close()
    assert machine.members(store)
