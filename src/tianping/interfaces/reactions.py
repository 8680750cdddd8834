"""Who reacts to what. A context or engine named here has a handler for the event in its `reactions.py`."""

from tianping.interfaces import cases, documents, filing, identity, payments
from tianping.interfaces.events import Event

REACTIONS: dict[type[Event], tuple[str, ...]] = {
    identity.PersonRegistered: ("identity",),
    identity.PasswordRecovered: ("identity",),
    identity.MemberInvited: ("identity",),
    identity.StaffRegistered: ("identity",),
    identity.RoleGranted: ("identity",),
    identity.MandateGiven: ("identity", "documents"),
    identity.MandateRevoked: ("identity",),
    filing.FilingSubmitted: ("filing", "documents"),
    filing.CorrectionRequested: ("filing", "documents"),
    filing.CorrectionExtended: ("filing",),
    filing.CorrectionReceived: ("filing", "documents"),
    filing.ReviewOverdue: ("filing",),
    filing.FilingAccepted: ("filing", "cases"),
    filing.FilingReturned: ("filing", "documents"),
    filing.FilingRefused: ("filing", "documents"),
    filing.FilingWithdrawn: ("filing",),
    cases.CaseOpened: ("cases", "payments", "documents"),
    cases.BenchAssigned: ("cases", "documents"),
    cases.BenchChanged: ("cases", "documents"),
    cases.ProcedureChanged: ("cases", "payments"),
    cases.CaseClosed: ("cases", "payments"),
    payments.FeeOrdered: ("payments", "cases", "documents"),
    payments.FeePaid: ("payments", "cases", "documents"),
    payments.FeeWaived: ("cases",),
    payments.FeeOverdue: ("payments", "cases"),
    payments.FeeReliefRequested: ("cases",),
    payments.FeeReliefDecided: ("payments", "cases"),
    payments.FeeRefunded: ("payments", "cases"),
    documents.DocumentIssued: ("cases",),
}
