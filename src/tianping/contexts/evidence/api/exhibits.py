"""Exhibits of filings and cases with their verdicts; reports of a case; its docket on the ledger."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter

from tianping.contexts.evidence.actions import dockets, exhibits, reports
from tianping.contexts.evidence.api.inputs import EvidenceDesk, Who, attachment
from tianping.contexts.evidence.model.verifications import DocketDepositView, ExhibitView, ReportView
from tianping.kit.ids import CaseId, FilingId
from tianping.platform.http import permit

Seq = Annotated[int, Parameter(ge=1, le=1_000_000)]
_READ = permit("evidence.exhibits.read")
_JSON = {200: ResponseSpec(dict, generate_examples=False, description="docs/ledger-format.md, section 6")}


@get(
    "/filings/{filing_id:uuid}/exhibits",
    opt=permit("evidence.filed-exhibits.read"),
    tags=["exhibits"],
    summary="Exhibits of a filing with their verdicts",
)
async def exhibits_of_filing(filing_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> list[ExhibitView]:
    """In a draft as it stands now; in a filing as it was handed in."""
    return await exhibits.of_filing(evidence_desk, actor, FilingId(filing_id))


@get("/cases/{case_id:uuid}/exhibits", opt=_READ, tags=["exhibits"], summary="Exhibits of a case with their verdicts")
async def exhibits_of_case(case_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> list[ExhibitView]:
    return await exhibits.of_case(evidence_desk, actor, CaseId(case_id))


@post("/cases/{case_id:uuid}/verifications", opt=permit("evidence.exhibits.verify"), tags=["exhibits"],
      summary="Check every item of a case that has a storage number, and its docket")  # fmt: skip
async def verify_case(case_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> ReportView:
    """By the court's side of the case. The report is issued as a paper that everybody in the case may read."""
    return await reports.verify_case(evidence_desk, actor, CaseId(case_id))


@get("/cases/{case_id:uuid}/verifications", opt=_READ, tags=["exhibits"], summary="Reports of a case, newest first")
async def reports_of_case(case_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> list[ReportView]:
    return await reports.of_case(evidence_desk, actor, CaseId(case_id))


@get(
    "/cases/{case_id:uuid}/docket-deposits",
    opt=_READ,
    tags=["exhibits"],
    summary="The docket's heads on the ledger, newest first",
)
async def docket_deposits(case_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> list[DocketDepositView]:
    return await dockets.of_case(evidence_desk, actor, CaseId(case_id))


@get("/cases/{case_id:uuid}/docket-deposits/{seq:int}/proof", opt=_READ, tags=["exhibits"],
     summary="The proof bundle of a docket's head", media_type="application/json", responses=_JSON)  # fmt: skip
async def docket_proof(case_id: UUID, seq: Seq, evidence_desk: EvidenceDesk, actor: Who) -> Response[bytes]:
    """Checks without the court: the file that was deposited is the `content` of the docket's deposit."""
    number, content = await dockets.proof(evidence_desk, actor, CaseId(case_id), seq)
    return Response(content, media_type="application/json", headers=attachment(f"{number}.json", f"{number}.json"))


ROUTES: list[Any] = [exhibits_of_filing, exhibits_of_case, verify_case, reports_of_case, docket_deposits, docket_proof]
