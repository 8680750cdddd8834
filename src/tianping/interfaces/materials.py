"""What uploads promises: files that were inspected, by digest, and who may read them."""

from typing import Protocol
from uuid import UUID

import msgspec

from tianping.kit.ids import PersonId, UploadId
from tianping.kit.problems import Text


class Material(msgspec.Struct, frozen=True):
    """An uploaded file. `state`: uploading, inspecting, ready, rejected, quarantined. Sizes in bytes."""

    id: UploadId
    owner: PersonId
    name: str
    size: int
    state: str
    media_type: str | None
    kind: str | None
    digest: str | None
    pages: int | None
    duration_s: float | None
    finding: Text | None


class Materials(Protocol):
    async def describe(self, upload_ids: list[UploadId]) -> list[Material]:
        """Those that exist, in the order asked."""
        ...

    async def claim(self, upload_ids: list[UploadId], *, owner: PersonId, matter: UUID) -> None:
        """Bind uploads to a matter, so that they do not expire. Raises NotPermitted for another's upload."""
        ...

    async def content(self, upload_id: UploadId, *, derivative: str = "original") -> tuple[bytes, str]:
        """The bytes and media type of the `original`, the `view` copy or the `thumbnail`. The caller has checked the right."""
        ...
