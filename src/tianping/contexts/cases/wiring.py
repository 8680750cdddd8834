"""Builds cases."""

from functools import partial

from tianping.contexts.cases import api, jobs
from tianping.contexts.cases.actions import assignment, requests
from tianping.contexts.cases.actions.commitments import replenish
from tianping.contexts.cases.actions.desk import POLICY, Desk
from tianping.contexts.cases.reactions import REACTIONS
from tianping.contexts.cases.service import CaseService
from tianping.interfaces.identity import People
from tianping.interfaces.services import Services
from tianping.kit.clock import court_day
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform, Timed


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
    )  # fmt: skip


def service(platform: Platform, database: Database, people: People) -> CaseService:
    return CaseService(database, platform.keyring, people, lambda: court_day(platform.clock.now()))
