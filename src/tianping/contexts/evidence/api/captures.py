"""Captures of web pages."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Response, Stream

from tianping.contexts.evidence.actions import capturing
from tianping.contexts.evidence.api.inputs import Cursor, EvidenceDesk, Limit, Who, attachment
from tianping.contexts.evidence.model.captures import CaptureInput, CaptureOffer, CaptureView
from tianping.interfaces.capture import CapturedRecord
from tianping.platform.http import PUBLIC, Page, permit

_MAKE = permit("evidence.captures.make")
_ZIP = {200: ResponseSpec(bytes, generate_examples=False, media_type="application/zip")}
_PNG = {200: ResponseSpec(bytes, generate_examples=False, media_type="image/png")}


@get(
    "/capture-offer",
    opt=permit(PUBLIC),
    tags=["captures"],
    summary="Whether pages can be captured here, and what is recorded",
)
async def capture_offer(evidence_desk: EvidenceDesk) -> CaptureOffer:
    return capturing.offer(evidence_desk)


@post("/captures", opt=_MAKE, tags=["captures"], summary="Have the court capture a public page and deposit it")
async def make_capture(data: CaptureInput, evidence_desk: EvidenceDesk, actor: Who) -> CaptureView:
    """The page is opened by a browser of the court in a clean profile, soon; ask the capture how far it is."""
    return await capturing.ask(evidence_desk, actor, data)


@get("/captures", opt=_MAKE, tags=["captures"], summary="My captures, newest first")
async def my_captures(
    evidence_desk: EvidenceDesk, actor: Who, limit: Limit = 20, cursor: Cursor = None
) -> Page[CaptureView]:
    return await capturing.mine(evidence_desk, actor, limit=limit, cursor=cursor)


@get("/captures/{capture_id:uuid}", opt=_MAKE, tags=["captures"], summary="A capture and how far it is")
async def see_capture(capture_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> CaptureView:
    return await capturing.see(evidence_desk, actor, capture_id)


@get("/captures/{capture_id:uuid}/package", opt=_MAKE, tags=["captures"], summary="Everything that was recorded (zip)",
     media_type="application/zip", responses=_ZIP)  # fmt: skip
async def capture_package(capture_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> Stream:
    size, blocks = await capturing.package(evidence_desk, actor, capture_id)
    headers = attachment(f"网页取证 {capture_id}.zip", f"capture-{capture_id}.zip") | {"Content-Length": str(size)}
    return Stream(blocks, media_type="application/zip", headers=headers)


@get("/captures/{capture_id:uuid}/record", opt=_MAKE, tags=["captures"], summary="What was recorded, to look at")
async def capture_record(capture_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> CapturedRecord:
    """Requests, answers of the name service, certificates, the clock and the files of the package, as it says itself."""
    return await capturing.record(evidence_desk, actor, capture_id)


@get("/captures/{capture_id:uuid}/pictures/{which:str}", opt=_MAKE, tags=["captures"], summary="A picture of the page",
     media_type="image/png", responses=_PNG)  # fmt: skip
async def capture_picture(
    capture_id: UUID,
    which: Annotated[
        Literal["screen", "whole"], Parameter(description="screen: what is seen first; whole: the long picture")
    ],
    evidence_desk: EvidenceDesk,
    actor: Who,
) -> Response[bytes]:
    content = await capturing.picture(evidence_desk, actor, capture_id, which)
    return Response(content, media_type="image/png", headers={"Cache-Control": "private, no-store"})


ROUTES: list[Any] = [
    capture_offer,
    make_capture,
    my_captures,
    see_capture,
    capture_package,
    capture_record,
    capture_picture,
]
