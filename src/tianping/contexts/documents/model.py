"""Nouns of documents: what was issued, and what a check of a copy answers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tianping.contexts.documents.rendering.model import Mark, Paper
from tianping.interfaces.documents import DocumentCard
from tianping.kit.ids import CaseId, DocumentId, FilingId, PersonId
from tianping.kit.problems import Text


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as issued. `digest` is SM3 of the PDF, `size` in bytes; `version` counts papers of one kind and matter.

    `readers` may read it by name; `open_to_parties`: every party of the case may. `cause` makes it once.
    """

    id: DocumentId
    number: str
    kind: str
    version: int
    filing_id: FilingId | None
    case_id: CaseId | None
    matter: UUID
    cause: str
    title: Text
    digest: str
    size: int
    pages: int
    readers: list[PersonId]
    open_to_parties: bool
    issued_at: datetime

    @property
    def card(self) -> DocumentCard:
        return DocumentCard(
            self.id, self.number, self.kind, self.title, self.filing_id, self.case_id, self.digest, self.pages,
            self.issued_at, self.matter,
        )  # fmt: skip


class ToIssue(msgspec.Struct, frozen=True, kw_only=True):
    """A paper to be issued, complete but for its number. `paper.mark` is set when the number is known."""

    paper: Paper
    matter: UUID
    cause: str
    filing_id: FilingId | None = None
    case_id: CaseId | None = None
    readers: list[PersonId] = []
    open_to_parties: bool = False

    def marked(self, mark: Mark) -> Paper:
        return msgspec.structs.replace(self.paper, mark=mark)


class Verdict(StrEnum):
    """`same`: byte for byte what the court issued. `different`: the number exists, the content is another."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class CheckAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What anyone may know of a paper whose number they hold: nothing personal. `newer`: a later version exists."""

    verdict: Verdict
    explanation: Text
    number: str
    digest: str
    kind: str | None = None
    title: Text | None = None
    issuer: Text | None = None
    issued_at: datetime | None = None
    newer: bool = False


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """A paper in a list. `content` and `picture` are paths under the site; `version` above 1 replaces earlier ones."""

    id: DocumentId
    number: str
    kind: str
    title: Text
    filing_id: FilingId | None
    case_id: CaseId | None
    version: int
    digest: str
    size: int
    pages: int
    issued_at: datetime
    content: str
    picture: str
