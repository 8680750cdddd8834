"""Builds guidance."""

from tianping.contexts.guidance import api
from tianping.law.jurisdiction import CourtSeat
from tianping.platform.calendars import Calendars
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform


def build(platform: Platform, database: Database, calendars: Calendars) -> Built:
    """`database` is the platform's: guidance has no tables."""
    court = platform.court
    seat = CourtSeat(court.name, court.province.zh, court.city.zh, court.city.en)
    return Built("guidance", api.Desk(platform.law, calendars, seat, platform.clock), database, api.ROUTES)
