"""Serving a material: ranges, and headers that keep what strangers uploaded from acting as a page of the court."""

import re
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Stream

from tianping.interfaces.materials import Material, Materials, Part
from tianping.platform.uploads.model import NotReady

INLINE = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain",
        "video/mp4", "video/webm", "audio/mp4", "audio/mpeg", "audio/wav", "audio/webm", "audio/ogg", "audio/aac", "audio/flac",
    }
)  # fmt: skip
"""Types that a browser may show in its own window; all others are downloaded."""

_POLICY = (
    "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; object-src 'self'; style-src 'unsafe-inline'"
)
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


def read_range(text: str | None, size: int) -> tuple[int, int] | None:
    """`Range` of RFC 9110 as half-open bounds; None for all of it (no range, several ranges, or not understood).

    Raises ValueError for a range outside of the content.
    """
    match = _RANGE.fullmatch((text or "").strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
        if not int(last):
            raise ValueError("nothing asked for")
    else:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise ValueError("beyond the end")
    return start, end


async def content_response(
    materials: Materials, material: Material, part: Part, request: Request[Any, Any, Any]
) -> Response[Any]:
    """One of the contents of a material, whole or in part. The caller has decided that the reader may have it.

    For routes outside `/api/v1/uploads`, exclude the path from compression: a compressed range is no range.
    Raises NotReady.
    """
    inspection = material.inspection
    digest = material.digest_of(part)
    if digest is None or inspection is None:
        raise NotReady
    media_type = {
        Part.ORIGINAL: inspection.media_type,
        Part.VIEW: inspection.view_type or "application/octet-stream",
        Part.THUMBNAIL: "image/webp",
    }[part]
    size = await materials.size(material, part)
    headers = {
        "ETag": f'"{digest}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable" if part is Part.THUMBNAIL else "private, no-cache",
        "Content-Disposition": _disposition(material.name, media_type, part),
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    unchanged = request.headers.get("if-range") in {None, headers["ETag"]}
    try:
        wanted = read_range(request.headers.get("range") if unchanged else None, size)
    except ValueError:
        return Response(
            b"", status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"}, media_type=media_type
        )
    start, end = wanted or (0, size)
    headers["Content-Length"] = str(end - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(
        materials.read(material, part, start, end),
        status_code=206 if wanted else 200,
        headers=headers,
        media_type=media_type,
    )


def _disposition(name: str, media_type: str, part: Part) -> str:
    if part is Part.VIEW:
        name = f"{name.rpartition('.')[0] or name}.{'pdf' if media_type == 'application/pdf' else 'jpg'}"
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
    how = "inline" if media_type in INLINE else "attachment"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
