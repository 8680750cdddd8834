"""`tianping migrate`: bring the database to the present structure."""

from tianping.platform.migrations import login_of, migrate, pending
from tianping.platform.settings import Settings, read_settings

__all__ = ["bring_up_to_date", "run"]


def bring_up_to_date(settings: Settings) -> list[str]:
    """Migrate with the login for it, and let the processes' login serve. Returns the names of what was applied."""
    return migrate(settings.migration_dsn, served_by=login_of(settings.database_dsn))


def run(*, dry: bool = False) -> list[str]:
    """Migrate the configured database; with `dry` only name what is pending."""
    settings = read_settings()
    if dry:
        return pending(settings.migration_dsn, served_by=login_of(settings.database_dsn))
    return bring_up_to_date(settings)
