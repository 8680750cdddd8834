"""What becomes of proposals and of the transactions in them."""

from tests.engines.ledger.depositor import deposit

from tianping.engines.ledger import codec
from tianping.engines.ledger.drivers.cometbft.abci import Accept, Reject, abci
from tianping.engines.ledger.model import Receipt


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


async def test_refused_transactions_get_a_result_and_no_entry(net):
    bad = deposit("bad", net.people.newcomer)
    block = await net.propose("court-a", [bad, *net.deposits("a", "a"), b"junk"])
    answer = await net.applications["court-a"].finalize_block(
        abci.RequestFinalizeBlock(txs=block, hash=b"h" * 32, height=1)
    )
    codes = [codec.decode(one.data, Receipt).code for one in answer.tx_results]
    assert codes == ["unknown-signer", "ok", "duplicate", "malformed"]
    assert [one.code for one in answer.tx_results] == [1, 0, 0, 1]
