"""Files that are still arriving: one file an upload, whose size is the offset.

Nothing else records the offset, so there is nothing to disagree with after a crash. A writer holds a lock of the
operating system on the file, which ends with the process that held it. While a part with a checksum arrives, a mark
beside the file says where it began: what was not verified yet does not count and is cut off by the next writer.
"""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tianping.kit.ids import UploadId
from tianping.platform.blobs.disk import full_disk_told, make_directory, sync_directory, to_its_end, write_all
from tianping.platform.uploads.model import BeingWritten, UploadGone

_GATHER = 1 << 20


class Part:
    """The end of one file, open to be written by one request."""

    def __init__(self, descriptor: int, mark: Path) -> None:
        self._descriptor = descriptor
        self._mark = mark
        self._gathered = bytearray()
        self.offset = os.fstat(descriptor).st_size

    async def write(self, block: bytes) -> None:
        """Append; small blocks are gathered to 1 MiB. Raises StorageFull, with all that found room kept."""
        self._gathered += block
        if len(self._gathered) >= _GATHER:
            await to_its_end(self._flush)

    async def settle(self) -> int:
        """Everything on disk, synchronised; the offset that may be acknowledged."""
        await to_its_end(self._settle)
        return self.offset

    async def doubt(self) -> None:
        """From here on nothing counts until `trust`."""
        await to_its_end(self._doubt)

    async def trust(self) -> int:
        """What came since `doubt` was verified: it counts. Returns the offset."""
        await self.settle()
        await to_its_end(self._unmark)
        return self.offset

    async def cut(self, offset: int) -> None:
        """Throw away what came after `offset`."""
        self._gathered.clear()
        await to_its_end(self.cut_now, offset)

    def _flush(self) -> None:
        block, self._gathered = bytes(self._gathered), bytearray()
        try:
            with full_disk_told():
                write_all(self._descriptor, block)
        finally:
            self.offset = os.fstat(self._descriptor).st_size

    def _settle(self) -> None:
        self._flush()
        with full_disk_told():
            os.fsync(self._descriptor)

    def _doubt(self) -> None:
        with full_disk_told():
            descriptor = os.open(self._mark, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                write_all(descriptor, str(self.offset).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            sync_directory(self._mark.parent)

    def _unmark(self) -> None:
        self._mark.unlink(missing_ok=True)
        sync_directory(self._mark.parent)

    def cut_now(self, offset: int) -> None:
        os.ftruncate(self._descriptor, offset)
        os.fsync(self._descriptor)
        self.offset = offset
        self._unmark()


class Spool:
    """The folder of files that are still arriving. Processes of one machine may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        make_directory(self.root)

    def path(self, upload_id: UploadId) -> Path:
        return self.root / f"{upload_id.hex}.part"

    def _mark(self, upload_id: UploadId) -> Path:
        return self.root / f"{upload_id.hex}.mark"

    def offset(self, upload_id: UploadId) -> int:
        """The number of bytes that are on disk for good; also while another request is writing."""
        try:
            descriptor = os.open(self.path(upload_id), os.O_RDONLY)
        except FileNotFoundError:
            return 0
        try:
            size = os.fstat(descriptor).st_size
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return min(size, self._doubtful_from(upload_id, size))

    def free(self) -> int:
        """Bytes of room on this disk."""
        room = os.statvfs(self.root)
        return room.f_bavail * room.f_frsize

    @asynccontextmanager
    async def writing(self, upload_id: UploadId) -> AsyncIterator[Part]:
        """Open the end of a file. Raises BeingWritten if somebody else does, UploadGone if it was removed just now."""
        part, descriptor = await to_its_end(self._open, upload_id)
        try:
            yield part
        finally:
            os.close(descriptor)

    def _open(self, upload_id: UploadId) -> tuple[Part, int]:
        path = self.path(upload_id)
        with full_disk_told():
            fresh = not path.exists()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(descriptor).st_nlink:
                raise UploadGone
            if fresh:
                sync_directory(self.root)
            part = Part(descriptor, self._mark(upload_id))
            if self._mark(upload_id).exists():
                part.cut_now(min(part.offset, self._doubtful_from(upload_id, part.offset)))
        except BlockingIOError:
            os.close(descriptor)
            raise BeingWritten from None
        except BaseException:
            os.close(descriptor)
            raise
        return part, descriptor

    def discard(self, upload_id: UploadId) -> None:
        """Remove a file, if it is there."""
        self.path(upload_id).unlink(missing_ok=True)
        self._mark(upload_id).unlink(missing_ok=True)

    def _doubtful_from(self, upload_id: UploadId, size: int) -> int:
        with suppress(FileNotFoundError, ValueError):
            return int(self._mark(upload_id).read_text())
        return size
