"""Issue papers: number, print, keep, tell, all in one act."""

from collections.abc import AsyncIterator, Sequence

from tianping.contexts.documents import rules, store
from tianping.contexts.documents.actions.desk import Desk
from tianping.contexts.documents.model import Issued, ToIssue
from tianping.contexts.documents.rendering import pages
from tianping.interfaces.documents import DocumentIssued
from tianping.kit.clock import court_day
from tianping.kit.ids import DocumentId, new_id
from tianping.platform.database import Transaction


async def issue(desk: Desk, papers: Sequence[ToIssue]) -> list[Issued]:
    """Issue papers together, each once: a paper whose cause was answered before is left as it is.

    The number is part of what is printed and its series may have no gap, so printing (about 20 ms) happens while the
    series is locked; series are by kind, so that kinds do not wait for each other. The PDF is durable before its row.
    """
    async with desk.database.transaction() as tx:
        return [await _issue(desk, tx, paper) for paper in papers]


async def _issue(desk: Desk, tx: Transaction, wanted: ToIssue) -> Issued:
    before = await store.by_cause(tx, wanted.cause)
    if before is not None:
        return before
    now = desk.clock.now()
    year, kind = court_day(now).year, wanted.paper.kind
    position = await store.next_position(tx, court=desk.court.code, year=year, kind=kind)
    version = await store.newest_version(tx, matter=wanted.matter, kind=kind) + 1
    number = rules.number(desk.court.code, year, kind, position)
    pdf = await desk.press.print(wanted.marked(desk.mark(number)))

    async def blocks() -> AsyncIterator[bytes]:
        yield pdf

    blob = await desk.blobs.put_stream(blocks())
    issued = Issued(
        id=DocumentId(new_id()),
        number=number,
        kind=kind,
        version=version,
        filing_id=wanted.filing_id,
        case_id=wanted.case_id,
        matter=wanted.matter,
        cause=wanted.cause,
        title=wanted.paper.title,
        digest=blob.digest,
        size=blob.size,
        pages=pages.count(pdf),
        readers=list(dict.fromkeys(wanted.readers)),
        open_to_parties=wanted.open_to_parties,
        issued_at=now,
    )
    await store.insert(tx, issued)
    event = DocumentIssued(document_id=issued.id, kind=kind, filing_id=wanted.filing_id, case_id=wanted.case_id)
    await desk.journal.tell(tx, event, at=now)
    return issued
