"""The ledger behind a consensus engine: the pure machine and the store, asked in ABCI's words.

A block is executed when it is proposed and staged under its hash, so that votes can sign the root after it; deciding it
takes what is staged or, while catching up, executes it then. Commit is one transaction on disk, with the height; who
voted then holds a quorum's co-signatures already, one block before the chain records them (quorum.py).
"""

import asyncio
import time
from collections.abc import Callable, Sequence

import msgspec
import structlog

from tianping.engines.ledger import codec, machine
from tianping.engines.ledger.checkpoints import Checkpoint, Cosigned
from tianping.engines.ledger.drivers.cometbft import sealing, snapshots
from tianping.engines.ledger.drivers.cometbft.abci import Accept, Reject, abci
from tianping.engines.ledger.drivers.cometbft.door import Door
from tianping.engines.ledger.drivers.cometbft.genesis import GenesisDiffers, engine_powers, read_app_state
from tianping.engines.ledger.drivers.cometbft.proto import crypto_keys_pb2
from tianping.engines.ledger.drivers.cometbft.quorum import Heard, day_is_certain
from tianping.engines.ledger.drivers.cometbft.signatures import CheckedSignatures
from tianping.engines.ledger.model import Block, Genesis, Member, Outcome, Receipt
from tianping.engines.ledger.store import Head, Store
from tianping.interfaces.signing import Signer, Verifying

log = structlog.get_logger()

APP_VERSION = 1
# Room that a transaction takes in a block beside its own bytes.
TX_OVERHEAD = 6
ACCEPTED, REFUSED = 0, 1
SIGNED = "signed"
"""The fact that says what this member signed last."""


class Misbehaviour(codec.Encoded, frozen=True):
    """What the engine proved against a validator: `kind` 1 voted twice, 2 attacked light clients. Kept beside the chain."""

    kind: int
    address: bytes
    height: int
    power: int
    seen_at: int


class Signed(codec.Encoded, frozen=True):
    """What this member signed last, and its clock then."""

    height: int
    size: int
    root: bytes
    clock: int


class Decided(msgspec.Struct, frozen=True):
    """A block that is on disk: every transaction of it, seal left out, with its receipt; and what its seal sealed.

    `held`: the quorum over the log after this block that this member has verified itself, where it gives numbers a day
    for certain. Its time is not the recorded one.
    """

    outcome: Outcome
    sealed: Cosigned | None
    held: Cosigned | None


class _Staged(msgspec.Struct, frozen=True):
    outcome: Outcome
    sealed: Cosigned | None
    has_seal: bool


