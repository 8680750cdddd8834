"""Acts of identity, one function each: authorise, decide through `rules`, save, tell. One file a subject."""

from tianping.contexts.identity.actions.seeding import open_account, open_organisation, register_staff

__all__ = ["open_account", "open_organisation", "register_staff"]
