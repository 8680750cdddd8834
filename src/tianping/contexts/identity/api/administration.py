"""What the three administrators do: staff and roles, sessions and keys, the access log."""

from datetime import date, datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from tianping.contexts.identity.actions import governing, staff
from tianping.contexts.identity.actions.staff import PlaceForm
from tianping.contexts.identity.api.forms import Cursor, IdentityDesk, Limit, Mobile, Name, Who
from tianping.contexts.identity.model import Done
from tianping.contexts.identity.model.offices import (
    AccessView,
    ClosedAccount,
    DivisionView,
    GovernedSession,
    KeyState,
    LicenceView,
    Lockout,
    RoleGrantView,
    StaffView,
)
from tianping.interfaces.identity import Role
from tianping.kit.ids import PersonId, SessionId
from tianping.platform.http.guard import permit
from tianping.platform.http.paging import DEFAULT_LIMIT, Page, read_cursor, write_cursor

Division = Annotated[
    str, msgspec.Meta(min_length=1, max_length=40, examples=["first"], description="Its code in court.toml")
]
Subjects = Annotated[
    list[Annotated[str, msgspec.Meta(max_length=60)]], msgspec.Meta(max_length=100, examples=[["online_shopping"]])
]
T = TypeVar("T")

LoadWeight = Annotated[str, msgspec.Meta(min_length=1, max_length=5, examples=["1.00"])]


class NewStaff(msgspec.Struct, frozen=True):
    name: Name
    mobile: Mobile
    division: Division
    subjects: Subjects = []
    load_weight: LoadWeight = "1"


class Place(msgspec.Struct, frozen=True):
    division: Division
    subjects: Subjects
    load_weight: LoadWeight


class LeaveForm(msgspec.Struct, frozen=True):
    """Court-local days, both included."""

    first_day: date
    last_day: date


class RoleForm(msgspec.Struct, frozen=True):
    role: Role


def _position(cursor: str | None) -> UUID | None:
    position = read_cursor(cursor, UUID)
    return position[0] if position else None


def _page(items: list[T], limit: int, position: object) -> Page[T]:
    return Page(items[:limit], write_cursor(position) if len(items) > limit else None)


STAFF_PATH = "/administration/staff/{person_id:uuid}"


@get(
    "/administration/divisions",
    opt=permit("identity.staff.read"),
    tags=["administration"],
    summary="Divisions of the court",
)
async def list_divisions(identity_desk: IdentityDesk) -> list[DivisionView]:
    return [DivisionView(division.code, division.name) for division in identity_desk.court.divisions]


