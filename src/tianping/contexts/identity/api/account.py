"""My account: contact, password, real name, licence, two-step sign-in, API tokens."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post

from tianping.contexts.identity.actions import account, second_step, tokens
from tianping.contexts.identity.api.forms import (
    Address,
    IdentityDesk,
    IdentityNumber,
    Name,
    NewPassword,
    OrganisationTitle,
    Password,
    Totp,
    Who,
)
from tianping.contexts.identity.model import ApiToken, Done
from tianping.contexts.identity.model.account import AccountView, NewApiToken, RecoveryCodes, TotpSecret
from tianping.contexts.identity.rules.signing_in import TOKEN_LENGTH_DAYS
from tianping.platform.http.guard import SIGNED_IN, permit
from tianping.platform.http.paging import Page


class Contact(msgspec.Struct, frozen=True):
    """Null or empty removes what was there."""

    email: Annotated[str, msgspec.Meta(max_length=254, examples=["li@example.com"])] | None = None
    address: Address | None = None


class PasswordChange(msgspec.Struct, frozen=True):
    """`present` may be empty where no password was set yet."""

    present: Annotated[str, msgspec.Meta(max_length=200, examples=["correct horse battery staple"])]
    new: NewPassword


class RealName(msgspec.Struct, frozen=True):
    """Only what is to be corrected or added."""

    name: Name | None = None
    identity_number: IdentityNumber | None = None


class LicenceForm(msgspec.Struct, frozen=True):
    licence: Annotated[str, msgspec.Meta(min_length=17, max_length=24, examples=["11101201810000001"])]
    firm: OrganisationTitle


class TotpCode(msgspec.Struct, frozen=True):
    code: Totp


class TotpOff(msgspec.Struct, frozen=True):
    password: Password
    totp: Totp


class NewToken(msgspec.Struct, frozen=True):
    """`scopes` are permissions such as `signed-in` or `filing.submit`; `days` until it ends."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60, examples=["律所案件管理系统"])]
    scopes: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=80, examples=["signed-in"])]],
        msgspec.Meta(min_length=1, max_length=100),
    ]
    days: Annotated[int, msgspec.Meta(ge=1, le=TOKEN_LENGTH_DAYS, examples=[90])] = 90


@get("/account", opt=permit(SIGNED_IN), tags=["account"], summary="My account")
async def read_account(identity_desk: IdentityDesk, actor: Who) -> AccountView:
    return await account.my_account(identity_desk, actor)


@post("/account/contact", opt=permit(SIGNED_IN), tags=["account"], summary="Change e-mail and address", status_code=200)
async def change_contact(data: Contact, identity_desk: IdentityDesk, actor: Who) -> AccountView:
    return await account.change_contact(identity_desk, actor, email=data.email, address=data.address)


@post("/account/password", opt=permit(SIGNED_IN), tags=["account"], summary="Change my password", status_code=200)
async def change_password(data: PasswordChange, identity_desk: IdentityDesk, actor: Who) -> Done:
    """Signs out the other devices; `count` says how many."""
    return await account.change_password(identity_desk, actor, present=data.present, new=data.new)


@post(
    "/account/real-name-check", opt=permit(SIGNED_IN), tags=["account"], summary="Have my name checked again", status_code=200
)  # fmt: skip
async def check_real_name(data: RealName, identity_desk: IdentityDesk, actor: Who) -> AccountView:
    return await account.check_real_name(identity_desk, actor, name=data.name, identity_number=data.identity_number)


@post("/account/licence", opt=permit(SIGNED_IN), tags=["account"], summary="State a lawyer's licence", status_code=200)
async def state_licence(data: LicenceForm, identity_desk: IdentityDesk, actor: Who) -> AccountView:
    return await account.state_licence(identity_desk, actor, licence=data.licence, firm=data.firm)


# Secrets are shown once: their answers are not kept for a retry, so these acts carry no Idempotency-Key.


@post("/totp", opt=permit(SIGNED_IN, idempotent=False), tags=["account"], summary="Begin two-step sign-in")
async def enrol_totp(identity_desk: IdentityDesk, actor: Who) -> TotpSecret:
    return await second_step.enrol(identity_desk, actor)


@post(
    "/totp/confirm", opt=permit(SIGNED_IN, idempotent=False), tags=["account"], summary="Switch two-step sign-in on",
    status_code=200,
)  # fmt: skip
async def confirm_totp(data: TotpCode, identity_desk: IdentityDesk, actor: Who) -> RecoveryCodes:
    return await second_step.confirm(identity_desk, actor, data.code)


@post("/totp/disable", opt=permit(SIGNED_IN), tags=["account"], summary="Switch two-step sign-in off", status_code=200)
async def disable_totp(data: TotpOff, identity_desk: IdentityDesk, actor: Who) -> Done:
    return await second_step.disable(identity_desk, actor, password=data.password, totp=data.totp)


@post("/api-tokens", opt=permit(SIGNED_IN), tags=["account"], summary="Make an API token")
async def create_token(
    data: NewToken, request: Request[Any, Any, Any], identity_desk: IdentityDesk, actor: Who
) -> NewApiToken:
    """Shows the token; asked again with the same Idempotency-Key it shows the same one. It is stored nowhere."""
    return await tokens.create_token(
        identity_desk, actor, name=data.name, scopes=data.scopes, days=data.days,
        act_key=request.headers["idempotency-key"],
    )  # fmt: skip


@get("/api-tokens", opt=permit(SIGNED_IN), tags=["account"], summary="My API tokens")
async def list_tokens(identity_desk: IdentityDesk, actor: Who) -> Page[ApiToken]:
    return Page(await tokens.my_tokens(identity_desk, actor))


@post(
    "/api-tokens/{token_id:uuid}/revoke", opt=permit(SIGNED_IN), tags=["account"], summary="Revoke an API token",
    status_code=200,
)  # fmt: skip
async def revoke_token(token_id: UUID, identity_desk: IdentityDesk, actor: Who) -> ApiToken:
    return await tokens.revoke_token(identity_desk, actor, token_id)


ROUTES = [
    read_account, change_contact, change_password, check_real_name, state_licence, enrol_totp, confirm_totp, disable_totp,
    create_token, list_tokens, revoke_token,
]  # fmt: skip
