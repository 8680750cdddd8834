"""A person's deposits: lists, papers of one, the kept file."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import msgspec

from tianping.contexts.evidence.actions.depositing import check_own, organisations
from tianping.contexts.evidence.actions.views import view
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.deposits import Category, Deposit, DepositView, State
from tianping.contexts.evidence.rules import problems
from tianping.contexts.evidence.store import captures
from tianping.contexts.evidence.store import deposits as store
from tianping.interfaces.identity import Actor
from tianping.interfaces.materials import Part
from tianping.kit.ids import OrganisationId
from tianping.platform.http import Page, read_cursor, write_cursor

_BLOCK = 200
MOST_LOOKED_AT = 10_000
"""How many deposits one search opens: titles are sealed, so a search reads them one by one."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """`q`: in the title or the file name, or a storage number or digest as a whole."""

    q: str | None = None
    category: Category | None = None
    state: State | None = None
    organisation_id: UUID | None = None


async def mine(desk: Desk, actor: Actor, wanted: Wanted, *, limit: int, cursor: str | None) -> Page[DepositView]:
    """Raises InvalidInput for an organisation that the actor is no member of."""
    assert actor.person_id is not None
    organisation_id = None if wanted.organisation_id is None else OrganisationId(wanted.organisation_id)
    if organisation_id is not None and organisation_id not in await organisations(desk, actor.person_id):
        raise problems.not_a_member()
    position = read_cursor(cursor, str, UUID)
    before = (msgspec.convert(position[0], type=datetime, strict=False), position[1]) if position else None
    words = (wanted.q or "").strip().casefold()
    block = _BLOCK if words else limit + 1
    found: list[Deposit] = []
    looked_at = 0
    async with desk.database.reading() as reader:
        while len(found) <= limit and looked_at < MOST_LOOKED_AT:
            some = await store.of_owner(
                reader, desk.keyring, owner=None if organisation_id else actor.person_id, organisation_id=organisation_id,
                category=wanted.category, state=wanted.state, before=before, limit=block,
            )  # fmt: skip
            found += [one for one in some if not words or _fits(one, words)]
            looked_at += len(some)
            if len(some) < block:
                break
            before = (some[-1].made_at, some[-1].id)
    more = found[limit - 1] if len(found) > limit else None
    return Page(
        [view(desk, one) for one in found[:limit]], write_cursor(more.made_at.isoformat(), more.id) if more else None
    )


def _fits(deposit: Deposit, words: str) -> bool:
    texts = (deposit.title, deposit.file_name, deposit.number or "")
    return any(words in text.casefold() for text in texts) or words in (deposit.digest, deposit.sha256)


async def see(desk: Desk, actor: Actor, deposit_id: UUID) -> DepositView:
    """Raises NotFound."""
    return view(desk, await own(desk, actor, deposit_id))


async def own(desk: Desk, actor: Actor, deposit_id: UUID) -> Deposit:
    """Raises NotFound."""
    async with desk.database.reading() as reader:
        deposit = await store.by_id(reader, desk.keyring, deposit_id)
    await check_own(desk, actor, deposit)
    return deposit


async def certificate(desk: Desk, actor: Actor, deposit_id: UUID, language: str) -> tuple[str, bytes]:
    """Number and PDF, with salt and facts unless they were forgotten. Raises NoPaperYet, LedgerUnavailable."""
    deposit = await own(desk, actor, deposit_id)
    if deposit.number is None:
        raise problems.NoPaperYet
    opening = deposit.forgotten_at is None
    return deposit.number, await desk.ledger.certificate(deposit.number, language, opening=opening)


async def proof(desk: Desk, actor: Actor, deposit_id: UUID) -> tuple[str, bytes]:
    """Number and bundle, with salt and facts unless they were forgotten. Raises NoPaperYet, LedgerUnavailable."""
    deposit = await own(desk, actor, deposit_id)
    if deposit.number is None:
        raise problems.NoPaperYet
    return deposit.number, await desk.ledger.proof(deposit.number, opening=deposit.forgotten_at is None)


async def kept_file(desk: Desk, actor: Actor, deposit_id: UUID) -> tuple[str, int, AsyncIterator[bytes]]:
    """Name, size and content. Raises NotKept."""
    deposit = await own(desk, actor, deposit_id)
    if deposit.capture_id is not None and deposit.forgotten_at is None:
        async with desk.database.reading() as reader:
            capture = await captures.by_id(reader, desk.keyring, deposit.capture_id)
        if capture.package is not None:
            blob = await desk.blobs.stat(capture.package)
            return deposit.file_name, blob.size, desk.blobs.read(capture.package)
    if deposit.upload_id is None:
        raise problems.NotKept
    found = await desk.materials.describe((deposit.upload_id,))
    if not found:
        raise problems.NotKept
    size = await desk.materials.size(found[0], Part.ORIGINAL)
    return deposit.file_name, size, desk.materials.read(found[0], Part.ORIGINAL)
