"""What cases answers when others ask (`interfaces/cases.py`)."""

import pytest
from tests.contexts.cases.around import actor_of, litigant, person, staffed, world

from tianping.contexts.cases.service import CaseService
from tianping.interfaces.cases import Cases
from tianping.interfaces.identity import ANONYMOUS, Role
from tianping.interfaces.payments import FeeOrdered, FeeOverdue
from tianping.kit.ids import CaseId, FilingId, new_id
from tianping.kit.problems import NotFound


async def test_a_card_has_parties_and_bench(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        filing = w.filing()
        case_id = await w.assigned(filing)
        service: Cases = CaseService(w.desk.database, w.desk.keyring, w.people, w.desk.today)  # type: ignore[arg-type]
        card = await service.card(case_id)
        assert (card.stage, card.bench_kind, str(card.amount)) == ("assigned", "sole", "12345.60")
        assert [p.name for p in card.parties] == ["李明", "王强"]
        assert [b.seat for b in card.bench] == ["sole_judge", "clerk"]
        assert await service.of_filing(filing.filing_id) == card
        assert await service.of_filing(FilingId(new_id())) is None
        with pytest.raises(NotFound):
            await service.card(CaseId(new_id()))


async def test_standing(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        filing = w.filing()
        case_id = await w.assigned(filing)
        service = CaseService(w.desk.database, w.desk.keyring, w.people, w.desk.today)  # type: ignore[arg-type]
        assert await service.standing(litigant(filing.filer), case_id) == "plaintiff"
        assert await service.standing(litigant(filing.parties[1].person_id), case_id) == "defendant"
        assert await service.standing(actor_of(w, Role.PRESIDENT), case_id) == "staff"
        assert await service.standing(litigant(person()), case_id) is None
        assert await service.standing(ANONYMOUS, case_id) is None
        assert await service.standing(litigant(filing.filer), CaseId(new_id())) is None


async def test_a_related_case_shows_on_both_sides(dsn, tmp_path):
    async with world(dsn, tmp_path) as w:
        first = await w.case(await w.open())
        second = await w.case(await w.open(w.filing(related_cases=[first.number])))
        assert second.related == [first.number]
        assert (await w.case(first.id)).related == [second.number]


async def test_on_which_ground_the_case_of_a_filing_was_closed(dsn, tmp_path):
    """Only closed cases are named, and only of the filings asked for."""
    async with world(dsn, tmp_path) as w:
        unpaid, running, other = w.filing(), w.filing(), w.filing()
        for filing in (unpaid, other):
            case_id = await w.open(filing)
            order = w.order(case_id)
            await w.react(FeeOrdered(order_id=order.id, case_id=case_id))
            await w.react(FeeOverdue(order_id=order.id, case_id=case_id))
        await w.open(running)
        service: Cases = CaseService(w.desk.database, w.desk.keyring, w.people, w.desk.today)  # type: ignore[arg-type]
        asked = [unpaid.filing_id, running.filing_id, FilingId(new_id())]
        assert await service.closed_grounds(asked) == {unpaid.filing_id: "fee_unpaid"}
        assert await service.closed_grounds([]) == {}
