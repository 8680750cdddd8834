"""Deposits of people and organisations, their papers, and what is shared of them."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from tianping.contexts.evidence.actions import depositing, keeping, reading, sharing
from tianping.contexts.evidence.api.inputs import Code, Cursor, EvidenceDesk, Language, Limit, Who, attachment
from tianping.contexts.evidence.model.deposits import (
    Category,
    CategoryView,
    DepositInput,
    DepositsTaken,
    DepositView,
    ManyDeposits,
    Rename,
    Share,
    SharedDeposit,
    State,
)
from tianping.contexts.evidence.rules import categories
from tianping.platform.http import PUBLIC, Page, permit

_KEEP = permit("evidence.deposits.keep")
_JSON = {200: ResponseSpec(dict, generate_examples=False, description="docs/ledger-format.md, section 6")}
_PDF = {
    200: ResponseSpec(
        bytes, generate_examples=False, description="PDF/A-3 with the bundle in it", media_type="application/pdf"
    )
}
_FILE = {200: ResponseSpec(bytes, generate_examples=False, media_type="application/octet-stream")}
LARGEST_BATCH_BYTES = 8 * 1024 * 1024


@get("/deposit-categories", opt=permit(PUBLIC), tags=["deposits"], summary="Kinds of evidence that are deposited")
async def deposit_categories() -> list[CategoryView]:
    return categories.all_of_them()


@post("/deposits", opt=_KEEP, tags=["deposits"], summary="Deposit a file by its digest")
async def deposit(data: DepositInput, evidence_desk: EvidenceDesk, actor: Who) -> DepositView:
    """Taken at once, on the ledger soon after: `state` says when. The file travels only if it was uploaded to be kept."""
    [made] = await depositing.take(evidence_desk, actor, [data])
    return made


@post("/deposits/together", opt=_KEEP, tags=["deposits"], summary="Deposit up to 1,000 files at once",
      request_max_body_size=LARGEST_BATCH_BYTES)  # fmt: skip
async def deposit_together(data: ManyDeposits, evidence_desk: EvidenceDesk, actor: Who) -> DepositsTaken:
    return await depositing.take_together(evidence_desk, actor, data.deposits)


@get("/deposits", opt=_KEEP, tags=["deposits"], summary="My deposits, newest first")
async def my_deposits(
    evidence_desk: EvidenceDesk,
    actor: Who,
    q: Annotated[
        str | None, Parameter(max_length=100, description="Title, file name, storage number or digest")
    ] = None,
    category: Category | None = None,
    deposit_state: Annotated[State | None, Parameter(query="state")] = None,
    organisation_id: UUID | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[DepositView]:
    """`organisation_id`: those of an organisation that the person is a member of, instead of the person's own."""
    wanted = reading.Wanted(q=q, category=category, state=deposit_state, organisation_id=organisation_id)
    return await reading.mine(evidence_desk, actor, wanted, limit=limit, cursor=cursor)


