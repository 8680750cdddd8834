"""The public view of the ledger."""

from datetime import datetime

import msgspec

from tianping.interfaces.ledger import Cosigner
from tianping.interfaces.ledger_reading import Chain, Checkpoint, Health, Member, StoredEntry
from tianping.kit.problems import Text


class ChainLine(msgspec.Struct, frozen=True, kw_only=True):
    """`items_a_minute`: entries added, over the last hour or as much of it as the newest checkpoints show; `about`: what it is for."""

    name: str
    title: Text
    about: Text
    category: str | None
    size: int
    height: int
    root: str
    genesis: str
    time: datetime | None
    items_a_minute: float
    deposits: int
    items: int


class CategoryTotal(msgspec.Struct, frozen=True):
    category: str
    name: Text
    deposits: int
    items: int


class ApplicationTotal(msgspec.Struct, frozen=True):
    """A depositing application, how it stands, and what it deposited on all chains."""

    id: str
    name: Text
    organisation: str
    standing: str
    deposits: int
    items: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """`available` False: the node does not answer now, and everything but `health` is empty. `as_of` (UTC)."""

    available: bool
    as_of: datetime
    origin: str | None
    chains: list[ChainLine]
    categories: list[CategoryTotal]
    applications: list[ApplicationTotal]
    members: list[Member]
    items: int
    deposits: int
    health: Health


class ChainView(msgspec.Struct, frozen=True, kw_only=True):
    chain: Chain
    about: Text
    items_a_minute: float
    checkpoints: list[Checkpoint]


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """What anyone may see under a number, and what that means."""

    entry: StoredEntry
    category_name: Text
    meaning: Text
    not_proven: list[Text]


class ChainConsole(msgspec.Struct, frozen=True, kw_only=True):
    """`uncovered`: entries that no quorate checkpoint covers yet; `cosigners`: of the newest one."""

    name: str
    title: Text
    height: int
    size: int
    time: datetime | None
    uncovered: int
    power: int
    total_power: int
    cosigners: list[Cosigner]


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """An application as the office sees it: standing, last score, since when."""

    id: str
    name: Text
    organisation: str
    standing: str
    score: int | None
    standard: str | None


class Console(msgspec.Struct, frozen=True, kw_only=True):
    """For members and officers. `pending`: deposits of the court that wait for the node; `oldest_pending_at` the first of them."""

    as_of: datetime
    health: Health
    members: list[Member]
    chains: list[ChainConsole]
    applications: list[Assessed]
    pending: int
    oldest_pending_at: datetime | None
    failed: int
    docket_heads_behind: int
