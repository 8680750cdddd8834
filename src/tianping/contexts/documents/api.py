"""HTTP of documents: decode, call the act, answer."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Dependency, Parameter
from litestar.response import Stream

from tianping.contexts.documents.actions import read
from tianping.contexts.documents.actions.check import check_copy
from tianping.contexts.documents.actions.desk import Desk
from tianping.contexts.documents.model import CheckAnswer, DocumentView, Issued
from tianping.interfaces.identity import Actor
from tianping.kit.digests import Sm3
from tianping.kit.ids import CaseId, DocumentId, FilingId
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.platform.http import PUBLIC, SIGNED_IN, Page, permit, read_cursor, write_cursor

DocumentsDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
MAX_COPY_BYTES = 20 * 1024 * 1024
_BLOCK = 1 << 20


Number = Annotated[str, msgspec.Meta(min_length=1, max_length=60, examples=["京0499-2026-SJ-000012"])]


class Fingerprint(msgspec.Struct, frozen=True):
    """A copy to be checked, by its SM3 digest (64 hexadecimal digits)."""

    number: Number
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]{64}$")]


class Copy(msgspec.Struct):
    """A copy to be checked, as a file."""

    number: Number
    file: UploadFile


@get("/documents", opt=permit(SIGNED_IN), tags=["documents"], summary="Papers addressed to me, newest first")
async def my_papers(
    documents_desk: DocumentsDesk,
    actor: Who,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> Page[DocumentView]:
    position = read_cursor(cursor, datetime, UUID)
    before = None if position is None else (position[0], position[1])
    papers = await read.my_papers(documents_desk, actor, before=before, limit=limit + 1)
    shown = papers[:limit]
    more = write_cursor(shown[-1].issued_at, shown[-1].id) if len(papers) > limit else None
    return Page([_view(paper) for paper in shown], more)


@get("/cases/{case_id:uuid}/documents", opt=permit(SIGNED_IN), tags=["documents"], summary="Papers of a case")
async def papers_of_case(case_id: UUID, documents_desk: DocumentsDesk, actor: Who) -> list[DocumentView]:
    return [_view(paper) for paper in await read.papers_of_case(documents_desk, actor, CaseId(case_id))]


@get("/filings/{filing_id:uuid}/documents", opt=permit(SIGNED_IN), tags=["documents"], summary="Papers of a filing")
async def papers_of_filing(filing_id: UUID, documents_desk: DocumentsDesk, actor: Who) -> list[DocumentView]:
    return [_view(paper) for paper in await read.papers_of_filing(documents_desk, actor, FilingId(filing_id))]


@get("/documents/{document_id:uuid}", opt=permit(SIGNED_IN), tags=["documents"], summary="A paper")
async def see_paper(document_id: UUID, documents_desk: DocumentsDesk, actor: Who) -> DocumentView:
    return _view(await read.see_paper(documents_desk, actor, DocumentId(document_id)))


@get(
    "/documents/{document_id:uuid}/content",
    opt=permit(SIGNED_IN),
    tags=["documents"],
    summary="The paper itself, PDF/A",
    media_type="application/pdf",
)
async def paper_content(
    document_id: UUID, documents_desk: DocumentsDesk, actor: Who, request: Request[Any, Any, Any]
) -> Response[Any]:
    paper, blocks = await read.open_paper(documents_desk, actor, DocumentId(document_id))
    headers = {
        "ETag": f'"{paper.digest}"',
        "Cache-Control": "private, no-cache",
        "Content-Disposition": _disposition(paper),
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type="application/pdf")
    return Stream(blocks, headers=headers | {"Content-Length": str(paper.size)}, media_type="application/pdf")


@get(
    "/documents/{document_id:uuid}/pages/{page:int}",
    opt=permit(SIGNED_IN),
    tags=["documents"],
    summary="A page as a picture (WebP)",
    media_type="image/webp",
)
async def paper_page(
    document_id: UUID,
    page: int,
    documents_desk: DocumentsDesk,
    actor: Who,
    width: Annotated[int, Parameter(ge=80, le=1600, description="In pixels")] = 320,
) -> Response[bytes]:
    picture = await read.picture_of(documents_desk, actor, DocumentId(document_id), page, width_px=width)
    return Response(picture, media_type="image/webp", headers={"Cache-Control": "private, max-age=86400"})


@post(
    "/documents/check",
    opt=permit(PUBLIC, idempotent=False),
    status_code=200,
    tags=["documents"],
    summary="Is this digest that of what the court issued?",
)
async def check(data: Fingerprint, documents_desk: DocumentsDesk) -> CheckAnswer:
    return await check_copy(documents_desk, data.number, data.digest)


@post(
    "/documents/check/file",
    opt=permit(PUBLIC, idempotent=False),
    status_code=200,
    request_max_body_size=MAX_COPY_BYTES + 64 * 1024,
    tags=["documents"],
    summary="Is this file what the court issued?",
)
async def check_file(
    data: Annotated[Copy, Body(media_type=RequestEncodingType.MULTI_PART)], documents_desk: DocumentsDesk
) -> CheckAnswer:
    return await check_copy(documents_desk, data.number, await _digest(data.file))


async def _digest(file: UploadFile) -> str:
    """SM3 of an uploaded copy, read in blocks and kept nowhere."""
    hashing, size = Sm3(), 0
    while block := await file.read(_BLOCK):
        size += len(block)
        if size > MAX_COPY_BYTES:
            large = Text("文件超过 20 MB，不是本院签发的文书", "Over 20 MB: not a paper of this court")
            raise InvalidInput(fields=(FieldProblem("file", "file-too-large", large),))
        hashing.update(block)
    return hashing.hexdigest()


def _view(paper: Issued) -> DocumentView:
    path = f"/api/v1/documents/{paper.id}"
    return DocumentView(
        id=paper.id, number=paper.number, kind=paper.kind, title=paper.title, filing_id=paper.filing_id,
        case_id=paper.case_id, version=paper.version, digest=paper.digest, size=paper.size, pages=paper.pages,
        issued_at=paper.issued_at, content=f"{path}/content", picture=f"{path}/pages/1",
    )  # fmt: skip


def _disposition(paper: Issued) -> str:
    name = f"{paper.title.zh} {paper.number}.pdf"
    return f"inline; filename=\"{paper.kind}.pdf\"; filename*=UTF-8''{quote(name, safe='')}"


ROUTES = [my_papers, papers_of_case, papers_of_filing, see_paper, paper_content, paper_page, check, check_file]
