"""Reading a case: who may, and what the case page, its lists and its docket show to the one who asks."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from tianping.contexts.cases.actions.desk import Desk, affiliation
from tianping.contexts.cases.model import Case, DocketEntry, Draw, DrawInput, Party, Request, Stage, Standing
from tianping.contexts.cases.model.views import (
    AgentView,
    CaseRow,
    CaseView,
    Counted,
    DivisionName,
    DrawsOfCase,
    DrawView,
    OpenRequest,
    PartyDetail,
    PartyName,
    PartyView,
    Reconsideration,
    RequestView,
    Sections,
)
from tianping.contexts.cases.rules import chain, course, draw, sight, words
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import docket as docket_store
from tianping.contexts.cases.store import draws as draw_store
from tianping.contexts.cases.store import requests as request_store
from tianping.interfaces.identity import Actor, Role
from tianping.kit.clock import court_day
from tianping.kit.ids import CaseId, FilingId
from tianping.kit.problems import NotFound
from tianping.law.case_numbers import CaseNumberUnreadable, parse_case_number

_REQUEST_READERS = frozenset({"bench", "clerk", "staff"})


async def standing_of(desk: Desk, actor: Actor, case: Case) -> Standing | None:
    """How the actor stands to a case; other contexts are only asked when the case itself does not say."""
    return sight.own_standing(case, actor) or sight.standing(
        case, actor, await affiliation(desk.people, actor, desk.today())
    )


async def see(desk: Desk, actor: Actor, case_id: UUID, *, what: str) -> tuple[Case, Standing]:
    """The case for one who may see it. Staff leave a trace of what they opened. Raises NotFound for all others."""
    async with desk.database.reading() as reader:
        case = await store.case(reader, desk.keyring, case_id)
    standing = await standing_of(desk, actor, case)
    if standing is None:
        raise NotFound
    if standing.kind in _REQUEST_READERS:
        await desk.people.record_access(actor, matter="case", matter_id=case.id, what=what, at=desk.clock.now())
    return case, standing


def view(desk: Desk, case: Case, standing: Standing, actor: Actor) -> CaseView:
    """The case page as this person sees it."""
    today = desk.today()
    division = next((d for d in desk.court.divisions if d.code == case.division), None)
    return CaseView(
        id=case.id, number=case.number, filing_id=case.filing_id, cause=case.cause, case_type=case.case_type,
        procedure=case.procedure, procedure_name=words.PROCEDURES[case.procedure], bench_kind=case.bench_kind,
        bench_kind_name=words.BENCH_KINDS[case.bench_kind], stage=case.stage, stage_line=course.stage_line(case),
        amount=case.amount, opened_at=case.opened_at, opened_on=case.opened_on,
        division=DivisionName(division.code, division.name) if division else None, related=case.related,
        parties=[party_view(p, standing, actor) for p in case.parties], bench=case.bench,
        next_step=course.next_step(case, desk.law, desk.calendar()),
        trial_due=case.trial_due, waiting=words.WAITING[case.waiting] if case.waiting else None,
        closed_at=case.closed_at, closed_ground=words.GROUNDS_CLOSED[case.closed_ground] if case.closed_ground else None,
        standing=standing.kind, side=standing.side,
        permitted_acts=course.permitted_acts(case, standing, actor, desk.law, today=today),
        open_requests=[request_view(desk, case, r, standing, actor, []) for r in _visible(case.open_requests, standing, actor)],
        sections=Sections(
            case.docket_seq, len(case.parties), case.evidence_count, case.document_count, case.request_count,
            case.draw_count,
        ),
        docket_head=case.docket_head,
    )  # fmt: skip


def party_view(party: Party, standing: Standing, actor: Actor) -> PartyView:
    mine = party.person_id == actor.person_id or (standing.side == party.capacity and actor.person_id in party.agents)
    identified = party.person_id is not None or party.organisation_id is not None or party.known is None
    return PartyView(
        party.ordinal, party.capacity, party.kind, party.name, identified, bool(party.agents), mine, party.known,
        words.capacity(party.capacity, party.independent_claim), party.independent_claim,
    )  # fmt: skip


def _visible(requests: Iterable[Request], standing: Standing, actor: Actor) -> list[Request]:
    """Recusal is the parties' matter too (CPL art. 48); reassignment is the court's own."""
    return [
        r
        for r in requests
        if r.kind == "recusal" or standing.kind in _REQUEST_READERS or r.requested_by == actor.person_id
    ]


def request_view(
    desk: Desk, case: Case, request: Request, standing: Standing, actor: Actor, among: list[Request]
) -> RequestView:
    grounds = words.RECUSAL_GROUNDS if request.kind == "recusal" else words.REASSIGNMENT_GROUNDS
    concerned = standing.kind in _REQUEST_READERS or request.requested_by == actor.person_id
    may_decide = (
        request.state == "open"
        and actor.person_id not in {request.requested_by, request.about}
        and course.may_decide(case, request.level, actor, standing)
    )
    return RequestView(
        id=request.id, kind=request.kind, about=request.about, about_name=request.about_name, ground=request.ground,
        ground_name=grounds[request.ground], requester=request.requester, requested_at=request.requested_at,
        level=request.level, level_name=words.LEVELS[request.level], due=request.due, reconsiders=request.reconsiders,
        state=request.state, reason=(request.reason or None) if concerned else None, decided_at=request.decided_at,
        decision_reason=request.decision_reason, may_decide=may_decide,
        counted=_counted_request(desk, request), reconsideration=_reconsideration(desk, case, request, actor, among),
    )  # fmt: skip


def _counted_request(desk: Desk, request: Request) -> Counted | None:
    if request.due is None:
        return None
    asked_on = court_day(request.requested_at)
    return course.counted(course.RECUSAL_TOPIC, asked_on, request.due, desk.law, desk.calendar())


def _reconsideration(
    desk: Desk, case: Case, request: Request, actor: Actor, among: list[Request]
) -> Reconsideration | None:
    """What became of the right to have a refusal of recusal reconsidered; None where there is no such right."""
    if request.kind != "recusal" or request.state != "refused" or request.reconsiders is not None:
        return None
    assert actor.person_id is not None
    again = course.reconsideration_of(request, among)
    may_ask = (
        case.stage is not Stage.CLOSED
        and course.is_applicant(case, request, actor.person_id)
        and course.why_no_reconsideration(case, request) is None
    )
    return Reconsideration(again.state if again else "none", may_ask, words.RECONSIDERATION, desk.law.article("CPL 50"))


async def waiting_requests(
    desk: Desk, actor: Actor, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[OpenRequest]:
    """Requests about the bench that wait for the actor's decision, oldest first. CPL arts. 49, 50."""
    assert actor.person_id is not None
    own = await affiliation(desk.people, actor, desk.today())
    principals = [m.principal_person for m in own.mandates if m.principal_person]
    decider = request_store.Decider(
        person=actor.person_id, president=Role.PRESIDENT in actor.roles, head=Role.DIVISION_HEAD in actor.roles,
        division=actor.division, persons=[actor.person_id, *principals],
        organisations=[*own.organisations, *(m.principal_organisation for m in own.mandates if m.principal_organisation)],
    )  # fmt: skip
    async with desk.database.reading() as reader:
        rows = await request_store.waiting_for(reader, decider, after=after, limit=limit)
    return [_open_request(row) for row in rows]


