"""Acts about the bench and the case in a rehearsal: looking, recusal, reassignment, rulings, exclusions."""

from uuid import UUID

from tianping.apps.demo.rehearsal import NotInRehearsal, Rehearsal
from tianping.contexts.cases.actions import changes, exclusions, reading, requests
from tianping.interfaces.cases import BenchMember, CaseCard
from tianping.kit.ids import CaseId, FilingId, PersonId

_JUDGES = ("presiding_judge", "sole_judge", "judge")


async def look(r: Rehearsal, who: str, case_id: CaseId) -> None:
    """Open the case page; staff leave a trace for the audit administrator."""
    await reading.see(r.desk("cases"), r.actors[who], case_id, what="case")


def presiding(card: CaseCard) -> BenchMember:
    """The sole or the presiding judge."""
    judges = sorted((m for m in card.bench if m.seat in _JUDGES), key=lambda m: _JUDGES.index(m.seat))
    if not judges:
        raise NotInRehearsal(f"{card.number} has no bench")
    return judges[0]


async def _request(r: Rehearsal, who: str, card: CaseCard) -> UUID:
    found = await reading.requests_of(r.desk("cases"), r.actors[who], card.id)
    return next(request.id for request in found if request.state == "open")


async def ask_recusal(r: Rehearsal, who: str, filing_id: FilingId, ground: str, reason: str) -> PersonId:
    card = await r.case_of(filing_id)
    judge = presiding(card).person_id
    await requests.request_recusal(r.desk("cases"), r.actors[who], card.id, about=judge, ground=ground, reason=reason)
    return judge


async def decide_recusal(r: Rehearsal, filing_id: FilingId, *, granted: bool, reason: str) -> None:
    card = await r.case_of(filing_id)
    request = await _request(r, "president", card)
    await requests.decide_recusal(
        r.desk("cases"), r.actors["president"], card.id, request, granted=granted, reason=reason
    )


async def ask_reassignment(r: Rehearsal, filing_id: FilingId, ground: str, reason: str) -> None:
    """By the judge concerned."""
    card = await r.case_of(filing_id)
    judge = presiding(card).person_id
    await requests.request_reassignment(
        r.desk("cases"), r.actors[r.key_of(judge)], card.id, about=judge, ground=ground, reason=reason
    )


async def decide_reassignment(r: Rehearsal, filing_id: FilingId, *, granted: bool, reason: str) -> None:
    card = await r.case_of(filing_id)
    request = await _request(r, "president", card)
    await requests.decide_reassignment(
        r.desk("cases"), r.actors["president"], card.id, request, granted=granted, reason=reason
    )


async def change_bench_kind(r: Rehearsal, filing_id: FilingId, reason: str) -> None:
    card = await r.case_of(filing_id)
    judge = r.key_of(presiding(card).person_id)
    await changes.change_bench_kind(r.desk("cases"), r.actors[judge], card.id, reason=reason)


async def change_procedure(r: Rehearsal, filing_id: FilingId, to: str, reason: str) -> None:
    card = await r.case_of(filing_id)
    judge = r.key_of(presiding(card).person_id)
    await changes.change_procedure(r.desk("cases"), r.actors[judge], card.id, to=to, reason=reason)


async def designate_presiding(r: Rehearsal, filing_id: FilingId) -> None:
    """Another of the bench than the one first drawn."""
    card = await r.case_of(filing_id)
    other = next(member for member in card.bench if member.seat == "judge")
    await changes.designate_presiding(r.desk("cases"), r.actors["president"], card.id, person_id=other.person_id)


async def declare_kinship(r: Rehearsal, judge: str, party: str) -> None:
    await exclusions.declare(r.desk("cases"), r.actors[judge], judge=None, kind="kinship", party_name=party)
