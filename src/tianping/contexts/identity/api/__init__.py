"""HTTP of identity: decode, call the act, answer."""

from tianping.contexts.identity.api import account, administration, demo, mandates, organisations, session

ROUTES = [
    *session.ROUTES,
    *account.ROUTES,
    *organisations.ROUTES,
    *mandates.ROUTES,
    *administration.ROUTES,
    *demo.ROUTES,
]
