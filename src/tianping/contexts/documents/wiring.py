"""Builds documents."""

from tianping.contexts.documents import api
from tianping.contexts.documents.actions.compose import Writing
from tianping.contexts.documents.actions.desk import POLICY, Desk, printed_court
from tianping.contexts.documents.reactions import REACTIONS
from tianping.contexts.documents.rendering.press import Press
from tianping.contexts.documents.service import DocumentService
from tianping.interfaces.services import Services
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform


def build(platform: Platform, database: Database, services: Services, press: Press) -> Built:
    desk = Desk(
        database=database, journal=platform.journal, blobs=platform.blobs, clock=platform.clock, court=platform.court,
        law=platform.law, press=press, public_url=platform.settings.public_url, people=services.people,
        filings=services.filings, cases=services.cases, payments=services.payments,
        evidence=services.evidence,
    )  # fmt: skip
    return Built("documents", desk, database, api.ROUTES, POLICY, REACTIONS)


def service(platform: Platform, database: Database, press: Press) -> DocumentService:
    writing = Writing(platform.law, printed_court(platform.court))
    return DocumentService(database, platform.blobs, press, writing, platform.clock)
