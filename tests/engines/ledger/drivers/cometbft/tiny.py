"""The smallest application that can show the ABCI server with real engines: a list of words, each kept in a file.

Run as a program with a node's home it is that member's node. The vote extension says the signer's height and root, and
the first transaction of each block carries the extensions of the block before.
"""

import asyncio
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

from tianping.engines.ledger.drivers.cometbft.abci import Accept, Reject, abci
from tianping.engines.ledger.drivers.cometbft.binary import engine_program
from tianping.engines.ledger.drivers.cometbft.homes import Home
from tianping.engines.ledger.drivers.cometbft.node import Node, Watch

INJECTED = b"\x00"


class Tiny:
    def __init__(self, kept):
        self.kept = kept
        self.words, self.height, self.seen = [], 0, []
        if kept.exists():
            self.height, self.words, self.seen = json.loads(kept.read_text())
        self.decided = None

    def root(self, words):
        return hashlib.sha256("\n".join(words).encode()).digest()

    def after(self, request):
        """The words once this block is kept."""
        return self.words + [one.decode() for one in request.txs[1:]]

    def forget(self):
        self.decided = None

    async def roll_back(self, height):
        raise NotImplementedError

    async def info(self, request):
        return abci.ResponseInfo(
            app_version=1,
            last_block_height=self.height,
            last_block_app_hash=self.root(self.words) if self.height else b"",
        )

    async def init_chain(self, request):
        assert json.loads(request.app_state_bytes) == {"words": []}
        return abci.ResponseInitChain()

    async def check_tx(self, request):
        return abci.ResponseCheckTx(code=1 if request.tx.startswith((INJECTED, b"bad")) else 0)

    async def prepare_proposal(self, request):
        seen = [vote.vote_extension.decode() for vote in request.local_last_commit.votes if vote.vote_extension]
        return abci.ResponsePrepareProposal(txs=[INJECTED + json.dumps(seen).encode(), *request.txs])

    async def process_proposal(self, request):
        good = bool(request.txs) and request.txs[0].startswith(INJECTED)
        return abci.ResponseProcessProposal(status=Accept if good else Reject)

    async def extend_vote(self, request):
        # An engine that comes back mid-height replays its log and asks this first: it judged the proposal before it fell.
        root = self.root(self.after(request))
        return abci.ResponseExtendVote(vote_extension=f"{request.height} {root.hex()}".encode())

    async def verify_vote_extension(self, request):
        good = request.vote_extension.startswith(f"{request.height} ".encode())
        status = abci.ResponseVerifyVoteExtension
        return status(status=status.ACCEPT if good else status.REJECT)

    async def finalize_block(self, request):
        words = self.after(request)
        self.decided = request.height, words, json.loads(request.txs[0][1:])
        return abci.ResponseFinalizeBlock(
            app_hash=self.root(words), tx_results=[abci.ExecTxResult(code=0) for _ in request.txs]
        )

    async def commit(self, request):
        self.height, self.words, self.seen = self.decided
        fresh = self.kept.with_suffix(".new")
        with fresh.open("w") as file:
            json.dump([self.height, self.words, self.seen], file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.kept)
        return abci.ResponseCommit()

    async def query(self, request):
        return abci.ResponseQuery(code=0)

    async def list_snapshots(self, request):
        return abci.ResponseListSnapshots()

    async def offer_snapshot(self, request):
        return abci.ResponseOfferSnapshot()

    async def load_snapshot_chunk(self, request):
        return abci.ResponseLoadSnapshotChunk()

    async def apply_snapshot_chunk(self, request):
        return abci.ResponseApplySnapshotChunk()


def kept(home):
    """(height, words, extensions in the last block) as a node has them on disk."""
    place = home.place / "words.json"
    return json.loads(place.read_text()) if place.exists() else [0, [], []]


async def main(place):
    home = Home(Path(place) / "ledger" / "engines" / "tiny")
    node = Node(home, Tiny(home.place / "words.json"), engine_program(), watch=Watch(every_s=0.3))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, node.stop)
    await node.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
