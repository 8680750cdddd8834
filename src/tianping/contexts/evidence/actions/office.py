"""The office that decides on access: one assesses, two decide, one may stop at once; then it is entered on the ledger.

The keys that sign are the court's two officer keys; which person acted is in the court's journal and in its own tables.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import structlog

from tianping.contexts.evidence.actions.applying import Around, around, content_of, standard, whole
from tianping.contexts.evidence.desk import OFFICERS, Desk
from tianping.contexts.evidence.model.access import (
    Application,
    Decision,
    OfficeView,
    Resolution,
    Sheet,
    SheetLine,
    Standing,
)
from tianping.contexts.evidence.rules import access as rules
from tianping.contexts.evidence.rules import problems
from tianping.contexts.evidence.store import access as store
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.evidence import AccessAssessed, AccessDecided, AccessProposed
from tianping.interfaces.identity import Actor, Role
from tianping.interfaces.ledger_access import Applying, SignatureAwaited
from tianping.kit.ids import new_id
from tianping.kit.problems import NotFound, Problem, Text, TooManyRequests, Unavailable
from tianping.platform.database import Reader, Transaction

log = structlog.get_logger(__name__)

_FINAL = frozenset({Standing.REVOKED})


async def all_of_them(desk: Desk, actor: Actor) -> list[OfficeView]:
    """Those of which something waits first, then newest first."""
    async with desk.database.reading() as reader:
        found = await store.applications(reader, desk.keyring)
    views = [await _view(desk, actor, one) for one in found]
    return sorted(views, key=lambda view: not _waits(view))


async def see(desk: Desk, actor: Actor, application_id: str) -> OfficeView:
    """Raises NotFound."""
    async with desk.database.reading() as reader:
        found = await store.application(reader, desk.keyring, application_id)
    return await _view(desk, actor, found)


async def paper(desk: Desk, actor: Actor, application_id: str, paper_id: UUID) -> tuple[str, int, AsyncIterator[bytes]]:
    """Opening it is noted. Raises NotFound."""
    async with desk.database.reading() as reader:
        found = await store.application(reader, desk.keyring, application_id)
    content = await content_of(desk, found, paper_id)
    await desk.people.record_access(
        actor, matter="ledger-application", matter_id=found.organisation_id, what="paper", at=desk.clock.now()
    )
    return content


async def assess(desk: Desk, actor: Actor, application_id: str, lines: list[SheetLine]) -> OfficeView:
    """By the standard in force. Raises NotFound, SheetIncomplete, WrongStanding."""
    assert actor.person_id is not None
    now = desk.clock.now()
    in_force = standard(desk)
    score, passed = rules.score_of(lines, in_force)
    known = await _around(desk, actor, application_id)
    async with desk.database.transaction() as tx:
        one = await _lock(tx, desk, application_id)
        if one.standing in _FINAL:
            raise problems.WrongStanding
        sheet = Sheet(
            id=new_id(), application=one.id, standard=in_force.id, score=score, passed=passed, lines=lines, by=actor.person_id,
            at=now,
        )  # fmt: skip
        await store.insert_sheet(tx, sheet)
        await desk.journal.tell(
            tx,
            AccessAssessed(application=one.id, matter=one.organisation_id, sheet_id=sheet.id),
            actor=actor.person_id,
            at=now,
        )
        return tx.answer(await _whole(tx, desk, actor, one, known))


async def approve(desk: Desk, actor: Actor, application_id: str, reasons: str) -> OfficeView:
    """Probation, or admission after it. Raises as `decide`."""
    await desk.database.stop_if_done()
    async with desk.database.reading() as reader:
        one = await store.application(reader, desk.keyring, application_id)
    return await decide(desk, actor, application_id, rules.approval_of(one), reasons)


async def decide(desk: Desk, actor: Actor, application_id: str, decision: Decision, reasons: str) -> OfficeView:
    """The first officer proposes, another joins; suspending takes one.

    Raises NotFound, WrongStanding, ScoreTooLow, OnProbation, SameOfficer, OtherDecisionWaits, DecisionUnderWay.
    """
    assert actor.person_id is not None
    known = await _around(desk, actor, application_id)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        one = await _lock(tx, desk, application_id)
        waiting = await store.open_resolution(tx, one.id)
        await _check(tx, desk, one, decision, at=now)
        if waiting is not None and _gives_way(waiting, decision):
            said = f"{waiting.reasons}\n{reasons}"
            await store.second(tx, waiting.id, by=actor.person_id, at=now, reasons=said, state="dropped")
            waiting = None
        if waiting is not None:
            await _join(tx, desk, actor, one, waiting, decision, reasons, at=now)
        else:
            at_once = decision is Decision.SUSPEND
            made = Resolution(
                id=new_id(), application=one.id, decision=decision, reasons=reasons, state="decided" if at_once else "waiting",
                first=actor.person_id, first_at=now, second=None, second_at=None, recorded_at=None, failure=None,
            )  # fmt: skip
            await store.insert_resolution(tx, made)
            event = AccessDecided if at_once else AccessProposed
            await desk.journal.tell(
                tx, event(application=one.id, matter=one.organisation_id, resolution_id=made.id), actor=actor.person_id,
                at=now,
            )  # fmt: skip
        return tx.answer(await _whole(tx, desk, actor, one, known))


async def drop(desk: Desk, actor: Actor, application_id: str, reasons: str) -> OfficeView:
    """The second officer does not join, or the first withdraws what they proposed. Raises NotFound, NoDecisionWaits."""
    assert actor.person_id is not None
    known = await _around(desk, actor, application_id)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        one = await _lock(tx, desk, application_id)
        waiting = await store.open_resolution(tx, one.id)
        if waiting is None or waiting.state != "waiting":
            raise problems.NoDecisionWaits
        said = f"{waiting.reasons}\n{reasons}"
        await store.second(tx, waiting.id, by=actor.person_id, at=now, reasons=said, state="dropped")
        return tx.answer(await _whole(tx, desk, actor, one, known))


def _gives_way(waiting: Resolution, decision: Decision) -> bool:
    """Stopping an application at once does not wait for what is still being considered about it."""
    return decision is Decision.SUSPEND and waiting.state == "waiting"


def _check_joining(waiting: Resolution, actor: Actor, decision: Decision) -> None:
    """Raises DecisionUnderWay, OtherDecisionWaits, SameOfficer."""
    if waiting.state != "waiting":
        raise problems.DecisionUnderWay
    if waiting.decision is not decision:
        raise problems.OtherDecisionWaits
    if waiting.first == actor.person_id:
        raise problems.SameOfficer


async def _join(
    tx: Transaction, desk: Desk, actor: Actor, one: Application, waiting: Resolution, decision: Decision, reasons: str, *,
    at: datetime,
) -> None:  # fmt: skip
    assert actor.person_id is not None
    _check_joining(waiting, actor, decision)
    said = waiting.reasons if reasons.strip() == waiting.reasons.strip() else f"{waiting.reasons}\n{reasons}"
    await store.second(tx, waiting.id, by=actor.person_id, at=at, reasons=said, state="decided")
    await desk.journal.tell(
        tx, AccessDecided(application=one.id, matter=one.organisation_id, resolution_id=waiting.id), actor=actor.person_id,
        at=at,
    )  # fmt: skip


async def _check(reader: Reader, desk: Desk, one: Application, decision: Decision, *, at: datetime) -> None:
    sheets = await store.sheets(reader, one.id)
    recorded = [each for each in await store.resolutions(reader, one.id) if each.state == "recorded"]
    since = next((each for each in recorded if each.decision in (Decision.PROBATION, Decision.RESUME)), None)
    rules.check_decision(
        one, decision, sheet=sheets[0] if sheets else None, probation_since=since, at=at, standard=standard(desk)
    )


async def record(desk: Desk, application_id: str) -> bool:
    """Enter on the ledger what was applied for, assessed and decided, in that order. False: it is not taken now. Idempotent."""
    async with desk.database.reading() as reader:
        one = await store.application(reader, desk.keyring, application_id)
        sheets = await store.sheets(reader, application_id, unrecorded=True)
        resolution = await store.open_resolution(reader, application_id)
    try:
        if one.standing is Standing.RECEIVED and one.failure is None:
            await _enter_application(desk, one)
        for sheet in sheets:
            await _enter_sheet(desk, one, sheet)
        if resolution is not None and resolution.state == "decided":
            await _enter_resolution(desk, one, resolution)
        desk.briefly.forget()
    except (Unavailable, TooManyRequests):
        return False
    return True


async def record_waiting(desk: Desk) -> None:
    async with desk.database.reading() as reader:
        waiting = await store.waiting(reader)
    for application_id in waiting:
        if not await record(desk, application_id):
            return


async def _enter_application(desk: Desk, one: Application) -> None:
    wanted = Applying(
        id=one.id, name_zh=one.name.zh, name_en=one.name.en, organisation=one.organisation, categories=list(one.categories),
        certificate=one.certificate, papers=one.manifest.encode(),
    )  # fmt: skip
    try:
        await desk.office.apply(wanted, ref=f"apply/{one.id}/{one.revision}")
    except Problem as refused:
        _only_refusals(refused)
        async with desk.database.transaction() as tx:
            await store.application_failed(tx, one.id, refused.explanation or refused.title)
        return
    async with desk.database.transaction() as tx:
        await store.set_standing(tx, one.id, Standing.APPLIED)


async def _enter_sheet(desk: Desk, one: Application, sheet: Sheet) -> None:
    points = {line.item: line.score for line in sheet.lines}
    remarks = {line.item: line.remark for line in sheet.lines if line.remark}
    try:
        await desk.office.assess(
            one.id, categories=list(one.categories), standard=sheet.standard, points=points, remarks=remarks,
            ref=f"assess/{sheet.id}",
        )  # fmt: skip
    except Problem as refused:
        _only_refusals(refused)
        async with desk.database.transaction() as tx:
            await store.sheet_failed(tx, sheet.id, refused.explanation or refused.title)
        return
    async with desk.database.transaction() as tx:
        await store.sheet_recorded(tx, sheet.id, at=desk.clock.now())


async def _enter_resolution(desk: Desk, one: Application, resolution: Resolution) -> None:
    try:
        await desk.office.decide(
            one.id, categories=list(one.categories), decision=resolution.decision, reasons=resolution.reasons,
            ref=f"decide/{resolution.id}",
        )  # fmt: skip
    except SignatureAwaited as awaited:
        said = awaited.title
        more = Text(
            f"{said.zh}（ledger decision pending → sign → send）", f"{said.en} (ledger decision pending → sign → send)"
        )
        async with desk.database.transaction() as tx:
            await store.resolution_proposed(tx, resolution.id, more)
        return
    except Problem as refused:
        _only_refusals(refused)
        async with desk.database.transaction() as tx:
            await store.resolution_refused(tx, resolution.id, refused.explanation or refused.title)
        return
    async with desk.database.transaction() as tx:
        await store.resolution_recorded(tx, resolution.id, at=desk.clock.now())
        await store.set_standing(tx, one.id, rules.STEPS[resolution.decision][1])


def _only_refusals(problem: Problem) -> None:
    """What another try may settle is raised again."""
    if isinstance(problem, (Unavailable, TooManyRequests)):
        raise problem


async def _lock(tx: Transaction, desk: Desk, application_id: str) -> Application:
    found = await store.lock(tx, desk.keyring, application_id)
    if found is None:
        raise NotFound
    return found


def _waits(view: OfficeView) -> bool:
    return any(act.permitted for act in view.permitted_acts if act.act in ("assess", "approve", "join"))


async def _around(desk: Desk, actor: Actor, application_id: str) -> Around:
    """Before an act. Raises NotFound, and ActReplayed when it was done before."""
    assert actor.person_id is not None
    await desk.database.stop_if_done()
    async with desk.database.reading() as reader:
        found = await store.application(reader, desk.keyring, application_id)
    return await around(desk, found, actor.person_id)


async def _view(desk: Desk, actor: Actor, one: Application) -> OfficeView:
    known = await around(desk, one)
    async with desk.database.reading() as reader:
        return await _whole(reader, desk, actor, one, known)


async def _whole(reader: Reader, desk: Desk, actor: Actor, one: Application, known: Around) -> OfficeView:
    return await whole(reader, desk, one, known, acts=await _acts(reader, desk, actor, one), base="office")


_LABELS: tuple[tuple[str, Text, Decision | None], ...] = (
    ("approve", Text("批准", "Approve"), None),
    ("refuse", rules.DECISIONS[Decision.REFUSE], Decision.REFUSE),
    ("suspend", rules.DECISIONS[Decision.SUSPEND], Decision.SUSPEND),
    ("resume", rules.DECISIONS[Decision.RESUME], Decision.RESUME),
    ("revoke", rules.DECISIONS[Decision.REVOKE], Decision.REVOKE),
)


_WITHDRAW = Text("撤回该决定", "Withdraw this decision")
_DROP = Text("不同意，终止该决定", "Do not join: drop this decision")


async def _acts(reader: Reader, desk: Desk, actor: Actor, one: Application) -> list[PermittedAct]:
    """What this officer may do with it now, and why not."""
    href = f"/api/v1/ledger/applications/{one.id}"
    waiting = await store.open_resolution(reader, one.id)
    acts = []
    if Role.SECURITY_ADMIN in actor.roles:
        final = one.standing in _FINAL
        why = rules.MEANINGS[one.standing] if final else None
        acts.append(PermittedAct("assess", Text("评估打分", "Assess"), not final, f"{href}/assess", why))
    for name, label, decision in _LABELS:
        may = OFFICERS | {Role.SECURITY_ADMIN} if name == "suspend" else OFFICERS
        if not actor.roles & may:
            continue
        reason = await _reason_against(reader, desk, actor, one, decision, waiting)
        shown = label
        if decision is None:
            shown = {Standing.APPLIED: rules.DECISIONS[Decision.PROBATION], Standing.PROBATION: rules.DECISIONS[Decision.ADMIT]}.get(
                one.standing, label
            )  # fmt: skip
        acts.append(PermittedAct(name, shown, reason is None, f"{href}/{name}", reason))
    if actor.roles & OFFICERS and waiting is not None and waiting.state == "waiting":
        acts.append(
            PermittedAct(
                "drop-decision", _WITHDRAW if waiting.first == actor.person_id else _DROP, True, f"{href}/drop-decision"
            )
        )
    return acts


async def _reason_against(
    reader: Reader, desk: Desk, actor: Actor, one: Application, decision: Decision | None, waiting: Resolution | None
) -> Text | None:
    """Why not now; None: it may be done."""
    try:
        wanted = decision or rules.approval_of(one)
        await _check(reader, desk, one, wanted, at=desk.clock.now())
        if waiting is not None and not _gives_way(waiting, wanted):
            _check_joining(waiting, actor, wanted)
    except Problem as refused:
        return refused.explanation or refused.title
    return None