def _open_request(row: request_store.Row) -> OpenRequest:
    grounds = words.RECUSAL_GROUNDS if row.kind == "recusal" else words.REASSIGNMENT_GROUNDS
    again = row.reconsiders is not None
    return OpenRequest(
        id=row.id, kind=row.kind, kind_name=words.REQUEST_KINDS["again" if again else row.kind], case_id=row.case_id,
        case_number=row.case_number, cause=row.cause, about_name=row.about_name, ground_name=grounds[row.ground],
        requester=row.requester, requester_name=words.CAPACITIES[row.requester], requested_at=row.requested_at,
        again=again, due=row.due, level_name=words.LEVELS[row.level],
    )  # fmt: skip


async def requests_of(desk: Desk, actor: Actor, case_id: UUID) -> list[RequestView]:
    case, standing = await see(desk, actor, case_id, what="requests")
    async with desk.database.reading() as reader:
        requests = await request_store.of_case(reader, desk.keyring, case_id)
    return [request_view(desk, case, r, standing, actor, requests) for r in _visible(requests, standing, actor)]


async def parties_of(desk: Desk, actor: Actor, case_id: UUID) -> list[PartyDetail]:
    case, standing = await see(desk, actor, case_id, what="parties")
    cards = await desk.people.cards(sorted({agent for p in case.parties for agent in p.agents}))
    return [
        PartyDetail(
            party_view(p, standing, actor), [AgentView(a, cards[a].name) for a in p.agents if a in cards]
        )
        for p in case.parties
    ]  # fmt: skip


async def docket_of(
    desk: Desk, actor: Actor, case_id: UUID, *, after: int = 0, limit: int | None = None, what: str = "docket"
) -> tuple[Case, list[DocketEntry]]:
    """Entries in order; restricted contents only for those whom they are for."""
    case, standing = await see(desk, actor, case_id, what=what)
    async with desk.database.reading() as reader:
        entries = await docket_store.entries(reader, desk.keyring, case_id, after=after, limit=limit)
    shown = [
        e if sight.may_read_restricted(e, standing) else msgspec.structs.replace(e, disclosed=None) for e in entries
    ]
    return case, shown


