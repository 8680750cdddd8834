"""HTTP: problem details, permissions, sessions, idempotence, ETags, headers, paging. Contexts add routes to it."""

from tianping.platform.http.guard import PUBLIC, SIGNED_IN, Permission, permit
from tianping.platform.http.paging import Page, read_cursor, write_cursor

__all__ = ["PUBLIC", "SIGNED_IN", "Page", "Permission", "permit", "read_cursor", "write_cursor"]
