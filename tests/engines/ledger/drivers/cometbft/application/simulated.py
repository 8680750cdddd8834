"""The application without an engine: four members' applications, driven through ABCI by a consensus of our own making.

So determinism, staging, catching up, rollback and snapshots are tested where there is no Go as well, and in the order that
a test wants.
"""

from tests.engines.ledger.cast import cast, verifying
from tests.engines.ledger.depositor import deposit
from tests.engines.ledger.drivers.cometbft.ledgers import found

from tianping.engines.ledger.drivers.cometbft.abci import Accept, abci
from tianping.engines.ledger.drivers.cometbft.application import LedgerApplication
from tianping.engines.ledger.store import Store


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


async def info_of(application):
    return await application.info(abci.RequestInfo())
