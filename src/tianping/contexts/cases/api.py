"""HTTP of cases: decode, call, answer. Acts answer the case page as it is after them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import MediaType, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Dependency, Parameter

from tianping.contexts.cases.actions import changes, exclusions, reading, requests
from tianping.contexts.cases.actions.desk import Desk
from tianping.contexts.cases.model import Commitment, DocketEntry, Exclusion
from tianping.contexts.cases.model.views import CaseRow, CaseView, DrawsOfCase, OpenRequest, PartyDetail, RequestView
from tianping.contexts.cases.store import draws as draw_store
from tianping.interfaces.identity import Actor
from tianping.kit.ids import PersonId
from tianping.platform.http.guard import PUBLIC, permit
from tianping.platform.http.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, read_cursor, write_cursor

CasesDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]
Limit = Annotated[int, Parameter(ge=1, le=MAX_LIMIT, description="How many at most")]
Reason = Annotated[
    str, msgspec.Meta(min_length=5, max_length=2000, examples=["被申请人与原告系大学同学，可能影响公正审理。"])
]
AnId = Annotated[UUID, msgspec.Meta(examples=["0192f0a0-0000-7000-8000-000000000001"])]
_TAGS = ["cases"]


class AskRecusal(msgspec.Struct, frozen=True):
    """`ground` of CPL art. 47. `person_id`: whom, from the bench."""

    person_id: AnId
    ground: Literal["party_or_relative", "interest", "relation", "gift_or_meeting"]
    reason: Reason


class AskReassignment(msgspec.Struct, frozen=True):
    person_id: AnId
    ground: Literal["illness", "transfer", "leave", "workload", "other"]
    reason: Reason


class Decide(msgspec.Struct, frozen=True):
    request_id: AnId
    reason: Reason


class DecideRecusal(msgspec.Struct, frozen=True):
    request_id: AnId
    granted: bool
    reason: Reason


class Rule(msgspec.Struct, frozen=True):
    reason: Reason


class ChangeProcedure(msgspec.Struct, frozen=True):
    procedure: Literal["simplified", "ordinary"]
    reason: Reason


class Designate(msgspec.Struct, frozen=True):
    person_id: AnId


class Declare(msgspec.Struct, frozen=True):
    """`judge` null: about oneself. `party_name`: the whole name of the person or organisation."""

    party_name: Annotated[str, msgspec.Meta(min_length=2, max_length=100, examples=["北京某某科技有限公司"])]
    kind: Literal["kinship", "recusal"] = "kinship"
    judge: UUID | None = None


@get("/cases", opt=permit("cases.read"), tags=_TAGS, summary="My cases, or those of my office")
async def list_cases(
    cases_desk: CasesDesk,
    actor: Who,
    number: Annotated[str | None, Parameter(description="Case number, any brackets")] = None,
    stage: Literal["opened", "awaiting_fee", "paid", "assigned", "closed"] | None = None,
    cause: str | None = None,
    judge: Annotated[UUID | None, Parameter(description="On the bench now")] = None,
    due_until: Annotated[date | None, Parameter(description="Open cases whose next step is due by this day")] = None,
    waiting: Annotated[bool | None, Parameter(description="Waiting for a bench")] = None,
    mine: Annotated[bool, Parameter(description="Only as a party, agent or on the bench")] = False,
    search: Annotated[
        str | None, Parameter(max_length=100, description="Number, cause, or a party's whole name")
    ] = None,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[CaseRow]:
    """Newest first. Nobody sees a case here that they may not open."""
    wanted = reading.Filter(
        number=number, stage=stage, cause=cause, judge=judge, due_until=due_until, waiting=waiting, mine=mine,
        search=search,
    )  # fmt: skip
    after = read_cursor(cursor, datetime, UUID)
    rows = await reading.list_cases(cases_desk, actor, wanted, after=after, limit=limit + 1)  # type: ignore[arg-type]
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, write_cursor(rows[-1].opened_at, rows[-1].id) if more else None)


@get("/cases/{case_id:uuid}", opt=permit("cases.read"), tags=_TAGS, summary="The case page")
async def read_case(case_id: UUID, cases_desk: CasesDesk, actor: Who) -> CaseView:
    """Head, stage line, parties, bench, next step, and what the asker may do. 404 for everybody else."""
    case, standing = await reading.see(cases_desk, actor, case_id, what="case")
    return reading.view(cases_desk, case, standing, actor)


@get("/cases/{case_id:uuid}/parties", opt=permit("cases.read"), tags=_TAGS, summary="Parties and agents")
async def read_parties(case_id: UUID, cases_desk: CasesDesk, actor: Who) -> list[PartyDetail]:
    return await reading.parties_of(cases_desk, actor, case_id)


@get("/cases/{case_id:uuid}/requests", opt=permit("cases.read"), tags=_TAGS, summary="Requests about the bench")
async def read_requests(case_id: UUID, cases_desk: CasesDesk, actor: Who) -> list[RequestView]:
    """Recusal for all with the right to the case; reassignment for the court. CPL arts. 47-50."""
    return await reading.requests_of(cases_desk, actor, case_id)


@get("/bench-requests", opt=permit("cases.requests.list"), tags=_TAGS, summary="Requests that wait for my decision")
async def list_waiting_requests(
    cases_desk: CasesDesk, actor: Who, cursor: str | None = None, limit: Limit = DEFAULT_LIMIT
) -> Page[OpenRequest]:
    """Recusal and reassignment that the asker is to decide, oldest first; never one's own. CPL arts. 49, 50."""
    after = read_cursor(cursor, datetime, UUID)
    found = await reading.waiting_requests(cases_desk, actor, after=after, limit=limit + 1)  # type: ignore[arg-type]
    more = len(found) > limit
    found = found[:limit]
    return Page(found, write_cursor(found[-1].requested_at, found[-1].id) if more else None)


