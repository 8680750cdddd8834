"""Builds filing."""

from functools import partial
from pathlib import Path

from tianping.contexts.filing import api, jobs
from tianping.contexts.filing.actions.desk import POLICY, Desk
from tianping.contexts.filing.adapters.directory_file import DirectoryFile, NoDirectory
from tianping.contexts.filing.reactions import REACTIONS
from tianping.contexts.filing.service import FilingService
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.platforms import PlatformDirectory
from tianping.interfaces.services import Services
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform, Timed
from tianping.platform.sealed import SealedTable

SEALED = (
    SealedTable(
        "filing.filings",
        {
            "answers": filings.ANSWERS,
            "edits": filings.EDITS,
            "signature": filings.SIGNATURE,
            "filed_answers": filings.ANSWERS,
            "filed_edits": filings.EDITS,
            "filed_signature": filings.SIGNATURE,
        },
    ),
    SealedTable("filing.notices", {"content": reviews.NOTICE}),
    SealedTable("filing.checks", {"note": reviews.CHECK_NOTE}),
)


def directory_for(platform: Platform) -> PlatformDirectory:
    """The demonstration court has a file that stands in for platforms; another court has none until one is connected."""
    if platform.court.is_demo:
        return DirectoryFile(Path(__file__).parent / "adapters" / "demo_directory.toml")
    return NoDirectory()


def build(
    platform: Platform, database: Database, services: Services, *, directory: PlatformDirectory | None = None
) -> Built:
    desk = Desk(
        database=database, journal=platform.journal, keyring=platform.keyring, clock=platform.clock, law=platform.law,
        calendar=platform.calendar, court=platform.court, people=services.people, materials=services.materials,
        documents=services.documents, delivery=services.delivery, cases=services.cases, directory=directory or directory_for(platform),
    )  # fmt: skip
    # Times are UTC: after midnight in Shanghai drafts, corrections and reviews end; in the morning people are told.
    timed = [
        Timed("filing.erase_expired", "20 16 * * *", partial(jobs.erase_expired, desk)),
        Timed("filing.return_uncorrected", "5 16 * * *", partial(jobs.return_uncorrected, desk)),
        Timed("filing.note_late_reviews", "10 16 * * *", partial(jobs.note_late_reviews, desk)),
        Timed("filing.warn_of_expiry", "10 1 * * *", partial(jobs.warn_of_expiry, desk)),
        Timed("filing.warn_of_reviews_due", "30 0 * * *", partial(jobs.warn_of_reviews_due, desk)),
        Timed("filing.remind_of_corrections", "15 1 * * *", partial(jobs.remind_of_corrections, desk)),
    ]
    return Built("filing", desk, database, api.ROUTES, POLICY, REACTIONS, timed=timed, sealed=SEALED)


def service(platform: Platform, database: Database) -> FilingService:
    return FilingService(database, platform.keyring, platform.clock, platform.law, platform.court)
