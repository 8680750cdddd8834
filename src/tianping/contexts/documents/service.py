"""What documents answers when others ask (`interfaces/documents.py`)."""

from collections.abc import AsyncIterator

from tianping.contexts.documents import store
from tianping.contexts.documents.actions.compose import Writing, complaint_paper, composed
from tianping.contexts.documents.rendering.press import Press
from tianping.interfaces.documents import ComposedComplaint, DocumentCard
from tianping.kit.clock import Clock
from tianping.kit.ids import CaseId, FilingId
from tianping.platform.blobs import BlobStore
from tianping.platform.database import Database


class DocumentService:
    """Asks nobody, so that it can be built before the others."""

    def __init__(self, database: Database, blobs: BlobStore, press: Press, writing: Writing, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._press = press
        self._writing = writing
        self._clock = clock

    async def of_filing(self, filing_id: FilingId) -> list[DocumentCard]:
        async with self._database.reading() as reader:
            return [paper.card for paper in await store.of_filing(reader, filing_id)]

    def content(self, card: DocumentCard) -> AsyncIterator[bytes]:
        return self._blobs.read(card.digest)

    async def of_case(self, case_id: CaseId) -> list[DocumentCard]:
        async with self._database.reading() as reader:
            return [paper.card for paper in await store.of_case(reader, case_id)]

    async def preview_complaint(self, content: dict[str, object]) -> bytes:
        paper = complaint_paper(self._writing, content, made_at=self._clock.now())
        return await self._press.print(paper)

    async def compose_complaint(self, content: dict[str, object]) -> ComposedComplaint:
        return composed(self._writing, content)