@get("/cases/{case_id:uuid}/docket", opt=permit("cases.read"), tags=_TAGS, summary="The docket")
async def read_docket(
    case_id: UUID, cases_desk: CasesDesk, actor: Who, cursor: str | None = None, limit: Limit = 50
) -> Page[DocketEntry]:
    """In order from the first entry; `disclosed` only where the asker may read restricted content."""
    position = read_cursor(cursor, int)
    _, entries = await reading.docket_of(
        cases_desk, actor, case_id, after=position[0] if position else 0, limit=limit + 1
    )
    more = len(entries) > limit
    entries = entries[:limit]
    return Page(entries, write_cursor(entries[-1].seq) if more else None)


@get(
    "/cases/{case_id:uuid}/docket/export",
    opt=permit("cases.read"),
    tags=_TAGS,
    summary="The docket as a file",
    media_type=MediaType.JSON,
    responses={200: ResponseSpec(dict[str, Any], generate_examples=False, description="docs/docket-format.md")},
)
async def export_docket(case_id: UUID, cases_desk: CasesDesk, actor: Who) -> Response[bytes]:
    """Canonical JSON that `tianping docket verify FILE` checks without a server (docs/docket-format.md)."""
    case, data = await reading.docket_file(cases_desk, actor, case_id)
    headers = {"Content-Disposition": f'attachment; filename="docket-{case.id}.json"'}
    return Response(data, media_type=MediaType.JSON, headers=headers)


@post(
    "/cases/{case_id:uuid}/request-recusal",
    opt=permit("cases.recusal.request"),
    tags=_TAGS,
    summary="Ask for recusal",
    status_code=200,
)
async def request_recusal(case_id: UUID, data: AskRecusal, cases_desk: CasesDesk, actor: Who) -> CaseView:
    """CPL arts. 47, 48. Decided within three days."""
    return await requests.request_recusal(
        cases_desk, actor, case_id, about=PersonId(data.person_id), ground=data.ground, reason=data.reason
    )


