"""All that can be asked, in one place: `apps/` fills it, a context takes from it what it needs."""

import msgspec

from tianping.interfaces.cases import Cases
from tianping.interfaces.delivery import Delivery
from tianping.interfaces.documents import Documents
from tianping.interfaces.evidence import Evidence
from tianping.interfaces.filing import Filings
from tianping.interfaces.identity import People, Sessions
from tianping.interfaces.materials import Materials
from tianping.interfaces.payments import Payments


class Services(msgspec.Struct, frozen=True, kw_only=True):
    people: People
    sessions: Sessions
    filings: Filings
    cases: Cases
    payments: Payments
    documents: Documents
    evidence: Evidence
    delivery: Delivery
    materials: Materials
