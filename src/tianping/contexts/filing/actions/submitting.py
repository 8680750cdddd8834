"""Handing in: the check before, submitting, correcting, withdrawing. CPL arts. 123-126; ORL art. 9."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from tianping.contexts.filing.actions import views
from tianping.contexts.filing.actions.complaint import content_of
from tianping.contexts.filing.actions.desk import Desk
from tianping.contexts.filing.actions.drafting import held_by, kind_of
from tianping.contexts.filing.actions.standing import Standing, standing
from tianping.contexts.filing.model import Filing, State
from tianping.contexts.filing.model.views import FilingView, LikeFiling, MaterialView
from tianping.contexts.filing.rules import claims, clocks, completeness, eligibility, likeness, states, words
from tianping.contexts.filing.rules.claims import ComputedClaim
from tianping.contexts.filing.rules.completeness import Finding, Progress
from tianping.contexts.filing.rules.eligibility import FeeEstimate, Obstacle
from tianping.contexts.filing.rules.problems import (
    ComplaintChanged,
    CorrectionOverdue,
    FilingIncomplete,
    NotSigned,
    UploadsNotReady,
)
from tianping.contexts.filing.store import filings, reviews
from tianping.interfaces.filing import CorrectionReceived, FilingSubmitted, FilingWithdrawn
from tianping.interfaces.identity import Actor, Power
from tianping.interfaces.materials import Material, MaterialState
from tianping.kit.clock import court_day
from tianping.kit.ids import FilingId, PersonId, UploadId
from tianping.kit.money import Money
from tianping.kit.problems import FieldProblem, Text
from tianping.law.statutes import Article
from tianping.platform.database import Transaction, once


class Competence(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this court is competent by the answers. Only told to the filer; the reviewer decides."""

    competent: bool
    item: int | None
    why: Text
    other_court: Text | None
    articles: list[Article]


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole look at a draft before it is handed in. `ready`: nothing blocks, apart from the signature."""

    ready: bool
    signed: bool
    findings: list[Finding]
    progress: Progress
    materials: list[MaterialView]
    duplicates: list[LikeFiling]
    competence: Competence | None
    obstacles: list[Obstacle]
    total: Money | None
    fee: FeeEstimate | None
    procedure: str | None
    bench: str | None


class ClaimsView(msgspec.Struct, frozen=True, kw_only=True):
    """`claims` as chosen, `available` every claim of the type with what it would come to."""

    claims: list[ComputedClaim]
    available: list[ComputedClaim]
    total: Money | None
    fee: FeeEstimate | None
    procedure: str | None
    bench: str | None
    reasons: list[Text]


async def check(desk: Desk, actor: Actor, filing_id: FilingId) -> CheckView:
    """What is still missing, what was filed on the same facts, whether the court is competent. Raises NotFound."""
    filing, stand = await _seen(desk, actor, filing_id)
    kind = kind_of(desk, filing.answers)
    worked_out = claims.compute(kind, filing.answers, desk.law, desk.today)
    findings, progress = completeness.check(filing.answers, kind, worked_out, desk.law, desk.today)
    materials = await views.materials_of(desk, filing.answers)
    findings += _material_findings(filing, materials)
    money = claims_of(desk, filing)
    written = await desk.documents.compose_complaint(content_of(desk, filing))
    return CheckView(
        ready=not any(finding.blocking for finding in findings),
        signed=filing.signature is not None and filing.signature.digest == written.digest,
        findings=findings, progress=progress, materials=materials,
        duplicates=await duplicates_for(desk, filing, stand), competence=competence_of(desk, filing),
        obstacles=eligibility.obstacles(filing.answers.links, desk.law, desk.today),
        total=money.total, fee=money.fee, procedure=money.procedure, bench=money.bench,
    )  # fmt: skip


async def read_claims(desk: Desk, actor: Actor, filing_id: FilingId) -> ClaimsView:
    """Raises NotFound."""
    filing, _ = await _seen(desk, actor, filing_id)
    return claims_of(desk, filing)


def claims_of(desk: Desk, filing: Filing) -> ClaimsView:
    """Claims, fee, procedure and bench on the day of filing (today for a draft)."""
    kind = kind_of(desk, filing.answers)
    day = court_day(filing.head.submitted_at) if filing.head.submitted_at else desk.today
    worked_out = claims.compute(kind, filing.answers, desk.law, day)
    total = claims.total(worked_out)
    if kind is None:
        return ClaimsView(
            claims=worked_out, available=[], total=total, fee=None, procedure=None, bench=None, reasons=[]
        )
    found = claims.composed(filing.answers, worked_out, desk.law, day, province=desk.court.province.zh)
    cause = eligibility.cause_of(kind, filing.answers.cause) or kind.zh
    act = claims.fee_act(kind, cause, total, desk.law, day)
    fee = claims.fee(act, total, found.procedure, desk.law, day, base_fee=desk.court.base_fee)
    return ClaimsView(
        claims=worked_out, available=claims.available(kind, filing.answers, desk.law, day), total=total,
        fee=FeeEstimate(fee.fee, found.procedure, list(fee.steps), list(fee.articles)), procedure=found.procedure,
        bench=found.bench, reasons=list(found.reasons),
    )  # fmt: skip


def competence_of(desk: Desk, filing: Filing) -> Competence | None:
    """By the answers, with the parties' places where the filer told none."""
    kind = kind_of(desk, filing.answers)
    if kind is None:
        return None
    day = court_day(filing.head.submitted_at) if filing.head.submitted_at else desk.today
    links = dict(filing.answers.links)
    for fact, parties in (
        ("defendant_domicile", filing.answers.defendants),
        ("plaintiff_domicile", filing.answers.plaintiffs),
        ("victim_domicile", filing.answers.plaintiffs),
        ("buyer_domicile", filing.answers.plaintiffs),
    ):
        place = next((p.domicile or p.address for p in parties if p.domicile or p.address), "")
        if place:
            links.setdefault(fact, place)
    cause = eligibility.cause_of(kind, filing.answers.cause)
    found = eligibility.competence(kind, cause, links, desk.law, day, desk.seat)
    return Competence(
        competent=found.competent, item=found.item, why=found.why, other_court=found.who, articles=list(found.articles)
    )


