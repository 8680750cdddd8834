"""Access of platforms to the ledger: the standard, applying, assessing, deciding."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Parameter
from litestar.response import Stream

from tianping.contexts.evidence.actions import applying, office
from tianping.contexts.evidence.api.inputs import EvidenceDesk, Who, attachment
from tianping.contexts.evidence.model.access import (
    ApplicationCard,
    ApplicationInput,
    ApplicationView,
    AssessInput,
    DecideInput,
    Decision,
    OfficeView,
)
from tianping.law.ledger_access import AccessStandard
from tianping.platform.http import PUBLIC, permit

Id = Annotated[str, Parameter(pattern="^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$")]
_APPLY = permit("evidence.access.apply")
_READ = permit("evidence.access.read")
_DECIDE = permit("evidence.access.decide")
_FILE = {200: ResponseSpec(bytes, generate_examples=False, media_type="application/octet-stream")}


@get("/ledger/standard", opt=permit(PUBLIC), tags=["access"], summary="The access and assessment standard in force")
async def standard(evidence_desk: EvidenceDesk) -> AccessStandard:
    return applying.standard(evidence_desk)


@get(
    "/ledger/applications", opt=permit(PUBLIC), tags=["access"], summary="Applications that deposit, and how they stand"
)
async def applications(evidence_desk: EvidenceDesk) -> list[ApplicationCard]:
    return await applying.listed(evidence_desk)


@get(
    "/ledger/applications/{application_id:str}",
    opt=permit(PUBLIC),
    tags=["access"],
    summary="An application and its history",
)
async def application(application_id: Id, evidence_desk: EvidenceDesk) -> ApplicationView:
    return await applying.public(evidence_desk, application_id)


@post("/ledger/applications", opt=_APPLY, tags=["access"], summary="Apply for an organisation")
async def apply(data: ApplicationInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    """By a member of the organisation, with the papers of the standard. Papers stay with the court, their digest goes on the
    chain. Again under the same id: a better version, until a decision was taken.
    """
    return await applying.apply(evidence_desk, actor, data)


@get("/ledger/my-applications", opt=_APPLY, tags=["access"], summary="Applications of my organisations")
async def my_applications(evidence_desk: EvidenceDesk, actor: Who) -> list[OfficeView]:
    return await applying.mine(evidence_desk, actor)


@get("/ledger/my-applications/{application_id:str}/papers/{paper_id:uuid}", opt=_APPLY, tags=["access"],
     summary="A document that we handed in", media_type="application/octet-stream", responses=_FILE)  # fmt: skip
async def my_paper(application_id: Id, paper_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> Stream:
    name, size, blocks = await applying.own_paper(evidence_desk, actor, application_id, paper_id)
    headers = attachment(name, "paper") | {"Content-Length": str(size)}
    return Stream(blocks, media_type="application/octet-stream", headers=headers)


@get("/ledger/office", opt=_READ, tags=["access"], summary="Applications for the officers, those that wait first")
async def office_list(evidence_desk: EvidenceDesk, actor: Who) -> list[OfficeView]:
    return await office.all_of_them(evidence_desk, actor)


@get("/ledger/office/{application_id:str}", opt=_READ, tags=["access"], summary="An application for the officers")
async def office_view(application_id: Id, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    return await office.see(evidence_desk, actor, application_id)


@get("/ledger/office/{application_id:str}/papers/{paper_id:uuid}", opt=_READ, tags=["access"],
     summary="A document of an application", media_type="application/octet-stream", responses=_FILE)  # fmt: skip
async def office_paper(application_id: Id, paper_id: UUID, evidence_desk: EvidenceDesk, actor: Who) -> Stream:
    name, size, blocks = await office.paper(evidence_desk, actor, application_id, paper_id)
    headers = attachment(name, "paper") | {"Content-Length": str(size)}
    return Stream(blocks, media_type="application/octet-stream", headers=headers)


@post("/ledger/applications/{application_id:str}/assess", opt=permit("evidence.access.assess"), tags=["access"],
      summary="Fill in the assessment sheet")  # fmt: skip
async def assess(application_id: Id, data: AssessInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    return await office.assess(evidence_desk, actor, application_id, data.sheet)


@post(
    "/ledger/applications/{application_id:str}/approve",
    opt=_DECIDE,
    tags=["access"],
    summary="Probation, then admission: by two",
)
async def approve(application_id: Id, data: DecideInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    """The first approval waits for a second officer. From applied to probation, from probation to admitted."""
    return await office.approve(evidence_desk, actor, application_id, data.reasons)


@post(
    "/ledger/applications/{application_id:str}/refuse",
    opt=_DECIDE,
    tags=["access"],
    summary="Refuse an application: by two",
)
async def refuse(application_id: Id, data: DecideInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    return await office.decide(evidence_desk, actor, application_id, Decision.REFUSE, data.reasons)


@post("/ledger/applications/{application_id:str}/suspend", opt=permit("evidence.access.suspend"), tags=["access"],
      summary="Stop an application at once")  # fmt: skip
async def suspend(application_id: Id, data: DecideInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    return await office.decide(evidence_desk, actor, application_id, Decision.SUSPEND, data.reasons)


@post(
    "/ledger/applications/{application_id:str}/resume",
    opt=_DECIDE,
    tags=["access"],
    summary="Let it deposit again, on probation: by two",
)
async def resume(application_id: Id, data: DecideInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    return await office.decide(evidence_desk, actor, application_id, Decision.RESUME, data.reasons)


@post(
    "/ledger/applications/{application_id:str}/revoke", opt=_DECIDE, tags=["access"], summary="Revoke for good: by two"
)
async def revoke(application_id: Id, data: DecideInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    return await office.decide(evidence_desk, actor, application_id, Decision.REVOKE, data.reasons)


@post("/ledger/applications/{application_id:str}/drop-decision", opt=_DECIDE, tags=["access"],
      summary="The second officer does not join, or the first withdraws: the decision that waits is dropped")  # fmt: skip
async def drop_decision(application_id: Id, data: DecideInput, evidence_desk: EvidenceDesk, actor: Who) -> OfficeView:
    return await office.drop(evidence_desk, actor, application_id, data.reasons)


ROUTES: list[Any] = [
    standard, applications, application, apply, my_applications, my_paper, office_list, office_view, office_paper,
    assess, approve, refuse, suspend, resume, revoke, drop_decision,
]  # fmt: skip
