"""One member of four that does not keep to the rules, and what the others make of it. Real engines."""

import asyncio
import json

import msgspec
import pytest
from tests.engines.ledger.drivers.cometbft.ledgers import ledgers
from tests.engines.ledger.drivers.cometbft.networks import until, until_still

from tianping.engines.ledger import codec
from tianping.engines.ledger.checkpoints import Checkpoint, cosign
from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.abci import Reject, abci
from tianping.engines.ledger.drivers.cometbft.application import LedgerApplication, Misbehaviour
from tianping.engines.ledger.drivers.cometbft.node import NodeState, read_status
from tianping.engines.ledger.drivers.cometbft.quorum import day_is_certain
from tianping.engines.ledger.model import FORMAT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
HONEST = ("court-a", "court-b", "court-c")


class SignsAnotherRoot(LedgerApplication):
    async def extend_vote(self, request):
        [member] = [one for one in self._members_at(request.height) if one.fingerprint in self._signers]
        false = Checkpoint(self.genesis.origin, 99, b"x" * 32, request.height)
        extension = sealing.extension(false, member, self._now(), self._signers[member.fingerprint].sign)
        return abci.ResponseExtendVote(vote_extension=extension)


class SpeaksNonsense(LedgerApplication):
    async def extend_vote(self, request):
        return abci.ResponseExtendVote(vote_extension=b"\xff" * 200)


class SignsForAnother(LedgerApplication):
    async def extend_vote(self, request):
        staged = await self._stage(request.hash, request.height, request.txs)
        checkpoint = Checkpoint(self.genesis.origin, staged.outcome.size, staged.outcome.root, request.height)
        [own] = self._signers.values()
        other = self._members_at(request.height)[0]
        return abci.ResponseExtendVote(vote_extension=sealing.extension(checkpoint, other, self._now(), own.sign))


class ComesLate(LedgerApplication):
    """Votes after the others have gone on, so that its co-signature reaches the next proposer unchecked."""

    async def extend_vote(self, request):
        await asyncio.sleep(0.6)
        return await super().extend_vote(request)


class ForgesTheSeal(LedgerApplication):
    """As proposer it seals with co-signatures of its own making."""

    forged = 0

    async def prepare_proposal(self, request):
        answer = await super().prepare_proposal(request)
        if request.height > 1:
            checkpoint = self._checkpoint(self._head())
            [own] = self._signers.values()
            false = [
                cosign(checkpoint, one, 4_000_000_000_000, own.sign) for one in self._members_at(request.height - 1)
            ]
            answer.txs[0] = sealing.SEAL + codec.encode(sealing.Seal(FORMAT, checkpoint.height, false))
            ForgesTheSeal.forged += 1
        return answer

    async def process_proposal(self, request):
        return abci.ResponseProcessProposal(status=abci.ResponseProcessProposal.ACCEPT)


class LeavesTheSealEmpty(LedgerApplication):
    """As proposer it keeps the others' co-signatures to itself."""

    emptied = 0

    async def prepare_proposal(self, request):
        answer = await super().prepare_proposal(request)
        if request.height > 1:
            answer.txs[0] = sealing.SEAL + codec.encode(sealing.Seal(FORMAT, request.height - 1, []))
            LeavesTheSealEmpty.emptied += 1
        return answer


class SmugglesASecondSeal(LedgerApplication):
    tried = 0

    async def prepare_proposal(self, request):
        answer = await super().prepare_proposal(request)
        answer.txs.append(sealing.SEAL + b"\x80")
        SmugglesASecondSeal.tried += 1
        return answer


async def four(net, false, **more):
    await net.start(*HONEST)
    await net.start("court-d", application=false, **more)


async def acknowledged(net, count, prefix="r"):
    """Deposits one after the other by the honest; every answer must be quorate."""
    answers = [await net.deposit(f"{prefix}{number}", by=HONEST[number % 3]) for number in range(count)]
    assert all(one.cosigned.quorate for one in answers)
    return answers


