"""The court's acts on a filing. Each answers the new review."""

from uuid import UUID

from litestar import post

from tianping.contexts.filing.actions import corrections, reviewing
from tianping.contexts.filing.actions.corrections import CorrectionItem
from tianping.contexts.filing.actions.reviewing import Acceptance, TogetherResult
from tianping.contexts.filing.actions.reviews import ReviewView
from tianping.contexts.filing.api.inputs import (
    AcceptInput,
    AcceptTogetherInput,
    CheckInput,
    CorrectionInput,
    ExtensionInput,
    FilingDesk,
    RefuseInput,
    ReturnInput,
    Who,
)
from tianping.kit.ids import FilingId
from tianping.platform.http.guard import permit

_DECIDE = "filing.reviews.decide"


@post("/reviews/{filing_id:uuid}/claim", opt=permit(_DECIDE), status_code=200, tags=["review"], summary="Take a review")
async def claim(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    return await reviewing.claim_review(filing_desk, actor, FilingId(filing_id))


@post(
    "/reviews/{filing_id:uuid}/release", opt=permit(_DECIDE), status_code=200, tags=["review"], summary="Give it back"
)
async def release(filing_id: UUID, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    return await reviewing.release_review(filing_desk, actor, FilingId(filing_id))


@post(
    "/reviews/{filing_id:uuid}/check-item", opt=permit(_DECIDE), status_code=200, tags=["review"],
    summary="Note a finding on one condition",
)  # fmt: skip
async def check_item(filing_id: UUID, data: CheckInput, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    return await reviewing.check_item(
        filing_desk, actor, FilingId(filing_id), item=data.item, finding=data.finding, note=data.note, page=data.page
    )


@post("/reviews/{filing_id:uuid}/accept", opt=permit(_DECIDE), status_code=200, tags=["review"], summary="Accept")
async def accept(filing_id: UUID, data: AcceptInput, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    """Every condition must have been found to be met, unless the seven days end undecided (`accepted_undecided`, RG 8).
    The case with its number follows at once."""
    return await reviewing.accept(filing_desk, actor, FilingId(filing_id), _acceptance(data))


@post(
    "/reviews/accept-together", opt=permit(_DECIDE), status_code=200, tags=["review"],
    summary="Accept like filings, each on its own",
)  # fmt: skip
async def accept_together(data: AcceptTogetherInput, filing_desk: FilingDesk, actor: Who) -> list[TogetherResult]:
    """What is accepted stays accepted and is told so, whatever key it is asked with. Each result names its refusal."""
    return await reviewing.accept_together(filing_desk, actor, [FilingId(i) for i in data.ids], _acceptance(data))


@post(
    "/reviews/{filing_id:uuid}/request-correction", opt=permit(_DECIDE), status_code=200, tags=["review"],
    summary="Ask for all corrections, once",
)  # fmt: skip
async def request_correction(filing_id: UUID, data: CorrectionInput, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    """A second request is refused (ORL art. 9). The court's time begins anew when the correction came in."""
    items = [
        CorrectionItem(reason=item.reason, text=item.text.text() if item.text else None, field=item.field)
        for item in data.items
    ]
    return await corrections.request_correction(filing_desk, actor, FilingId(filing_id), items=items, days=data.days)


@post(
    "/reviews/{filing_id:uuid}/extend-correction", opt=permit(_DECIDE), status_code=200, tags=["review"],
    summary="Give more time for the correction",
)  # fmt: skip
async def extend_correction(filing_id: UUID, data: ExtensionInput, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    """Before the time has run out and the complaint is returned. CPL art. 86; RG art. 7."""
    return await corrections.extend_correction(
        filing_desk, actor, FilingId(filing_id), days=data.days, reason=data.reason.text()
    )


@post(
    "/reviews/{filing_id:uuid}/return",
    opt=permit(_DECIDE),
    status_code=200,
    tags=["review"],
    summary="Return with advice",
)
async def return_filing(filing_id: UUID, data: ReturnInput, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    """Not competent, and who is (JI art. 211); or another way (CPL art. 127)."""
    return await reviewing.return_filing(
        filing_desk, actor, FilingId(filing_id), reason=data.reason, competent_court=data.competent_court,
        note=data.note.text() if data.note else None,
    )  # fmt: skip


@post(
    "/reviews/{filing_id:uuid}/refuse", opt=permit("filing.reviews.refuse"), status_code=200, tags=["review"],
    summary="Refuse by ruling",
)  # fmt: skip
async def refuse(filing_id: UUID, data: RefuseInput, filing_desk: FilingDesk, actor: Who) -> ReviewView:
    """Only a filing judge. CPL arts. 126, 157."""
    return await reviewing.refuse(
        filing_desk, actor, FilingId(filing_id), reason=data.reason, grounds=data.grounds.text()
    )


def _acceptance(data: AcceptInput) -> Acceptance:
    return Acceptance(
        reason=data.reason, cause=data.cause, procedure=data.procedure, bench=data.bench,
        related_cases=tuple(data.related_cases), third_parties=data.third_parties,
    )  # fmt: skip


ROUTES = [
    claim,
    release,
    check_item,
    accept_together,
    accept,
    request_correction,
    extend_correction,
    return_filing,
    refuse,
]
