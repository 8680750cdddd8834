"""Exhibits with their verdicts: in a draft as they stand, in a filing and its case on record."""

import asyncio

import msgspec
import structlog

from tianping.contexts.evidence.actions.verifying import in_words
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.verifications import Check, ExhibitState, ExhibitVerdict, ExhibitView, Interest
from tianping.contexts.evidence.rules import interest, wording
from tianping.contexts.evidence.store import access as access_store
from tianping.contexts.evidence.store import deposits as deposit_store
from tianping.contexts.evidence.store import exhibits as store
from tianping.interfaces.cases import CaseParty
from tianping.interfaces.filing import FiledEvidence, FiledParty
from tianping.interfaces.identity import Actor
from tianping.interfaces.ledger import LedgerUnavailable, Verification
from tianping.interfaces.materials import Material
from tianping.kit.ids import CaseId, FilingId, UploadId, new_id
from tianping.kit.problems import InvalidInput, NotFound, Problem, TooManyRequests

log = structlog.get_logger(__name__)

_SIDE_BY_SIDE = 8


class Item(msgspec.Struct, frozen=True):
    """An exhibit and its file."""

    position: int
    exhibit: FiledEvidence
    material: Material | None

    @property
    def number(self) -> str | None:
        """Its storage number in the one way of writing it."""
        return wording.normal_number(self.exhibit.storage_number) if self.exhibit.storage_number else None

    @property
    def digest(self) -> str | None:
        return self.material.digest if self.material is not None else None


async def of_filing(desk: Desk, actor: Actor, filing_id: FilingId) -> list[ExhibitView]:
    """Raises NotFound for a filing that the actor may not see."""
    assert actor.person_id is not None
    if not await desk.filings.may_review(actor, filing_id) and not await desk.filings.may_see(
        actor.person_id, filing_id
    ):
        raise NotFound
    parties = parties_as_filed(await desk.filings.parties(filing_id))
    if actor.is_staff:
        await desk.people.record_access(
            actor, matter="filing", matter_id=filing_id, what="exhibits", at=desk.clock.now()
        )
    return await _views(desk, filing_id, parties)


async def of_case(desk: Desk, actor: Actor, case_id: CaseId) -> list[ExhibitView]:
    """Raises NotFound without any standing in the case."""
    if await desk.cases.standing(actor, case_id) is None:
        raise NotFound
    card = await desk.cases.card(case_id)
    if actor.is_staff:
        await desk.people.record_access(actor, matter="case", matter_id=case_id, what="exhibits", at=desk.clock.now())
    return await _views(desk, card.filing_id, parties_of_case(card.parties))


async def items_of(desk: Desk, filing_id: FilingId) -> list[Item]:
    """Raises NotFound."""
    filed = await desk.filings.exhibits(filing_id)
    ids = tuple(dict.fromkeys(UploadId(one.upload_id) for one in filed if one.upload_id is not None))
    there = {material.id: material for material in await desk.materials.describe(ids)}
    return [
        Item(position, one, there.get(one.upload_id) if one.upload_id is not None else None)
        for position, one in enumerate(filed)
    ]


async def check_filing(desk: Desk, filing_id: FilingId) -> None:
    """Verify what was handed in, once: verdicts on record are not made again. Raises LedgerUnavailable, TooManyRequests."""
    async with desk.database.reading() as reader:
        known = await store.checks_of(reader, filing_id)
    found: list[Check] = []
    for item in await items_of(desk, filing_id):
        number, digest = item.number, item.digest
        if number is None or digest is None or (number, digest) in known:
            continue
        verification = await verdict_on(desk, number, digest)
        if verification is not None:
            found.append(
                Check(
                    id=new_id(), filing_id=filing_id, number=number, digest=digest, verification=verification,
                    made_at=desk.clock.now(),
                )
            )  # fmt: skip
    async with desk.database.transaction() as tx:
        for check in found:
            await store.insert_check(tx, check)
        await store.wait_no_more(tx, filing_id)