async def duplicates_for(desk: Desk, filing: Filing, stand: Standing | None) -> list[LikeFiling]:
    """Filings that tell the same facts. `stand` None: a reviewer, who may see them all."""
    prints = prints_of(desk, filing)
    async with desk.database.reading() as reader:
        sharing = await reviews.sharing(reader, desk.keyring, filing.head.id, prints)
    found = []
    for head, kinds in sharing:
        if not likeness.same_facts(kinds):
            continue
        mine = stand is None or stand.person in (head.filer, head.for_person)
        if stand is not None and not mine and head.for_organisation is not None:
            mine = head.for_organisation == filing.head.for_organisation
        found.append(views.like_filing(head, kinds, visible=mine))
    return found


def prints_of(desk: Desk, filing: Filing) -> list[tuple[str, str]]:
    total = claims.total(claims.compute(kind_of(desk, filing.answers), filing.answers, desk.law, desk.today))
    return likeness.prints(filing.answers, amount=total.yuan if total else None)


def _deposited(filing: Filing) -> bool:
    return any(exhibit.chain_number.strip() for exhibit in filing.answers.evidence)


def _total(desk: Desk, filing: Filing) -> Money | None:
    """The sum claimed on the day of filing, today for a draft."""
    day = court_day(filing.head.submitted_at) if filing.head.submitted_at else desk.today
    return claims.total(claims.compute(kind_of(desk, filing.answers), filing.answers, desk.law, day))


