"""The `Materials` that contexts ask."""

from collections.abc import AsyncIterator

from tianping.interfaces.materials import Material, MaterialState, Part
from tianping.kit.ids import PersonId, UploadId
from tianping.platform.database import acting
from tianping.platform.uploads import store
from tianping.platform.uploads.actions import Desk
from tianping.platform.uploads.model import MaterialMissing, MaterialUnfit, NotReady, Upload


class MaterialService:
    """`interfaces.materials.Materials` in this process.

    Asked in the midst of another context's act, it must not claim that act's key: the key belongs to the act's own
    transaction, or an act that failed after asking would be taken for done when it is retried.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def describe(self, ids: tuple[UploadId, ...]) -> tuple[Material, ...]:
        async with self._desk.database.reading() as reader:
            found = {upload.id: upload for upload in await store.several(reader, self._desk.keyring, ids)}
        return tuple(material_of(found[upload_id]) for upload_id in ids if upload_id in found)

    async def owned(self, owner: PersonId, ids: tuple[UploadId, ...]) -> tuple[Material, ...]:
        materials = await self.describe(ids)
        if len(materials) != len(ids) or any(material.owner != owner for material in materials):
            raise MaterialMissing
        return materials

    async def keep(self, owner: PersonId, ids: tuple[UploadId, ...], *, held_by: str) -> None:
        """Raises also MaterialUnfit for a file that is not complete, was refused, is quarantined or has expired."""
        async with acting(None), self._desk.database.transaction() as tx:
            # In one order, so that two acts that keep the same files cannot wait for each other.
            for upload_id in sorted(set(ids)):
                upload = await store.lock(tx, self._desk.keyring, upload_id)
                if upload.owner != owner:
                    raise MaterialMissing
                if upload.state not in {MaterialState.INSPECTING, MaterialState.READY}:
                    raise MaterialUnfit
            await store.hold(tx, ids, held_by, at=self._desk.clock.now())

    async def release(self, ids: tuple[UploadId, ...], *, held_by: str) -> None:
        async with acting(None), self._desk.database.transaction() as tx:
            await store.release(tx, ids, held_by)

    def read(self, material: Material, part: Part, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Raises NotReady for a material that did not pass, and for a part it does not have."""
        digest = material.digest_of(part)
        if material.state is not MaterialState.READY or digest is None:
            raise NotReady
        return self._desk.blobs.read(digest, start, end)

    async def size(self, material: Material, part: Part) -> int:
        """Bytes of one of its contents. Raises NotReady."""
        digest = material.digest_of(part)
        if material.state is not MaterialState.READY or digest is None:
            raise NotReady
        return (await self._desk.blobs.stat(digest)).size


def material_of(upload: Upload) -> Material:
    return Material(
        upload.id, upload.owner, upload.name, upload.size, upload.state, upload.received_at, upload.digest,
        upload.inspection, upload.finding, upload.thumbnail, upload.view,
    )  # fmt: skip
