"""Builds evidence."""

from functools import partial

from tianping.contexts.evidence import api
from tianping.contexts.evidence.actions import capturing, depositing, dockets, exhibits, office
from tianping.contexts.evidence.caching import Briefly
from tianping.contexts.evidence.desk import POLICY, Desk
from tianping.contexts.evidence.reactions import REACTIONS
from tianping.contexts.evidence.service import EvidenceService
from tianping.contexts.evidence.store import access as access_store
from tianping.contexts.evidence.store import captures as capture_store
from tianping.contexts.evidence.store import deposits as deposit_store
from tianping.contexts.evidence.store import exhibits as exhibit_store
from tianping.interfaces.capture import Capturer
from tianping.interfaces.ledger import Ledger
from tianping.interfaces.ledger_access import LedgerOffice
from tianping.interfaces.ledger_reading import LedgerReader
from tianping.interfaces.services import Services
from tianping.law.ledger_access import read_standards
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform, Timed
from tianping.platform.sealed import SealedTable

CACHED_S = 1.5

SEALED = (
    SealedTable(
        "evidence.deposits",
        {
            "title": deposit_store.TITLE,
            "file_name": deposit_store.FILE_NAME,
            "facts": deposit_store.FACTS,
            "code": deposit_store.CODE,
        },
    ),
    SealedTable(
        "evidence.captures",
        {"url": capture_store.URL, "title": capture_store.TITLE, "findings": capture_store.FINDINGS},
    ),
    SealedTable("evidence.reports", {"items": exhibit_store.ITEMS}),
    SealedTable("evidence.applications", {"note": access_store.NOTE}),
    SealedTable("evidence.papers", {"name": access_store.PAPER_NAME}),
)


def build(
    platform: Platform, database: Database, services: Services, *, ledger: Ledger, reader: LedgerReader, office_keys: LedgerOffice,
    capturer: Capturer,
) -> Built:  # fmt: skip
    """Raises LawbookInvalid: the access standard is wrong."""
    desk = Desk(
        database=database, journal=platform.journal, keyring=platform.keyring, clock=platform.clock, law=platform.law,
        calendar=platform.calendar, court=platform.court, standards=read_standards(platform.law), blobs=platform.blobs.within("captures"),
        public_url=platform.settings.public_url, ledger=ledger, reader=reader, office=office_keys, capturer=capturer,
        people=services.people, cases=services.cases, filings=services.filings, materials=services.materials,
        documents=services.documents, delivery=services.delivery, briefly=Briefly(CACHED_S),
    )  # fmt: skip
    return Built(
        "evidence", desk, database, api.ROUTES, POLICY, REACTIONS,
        timed=[
            Timed("evidence.bring_waiting", "* * * * * */20", partial(depositing.bring_waiting, desk)),
            Timed("evidence.deposit_docket_heads", "*/3 * * * *", partial(dockets.deposit_heads, desk)),
            Timed("evidence.check_waiting", "* * * * *", partial(exhibits.check_waiting, desk)),
            Timed("evidence.record_access", "* * * * *", partial(office.record_waiting, desk)),
        ],
        jobs={capturing.RUN: partial(capturing.run, desk)},
        sealed=SEALED,
    )  # fmt: skip


def service(platform: Platform, database: Database) -> EvidenceService:
    return EvidenceService(database, platform.keyring)
