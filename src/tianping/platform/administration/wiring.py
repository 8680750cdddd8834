"""Builds administration."""

from tianping.platform.administration import api
from tianping.platform.administration.actions import POLICY, Desk, forget_old_acts
from tianping.platform.calendars import Calendars
from tianping.platform.database import Database
from tianping.platform.parts import Built, Timed


def build(database: Database, calendars: Calendars) -> Built:
    desk = Desk(database, calendars)

    async def forget() -> None:
        await forget_old_acts(desk)

    return Built(
        "platform", desk, database, api.ROUTES, POLICY, timed=[Timed("platform.forget_acts", "15 18 * * *", forget)]
    )
