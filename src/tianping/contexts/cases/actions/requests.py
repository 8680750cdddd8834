"""Requests about the bench: recusal by a party (CPL arts. 47-50) and reassignment inside the court."""

from uuid import UUID

import msgspec

from tianping.contexts.cases.actions.assignment import Basis, fill_bench, roster
from tianping.contexts.cases.actions.desk import Desk, actor_word, affiliation
from tianping.contexts.cases.actions.reading import view
from tianping.contexts.cases.model import Case, Exclusion, Request, Standing
from tianping.contexts.cases.model.views import CaseView
from tianping.contexts.cases.rules import course, sight, words
from tianping.contexts.cases.rules.problems import (
    BenchNotFixed,
    NotOnThisBench,
    NotReconsiderable,
    NotTheDecider,
    OwnRequest,
    RequestDecidedAlready,
    RequestOpenAlready,
    TooFewJudges,
)
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import docket
from tianping.contexts.cases.store import requests as request_store
from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import PersonId, new_id
from tianping.kit.problems import NotFound, NotPermitted
from tianping.platform.database import Transaction

TELL_DECIDERS = "cases.tell_deciders"
"""Job that tells those who decide a request that it is there, and until when."""

TELL_DECISION = "cases.tell_decision"
"""Job that tells the one who asked what was decided."""

_PARTY_SIDE = frozenset({"plaintiff", "defendant", "third_party", "agent"})


async def request_recusal(
    desk: Desk, actor: Actor, case_id: UUID, *, about: PersonId, ground: str, reason: str
) -> CaseView:
    """A party, an agent or the judge concerned asks that someone does not take part. CPL arts. 47, 48.

    Raises: NotFound, NotPermitted, CaseClosedAlready, NotOnThisBench, RequestOpenAlready.
    """
    own = await affiliation(desk.people, actor, desk.today())
    president = await _is_president(desk, about)
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        if standing.kind not in _PARTY_SIDE and about != actor.person_id:
            raise NotPermitted
        level = course.recusal_level(case, about, about_is_president=president)
        await _ask(
            desk, tx, case, standing, actor, kind="recusal", about=about, ground=ground, reason=reason, level=level
        )
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def request_reassignment(
    desk: Desk, actor: Actor, case_id: UUID, *, about: PersonId, ground: str, reason: str
) -> CaseView:
    """A member of the bench or its leadership asks for another judge, with a reason.

    Raises: NotFound, NotPermitted, CaseClosedAlready, NotOnThisBench, RequestOpenAlready.
    """
    own = await affiliation(desk.people, actor, desk.today())
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        assert actor.person_id is not None
        leader = standing.kind == "staff" and bool(standing.roles & {Role.DIVISION_HEAD, Role.PRESIDENT})
        if not leader and not sight.judges_it(case, actor.person_id):
            raise NotPermitted
        if not any(j.person_id == about for j in case.judges):
            raise NotOnThisBench
        await _ask(
            desk, tx, case, standing, actor,
            kind="reassignment", about=about, ground=ground, reason=reason, level="leadership",
        )  # fmt: skip
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def decide_recusal(
    desk: Desk, actor: Actor, case_id: UUID, request_id: UUID, *, granted: bool, reason: str
) -> CaseView:
    """The level that the law names decides, within three days. CPL arts. 49, 50.

    A judge who must go is replaced by a draw; without an eligible judge the case waits.
    Raises: NotFound, NotTheDecider, OwnRequest, RequestDecidedAlready.
    """
    own = await affiliation(desk.people, actor, desk.today())
    staff = await roster(desk)
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        request = await _decide(
            desk, tx, case, standing, actor, request_id, kind="recusal", granted=granted, reason=reason
        )
        if granted:
            await _bar(desk, tx, case, request, actor, kind="recusal")
            case = await _remove(desk, tx, case, request.about)
            await fill_bench(
                desk, tx, case, staff,
                purpose="recusal", bases=[Basis("request", request.requested_at)], actor=actor.person_id,
            )  # fmt: skip
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def reconsider_recusal(desk: Desk, actor: Actor, case_id: UUID, request_id: UUID, *, reason: str) -> CaseView:
    """Ask once that a refusal of recusal is reconsidered; it is decided within three days, and meanwhile the person
    goes on taking part. CPL art. 50.

    Raises: NotFound, NotReconsiderable, NotOnThisBench.
    """
    own = await affiliation(desk.people, actor, desk.today())
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        first = await request_store.lock(tx, desk.keyring, case_id, request_id)
        assert actor.person_id is not None
        if not course.is_applicant(case, first, actor.person_id):
            raise NotFound
        again = await request_store.reconsidered(tx, first.id)
        if first.kind != "recusal" or first.state != "refused" or first.reconsiders is not None or again:
            raise NotReconsiderable
        await _ask(
            desk, tx, case, standing, actor, kind="recusal", about=first.about, ground=first.ground, reason=reason,
            level=first.level, reconsiders=first.id,
        )  # fmt: skip
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def decide_reassignment(
    desk: Desk, actor: Actor, case_id: UUID, request_id: UUID, *, granted: bool, reason: str
) -> CaseView:
    """Approve with a new draw that excludes the judge, or refuse. Nobody approves the own request.

    Raises: NotFound, OwnRequest, NotTheDecider, RequestDecidedAlready, TooFewJudges (nothing is changed then).
    """
    own = await affiliation(desk.people, actor, desk.today())
    staff = await roster(desk)
    async with desk.database.transaction() as tx:
        case, standing = await for_act(desk, tx, case_id, actor, own)
        request = await _decide(
            desk, tx, case, standing, actor, request_id, kind="reassignment", granted=granted, reason=reason
        )
        if granted:
            await _bar(desk, tx, case, request, actor, kind="reassigned")
            case = await _remove(desk, tx, case, request.about)
            filled = await fill_bench(
                desk, tx, case, staff,
                purpose="reassignment", bases=[Basis("request", request.requested_at)], actor=actor.person_id,
            )  # fmt: skip
            if filled.waiting:
                raise TooFewJudges
        return tx.answer(await after_act(desk, tx, case, standing, actor))


