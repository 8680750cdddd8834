"""Papers that follow from what happened elsewhere. Everything is asked before the act; the act itself only issues."""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from tianping.contexts.documents import papers
from tianping.contexts.documents.actions.compose import complaint_paper
from tianping.contexts.documents.actions.desk import Desk
from tianping.contexts.documents.actions.issue import issue
from tianping.contexts.documents.model import ToIssue
from tianping.contexts.documents.rendering.model import Paper
from tianping.interfaces.cases import BenchAssigned, BenchChanged, CaseOpened
from tianping.interfaces.events import Event
from tianping.interfaces.evidence import CaseVerified
from tianping.interfaces.filing import (
    CorrectionReceived,
    CorrectionRequested,
    FilingRefused,
    FilingReturned,
    FilingSubmitted,
)
from tianping.interfaces.identity import MandateGiven
from tianping.interfaces.payments import FeeOrdered, FeePaid
from tianping.kit.clock import court_day
from tianping.kit.ids import CaseId, FilingId, PersonId
from tianping.kit.problems import NotFound
from tianping.platform.events import Reaction, Told


async def on_filing_submitted(desk: Desk, told: Told) -> None:
    """The signed complaint and the receipt for what was handed in, first or as corrected. CPL arts. 124, 126."""
    assert isinstance(told.event, FilingSubmitted | CorrectionReceived)
    filing_id = told.event.filing_id
    content = await desk.filings.complaint(filing_id)
    receipt = await papers.receipt_content(desk, filing_id)
    filer = await desk.filings.filer_of(filing_id)
    complaint = complaint_paper(desk.writing, content, made_at=told.occurred_at)
    await issue(
        desk,
        [
            _of_filing(told, complaint, filing_id, filer),
            _of_filing(told, papers.filing_receipt(desk, receipt, made_at=told.occurred_at), filing_id, filer),
        ],
    )


async def on_correction_requested(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, CorrectionRequested)
    filing_id = told.event.filing_id
    receipt = await papers.receipt_content(desk, filing_id)
    notice = await desk.filings.last_notice(filing_id)
    filer = await desk.filings.filer_of(filing_id)
    paper = papers.correction_notice(desk, receipt, notice, made_at=told.occurred_at)
    await issue(desk, [_of_filing(told, paper, filing_id, filer)])


async def on_filing_returned(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, FilingReturned)
    filing_id = told.event.filing_id
    receipt = await papers.receipt_content(desk, filing_id)
    notice = await desk.filings.last_notice(filing_id)
    filer = await desk.filings.filer_of(filing_id)
    paper = papers.return_notice(desk, receipt, notice, made_at=told.occurred_at)
    await issue(desk, [_of_filing(told, paper, filing_id, filer)])


async def on_filing_refused(desk: Desk, told: Told) -> None:
    """The ruling of non-acceptance, with the right of appeal. CPL arts. 126, 157."""
    assert isinstance(told.event, FilingRefused)
    filing_id = told.event.filing_id
    complaint = complaint_paper(desk.writing, await desk.filings.complaint(filing_id), made_at=told.occurred_at)
    receipt = await papers.receipt_content(desk, filing_id)
    notice = await desk.filings.last_notice(filing_id)
    filer = await desk.filings.filer_of(filing_id)
    paper = await papers.refusal_ruling(desk, receipt, notice, complaint, made_at=told.occurred_at)
    await issue(desk, [_of_filing(told, paper, filing_id, filer)])


async def on_case_opened(desk: Desk, told: Told) -> None:
    assert isinstance(told.event, CaseOpened)
    case = await desk.cases.card(told.event.case_id)
    filer = await desk.filings.filer_of(case.filing_id)
    wanted = ToIssue(
        paper=papers.acceptance_notice(desk, case, made_at=told.occurred_at),
        matter=case.id,
        cause=_cause(told, "acceptance_notice"),
        filing_id=case.filing_id,
        case_id=case.id,
        readers=[filer, *papers.plaintiff_readers(case)],
    )
    await issue(desk, [wanted])


