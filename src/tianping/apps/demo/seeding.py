"""Fills a demo court: half a year of history, told through the court's own actions by a clock that runs quickly.

Once begun and broken off, it starts over: a mark in the data directory names the database that it was writing to, and
only that database is ever cleared.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tianping.apps.assembly import Court, assemble
from tianping.apps.demo import store
from tianping.apps.demo.history import History, Progress
from tianping.apps.demo.rehearsal import Rehearsal
from tianping.apps.demo.stories import ALL
from tianping.apps.migrate import bring_up_to_date
from tianping.engines.materials.inspection import inspect
from tianping.interfaces.materials import Inspection
from tianping.kit.clock import SettableClock
from tianping.kit.problems import Conflict, Text
from tianping.platform.court import read_court
from tianping.platform.settings import Settings
from tianping.platform.supervisor import write_private

_BEGUN = "demo-court-begun"


class NotADemoCourt(Conflict):
    code = "not-a-demo-court"
    title = Text("本院不是演示法院，不能填入演示数据", "This is not a demo court; demo data cannot be put into it")


class CourtInUse(Conflict):
    code = "court-in-use"
    title = Text(
        "本院已有人员和案件，未填入演示数据", "This court has people and cases already; nothing was put into it"
    )


class Filled(msgspec.Struct, frozen=True):
    """`started_over`: an earlier attempt had broken off and was cleared away."""

    people: int
    stories: int
    started_over: bool


class _OwnFiles:
    """Looks into files in this process: all of them were made here."""

    async def inspect(
        self,
        path: Path,
        declared_name: str,
        declared_type: str,
        *,
        into: Path | None = None,
        password: str | None = None,
    ) -> Inspection:
        return inspect(path, declared_name, declared_type, into=into, password=password)


def prepare(settings: Settings) -> bool:
    """Make the database ready to be filled; returns whether an earlier attempt was cleared away.

    Raises: NotADemoCourt, CourtInUse.
    """
    if not read_court(settings.court_file).is_demo:
        raise NotADemoCourt
    bring_up_to_date(settings)
    begun, here = settings.data / _BEGUN, store.identity_of(settings.migration_dsn)
    over = False
    if store.has_people(settings.migration_dsn):
        if not begun.exists() or begun.read_text().strip() != here:
            raise CourtInUse
        _clear(settings)
        over = True
    settings.data.mkdir(parents=True, exist_ok=True)
    write_private(begun, here.encode())
    return over


def _clear(settings: Settings) -> None:
    store.clear(settings.migration_dsn)
    for place in (settings.blobs, settings.data / "uploads"):
        shutil.rmtree(place, ignore_errors=True)
    bring_up_to_date(settings)


async def fill(settings: Settings, progress: Progress, *, ends_at: datetime | None = None) -> Filled:
    """Tell all stories. `ends_at` (UTC, default now) is the instant at which the history ends."""
    over = prepare(settings)
    ends_at = ends_at or datetime.now(UTC)
    clock = SettableClock(ends_at)
    court = assemble(settings, clock=clock, inspector=_OwnFiles())
    await court.open()
    try:
        rehearsal = await opened(court, clock, ends_at)
        await History(rehearsal, progress).tell(ALL)
    finally:
        await court.close()
    (settings.data / _BEGUN).unlink(missing_ok=True)
    return Filled(len(rehearsal.actors), len(ALL), over)


async def opened(court: Court, clock: SettableClock, ends_at: datetime) -> Rehearsal:
    """The court on its first day: people, companies, published commitments."""
    rehearsal = Rehearsal(court, clock, ends_at=ends_at)
    clock.set(rehearsal.begins_at)
    await rehearsal.open_accounts()
    await rehearsal.publish_commitments()
    await rehearsal.settle()
    return rehearsal
