"""Blobs in any object store that obstore speaks to (S3 and what resembles it)."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import ObjectStore

from tianping.kit.digests import Sm3
from tianping.platform.blobs.disk import full_disk_told, write_all
from tianping.platform.blobs.model import BLOCK, Blob, BlobMissing, area_of, key_of


class BucketBlobs:
    """A `BlobStore` over obstore. Durable when the bucket acknowledges.

    The key of a content is known only at its end, so a stream is spooled to a local temporary file first and sent
    under its final key in one (multipart) put: the bucket never holds a half content under any name, and a bucket
    with object lock needs no renaming.
    """

    def __init__(self, store: ObjectStore, *, spool: Path | None = None, prefix: str = "") -> None:
        self._store = store
        self._spool = spool
        self._prefix = prefix

    def within(self, area: str) -> "BucketBlobs":
        return BucketBlobs(self._store, spool=self._spool, prefix=f"{self._prefix}{area_of(area)}/")

    def _key(self, digest: str) -> str:
        return self._prefix + key_of(digest)

    async def put_stream(self, blocks: AsyncIterable[bytes]) -> Blob:
        with tempfile.NamedTemporaryFile(dir=self._spool) as spooled, full_disk_told():
            async for block in blocks:
                await asyncio.to_thread(write_all, spooled.fileno(), block)
            return await self.put_file(Path(spooled.name))

    async def put_file(self, path: Path, *, share: bool = False) -> Blob:
        blob = await asyncio.to_thread(_blob_of, path)
        try:
            stored = await self.stat(blob.digest)
        except BlobMissing:
            stored = None
        if stored != blob:
            await obstore.put_async(self._store, self._key(blob.digest), path)
        return blob

    async def read(self, digest: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        size = (await self.stat(digest)).size
        last = size if end is None else min(end, size)
        for at in range(start, last, BLOCK):
            yield bytes(
                await obstore.get_range_async(self._store, self._key(digest), start=at, end=min(at + BLOCK, last))
            )

    async def stat(self, digest: str) -> Blob:
        try:
            found = await obstore.head_async(self._store, self._key(digest))
        except (NotFoundError, FileNotFoundError):
            raise BlobMissing from None
        return Blob(digest, found["size"])

    async def remove(self, digest: str) -> None:
        try:
            await obstore.delete_async(self._store, self._key(digest))
        except (NotFoundError, FileNotFoundError):
            return

    @asynccontextmanager
    async def local(self, digest: str) -> AsyncIterator[Path]:
        with tempfile.NamedTemporaryFile(dir=self._spool) as copy:
            with full_disk_told():
                async for block in self.read(digest):
                    await asyncio.to_thread(write_all, copy.fileno(), block)
            yield Path(copy.name)


def _blob_of(path: Path) -> Blob:
    digest, size = Sm3(), 0
    descriptor = os.open(path, os.O_RDONLY)
    try:
        while block := os.read(descriptor, BLOCK):
            digest.update(block)
            size += len(block)
    finally:
        os.close(descriptor)
    return Blob(digest.hexdigest(), size)
