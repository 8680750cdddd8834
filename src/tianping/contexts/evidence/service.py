"""What evidence answers when others ask (`interfaces/evidence.py`)."""

from uuid import UUID

from tianping.contexts.evidence.model.verifications import ReportItem
from tianping.contexts.evidence.rules import wording
from tianping.contexts.evidence.store import exhibits as store
from tianping.interfaces.evidence import ReportCard, ReportLine
from tianping.kit.problems import Text
from tianping.platform.database import Database
from tianping.platform.keyring import Keyring

_NOT_CHECKED = Text("未能核验", "Not checked")


class EvidenceService:
    """`interfaces.evidence.Evidence` on this machine."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def report(self, report_id: UUID) -> ReportCard:
        async with self._database.reading() as reader:
            found = await store.report(reader, self._keyring, report_id)
        counts = found.counts
        return ReportCard(
            id=found.id, case_id=found.case_id, made_by=found.made_by, made_at=found.made_at,
            counts={
                "total": counts.total, "match": counts.match, "mismatch": counts.mismatch, "not_found": counts.not_found,
                "pending": counts.pending, "chain_inconsistent": counts.chain_inconsistent, "not_checked": counts.not_checked,
            },
            lines=[_line(item) for item in found.items], not_proven=list(wording.NOT_PROVEN),
        )  # fmt: skip


def _line(item: ReportItem) -> ReportLine:
    view = item.verification
    found = view.verification if view is not None else None
    flagged = item.interest if item.interest is not None and item.interest.flagged else None
    return ReportLine(
        label=item.label, storage_number=item.storage_number, result=view.headline if view else _NOT_CHECKED,
        said=view.wording if view else item.remark or _NOT_CHECKED, stored_at=found.stored_at if found else None,
        depositor=found.depositor.name.zh if found and found.depositor else "",
        cosigners=[one.name.zh for one in found.cosigners] if found else [], interest=flagged.said if flagged else None,
    )  # fmt: skip