@post(
    "/cases/{case_id:uuid}/decide-recusal",
    opt=permit("cases.recusal.decide"),
    tags=_TAGS,
    summary="Decide on recusal",
    status_code=200,
)
async def decide_recusal(case_id: UUID, data: DecideRecusal, cases_desk: CasesDesk, actor: Who) -> CaseView:
    """The president on judges, the presiding judge on others, the trial committee on the president. CPL arts. 49, 50."""
    return await requests.decide_recusal(
        cases_desk, actor, case_id, data.request_id, granted=data.granted, reason=data.reason
    )


@post(
    "/cases/{case_id:uuid}/reconsider-recusal",
    opt=permit("cases.recusal.request"),
    tags=_TAGS,
    summary="Ask that a refusal of recusal be reconsidered",
    status_code=200,
)
async def reconsider_recusal(case_id: UUID, data: Decide, cases_desk: CasesDesk, actor: Who) -> CaseView:
    """Once, by whoever asked for it, or their party or agent. CPL art. 50."""
    return await requests.reconsider_recusal(cases_desk, actor, case_id, data.request_id, reason=data.reason)


@post(
    "/cases/{case_id:uuid}/request-reassignment",
    opt=permit("cases.reassignment.request"),
    tags=_TAGS,
    summary="Ask for another judge",
    status_code=200,
)
async def request_reassignment(case_id: UUID, data: AskReassignment, cases_desk: CasesDesk, actor: Who) -> CaseView:
    return await requests.request_reassignment(
        cases_desk, actor, case_id, about=PersonId(data.person_id), ground=data.ground, reason=data.reason
    )


@post(
    "/cases/{case_id:uuid}/approve-reassignment",
    opt=permit("cases.reassignment.decide"),
    tags=_TAGS,
    summary="Approve reassignment; a new draw follows at once",
    status_code=200,
)
async def approve_reassignment(case_id: UUID, data: Decide, cases_desk: CasesDesk, actor: Who) -> CaseView:
    return await requests.decide_reassignment(
        cases_desk, actor, case_id, data.request_id, granted=True, reason=data.reason
    )


@post(
    "/cases/{case_id:uuid}/refuse-reassignment",
    opt=permit("cases.reassignment.decide"),
    tags=_TAGS,
    summary="Refuse reassignment",
    status_code=200,
)
async def refuse_reassignment(case_id: UUID, data: Decide, cases_desk: CasesDesk, actor: Who) -> CaseView:
    return await requests.decide_reassignment(
        cases_desk, actor, case_id, data.request_id, granted=False, reason=data.reason
    )


@post(
    "/cases/{case_id:uuid}/change-bench-kind",
    opt=permit("cases.composition.change"),
    tags=_TAGS,
    summary="Rule that a collegial bench hears the case",
    status_code=200,
)
async def change_bench_kind(case_id: UUID, data: Rule, cases_desk: CasesDesk, actor: Who) -> CaseView:
    """By the sole judge; two more judges are drawn. CPL arts. 42, 43."""
    return await changes.change_bench_kind(cases_desk, actor, case_id, reason=data.reason)


@post(
    "/cases/{case_id:uuid}/change-procedure",
    opt=permit("cases.composition.change"),
    tags=_TAGS,
    summary="Rule that another procedure applies",
    status_code=200,
)
async def change_procedure(case_id: UUID, data: ChangeProcedure, cases_desk: CasesDesk, actor: Who) -> CaseView:
    """Within the present trial period. CPL arts. 169, 170; JI art. 258."""
    return await changes.change_procedure(cases_desk, actor, case_id, to=data.procedure, reason=data.reason)


