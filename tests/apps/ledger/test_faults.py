"""A node under fire, as real processes: kill -9 in the midst of work, full disks, a second process, memory at rest.

What clients were told is compared with proofs, made by the engine from the log and checked by code that shares nothing
with it; never with tables.
"""

import base64
import json
import random
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.apps.ledger.running import Node, copy_of, key_of, tianping
from tests.faults.disks import Disk, disk, fill
from tianping_client import Client, Item, Pending, Refused, Unreachable, commitment, sm3
from tianping_verify import checking, report

# A fixture counts where it is named.
__all__ = ["disk"]
pytestmark = pytest.mark.slow


class Depositor(threading.Thread):
    """A client with its own journal: what it asked for, and what it was told."""

    def __init__(self, node: Node, name: str, told: Path) -> None:
        super().__init__(daemon=True)
        self.client: Client = node.client(key_of(node.place / "shop", "shop"), "shop")
        self.told = told
        self.name = name
        self.over = threading.Event()
        self.unanswered: list[tuple[str, Item]] = []

    def run(self) -> None:
        count = 0
        while not self.over.is_set():
            ref, salt = f"{self.name}-{count}", secrets.token_bytes(16)
            item = Item(commitment(salt, sm3(ref.encode())), len(ref), "text/plain")
            count += 1
            try:
                done = self.client.deposit([item], chain="works", category="works", ref=ref)
            except (Unreachable, Pending, Refused):
                self.unanswered.append((ref, item))
                time.sleep(0.05)
                continue
            line = {"ref": ref, "salt": salt.hex(), "number": done.numbers[0], "note": done.answer["checkpoint"]}
            with self.told.open("a") as journal:
                journal.write(json.dumps(line) + "\n")


def proven(client: Client, line: dict[str, Any], pin: str, file: Path) -> None:
    bundle = json.loads(client.proof(line["number"], salt=bytes.fromhex(line["salt"])))
    # The very checkpoint that the client was given, not one made later.
    assert bundle["checkpoint"] == line["note"]
    file.write_text(line["ref"])
    given = report.File.of([line["ref"].encode()])
    found = checking.check(
        json.dumps(bundle).encode(), report.Options(file=given, pins=frozenset({bytes.fromhex(pin)}))
    )
    assert found.exit_status == 0, found


@pytest.mark.timeout(240)
def test_nothing_acknowledged_is_lost_when_the_node_is_killed_again_and_again(template: Path, tmp_path: Path):
    node = Node(copy_of(template, tmp_path / "data")).start()
    journals = [tmp_path / f"client-{at}.jsonl" for at in range(4)]
    clients = [Depositor(node, f"client-{at}", journal) for at, journal in enumerate(journals)]
    for client in clients:
        client.start()
    try:
        with node.http() as http:
            pin = next(one["genesis"] for one in http.get("/chains").json() if one["name"] == "works")
        for _ in range(5):
            time.sleep(random.uniform(0.3, 1.5))
            node.kill()
            node.start()
        time.sleep(0.5)
        for client in clients:
            client.over.set()
        for client in clients:
            client.join(60)
        lines = [
            json.loads(line) for journal in journals if journal.exists() for line in journal.read_text().splitlines()
        ]
        assert len(lines) > 20
        assert len({line["number"] for line in lines}) == len(lines)
        # An application may ask more often than a stranger; there are as many lines as the machine is fast.
        with node.client(key_of(node.place / "shop", "shop"), "shop") as client:
            for line in lines:
                proven(client, line, pin, tmp_path / "file")
        # What was sent and never answered may be there or not; asking again with the same reference settles it.
        for client in clients:
            for ref, item in client.unanswered:
                answer = client.client.deposit([item], chain="works", category="works", ref=ref)
                assert answer.answer["state"] == "stored"
        node.stop()
        assert '"sound": true' in tianping("ledger", "audit", "--chain", "works", "--json", place=node.place)
    finally:
        node.kill()


