"""Organisations, their members and invitations."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post

from tianping.contexts.identity.actions import organisations as acts
from tianping.contexts.identity.actions.register import OrganisationForm
from tianping.contexts.identity.api.forms import Address, CreditCode, IdentityDesk, Mobile, Name, OrganisationTitle, Who
from tianping.contexts.identity.model import Done
from tianping.contexts.identity.model.standing import InvitationView, OrganisationView
from tianping.kit.ids import OrganisationId, PersonId
from tianping.platform.http.guard import SIGNED_IN, permit
from tianping.platform.http.paging import Page

MemberRole = Annotated[str, msgspec.Meta(pattern="^(owner|member)$", examples=["member"])]


class NewOrganisation(msgspec.Struct, frozen=True):
    name: OrganisationTitle
    credit_code: CreditCode
    legal_representative: Name
    address: Address | None = None


class NewInvitation(msgspec.Struct, frozen=True):
    mobile: Mobile
    role: MemberRole = "member"


class RoleOfMember(msgspec.Struct, frozen=True):
    role: MemberRole


@get("/organisations", opt=permit(SIGNED_IN), tags=["organisations"], summary="My organisations")
async def list_organisations(identity_desk: IdentityDesk, actor: Who) -> Page[OrganisationView]:
    return Page(await acts.my_organisations(identity_desk, actor))


@post("/organisations", opt=permit(SIGNED_IN), tags=["organisations"], summary="Register an organisation")
async def register_organisation(data: NewOrganisation, identity_desk: IdentityDesk, actor: Who) -> OrganisationView:
    form = OrganisationForm(data.name, data.credit_code, data.legal_representative, data.address)
    return await acts.register_organisation(identity_desk, actor, form)


@get(
    "/organisations/{organisation_id:uuid}",
    opt=permit(SIGNED_IN),
    tags=["organisations"],
    summary="An organisation of mine",
)
async def read_organisation(organisation_id: UUID, identity_desk: IdentityDesk, actor: Who) -> OrganisationView:
    return await acts.organisation(identity_desk, actor, OrganisationId(organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/invitations",
    opt=permit(SIGNED_IN),
    tags=["organisations"],
    summary="Invite a member",
)
async def invite_member(
    organisation_id: UUID, data: NewInvitation, identity_desk: IdentityDesk, actor: Who
) -> OrganisationView:
    return await acts.invite(identity_desk, actor, OrganisationId(organisation_id), mobile=data.mobile, role=data.role)


@get("/invitations", opt=permit(SIGNED_IN), tags=["organisations"], summary="Invitations to me")
async def list_invitations(identity_desk: IdentityDesk, actor: Who) -> Page[InvitationView]:
    return Page(await acts.my_invitations(identity_desk, actor))


@post(
    "/invitations/{invitation_id:uuid}/accept", opt=permit(SIGNED_IN), tags=["organisations"], summary="Accept an invitation",
    status_code=200,
)  # fmt: skip
async def accept_invitation(invitation_id: UUID, identity_desk: IdentityDesk, actor: Who) -> OrganisationView:
    return await acts.accept_invitation(identity_desk, actor, invitation_id)


@post(
    "/invitations/{invitation_id:uuid}/decline", opt=permit(SIGNED_IN), tags=["organisations"],
    summary="Decline an invitation, or take one back", status_code=200,
)  # fmt: skip
async def decline_invitation(invitation_id: UUID, identity_desk: IdentityDesk, actor: Who) -> Done:
    return await acts.decline_invitation(identity_desk, actor, invitation_id)


@post(
    "/organisations/{organisation_id:uuid}/members/{person_id:uuid}/role", opt=permit(SIGNED_IN), tags=["organisations"],
    summary="Make a member an owner, or an owner a member", status_code=200,
)  # fmt: skip
async def set_member_role(
    organisation_id: UUID, person_id: UUID, data: RoleOfMember, identity_desk: IdentityDesk, actor: Who
) -> OrganisationView:
    return await acts.set_member_role(
        identity_desk, actor, OrganisationId(organisation_id), PersonId(person_id), data.role
    )


@post(
    "/organisations/{organisation_id:uuid}/members/{person_id:uuid}/remove", opt=permit(SIGNED_IN), tags=["organisations"],
    summary="Remove a member, or leave", status_code=200,
)  # fmt: skip
async def remove_member(organisation_id: UUID, person_id: UUID, identity_desk: IdentityDesk, actor: Who) -> Done:
    return await acts.remove_member(identity_desk, actor, OrganisationId(organisation_id), PersonId(person_id))


ROUTES = [
    list_organisations, register_organisation, read_organisation, invite_member, list_invitations, accept_invitation,
    decline_invitation, set_member_role, remove_member,
]  # fmt: skip
