"""What the acts of payments work with, and who may try them."""

from collections.abc import Callable
from dataclasses import dataclass

from tianping.interfaces.cases import Cases
from tianping.interfaces.delivery import Delivery
from tianping.interfaces.filing import Filings
from tianping.interfaces.gateway import Gateway
from tianping.interfaces.identity import People, Role
from tianping.interfaces.materials import Materials
from tianping.kit.clock import Clock
from tianping.kit.money import Money
from tianping.law.calendar import CourtCalendar
from tianping.law.lawbook import Lawbook
from tianping.platform.database import Database
from tianping.platform.events import Journal
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring

_DECIDERS = frozenset({Role.DIVISION_HEAD, Role.PRESIDENT})

POLICY: Policy = {
    "payments.order.read": frozenset(Role) - {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN},
    "payments.order.pay": frozenset({Role.LITIGANT, Role.LAWYER}),
    "payments.relief.ask": frozenset({Role.LITIGANT, Role.LAWYER}),
    "payments.relief.decide": _DECIDERS,
    "payments.ledger.read": frozenset({Role.CASHIER, Role.PRESIDENT}),
    "payments.statement.reconcile": frozenset({Role.CASHIER}),
}


@dataclass(frozen=True)
class Desk:
    """`fee_base(act)` is the province's figure inside the legal range, from the court's configuration."""

    database: Database
    journal: Journal
    keyring: Keyring
    clock: Clock
    law: Lawbook
    calendar: Callable[[], CourtCalendar]
    court_code: str
    fee_base: Callable[[str], Money | None]
    gateway: Gateway
    cases: Cases
    filings: Filings
    people: People
    delivery: Delivery
    materials: Materials
