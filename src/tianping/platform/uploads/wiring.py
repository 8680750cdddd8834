"""Builds uploads."""

from functools import partial

from tianping.interfaces.materials import Inspector
from tianping.interfaces.scanning import Scanner
from tianping.platform.database import Database
from tianping.platform.parts import Built, Platform, Timed
from tianping.platform.sealed import SealedTable
from tianping.platform.uploads import api, jobs
from tianping.platform.uploads.actions import INSPECT, Desk
from tianping.platform.uploads.model import Limits
from tianping.platform.uploads.service import MaterialService
from tianping.platform.uploads.spool import Spool
from tianping.platform.uploads.store import NAME


def build(
    platform: Platform, database: Database, inspector: Inspector, scanner: Scanner, *, limits: Limits | None = None
) -> Built:
    """`limits` defaults to those of `Limits`, with the size of a file from the settings.

    Files that are still arriving lie in `<data>/uploads`, on the same disk as the store, so that none is copied.
    """
    desk = Desk(
        database, platform.keyring, platform.clock, platform.jobs, platform.blobs.within("uploads"),
        Spool(platform.settings.data / "uploads"), inspector, scanner,
        limits or Limits(size=platform.settings.upload_limit),
    )  # fmt: skip
    return Built(
        "uploads",
        desk,
        database,
        api.ROUTES,
        timed=(Timed("uploads.sweep", "*/15 * * * *", partial(jobs.sweep, desk)),),
        jobs={INSPECT: partial(jobs.inspect, desk)},
        sealed=(SealedTable("uploads.files", {"name": NAME}),),
    )


def materials(built: Built) -> MaterialService:
    """The `Materials` that contexts are given."""
    return MaterialService(built.desk)
