"""Robot check, one-time codes, registering, signing in and out, recovery, the list of devices."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import Parameter

from tianping.contexts.identity.actions import account, codes, proof_of_work, register
from tianping.contexts.identity.actions import session as acts
from tianping.contexts.identity.actions.register import OrganisationForm, PersonForm
from tianping.contexts.identity.api.forms import (
    Address,
    Altcha,
    Code,
    CreditCode,
    IdentityDesk,
    IdentityNumber,
    Mobile,
    Name,
    NewPassword,
    OrganisationTitle,
    Password,
    Totp,
    Who,
    with_cookie,
)
from tianping.contexts.identity.model import Done, Purpose
from tianping.contexts.identity.model.account import Challenge, CodeSent, SessionItem, SessionView
from tianping.kit.ids import SessionId
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.platform.http.envelope import session_cookie
from tianping.platform.http.guard import PUBLIC, SIGNED_IN, permit
from tianping.platform.http.paging import Page


class CodeRequest(msgspec.Struct, frozen=True):
    mobile: Mobile
    purpose: Purpose
    altcha: Altcha


class RegistrationKind(msgspec.Struct, frozen=True):
    """Fields of an organisation; all but the address are needed when `kind` is organisation."""

    organisation_name: OrganisationTitle | None = None
    credit_code: CreditCode | None = None
    legal_representative: Name | None = None
    organisation_address: Address | None = None


class Registration(RegistrationKind, frozen=True, kw_only=True):
    """`kind` organisation registers the organisation with this person as its first owner; the identity number may then
    follow later."""

    kind: Annotated[str, msgspec.Meta(pattern="^(person|organisation)$", examples=["person"])]
    mobile: Mobile
    code: Code
    name: Name
    password: NewPassword
    altcha: Altcha
    identity_number: IdentityNumber | None = None


class SignIn(msgspec.Struct, frozen=True):
    """Either `password` or `code`. `totp` where two-step sign-in is on; `altcha` after repeated failures."""

    mobile: Mobile
    password: Password | None = None
    code: Code | None = None
    totp: Totp | None = None
    altcha: Altcha | None = None


class Recovery(msgspec.Struct, frozen=True):
    mobile: Mobile
    code: Code
    password: NewPassword


def _device(request: Request[Any, Any, Any]) -> str:
    return request.headers.get("user-agent", "")


@get("/altcha", opt=permit(PUBLIC), tags=["sign-in"], summary="A proof-of-work challenge")
async def read_challenge(identity_desk: IdentityDesk) -> Challenge:
    """For the ALTCHA widget (version 2 of the protocol). A solution works once, within an hour."""
    return proof_of_work.challenge(identity_desk)


@post("/one-time-codes", opt=permit(PUBLIC), tags=["sign-in"], summary="Send a one-time code by text message")
async def send_code(data: CodeRequest, identity_desk: IdentityDesk) -> CodeSent:
    """Six digits, valid for 5 minutes and 5 tries; one a minute. The answer never says whether there is an account."""
    return await codes.send_code(identity_desk, data.mobile, data.purpose, altcha=data.altcha)


@post("/people", opt=permit(PUBLIC), tags=["sign-in"], summary="Register, as a person or with an organisation")
async def register_person(
    data: Registration, identity_desk: IdentityDesk, request: Request[Any, Any, Any]
) -> Response[SessionView]:
    """Opens the account and a session. A repeated request answers `signed_in: false`: sign in then."""
    organisation = _organisation(data) if data.kind == "organisation" else None
    form = PersonForm(data.mobile, data.code, data.name, data.identity_number, data.password, organisation)
    opened, view = await register.register(identity_desk, form, altcha=data.altcha, device=_device(request))
    return with_cookie(view, opened.token)


def _organisation(data: Registration) -> OrganisationForm:
    name, code, representative = data.organisation_name, data.credit_code, data.legal_representative
    if name is None or code is None or representative is None:
        needed = {"organisation_name": name, "credit_code": code, "legal_representative": representative}
        missing = Text("请填写此项", "Please fill this in")
        raise InvalidInput(fields=tuple(FieldProblem(f, "missing", missing) for f, v in needed.items() if v is None))
    return OrganisationForm(name, code, representative, data.organisation_address)


@post("/sessions", opt=permit(PUBLIC, idempotent=False), tags=["sign-in"], summary="Sign in")
async def sign_in(data: SignIn, identity_desk: IdentityDesk, request: Request[Any, Any, Any]) -> Response[SessionView]:
    opened = await acts.sign_in(
        identity_desk, data.mobile, password=data.password, code=data.code, totp=data.totp, altcha=data.altcha,
        device=_device(request),
    )  # fmt: skip
    return with_cookie(await acts.opened_view(identity_desk, opened), opened.token)


@post("/recovery", opt=permit(PUBLIC), tags=["sign-in"], summary="Replace a forgotten password", status_code=204)
async def recover(data: Recovery, identity_desk: IdentityDesk) -> None:
    """Ends every session of the person and tells by text message."""
    await account.recover(identity_desk, data.mobile, data.code, data.password)


@get("/session", opt=permit(PUBLIC), tags=["sign-in"], summary="Who is signed in here, and at which court")
async def read_session(identity_desk: IdentityDesk, actor: Who, request: Request[Any, Any, Any]) -> SessionView:
    return await acts.present_view(identity_desk, actor, request.scope["auth"])


@get("/sessions", opt=permit(SIGNED_IN), tags=["account"], summary="My devices")
async def list_sessions(identity_desk: IdentityDesk, actor: Who) -> Page[SessionItem]:
    return Page(await acts.my_sessions(identity_desk, actor))


@delete(
    "/sessions/{session_id:uuid}",
    opt=permit(SIGNED_IN, idempotent=False),
    tags=["account"],
    summary="Sign out, here or on another device",
)
async def end_session(
    session_id: Annotated[UUID, Parameter(description="From the list of devices")],
    identity_desk: IdentityDesk,
    actor: Who,
) -> Response[None]:
    await acts.end_session(identity_desk, actor, SessionId(session_id))
    headers = {"Set-Cookie": session_cookie(None)} if session_id == actor.session_id else {}
    return Response(None, status_code=204, headers=headers)


@post(
    "/sessions/end-others",
    opt=permit(SIGNED_IN),
    tags=["account"],
    summary="Sign out everywhere but here",
    status_code=200,
)
async def end_other_sessions(identity_desk: IdentityDesk, actor: Who) -> Done:
    return await acts.end_other_sessions(identity_desk, actor)


ROUTES = [
    read_challenge, send_code, register_person, sign_in, recover, read_session, list_sessions, end_session,
    end_other_sessions,
]  # fmt: skip
