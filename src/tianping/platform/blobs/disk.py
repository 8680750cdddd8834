"""Blobs on a local disk, written durably by ourselves.

obstore's LocalStore replaces files atomically but offers no fsync from Python (0.12), so what it acknowledged
could be lost with the power. Here a content is written to a temporary file, synchronised, linked under its digest,
and the directory entries are synchronised before the call returns.
"""

import asyncio
import errno
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import uuid4

from tianping.kit.digests import Sm3
from tianping.platform.blobs.model import BLOCK, Blob, BlobMissing, StorageFull, area_of, key_of

P = ParamSpec("P")
T = TypeVar("T")

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn "no space left" and "quota exceeded" of the operating system into `StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull from error
        raise


async def to_its_end(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Run in a thread and wait until it is done even when cancelled: it uses a descriptor that is closed afterwards,
    and whose number the next file may get."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments, **named))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise


def write_all(descriptor: int, block: bytes) -> None:
    """Write a whole block, however the operating system splits it."""
    view = memoryview(block)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_directory(path: Path) -> None:
    """Make the names in a directory survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_directory(path: Path) -> None:
    """Make a directory and its parents, each entry durable. What exists already is left alone."""
    if path.is_dir():
        return
    make_directory(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    sync_directory(path.parent)


class DiskBlobs:
    """A `BlobStore` under one directory. Several processes may share it.

    `root/sm3/…` holds contents (mode 0440), `root/incoming/` what is being written; leftovers of killed processes
    there are swept by `sweep`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._incoming = self.root / "incoming"
        with full_disk_told():
            make_directory(self._incoming)

    async def put_stream(self, blocks: AsyncIterable[bytes]) -> Blob:
        temporary = self._incoming / uuid4().hex
        digest, size = Sm3(), 0
        descriptor = await asyncio.to_thread(os.open, temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with full_disk_told():
                async for block in blocks:
                    digest.update(block)
                    size += len(block)
                    await to_its_end(write_all, descriptor, block)
                return await to_its_end(self._keep, descriptor, temporary, Blob(digest.hexdigest(), size))
        finally:
            os.close(descriptor)
            temporary.unlink(missing_ok=True)

    async def put_file(self, path: Path, *, share: bool = False) -> Blob:
        return await asyncio.to_thread(self._put_file, path, share)

    def within(self, area: str) -> "DiskBlobs":
        return DiskBlobs(self.root / area_of(area))

    async def read(self, digest: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        path = self._path(digest)
        try:
            descriptor = await asyncio.to_thread(os.open, path, os.O_RDONLY)
        except FileNotFoundError:
            raise BlobMissing from None
        try:
            at, last = start, os.fstat(descriptor).st_size if end is None else end
            while at < last:
                block = await to_its_end(os.pread, descriptor, min(BLOCK, last - at), at)
                if not block:
                    return
                at += len(block)
                yield block
        finally:
            os.close(descriptor)

    async def stat(self, digest: str) -> Blob:
        try:
            return Blob(digest, (await asyncio.to_thread(self._path(digest).stat)).st_size)
        except FileNotFoundError:
            raise BlobMissing from None

    async def remove(self, digest: str) -> None:
        await asyncio.to_thread(self._path(digest).unlink, missing_ok=True)

    @asynccontextmanager
    async def local(self, digest: str) -> AsyncIterator[Path]:
        await self.stat(digest)
        yield self._path(digest)

    def sweep(self, *, before: float) -> int:
        """Remove temporary files not written to since `before` (seconds since 1970); how many there were."""
        removed = 0
        for leftover in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if leftover.stat().st_mtime < before:
                    leftover.unlink()
                    removed += 1
        return removed

    def _path(self, digest: str) -> Path:
        return self.root / key_of(digest)

    def _put_file(self, path: Path, share: bool) -> Blob:
        temporary = self._incoming / uuid4().hex
        digest, size = Sm3(), 0
        with full_disk_told():
            linked = share and self._link(path, temporary)
            source = os.open(temporary if linked else path, os.O_RDONLY)
            target = -1
            try:
                if not linked:
                    target = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                while block := os.read(source, BLOCK):
                    digest.update(block)
                    size += len(block)
                    if target >= 0:
                        write_all(target, block)
                blob = self._keep(source if linked else target, temporary, Blob(digest.hexdigest(), size))
            finally:
                os.close(source)
                if target >= 0:
                    os.close(target)
                temporary.unlink(missing_ok=True)
        return blob

    @staticmethod
    def _link(path: Path, temporary: Path) -> bool:
        """A second name for a finished file, so that a 2 GiB video is not copied. False across disks."""
        try:
            os.link(path, temporary)
        except OSError as error:
            if error.errno in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP}:
                return False
            raise
        return True

    def _keep(self, descriptor: int, temporary: Path, blob: Blob) -> Blob:
        final = self._path(blob.digest)
        os.fchmod(descriptor, 0o440)
        os.fsync(descriptor)
        make_directory(final.parent)
        # The same content may be stored by two requests at once: replacing it by itself is harmless.
        temporary.replace(final)
        sync_directory(final.parent)
        return blob
