"""One-click sign-in, on a court of kind demo only; everywhere else these routes are not there (404)."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from tianping.contexts.identity.actions import session as acts
from tianping.contexts.identity.api.forms import IdentityDesk, with_cookie
from tianping.contexts.identity.model.account import DemoPerson, SessionView
from tianping.contexts.identity.store import people
from tianping.kit.ids import PersonId
from tianping.kit.problems import NotFound
from tianping.platform.http.guard import PUBLIC, permit
from tianping.platform.http.paging import Page


class DemoSignIn(msgspec.Struct, frozen=True):
    person: UUID


@get("/demo/people", opt=permit(PUBLIC), tags=["demo"], summary="The people of the demo court")
async def list_demo_people(identity_desk: IdentityDesk) -> Page[DemoPerson]:
    if not identity_desk.court.is_demo:
        raise NotFound
    async with identity_desk.database.reading() as reader:
        return Page(await people.demo_people(reader, identity_desk.keyring))


@post("/demo/sessions", opt=permit(PUBLIC, idempotent=False), tags=["demo"], summary="Sign in as one of them")
async def sign_in_demo(
    data: DemoSignIn, identity_desk: IdentityDesk, request: Request[Any, Any, Any]
) -> Response[SessionView]:
    device = request.headers.get("user-agent", "")
    opened = await acts.sign_in_demo(identity_desk, PersonId(data.person), device=device)
    return with_cookie(await acts.opened_view(identity_desk, opened), opened.token)


ROUTES = [list_demo_people, sign_in_demo]