@post(
    "/cases/{case_id:uuid}/designate-presiding",
    opt=permit("cases.presiding.designate"),
    tags=_TAGS,
    summary="Designate the presiding judge",
    status_code=200,
)
async def designate_presiding(case_id: UUID, data: Designate, cases_desk: CasesDesk, actor: Who) -> CaseView:
    """CPL art. 44."""
    return await changes.designate_presiding(cases_desk, actor, case_id, person_id=PersonId(data.person_id))


@post(
    "/cases/{case_id:uuid}/retry-assignment",
    opt=permit("cases.assignment.retry"),
    tags=_TAGS,
    summary="Draw again for a case that waits for a bench",
    status_code=200,
)
async def retry_assignment(case_id: UUID, cases_desk: CasesDesk, actor: Who) -> CaseView:
    return await changes.retry_assignment(cases_desk, actor, case_id)


@get("/draws", opt=permit(PUBLIC), tags=["draws"], summary="The draws of a case, by its number")
async def read_draws_by_number(
    cases_desk: CasesDesk,
    number: Annotated[str, Parameter(min_length=5, max_length=40, description="Case number, any brackets")],
) -> DrawsOfCase:
    """Public: commitment, seed, input, steps and result, to be recomputed by anyone (docs/contexts/cases.md)."""
    return await reading.draws_by_number(cases_desk, number)


@get("/draws/{case_id:uuid}", opt=permit(PUBLIC), tags=["draws"], summary="The draws of a case")
async def read_draws(case_id: UUID, cases_desk: CasesDesk) -> DrawsOfCase:
    """Public, like the draws by number. Names of judges are public; nothing of the parties is here."""
    return await reading.draws_of(cases_desk, case_id)


@get("/draws/commitments", opt=permit(PUBLIC), tags=["draws"], summary="Published commitments to seeds")
async def read_commitments(
    cases_desk: CasesDesk, cursor: str | None = None, limit: Limit = MAX_LIMIT
) -> Page[Commitment]:
    """Public, append-only, each line hashed to the one before; in order from the first."""
    position = read_cursor(cursor, int)
    async with cases_desk.database.reading() as reader:
        lines = await draw_store.commitments(reader, after=position[0] if position else 0, limit=limit + 1)
    more = len(lines) > limit
    lines = lines[:limit]
    return Page(lines, write_cursor(lines[-1].seq) if more else None)


@get("/exclusions", opt=permit("cases.exclusions.declare"), tags=["draws"], summary="Declared exclusions of a judge")
async def read_exclusions(cases_desk: CasesDesk, actor: Who, judge: UUID | None = None) -> list[Exclusion]:
    """One's own; the division head and the president may name a judge."""
    return await exclusions.mine(cases_desk, actor, judge=PersonId(judge) if judge else None)


@post("/exclusions", opt=permit("cases.exclusions.declare"), tags=["draws"], summary="Declare kinship with a party")
async def declare_exclusion(data: Declare, cases_desk: CasesDesk, actor: Who) -> Exclusion:
    """CPL art. 47: the judge is left out of draws of cases with a party of that name."""
    judge = PersonId(data.judge) if data.judge else None
    return await exclusions.declare(cases_desk, actor, judge=judge, kind=data.kind, party_name=data.party_name)


@post(
    "/exclusions/{exclusion_id:uuid}/withdraw",
    opt=permit("cases.exclusions.declare"),
    tags=["draws"],
    summary="Withdraw a declaration",
    status_code=200,
)
async def withdraw_exclusion(exclusion_id: UUID, cases_desk: CasesDesk, actor: Who) -> Exclusion:
    return await exclusions.withdraw(cases_desk, actor, exclusion_id)


ROUTES = [
    list_cases, read_case, read_parties, read_requests, list_waiting_requests, read_docket, export_docket, request_recusal, decide_recusal,
    reconsider_recusal, request_reassignment, approve_reassignment, refuse_reassignment, change_bench_kind,
    change_procedure, designate_presiding, retry_assignment, read_draws_by_number, read_draws, read_commitments,
    read_exclusions, declare_exclusion, withdraw_exclusion,
]  # fmt: skip
