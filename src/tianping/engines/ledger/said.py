"""Instants of the ledger (milliseconds since 1970, UTC) as people and interfaces have them."""

from datetime import UTC, datetime

from tianping.kit.clock import COURT_ZONE


def instant(milliseconds: int) -> datetime:
    """Aware, UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def spoken_time(milliseconds: int) -> str:
    """In China time to the second: 2026-11-22 16:05:09."""
    return instant(milliseconds).astimezone(COURT_ZONE).strftime("%Y-%m-%d %H:%M:%S")
