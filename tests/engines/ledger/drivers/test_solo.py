"""The solo driver under fire: bounded, stoppable, one process at a time, full disks, kill -9. Nothing acknowledged is lost."""

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.engines.ledger import depositor
from tests.engines.ledger.cast import Cast, HeldKey, cast, verify, verifying

from tianping.engines.ledger import checkpoints, machine
from tianping.engines.ledger.digests import commitment, sm3
from tianping.engines.ledger.drivers import solo
from tianping.engines.ledger.drivers.base import Busy, Stopped, StorageFailed
from tianping.engines.ledger.drivers.solo import Bounds, SoloDriver
from tianping.engines.ledger.locking import Taken
from tianping.engines.ledger.merkle import consistent, includes, leaf_hash
from tianping.engines.ledger.model import Item
from tianping.engines.ledger.store import Store
from tianping.interfaces.signing import SignatureCheck

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def store(tmp_path: Path, people: Cast) -> Store:
    opened = Store(tmp_path / "works.sqlite")
    opened.keep(machine.begin(people.genesis))
    return opened


def driver_of(store: Store, people: Cast, **more: object) -> SoloDriver:
    return SoloDriver(store, people.nodes["court-a"], verifying(), **more)  # type: ignore[arg-type]


def deposit(people: Cast, ref: str) -> bytes:
    return depositor.deposit(ref, people.platform)


async def test_it_starts_stops_and_starts_again(store: Store, people: Cast):
    driver = driver_of(store, people)
    with pytest.raises(Stopped):
        await driver.submit([deposit(people, "before")])
    for turn in range(3):
        await driver.start()
        await driver.start()
        [answer] = await driver.submit([deposit(people, f"turn-{turn}")])
        assert (answer.receipt.code, answer.receipt.first) == ("ok", turn)
        await driver.stop()
        await driver.stop()
        with pytest.raises(Stopped):
            await driver.submit([deposit(people, f"after-{turn}")])
    assert driver.waiting == 0


async def test_stopping_answers_everyone_and_keeps_what_it_acknowledged(store: Store, people: Cast):
    driver = driver_of(store, people)
    await driver.start()
    asked = [asyncio.create_task(driver.submit([deposit(people, f"d{at}")])) for at in range(60)]
    await asyncio.sleep(0.02)
    await driver.stop()
    answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 20)
    kept = [answer[0].receipt.first for answer in answers if isinstance(answer, list)]
    assert all(isinstance(answer, (list, Stopped)) for answer in answers)
    head = store.head()
    assert head is not None
    assert sorted(kept) == list(range(head.size))


async def test_one_stopped_while_signatures_are_checked_is_told(store: Store, people: Cast):
    slow = asyncio.Event()

    class Slow:
        def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
            return verify(public_key, message, signature)

        async def verify_all(self, checks: list[SignatureCheck]) -> list[bool]:
            await slow.wait()
            return [verify(one.public_key, one.message, one.signature) for one in checks]

    driver = SoloDriver(store, people.nodes["court-a"], Slow())
    await driver.start()
    asked = asyncio.create_task(driver.submit([deposit(people, "late")]))
    await asyncio.sleep(0.01)
    await driver.stop()
    slow.set()
    with pytest.raises(Stopped):
        await asyncio.wait_for(asked, 10)


async def test_what_waits_is_bounded(store: Store, people: Cast):
    driver = driver_of(store, people, bounds=Bounds(transactions=5))
    await driver.start()
    envelopes = [deposit(people, f"d{at}") for at in range(30)]
    answers = await asyncio.gather(*(driver.submit([one]) for one in envelopes), return_exceptions=True)
    busy = [answer for answer in answers if isinstance(answer, Busy)]
    assert len(busy) == 25
    assert busy[0].values["retry_after_s"] == 1
    assert driver.waiting == 0
    again = [await driver.submit([one]) for one in envelopes]
    assert {answer[0].receipt.code for answer in again} == {"ok", "duplicate"}
    # One submission larger than the bound is still taken when nothing else waits.
    [one, *_] = await driver.submit([deposit(people, f"large{at}") for at in range(9)])
    assert one.receipt.code == "ok"
    await driver.stop()


async def test_nothing_is_remembered_of_what_was_refused(store: Store, people: Cast):
    driver = driver_of(store, people)
    await driver.start()
    stranger = HeldKey("stranger")
    for at in range(20):
        [answer] = await driver.submit([depositor.deposit(f"x{at}", stranger)])
        assert (answer.receipt.code, answer.cosigned) == ("unknown-signer", None)
    head = store.head()
    assert head is not None
    assert (head.height, driver.waiting, driver._public_keys) == (0, 0, {})
    await driver.stop()


