"""The notice of the bench; reactions that run twice. CPL art. 131."""

from tests.contexts.cases.around import staffed, world
from tests.contexts.cases.assignment.around import draws, kinds

from tianping.interfaces.documents import DocumentCard, DocumentIssued
from tianping.interfaces.payments import FeeOrdered, FeePaid
from tianping.kit.ids import DocumentId, new_id
from tianping.kit.problems import Text


async def test_the_notice_of_the_bench_moves_the_next_step_on(dsn, tmp_path):
    """CPL art. 131."""
    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        case_id = await w.assigned()
        card = DocumentCard(
            DocumentId(new_id()), "T-1", "bench_notice", Text("审判人员通知书", "Notice of the bench"), None, case_id,
            "ab" * 32, 1, w.clock.now(),
        )  # fmt: skip
        w.documents.cards.append(card)
        await w.react(DocumentIssued(document_id=card.id, kind="bench_notice", case_id=case_id))
        case = await w.case(case_id)
        assert (case.bench_notified, case.document_count, case.next_due) == (True, 1, case.trial_due)
        assert (await kinds(w, case_id))[-1] == "document_issued"


async def test_a_reaction_that_runs_twice_changes_nothing(dsn, tmp_path):
    from tianping.interfaces.events import Event
    from tianping.kit.ids import EventId
    from tianping.platform.events import Told

    async with world(dsn, tmp_path) as w:
        staffed(w)
        await w.publish()
        case_id = await w.open()
        order = w.order(case_id)
        events: list[Event] = [
            FeeOrdered(order_id=order.id, case_id=case_id),
            FeePaid(order_id=order.id, case_id=case_id),
        ]
        for event in events:
            line = Told(EventId(new_id()), event.wire_name(), w.clock.now(), None, event)
            await w.handle(line)
            before = await kinds(w, case_id)
            await w.handle(line)
            assert await kinds(w, case_id) == before
        assert len(await draws(w, case_id)) == 1
