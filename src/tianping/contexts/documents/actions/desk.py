"""What the acts of documents work with, and which roles may try them."""

from dataclasses import dataclass
from urllib.parse import quote

from tianping.contexts.documents.actions.compose import Writing
from tianping.contexts.documents.rendering import model as papers
from tianping.contexts.documents.rendering.press import Press
from tianping.interfaces.cases import Cases
from tianping.interfaces.evidence import Evidence
from tianping.interfaces.filing import Filings
from tianping.interfaces.identity import People
from tianping.interfaces.payments import Payments
from tianping.kit.clock import Clock
from tianping.law.lawbook import Lawbook
from tianping.platform.blobs import BlobStore
from tianping.platform.court import Court
from tianping.platform.database import Database
from tianping.platform.events import Journal
from tianping.platform.http.guard import Policy

POLICY: Policy = {}
"""Reading is decided paper by paper (`rules.may_read`), checking is open to all; no act belongs to a role as such."""


@dataclass(frozen=True)
class Desk:
    """`public_url` is where the site is reached from outside; it is printed into every paper."""

    database: Database
    journal: Journal
    blobs: BlobStore
    clock: Clock
    court: Court
    law: Lawbook
    press: Press
    public_url: str
    people: People
    filings: Filings
    cases: Cases
    payments: Payments
    evidence: Evidence

    @property
    def printed_court(self) -> papers.Court:
        return printed_court(self.court)

    @property
    def writing(self) -> Writing:
        return Writing(self.law, self.printed_court)

    def mark(self, number: str) -> papers.Mark:
        address = f"{self.public_url}/check/document?number={quote(number)}"
        return papers.Mark(number=number, check_url=address)


def printed_court(court: Court) -> papers.Court:
    """The court as papers name it."""
    return papers.Court(name=court.name.zh, demo=court.is_demo)
