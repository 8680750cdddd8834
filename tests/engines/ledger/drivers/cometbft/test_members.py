"""Members that come, go, lose everything or begin late; real engines, in this process."""

import asyncio

import msgspec
import pytest
from tests.engines.ledger.cast import HeldKey, member_of
from tests.engines.ledger.drivers.cometbft.ledgers import ledgers
from tests.engines.ledger.drivers.cometbft.networks import until

from tianping.engines.ledger import building, machine
from tianping.engines.ledger.drivers.base import NotYet
from tianping.engines.ledger.drivers.cometbft.driver import start_over
from tianping.engines.ledger.drivers.cometbft.homes import StateSync
from tianping.engines.ledger.drivers.cometbft.problems import NodeHomeTaken
from tianping.engines.ledger.model import Standing
from tianping.engines.ledger.transactions.membership import ChangeMember

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def wipe(net, name):
    """Everything but keys, settings and what was signed."""
    home = net.consortium.home(name)
    start_over(home, home.place / "ledger.db")


async def change(net, ref, member, signers):
    """A membership transaction, signed by the nodes of those named."""
    envelope = building.transaction(
        chain="works", kind="member.change", author=signers[0], ref=ref, content=ChangeMember(member),
        signers=[net.people.nodes[name] for name in signers],
    )  # fmt: skip
    [answer] = await net.drivers[signers[0]].submit([envelope])
    return answer