class LedgerApplication:
    """One chain of one member. `signers`: the member's node keys, the old and the new one while a key is replaced; empty for
    a member of the second level. `allowed`: whether a peer may connect, by its node id. `now`: milliseconds since 1970.
    `decided` is called after each block, on the event loop.
    """

    def __init__(
        self,
        store: Store,
        genesis: Genesis,
        signers: Sequence[Signer],
        verifying: Verifying,
        *,
        allowed: Callable[[str], bool] = lambda _: True,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        decided: Callable[[Decided], None] = lambda _: None,
        snapshot_every: int = 1000,
    ) -> None:
        self.store = store
        self.genesis = genesis
        self.signatures = CheckedSignatures(verifying)
        self.door = Door(store, self.signatures)
        self._signers = {one.certificate.fingerprint: one for one in signers}
        self._allowed = allowed
        self._now = now
        self._tell = decided
        self._staged: dict[bytes, _Staged] = {}
        self._decided: _Staged | None = None
        self._decided_hash = b""
        self._heard = Heard()
        if store.head() is None:
            store.keep(machine.begin(genesis))
        elif store.genesis().digest() != genesis.digest():
            raise GenesisDiffers("this store began with another genesis")
        signed = store.fact(SIGNED)
        self._signed = codec.decode(signed, Signed) if signed else None
        self._snapshots = snapshots.Offering(store, snapshot_every)
        self._restoring: snapshots.Restoring | None = None

    # For the node

    @property
    def height(self) -> int:
        return self._head().height

    @property
    def ahead(self) -> int:
        """The largest size that the log has after a block which is being decided; 0 where none is."""
        return max((one.outcome.size for one in self._staged.values()), default=0)

    def forget(self) -> None:
        self._staged.clear()
        self._heard.clear()
        self._decided = None
        self._end_restoring()

    async def roll_back(self, height: int) -> None:
        self.forget()
        if height < self.height:
            await asyncio.to_thread(self.store.rollback, height)
            self.door.refresh()

    # Start

    async def info(self, request: abci.RequestInfo) -> abci.ResponseInfo:
        head = self._head()
        return abci.ResponseInfo(
            data=self.genesis.origin,
            app_version=APP_VERSION,
            last_block_height=head.height,
            last_block_app_hash=self._hash_at(head) if head.height else b"",
        )

    async def init_chain(self, request: abci.RequestInitChain) -> abci.ResponseInitChain:
        """Raises GenesisDiffers: members of one chain must have begun with the same words."""
        told = read_app_state(request.app_state_bytes)
        if told.digest() != self.genesis.digest():
            raise GenesisDiffers("the engine's genesis carries another ledger genesis")
        engine = {one.pub_key.ed25519: one.power for one in request.validators}
        if engine != engine_powers(self.genesis.members):
            raise GenesisDiffers("the engine's validators are not the members with power, by their engine keys")
        return abci.ResponseInitChain()

    # The mempool

    async def check_tx(self, request: abci.RequestCheckTx) -> abci.ResponseCheckTx:
        receipt = await self.door.check(bytes(request.tx))
        code = ACCEPTED if receipt.code == "ok" else REFUSED
        return abci.ResponseCheckTx(code=code, data=codec.encode(receipt), log=receipt.code)

    # A block

    async def prepare_proposal(self, request: abci.RequestPrepareProposal) -> abci.ResponsePrepareProposal:
        """A seal that falls short stands alone: until the tree is sealed nothing is added to it."""
        txs: list[bytes] = []
        room = request.max_tx_bytes
        if request.height > 1:
            said = [vote.vote_extension for vote in request.local_last_commit.votes if vote.vote_extension]
            seal, quorate, others = sealing.seal_of(
                self._checkpoint(self._head()), said, self._members_at(request.height - 1), self.signatures.verify
            )
            for other in others:
                log.error("a member signed another root", height=request.height - 1, member=other.cosignature.member)
            txs.append(seal)
            if not quorate:
                return abci.ResponsePrepareProposal(txs=txs)
            room -= len(seal) + TX_OVERHEAD
        for tx in request.txs:
            room -= len(tx) + TX_OVERHEAD
            if room < 0:
                break
            if not sealing.is_seal(tx):
                txs.append(tx)
        return abci.ResponsePrepareProposal(txs=txs)

    async def process_proposal(self, request: abci.RequestProcessProposal) -> abci.ResponseProcessProposal:
        if request.height != self.height + 1 or not self._well_formed(request.height, request.txs):
            return abci.ResponseProcessProposal(status=Reject)
        staged = await self._stage(request.hash, request.height, request.txs)
        good = request.height == 1 or (staged.has_seal and (staged.sealed is not None or len(request.txs) == 1))
        return abci.ResponseProcessProposal(status=Accept if good else Reject)

    async def extend_vote(self, request: abci.RequestExtendVote) -> abci.ResponseExtendVote:
        staged = await self._stage(request.hash, request.height, request.txs)
        for member in self._members_at(request.height):
            signer = self._signers.get(member.fingerprint)
            if signer and member.power:
                outcome = staged.outcome
                checkpoint = Checkpoint(self.genesis.origin, outcome.size, outcome.root, request.height)
                clock = self._clock(checkpoint, staged)
                self._signed = Signed(request.height, outcome.size, outcome.root, clock)
                said = sealing.extension(checkpoint, member, clock, signer.sign)
                self._heard.hear(request.height, bytes(request.hash), member.id, sealing.read_extension(said))
                return abci.ResponseExtendVote(vote_extension=said)
        return abci.ResponseExtendVote()

    async def verify_vote_extension(self, request: abci.RequestVerifyVoteExtension) -> abci.ResponseVerifyVoteExtension:
        """Only whose it is, never its root: all must judge alike, and not all have executed the block yet. A wrong root
        counts as a vote for the block and is left out of the seal.
        """
        told = abci.ResponseVerifyVoteExtension
        if not request.vote_extension:
            return told(status=told.ACCEPT)
        member = sealing.member_at(request.validator_address, self._members_at(request.height))
        try:
            extension = sealing.read_extension(bytes(request.vote_extension))
        except codec.Malformed:
            return told(status=told.REJECT)
        good = member is not None and sealing.is_signed_by(
            extension, member, self.genesis.origin, request.height, self.signatures.verify
        )
        if member is not None and good:
            self._heard.hear(request.height, bytes(request.hash), member.id, extension)
        return told(status=told.ACCEPT if good else told.REJECT)

    async def finalize_block(self, request: abci.RequestFinalizeBlock) -> abci.ResponseFinalizeBlock:
        staged = await self._stage(request.hash, request.height, request.txs)
        for one in request.misbehavior:
            await asyncio.to_thread(self._keep_misbehaviour, one, request.height)
        self._decided, self._decided_hash = staged, bytes(request.hash)
        receipts = iter(staged.outcome.receipts)
        sealed = request.height == 1 or staged.sealed is not None
        return abci.ResponseFinalizeBlock(
            app_hash=sealing.application_hash(staged.outcome.root, request.height, sealed=sealed),
            tx_results=[
                abci.ExecTxResult(log="seal") if _is_first_seal(at, tx, request.height) else _result(next(receipts))
                for at, tx in enumerate(request.txs)
            ],
            validator_updates=[
                abci.ValidatorUpdate(pub_key=crypto_keys_pb2.PublicKey(ed25519=one.engine_key), power=one.power)
                for one in staged.outcome.validators
            ],
        )

    async def commit(self, request: abci.RequestCommit) -> abci.ResponseCommit:
        staged = self._decided
        assert staged is not None, "the engine commits what it has not decided"
        said = {SIGNED: codec.encode(self._signed)} if self._signed else {}
        await asyncio.to_thread(self.store.keep, staged.outcome, staged.sealed, said)
        self.door.refresh()
        held = self._held(staged.outcome)
        self._heard.forget(staged.outcome.block.height)
        self._staged.clear()
        self._decided = None
        self._tell(Decided(staged.outcome, staged.sealed, held))
        return abci.ResponseCommit()

    async def query(self, request: abci.RequestQuery) -> abci.ResponseQuery:
        """Only what the engine itself asks: whether a peer may connect."""
        kind, _, peer = request.path.removeprefix("/p2p/filter/").partition("/")
        known = kind == "addr" or (kind == "id" and self._allowed(peer))
        return abci.ResponseQuery(code=ACCEPTED if known else REFUSED, log="" if known else "not a peer of ours")

    # Snapshots

    async def list_snapshots(self, request: abci.RequestListSnapshots) -> abci.ResponseListSnapshots:
        return abci.ResponseListSnapshots(snapshots=await asyncio.to_thread(self._snapshots.offered))

    async def load_snapshot_chunk(self, request: abci.RequestLoadSnapshotChunk) -> abci.ResponseLoadSnapshotChunk:
        chunk = await asyncio.to_thread(self._snapshots.chunk, request.height, request.format, request.chunk)
        return abci.ResponseLoadSnapshotChunk(chunk=chunk)

    async def offer_snapshot(self, request: abci.RequestOfferSnapshot) -> abci.ResponseOfferSnapshot:
        told = abci.ResponseOfferSnapshot
        if self.height:
            return told(result=told.ABORT)
        if request.snapshot.format != snapshots.FORMAT:
            return told(result=told.REJECT_FORMAT)
        self._end_restoring()
        try:
            self._restoring = await asyncio.to_thread(
                snapshots.Restoring, self.store, request.snapshot, bytes(request.app_hash), self.signatures.verify
            )
        except codec.Malformed:
            return told(result=told.REJECT)
        return told(result=told.ACCEPT)

    async def apply_snapshot_chunk(self, request: abci.RequestApplySnapshotChunk) -> abci.ResponseApplySnapshotChunk:
        told = abci.ResponseApplySnapshotChunk
        if self._restoring is None:
            return told(result=told.ABORT)
        try:
            await asyncio.to_thread(self._restoring.apply, request.index, bytes(request.chunk))
            self.door.refresh()
        except snapshots.ChunkDiffers:
            return told(result=told.RETRY, refetch_chunks=[request.index], reject_senders=[request.sender])
        except snapshots.SnapshotFalse as false:
            log.error("a snapshot was false", reason=str(false), sender=request.sender)
            self._end_restoring()
            return told(result=told.REJECT_SNAPSHOT, reject_senders=[request.sender])
        return told(result=told.ACCEPT)

    # Inside

    def _clock(self, checkpoint: Checkpoint, staged: _Staged) -> int:
        """Milliseconds. The same again for a tree that no seal has made known yet: one tree has one clock of each member."""
        last = self._signed
        clock = self._now()
        if last is not None and (last.size, last.root) == (checkpoint.size, checkpoint.root):
            again = checkpoint.height == last.height or staged.sealed is None
            clock = last.clock if again else clock
        # A clock that was set back never makes time run backwards on the chain.
        return max(clock, staged.outcome.block.clock)

    def _held(self, outcome: Outcome) -> Cosigned | None:
        """See quorum.py."""
        height = outcome.block.height
        members = self._members_at(height)
        if members != self._members_at(height + machine.SET_DELAY):
            return None
        checkpoint = Checkpoint(self.genesis.origin, outcome.size, outcome.root, height)
        found = self._heard.quorum(
            checkpoint, self._decided_hash, members, self.signatures.verify, own=frozenset(self._signers)
        )
        return found if found is not None and day_is_certain(found) else None

    def _end_restoring(self) -> None:
        if self._restoring is not None:
            self._restoring.close()
            self._restoring = None

    def _head(self) -> Head:
        head = self.store.head()
        assert head is not None
        return head

    def _checkpoint(self, head: Head) -> Checkpoint:
        return Checkpoint(self.genesis.origin, head.size, head.root, head.height)

    def _hash_at(self, head: Head) -> bytes:
        sealed = head.height == 1 or self.store.checkpoint(head.height - 1) is not None
        return sealing.application_hash(head.root, head.height, sealed=sealed)

    def _members_at(self, height: int) -> list[Member]:
        return machine.signers_at(self.store, height)

    @staticmethod
    def _well_formed(height: int, txs: Sequence[bytes]) -> bool:
        """A seal first, from the second block on, and nowhere else."""
        if height > 1 and not (txs and sealing.is_seal(txs[0])):
            return False
        return not any(sealing.is_seal(tx) for tx in txs[1 if height > 1 else 0 :])

    async def _stage(self, block_hash: bytes, height: int, txs: Sequence[bytes]) -> _Staged:
        staged = self._staged.get(block_hash)
        if staged is None:
            raw = [bytes(tx) for tx in txs]
            await self.signatures.check(self.store, raw[1:] if height > 1 else raw)
            staged = await asyncio.to_thread(self._execute, height, raw)
            self._staged[block_hash] = staged
        return staged

    def _execute(self, height: int, txs: list[bytes]) -> _Staged:
        sealed, has_seal = None, False
        if height > 1 and txs and sealing.is_seal(txs[0]):
            members = self._members_at(height - 1)
            told = sealing.open_seal(txs[0], self._checkpoint(self._head()), members, self.signatures.verify)
            has_seal = told is not None
            sealed = told if told is not None and told.quorate else None
            txs = txs[1:]
        # Only what blocks before this one sealed: a restored store may know more than the others do yet.
        last = sealed or next(iter(self.store.checkpoints(height - 1, 1)), None)
        block = Block(height, last.time if last else 0, txs)
        outcome = machine.execute(self.store, block, self.signatures.verify, self.signatures.read)
        return _Staged(outcome, sealed, has_seal)

    def _keep_misbehaviour(self, told: abci.Misbehavior, height: int) -> None:
        one = Misbehaviour(told.type, told.validator.address, told.height, told.validator.power, height)
        log.error("a validator misbehaved", kind=one.kind, address=one.address.hex(), height=one.height)
        self.store.keep_fact(f"misbehaviour/{one.height}/{one.address.hex()}/{one.kind}", codec.encode(one))


def _is_first_seal(at: int, tx: bytes, height: int) -> bool:
    return at == 0 and height > 1 and sealing.is_seal(tx)


def _result(receipt: Receipt) -> abci.ExecTxResult:
    return abci.ExecTxResult(
        code=ACCEPTED if receipt.accepted else REFUSED, data=codec.encode(receipt), log=receipt.code
    )