async def docket_file(desk: Desk, actor: Actor, case_id: UUID) -> tuple[Case, bytes]:
    case, entries = await docket_of(desk, actor, case_id, what="docket export")
    court = {"code": desk.court.code, "zh": desk.court.name.zh, "en": desk.court.name.en}
    return case, chain.export(court, case.id, case.number, entries, at=desk.clock.now())


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to. `search`: part of a number or cause, or the whole name of a party."""

    number: str | None = None
    stage: str | None = None
    cause: str | None = None
    judge: UUID | None = None
    due_until: date | None = None
    waiting: bool | None = None
    mine: bool = False
    search: str | None = None


async def list_cases(
    desk: Desk, actor: Actor, wanted: Filter, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[CaseRow]:
    """Cases that the actor may see: as a party or agent, on the bench, and by office."""
    scope = await _scope(desk, actor)
    search = wanted.search.strip() if wanted.search and wanted.search.strip() else None
    narrowed = store.Wanted(
        number=_official(desk, wanted.number), stage=wanted.stage, cause=wanted.cause, judge=wanted.judge,
        due=wanted.due_until, waiting=wanted.waiting, mine=wanted.mine,
        text=_official(desk, search), name_digest=store.name_digest(desk.keyring, search) if search else None,
    )  # fmt: skip
    async with desk.database.reading() as reader:
        rows = await store.listing(reader, scope, narrowed, after=after, limit=limit)
    return [_row(desk, row) for row in rows]


def _official(desk: Desk, text: str | None) -> str | None:
    """A case number in the official writing, whatever brackets it was typed with; other text as it is."""
    if text is None:
        return None
    try:
        return str(parse_case_number(text, desk.law))
    except CaseNumberUnreadable:
        return text.strip()


async def _scope(desk: Desk, actor: Actor) -> store.Scope:
    assert actor.person_id is not None
    own = await affiliation(desk.people, actor, desk.today())
    persons: list[UUID] = [actor.person_id]
    organisations, matters = list(own.organisations), []
    by_matter = [m for m in own.mandates if m.matter is not None]
    for mandate in own.mandates:
        if mandate.matter is None:
            persons += [mandate.principal_person] if mandate.principal_person else []
            organisations += [mandate.principal_organisation] if mandate.principal_organisation else []
    if by_matter:
        async with desk.database.reading() as reader:
            known = await store.matters_of(reader, [m.matter for m in by_matter if m.matter])
        matters = [
            row["id"]
            for row in known
            for m in by_matter
            if m.matter in {row["id"], row["filing_id"]}
            and (m.principal_person in row["persons"] or m.principal_organisation in row["organisations"])
        ]
    roles = actor.roles
    heads = roles & {Role.DIVISION_HEAD, Role.CLERK}
    return store.Scope(
        person=actor.person_id, persons=persons, organisations=organisations, matters=matters,
        everything=Role.PRESIDENT in roles, divisions=[actor.division] if heads and actor.division else [],
        intake=bool(roles & {Role.FILING_JUDGE, Role.CLERK}),
    )  # fmt: skip


def _row(desk: Desk, row: dict[str, object]) -> CaseRow:
    line = msgspec.convert(row, _ListedCase, strict=False)
    step = course.step_name(line.stage, waiting=line.waiting, bench_notified=line.bench_notified)
    return CaseRow(
        line.id, line.number, line.filing_id, line.cause, line.case_type, line.procedure, line.stage, words.STAGES[line.stage],
        store.amount(row), line.opened_at, line.opened_on,
        [PartyName(p.capacity, store.party_name(desk.keyring, p.name)) for p in line.parties], line.judges,
        words.NEXT[step], line.next_due, words.WAITING[line.waiting] if line.waiting else None, line.division,
    )  # fmt: skip


class _ListedCase(msgspec.Struct, frozen=True):
    id: CaseId
    number: str
    filing_id: FilingId
    cause: str
    case_type: str
    procedure: str
    stage: Stage
    opened_at: datetime
    opened_on: date
    next_due: date | None
    waiting: str | None
    bench_notified: bool
    division: str | None
    parties: list[PartyName]
    judges: list[str]


async def draws_by_number(desk: Desk, number: str) -> DrawsOfCase:
    """Public. Raises NotFound, CaseNumberUnreadable."""
    async with desk.database.reading() as reader:
        case_id = await store.id_of_number(reader, str(parse_case_number(number, desk.law)))
    return await draws_of(desk, case_id)


async def draws_of(desk: Desk, case_id: UUID) -> DrawsOfCase:
    """Public: every draw of a case with seed, input and steps. Raises NotFound when nothing was drawn."""
    async with desk.database.reading() as reader:
        draws = await draw_store.draws_of(reader, case_id)
    if not draws:
        raise NotFound
    return DrawsOfCase(draws[0].case_id, draws[0].case_number, [_draw_view(d) for d in draws])


def _draw_view(done: Draw) -> DrawView:
    return DrawView(
        format="tianping-draw/1", case_id=done.case_id, case_number=done.case_number, ordinal=done.ordinal,
        purpose=done.purpose, purpose_name=words.PURPOSES[done.purpose], at=done.at, basis=done.basis,
        basis_name=words.BASES[done.basis], basis_at=done.basis_at, commitment=done.commitment, seed=done.seed,
        input=msgspec.json.decode(done.input, type=DrawInput), input_text=done.input, steps=done.steps,
        chosen=done.chosen, judges=done.judges, verified=draw.verify(done),
    )  # fmt: skip
