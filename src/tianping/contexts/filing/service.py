"""What filing answers when others ask (`interfaces/filing.py`)."""

from typing import Any

from tianping.contexts.filing.actions.desk import POLICY
from tianping.contexts.filing.actions.reviews import handed_in
from tianping.contexts.filing.model import Filing, Notice, State
from tianping.contexts.filing.rules import claims
from tianping.contexts.filing.rules.complaint import content
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.filing import AcceptedFiling, FiledClaim, FiledEvidence, FiledParty, ReviewNotice
from tianping.interfaces.identity import Actor
from tianping.kit.clock import Clock, court_day
from tianping.kit.ids import FilingId, PersonId
from tianping.kit.problems import Conflict, NotFound
from tianping.law.lawbook import Lawbook
from tianping.law.statutes import joined
from tianping.platform.court import Court
from tianping.platform.database import Database
from tianping.platform.keyring import Keyring

_FILER_ACTS = ["begin", "sign", "submit", "correct", "withdraw", "discard", "restore"]
_PAPERS = frozenset({"correction", "return", "redirect", "lapse", "refusal"})
"""Notices that a paper is made of; more time for a correction is told without one."""
_RECEIPT_BASIS = ("RG 2", "CPL 126")


class FilingService:
    """`interfaces.filing.Filings`."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock, law: Lawbook, court: Court) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._law = law
        self._court = court

    async def accepted(self, filing_id: FilingId) -> AcceptedFiling:
        filing = await self._read(filing_id)
        head = filing.head
        if head.state != State.ACCEPTED:
            raise Conflict
        assert head.number is not None
        assert head.submitted_at is not None
        assert head.decided_at is not None
        assert head.decided_by is not None
        kind = self._law.case_types.get(filing.answers.case_type or "")
        worked_out = claims.compute(kind, filing.answers, self._law, court_day(head.submitted_at))
        return AcceptedFiling(
            filing_id=head.id, number=head.number, filer=head.filer, case_type=filing.answers.case_type or "general",
            cause=head.cause or "", subject_type=head.subject_type,
            fee_act=head.fee_act or "", procedure=head.procedure or "", bench=head.bench or "", amount=head.amount, parties=_parties(filing),
            claims=[_claim(claim) for claim in worked_out],
            evidence=_evidence(filing),
            digest=head.digest or "", submitted_at=head.submitted_at, accepted_at=head.decided_at,
            accepted_by=head.decided_by, related_cases=head.related_cases,
        )  # fmt: skip

    async def complaint(self, filing_id: FilingId) -> dict[str, object]:
        filing = await self._read(filing_id)
        on = court_day(filing.head.submitted_at or self._clock.now())
        return content(filing, self._law, on)

    async def receipt(self, filing_id: FilingId) -> dict[str, object]:
        """Raises NotFound for a filing that was not handed in."""
        async with self._database.reading() as reader:
            filing = await filings.read_filed(reader, self._keyring, filing_id)
            files = await filings.handed_in(reader, filing_id)
        head = filing.head
        if head.number is None or head.submitted_at is None or head.digest is None:
            raise NotFound
        materials: list[dict[str, Any]] = [{"name": "民事起诉状", "form": "电子文本", "digest": head.digest}]
        for exhibit in filing.answers.evidence:
            facts = files.get(exhibit.upload_id) if exhibit.upload_id else None
            if facts is None:
                continue
            form = {True: "原件", False: "复印件", None: "电子数据"}[exhibit.original]
            row = {"name": exhibit.name, "form": form, "digest": facts.digest, "size": facts.size}
            materials.append(row | ({"pages": facts.pages} if facts.pages else {}))
        return {
            "filing_number": head.number,
            "filer": filing.signature.name if filing.signature else "",
            "cause": head.cause or "",
            "received_at": (head.received_at or head.submitted_at).isoformat(),
            "materials": materials,
            "received_by": self._court.name.zh,
            "complaint_digest": head.digest,
            "review_due": head.review_due.isoformat() if head.review_due else None,
            "basis": joined(self._law.articles(_RECEIPT_BASIS)).zh,
        }

    async def last_notice(self, filing_id: FilingId) -> ReviewNotice:
        async with self._database.reading() as reader:
            told = await reviews.notices(reader, self._keyring, filing_id)
        papers: list[Notice] = [notice for notice in told if notice.kind in _PAPERS]
        if not papers:
            raise NotFound
        last = papers[-1]
        return ReviewNotice(
            kind=last.kind, items=last.items, articles=last.articles, due=last.due,
            competent_court=last.competent_court, decided_by=last.decided_by, decided_at=last.decided_at,
        )  # fmt: skip

    async def exhibits(self, filing_id: FilingId) -> list[FiledEvidence]:
        return _evidence(await self._read(filing_id))

    async def parties(self, filing_id: FilingId) -> list[FiledParty]:
        return _parties(await self._read(filing_id))

    async def filer_of(self, filing_id: FilingId) -> PersonId:
        async with self._database.reading() as reader:
            return (await filings.head(reader, filing_id)).filer

    async def may_see(self, person_id: PersonId, filing_id: FilingId) -> bool:
        """The filer, the principal, a plaintiff, an agent, or who acted on it for the organisation."""
        async with self._database.reading() as reader:
            try:
                filing = await filings.read(reader, self._keyring, filing_id)
            except NotFound:
                return False
            acted = await filings.acted(reader, filing_id, _FILER_ACTS)
        theirs = {filing.head.filer, filing.head.for_person, *acted}
        theirs |= {party.person_id for party in filing.answers.plaintiffs}
        theirs |= {agent.person_id for agent in filing.answers.agents}
        return person_id in theirs

    async def may_review(self, actor: Actor, filing_id: FilingId) -> bool:
        if not actor.roles & POLICY["filing.reviews.read"]:
            return False
        async with self._database.reading() as reader:
            try:
                await handed_in(self._keyring, reader, actor, filing_id)
            except NotFound:
                return False
        return True

    async def _read(self, filing_id: FilingId) -> Filing:
        """As it was handed in."""
        async with self._database.reading() as reader:
            return await filings.read_filed(reader, self._keyring, filing_id)


def _evidence(filing: Filing) -> list[FiledEvidence]:
    return [
        FiledEvidence(e.upload_id, e.name, e.source, e.proves, e.original is not False, e.chain_number.strip() or None)
        for e in filing.answers.evidence
    ]


def _parties(filing: Filing) -> list[FiledParty]:
    answers, head = filing.answers, filing.head
    agents = [agent.person_id for agent in answers.agents if agent.person_id is not None]
    if head.mandate_id is not None and head.filer not in agents:
        agents.append(head.filer)
    if head.mandate_id is None and head.for_organisation is not None:
        agents.append(head.filer)
    left_out = set(head.third_parties_left_out)
    notified = [party for position, party in enumerate(answers.third_parties) if position not in left_out]
    return [
        FiledParty(
            capacity=capacity, kind=party.kind, name=party.called, person_id=party.person_id,
            organisation_id=party.organisation_id, represented_by=agents if capacity == "plaintiff" else [],
            known=party.known or None, independent_claim=party.independent_claim if capacity == "third_party" else None,
        )
        for capacity, parties in (
            ("plaintiff", answers.plaintiffs), ("defendant", answers.defendants), ("third_party", notified),
        )
        for party in parties
    ]  # fmt: skip


def _claim(claim: claims.ComputedClaim) -> FiledClaim:
    text = claim.text or claim.label.zh + (f" {claim.amount}元" if claim.amount is not None else "")
    return FiledClaim(text, claim.amount, claim.articles[0].cite if claim.articles else None)
