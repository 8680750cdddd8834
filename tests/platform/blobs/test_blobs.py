"""Both drivers keep the same promises; the disk driver also survives full disks and killed writers."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore
from tests.platform.blobs.conftest import Bucket

from tianping.kit.digests import sm3
from tianping.platform.blobs import (
    Blob,
    BlobMissing,
    BlobStore,
    BucketBlobs,
    DiskBlobs,
    StorageFull,
    disk,
    key_of,
    open_blobs,
)


async def blocks(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def joined(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


@pytest.fixture(params=["disk", "bucket", pytest.param("s3", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "s3":
        bucket: Bucket = request.getfixturevalue("bucket")
        return open_blobs(bucket.url(tmp_path.name), spool=tmp_path)
    return DiskBlobs(tmp_path / "blobs") if request.param == "disk" else BucketBlobs(MemoryStore())


CONTENT = bytes(range(256)) * 9000


def test_a_stream_and_a_file_of_the_same_content_are_one_blob(store: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)

    async def go() -> None:
        streamed = await store.put_stream(blocks(CONTENT))
        filed = await store.put_file(source)
        assert streamed == filed == Blob(sm3(CONTENT), len(CONTENT))
        assert await joined(store.read(streamed.digest)) == CONTENT
        assert await store.stat(streamed.digest) == streamed
        assert source.read_bytes() == CONTENT

    asyncio.run(go())


@pytest.mark.slow
def test_a_bucket_takes_a_large_file_in_parts_and_says_when_it_is_closed(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against a real S3 server: 40 MiB go and come whole; a wrong secret is a failure, not an absent file."""
    source = tmp_path / "film"
    source.write_bytes(os.urandom(40 << 20))

    async def go() -> str:
        store = open_blobs(bucket.url("large"), spool=tmp_path)
        blob = await store.put_file(source)
        async with store.local(blob.digest) as copy:
            assert sm3(copy.read_bytes()) == blob.digest == sm3(source.read_bytes())
        return blob.digest

    digest = asyncio.run(go())
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another secret")

    async def closed() -> None:
        store = open_blobs(bucket.url("large"), spool=tmp_path)
        with pytest.raises(Exception, match="(?i)signature|denied|forbidden|403") as refused:
            await store.stat(digest)
        assert not isinstance(refused.value, BlobMissing)

    asyncio.run(closed())


def test_areas_are_kept_apart(store: BlobStore) -> None:
    async def go() -> None:
        blob = await store.within("uploads").put_stream(blocks(CONTENT))
        assert await store.within("documents").put_stream(blocks(CONTENT)) == blob
        await store.within("uploads").remove(blob.digest)
        assert await joined(store.within("documents").read(blob.digest)) == CONTENT
        with pytest.raises(BlobMissing):
            await store.stat(blob.digest)

    asyncio.run(go())
    for name in ("", "../x", "sm3", "incoming", "A"):
        with pytest.raises(ValueError, match="not an area"):
            store.within(name)


def test_a_shared_file_stays_and_is_not_copied(store: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)

    async def go() -> None:
        blob = await store.put_file(source, share=True)
        assert source.read_bytes() == CONTENT
        if isinstance(store, DiskBlobs):
            assert source.stat().st_nlink == 2
        source.unlink()
        assert await joined(store.read(blob.digest)) == CONTENT
        async with store.local(blob.digest) as path:
            assert path.read_bytes() == CONTENT

    asyncio.run(go())


def test_ranges_are_half_open_and_cross_block_borders(store: BlobStore) -> None:
    async def go() -> None:
        digest = (await store.put_stream(blocks(CONTENT))).digest
        for start, end in [(0, 0), (0, 1), (5, 17), ((1 << 20) - 3, (1 << 20) + 3), (len(CONTENT) - 1, None)]:
            assert await joined(store.read(digest, start, end)) == CONTENT[start:end]

    asyncio.run(go())


