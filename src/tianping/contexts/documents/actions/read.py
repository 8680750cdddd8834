"""Read papers: lists, the paper itself, its pages as pictures; each by right, and by the court with a trace."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from tianping.contexts.documents import rules, store
from tianping.contexts.documents.actions.desk import Desk
from tianping.contexts.documents.model import Issued
from tianping.contexts.documents.rendering import pages
from tianping.interfaces.identity import Actor
from tianping.kit.ids import CaseId, DocumentId, FilingId
from tianping.kit.problems import NotFound


async def papers_of_case(desk: Desk, actor: Actor, case_id: CaseId) -> list[Issued]:
    """Papers of a case that the actor may read, oldest first. Raises NotFound without any standing in the case."""
    standing = await desk.cases.standing(actor, case_id)
    if standing is None:
        raise NotFound
    async with desk.database.reading() as reader:
        papers = await store.of_case(reader, case_id)
    return [paper for paper in papers if rules.may_read(paper, actor, standing=standing)]


async def papers_of_filing(desk: Desk, actor: Actor, filing_id: FilingId) -> list[Issued]:
    """Papers of a filing that the actor may read, oldest first. Raises NotFound for a filing the actor may not see."""
    assert actor.person_id is not None
    if not actor.roles & rules.FILING_STAFF and not await desk.filings.may_see(actor.person_id, filing_id):
        raise NotFound
    async with desk.database.reading() as reader:
        papers = await store.of_filing(reader, filing_id)
    return [paper for paper in papers if await _may_read(desk, actor, paper)]


async def my_papers(desk: Desk, actor: Actor, *, before: tuple[datetime, UUID] | None, limit: int) -> list[Issued]:
    """Papers addressed to the actor, newest first."""
    assert actor.person_id is not None
    async with desk.database.reading() as reader:
        return await store.of_reader(reader, actor.person_id, before=before, limit=limit)


async def see_paper(desk: Desk, actor: Actor, document_id: DocumentId) -> Issued:
    """Raises NotFound for a paper that does not exist or that the actor may not read."""
    async with desk.database.reading() as reader:
        paper = await store.by_id(reader, document_id)
    if not await _may_read(desk, actor, paper):
        raise NotFound
    return paper


async def open_paper(desk: Desk, actor: Actor, document_id: DocumentId) -> tuple[Issued, AsyncIterator[bytes]]:
    """The PDF in blocks. The court's own reading of a paper that is not addressed to them is noted."""
    paper = await see_paper(desk, actor, document_id)
    if actor.is_staff and actor.person_id not in paper.readers:
        await desk.people.record_access(
            actor, matter="document", matter_id=paper.id, what=paper.kind, at=desk.clock.now()
        )
    return paper, desk.blobs.read(paper.digest)


async def picture_of(desk: Desk, actor: Actor, document_id: DocumentId, page: int, *, width_px: int) -> bytes:
    """One page (from 1) as WebP. Raises NotFound, PageMissing."""
    paper = await see_paper(desk, actor, document_id)
    if not 1 <= page <= paper.pages:
        raise rules.PageMissing
    pdf = b"".join([block async for block in desk.blobs.read(paper.digest)])
    return await desk.press.run(pages.picture, pdf, page - 1, width_px=width_px)


async def _may_read(desk: Desk, actor: Actor, paper: Issued) -> bool:
    standing = await desk.cases.standing(actor, paper.case_id) if paper.case_id else None
    return rules.may_read(paper, actor, standing=standing)