async def on_bench_fixed(desk: Desk, told: Told) -> None:
    """Told to all parties within three days. CPL art. 131."""
    assert isinstance(told.event, BenchAssigned | BenchChanged)
    case = await desk.cases.card(told.event.case_id)
    changed = isinstance(told.event, BenchChanged)
    wanted = ToIssue(
        paper=papers.bench_notice(desk, case, changed=changed, made_at=told.occurred_at),
        matter=case.id,
        cause=_cause(told, "bench_notice"),
        case_id=case.id,
        readers=papers.plaintiff_readers(case),
        open_to_parties=True,
    )
    await issue(desk, [wanted])


async def on_fee(desk: Desk, told: Told) -> None:
    """The notice to pay, and the receipt when it was paid."""
    assert isinstance(told.event, FeeOrdered | FeePaid)
    order = await desk.payments.order(told.event.order_id)
    case = await desk.cases.card(order.case_id)
    payer = await desk.people.card(order.payer)
    make = papers.fee_notice if isinstance(told.event, FeeOrdered) else papers.fee_receipt
    paper = make(desk, case, order, payer.name, made_at=told.occurred_at)
    wanted = ToIssue(
        paper=paper,
        matter=order.id,
        cause=_cause(told, paper.kind),
        case_id=case.id,
        readers=[order.payer, *papers.plaintiff_readers(case)],
    )
    await issue(desk, [wanted])


async def on_mandate_given(desk: Desk, told: Told) -> None:
    """The power of attorney, power by power, for both sides of it. CPL art. 62."""
    assert isinstance(told.event, MandateGiven)
    event = told.event
    given = await desk.people.mandates_of(event.agent, on=court_day(told.occurred_at))
    card = next((mandate for mandate in given if mandate.id == event.mandate_id), None)
    if card is None:
        return  # revoked on the same day, before its paper was made
    principal = (
        await desk.people.organisation(card.principal_organisation)
        if card.principal_organisation
        else await desk.people.identity(card.principal_person or event.given_by)
    )
    agent = await desk.people.identity(event.agent)
    matter = await _called(desk, card.matter)
    paper = papers.mandate(desk, card, principal, agent, matter=matter, made_at=told.occurred_at)
    wanted = ToIssue(paper=paper, matter=card.id, cause=_cause(told, paper.kind), readers=[event.given_by, event.agent])
    await issue(desk, [wanted])


async def on_case_verified(desk: Desk, told: Told) -> None:
    """The report of a check of everything that has a storage number, open to all parties. ORL art. 16."""
    assert isinstance(told.event, CaseVerified)
    report = await desk.evidence.report(told.event.report_id)
    case = await desk.cases.card(told.event.case_id)
    who = await desk.people.card(report.made_by)
    paper = papers.verification_report(desk, case, report, who.name, made_at=told.occurred_at)
    wanted = ToIssue(
        paper=paper,
        matter=report.id,
        cause=_cause(told, paper.kind),
        case_id=case.id,
        readers=[report.made_by],
        open_to_parties=True,
    )
    await issue(desk, [wanted])


async def _called(desk: Desk, matter: UUID | None) -> str:
    """The matter of a mandate as its paper calls it: a case by parties, cause and number, a filing by its cause."""
    if matter is None:
        return f"在{desk.court.name.zh}的各项诉讼事务"
    with suppress(NotFound):
        case = await desk.cases.card(CaseId(matter))
        return f"{papers.dispute(case)}一案（{case.number}）"
    with suppress(NotFound):
        receipt = await papers.receipt_content(desk, FilingId(matter))
        return f"{receipt.cause}一案（{receipt.filing_number}）"
    return "其指定的纠纷"


def _of_filing(told: Told, paper: Paper, filing_id: FilingId, filer: PersonId) -> ToIssue:
    return ToIssue(paper=paper, matter=filing_id, cause=_cause(told, paper.kind), filing_id=filing_id, readers=[filer])


def _cause(told: Told, kind: str) -> str:
    return f"{told.id}:{kind}"


REACTIONS: Mapping[type[Event], Reaction] = {
    FilingSubmitted: on_filing_submitted,
    CorrectionReceived: on_filing_submitted,
    CorrectionRequested: on_correction_requested,
    FilingReturned: on_filing_returned,
    FilingRefused: on_filing_refused,
    CaseOpened: on_case_opened,
    BenchAssigned: on_bench_fixed,
    BenchChanged: on_bench_fixed,
    FeeOrdered: on_fee,
    FeePaid: on_fee,
    MandateGiven: on_mandate_given,
    CaseVerified: on_case_verified,
}