@once
async def submit(desk: Desk, actor: Actor, filing_id: FilingId) -> FilingView:
    """Hand the complaint in: a number, the court's seven days (CPL art. 126), a receipt (RG art. 2).

    Raises: NotFound, ActNotPossible, FilingIncomplete, NotSigned, ComplaintChanged, UploadsNotReady.
    """
    seen, stand = await _seen(desk, actor, filing_id)
    states.after("submit", seen.head.state)
    files = await _fit_to_hand_in(desk, seen)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        filing = await filings.lock(tx, desk.keyring, filing_id)
        state = states.after("submit", filing.head.state)
        _unchanged(filing, seen)
        clock = clocks.review_clock(now, corrected=False, law=desk.law, calendar=desk.calendar())
        done = _handed_in(desk, filing, state, now=now, due=clock)
        # Others who hand in wait for the number from here on: what can be worked out before it, is.
        series = await filings.next_number(tx, desk.today.year)
        done = msgspec.structs.replace(
            done,
            head=msgspec.structs.replace(
                done.head, number=filing_number(desk.court.code, desk.today.year, series), submitted_at=now
            ),
        )
        await _keep(desk, tx, done, files)
        steps = await filings.note_and_read(
            tx, filing_id, "submit", state, by=stand.person, at=now, articles=states.ACTS["submit"].articles
        )
        await desk.journal.tell(
            tx, FilingSubmitted(filing_id=filing_id, deposited=_deposited(done)), actor=stand.person, at=now
        )
        return tx.answer(await views.filing_view(desk, tx, done, stand, steps=steps))


@once
async def correct(desk: Desk, actor: Actor, filing_id: FilingId) -> FilingView:
    """Hand in the correction: the court's seven days begin anew on the day after. ORL art. 9 para. 2, JI art. 126.

    Raises: NotFound, ActNotPossible, CorrectionOverdue, FilingIncomplete, NotSigned, ComplaintChanged,
    UploadsNotReady, SpecialPowerNeeded when an agent without the power changes the claims (CPL art. 62).
    """
    seen, stand = await _seen(desk, actor, filing_id)
    states.after("correct", seen.head.state)
    files = await _fit_to_hand_in(desk, seen)
    total = _total(desk, seen)
    if total != seen.head.amount:
        stand.need(Power.CHANGE_CLAIMS)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        filing = await filings.lock(tx, desk.keyring, filing_id)
        state = states.after("correct", filing.head.state)
        _unchanged(filing, seen)
        due = views.correction_due(filing.head)
        if due is not None and desk.today > due:
            raise CorrectionOverdue
        clock = clocks.review_clock(now, corrected=True, law=desk.law, calendar=desk.calendar())
        done = _handed_in(desk, filing, state, now=now, due=clock)
        done = msgspec.structs.replace(done, head=msgspec.structs.replace(done.head, corrected=True))
        await _keep(desk, tx, done, files)
        await filings.forget_filed(tx, filing_id)
        steps = await filings.note_and_read(
            tx, filing_id, "correct", state, by=stand.person, at=now, articles=("ORL 9.2", "JI 126")
        )
        await desk.journal.tell(
            tx, CorrectionReceived(filing_id=filing_id, deposited=_deposited(done)), actor=stand.person, at=now
        )
        return tx.answer(await views.filing_view(desk, tx, done, stand, steps=steps))


@once
async def withdraw(desk: Desk, actor: Actor, filing_id: FilingId) -> FilingView:
    """Take the filing back before it is accepted. CPL art. 13; an agent needs the special power (CPL art. 62).

    Raises: NotFound, ActNotPossible, SpecialPowerNeeded.
    """
    _, stand = await _seen(desk, actor, filing_id)
    stand.need(Power.WAIVE_CLAIMS)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        filing = await filings.lock(tx, desk.keyring, filing_id)
        state = states.after("withdraw", filing.head.state)
        head = msgspec.structs.replace(
            filing.head, state=state, decided_at=now, decided_by=stand.person, changed_at=now
        )
        await filings.save_head(tx, head)
        await filings.note(tx, filing_id, "withdraw", state, by=stand.person, at=now, articles=("CPL 13.2",))
        await desk.journal.tell(tx, FilingWithdrawn(filing_id=filing_id), actor=stand.person, at=now)
        done = msgspec.structs.replace(filing, head=head)
        return tx.answer(await views.filing_view(desk, tx, done, stand))


def filing_number(code: str, year: int, series: int) -> str:
    """The receipt number of a filing, such as `(2026)京0499收000123号`; the case number comes with acceptance."""
    return f"（{year}）{code}收{series:06d}号"


