"""Who and what comes in: transactions at the door, peers, and the genesis that all must share."""

import json

import pytest
from tests.engines.ledger.cast import cast
from tests.engines.ledger.depositor import deposit

from tianping.engines.ledger import codec
from tianping.engines.ledger.drivers.cometbft.abci import abci
from tianping.engines.ledger.drivers.cometbft.application import LedgerApplication
from tianping.engines.ledger.drivers.cometbft.genesis import GenesisDiffers, app_state
from tianping.engines.ledger.drivers.cometbft.proto import crypto_keys_pb2
from tianping.engines.ledger.model import Receipt
from tianping.engines.ledger.store import Store


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
