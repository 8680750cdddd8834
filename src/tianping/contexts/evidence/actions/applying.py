"""Applying for access to the ledger, the standard, and what anyone may see of applications."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec

from tianping.contexts.evidence.actions.depositing import organisations
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.access import (
    Application,
    ApplicationCard,
    ApplicationInput,
    ApplicationView,
    Decision,
    HistoryLine,
    OfficeView,
    Paper,
    PaperInput,
    PaperView,
    ResolutionView,
    SheetView,
    Standing,
)
from tianping.contexts.evidence.model.deposits import Category
from tianping.contexts.evidence.rules import access as rules
from tianping.contexts.evidence.rules import categories, problems
from tianping.contexts.evidence.store import access as store
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.evidence import AccessApplied
from tianping.interfaces.identity import Actor
from tianping.interfaces.ledger import LedgerUnavailable
from tianping.interfaces.ledger_reading import ApplicationHistory, ApplicationLine, ApplicationStep
from tianping.interfaces.materials import MaterialState, Part
from tianping.kit.clock import court_day
from tianping.kit.digests import sm3
from tianping.kit.ids import OrganisationId, PersonId, UploadId, new_id
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Text
from tianping.law.ledger_access import AccessStandard
from tianping.platform.database import Reader

_UNREADY = Text(
    "材料仍在上传或者检查中，或者不能使用", "The file is still being uploaded or inspected, or cannot be used"
)


def standard(desk: Desk) -> AccessStandard:
    return desk.standards.at(court_day(desk.clock.now()))


async def listed(desk: Desk) -> list[ApplicationCard]:
    """As the ledger has them; while it does not answer, as the court noted them last."""
    async with desk.database.reading() as reader:
        known = {one.id: one for one in await store.applications(reader, desk.keyring)}
    try:
        lines = await desk.briefly.get(("applications",), desk.reader.applications)
    except LedgerUnavailable:
        return [_card_of(one) for one in known.values() if one.standing is not Standing.RECEIVED]
    return [_card_of_line(line, known.get(line.id)) for line in lines]


async def public(desk: Desk, application_id: str) -> ApplicationView:
    """Raises NotFound, LedgerUnavailable."""
    found = await desk.briefly.get(("application", application_id), lambda: desk.reader.application(application_id))
    async with desk.database.reading() as reader:
        known = {one.id: one for one in await store.applications(reader, desk.keyring)}.get(application_id)
    card = _card_of_line(found.application, known)
    lines = history_of(found)
    since = next((line.at for line in reversed(lines) if line.act in set(Decision)), None)
    return ApplicationView(
        card=msgspec.structs.replace(card, since=since),
        history=lines,
        meaning=rules.MEANINGS[found.application.standing],
    )


async def apply(desk: Desk, actor: Actor, data: ApplicationInput) -> OfficeView:
    """Again under the same id: a better version, as long as nothing was decided.

    Raises NotFound (no member), ApplicationIdTaken, WrongStanding, PapersIncomplete, InvalidInput, MaterialMissing.
    """
    assert actor.person_id is not None
    person, organisation_id = actor.person_id, OrganisationId(data.organisation_id)
    if organisation_id not in await organisations(desk, person):
        raise problems.not_a_member()
    now = desk.clock.now()
    in_force = standard(desk)
    rules.fingerprint_of(data.certificate)
    rules.check_papers([paper.kind for paper in data.papers], in_force)
    papers = await _papers(desk, person, data.papers)
    await desk.materials.keep(person, tuple(paper.upload_id for paper in papers), held_by=f"evidence:access:{data.id}")
    organisation = await desk.people.organisation(organisation_id)
    manifest = rules.manifest(data.id, in_force.id, papers)
    async with desk.database.transaction() as tx:
        before = await store.lock(tx, desk.keyring, data.id)
        if before is not None:
            if before.organisation_id != organisation_id:
                raise problems.ApplicationIdTaken
            if before.standing not in (Standing.RECEIVED, Standing.APPLIED):
                raise problems.WrongStanding
            if await store.open_resolution(tx, data.id) is not None:
                raise problems.OtherDecisionWaits
        made = Application(
            id=data.id, organisation_id=organisation_id, organisation=organisation.name,
            name=Text(data.name_zh.strip(), data.name_en.strip()),
            categories=[Category(one) for one in dict.fromkeys(data.categories)], certificate=data.certificate,
            manifest=manifest.decode(), papers_digest=sm3(manifest), note=data.note, standing=Standing.RECEIVED,
            applied_by=person, applied_at=now, failure=None, revision=before.revision + 1 if before else 0,
        )  # fmt: skip
        await store.save(tx, desk.keyring, made)
        await store.insert_papers(tx, desk.keyring, made.id, made.revision, papers)
        await desk.journal.tell(tx, AccessApplied(application=made.id, matter=organisation_id), actor=person, at=now)
        return tx.answer(_office_view(desk, made, papers, [], [], [], [], base="my-applications"))


async def _papers(desk: Desk, person: PersonId, asked: list[PaperInput]) -> list[Paper]:
    materials = {
        one.id: one for one in await desk.materials.owned(person, tuple({UploadId(p.upload_id) for p in asked}))
    }
    papers = []
    for at, one in enumerate(asked):
        material = materials[one.upload_id]
        if material.state is not MaterialState.READY or material.digest is None:
            raise InvalidInput(fields=(FieldProblem(f"papers.{at}.upload_id", "upload-not-ready", _UNREADY),))
        media_type = material.inspection.media_type if material.inspection else "application/octet-stream"
        papers.append(
            Paper(
                id=new_id(), kind=one.kind, name=material.name, digest=material.digest, size=material.size,
                media_type=media_type, upload_id=one.upload_id,
            )
        )  # fmt: skip
    return papers


async def mine(desk: Desk, actor: Actor) -> list[OfficeView]:
    assert actor.person_id is not None
    own = await organisations(desk, actor.person_id)
    async with desk.database.reading() as reader:
        found = await store.applications(reader, desk.keyring, organisations=list(own))
    known = [await around(desk, one) for one in found]
    async with desk.database.reading() as reader:
        return [
            await whole(reader, desk, one, said, acts=[], base="my-applications")
            for one, said in zip(found, known, strict=True)
        ]


async def own_paper(
    desk: Desk, actor: Actor, application_id: str, paper_id: UUID
) -> tuple[str, int, AsyncIterator[bytes]]:
    """Raises NotFound."""
    assert actor.person_id is not None
    async with desk.database.reading() as reader:
        found = await store.application(reader, desk.keyring, application_id)
    if found.organisation_id not in await organisations(desk, actor.person_id):
        raise NotFound
    return await content_of(desk, found, paper_id)


async def content_of(desk: Desk, one: Application, paper_id: UUID) -> tuple[str, int, AsyncIterator[bytes]]:
    """Name, size and bytes of a document. Raises NotFound."""
    async with desk.database.reading() as reader:
        papers = await store.papers(reader, desk.keyring, one)
    paper = next((each for each in papers if each.id == paper_id), None)
    materials = await desk.materials.describe((paper.upload_id,)) if paper is not None else ()
    if paper is None or not materials:
        raise NotFound
    return paper.name, paper.size, desk.materials.read(materials[0], Part.ORIGINAL)


class Around(msgspec.Struct, frozen=True):
    """What others say of an application: names of people, the ledger's history. Asked before a transaction."""

    names: dict[PersonId, str]
    history: list[HistoryLine]


