"""The ledger as anyone may see it, and as its members and officers do."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.ledger import (
    ApplicationTotal,
    Assessed,
    CategoryTotal,
    ChainConsole,
    ChainLine,
    ChainView,
    Console,
    EntryView,
    Overview,
)
from tianping.contexts.evidence.rules import categories, wording
from tianping.contexts.evidence.store import deposits, dockets
from tianping.interfaces.ledger import LedgerUnavailable
from tianping.interfaces.ledger_reading import Block, BlockLine, Chain, Checkpoint, Consistency, Member, NotANumber
from tianping.kit.problems import NotFound, Text

SEEN = 60
"""Newest checkpoints over which a chain's rate is measured, as far as they are of the last hour."""


async def overview(desk: Desk) -> Overview:
    """Never refuses: a node that does not answer is part of the picture."""
    return await desk.briefly.get(("overview",), lambda: _overview(desk))


async def _overview(desk: Desk) -> Overview:
    now = desk.clock.now()
    health = await desk.reader.health()
    try:
        chains = await desk.reader.chains()
        members, applications = await asyncio.gather(desk.reader.members(), desk.reader.applications())
        newest = await asyncio.gather(*(desk.reader.checkpoints(one.name, before=None, limit=SEEN) for one in chains))
    except LedgerUnavailable:
        return Overview(
            available=False, as_of=now, origin=None, chains=[], categories=[], applications=[], members=[], items=0,
            deposits=0, health=health,
        )  # fmt: skip
    lines = [_line(chain, seen, desk.clock.now()) for chain, seen in zip(chains, newest, strict=True)]
    totals = _totals(chains)
    return Overview(
        available=True, as_of=now, origin=chains[0].origin if chains else None, chains=lines, categories=totals,
        applications=[
            ApplicationTotal(one.id, one.name, one.organisation, one.standing, one.deposits, one.items)
            for one in applications
        ],
        members=members, items=sum(one.items for one in totals), deposits=sum(one.deposits for one in totals), health=health,
    )  # fmt: skip


async def chain(desk: Desk, name: str) -> ChainView:
    """Raises NotFound, LedgerUnavailable."""
    found = next((one for one in await _chains(desk) if one.name == name), None)
    if found is None:
        raise NotFound
    seen = await checkpoints(desk, name, before=None, limit=SEEN)
    return ChainView(
        chain=found,
        about=categories.about(_category(found)),
        items_a_minute=rate(seen, desk.clock.now()),
        checkpoints=seen[:20],
    )


async def blocks(desk: Desk, chain: str, *, before: int | None, limit: int) -> list[BlockLine]:
    return await desk.briefly.get(
        ("blocks", chain, before, limit), lambda: desk.reader.blocks(chain, before=before, limit=limit)
    )


async def block(desk: Desk, chain: str, height: int) -> Block:
    return await desk.briefly.get(("block", chain, height), lambda: desk.reader.block(chain, height))


async def checkpoints(desk: Desk, chain: str, *, before: int | None, limit: int) -> list[Checkpoint]:
    return await desk.briefly.get(
        ("checkpoints", chain, before, limit), lambda: desk.reader.checkpoints(chain, before=before, limit=limit)
    )


async def consistency(desk: Desk, chain: str, old: int, new: int) -> Consistency:
    return await desk.briefly.get(("consistency", chain, old, new), lambda: desk.reader.consistency(chain, old, new))


async def entry(desk: Desk, number: str) -> EntryView:
    """Raises NotANumber, NotFound, LedgerUnavailable."""
    asked = wording.normal_number(number)
    if not wording.is_number(asked):
        raise NotANumber
    found = await desk.briefly.get(("entry", asked), lambda: desk.reader.entry(asked))
    at = wording.spoken(found.stored_at)
    meaning = Text(
        f"{at.zh}，存证链收到并由成员共签了一项承诺值。承诺值不透露内容；持有文件和开封值的人才能核对。",
        f"At {at.en} the ledger took a commitment, co-signed by its members. It says nothing about the content: only who has "
        "the file and the salt can check it.",
    )
    return EntryView(
        entry=found,
        category_name=categories.name_of(found.category),
        meaning=meaning,
        not_proven=list(wording.NOT_PROVEN),
    )


async def console(desk: Desk) -> Console:
    """For members and officers. A node that does not answer leaves its parts empty."""
    now = desk.clock.now()
    health = await desk.reader.health()
    chains: list[Chain] = []
    members: list[Member] = []
    assessed: list[Assessed] = []
    lines: list[ChainConsole] = []
    try:
        chains = await _chains(desk)
        members = await desk.reader.members()
        assessed = [
            Assessed(
                id=one.id, name=one.name, organisation=one.organisation, standing=one.standing, score=one.score,
                standard=one.standard,
            )
            for one in await desk.reader.applications()
        ]  # fmt: skip
        lines = [_watched(one, await checkpoints(desk, one.name, before=None, limit=1)) for one in chains]
    except LedgerUnavailable:
        pass
    async with desk.database.reading() as reader:
        waiting = await deposits.waiting(reader)
        behind = await dockets.waiting(reader)
    return Console(
        as_of=now, health=health, members=members, chains=lines, applications=assessed, pending=waiting.pending,
        oldest_pending_at=waiting.oldest_pending_at, failed=waiting.failed, docket_heads_behind=behind,
    )  # fmt: skip


async def _chains(desk: Desk) -> list[Chain]:
    return await desk.briefly.get(("chains",), desk.reader.chains)


def rate(seen: Sequence[Checkpoint], now: datetime) -> float:
    """Entries a minute of the last hour, or of the part of it that these checkpoints (newest first) reach back to; a part
    shorter than a minute counts as one.
    """
    begins = now - timedelta(hours=1)
    recent = [one for one in seen if one.time > begins]
    if not recent:
        return 0.0
    before = seen[len(recent)] if len(recent) < len(seen) else recent[-1]
    minutes = max(1.0, (now - max(before.time, begins)).total_seconds() / 60)
    return round((recent[0].size - before.size) / minutes, 2)


def _line(chain: Chain, seen: Sequence[Checkpoint], now: datetime) -> ChainLine:
    category = _category(chain)
    return ChainLine(
        name=chain.name, title=chain.title, about=categories.about(category), category=category, size=chain.size,
        height=chain.height, root=chain.root, genesis=chain.genesis, time=chain.time, items_a_minute=rate(seen, now),
        deposits=sum(one.deposits for one in chain.categories), items=sum(one.items for one in chain.categories),
    )  # fmt: skip


def _category(chain: Chain) -> str | None:
    """A business chain has one category; the main chain knows all of them."""
    return chain.categories[0].category if len(chain.categories) == 1 else None


def _totals(chains: Sequence[Chain]) -> list[CategoryTotal]:
    counted: dict[str, tuple[int, int]] = {}
    for one in (count for chain in chains for count in chain.categories):
        before = counted.get(one.category, (0, 0))
        counted[one.category] = (before[0] + one.deposits, before[1] + one.items)
    return [CategoryTotal(name, categories.name_of(name), *totals) for name, totals in counted.items()]


def _watched(chain: Chain, newest: Sequence[Checkpoint]) -> ChainConsole:
    head = newest[0] if newest else None
    return ChainConsole(
        name=chain.name, title=chain.title, height=chain.height, size=chain.size, time=chain.time,
        uncovered=chain.size - head.size if head else chain.size, power=head.power if head else 0,
        total_power=head.total_power if head else 0, cosigners=head.cosigners if head else [],
    )  # fmt: skip