class _HandedIn(NamedTuple):
    """The files that go in: whose they are, and what they are."""

    owners: dict[UploadId, PersonId]
    described: dict[UploadId, Material]


async def _seen(desk: Desk, actor: Actor, filing_id: FilingId) -> tuple[Filing, Standing]:
    async with desk.database.reading() as reader:
        filing = await filings.read(reader, desk.keyring, filing_id)
    return filing, await standing(desk, actor, filing.head)


def _unchanged(filing: Filing, seen: Filing) -> None:
    """Raises ComplaintChanged if another device saved since the checks."""
    if filing.head.revision != seen.head.revision:
        raise ComplaintChanged(digest=filing.signature.digest if filing.signature else None)


async def _fit_to_hand_in(desk: Desk, filing: Filing) -> _HandedIn:
    """Complete, signed as it reads, every material ready and held."""
    kind = kind_of(desk, filing.answers)
    worked_out = claims.compute(kind, filing.answers, desk.law, desk.today)
    findings, _ = completeness.check(filing.answers, kind, worked_out, desk.law, desk.today)
    missing = tuple(FieldProblem(f.field, f.code, f.message) for f in findings if f.blocking)
    if missing:
        raise FilingIncomplete(fields=missing)
    await _check_signed(desk, filing)
    async with desk.database.reading() as reader:
        owners = await filings.exhibits(reader, filing.head.id)
    ids = views.uploads_of(filing.answers)
    described = {material.id: material for material in await desk.materials.describe(ids)}
    waiting = {
        str(upload): described[upload].state.value if upload in described else "missing"
        for upload in ids
        if upload not in described or described[upload].state is not MaterialState.READY
    }
    if waiting:
        raise UploadsNotReady(uploads=waiting)
    for owner in set(owners.values()):
        theirs = tuple(upload for upload, who in owners.items() if who == owner)
        await desk.materials.keep(owner, theirs, held_by=held_by(filing.head.id))
    return _HandedIn(owners, described)


async def _check_signed(desk: Desk, filing: Filing) -> None:
    if filing.signature is None:
        raise NotSigned
    written = await desk.documents.compose_complaint(content_of(desk, filing))
    if written.digest != filing.signature.digest:
        raise ComplaintChanged(digest=written.digest)


def _handed_in(desk: Desk, filing: Filing, state: State, *, now: datetime, due: clocks.DeadlineAnswer) -> Filing:
    kind = kind_of(desk, filing.answers)
    assert filing.signature is not None
    head = msgspec.structs.replace(
        filing.head, state=state, received_at=now, changed_at=now, review_due=clocks.last_day(due),
        round=filing.head.round + 1, digest=filing.signature.digest, amount=_total(desk, filing),
        cause=eligibility.cause_of(kind, filing.answers.cause) if kind else filing.answers.cause,
    )  # fmt: skip
    return msgspec.structs.replace(filing, head=head)


async def _keep(desk: Desk, tx: Transaction, filing: Filing, files: _HandedIn) -> None:
    await filings.save(tx, desk.keyring, filing)
    await filings.replace_exhibits(tx, filing.head.id, files.owners, files.described)
    await reviews.replace_fingerprints(tx, desk.keyring, filing.head.id, prints_of(desk, filing))


def _material_findings(filing: Filing, materials: list[MaterialView]) -> list[Finding]:
    """Uploads that are not ready yet, or never will be."""
    there = {material.upload_id: material for material in materials}
    found = []
    for position, exhibit in enumerate(filing.answers.evidence):
        if exhibit.upload_id is None:
            continue
        material = there.get(exhibit.upload_id)
        if material is not None and material.state == MaterialState.READY:
            continue
        waiting = material is not None and material.state in {MaterialState.RECEIVING, MaterialState.INSPECTING}
        message = (
            Text("材料仍在上传或者检查中", "The file is still being uploaded or inspected")
            if waiting
            else Text("材料不能使用，请重新上传", "The file cannot be used; upload it again")
        )
        code = "upload-not-ready" if waiting else "upload-unusable"
        field = f"evidence.{position}.upload_id"
        full = words.about(words.subject(filing.answers, field), message)
        found.append(Finding(field=field, code=code, message=full, short=message))
    return found