def test_the_empty_content_is_a_content(store: BlobStore) -> None:
    async def go() -> None:
        blob = await store.put_stream(blocks(b""))
        assert blob == Blob(sm3(b""), 0)
        assert await joined(store.read(blob.digest)) == b""

    asyncio.run(go())


def test_what_is_not_there_is_told(store: BlobStore) -> None:
    async def go() -> None:
        with pytest.raises(BlobMissing):
            await store.stat("0" * 64)
        with pytest.raises(BlobMissing):
            await joined(store.read("0" * 64))
        await store.remove("0" * 64)

    asyncio.run(go())


def test_removed_is_gone(store: BlobStore) -> None:
    async def go() -> None:
        blob = await store.put_stream(blocks(b"once"))
        await store.remove(blob.digest)
        with pytest.raises(BlobMissing):
            await store.stat(blob.digest)

    asyncio.run(go())


def test_twenty_writers_of_one_content_agree(store: BlobStore) -> None:
    async def go() -> None:
        blobs = await asyncio.gather(*(store.put_stream(blocks(CONTENT)) for _ in range(20)))
        assert len(set(blobs)) == 1
        assert await joined(store.read(blobs[0].digest)) == CONTENT

    asyncio.run(go())


@given(st.text())
@settings(max_examples=200)
def test_nothing_but_a_digest_becomes_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="not an SM3 digest"):
        key_of(name + "/")


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    store = DiskBlobs(tmp_path)

    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asyncio.run(store.put_stream(breaking()))
    assert files_below(tmp_path) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The disk fills up after the first block, as the kernel tells it: a short write, then an error."""
    store = DiskBlobs(tmp_path)
    real, written = os.write, []

    def filling(descriptor: int, block: bytes) -> int:
        if written:
            raise OSError(number, os.strerror(number))
        written.append(real(descriptor, bytes(block)[:100]))
        return written[0]

    monkeypatch.setattr(disk.os, "write", filling)
    with pytest.raises(StorageFull) as told:
        asyncio.run(store.put_stream(blocks(CONTENT)))
    assert told.value.status == 507
    assert "存储空间" in told.value.title.zh
    assert files_below(tmp_path) == []
    source = tmp_path / "source"
    monkeypatch.undo()
    source.write_bytes(CONTENT)
    written.clear()
    monkeypatch.setattr(disk.os, "write", filling)
    with pytest.raises(StorageFull):
        asyncio.run(store.put_file(source))
    monkeypatch.undo()
    assert files_below(tmp_path) == [source]
    assert asyncio.run(store.put_file(source)).size == len(CONTENT)


def test_acknowledged_means_synchronised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content first, then the rename, then the directory: in this order, before the call returns."""
    store = DiskBlobs(tmp_path)
    order: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        order.append("directory" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "content")
        real_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        order.append("rename")
        real_replace(source, target)

    monkeypatch.setattr(disk.os, "fsync", fsync)
    monkeypatch.setattr(disk.os, "replace", replace)
    asyncio.run(store.put_stream(blocks(CONTENT)))
    assert order[0] == "content"
    assert order[-2:] == ["rename", "directory"]


def test_leftovers_of_killed_writers_are_swept(tmp_path: Path) -> None:
    store = DiskBlobs(tmp_path)
    old, fresh = tmp_path / "incoming" / "old", tmp_path / "incoming" / "fresh"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    hour_ago = time.time() - 3600
    os.utime(old, (hour_ago - 10, hour_ago - 10))
    assert store.sweep(before=hour_ago) == 1
    assert not old.exists()
    assert fresh.exists()


def test_urls_choose_the_driver(tmp_path: Path) -> None:
    assert isinstance(open_blobs(f"file://{tmp_path}/a%20b"), DiskBlobs)
    assert (tmp_path / "a b").is_dir()
    assert isinstance(open_blobs(str(tmp_path)), DiskBlobs)
    assert isinstance(open_blobs("memory:///"), BucketBlobs)