@get("/deposits/{deposit_id:uuid}", opt=_KEEP, tags=["deposits"], summary="A deposit")
async def see_deposit(deposit_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> DepositView:
    return await reading.see(evidence_desk, actor, deposit_id)


@get("/deposits/{deposit_id:uuid}/certificate", opt=_KEEP, tags=["deposits"], summary="The certificate of storage (PDF)",
     media_type="application/pdf", responses=_PDF)  # fmt: skip
async def deposit_certificate(
    deposit_id: UUID, evidence_desk: EvidenceDesk, actor: Who, language: Language = "zh"
) -> Response[bytes]:
    """With the salt and the provenance facts in it: whoever has it and the file can check them at home, without a network."""
    number, content = await reading.certificate(evidence_desk, actor, deposit_id, language)
    return Response(
        content, media_type="application/pdf", headers=attachment(f"存证证书 {number}.pdf", f"{number}.pdf")
    )


@get("/deposits/{deposit_id:uuid}/proof", opt=_KEEP, tags=["deposits"], summary="The proof bundle, with the opening",
     media_type="application/json", responses=_JSON)  # fmt: skip
async def deposit_proof(deposit_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> Response[bytes]:
    number, content = await reading.proof(evidence_desk, actor, deposit_id)
    return Response(content, media_type="application/json", headers=attachment(f"{number}.json", f"{number}.json"))


@get("/deposits/{deposit_id:uuid}/file", opt=_KEEP, tags=["deposits"], summary="The file, where the court keeps it",
     media_type="application/octet-stream", responses=_FILE)  # fmt: skip
async def deposit_file(deposit_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> Stream:
    """Always as a download."""
    name, size, blocks = await reading.kept_file(evidence_desk, actor, deposit_id)
    headers = attachment(name, "file") | {"Content-Length": str(size)}
    return Stream(blocks, media_type="application/octet-stream", headers=headers)


@post("/deposits/{deposit_id:uuid}/rename", opt=_KEEP, tags=["deposits"], summary="Give it another title")
async def rename(deposit_id: UUID, data: Rename, evidence_desk: EvidenceDesk, actor: Who) -> DepositView:
    """The title is the court's note for the depositor; it is not on the ledger."""
    return await keeping.rename(evidence_desk, actor, deposit_id, data.title)


@post(
    "/deposits/{deposit_id:uuid}/share", opt=_KEEP, tags=["deposits"], summary="Make a link that shows it until a day"
)
async def share(deposit_id: UUID, data: Share, evidence_desk: EvidenceDesk, actor: Who) -> DepositView:
    return await sharing.share(evidence_desk, actor, deposit_id, until=data.until)


@post("/deposits/{deposit_id:uuid}/unshare", opt=_KEEP, tags=["deposits"], summary="The link opens no more")
async def unshare(deposit_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> DepositView:
    return await sharing.unshare(evidence_desk, actor, deposit_id)


@post(
    "/deposits/{deposit_id:uuid}/forget",
    opt=_KEEP,
    tags=["deposits"],
    summary="Delete salt, facts and kept file for good",
)
async def forget(deposit_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> DepositView:
    """The entry stays on the ledger and then means nothing to anybody. Cannot be undone."""
    return await keeping.forget(evidence_desk, actor, deposit_id)


@post("/deposits/{deposit_id:uuid}/retry", opt=_KEEP, tags=["deposits"], summary="Try again what the ledger refused")
async def retry(deposit_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> DepositView:
    return await depositing.retry(evidence_desk, actor, deposit_id)


@get("/shared-deposits/{code:str}", opt=permit(PUBLIC), tags=["deposits"], summary="A deposit that somebody shares")
async def shared(code: Code, evidence_desk: EvidenceDesk) -> SharedDeposit:
    return await sharing.shared(evidence_desk, code)


@get("/shared-deposits/{code:str}/proof", opt=permit(PUBLIC), tags=["deposits"], summary="Its proof bundle, with the salt",
     media_type="application/json", responses=_JSON)  # fmt: skip
async def shared_proof(code: Code, evidence_desk: EvidenceDesk) -> Response[bytes]:
    """Without the provenance facts, which may name people."""
    number, content = await sharing.shared_proof(evidence_desk, code)
    return Response(content, media_type="application/json", headers=attachment(f"{number}.json", f"{number}.json"))


@get("/shared-deposits/{code:str}/certificate", opt=permit(PUBLIC), tags=["deposits"], summary="Its certificate (PDF)",
     media_type="application/pdf", responses=_PDF)  # fmt: skip
async def shared_certificate(code: Code, evidence_desk: EvidenceDesk, language: Language = "zh") -> Response[bytes]:
    """Without the salt."""
    number, content = await sharing.shared_certificate(evidence_desk, code, language)
    return Response(
        content, media_type="application/pdf", headers=attachment(f"存证证书 {number}.pdf", f"{number}.pdf")
    )


ROUTES: list[Any] = [
    deposit_categories, deposit, deposit_together, my_deposits, see_deposit, deposit_certificate, deposit_proof,
    deposit_file, rename, share, unshare, forget, retry, shared, shared_proof, shared_certificate,
]  # fmt: skip
