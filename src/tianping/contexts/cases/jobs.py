"""Timed and deferred work of cases: keep the stock of commitments, tell those who must decide or were decided upon."""

from uuid import UUID

from tianping.contexts.cases.actions.desk import Desk
from tianping.contexts.cases.model import Case, Request
from tianping.contexts.cases.rules import notices
from tianping.contexts.cases.store import cases as store
from tianping.contexts.cases.store import requests as request_store
from tianping.interfaces.identity import Role, StaffMember
from tianping.kit.ids import PersonId
from tianping.kit.problems import NotFound


async def tell_heads(desk: Desk, case_id: str, since: str) -> None:
    """The division head (without one, the president) learns that a case waits for a bench."""
    async with desk.database.reading() as reader:
        case = await store.case(reader, desk.keyring, UUID(case_id))
    if case.waiting is None:
        return
    title, body = notices.waiting(case)
    for person in await _leaders(desk, case):
        [notice] = notices.to_each([person], case, case.id, title, body)
        await desk.delivery.notify(_keyed(notice, f"waiting:{case.id}:{since}:{person}"))


async def tell_deciders(desk: Desk, case_id: str, request_id: str) -> None:
    case, request = await _request(desk, case_id, request_id)
    if request.state != "open":
        return
    title, body = notices.request_to_decide(case, request)
    for person in await _deciders(desk, case, request):
        [notice] = notices.to_each([person], case, request.id, title, body)
        await desk.delivery.notify(notice)


async def tell_decision(desk: Desk, case_id: str, request_id: str) -> None:
    case, request = await _request(desk, case_id, request_id)
    title, body = notices.request_decided(case, request)
    [notice] = notices.to_each([request.requested_by], case, request.id, title, body)
    await desk.delivery.notify(_keyed(notice, f"decided:{notice.key}"))


def _keyed(notice: notices.Notice, key: str) -> notices.Notice:
    return notices.Notice(notice.to, key, notice.title, notice.body, notice.link, notice.channels, notice.matter)


async def _request(desk: Desk, case_id: str, request_id: str) -> tuple[Case, Request]:
    async with desk.database.reading() as reader:
        case = await store.case(reader, desk.keyring, UUID(case_id))
        requests = await request_store.of_case(reader, desk.keyring, case.id)
    for request in requests:
        if request.id == UUID(request_id):
            return case, request
    raise NotFound


async def _leaders(desk: Desk, case: Case) -> list[PersonId]:
    heads = [m for m in await desk.people.staff(Role.DIVISION_HEAD) if m.division == case.division]
    return _ids(heads or await desk.people.staff(Role.PRESIDENT))


async def _deciders(desk: Desk, case: Case, request: Request) -> list[PersonId]:
    if request.level == "presiding_judge":
        return [j.person_id for j in case.judges[:1]]
    if request.level == "president":
        return _ids(await desk.people.staff(Role.PRESIDENT))
    if request.level == "trial_committee":
        return _ids(await desk.people.staff(Role.DIVISION_HEAD))
    return await _leaders(desk, case)


def _ids(members: list[StaffMember]) -> list[PersonId]:
    return [m.person_id for m in members]
