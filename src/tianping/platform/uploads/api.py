"""HTTP of uploads: tus 1.0 under `/uploads`, and what became of a file."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, head, patch, post, route
from litestar.enums import HttpMethod
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Dependency

from tianping.interfaces.identity import Actor
from tianping.interfaces.materials import Finding, Kind, MaterialState, Part
from tianping.kit.ids import UploadId
from tianping.kit.problems import Problem, Text
from tianping.platform.http.guard import PUBLIC, SIGNED_IN, permit
from tianping.platform.http.problems import respond
from tianping.platform.uploads import actions, store, tus
from tianping.platform.uploads.actions import Desk
from tianping.platform.uploads.content import content_response
from tianping.platform.uploads.model import Interrupted, Upload, VersionUnknown, WrongOffset
from tianping.platform.uploads.service import MaterialService, material_of

PATH = "/api/v1/uploads"
_TAGS = ["uploads"]
_BYTES_FOLLOW: dict[str, Any] = {"request_max_body_size": None}

UploadsDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]


class UploadView(msgspec.Struct, frozen=True):
    """A file and how far it is. `size`, `offset` in bytes; `digest` SM3; `type` by content, once inspected.

    `content`, `view` and `thumbnail` are addresses; `view` is a copy to show where the original is hard to show.
    """

    id: UUID
    name: str
    size: int
    offset: int
    state: MaterialState
    type: str | None
    kind: Kind | None
    digest: str | None
    finding: Finding | None
    warnings: list[Finding]
    pages: int | None
    width: int | None
    height: int | None
    duration_s: float | None
    content: str | None
    view: str | None
    thumbnail: str | None


class UploadRules(msgspec.Struct, frozen=True):
    """What may be uploaded. Bytes; `notice` must be shown where files are uploaded."""

    max_size: int
    quota: int
    used: int
    checksums: list[str]
    notice: Text | None


class Password(msgspec.Struct, frozen=True):
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


def _on_problem(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    """A refusal in tus manner: the version goes with every answer."""
    response = respond(problem, request)
    response.headers["Tus-Resumable"] = tus.VERSION
    if isinstance(problem, VersionUnknown):
        response.headers["Tus-Version"] = tus.VERSION
    if isinstance(problem, WrongOffset):
        response.headers["Upload-Offset"] = str(problem.values["offset"])
    return response


def _refusals(**texts: str) -> dict[int, ResponseSpec]:
    return {
        int(status[1:]): ResponseSpec(
            None, generate_examples=False, description=text, media_type="application/problem+json"
        )
        for status, text in texts.items()
    }


_TUS: dict[str, Any] = {
    "tags": _TAGS,
    "exception_handlers": {Problem: _on_problem},
    "responses": _refusals(
        _409="The offset differs, the file is complete, or a matter refers to it",
        _410="Expired or removed",
        _412="Another version of tus",
        _413="Larger than a file may be, than was announced, or than the person's quota",
        _423="Another connection is sending this file",
        _429="Too many uploads under way",
        _460="The checksum does not match",
        _507="Storage full",
    ),
}
_FILE: dict[str, Any] = {
    "tags": _TAGS,
    "responses": {
        200: ResponseSpec(bytes, generate_examples=False, description="The whole", media_type="*/*"),
        206: ResponseSpec(bytes, generate_examples=False, description="The range that was asked for", media_type="*/*"),
    }
    | _refusals(_409="Not ready to be read", _410="Expired or removed", _416="Beyond the end"),
}
_STATE: dict[str, Any] = {"tags": _TAGS, "responses": _refusals(_409="Not awaited", _410="Expired or removed")}


@route(
    ["/uploads", "/uploads/{upload_id:uuid}"],
    http_method=[HttpMethod.OPTIONS],
    opt=permit(PUBLIC),
    tags=_TAGS,
    status_code=204,
    summary="What of tus is spoken here",
)
async def options(uploads_desk: UploadsDesk) -> Response[None]:
    return Response(
        None,
        status_code=204,
        headers={
            "Tus-Resumable": tus.VERSION,
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(uploads_desk.limits.size),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        },
    )


@post(
    "/uploads",
    opt=permit(SIGNED_IN, idempotent=False),
    summary="Announce a file (tus creation)",
    **_TUS,
    **_BYTES_FOLLOW,
)
async def create(uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]) -> Response[None]:
    """`Upload-Length` and `Upload-Metadata` (`filename`, `filetype`); a body of the chunk type is the first part."""
    tus.check_version(request.headers)
    if "upload-defer-length" in request.headers:
        raise tus.misused("须事先给出 Upload-Length", "Upload-Length must be known in advance")
    size = tus.whole_number(request.headers, "Upload-Length")
    metadata = tus.read_metadata(request.headers.get("upload-metadata", ""))
    with_part = request.headers.get("content-length") != "0" and "content-type" in request.headers
    checksum = tus.read_checksum(request.headers)
    if with_part:
        tus.check_chunk_type(request.headers)
    upload = await actions.begin(
        uploads_desk,
        actor,
        name=metadata.get("filename") or metadata.get("name") or "",
        declared_type=metadata.get("filetype") or metadata.get("type") or "",
        size=size,
    )
    headers = {"Location": f"{PATH}/{upload.id}"} | _expiry(upload)
    if with_part and size:
        # Bytes cut off on the way are not lost: the client learns from HEAD how far it came.
        arrived = await actions.send(uploads_desk, upload, 0, _body(request, uploads_desk.limits.silence_s), checksum)
        headers["Upload-Offset"] = str(arrived)
    return _answer(201, headers)


@head("/uploads/{upload_id:uuid}", opt=permit(SIGNED_IN), summary="How much has arrived", **_TUS)
async def ask(
    upload_id: UUID, uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[None]:
    tus.check_version(request.headers)
    upload = await actions.own(uploads_desk, actor, UploadId(upload_id))
    arrived = await actions.offset(uploads_desk, upload)
    metadata = tus.write_metadata({"filename": upload.name, "filetype": upload.declared_type})
    headers = {"Upload-Offset": str(arrived), "Upload-Length": str(upload.size), "Upload-Metadata": metadata}
    return _answer(200, headers | _expiry(upload) | {"Cache-Control": "no-store"})


@patch("/uploads/{upload_id:uuid}", opt=permit(SIGNED_IN, idempotent=False), status_code=204,
       summary="Send a part", **_TUS, **_BYTES_FOLLOW)  # fmt: skip
async def send(
    upload_id: UUID, uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[None]:
    """Bytes from `Upload-Offset` on. The offset in the answer is on disk."""
    return await _send(upload_id, uploads_desk, actor, request)


@delete("/uploads/{upload_id:uuid}", opt=permit(SIGNED_IN, idempotent=False), status_code=204,
        summary="Give up an upload, or remove a file that is part of no matter", **_TUS)  # fmt: skip
async def end(
    upload_id: UUID, uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[None]:
    tus.check_version(request.headers)
    await actions.end(uploads_desk, actor, UploadId(upload_id))
    return _answer(204, {})


@post("/uploads/{upload_id:uuid}", opt=permit(SIGNED_IN, idempotent=False), status_code=204,
      summary="PATCH or DELETE where only POST passes (X-HTTP-Method-Override)", **_TUS, **_BYTES_FOLLOW)  # fmt: skip
async def override(
    upload_id: UUID, uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[None]:
    method = request.headers.get("x-http-method-override", "").upper()
    if method == "PATCH":
        return await _send(upload_id, uploads_desk, actor, request)
    if method != "DELETE":
        raise tus.misused("X-HTTP-Method-Override 须为 PATCH 或 DELETE", "X-HTTP-Method-Override is PATCH or DELETE")
    tus.check_version(request.headers)
    await actions.end(uploads_desk, actor, UploadId(upload_id))
    return _answer(204, {})


@get("/uploads/rules", opt=permit(SIGNED_IN), tags=_TAGS, summary="What may be uploaded, and what is used")
async def rules(uploads_desk: UploadsDesk, actor: Who) -> UploadRules:
    async with uploads_desk.database.reading() as reader:
        used, _ = await store.used(reader, actions.owner_of(actor))
    limits = uploads_desk.limits
    return UploadRules(limits.size, limits.quota, used, list(tus.ALGORITHMS), uploads_desk.scanner.banner())


@get("/uploads/{upload_id:uuid}/state", opt=permit(SIGNED_IN), summary="What became of a file", **_STATE)
async def state(upload_id: UUID, uploads_desk: UploadsDesk, actor: Who) -> UploadView:
    upload = await actions.own(uploads_desk, actor, UploadId(upload_id))
    arrived = await actions.offset(uploads_desk, upload)
    if arrived == upload.size and upload.state is MaterialState.RECEIVING:
        upload = await actions.own(uploads_desk, actor, upload.id)
    return view_of(upload, arrived)


@post("/uploads/{upload_id:uuid}/password", opt=permit(SIGNED_IN, idempotent=False), status_code=200,
      summary="Open an encrypted PDF; the password is not kept", **_STATE)  # fmt: skip
async def unlock(upload_id: UUID, data: Password, uploads_desk: UploadsDesk, actor: Who) -> UploadView:
    upload = await actions.unlock(uploads_desk, actor, UploadId(upload_id), data.password)
    return view_of(upload, upload.size)


@get("/uploads/{upload_id:uuid}/content", opt=permit(SIGNED_IN), summary="The file as it was uploaded", **_FILE)
async def content(
    upload_id: UUID, uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[bytes]:
    return await _content(upload_id, Part.ORIGINAL, uploads_desk, actor, request)


@get("/uploads/{upload_id:uuid}/view", opt=permit(SIGNED_IN), summary="A copy that browsers show", **_FILE)
async def view(
    upload_id: UUID, uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[bytes]:
    return await _content(upload_id, Part.VIEW, uploads_desk, actor, request)


@get("/uploads/{upload_id:uuid}/thumbnail", opt=permit(SIGNED_IN), summary="At most 320 px, WebP", **_FILE)
async def thumbnail(
    upload_id: UUID, uploads_desk: UploadsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[bytes]:
    return await _content(upload_id, Part.THUMBNAIL, uploads_desk, actor, request)


ROUTES = [options, create, ask, send, end, override, rules, state, unlock, content, view, thumbnail]


def view_of(upload: Upload, arrived: int) -> UploadView:
    found = upload.inspection
    ready = upload.state is MaterialState.READY
    address = f"{PATH}/{upload.id}"
    return UploadView(
        id=upload.id,
        name=upload.name,
        size=upload.size,
        offset=arrived,
        state=upload.state,
        type=found.media_type if found else None,
        kind=found.kind if found else None,
        digest=upload.digest,
        finding=upload.finding,
        warnings=list(found.warnings) if found else [],
        pages=found.pages if found else None,
        width=found.width if found else None,
        height=found.height if found else None,
        duration_s=found.duration_s if found else None,
        content=f"{address}/content" if ready else None,
        view=f"{address}/view" if ready and upload.view else None,
        thumbnail=f"{address}/thumbnail" if ready and upload.thumbnail else None,
    )


async def _send(upload_id: UUID, desk: Desk, actor: Actor, request: Request[Any, Any, Any]) -> Response[None]:
    tus.check_version(request.headers)
    tus.check_chunk_type(request.headers)
    at = tus.whole_number(request.headers, "Upload-Offset")
    checksum = tus.read_checksum(request.headers)
    upload = await actions.own(desk, actor, UploadId(upload_id))
    arrived = await actions.send(desk, upload, at, _body(request, desk.limits.silence_s), checksum)
    return _answer(204, {"Upload-Offset": str(arrived)} | _expiry(upload))


async def _content(
    upload_id: UUID, part: Part, desk: Desk, actor: Actor, request: Request[Any, Any, Any]
) -> Response[Any]:
    material = material_of(await actions.own(desk, actor, UploadId(upload_id)))
    return await content_response(MaterialService(desk), material, part, request)


def _answer(status: int, headers: dict[str, str]) -> Response[None]:
    return Response(None, status_code=status, headers={"Tus-Resumable": tus.VERSION} | headers)


def _expiry(upload: Upload) -> dict[str, str]:
    if upload.state is not MaterialState.RECEIVING:
        return {}
    return {"Upload-Expires": upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")}


async def _body(request: Request[Any, Any, Any], silence_s: float) -> AsyncIterator[bytes]:
    """The bytes of a request as they come. Raises Interrupted when the client leaves, falls silent, or sends less than
    it said it would."""
    declared = request.headers.get("content-length", "")
    arrived = 0
    while True:
        try:
            message: Any = await asyncio.wait_for(request.receive(), silence_s)
        except TimeoutError:
            raise Interrupted from None
        if message["type"] == "http.disconnect":
            raise Interrupted
        block = message.get("body", b"")
        if block:
            arrived += len(block)
            yield block
        if not message.get("more_body", False):
            if declared.isdigit() and arrived < int(declared):
                raise Interrupted
            return
