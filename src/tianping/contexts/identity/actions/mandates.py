"""Mandates: a party lets an agent act, power by power. CPL arts. 61, 62."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tianping.contexts.identity.actions import codes
from tianping.contexts.identity.actions.desk import Desk, in_person, who
from tianping.contexts.identity.model import Mandate, PartyName, Person, Purpose
from tianping.contexts.identity.model.standing import AgentKind, MandateView, MyMandates, PowerView
from tianping.contexts.identity.rules import numbers, standing
from tianping.contexts.identity.store import people
from tianping.contexts.identity.store import standing as store
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Actor, MandateGiven, MandateRevoked, Power, Role
from tianping.kit.clock import court_day
from tianping.kit.ids import MandateId, OrganisationId, PersonId, new_id
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Text
from tianping.platform.database import Reader, Transaction


class MandateForm(msgspec.Struct, frozen=True):
    """A mandate as it was entered. Signed by a drawing (`image`, a PNG data URL) or by the typed name and a `code`."""

    principal_organisation: OrganisationId | None
    agent_mobile: str
    agent_kind: str
    matter: UUID | None
    powers: list[Power]
    valid_until: date | None
    signed_name: str
    image: str | None
    code: str | None


async def give_mandate(desk: Desk, actor: Actor, form: MandateForm) -> MandateView:
    """Appoint an agent, for oneself or for an organisation that one owns.

    Raises: InvalidInput, RealNameNotChecked, OwnersOnly, NotFound, AgentNotRegistered, AgentIsPrincipal,
    LicenceNotChecked, SignatureNotYours, CodeWrong.
    Law: CPL arts. 61, 62.
    """
    person_id = in_person(actor)
    now = desk.clock.now()
    agent_mobile = numbers.normal_mobile(form.agent_mobile, field="agent_mobile")
    standing.check_valid_until(form.valid_until, on=court_day(now))
    if (form.image is None) == (form.code is None):
        one = Text("请手写签名，或输入姓名并填写短信验证码", "Draw your signature, or type your name and enter a code")
        raise InvalidInput(fields=(FieldProblem("signature", "one-of-two", one),))
    if form.image is not None:
        standing.check_drawing(form.image)
    async with desk.database.reading() as reader:
        me = await people.person(reader, desk.keyring, person_id)
    counted = form.code is not None and await codes.count_try(desk, me.mobile, Purpose.SIGN)
    code_id: UUID | None = None
    async with desk.database.transaction() as tx:
        standing.check_real_name(me)
        standing.check_signed_by(me, form.signed_name)
        if form.code is not None:
            code_id = await codes.spend(tx, desk, me.mobile, Purpose.SIGN, form.code, counted=counted, at=now)
        if form.principal_organisation is not None:
            member = await store.member(tx, form.principal_organisation, person_id)
            if member is None:
                raise NotFound
            standing.check_owner(member)
        agent = await _agent(tx, desk, agent_mobile, form)
        if agent.id == person_id and form.principal_organisation is None:
            raise standing.AgentIsPrincipal
        mandate = _signed(form, me, agent, at=now)
        await store.insert_mandate(tx, desk.keyring, mandate, image=form.image)
        await desk.journal.tell(
            tx, MandateGiven(mandate_id=mandate.id, agent=agent.id, given_by=person_id), actor=person_id, at=now
        )
        [answer] = await _views(desk, tx, [mandate], person_id)
        tx.answer(answer)
    if code_id is not None:
        await codes.forget_text(desk, code_id)
    return answer


async def _agent(tx: Transaction, desk: Desk, mobile: str, form: MandateForm) -> Person:
    agent = await people.by_mobile(tx, desk.keyring, mobile)
    if agent is None or not agent.active or agent.real_name_checked_at is None:
        raise standing.AgentNotRegistered
    if form.agent_kind == "lawyer" and Role.LAWYER not in agent.roles:
        raise standing.LicenceNotChecked
    return agent


def _signed(form: MandateForm, me: Person, agent: Person, *, at: datetime) -> Mandate:
    mandate = Mandate(
        id=MandateId(new_id()), agent=agent.id, agent_kind=form.agent_kind,
        principal_person=None if form.principal_organisation else me.id,
        principal_organisation=form.principal_organisation, given_by=me.id, matter=form.matter,
        powers=standing.powers_given(form.powers), valid_until=form.valid_until, given_at=at,
        signature_kind="drawn" if form.image else "typed", signed_name=me.name, digest="",
    )  # fmt: skip
    return msgspec.structs.replace(mandate, digest=standing.mandate_digest(mandate, signed_at=at, name=me.name))


async def revoke_mandate(desk: Desk, actor: Actor, mandate_id: MandateId) -> MandateView:
    """By the principal, an owner of the principal organisation, or the agent who lays it down.

    Raises: NotFound, OwnersOnly, MandateEnded.
    """
    person_id = in_person(actor)
    now = desk.clock.now()
    async with desk.database.transaction() as tx:
        mandate = await store.lock_mandate(tx, desk.keyring, mandate_id)
        if person_id not in (mandate.principal_person, mandate.agent):
            member = (
                await store.member(tx, mandate.principal_organisation, person_id)
                if mandate.principal_organisation
                else None
            )
            if member is None:
                raise NotFound
            standing.check_owner(member)
        if not standing.in_force(mandate, on=court_day(now)):
            raise standing.MandateEnded
        await store.revoke_mandate(tx, mandate_id, by=person_id, at=now)
        await desk.journal.tell(tx, MandateRevoked(mandate_id=mandate_id, agent=mandate.agent), actor=person_id, at=now)
        [answer] = await _views(desk, tx, [msgspec.structs.replace(mandate, revoked_at=now)], person_id)
        return tx.answer(answer)


async def my_mandates(desk: Desk, actor: Actor) -> MyMandates:
    person_id = who(actor)
    async with desk.database.reading() as reader:
        given = await _views(desk, reader, await store.mandates_given(reader, desk.keyring, person_id), person_id)
        held = await _views(desk, reader, await store.mandates_held(reader, desk.keyring, person_id), person_id)
    kinds = [AgentKind(kind, label) for kind, label in standing.AGENT_KINDS.items()]
    return MyMandates(given, held, [_power(p) for p in Power], kinds, "CPL 62")


def _power(power: Power) -> PowerView:
    return PowerView(power, standing.POWER_TEXTS[power], power is not Power.GENERAL)


async def _views(desk: Desk, reader: Reader, mandates: list[Mandate], person_id: PersonId) -> list[MandateView]:
    ids = {m.agent for m in mandates} | {m.principal_person for m in mandates if m.principal_person}
    names = {i: p.name for i, p in (await people.people(reader, desk.keyring, ids)).items()}
    organisations = {m.principal_organisation for m in mandates if m.principal_organisation}
    organisation_names = await store.organisation_names(reader, organisations)
    owned = {
        o for o in organisations
        if (member := await store.member(reader, o, person_id)) is not None and member.role == "owner"
    }  # fmt: skip
    today = court_day(desk.clock.now())

    def principal(mandate: Mandate) -> PartyName:
        if mandate.principal_organisation is not None:
            name = organisation_names[mandate.principal_organisation]
            return PartyName("organisation", mandate.principal_organisation, name)
        person = mandate.principal_person or mandate.given_by
        return PartyName("person", person, names[person])

    views = []
    for mandate in mandates:
        in_force = standing.in_force(mandate, on=today)
        state = "in_force" if in_force else ("revoked" if mandate.revoked_at else "ended")
        mine = person_id in (mandate.principal_person, mandate.agent) or mandate.principal_organisation in owned
        reason = None if in_force and mine else (standing.OwnersOnly.title if in_force else standing.MandateEnded.title)
        label = (
            Text("辞去委托", "Lay down the mandate")
            if mandate.agent == person_id
            else Text("撤销委托", "Revoke the mandate")
        )
        act = PermittedAct("revoke", label, reason is None, f"/mandates/{mandate.id}/revoke", reason)
        views.append(
            MandateView(
                mandate.id, principal(mandate), PartyName("person", mandate.agent, names[mandate.agent]),
                AgentKind(mandate.agent_kind, standing.AGENT_KINDS[mandate.agent_kind]), mandate.matter,
                [_power(p) for p in mandate.powers], mandate.valid_until, mandate.given_at, mandate.revoked_at, state,
                mandate.signature_kind, mandate.signed_name, mandate.digest, [act],
            )
        )  # fmt: skip
    return views
