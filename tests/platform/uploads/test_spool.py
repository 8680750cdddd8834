"""Files that are still arriving: the size is the offset, one writer at a time, nothing unverified counts."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from tianping.kit.ids import UploadId, new_id
from tianping.platform.blobs import StorageFull, disk
from tianping.platform.uploads.model import BeingWritten, UploadGone
from tianping.platform.uploads.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


@pytest.fixture
def upload() -> UploadId:
    return UploadId(new_id())


async def test_what_was_settled_is_the_offset(spool: Spool, upload: UploadId) -> None:
    assert spool.offset(upload) == 0
    async with spool.writing(upload) as part:
        await part.write(b"x" * 1_500_000)
        await part.write(b"y")
        assert await part.settle() == 1_500_001
    assert spool.offset(upload) == 1_500_001
    async with spool.writing(upload) as part:
        assert part.offset == 1_500_001
        await part.write(b"z")
        assert await part.settle() == 1_500_002
    assert spool.path(upload).read_bytes()[-2:] == b"yz"


async def test_one_writer_at_a_time(spool: Spool, upload: UploadId) -> None:
    async with spool.writing(upload):
        with pytest.raises(BeingWritten):
            async with spool.writing(upload):
                pass
    async with spool.writing(upload):
        pass


async def test_unverified_bytes_do_not_count_and_are_cut_off_after_a_crash(spool: Spool, upload: UploadId) -> None:
    async with spool.writing(upload) as part:
        await part.write(b"good")
        await part.settle()
        await part.doubt()
        await part.write(b"doubtful" * 200_000)
        assert spool.offset(upload) == 4
        # The process dies here: nothing tidies up.
    assert spool.path(upload).stat().st_size > 4
    assert spool.offset(upload) == 4
    async with spool.writing(upload) as part:
        assert part.offset == 4
        await part.doubt()
        await part.write(b" and right")
        assert await part.trust() == 14
    assert spool.path(upload).read_bytes() == b"good and right"
    assert spool.offset(upload) == 14


async def test_a_full_disk_keeps_a_whole_beginning(
    spool: Spool, upload: UploadId, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, room = os.write, [1_200_000]

    def filling(descriptor: int, block: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "full")
        taken = real(descriptor, bytes(block)[: room[0]])
        room[0] -= taken
        return taken

    content = os.urandom(3_000_000)
    monkeypatch.setattr(disk.os, "write", filling)
    with pytest.raises(StorageFull):
        async with spool.writing(upload) as part:
            for at in range(0, len(content), 65536):
                await part.write(content[at : at + 65536])
    arrived = spool.offset(upload)
    assert arrived == 1_200_000
    room[0] = 10_000_000
    async with spool.writing(upload) as part:
        await part.write(content[arrived:])
        await part.settle()
    assert spool.path(upload).read_bytes() == content


async def test_a_writer_learns_that_the_file_was_removed(
    spool: Spool, upload: UploadId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removed between opening and locking."""
    import fcntl

    from tianping.platform.uploads import spool as module

    def remove_first(descriptor: int, how: int) -> None:
        spool.path(upload).unlink()
        fcntl_flock(descriptor, how)

    fcntl_flock = fcntl.flock
    monkeypatch.setattr(module.fcntl, "flock", remove_first)
    with pytest.raises(UploadGone):
        async with spool.writing(upload):
            pass


async def test_a_cancelled_writer_never_writes_into_the_next_file(
    spool: Spool, upload: UploadId, tmp_path: Path, monkeypatch
) -> None:
    """The thread that writes is waited for before the descriptor, whose number may be given again, is closed."""
    real, finished = os.write, []

    def slow(descriptor: int, block: bytes) -> int:
        started.set()
        release.wait(10)
        taken = real(descriptor, block)
        finished.append(taken)
        return taken

    import threading

    started, release = threading.Event(), threading.Event()
    monkeypatch.setattr(disk.os, "write", slow)

    async def write() -> None:
        async with spool.writing(upload) as part:
            await part.write(b"x" * (1 << 20))

    task = asyncio.create_task(write())
    await asyncio.to_thread(started.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert finished
    assert spool.offset(upload) == 1 << 20
