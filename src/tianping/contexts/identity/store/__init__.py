"""All SQL of identity. Functions take a transaction (or a reader) and the keyring that opens sealed columns."""

from tianping.contexts.identity.store import people
from tianping.platform.sealed import SealedTable

SEALED = (
    SealedTable(
        "identity.people",
        {
            "name": people.NAME, "mobile": people.MOBILE, "identity_number": people.IDENTITY_NUMBER,
            "email": people.EMAIL, "address": people.ADDRESS, "licence": people.LICENCE, "totp_secret": people.TOTP_SECRET,
        },
    ),
    SealedTable("identity.organisations", {"legal_representative": "identity.organisations.legal_representative"}),
    SealedTable("identity.invitations", {"mobile": people.MOBILE}),
    SealedTable("identity.mandates", {"signature": "identity.mandates.signature"}),
)  # fmt: skip
"""Every sealed column of this schema and its place, for key rotation."""
