"""HTTP of evidence: decode, call the act, answer."""

from tianping.contexts.evidence.api import access, captures, deposits, exhibits, ledger, verifications

ROUTES = [
    *deposits.ROUTES, *captures.ROUTES, *verifications.ROUTES, *exhibits.ROUTES, *ledger.ROUTES, *access.ROUTES,
]  # fmt: skip