async def check_waiting(desk: Desk) -> None:
    """Filings whose exhibits the ledger could not answer for when they came in."""
    async with desk.database.reading() as reader:
        waiting = await store.waiting(reader)
    for filing_id in waiting:
        try:
            await check_filing(desk, filing_id)
        except (LedgerUnavailable, TooManyRequests):
            return
        except Problem as wrong:
            log.warning("exhibits of a filing cannot be verified", filing_id=str(filing_id), code=wrong.code)


async def verdict_on(desk: Desk, number: str, digest: str) -> Verification | None:
    """None where the salt is not the court's to know: whoever submits the exhibit verifies with theirs."""
    try:
        return await desk.ledger.verify(number, digest=digest, sha256=None, salt=None)
    except InvalidInput:
        return None


async def _views(desk: Desk, filing_id: FilingId, parties: list[interest.Party]) -> list[ExhibitView]:
    items = await items_of(desk, filing_id)
    async with desk.database.reading() as reader:
        known = await store.checks_of(reader, filing_id)
    turns = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(item: Item) -> ExhibitView:
        async with turns:
            return await _view(desk, item, known, parties)

    return list(await asyncio.gather(*(one(item) for item in items)))


async def _view(
    desk: Desk, item: Item, known: dict[tuple[str, str], Check], parties: list[interest.Party]
) -> ExhibitView:
    number, digest = item.number, item.digest
    verdict = None
    if number is None:
        state = ExhibitState.NONE
    elif digest is None:
        state = ExhibitState.NO_FILE
    else:
        verdict = await _verdict(desk, number, digest, known.get((number, digest)), parties)
        state = ExhibitState.WAITING if verdict is None else ExhibitState.VERIFIED
    exhibit, material = item.exhibit, item.material
    return ExhibitView(
        position=item.position, name=exhibit.name, source=exhibit.source, proves=exhibit.proves, original=exhibit.original,
        upload_id=exhibit.upload_id, digest=digest, size=material.size if material else None,
        media_type=material.inspection.media_type if material and material.inspection else None, storage_number=number,
        state=state, verdict=verdict,
    )  # fmt: skip


async def _verdict(
    desk: Desk, number: str, digest: str, check: Check | None, parties: list[interest.Party]
) -> ExhibitVerdict | None:
    """On record, or asked now where there is no record yet; None where the ledger does not answer."""
    if check is not None:
        said = msgspec.structs.replace(in_words(desk, check.verification), verified_at=check.made_at)
        return ExhibitVerdict(
            verification=said, verified_at=check.made_at, interest=await interest_in(desk, check.verification, parties)
        )
    try:
        found = await desk.briefly.get(("verdict", number, digest), lambda: verdict_on(desk, number, digest))
    except Problem:
        return None
    if found is None:
        return None
    return ExhibitVerdict(
        verification=in_words(desk, found),
        verified_at=desk.clock.now(),
        interest=await interest_in(desk, found, parties),
    )


async def interest_in(desk: Desk, found: Verification, parties: list[interest.Party]) -> Interest:
    """ORL art. 17."""
    async with desk.database.reading() as reader:
        own = await deposit_store.by_number(reader, desk.keyring, found.number)
        platform = await access_store.organisation_of(reader, found.depositor.id) if found.depositor else None
    through = None if own is None else interest.Through(own.owner, own.organisation_id)
    return interest.interest(found.depositor, parties, through=through, platform=platform)


def parties_as_filed(parties: list[FiledParty]) -> list[interest.Party]:
    return [
        interest.Party(one.name, one.organisation_id, frozenset({*one.represented_by, one.person_id} - {None}))  # type: ignore[arg-type]
        for one in parties
    ]


def parties_of_case(parties: list[CaseParty]) -> list[interest.Party]:
    return [
        interest.Party(one.name, one.organisation_id, frozenset({*one.agents, one.person_id} - {None}))  # type: ignore[arg-type]
        for one in parties
    ]