async def for_act(
    desk: Desk, tx: Transaction, case_id: UUID, actor: Actor, own: sight.Affiliation
) -> tuple[Case, Standing]:
    """The locked, open case with the actor's standing. Raises NotFound, CaseClosedAlready."""
    case = await store.lock(tx, desk.keyring, case_id)
    standing = sight.standing(case, actor, own)
    if standing is None:
        raise NotFound
    course.check_open(case)
    return case, standing


async def _ask(
    desk: Desk, tx: Transaction, case: Case, standing: Standing, actor: Actor, *,
    kind: str, about: PersonId, ground: str, reason: str, level: str, reconsiders: UUID | None = None,
) -> None:  # fmt: skip
    assert actor.person_id is not None
    member = next((s for s in case.bench if s.person_id == about), None)
    if not case.bench:
        raise BenchNotFixed
    if member is None:
        raise NotOnThisBench
    if any(r.kind == kind and r.about == about for r in case.open_requests):
        raise RequestOpenAlready
    now = desk.clock.now()
    requester = standing.side or standing.kind
    request = Request(
        id=new_id(), kind=kind, about=about, about_name=member.name, level=level, ground=ground,
        requested_by=actor.person_id, requester=requester, requested_at=now,
        due=course.recusal_due(desk.today(), desk.law, desk.calendar()) if kind == "recusal" else None,
        reconsiders=reconsiders, state="open", decided_by=None, decided_at=None, reason=reason,
    )  # fmt: skip
    await request_store.insert(tx, desk.keyring, case.id, request)
    grounds = words.RECUSAL_GROUNDS if kind == "recusal" else words.REASSIGNMENT_GROUNDS
    fact = words.request_made(
        kind, member.name, grounds[ground], reason, requester, str(request.id), again=reconsiders is not None
    )
    role = requester if standing.kind in _PARTY_SIDE else actor_word(case, actor)
    await docket.append(tx, desk.keyring, case.id, fact, actor=role, at=now)
    await desk.jobs.defer(tx, TELL_DECIDERS, lock=f"cases:{case.id}", case_id=str(case.id), request_id=str(request.id))


async def _decide(
    desk: Desk, tx: Transaction, case: Case, standing: Standing, actor: Actor, request_id: UUID, *,
    kind: str, granted: bool, reason: str,
) -> Request:  # fmt: skip
    assert actor.person_id is not None
    request = await request_store.lock(tx, desk.keyring, case.id, request_id)
    if request.kind != kind:
        raise NotFound
    if request.state != "open":
        raise RequestDecidedAlready
    if actor.person_id in {request.requested_by, request.about}:
        raise OwnRequest
    if not course.may_decide(case, request.level, actor, standing):
        raise NotTheDecider
    now = desk.clock.now()
    state = "granted" if granted else "refused"
    await request_store.decide(tx, desk.keyring, request.id, state=state, by=actor.person_id, at=now, reason=reason)
    fact = words.request_decided(kind, request.about_name, request.level, reason, str(request.id), granted=granted)
    await docket.append(tx, desk.keyring, case.id, fact, actor=actor_word(case, actor), at=now)
    await desk.jobs.defer(tx, TELL_DECISION, lock=f"cases:{case.id}", case_id=str(case.id), request_id=str(request.id))
    return request


async def _bar(desk: Desk, tx: Transaction, case: Case, request: Request, actor: Actor, *, kind: str) -> None:
    assert actor.person_id is not None
    barred = Exclusion(new_id(), request.about, kind, None, case.id, actor.person_id, desk.clock.now(), None)
    await request_store.exclude(tx, desk.keyring, barred)


async def _remove(desk: Desk, tx: Transaction, case: Case, about: PersonId) -> Case:
    await store.unseat(tx, case.id, about, at=desk.clock.now())
    return msgspec.structs.replace(case, bench=[s for s in case.bench if s.person_id != about])


async def _is_president(desk: Desk, person_id: PersonId) -> bool:
    return any(m.person_id == person_id for m in await desk.people.staff(Role.PRESIDENT))


async def after_act(desk: Desk, tx: Transaction, case: Case, standing: Standing, actor: Actor) -> CaseView:
    """The case page after the act, read in its transaction."""
    return view(desk, await store.case(tx, desk.keyring, case.id), standing, actor)
