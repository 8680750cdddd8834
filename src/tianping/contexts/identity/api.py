"""HTTP of identity: decode, call the act, answer."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import Dependency, Parameter

from tianping.contexts.identity import actions, store
from tianping.contexts.identity.actions import Desk
from tianping.contexts.identity.model import SessionView
from tianping.interfaces.identity import Actor, Role
from tianping.kit.ids import SessionId
from tianping.platform.http.envelope import session_cookie
from tianping.platform.http.guard import PUBLIC, SIGNED_IN, permit

IdentityDesk = Annotated[Desk, Dependency(skip_validation=True)]
Who = Annotated[Actor, Dependency(skip_validation=True)]


class SignIn(msgspec.Struct, frozen=True):
    mobile: Annotated[str, msgspec.Meta(min_length=5, max_length=20, examples=["13800000001"])]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200, examples=["correct horse battery staple"])]


class Me(msgspec.Struct, frozen=True):
    """Who is signed in on this device. `csrf_token` goes into `X-CSRF-Token` with every act."""

    signed_in: bool
    csrf_token: str | None = None
    person_id: UUID | None = None
    name: str | None = None
    roles: list[Role] = []


@post("/sessions", opt=permit(PUBLIC, idempotent=False), tags=["identity"], summary="Sign in")
async def sign_in(data: SignIn, identity_desk: IdentityDesk, request: Request[Any, Any, Any]) -> Response[Me]:
    done = await actions.sign_in(
        identity_desk, data.mobile, data.password, device=request.headers.get("user-agent", "")
    )
    me = Me(True, done.csrf_token, done.person_id, done.name, list(done.roles))
    return Response(me, status_code=201, headers={"Set-Cookie": session_cookie(done.token)})


@get("/session", opt=permit(PUBLIC), tags=["identity"], summary="Who is signed in here")
async def read_session(identity_desk: IdentityDesk, actor: Who, request: Request[Any, Any, Any]) -> Me:
    if actor.person_id is None:
        return Me(False)
    async with identity_desk.database.reading() as reader:
        person = await store.person(reader, identity_desk.keyring, actor.person_id)
    return Me(True, request.scope["auth"], person.id, person.name, sorted(person.roles))


@get("/sessions", opt=permit(SIGNED_IN), tags=["identity"], summary="My devices")
async def list_sessions(identity_desk: IdentityDesk, actor: Who) -> list[SessionView]:
    assert actor.person_id is not None
    async with identity_desk.database.reading() as reader:
        sessions = await store.sessions_of(reader, actor.person_id, at=identity_desk.clock.now())
    return [SessionView(s.id, s.device, s.opened_at, s.seen_at, s.id == actor.session_id) for s in sessions]


@delete(
    "/sessions/{session_id:uuid}",
    opt=permit(SIGNED_IN, idempotent=False),
    tags=["identity"],
    summary="Sign out, here or elsewhere",
)
async def end_session(
    session_id: Annotated[UUID, Parameter(description="From the list of devices")],
    identity_desk: IdentityDesk,
    actor: Who,
) -> None:
    await actions.end_session(identity_desk, actor, SessionId(session_id))


ROUTES = [sign_in, read_session, list_sessions, end_session]