async def around(desk: Desk, one: Application, *people: PersonId) -> Around:
    async with desk.database.reading() as reader:
        sheets = await store.sheets(reader, one.id)
        resolutions = await store.resolutions(reader, one.id)
    wanted = {sheet.by for sheet in sheets} | {each.first for each in resolutions} | set(people)
    wanted |= {each.second for each in resolutions if each.second is not None}
    cards = await desk.people.cards(list(wanted))
    return Around({person: card.name for person, card in cards.items()}, await _history(desk, one))


async def whole(
    reader: Reader, desk: Desk, one: Application, known: Around, *, acts: list[PermittedAct], base: str
) -> OfficeView:
    """With papers, sheets and decisions. `base`: under which path its papers are read."""
    names = known.names
    sheets = [
        SheetView(
            standard=each.standard, score=each.score, passed=each.passed, lines=each.lines, by=names.get(each.by, ""),
            at=each.at,
        )
        for each in await store.sheets(reader, one.id)
    ]  # fmt: skip
    resolutions = [
        ResolutionView(
            id=each.id, decision=each.decision, label=rules.DECISIONS[each.decision], reasons=each.reasons,
            state="withdrawn" if each.state == "dropped" and each.second is None else each.state, first=names.get(each.first, ""), first_at=each.first_at,
            second=names.get(each.second, "") if each.second else None, second_at=each.second_at, failure=each.failure,
        )
        for each in await store.resolutions(reader, one.id)
    ]  # fmt: skip
    papers = await store.papers(reader, desk.keyring, one)
    return _office_view(desk, one, papers, sheets, resolutions, known.history, acts, base=base)