@pytest.mark.parametrize("false", [SignsAnotherRoot, SpeaksNonsense, SignsForAnother])
async def test_a_false_extension_is_in_no_seal_and_stops_nobody(tmp_path, program, false):
    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, false)
        answers = await acknowledged(net, 8)
        assert {one.member for answer in answers for one in answer.cosigned.cosignatures} == set(HONEST)
        # A right co-signature of the three is needed for an early answer; near midnight there is none.
        assert net.early or not all(day_is_certain(answer.cosigned) for answer in answers)
        assert {one.member for early in net.early for one in early.cosignatures} <= set(HONEST)
        assert (await net.even(*HONEST)).size == 8


async def test_a_late_extension_is_taken_when_right_and_never_waited_for(tmp_path, program):
    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, ComesLate)
        answers = await acknowledged(net, 6)
        assert all(len(answer.cosigned.cosignatures) >= 3 for answer in answers)
        assert (await net.even()).size == 6


async def test_a_forged_seal_is_refused_and_the_next_proposer_seals(tmp_path, program):
    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, ForgesTheSeal)
        answers = await acknowledged(net, 6)
        assert ForgesTheSeal.forged > 0
        assert all(answer.cosigned.time < 4_000_000_000_000 for answer in answers)
        assert (await net.even(*HONEST)).size == 6


async def test_an_empty_seal_delays_by_a_block_and_no_more(tmp_path, program):
    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, LeavesTheSealEmpty)
        await acknowledged(net, 8)
        assert LeavesTheSealEmpty.emptied > 0
        # After the last seal all is still again.
        assert (await until_still(lambda: net.even(*HONEST))).size == 8


async def test_a_second_seal_is_refused(tmp_path, program):
    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, SmugglesASecondSeal)
        await acknowledged(net, 6)
        assert SmugglesASecondSeal.tried > 0
        refused = await net.drivers["court-a"].node.engine.rpc.broadcast_tx_sync(sealing.SEAL + b"\x80")
        assert refused.code == 1


async def test_a_member_that_was_wrong_once_is_taken_back_and_follows_again(tmp_path, program):
    """It told the engine another hash than the block's: the engine stops deciding, or ends at every start."""

    class WrongOnce(LedgerApplication):
        wrong = False

        async def finalize_block(self, request):
            answer = await super().finalize_block(request)
            if request.height == 3 and not WrongOnce.wrong:
                WrongOnce.wrong = True
                answer.app_hash = b"w" * 32
            return answer

    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, WrongOnce)
        await acknowledged(net, 4)
        assert WrongOnce.wrong
        assert (await net.even()).size == 4
        await until(lambda: net.drivers["court-d"].node.state is NodeState.READY, "it follows")
        await acknowledged(net, 2, prefix="more")
        assert (await net.even()).size == 6


async def test_a_member_whose_log_went_wrong_once_is_taken_back_with_its_engine(tmp_path, program):
    """A transaction was lost on one member only: its root differs, and both go back one block and execute it again."""

    class LosesOne(LedgerApplication):
        lost = False

        def _execute(self, height, txs):
            if len(txs) > 1 and height > 2 and not LosesOne.lost:
                LosesOne.lost = True
                txs = txs[:1]
            return super()._execute(height, txs)

        async def finalize_block(self, request):
            staged = await self._stage(request.hash, request.height, request.txs)
            if len(staged.outcome.receipts) < len(request.txs) - 1:
                self._decided = staged
                return abci.ResponseFinalizeBlock(
                    app_hash=sealing.application_hash(staged.outcome.root, request.height, sealed=True),
                    tx_results=[abci.ExecTxResult() for _ in request.txs],
                )
            return await super().finalize_block(request)

    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, LosesOne)
        await acknowledged(net, 4)
        assert LosesOne.lost
        assert (await net.even()).size == 4
        for driver in net.drivers.values():
            assert driver.store.inclusion(2, 4) == net.drivers["court-a"].store.inclusion(2, 4)