async def test_two_of_four_down_halt_and_one_back_goes_on(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        await net.deposit("four")
        await net.even()
        await net.stop("court-c", "court-d")
        net.drivers["court-a"]._patience_s = 3
        with pytest.raises(NotYet):
            await net.deposit("two", by="court-a")
        assert net.drivers["court-a"].store.head().size == 1
        await net.start("court-c")
        net.drivers["court-a"]._patience_s = 120
        answer = await net.deposit("two", by="court-a")
        assert answer.receipt.first == 1
        assert len(answer.cosigned.cosignatures) == 3
        await net.start("court-d")
        assert (await net.even()).size == 2


async def test_a_wiped_member_fetches_the_blocks_and_takes_part_again(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        for number in range(6):
            await net.deposit(f"r{number}")
        await net.even()
        with pytest.raises(NodeHomeTaken):
            wipe(net, "court-d")
        await net.stop("court-d")
        wipe(net, "court-d")
        await net.deposit("meanwhile")
        await net.start("court-d")
        assert (await net.even()).size == 7
        assert (await net.drivers["court-d"].node.engine.rpc.status()).earliest == 1
        assert net.drivers["court-d"].store.checkpoint(3) == net.drivers["court-a"].store.checkpoint(3)

        async def signs_again():
            answer = await net.deposit(f"again-{asyncio.get_running_loop().time()}", by="court-d")
            return "court-d" in {one.member for one in answer.cosigned.cosignatures}

        await until(signs_again, "court-d co-signs again")


@pytest.mark.parametrize("damage", ["cut", "flipped"])
async def test_a_member_whose_engine_log_was_damaged_follows_again(tmp_path, program, damage):
    """The engine's own write-ahead log, as a crash of the machine may leave it."""
    async with ledgers(tmp_path, program) as net:
        for number in range(3):
            await net.deposit(f"r{number}")
        await net.stop("court-d")
        place = net.consortium.home("court-d").state / "cs.wal" / "wal"
        raw = bytearray(place.read_bytes())
        if damage == "cut":
            raw = raw[:-7]
        else:
            raw[len(raw) // 2] ^= 0xFF
        place.write_bytes(raw)
        await net.deposit("meanwhile")
        await net.start("court-d")
        await net.deposit("after", by="court-d")
        assert (await net.even()).size == 5


async def test_a_member_begins_from_a_snapshot(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        for number in range(8):
            await net.deposit(f"r{number}")
        await net.even()
        await net.stop("court-d")
        wipe(net, "court-d")
        rpcs = [net.drivers[name].node.engine.rpc for name in ("court-a", "court-b")]
        trusted = await rpcs[0].block_hash(2)
        home = net.consortium.home("court-d")
        servers = tuple(f"http://{net.consortium.home(name).settings.rpc}" for name in ("court-a", "court-b"))
        home.write_settings(msgspec.structs.replace(home.settings, state_sync=StateSync(servers, 2, trusted)))
        await net.start("court-d")
        late = net.drivers["court-d"]
        await until(lambda: late.store.head().height >= 5, "the snapshot is taken over")
        await net.deposit("after", by="court-a")
        assert (await net.even()).size == 9
        # It has none of the engine's first blocks, and yet the whole log with every checkpoint.
        assert (await late.node.engine.rpc.status()).earliest > 1
        early = net.drivers["court-a"].store
        assert late.store.checkpoint(2) == early.checkpoint(2)
        assert late.store.entry(0) == early.entry(0)
        assert late.store.inclusion(0, 9) == early.inclusion(0, 9)
        assert not list(home.place.glob("*.restoring*"))
        # From now on it follows by itself.
        home.write_settings(msgspec.structs.replace(home.settings, state_sync=None))
        await net.stop("court-d")
        await net.start("court-d")
        await net.deposit("last", by="court-d")
        assert (await net.even()).size == 10


async def test_a_member_is_added_and_another_removed(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        await net.deposit("before")
        key = HeldKey("court-e")
        identity = net.consortium.join("court-e")["works"]
        net.people.nodes["court-e"] = key
        joining = member_of("court-e", key, engine_key=identity.engine_key)
        few = await change(net, "join-few", joining, ["court-a", "court-b"])
        assert few.receipt.code == "not-enough-signatures"
        answer = await change(net, "join", joining, ["court-a", "court-b", "court-c"])
        assert answer.receipt.code == "ok"
        await net.start("court-e")
        rpc = net.drivers["court-a"].node.engine.rpc

        async def votes(name, *, yes):
            address = net.consortium.home(name).identity().address
            await net.deposit(f"turn-{name}-{asyncio.get_running_loop().time()}")
            return (address in {one.address for one in await rpc.validators()}) is yes

        await until(lambda: votes("court-e", yes=True), "court-e votes")

        async def signs(name):
            answer = await net.deposit(f"sign-{asyncio.get_running_loop().time()}")
            return name in {one.member for one in answer.cosigned.cosignatures}

        await until(lambda: signs("court-e"), "court-e co-signs")
        members = machine.members(net.drivers["court-d"].store)
        assert len(members) == 5

        leaving = msgspec.structs.replace(
            next(one for one in members if one.id == "court-b"), standing=Standing.REMOVED, power=0
        )
        gone = await change(net, "leave", leaving, ["court-a", "court-c", "court-d", "court-e"])
        assert gone.receipt.code == "ok"
        await until(lambda: votes("court-b", yes=False), "court-b votes no more")
        answer = await net.deposit("without")
        assert "court-b" not in {one.member for one in answer.cosigned.cosignatures}
        assert answer.cosigned.total == 4
        assert (await net.even()).size == answer.receipt.first + 1
        assert len(await rpc.validators()) == 4


async def test_a_member_replaces_its_key_without_a_pause(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        await net.deposit("before")
        old, new = net.people.nodes["court-d"], HeldKey("court-d-2027")
        await net.stop("court-d")
        await net.start("court-d", signers=[old, new])
        engine_key = net.consortium.home("court-d").identity().engine_key
        changed = member_of("court-d", new, engine_key=engine_key)
        answer = await change(net, "key", changed, ["court-a", "court-b", "court-c"])
        assert answer.receipt.code == "ok"

        async def signs():
            answer = await net.deposit(f"sign-{asyncio.get_running_loop().time()}")
            store = net.drivers["court-a"].store
            keys = {one.id: one.public_key for one in machine.signers_at(store, answer.cosigned.checkpoint.height)}
            signed = {one.member for one in answer.cosigned.cosignatures}
            return keys["court-d"] == new.certificate.public_key and "court-d" in signed

        await until(signs, "court-d co-signs with its new key")


async def test_a_stranger_is_no_peer(tmp_path, program):
    async with ledgers(tmp_path, program) as net:
        await net.deposit("before")
        home = net.consortium.home("court-a")
        identity = net.consortium.join("court-x")["works"]
        others = list(net.people.nodes)
        for name in others:
            known = net.consortium.home(name)
            known.write_settings(
                msgspec.structs.replace(
                    known.settings,
                    peers=tuple(one for one in known.settings.peers if not one.startswith(identity.node_id)),
                )
            )
        await net.start("court-x", signers=[])
        await net.deposit("after", by="court-a")
        await asyncio.sleep(3)
        assert await net.drivers["court-x"].node.engine.rpc.peers() == []
        assert net.drivers["court-x"].store.head().height == 0
        # Admitted as a peer it is let in without a restart of the others.
        for name in others:
            net.consortium.home(name).write_settings(
                msgspec.structs.replace(
                    net.consortium.home(name).settings,
                    peers=(
                        *net.consortium.home(name).settings.peers,
                        f"{identity.node_id}@{net.consortium.home('court-x').settings.p2p}",
                    ),
                )
            )
        assert home.settings.peer_ids
        await net.stop("court-x")
        await net.start("court-x", signers=[])
        assert (await net.even()).size == 2