async def _history(desk: Desk, one: Application) -> list[HistoryLine]:
    if one.standing is Standing.RECEIVED and one.revision == 0:
        return []
    try:
        return history_of(await desk.briefly.get(("application", one.id), lambda: desk.reader.application(one.id)))
    except (LedgerUnavailable, NotFound):
        return []


def history_of(found: ApplicationHistory) -> list[HistoryLine]:
    """What the ledger says of it, oldest first."""
    return [_step(step) for step in found.history if step.at is not None]


def _step(step: ApplicationStep) -> HistoryLine:
    assert step.at is not None
    if step.decision is not None:
        return HistoryLine(at=step.at, act=step.decision, said=rules.DECISIONS[Decision(step.decision)])
    act = {"access.apply": "applied", "access.assess": "assessed", "access.rekey": "rekeyed"}.get(step.kind, step.kind)
    said = rules.STEP_NAMES.get(step.kind, Text(step.kind, step.kind))
    return HistoryLine(at=step.at, act=act, said=said, score=step.score)


def _card_of_line(line: ApplicationLine, known: Application | None) -> ApplicationCard:
    return ApplicationCard(
        id=line.id, name=line.name, organisation=line.organisation,
        categories=[Category(one) for one in line.categories if one in set(Category)],
        category_names=[categories.name_of(one) for one in line.categories], standing=line.standing,
        standing_name=rules.STANDINGS[line.standing], score=line.score, standard=line.standard,
        applied_at=known.applied_at if known else None, since=None,
    )  # fmt: skip


def _card_of(one: Application, score: int | None = None, standard: str | None = None) -> ApplicationCard:
    return ApplicationCard(
        id=one.id, name=one.name, organisation=one.organisation, categories=one.categories,
        category_names=[categories.name_of(each) for each in one.categories], standing=one.standing,
        standing_name=rules.STANDINGS[one.standing], score=score, standard=standard, applied_at=one.applied_at, since=None,
    )  # fmt: skip


def _office_view(
    desk: Desk, one: Application, papers: list[Paper], sheets: list[SheetView], resolutions: list[ResolutionView],
    history: list[HistoryLine], acts: list[PermittedAct], *, base: str,
) -> OfficeView:  # fmt: skip
    kinds = {paper.id: paper.text for version in desk.standards.versions.values() for paper in version.papers}
    last = sheets[0] if sheets else None
    return OfficeView(
        card=_card_of(one, last.score if last else None, last.standard if last else None), note=one.note,
        certificate_fingerprint=rules.fingerprint_of(one.certificate), papers_digest=one.papers_digest,
        papers=[
            PaperView(
                id=paper.id, kind=paper.kind, kind_name=kinds.get(paper.kind, Text(paper.kind, paper.kind)), name=paper.name,
                digest=paper.digest, size=paper.size, media_type=paper.media_type,
                content=f"/api/v1/ledger/{base}/{one.id}/papers/{paper.id}",
            )
            for paper in papers
        ],
        sheets=sheets, resolutions=resolutions, history=history, failure=one.failure, permitted_acts=acts,
    )  # fmt: skip
