"""What the acts of cases work with, and which roles may try them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tianping.contexts.cases.model import Case
from tianping.contexts.cases.rules import sight
from tianping.interfaces.delivery import Delivery
from tianping.interfaces.documents import Documents
from tianping.interfaces.filing import Filings
from tianping.interfaces.identity import ADMINISTRATORS, Actor, People, Role
from tianping.interfaces.payments import Payments
from tianping.kit.clock import Clock, court_day
from tianping.law.calendar import CourtCalendar
from tianping.law.lawbook import Lawbook
from tianping.platform.court import Court
from tianping.platform.database import Database
from tianping.platform.events import Jobs, Journal
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring

_ANYONE = frozenset(Role) - ADMINISTRATORS
_LEADERS = frozenset({Role.DIVISION_HEAD, Role.PRESIDENT})
_BENCH = frozenset({Role.JUDGE}) | _LEADERS

POLICY: Policy = {
    "cases.read": _ANYONE,
    "cases.recusal.request": _ANYONE,
    "cases.recusal.decide": _BENCH,
    "cases.requests.list": _BENCH,
    "cases.reassignment.request": _BENCH,
    "cases.reassignment.decide": _LEADERS,
    "cases.composition.change": _BENCH,
    "cases.assignment.retry": _LEADERS,
    "cases.presiding.designate": _LEADERS,
    "cases.exclusions.declare": _BENCH,
}
"""Roles that may try; the matter then decides by standing (`rules.sight`)."""


@dataclass(frozen=True)
class Desk:
    """The tools of cases. `calendar()` is the court calendar with the administrator's changes."""

    database: Database
    journal: Journal
    jobs: Jobs
    keyring: Keyring
    clock: Clock
    court: Court
    law: Lawbook
    calendar: Callable[[], CourtCalendar]
    people: People
    filings: Filings
    payments: Payments
    documents: Documents
    delivery: Delivery

    def today(self) -> date:
        return court_day(self.clock.now())


async def affiliation(people: People, actor: Actor, today: date) -> sight.Affiliation:
    """Whom the actor may stand for. Asked before a transaction, never inside one."""
    if actor.person_id is None:
        return sight.Affiliation([], [])
    organisations = await people.organisations_of(actor.person_id)
    mandates = await people.mandates_of(actor.person_id, on=today)
    return sight.Affiliation([o.id for o in organisations], mandates)


def actor_word(case: Case, actor: Actor) -> str:
    """In which role the docket says that someone of the court acted."""
    if actor.person_id is not None and sight.judges_it(case, actor.person_id):
        return "presiding_judge" if sight.presides(case, actor.person_id) else "judge"
    for role in (Role.PRESIDENT, Role.DIVISION_HEAD, Role.CLERK):
        if role in actor.roles:
            return role.value
    return "court"
