"""The ledger for whoever looks: chains, blocks, checkpoints, proofs checked here, entries that say nothing personal."""

from tests.apps.ledger.running import Node
from tests.contexts.evidence.test_deposits import PICTURE, stored
from tests.harness import RunningCourt
from tests.journeys.cast import Cast

from tianping.engines.ledger.merkle import consistent


async def test_what_anyone_may_see(court: RunningCourt, cast: Cast, node: Node):
    one = await stored(cast, PICTURE)
    await stored(cast, b"second")
    nobody = await cast.of("nobody")
    seen = (await nobody.get("/ledger")).json()
    assert seen["available"] is True
    assert seen["health"]["well"] is True
    assert {chain["name"] for chain in seen["chains"]} >= {"main", "works", "court"}
    works = next(chain for chain in seen["chains"] if chain["name"] == "works")
    assert works["items"] >= 2
    assert seen["members"][0]["name"]["zh"] == "测试互联网法院"
    assert {one["id"] for one in seen["applications"]} >= {"court"}

    chain = (await nobody.get("/ledger/chains/works")).json()
    assert chain["checkpoints"][0]["cosigners"]
    blocks = (await nobody.get("/ledger/chains/works/blocks?limit=5")).json()
    block = (await nobody.get(f"/ledger/chains/works/blocks/{blocks[0]['height']}")).json()
    assert block["transactions"][0]["kind"] == "deposit"
    older, newer = chain["checkpoints"][1]["size"], chain["checkpoints"][0]["size"]
    proof = (await nobody.get(f"/ledger/chains/works/consistency?old={older}&new={newer}")).json()
    roots = [bytes.fromhex(proof[name]) for name in ("old_root", "new_root")]
    assert consistent(older, newer, *roots, [bytes.fromhex(step) for step in proof["path"]])

    entry = await nobody.get(f"/ledger/entries/{one['number'].lower()}")
    assert entry.status_code == 200, entry.text
    assert entry.json()["entry"]["depositor"]["id"] == "court"
    for secret in ("李明", "晨雾", one["digest"], "本人手机"):
        assert secret not in entry.text
        assert secret not in block["transactions"][0]["ref"]
    assert (await nobody.get("/ledger/chains/nowhere")).status_code == 404
    assert (await nobody.get("/ledger/entries/TP1-WORKS-20260101-000000001-00")).status_code in (404, 422)


async def test_the_console_is_for_those_who_watch(court: RunningCourt, cast: Cast, node: Node):
    for who, status in (
        ("system_admin", 200),
        ("audit_admin", 200),
        ("president", 200),
        ("clerk", 403),
        ("plaintiff", 403),
    ):
        answer = await (await cast.of(who)).get("/ledger/console")
        assert answer.status_code == status, who
    seen = (await (await cast.of("president")).get("/ledger/console")).json()
    assert seen["health"]["disk_free"] > 0
    assert all(chain["uncovered"] == 0 for chain in seen["chains"])
    node.kill()
    down = (await (await cast.of("system_admin")).get("/ledger/console")).json()
    assert down["health"]["well"] is False
    node.start()
