"""What evidence promises: reports of what was held against the ledger; and what happened to deposits and captures."""

from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

import msgspec

from tianping.interfaces.events import Event
from tianping.kit.ids import CaseId, PersonId
from tianping.kit.problems import Text


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a report. `result`: in a few words; `said`: the sentence that the court stands by."""

    label: Text
    storage_number: str
    result: Text
    said: Text
    stored_at: datetime | None
    depositor: str
    cosigners: list[str]
    interest: Text | None


class ReportCard(msgspec.Struct, frozen=True, kw_only=True):
    """A check of every item of a case that has a storage number."""

    id: UUID
    case_id: CaseId
    made_by: PersonId
    made_at: datetime
    counts: dict[str, int]
    lines: list[ReportLine]
    not_proven: list[Text]


class Evidence(Protocol):
    """Asked by documents."""

    async def report(self, report_id: UUID) -> ReportCard:
        """Raises NotFound."""
        ...


class _EvidenceEvent(Event, frozen=True, kw_only=True):
    context: ClassVar[str] = "evidence"


class DepositsTaken(_EvidenceEvent, frozen=True, kw_only=True):
    """Files were handed over for the ledger, by their digests. `batch` names them at the node."""

    batch: UUID

    @property
    def subject(self) -> UUID:
        return self.batch


class DepositForgotten(_EvidenceEvent, frozen=True, kw_only=True):
    """Its depositor had salt, facts and kept file deleted; the entry on the ledger means nothing to anybody any more."""

    deposit_id: UUID

    @property
    def subject(self) -> UUID:
        return self.deposit_id


class CaseVerified(_EvidenceEvent, frozen=True, kw_only=True):
    """Every item of a case with a storage number was checked. ORL art. 16."""

    case_id: CaseId
    report_id: UUID

    @property
    def subject(self) -> UUID:
        return self.case_id


class _AccessEvent(_EvidenceEvent, frozen=True, kw_only=True):
    """Of an application for access to the ledger; `matter` is the organisation that applies."""

    application: str
    matter: UUID

    @property
    def subject(self) -> UUID:
        return self.matter


class AccessApplied(_AccessEvent, frozen=True, kw_only=True):
    """An organisation applied for access to the ledger, or handed in its papers again."""


class AccessAssessed(_AccessEvent, frozen=True, kw_only=True):
    sheet_id: UUID


class AccessProposed(_AccessEvent, frozen=True, kw_only=True):
    """The first of two officers decided; the second has not yet."""

    resolution_id: UUID


class AccessDecided(_AccessEvent, frozen=True, kw_only=True):
    """Decided by as many officers as it takes; to be entered on the ledger."""

    resolution_id: UUID
