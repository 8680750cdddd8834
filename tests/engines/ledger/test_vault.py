"""The vault: sealed openings that can be forgotten, a durable outbox, nonces that count once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tianping.engines.ledger.drivers.base import StorageFailed
from tianping.engines.ledger.vault import Candidacy, Opening, OwnDiffers, Paper, RequestSeen, Vault, Waiting
from tianping.platform.keyring import FileKeys, Keyring, SealBroken

SALT, FACTS = b"0123456789abcdef", '{"source":"张三的手机"}'.encode()


@pytest.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    opened = Vault(tmp_path / "vault.sqlite", Keyring(FileKeys(tmp_path / "keys")))
    await opened.start()
    yield opened
    await opened.stop()
    opened.close()


def again(vault: Vault) -> Vault:
    """The same file as another process would find it."""
    return Vault(vault.file.path, Keyring(FileKeys(vault.file.path.parent / "keys")))


def waiting(at: int) -> Waiting:
    return Waiting(0, "works", bytes([at]) * 32, "shop", f"ref-{at}", b"envelope", at)


def on_disk(vault: Vault) -> bytes:
    place = vault.file.path
    return b"".join(file.read_bytes() for file in place.parent.glob(f"{place.name}*"))


async def test_an_own_deposit_is_made_once(vault: Vault):
    made = 0

    def make() -> tuple[bytes, list[Opening]]:
        nonlocal made
        made += 1
        return f"envelope {made}".encode(), [Opening(SALT, FACTS), Opening(SALT[::-1], None)]

    first, second = await asyncio.gather(
        vault.openings.own("works", "r-1", {"items": [1]}, make),
        vault.openings.own("works", "r-1", {"items": [1]}, make),
    )
    assert (first, made) == (second, 1)
    assert first.openings == [Opening(SALT, FACTS), Opening(SALT[::-1], None)]
    with pytest.raises(OwnDiffers):
        await vault.openings.own("works", "r-1", {"items": [2]}, make)
    assert again(vault).openings.opening("works", "r-1", 0) == Opening(SALT, FACTS)


async def test_salt_and_facts_are_sealed_and_forgetting_leaves_no_trace(vault: Vault):
    one = Opening(SALT, FACTS)
    await vault.openings.own("works", "r-1", 1, lambda: (b"envelope", [one, one]))
    assert SALT not in on_disk(vault)
    assert FACTS not in on_disk(vault)
    [(sealed,)] = vault.file.rows("select sealed from opening where position = 0")
    assert sealed in on_disk(vault)

    assert await vault.openings.forget("works", "r-1", 0)
    assert not await vault.openings.forget("works", "r-1", 0)
    assert sealed not in on_disk(vault)
    assert vault.openings.opening("works", "r-1", 0) is None
    assert vault.openings.opening("works", "r-1", 1) == one
    with pytest.raises(OwnDiffers):
        await vault.openings.own("works", "r-1", 1, lambda: (b"", []))


async def test_an_opening_cannot_be_moved_or_altered(vault: Vault):
    await vault.openings.own("works", "r-1", 1, lambda: (b"", [Opening(SALT, None), Opening(FACTS, None)]))
    await vault.file.write(
        lambda db: (
            db.execute(
                "update opening set sealed = (select sealed from opening where position = 1) where position = 0"
            ).rowcount
        )
    )
    with pytest.raises(SealBroken):
        vault.openings.opening("works", "r-1", 0)


async def test_the_outbox_keeps_what_was_taken_until_it_is_settled(vault: Vault):
    await vault.outbox.take([waiting(1), waiting(2), waiting(1)])
    other = again(vault)
    assert [one.tx_id[0] for one in other.outbox.unsettled("works")] == [1, 2]
    assert other.outbox.oldest_unsettled() == (2, 1)
    assert other.outbox.waits("works", "shop", "ref-2")
    await vault.outbox.settle([(bytes([1]) * 32, "works", "ok"), (bytes([2]) * 32, "works", "expired")], at=9)
    assert other.outbox.oldest_unsettled() == (0, None)
    assert (other.outbox.refusal(bytes([1]) * 32), other.outbox.refusal(bytes([2]) * 32)) == (None, "expired")
    await vault.outbox.sweep(nonces_before=0, refusals_before=10)
    assert other.outbox.refusal(bytes([2]) * 32) is None


async def test_a_nonce_counts_once_and_a_replay_takes_nothing_with_it(vault: Vault):
    await vault.outbox.take([waiting(1)], nonce=("shop", "n-1", 5))
    answers = await asyncio.gather(
        vault.outbox.take([waiting(2)], nonce=("shop", "n-1", 6)),
        vault.outbox.take([waiting(3)], nonce=("shop", "n-2", 6)),
        vault.outbox.see("other", "n-1", 6),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [RequestSeen, type(None), type(None)]
    assert [one.tx_id[0] for one in vault.outbox.unsettled("works")] == [1, 3]
    with pytest.raises(RequestSeen):
        other = again(vault)
        await other.start()
        try:
            await other.outbox.see("shop", "n-1", 7)
        finally:
            await other.stop()


async def test_a_full_disk_is_said_and_survived(vault: Vault):
    [(pages,)] = vault.file.rows("pragma page_count")
    vault.file.rows(f"pragma max_page_count = {pages + 2}")
    large = [Waiting(0, "works", bytes([at]) * 32, "shop", f"r{at}", b"x" * 4000, at) for at in range(20)]
    with pytest.raises(StorageFailed):
        await vault.outbox.take(large)
    assert vault.outbox.oldest_unsettled() == (0, None)
    vault.file.rows("pragma max_page_count = 100000")
    await vault.outbox.take(large)
    assert vault.outbox.oldest_unsettled() == (20, 0)


async def test_papers_are_sealed_and_found_again(vault: Vault):
    paper = Paper("licence", "营业执照.pdf", "application/pdf", b"d" * 32, b"%PDF the licence")
    await vault.papers.keep_candidacy(Candidacy("shop", b"{}", b"p" * 32, 7), [paper])
    assert vault.papers.paper("shop", b"d" * 32) == paper
    assert vault.papers.paper("shop", b"e" * 32) is None
    assert paper.content not in on_disk(vault)
    assert vault.papers.candidacy("shop") == Candidacy("shop", b"{}", b"p" * 32, 7)


async def test_stopping_writes_what_was_asked(tmp_path: Path):
    vault = Vault(tmp_path / "v.sqlite", Keyring(FileKeys(tmp_path / "keys")))
    await vault.start()
    asked = [asyncio.create_task(vault.outbox.take([waiting(at)])) for at in range(9)]
    await asyncio.sleep(0)
    await vault.stop()
    await asyncio.gather(*asked)
    with sqlite3.connect(tmp_path / "v.sqlite") as db:
        assert db.execute("select count(*) from outbox").fetchone() == (9,)
