"""Opening a case from an accepted filing: number, parties, relations, first docket entries. CPL art. 126."""

from datetime import datetime

from tianping.contexts.cases.actions.desk import Desk
from tianping.contexts.cases.model import Case, Party, Stage
from tianping.contexts.cases.rules import chain, course, words
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import docket
from tianping.interfaces.cases import CaseOpened
from tianping.interfaces.filing import AcceptedFiling
from tianping.kit.clock import court_day
from tianping.kit.ids import CaseId, FilingId, PersonId, new_id
from tianping.law.case_numbers import CaseNumberUnreadable, new_case_number, parse_case_number
from tianping.platform.database import Transaction

TYPE_WORD = "民初"
"""Civil cases of first instance (法〔2015〕137号)."""


async def open_case(desk: Desk, filing_id: FilingId, *, actor: PersonId | None) -> CaseId:
    """Open the case of an accepted filing, once: a second time gives the case that there is.

    Raises: NotFound, Conflict (not accepted), LawNotInForce.
    """
    filing = await desk.filings.accepted(filing_id)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        opened_on = court_day(filing.accepted_at)
        await store.lock_filing(tx, filing_id)
        if (already := await store.of_filing(tx, desk.keyring, filing_id)) is not None:
            return already.id
        serial = await store.allot(tx, desk.court.code, opened_on.year, TYPE_WORD)
        number = str(new_case_number(desk.law, desk.court.code, TYPE_WORD, opened_on, serial))
        case = _case(desk, filing, number)
        await store.insert(tx, desk.keyring, case, court=desk.court.code, type_word=TYPE_WORD, serial=serial)
        await _first_entries(desk, tx, case, at=now)
        await desk.journal.tell(tx, CaseOpened(case_id=case.id, filing_id=filing_id), actor=actor, at=now)
    return case.id


def _case(desk: Desk, filing: AcceptedFiling, number: str) -> Case:
    opened_on = court_day(filing.accepted_at)
    due = course.trial_due(filing.procedure, opened_on, desk.law, desk.calendar())
    parties = [
        Party(
            i, p.capacity, p.kind, p.name, p.person_id, p.organisation_id, list(p.represented_by), p.known,
            p.independent_claim,
        )
        for i, p in enumerate(filing.parties, start=1)
    ]  # fmt: skip
    return Case(
        id=CaseId(new_id()), number=number, filing_id=filing.filing_id, filing_number=filing.number,
        filing_digest=filing.digest, filer=filing.filer, submitted_at=filing.submitted_at,
        accepted_at=filing.accepted_at, accepted_by=filing.accepted_by, cause=filing.cause,
        case_type=filing.case_type, fee_act=filing.fee_act, procedure=filing.procedure, bench_kind=filing.bench,
        stage=Stage.OPENED, amount=filing.amount, division=desk.court.division_for(filing.subject_type, filing.case_type).code,
        evidence_count=len(filing.evidence), opened_at=filing.accepted_at, opened_on=opened_on, trial_due=due,
        fee_due=None, next_due=due, waiting=None, waiting_since=None, paid_at=None, assigned_at=None,
        bench_notified=False, closed_at=None, closed_ground=None, docket_seq=0, docket_head=chain.START,
        document_count=0, parties=parties, bench=[], related=_related(desk, filing.related_cases),
    )  # fmt: skip


def _related(desk: Desk, numbers: list[str]) -> list[str]:
    """Related case numbers in the official writing; one that cannot be read is kept as it was given."""
    written = []
    for text in numbers:
        try:
            written.append(str(parse_case_number(text, desk.law)))
        except CaseNumberUnreadable:
            written.append(text)
    return list(dict.fromkeys(written))


async def _first_entries(desk: Desk, tx: Transaction, case: Case, *, at: datetime) -> None:
    facts = [words.opened(case.number, case.procedure, case.bench_kind, case.evidence_count, str(case.filing_id))]
    positions: dict[str, int] = {}
    for party in case.parties:
        positions[party.capacity] = positions.get(party.capacity, 0) + 1
        identified = party.person_id is not None or party.organisation_id is not None or party.known is None
        facts.append(
            words.party_entered(
                party.capacity,
                positions[party.capacity],
                identified=identified,
                represented=bool(party.agents),
                independent_claim=party.independent_claim,
            )
        )
    facts += [words.related(number) for number in case.related]
    for fact in facts:
        await docket.append(tx, desk.keyring, case.id, fact, actor="court", at=at)