@get("/administration/staff", opt=permit("identity.staff.read"), tags=["administration"], summary="Staff of the court")
async def list_staff(
    identity_desk: IdentityDesk, role: Role | None = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[StaffView]:
    found = await staff.list_staff(identity_desk, role=role, after=_position(cursor), limit=limit + 1)
    return _page(found, limit, found[limit - 1].id if len(found) > limit else None)


@post(
    "/administration/staff",
    opt=permit("identity.staff.manage"),
    tags=["administration"],
    summary="Create a member of the court",
)
async def create_staff(data: NewStaff, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    """Without a role; a text message asks the person to set a password."""
    place = PlaceForm(data.division, data.subjects, data.load_weight)
    return await staff.create_staff(identity_desk, actor, name=data.name, mobile=data.mobile, place=place)


@post(
    f"{STAFF_PATH}/place",
    opt=permit("identity.staff.manage"),
    tags=["administration"],
    summary="Change division, subjects and load",
    status_code=200,
)
async def change_place(person_id: UUID, data: Place, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    place = PlaceForm(data.division, data.subjects, data.load_weight)
    return await staff.change_place(identity_desk, actor, PersonId(person_id), place)


@post(f"{STAFF_PATH}/leaves", opt=permit("identity.staff.manage"), tags=["administration"], summary="Note leave")
async def note_leave(person_id: UUID, data: LeaveForm, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    return await staff.note_leave(
        identity_desk, actor, PersonId(person_id), first_day=data.first_day, last_day=data.last_day
    )


@post(
    f"{STAFF_PATH}/leaves/{{leave_id:uuid}}/cancel",
    opt=permit("identity.staff.manage"),
    tags=["administration"],
    summary="Cancel leave",
    status_code=200,
)
async def cancel_leave(person_id: UUID, leave_id: UUID, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    return await staff.cancel_leave(identity_desk, actor, PersonId(person_id), leave_id)


@post(f"{STAFF_PATH}/roles", opt=permit("identity.roles.request"), tags=["administration"], summary="Ask for a role")
async def request_role(person_id: UUID, data: RoleForm, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    """It holds once the security administrator has confirmed it."""
    return await staff.request_role(identity_desk, actor, PersonId(person_id), data.role)


@post(
    f"{STAFF_PATH}/roles/withdraw",
    opt=permit("identity.roles.request"),
    tags=["administration"],
    summary="Take a role away",
    status_code=200,
)
async def withdraw_role(person_id: UUID, data: RoleForm, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    """At once; the person's sessions end."""
    return await staff.withdraw_role(identity_desk, actor, PersonId(person_id), data.role)


@get(
    "/administration/role-requests",
    opt=permit("identity.roles.read"),
    tags=["administration"],
    summary="Roles waiting for the second person",
)
async def list_role_requests(
    identity_desk: IdentityDesk, actor: Who, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[RoleGrantView]:
    found = await staff.list_grants(identity_desk, actor, after=_position(cursor), limit=limit + 1)
    return _page(found, limit, found[limit - 1].id if len(found) > limit else None)


@post(
    "/administration/role-requests/{request_id:uuid}/confirm",
    opt=permit("identity.roles.settle"),
    tags=["administration"],
    summary="Confirm a role",
    status_code=200,
)
async def confirm_role(request_id: UUID, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    return await staff.settle_grant(identity_desk, actor, request_id, confirm=True)


@post(
    "/administration/role-requests/{request_id:uuid}/refuse",
    opt=permit("identity.roles.settle"),
    tags=["administration"],
    summary="Refuse a role",
    status_code=200,
)
async def refuse_role(request_id: UUID, identity_desk: IdentityDesk, actor: Who) -> StaffView:
    return await staff.settle_grant(identity_desk, actor, request_id, confirm=False)


@get(
    "/administration/licences",
    opt=permit("identity.licences.check"),
    tags=["administration"],
    summary="Lawyers' licences to be compared",
)
async def list_licences(
    identity_desk: IdentityDesk, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[LicenceView]:
    found = await staff.list_licences(identity_desk, after=_position(cursor), limit=limit + 1)
    return _page(found, limit, found[limit - 1].person.id if len(found) > limit else None)


@post(
    "/administration/licences/{person_id:uuid}/confirm",
    opt=permit("identity.licences.check"),
    tags=["administration"],
    summary="The licence is right: the person is a lawyer",
    status_code=200,
)
async def confirm_licence(person_id: UUID, identity_desk: IdentityDesk, actor: Who) -> LicenceView:
    return await staff.settle_licence(identity_desk, actor, PersonId(person_id), confirm=True)


@post(
    "/administration/licences/{person_id:uuid}/refuse",
    opt=permit("identity.licences.check"),
    tags=["administration"],
    summary="The licence is not right",
    status_code=200,
)
async def refuse_licence(person_id: UUID, identity_desk: IdentityDesk, actor: Who) -> LicenceView:
    return await staff.settle_licence(identity_desk, actor, PersonId(person_id), confirm=False)


@get(
    "/administration/sessions", opt=permit("identity.accounts.govern"), tags=["administration"], summary="Live sessions"
)
async def list_all_sessions(
    identity_desk: IdentityDesk, person: UUID | None = None, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[GovernedSession]:
    found = await governing.list_sessions(
        identity_desk, person_id=PersonId(person) if person else None, before=_position(cursor), limit=limit + 1
    )
    return _page(found, limit, found[limit - 1].id if len(found) > limit else None)


@post(
    "/administration/sessions/{session_id:uuid}/end",
    opt=permit("identity.accounts.govern"),
    tags=["administration"],
    summary="End a session",
    status_code=200,
)
async def end_any_session(session_id: UUID, identity_desk: IdentityDesk, actor: Who) -> Done:
    return await governing.end_session(identity_desk, actor, SessionId(session_id))


@get(
    "/administration/lockouts",
    opt=permit("identity.accounts.govern"),
    tags=["administration"],
    summary="Numbers at which sign-in is slowed down",
)
async def list_lockouts(
    identity_desk: IdentityDesk, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Lockout]:
    position = read_cursor(cursor, datetime, bytes)
    before = (position[0], position[1]) if position else None
    found = await governing.list_lockouts(identity_desk, before=before, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], write_cursor(last.failed_at, bytes.fromhex(last.id)) if last else None)


@post(
    "/administration/lockouts/{lockout_id:str}/clear",
    opt=permit("identity.accounts.govern"),
    tags=["administration"],
    summary="Let a number try again",
    status_code=200,
)
async def clear_lockout(lockout_id: str, identity_desk: IdentityDesk, actor: Who) -> Done:
    return await governing.clear_lockout(identity_desk, actor, lockout_id)


@post(
    "/administration/people/{person_id:uuid}/close",
    opt=permit("identity.accounts.govern"),
    tags=["administration"],
    summary="Close an account",
    status_code=200,
)
async def close_account(person_id: UUID, identity_desk: IdentityDesk, actor: Who) -> Done:
    return await governing.set_account_open(identity_desk, actor, PersonId(person_id), open_=False)


@post(
    "/administration/people/{person_id:uuid}/reopen",
    opt=permit("identity.accounts.govern"),
    tags=["administration"],
    summary="Open an account again",
    status_code=200,
)
async def reopen_account(person_id: UUID, identity_desk: IdentityDesk, actor: Who) -> Done:
    return await governing.set_account_open(identity_desk, actor, PersonId(person_id), open_=True)


@get(
    "/administration/closed-accounts",
    opt=permit("identity.closed-accounts.read"),
    tags=["administration"],
    summary="Closed accounts of others than staff",
)
async def list_closed_accounts(
    identity_desk: IdentityDesk,
    actor: Who,
    search: Annotated[
        str | None, Parameter(max_length=60, description="A whole mobile or identity number, or part of a name")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ClosedAccount]:
    """Latest first. They are kept; the security administrator may open one again."""
    position = read_cursor(cursor, datetime, UUID)
    after = (position[0], position[1]) if position else None
    found = await governing.closed_accounts(identity_desk, actor, search=search, after=after, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], write_cursor(last.closed_at, last.id) if last else None)


@get(
    "/administration/keys",
    opt=permit("identity.keys.rotate"),
    tags=["administration"],
    summary="The present key, and what is left under older ones",
)
async def read_keys(identity_desk: IdentityDesk) -> KeyState:
    return await governing.key_state(identity_desk)


@post(
    "/administration/keys/rotate",
    opt=permit("identity.keys.rotate"),
    tags=["administration"],
    summary="Seal with a new key from now on",
    status_code=200,
)
async def rotate_keys(identity_desk: IdentityDesk, actor: Who) -> KeyState:
    return await governing.rotate_keys(identity_desk, actor)


@get(
    "/administration/access-log",
    opt=permit("identity.access-log.read"),
    tags=["administration"],
    summary="Who of the court opened or administered what",
)
async def list_accesses(
    identity_desk: IdentityDesk,
    person: UUID | None = None,
    matter: UUID | None = None,
    since: Annotated[datetime | None, Parameter(description="Included; with a time zone")] = None,
    until: Annotated[datetime | None, Parameter(description="Not included; with a time zone")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[AccessView]:
    found = await governing.access_log(
        identity_desk, person_id=PersonId(person) if person else None, matter_id=matter, since=since, until=until,
        before=_position(cursor), limit=limit + 1,
    )  # fmt: skip
    return _page(found, limit, found[limit - 1].id if len(found) > limit else None)


ROUTES = [
    list_divisions, list_staff, create_staff, change_place, note_leave, cancel_leave, request_role, withdraw_role,
    list_role_requests, confirm_role, refuse_role, list_licences, confirm_licence, refuse_licence, list_all_sessions,
    end_any_session, list_lockouts, clear_lockout, close_account, reopen_account, list_closed_accounts, read_keys, rotate_keys, list_accesses,
]  # fmt: skip
