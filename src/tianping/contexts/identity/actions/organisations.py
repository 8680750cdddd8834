"""Organisations and their members."""

from uuid import UUID

from tianping.contexts.identity.actions import register
from tianping.contexts.identity.actions.desk import Desk, in_person, who
from tianping.contexts.identity.model import Done, Invitation, Member
from tianping.contexts.identity.model.account import OrganisationName
from tianping.contexts.identity.model.standing import InvitationView, MemberView, OrganisationView
from tianping.contexts.identity.rules import numbers, standing
from tianping.contexts.identity.store import people
from tianping.contexts.identity.store import standing as store
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Actor, MemberInvited, MemberJoined, MemberLeft
from tianping.kit.ids import OrganisationId, PersonId, new_id
from tianping.kit.problems import NotFound, Text
from tianping.platform.database import Reader


async def register_organisation(desk: Desk, actor: Actor, form: register.OrganisationForm) -> OrganisationView:
    """Register one more organisation; who does it is its first owner.

    Raises: InvalidInput, RealNameNotChecked, OrganisationTaken.
    """
    person_id = in_person(actor)
    organisation = await register.checked_organisation(desk, form, by=person_id)
    async with desk.database.transaction() as tx:
        standing.check_real_name(await people.person(tx, desk.keyring, person_id))
        await register.save_organisation(tx, desk, organisation, at=desk.clock.now())
        return tx.answer(await view(desk, tx, organisation.id, person_id))


async def organisation(desk: Desk, actor: Actor, organisation_id: OrganisationId) -> OrganisationView:
    """Raises NotFound for who is not a member."""
    async with desk.database.reading() as reader:
        return await view(desk, reader, organisation_id, who(actor))


async def my_organisations(desk: Desk, actor: Actor) -> list[OrganisationView]:
    person_id = who(actor)
    async with desk.database.reading() as reader:
        names = await store.organisation_names_of(reader, person_id)
        return [await view(desk, reader, name.id, person_id) for name in names]


async def invite(
    desk: Desk, actor: Actor, organisation_id: OrganisationId, *, mobile: str, role: str
) -> OrganisationView:
    """Invite by mobile number, whether or not it has an account yet. Raises OwnersOnly, MemberAlready, NotFound."""
    person_id = in_person(actor)
    now = desk.clock.now()
    mobile = numbers.normal_mobile(mobile)
    async with desk.database.transaction() as tx:
        await store.lock_organisation(tx, organisation_id)
        me = await _member(tx, organisation_id, person_id)
        standing.check_owner(me)
        invited = await people.by_mobile(tx, desk.keyring, mobile)
        if invited is not None and await store.member(tx, organisation_id, invited.id):
            raise standing.MemberAlready
        invitation = Invitation(new_id(), organisation_id, "", mobile, role, person_id, now, "open")
        if not await store.insert_invitation(tx, desk.keyring, invitation):
            raise standing.MemberAlready
        await desk.journal.tell(
            tx, MemberInvited(invitation_id=invitation.id, organisation_id=organisation_id), actor=person_id, at=now
        )
        return tx.answer(await view(desk, tx, organisation_id, person_id))


async def my_invitations(desk: Desk, actor: Actor) -> list[InvitationView]:
    async with desk.database.reading() as reader:
        me = await people.person(reader, desk.keyring, who(actor))
        return [_invitation_view(i) for i in await store.invitations_to(reader, desk.keyring, me.mobile)]


async def accept_invitation(desk: Desk, actor: Actor, invitation_id: UUID) -> OrganisationView:
    """Join. Raises NotFound for an invitation to another number, InvitationSettled."""
    person_id = in_person(actor)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        invitation = await store.invitation(tx, desk.keyring, invitation_id)
        if invitation.mobile != (await people.person(tx, desk.keyring, person_id)).mobile:
            raise NotFound
        if not await store.settle_invitation(tx, invitation_id, "accepted", at=now):
            raise standing.InvitationSettled
        organisation_id = invitation.organisation_id
        await store.put_member(tx, Member(organisation_id, person_id, invitation.role, now))
        await desk.journal.tell(
            tx, MemberJoined(organisation_id=organisation_id, person_id=person_id), actor=person_id, at=now
        )
        return tx.answer(await view(desk, tx, organisation_id, person_id))


