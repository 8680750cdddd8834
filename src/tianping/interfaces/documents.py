"""What documents promises: papers with a number, made once, checkable by anyone."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

import msgspec

from tianping.interfaces.events import Event
from tianping.kit.ids import CaseId, DocumentId, FilingId
from tianping.kit.problems import Text


class DocumentCard(msgspec.Struct, frozen=True):
    """An issued paper. `digest` is SM3 of the PDF; `matter`: what versions are counted in (filing, case, order, report)."""

    id: DocumentId
    number: str
    kind: str
    title: Text
    filing_id: FilingId | None
    case_id: CaseId | None
    digest: str
    pages: int
    issued_at: datetime
    matter: UUID | None = None


class ComposedSentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of a complaint and the answers it came from (`facts.order_time`, `claims.0`).

    `part`: parties, claims, facts, grounds. Sentences of one part and paragraph stand in one paragraph. When the filer
    edited it, `original` is what the answers say now; `stale`: they said something else when the edit was made.
    """

    id: str
    part: str
    paragraph: int
    text: str
    sources: list[str]
    edited: bool
    editable: bool
    original: str | None
    stale: bool


class ComposedComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """`digest` is SM3 of what is signed; `orphans` are ids of edits whose sentence no longer exists."""

    sentences: list[ComposedSentence]
    orphans: list[str]
    digest: str


class Documents(Protocol):
    async def of_filing(self, filing_id: FilingId) -> list[DocumentCard]: ...

    def content(self, card: DocumentCard) -> AsyncIterator[bytes]:
        """The PDF of an issued paper, in blocks. Whoever asks answers for who reads it."""
        ...

    async def of_case(self, case_id: CaseId) -> list[DocumentCard]: ...

    async def preview_complaint(self, content: dict[str, object]) -> bytes:
        """The complaint as PDF, not issued and marked as a draft. `content` as in `compose_complaint`."""
        ...

    async def compose_complaint(self, content: dict[str, object]) -> ComposedComplaint:
        """The complaint written from answers: `{"answers": …, "edits": […], "signatures": […]}`.

        Shapes: `contexts/documents/service.py` (`ComplaintContent`). Raises InvalidInput for other shapes.
        """
        ...


class DocumentIssued(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "documents"
    document_id: DocumentId
    kind: str
    filing_id: FilingId | None = None
    case_id: CaseId | None = None

    @property
    def subject(self) -> UUID:
        return self.case_id or self.filing_id or self.document_id

    def concerns(self, context: str) -> bool:
        """A paper of a filing has no docket yet in which `cases` could note it."""
        return context != "cases" or self.case_id is not None
