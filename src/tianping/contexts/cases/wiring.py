"""Builds cases."""

from functools import partial

from tianping.contexts.cases import api, jobs
from tianping.contexts.cases.actions import assignment, requests
from tianping.contexts.cases.actions.commitments import replenish
from tianping.contexts.cases.actions.desk import POLICY, Desk
from tianping.contexts.cases.reactions import REACTIONS
from tianping.contexts.cases.service import CaseService
from tianping.contexts.cases.store import cases, draws
from tianping.contexts.cases.store import requests as requests_store
from tianping.interfaces.identity import People
from tianping.interfaces.services import Services
from tianping.kit.clock import court_day
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform, Timed
from tianping.platform.sealed import SealedTable

# The docket's restricted contents are not here: its rows never change, they keep the key they were sealed with.
SEALED = (
    SealedTable("cases.parties", {"name": cases.NAME, "known": cases.KNOWN}, key="ctid"),
    SealedTable("cases.exclusions", {"party_name": requests_store.PARTY}),
    SealedTable("cases.requests", {"reason": requests_store.REASON, "decision_reason": requests_store.DECISION}),
    SealedTable("cases.seeds", {"seed": draws.SEED}, key="seq"),
)


def build(platform: Platform, database: Database, services: Services) -> Built:
    desk = Desk(
        database=database, journal=platform.journal, jobs=platform.jobs, keyring=platform.keyring,
        clock=platform.clock, court=platform.court, law=platform.law, calendar=platform.calendar,
        people=services.people, filings=services.filings, payments=services.payments, documents=services.documents,
        delivery=services.delivery,
    )  # fmt: skip
    return Built(
        "cases", desk, database, api.ROUTES, POLICY, REACTIONS,
        timed=[Timed("cases.replenish_commitments", "* * * * *", partial(replenish, desk))],
        jobs={
            assignment.TELL_HEADS: partial(jobs.tell_heads, desk),
            requests.TELL_DECIDERS: partial(jobs.tell_deciders, desk),
            requests.TELL_DECISION: partial(jobs.tell_decision, desk),
        },
        sealed=SEALED,
    )  # fmt: skip


def service(platform: Platform, database: Database, people: People) -> CaseService:
    return CaseService(database, platform.keyring, people, lambda: court_day(platform.clock.now()))