async def test_a_member_that_is_always_wrong_is_said_to_have_diverged(tmp_path, program):
    class AlwaysWrong(LedgerApplication):
        async def finalize_block(self, request):
            answer = await super().finalize_block(request)
            if request.height >= 3:
                answer.app_hash = b"w" * 32
            return answer

    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, AlwaysWrong)
        await acknowledged(net, 4)
        await until(lambda: net.drivers["court-d"].node.state is NodeState.DIVERGED, "it is said")
        await acknowledged(net, 2, prefix="more")
        assert (await net.even(*HONEST)).size == 6
        assert net.drivers["court-d"].node.state is NodeState.DIVERGED
        assert read_status(net.consortium.home("court-d")).state is NodeState.DIVERGED


async def test_signing_twice_is_seen_and_kept_by_every_member(tmp_path, program):
    """court-d's engine key is used by a second process that votes otherwise."""

    class AlwaysAgainst(LedgerApplication):
        async def process_proposal(self, request):
            return abci.ResponseProcessProposal(status=Reject)

    async with ledgers(tmp_path, program, started=()) as net:
        consortium = net.consortium
        consortium.join("twin")
        twin, own = consortium.home("twin"), consortium.home("court-d")
        key = (own.config / "priv_validator_key.json").read_bytes()
        (twin.config / "priv_validator_key.json").write_bytes(key)
        net.people.nodes["twin"] = net.people.nodes["court-d"]
        await net.start(*HONEST, "court-d")
        await net.start("twin", application=AlwaysAgainst, signers=[])

        async def seen():
            await net.deposit(f"r{asyncio.get_running_loop().time()}", by="court-a")
            return all(net.drivers[name].store.facts("misbehaviour/") for name in HONEST)

        await until(seen, "everybody has it")
        for name in HONEST:
            [(_, kept), *_] = net.drivers[name].store.facts("misbehaviour/")
            told = codec.decode(kept, Misbehaviour)
            assert told.kind == 1
            assert told.address == own.identity().address
        await acknowledged(net, 2, prefix="still")


STEPS = ("prepare_proposal", "process_proposal", "extend_vote", "verify_vote_extension", "finalize_block", "commit")


class Crashes(LedgerApplication):
    """Ends before or after the armed step, once."""

    armed = ""
    when = ""


def _crashing(step):
    async def asked(self, request):
        if Crashes.armed != step:
            return await getattr(LedgerApplication, step)(self, request)
        Crashes.armed = ""
        if Crashes.when == "after":
            await getattr(LedgerApplication, step)(self, request)
        raise RuntimeError(f"{Crashes.when} {step}")

    return asked


for _step in STEPS:
    setattr(Crashes, _step, _crashing(_step))


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_between_any_two_steps_loses_nothing(tmp_path, program, when):
    """The application of one member ends before or after it has done a step; its engine ends with it; both come back."""
    Crashes.armed, Crashes.when = "", when
    async with ledgers(tmp_path, program, started=()) as net:
        await four(net, Crashes)
        number = 0
        for step in STEPS:
            ended = asyncio.create_task(net.drivers["court-d"].ended())
            Crashes.armed = step
            while Crashes.armed:
                await net.deposit(f"r{number}", by=HONEST[number % 3])
                number += 1
                assert number < 200
            with pytest.raises(RuntimeError, match=f"{when} {step}"):
                await asyncio.wait_for(ended, 20)
            await net.stop("court-d")
            await net.start("court-d", application=Crashes)
            await net.deposit(f"with-{step}", by="court-d")
        assert (await net.even()).size == number + len(STEPS)


def test_a_genesis_of_another_ledger_is_refused(tmp_path):
    from tests.engines.ledger.cast import cast
    from tests.engines.ledger.drivers.cometbft.ledgers import found

    from tianping.engines.ledger.drivers.cometbft.driver import read_genesis
    from tianping.engines.ledger.drivers.cometbft.genesis import GenesisDiffers, read_app_state

    people = cast(nodes=2)
    consortium = found(tmp_path, people)
    assert read_genesis(consortium.home("court-a")) == people.genesis
    for wrong in (b"{}", b'{"ledger": "zz"}', json.dumps({"ledger": "80"}).encode()):
        with pytest.raises(GenesisDiffers):
            read_app_state(wrong)
    assert msgspec.json.decode((consortium.home("court-b").config / "genesis.json").read_bytes())["app_state"]
