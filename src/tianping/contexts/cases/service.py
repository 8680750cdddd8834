"""What cases answers when others ask (`interfaces/cases.py`)."""

from collections.abc import Callable
from datetime import date, datetime

from tianping.contexts.cases.actions.desk import affiliation
from tianping.contexts.cases.model import Case
from tianping.contexts.cases.rules import sight
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import docket
from tianping.interfaces.cases import BenchMember, CaseCard, CaseParty, DocketHead
from tianping.interfaces.identity import Actor, People
from tianping.kit.ids import CaseId, FilingId
from tianping.kit.problems import NotFound
from tianping.platform.database import Database
from tianping.platform.keyring import Keyring


class CaseService:
    """`interfaces.cases.Cases` on this machine. `today` gives the present court-local day."""

    def __init__(self, database: Database, keyring: Keyring, people: People, today: Callable[[], date]) -> None:
        self._database = database
        self._keyring = keyring
        self._people = people
        self._today = today

    async def card(self, case_id: CaseId) -> CaseCard:
        """Raises NotFound."""
        async with self._database.reading() as reader:
            return _card(await store.case(reader, self._keyring, case_id))

    async def of_filing(self, filing_id: FilingId) -> CaseCard | None:
        async with self._database.reading() as reader:
            case = await store.of_filing(reader, self._keyring, filing_id)
        return None if case is None else _card(case)

    async def closed_grounds(self, filing_ids: list[FilingId]) -> dict[FilingId, str]:
        async with self._database.reading() as reader:
            return await store.closed_grounds(reader, filing_ids)

    async def docket_heads(
        self, *, since: datetime | None, after: CaseId | None = None, limit: int
    ) -> list[DocketHead]:
        async with self._database.reading() as reader:
            return await docket.heads(reader, since=since, after=after, limit=limit)

    async def docket_hashes(self, case_id: CaseId, seqs: list[int]) -> dict[int, str]:
        async with self._database.reading() as reader:
            return await docket.hashes(reader, case_id, seqs)

    async def standing(self, actor: Actor, case_id: CaseId) -> str | None:
        """How the actor stands to the case; None when for this actor there is no such case."""
        if actor.person_id is None:
            return None
        async with self._database.reading() as reader:
            try:
                case = await store.case(reader, self._keyring, case_id)
            except NotFound:
                return None
        found = sight.own_standing(case, actor) or sight.standing(
            case, actor, await affiliation(self._people, actor, self._today())
        )
        return None if found is None else found.kind


def _card(case: Case) -> CaseCard:
    return CaseCard(
        id=case.id, number=case.number, filing_id=case.filing_id, cause=case.cause, case_type=case.case_type,
        fee_act=case.fee_act, procedure=case.procedure, bench_kind=case.bench_kind, stage=case.stage.value,
        amount=case.amount, opened_at=case.opened_at, opened_on=case.opened_on, division=case.division,
        parties=[
            CaseParty(p.capacity, p.kind, p.name, p.person_id, p.organisation_id, p.agents, p.known, p.independent_claim)
            for p in case.parties
        ],
        bench=[BenchMember(s.person_id, s.name, s.seat.value) for s in case.bench],
    )  # fmt: skip
