"""Limits, and how an upload ends: by time, by its owner, by override."""

from datetime import timedelta

import httpx
from tests.engines.materials import samples
from tests.platform.uploads.asking import CHUNK, TUS, code, create, on_disk, send, upload
from tests.platform.uploads.court import UPLOADS, Place

from tianping.kit.clock import SettableClock
from tianping.platform.uploads import jobs


async def test_limits_of_size_quota_and_number(court: Place, alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    assert code(await create(alice, (2 << 20) + 1)) == (413, "upload-too-large")
    assert (await create(alice, 2 << 20)).status_code == 201
    assert code(await create(alice, (1 << 20) + 1)) == (413, "upload-quota")
    assert (await create(bob, (1 << 20) + 1)).status_code == 201
    for _ in range(4):
        assert (await create(alice, 1)).status_code == 201
    assert code(await create(alice, 1)) == (429, "upload-too-many-unfinished")
    rules = (await alice.get(f"{UPLOADS}/rules")).json()
    assert (rules["max_size"], rules["quota"], rules["used"]) == (2 << 20, 3 << 20, (2 << 20) + 4)
    assert "尚未接入病毒检测" in rules["notice"]["zh"]


async def test_a_disk_that_is_nearly_full_takes_nothing_new(
    court: Place, alice: httpx.AsyncClient, monkeypatch
) -> None:
    monkeypatch.setattr(type(court.desk.spool), "free", lambda self: 1000)
    assert code(await create(alice, 10)) == (507, "storage-full")


async def test_an_upload_expires_and_its_bytes_go(court: Place, alice: httpx.AsyncClient, clock: SettableClock) -> None:
    url = (await create(alice, 100)).headers["location"]
    clock.move(timedelta(days=6))
    assert (await send(alice, url, 0, b"x" * 50)).status_code == 204
    clock.move(timedelta(days=6))
    assert (await alice.head(url, headers=TUS)).status_code == 200
    clock.move(timedelta(days=1, seconds=1))
    assert (await alice.head(url, headers=TUS)).status_code == 410
    assert code(await send(alice, url, 50, b"x")) == (410, "upload-gone")
    assert len(on_disk(court)) == 1
    await jobs.sweep(court.desk)
    assert on_disk(court) == set()
    clock.move(timedelta(days=31))
    await jobs.sweep(court.desk)
    assert (await alice.head(url, headers=TUS)).status_code == 404


async def test_removed_files_leave_nothing_behind_but_what_others_need(
    court: Place, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    half = (await create(alice, 100)).headers["location"]
    await send(alice, half, 0, b"x" * 50)
    same = samples.picture("PNG")
    mine, theirs = await upload(alice, same, "a.png"), await upload(bob, same, "b.png")
    await court.settle()
    assert (await alice.delete(half, headers=TUS)).status_code == 204
    assert (await alice.delete(mine, headers=TUS)).status_code == 204
    assert (await alice.get(f"{mine}/state")).status_code == 410
    await jobs.sweep(court.desk)
    assert (await bob.get(f"{theirs}/content")).content == same
    assert (await bob.delete(theirs, headers=TUS)).status_code == 204
    await jobs.sweep(court.desk)
    assert on_disk(court) == set()


async def test_deletion_by_override(court: Place, alice: httpx.AsyncClient) -> None:
    url = (await create(alice, 10)).headers["location"]
    sent = await alice.post(
        url, content=b"12345", headers=CHUNK | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    )
    assert (sent.status_code, sent.headers["upload-offset"]) == (204, "5")
    assert code(await alice.post(url, headers=TUS)) == (400, "upload-protocol")
    assert (await alice.post(url, headers=TUS | {"X-HTTP-Method-Override": "DELETE"})).status_code == 204
    assert (await alice.head(url, headers=TUS)).status_code == 410
