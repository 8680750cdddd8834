"""Builds evidence."""

from tianping.contexts.evidence import api
from tianping.contexts.evidence.desk import POLICY, Desk
from tianping.contexts.evidence.reactions import REACTIONS
from tianping.interfaces.capture import Capturer
from tianping.interfaces.ledger import Ledger
from tianping.interfaces.ledger_access import LedgerOffice
from tianping.interfaces.ledger_reading import LedgerReader
from tianping.interfaces.services import Services
from tianping.law.ledger_access import read_standards
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform


def build(
    platform: Platform, database: Database, services: Services, *, ledger: Ledger, reader: LedgerReader, office: LedgerOffice,
    capturer: Capturer,
) -> Built:  # fmt: skip
    """Raises LawbookInvalid: the access standard is wrong."""
    desk = Desk(
        database=database, journal=platform.journal, keyring=platform.keyring, clock=platform.clock, law=platform.law,
        calendar=platform.calendar, court=platform.court, standards=read_standards(platform.law), blobs=platform.blobs,
        public_url=platform.settings.public_url, ledger=ledger, reader=reader, office=office, capturer=capturer,
        people=services.people, cases=services.cases, filings=services.filings, materials=services.materials,
        documents=services.documents, delivery=services.delivery,
    )  # fmt: skip
    return Built("evidence", desk, database, api.ROUTES, POLICY, REACTIONS)
