"""`tianping migrate`: bring the database to the present structure."""

from tianping.platform.migrations import migrate, pending
from tianping.platform.settings import read_settings

__all__ = ["migrate", "run"]


def run(*, dry: bool = False) -> list[str]:
    """Migrate the configured database; with `dry` only name what is pending."""
    settings = read_settings()
    return pending(settings.database_dsn) if dry else migrate(settings.database_dsn)
