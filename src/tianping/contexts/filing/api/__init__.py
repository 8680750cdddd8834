"""HTTP of filing: decode, call the act, answer."""

from tianping.contexts.filing.api import decisions, drafts, materials, public, refiling, reviews

ROUTES = [*public.ROUTES, *drafts.ROUTES, *refiling.ROUTES, *reviews.ROUTES, *decisions.ROUTES, *materials.ROUTES]
