"""Materials: the files people hand to the court. What an inspection says, and how contexts ask for a file."""

from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec

from tianping.kit.ids import PersonId, UploadId
from tianping.kit.problems import Text


class Finding(msgspec.Struct, frozen=True):
    """Something a person should know about a file: a stable code, a sentence, and what they can do about it."""

    code: str
    zh: str
    en: str
    way_on: Text | None = None


class Kind(StrEnum):
    """What a file is for a reader; decides how it is shown."""

    IMAGE = "image"
    PDF = "pdf"
    DOCUMENT = "document"
    SPREADSHEET = "spreadsheet"
    PRESENTATION = "presentation"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    WEB_PAGE = "web_page"
    CHAT = "chat"
    MESSAGE = "message"
    ARCHIVE = "archive"
    UNKNOWN = "unknown"


class Inspection(msgspec.Struct, frozen=True):
    """What a look at the content says. All of it comes from the content, nothing from what was declared.

    `pages` counts pages of a PDF; `width` and `height` are pixels, upright; `duration_s` seconds. `warnings` do not
    hinder, a `refusal` does. `hazards` are signs of harmful content, for a scanner to weigh. `thumbnail` and
    `view` are names of files in the folder given for derivatives: a WebP of at most 320 px, and an upright JPEG or a
    readable PDF when the original itself is hard to show. Derivatives carry no position and no device data; the
    original is never changed.
    """

    kind: Kind
    media_type: str
    extension: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    warnings: tuple[Finding, ...] = ()
    hazards: tuple[Finding, ...] = ()
    refusal: Finding | None = None
    thumbnail: str | None = None
    view: str | None = None
    view_type: str | None = None


class Inspector(Protocol):
    """Looks into a file that may be hostile."""

    async def inspect(
        self,
        path: Path,
        declared_name: str,
        declared_type: str,
        *,
        into: Path | None = None,
        password: str | None = None,
    ) -> Inspection:
        """Always an answer, never an exception for what the file contains.

        Derivatives are written to the folder `into`, if given. `password` opens an encrypted PDF, whose `view` is
        then a copy without one.
        """
        ...


class MaterialState(StrEnum):
    """Where a file is on its way in."""

    RECEIVING = "receiving"
    INSPECTING = "inspecting"
    READY = "ready"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    EXPIRED = "expired"


class Part(StrEnum):
    """Which of the contents that belong to a material is meant."""

    ORIGINAL = "original"
    VIEW = "view"
    THUMBNAIL = "thumbnail"


class Material(msgspec.Struct, frozen=True):
    """A file as other contexts see it. `size` in bytes, `digest` SM3 (hex), known once it was received whole."""

    id: UploadId
    owner: PersonId
    name: str
    size: int
    state: MaterialState
    received_at: datetime | None
    digest: str | None
    inspection: Inspection | None
    finding: Finding | None
    thumbnail: str | None = None
    """SM3 of the thumbnail, if there is one."""
    view: str | None = None
    """SM3 of the copy to show instead of the original, if there is one."""

    def digest_of(self, part: Part) -> str | None:
        """SM3 of one of its contents; None if it has no such content."""
        return {Part.ORIGINAL: self.digest, Part.VIEW: self.view, Part.THUMBNAIL: self.thumbnail}[part]


class Materials(Protocol):
    """How a context takes up uploaded files. It decides who may read and serves them through its own route.

    Raises: `MaterialMissing` for an id that does not exist or is not the person's.
    """

    async def describe(self, ids: tuple[UploadId, ...]) -> tuple[Material, ...]:
        """The materials of these ids, in this order; ids that do not exist are left out."""
        ...

    async def owned(self, owner: PersonId, ids: tuple[UploadId, ...]) -> tuple[Material, ...]:
        """The same, but refuses if one of them does not exist or was not uploaded by this person."""
        ...

    async def keep(self, owner: PersonId, ids: tuple[UploadId, ...], *, held_by: str) -> None:
        """Record that something of the court (`held_by`, such as `filing:<id>`) refers to these files.

        A held file is neither removed by its uploader nor by time. Idempotent.
        """
        ...

    async def release(self, ids: tuple[UploadId, ...], *, held_by: str) -> None:
        """Undo `keep`, as when an exhibit is taken out of a draft. Idempotent."""
        ...

    def read(self, material: Material, part: Part, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Bytes `start` (inclusive) to `end` (exclusive) of one of its contents."""
        ...

    async def size(self, material: Material, part: Part) -> int:
        """Bytes of one of its contents."""
        ...
