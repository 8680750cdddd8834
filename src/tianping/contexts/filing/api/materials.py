"""The contents of the files, for the filer and for the reviewer. Ranges are answered, so that sound and video can be
sought; what could run in a browser is only ever handed out as a download."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get
from litestar.response import Stream

from tianping.contexts.filing.actions import reviews as looking
from tianping.contexts.filing.actions import views
from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.actions.standing import standing
from tianping.contexts.filing.api.inputs import FilingDesk, Who
from tianping.contexts.filing.model import Filing
from tianping.contexts.filing.store import filings
from tianping.interfaces.materials import Material, MaterialState, Part
from tianping.kit.ids import FilingId, UploadId
from tianping.kit.problems import NotFound
from tianping.platform.http.guard import permit

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_SHOWN = ("image/", "audio/", "video/", "application/pdf", "text/plain")


@get(
    "/filings/{filing_id:uuid}/materials/{upload_id:uuid}/{part:str}", opt=permit("filing.filings.file"),
    tags=["filing"], summary="The content of a file",
)  # fmt: skip
async def read_mine(
    filing_id: UUID, upload_id: UUID, part: str, filing_desk: FilingDesk, actor: Who, request: Request[Any, Any, Any]
) -> Stream:
    """`part`: original, view (to show instead) or thumbnail."""
    async with filing_desk.database.reading() as reader:
        filing = await filings.read(reader, filing_desk.keyring, FilingId(filing_id))
    await standing(filing_desk, actor, filing.head)
    return await _content(filing_desk, filing, upload_id, part, request)


@get(
    "/reviews/{filing_id:uuid}/materials/{upload_id:uuid}/{part:str}", opt=permit("filing.reviews.read"),
    tags=["review"], summary="The content of a file",
)  # fmt: skip
async def read_for_review(
    filing_id: UUID, upload_id: UUID, part: str, filing_desk: FilingDesk, actor: Who, request: Request[Any, Any, Any]
) -> Stream:
    """`part`: original, view (to show instead) or thumbnail."""
    async with filing_desk.database.reading() as reader:
        filing = await looking.handed_in(filing_desk.keyring, reader, actor, FilingId(filing_id))
    return await _content(filing_desk, filing, upload_id, part, request)


async def _content(desk: Desk, filing: Filing, upload_id: UUID, part: str, request: Request[Any, Any, Any]) -> Stream:
    """Raises NotFound for a file that is not in the evidence or has no such part."""
    if UploadId(upload_id) not in views.uploads_of(filing.answers) or part not in set(Part):
        raise NotFound
    found = await desk.materials.describe((UploadId(upload_id),))
    if not found or found[0].state is not MaterialState.READY:
        raise NotFound
    material, wanted = found[0], Part(part)
    if (wanted is Part.VIEW and material.view is None) or (wanted is Part.THUMBNAIL and material.thumbnail is None):
        raise NotFound
    media_type = _media_type(material, wanted)
    shown = media_type.startswith(_SHOWN) and media_type != "image/svg+xml"
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(material.name)}",
        "Cache-Control": "private, max-age=300",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    start, end, status = 0, None, 200
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if wanted is Part.ORIGINAL:
        headers["Accept-Ranges"] = "bytes"
        first = int(asked[1]) if asked else 0
        last = min(int(asked[2]) + 1, material.size) if asked and asked[2] else material.size
        if asked and first < last:
            start, end = first, last
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{material.size}"
            headers["Content-Length"] = str(end - start)
            status = 206
    blocks: AsyncIterator[bytes] = desk.materials.read(material, wanted, start, end)
    return Stream(
        blocks, status_code=status, media_type=media_type if shown else "application/octet-stream", headers=headers
    )


def _media_type(material: Material, part: Part) -> str:
    looked = material.inspection
    if part is Part.THUMBNAIL:
        return "image/webp"
    if part is Part.VIEW:
        return (looked.view_type if looked else None) or "application/octet-stream"
    return looked.media_type if looked else "application/octet-stream"


ROUTES = [read_mine, read_for_review]
