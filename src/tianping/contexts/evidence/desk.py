"""What the acts of evidence work with, and who may try them."""

from collections.abc import Callable
from dataclasses import dataclass

from tianping.contexts.evidence.caching import Briefly
from tianping.interfaces.capture import Capturer
from tianping.interfaces.cases import Cases
from tianping.interfaces.delivery import Delivery
from tianping.interfaces.documents import Documents
from tianping.interfaces.filing import Filings
from tianping.interfaces.identity import ADMINISTRATORS, People, Role
from tianping.interfaces.ledger import Ledger
from tianping.interfaces.ledger_access import LedgerOffice
from tianping.interfaces.ledger_reading import LedgerReader
from tianping.interfaces.materials import Materials
from tianping.kit.clock import Clock
from tianping.law.calendar import CourtCalendar
from tianping.law.lawbook import Lawbook
from tianping.law.ledger_access import AccessStandards
from tianping.platform.blobs import BlobStore
from tianping.platform.court import Court
from tianping.platform.database import Database
from tianping.platform.events import Journal
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring

OFFICERS = frozenset({Role.DIVISION_HEAD, Role.PRESIDENT})
"""Who decides on access, two of them together. Their keys at the ledger are the court's two officer keys."""

_DEPOSITORS = frozenset({Role.LITIGANT, Role.LAWYER})
_COURT_SIDE = frozenset({Role.CLERK, Role.JUDGE, Role.DIVISION_HEAD, Role.PRESIDENT})

POLICY: Policy = {
    "evidence.deposits.keep": _DEPOSITORS,
    "evidence.captures.make": _DEPOSITORS,
    "evidence.filed-exhibits.read": _DEPOSITORS | {Role.CLERK, Role.FILING_JUDGE, Role.DIVISION_HEAD, Role.PRESIDENT},
    "evidence.exhibits.read": frozenset(Role) - ADMINISTRATORS - {Role.CASHIER},
    "evidence.exhibits.verify": _COURT_SIDE,
    "evidence.access.apply": _DEPOSITORS,
    "evidence.access.read": OFFICERS | {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "evidence.access.assess": frozenset({Role.SECURITY_ADMIN}),
    "evidence.access.decide": OFFICERS,
    "evidence.access.suspend": OFFICERS | {Role.SECURITY_ADMIN},
    "evidence.console.read": frozenset({Role.PRESIDENT}) | ADMINISTRATORS,
}
"""The security administrator assesses, two of presidency and division heads decide, the audit administrator reads along.
Suspending is urgent: one of either stops an application at once."""


@dataclass(frozen=True)
class Desk:
    """`public_url`: where the site is reached from outside, printed into links. `briefly`: answers of the node."""

    database: Database
    journal: Journal
    keyring: Keyring
    clock: Clock
    law: Lawbook
    calendar: Callable[[], CourtCalendar]
    court: Court
    standards: AccessStandards
    blobs: BlobStore
    public_url: str
    ledger: Ledger
    reader: LedgerReader
    office: LedgerOffice
    capturer: Capturer
    people: People
    cases: Cases
    filings: Filings
    materials: Materials
    documents: Documents
    delivery: Delivery
    briefly: Briefly