async def decline_invitation(desk: Desk, actor: Actor, invitation_id: UUID) -> Done:
    """By who was invited; an owner of the organisation withdraws it the same way. Raises NotFound, InvitationSettled."""
    person_id = in_person(actor)
    async with desk.database.transaction() as tx:
        invitation = await store.invitation(tx, desk.keyring, invitation_id)
        me = await people.person(tx, desk.keyring, person_id)
        member = await store.member(tx, invitation.organisation_id, person_id)
        if invitation.mobile == me.mobile:
            state = "declined"
        elif member is not None and member.role == "owner":
            state = "withdrawn"
        else:
            raise NotFound
        if not await store.settle_invitation(tx, invitation_id, state, at=desk.clock.now()):
            raise standing.InvitationSettled
        return tx.answer(Done(1))


async def set_member_role(
    desk: Desk, actor: Actor, organisation_id: OrganisationId, member_id: PersonId, role: str
) -> OrganisationView:
    """Raises NotFound, OwnersOnly, LastOwner."""
    person_id = in_person(actor)
    async with desk.database.transaction() as tx:
        await store.lock_organisation(tx, organisation_id)
        standing.check_owner(await _member(tx, organisation_id, person_id))
        member = await _member(tx, organisation_id, member_id)
        if role != "owner":
            standing.check_not_last_owner(await store.members(tx, organisation_id), member)
        await store.put_member(tx, Member(organisation_id, member_id, role, member.joined_at))
        return tx.answer(await view(desk, tx, organisation_id, person_id))


async def remove_member(desk: Desk, actor: Actor, organisation_id: OrganisationId, member_id: PersonId) -> Done:
    """An owner removes a member, or a member leaves. Raises NotFound, OwnersOnly, LastOwner."""
    person_id = in_person(actor)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        await store.lock_organisation(tx, organisation_id)
        me = await _member(tx, organisation_id, person_id)
        if member_id != person_id:
            standing.check_owner(me)
        member = await _member(tx, organisation_id, member_id)
        standing.check_not_last_owner(await store.members(tx, organisation_id), member)
        await store.remove_member(tx, organisation_id, member_id)
        await desk.journal.tell(
            tx, MemberLeft(organisation_id=organisation_id, person_id=member_id), actor=person_id, at=now
        )
        return tx.answer(Done(1))


async def _member(reader: Reader, organisation_id: OrganisationId, person_id: PersonId) -> Member:
    """Raises NotFound: for who is not a member the organisation is not there."""
    member = await store.member(reader, organisation_id, person_id)
    if member is None:
        raise NotFound
    return member


def _invitation_view(invitation: Invitation) -> InvitationView:
    return InvitationView(
        invitation.id, OrganisationName(invitation.organisation_id, invitation.organisation_name),
        numbers.masked_mobile(invitation.mobile), invitation.role, invitation.invited_at, invitation.state,
    )  # fmt: skip


async def view(desk: Desk, reader: Reader, organisation_id: OrganisationId, person_id: PersonId) -> OrganisationView:
    """Raises NotFound for who is not a member."""
    me = await _member(reader, organisation_id, person_id)
    organisation = await store.organisation(reader, desk.keyring, organisation_id)
    members = await store.members(reader, organisation_id)
    found = await people.people(reader, desk.keyring, [m.person_id for m in members])
    owner = me.role == "owner"
    invitations = await store.invitations_by(reader, desk.keyring, organisation_id) if owner else []
    path = f"/organisations/{organisation_id}"
    no_owner = None if owner else standing.OwnersOnly.title
    try:
        standing.check_not_last_owner(members, me)
        may_leave, why_not = True, None
    except standing.LastOwner as problem:
        may_leave, why_not = False, problem.title
    return OrganisationView(
        organisation.id, organisation.name, organisation.credit_code, organisation.legal_representative,
        organisation.address, organisation.register_matched, organisation.register_source, me.role,
        [
            MemberView(m.person_id, found[m.person_id].name, numbers.masked_mobile(found[m.person_id].mobile), m.role, m.joined_at)
            for m in members
        ],
        [_invitation_view(i) for i in invitations],
        [
            PermittedAct("invite", Text("邀请成员", "Invite a member"), owner, f"{path}/invitations", no_owner),
            PermittedAct(
                "give_mandate", Text("委托代理人", "Appoint an agent"), owner, "/mandates", no_owner,
                desk.law.article("CPL 61"),
            ),
            PermittedAct("leave", Text("退出单位", "Leave"), may_leave, f"{path}/members/{person_id}/remove", why_not),
        ],
    )  # fmt: skip
