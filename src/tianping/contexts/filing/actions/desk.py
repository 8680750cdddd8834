"""What the acts of filing work with, and which roles may try them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tianping.interfaces.cases import Cases
from tianping.interfaces.delivery import Delivery
from tianping.interfaces.documents import Documents
from tianping.interfaces.identity import STAFF, Actor, People, Role
from tianping.interfaces.materials import Materials
from tianping.interfaces.platforms import PlatformDirectory
from tianping.kit.clock import Clock, court_day
from tianping.kit.ids import PersonId
from tianping.kit.problems import NotSignedIn
from tianping.law.calendar import CourtCalendar
from tianping.law.jurisdiction import CourtSeat
from tianping.law.lawbook import Lawbook
from tianping.platform.court import Court
from tianping.platform.database import Database
from tianping.platform.events import Journal
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring

REVIEWERS = frozenset({Role.CLERK, Role.FILING_JUDGE})

POLICY: Policy = {
    "filing.filings.file": frozenset({Role.LITIGANT, Role.LAWYER}),
    "filing.reviews.read": frozenset({*REVIEWERS, Role.DIVISION_HEAD, Role.PRESIDENT}),
    "filing.reviews.decide": REVIEWERS,
    "filing.reviews.refuse": frozenset({Role.FILING_JUDGE}),
}
"""Refusing is a ruling and so a judge's act (CPL art. 126); the head of division and the president may look."""

assert POLICY["filing.reviews.read"] <= STAFF


@dataclass(frozen=True)
class Desk:
    """Shared by all acts. `calendar()` is the court calendar with the administrator's changes."""

    database: Database
    journal: Journal
    keyring: Keyring
    clock: Clock
    law: Lawbook
    calendar: Callable[[], CourtCalendar]
    court: Court
    people: People
    materials: Materials
    documents: Documents
    delivery: Delivery
    cases: Cases
    directory: PlatformDirectory

    @property
    def today(self) -> date:
        """The present court-local day."""
        return court_day(self.clock.now())

    @property
    def seat(self) -> CourtSeat:
        return CourtSeat(self.court.name, self.court.province.zh, self.court.city.zh, self.court.city.en)


def person_of(actor: Actor) -> PersonId:
    """Raises NotSignedIn."""
    if actor.person_id is None:
        raise NotSignedIn
    return actor.person_id