async def test_one_transaction_that_breaks_the_machine_takes_no_other_with_it(
    store: Store, people: Cast, monkeypatch: pytest.MonkeyPatch
):
    right = machine.execute
    broken = deposit(people, "broken")

    def execute(view: object, block: machine.Block, *more: object) -> object:
        if broken in block.envelopes:
            raise ZeroDivisionError
        return right(view, block, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(solo.machine, "execute", execute)
    driver = driver_of(store, people)
    await driver.start()
    envelopes = [deposit(people, "a"), broken, deposit(people, "b"), deposit(people, "c")]
    asked = [asyncio.create_task(driver.submit([one])) for one in envelopes]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(answers[1], ZeroDivisionError)
    assert [answers[at][0].receipt.code for at in (0, 2, 3)] == ["ok"] * 3  # type: ignore[index]
    await driver.stop()


async def test_a_full_disk_is_said_and_survived(store: Store, people: Cast):
    """SQLite's own refusal to grow (SQLITE_FULL), as a disk without room gives it."""
    driver = driver_of(store, people)
    await driver.start()
    await driver.submit([deposit(people, "first")])
    [pages] = store._db.execute("pragma page_count").fetchone()
    store._db.execute(f"pragma max_page_count = {pages + 6}")
    acknowledged = 1
    with pytest.raises(StorageFailed) as refused:
        for at in range(500):
            await driver.submit([deposit(people, f"d{at}")])
            acknowledged += 1
    assert refused.value.status == 507
    assert "full" in str(refused.value.values["reason"])
    assert driver.failing is not None
    head = store.head()
    assert head is not None
    assert head.size == acknowledged

    store._db.execute("pragma max_page_count = 1000000")
    [answer] = await driver.submit([deposit(people, f"d{acknowledged - 1}")])
    assert (answer.receipt.code, answer.receipt.first) == ("ok", acknowledged)
    assert driver.failing is None
    await driver.stop()


async def test_a_second_process_is_refused(store: Store, people: Cast, tmp_path: Path):
    driver = driver_of(store, people)
    await driver.start()
    with pytest.raises(Taken) as refused:
        await driver_of(Store(store.path), people).start()
    assert refused.value.values["pid"] > 0
    code = (
        "import sys; from pathlib import Path; from tianping.engines.ledger.locking import Lock, Taken\n"
        "try: Lock(Path(sys.argv[1])).take()\nexcept Taken as t: print(t.values['pid'])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(store.path.with_suffix(".lock"))], capture_output=True, text=True, check=True
    )
    assert int(said.stdout) == refused.value.values["pid"]
    await driver.stop()
    second = driver_of(Store(store.path), people)
    await second.start()
    await second.stop()


def prove(store: Store, line: dict[str, object], people: Cast) -> None:
    """What a client was told, against proofs: its entry under its own checkpoint, and that under the newest."""
    ref, index, note = str(line["ref"]), int(line["index"]), str(line["note"])  # type: ignore[call-overload]
    checkpoint, cosignatures = checkpoints.read_note(note)
    counted = checkpoints.gather(checkpoint, cosignatures, people.genesis.members, verify)
    assert counted.quorate
    entry = store.entry(index)
    envelope, body = machine.read_envelope(entry.envelope)
    assert body.ref == ref
    leaf = machine.leaves_of("works", entry.kind, entry.tx_id, envelope.items)[0]
    item = machine.codec.decode(envelope.items[0], Item)
    assert item.commit == commitment(depositor.salt_of(ref), sm3(depositor.content_of(ref)))
    path = store.inclusion(index, checkpoint.size)
    assert includes(leaf_hash(leaf), index, checkpoint.size, path, checkpoint.root)
    newest = store.checkpoint()
    assert newest is not None
    grown = store.consistency(checkpoint.size, newest.checkpoint.size)
    assert consistent(checkpoint.size, newest.checkpoint.size, checkpoint.root, newest.checkpoint.root, grown)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path, people: Cast):
    store = Store(tmp_path / "works.sqlite")
    store.keep(machine.begin(people.genesis))
    store.close()
    node, shop = people.nodes["court-a"], people.platform
    assert isinstance(node, HeldKey)
    assert isinstance(shop, HeldKey)
    keys = {"node": node.private_key.hex(), "shop": shop.private_key.hex()}
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    journal = tmp_path / "journal.jsonl"
    told = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.engines.ledger.depositor", str(tmp_path)],
            cwd=ROOT, env={"PYTHONPATH": f"{ROOT}/src:{ROOT}", "PATH": ""}, stderr=subprocess.PIPE,
        )  # fmt: skip
        # Killed at a random moment of its work, so that over the rounds every step is hit.
        wanted = told + random.randrange(5, 60)
        while sum(1 for _ in journal.open()) < wanted if journal.exists() else True:
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        lines = [json.loads(line) for line in journal.read_text().splitlines() if line.endswith("}")]
        store = Store(tmp_path / "works.sqlite")
        for line in lines:
            prove(store, line, people)
        store.close()
        told = len(lines)
    assert told >= 30


async def test_signatures_that_cannot_be_checked_fail_nobody_else(
    store: Store, people: Cast, monkeypatch: pytest.MonkeyPatch
):
    driver = driver_of(store, people)
    right = driver._verifying.verify_all
    broken = True

    async def verify_all(checks):
        if broken:
            raise ZeroDivisionError
        return await right(checks)

    monkeypatch.setattr(driver._verifying, "verify_all", verify_all)
    await driver.start()
    with pytest.raises(ZeroDivisionError):
        await driver.submit([deposit(people, "a")])
    broken = False
    assert (await driver.submit([deposit(people, "a")]))[0].receipt.code == "ok"
    await driver.stop()


async def test_stopped_while_signatures_are_checked(store: Store, people: Cast, monkeypatch: pytest.MonkeyPatch):
    driver = driver_of(store, people)
    begun = asyncio.Event()

    async def verify_all(_):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(driver._verifying, "verify_all", verify_all)
    await driver.start()
    asked = [asyncio.create_task(driver.submit([deposit(people, f"d{n}")])) for n in range(3)]
    await begun.wait()
    await driver.stop()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Stopped] * 3
    assert driver.waiting == 0


async def test_one_of_several_members_is_no_chain_for_one_node(tmp_path):
    several = cast(nodes=2)
    store = Store(tmp_path / "works.sqlite")
    store.keep(machine.begin(several.genesis))
    with pytest.raises(Stopped):
        await driver_of(store, several).start()
