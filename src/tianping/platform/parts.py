"""What the platform hands to every context, and what a context hands back to be run."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tianping.interfaces.events import Event
from tianping.kit.clock import Clock
from tianping.law.calendar import CourtCalendar
from tianping.law.lawbook import Lawbook
from tianping.platform.blobs import BlobStore
from tianping.platform.court import Court
from tianping.platform.database import Database
from tianping.platform.events import Jobs, Journal, Reaction
from tianping.platform.http.guard import Policy
from tianping.platform.keyring import Keyring
from tianping.platform.sealed import SealedTable
from tianping.platform.settings import Settings


@dataclass(frozen=True)
class Platform:
    """Shared by all contexts of a process. `calendar()` is the court calendar with the administrator's changes."""

    settings: Settings
    court: Court
    clock: Clock
    keyring: Keyring
    jobs: Jobs
    journal: Journal
    law: Lawbook
    calendar: Callable[[], CourtCalendar]
    blobs: BlobStore

    def database(self, context: str, *, size: int | None = None) -> Database:
        """A context's own way to the database."""
        return Database(self.settings.database_dsn, context, self.keyring, size=size or self.settings.pool_size)


@dataclass(frozen=True)
class Timed:
    """Work by the clock: `cron` is a cron line in UTC; `run` is idempotent."""

    name: str
    cron: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Built:
    """A context, wired. `dependency` is the name under which its handlers receive `desk`. `sealed` names every table
    with sealed columns, so that key rotation reaches it."""

    name: str
    desk: Any
    database: Database
    routes: Sequence[Any] = ()
    policy: Policy = field(default_factory=dict)
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict)
    timed: Sequence[Timed] = ()
    jobs: Mapping[str, Callable[..., Awaitable[None]]] = field(default_factory=dict)
    sealed: Sequence[SealedTable] = ()

    @property
    def dependency(self) -> str:
        return f"{self.name}_desk"