@pytest.mark.timeout(180)
def test_a_full_disk_is_said_and_work_goes_on_when_there_is_room(template: Path, tmp_path: Path, disk: Disk):
    place = copy_of(template, disk(48))
    config = place / "ledger" / "ledger.toml"
    config.write_text(config.read_text().replace("disk_reserve_mb = 64", "disk_reserve_mb = 2"))
    node = Node(place).start()
    key = key_of(place / "shop", "shop")

    def items(count: int) -> list[Item]:
        return [Item(commitment(secrets.token_bytes(16), bytes(32)), 5, "text/plain") for _ in range(count)]

    try:
        with node.client(key, "shop") as client:
            before = client.deposit(items(100), chain="works", category="works", ref="before")
            filler = fill(place)
            refused, pending = None, []
            for at in range(60):
                try:
                    client.deposit(items(800), chain="works", category="works", ref=f"full-{at}")
                except Pending:
                    pending.append(at)
                except Refused as full:
                    refused = full
                    break
            assert refused is not None
            assert (refused.status, refused.code) == (507, "ledger-storage-failed")
            assert "磁盘" in refused.problem["messages"]["title"]["zh"]
            ready = httpx.get(f"{node.url}/readyz", trust_env=False)
            assert ready.status_code == 503
            assert "disk" in ready.json()["symptoms"]
            assert client.deposit_of(before.numbers[0])["number"] == before.numbers[0]

            filler.unlink()
            after = client.deposit(items(100), chain="works", category="works", ref="after")
            assert len(after.numbers) == 100
            # What was taken while the disk was full is entered by itself.
            for at in pending:
                until = time.monotonic() + 30
                while (known := client.by_reference("works", f"full-{at}"))["state"] != "stored":
                    assert time.monotonic() < until, known
                    time.sleep(0.2)
            until = time.monotonic() + 20
            while (ready := httpx.get(f"{node.url}/readyz", trust_env=False)).status_code != 200:
                assert time.monotonic() < until, ready.text
                time.sleep(0.2)
        assert node.stop() == 0
        assert '"sound": true' in tianping("ledger", "audit", "--chain", "works", "--json", place=place)
    finally:
        node.kill()


def test_one_process_a_directory_and_the_command_line_finds_it(template: Path, tmp_path: Path):
    node = Node(copy_of(template, tmp_path / "data")).start()
    try:
        second = Node(node.place)
        second.launch()
        assert second.process is not None
        assert second.process.wait(30) != 0
        assert "Another process is using this ledger" in node.log()
        file = tmp_path / "照片.txt"
        file.write_text("a work")
        # Through the node that runs: the command line finds it by the lock.
        made = json.loads(tianping("ledger", "deposit", file, "--json", place=node.place))
        with node.http() as http:
            assert http.get(f"/deposits/{made['number']}").status_code == 200
        assert node.stop() == 0
        # And without one, on the directory itself.
        said = tianping(
            "ledger", "verify", made["number"], file, place=node.place, settings={"TIANPING_LANGUAGE": "en"}
        )
        assert "MATCH" in said
    finally:
        node.kill()


def test_stopping_answers_what_was_taken(template: Path, tmp_path: Path):
    node = Node(copy_of(template, tmp_path / "data")).start()
    journal = tmp_path / "client.jsonl"
    client = Depositor(node, "client", journal)
    client.start()
    try:
        while not journal.exists():
            time.sleep(0.01)
        assert node.stop() == 0
        client.over.set()
        client.join(30)
        node.start()
        with node.http() as http:
            pin = next(one["genesis"] for one in http.get("/chains").json() if one["name"] == "works")
        with node.client() as client:
            for line in journal.read_text().splitlines():
                proven(client, json.loads(line), pin, tmp_path / "file")
    finally:
        node.kill()


def test_a_node_at_rest_takes_less_than_100_mb(node: Node):
    with node.client(key_of(node.place / "shop", "shop"), "shop") as client:
        item = Item(commitment(secrets.token_bytes(16), bytes(32)), 5, "text/plain")
        for at in range(20):
            client.deposit([item], chain="works", category="works", ref=f"m-{at}-{secrets.token_hex(4)}")
        with suppress(Refused):
            client.certificate("TP1-WORKS-20261122-000000000-1V")
    assert node.memory_mb() < 100


def test_a_token_of_another_directory_opens_nothing(node: Node):
    headers = {"Authorization": f"Bearer {secrets.token_hex(32)}"}
    with node.http() as http:
        answer = http.post("/deposits", headers=headers, json={"envelope": base64.b64encode(b"x").decode()})
    assert (answer.status_code, answer.json()["code"]) == (401, "request-signature-wrong")
