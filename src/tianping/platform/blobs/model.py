"""What a blob is, what a store of blobs can do, and how it refuses."""

import re
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import msgspec

from tianping.kit.problems import NotFound, Problem, Text

BLOCK = 1 << 20
"""Bytes moved at a time, 1 MiB."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_AREA = re.compile(r"[a-z][a-z0-9_-]{0,40}")


class Blob(msgspec.Struct, frozen=True):
    """A stored content. `digest` is SM3 as 64 lower-case hexadecimal digits, `size` is in bytes."""

    digest: str
    size: int


class StorageFull(Problem):
    """The disk has no room. Nothing of what was being stored is left behind."""

    status = 507
    code = "storage-full"
    title = Text("存储空间不足", "Storage is full")
    detail = Text(
        "法院的文件存储空间已满，本次内容没有保存；此前已保存的内容不受影响。请稍后从断点继续上传，或致电诉讼服务热线。",
        "The court's file storage has no room left, so this was not saved; what was saved before is safe. "
        "Please continue the upload later from where it stopped, or call the court's service line.",
    )


class BlobMissing(NotFound):
    code = "blob-missing"
    title = Text("文件内容不存在", "The content of this file is not here")


def key_of(digest: str) -> str:
    """The place of a content: `sm3/ab/cd/<hex>`. Raises `ValueError` for anything that is not an SM3 digest."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"not an SM3 digest: {digest!r}")
    return f"sm3/{digest[:2]}/{digest[2:4]}/{digest}"


def area_of(name: str) -> str:
    """Raises `ValueError` for what is no name of an area."""
    if not _AREA.fullmatch(name) or name in {"sm3", "incoming"}:
        raise ValueError(f"not an area of a store: {name!r}")
    return name


class BlobStore(Protocol):
    """Content-addressed storage. All methods are idempotent; `put_*` is durable on return.

    Raises `StorageFull` when there is no room, `BlobMissing` when a digest is not stored.
    """

    async def put_stream(self, blocks: AsyncIterable[bytes]) -> Blob:
        """Store what the blocks make up when joined."""
        ...

    async def put_file(self, path: Path, *, share: bool = False) -> Blob:
        """Store the content of a local file, which stays where it is.

        With `share`, the caller promises never to write to it again: on the same disk it is then not copied.
        """
        ...

    def within(self, area: str) -> "BlobStore":
        """A store of its own under this one. Contents of different areas are kept, and removed, apart."""
        ...

    def read(self, digest: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Blocks of the bytes `start` (inclusive) to `end` (exclusive; the end of the content if None)."""
        ...

    async def stat(self, digest: str) -> Blob:
        """The blob of a digest. Raises `BlobMissing`."""
        ...

    async def remove(self, digest: str) -> None:
        """Forget a content. The caller knows that nothing refers to it any more; missing is no error."""
        ...

    def local(self, digest: str) -> AbstractAsyncContextManager[Path]:
        """A local path with the content, to read only, for as long as the context lasts."""
        ...
