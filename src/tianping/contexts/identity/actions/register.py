"""Registering: a person, or a person together with an organisation."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from tianping.contexts.identity.actions import codes, passwords, proof_of_work, session
from tianping.contexts.identity.actions.desk import Desk
from tianping.contexts.identity.model import Member, Organisation, Person, Purpose
from tianping.contexts.identity.model.account import OrganisationName, SessionView
from tianping.contexts.identity.rules import numbers, standing
from tianping.contexts.identity.store import people
from tianping.contexts.identity.store import standing as store
from tianping.interfaces.identity import PersonRegistered, Role
from tianping.kit.clock import court_day
from tianping.kit.ids import OrganisationId, PersonId, new_id
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.platform.database import Transaction


class OrganisationForm(msgspec.Struct, frozen=True):
    """An organisation to be registered, as it was entered."""

    name: str
    credit_code: str
    legal_representative: str
    address: str | None


class PersonForm(msgspec.Struct, frozen=True):
    """A person to be registered, as it was entered. `identity_number` may come later for who registers an organisation."""

    mobile: str
    code: str
    name: str
    identity_number: str | None
    password: str
    organisation: OrganisationForm | None


def gathered(*checks: Callable[[], str]) -> list[str]:
    """Run all checks, so that a person hears of all wrong answers at once. Raises InvalidInput."""
    results: list[str] = []
    problems: list[FieldProblem] = []
    for check in checks:
        try:
            results.append(check())
        except InvalidInput as wrong:
            problems += wrong.fields
    if problems:
        raise InvalidInput(fields=tuple(problems))
    return results


async def checked_organisation(desk: Desk, form: OrganisationForm, *, by: PersonId) -> Organisation:
    """The organisation with what its register says. Asks outside: not within a transaction. Raises InvalidInput."""
    name, code, representative = gathered(
        lambda: numbers.checked_text("organisation_name", form.name, most=100),
        lambda: numbers.normal_credit_code(form.credit_code),
        lambda: numbers.checked_text("legal_representative", form.legal_representative, most=50),
    )
    address = numbers.checked_text("address", form.address, most=200) if form.address else None
    answer = await desk.register.check_organisation(name, code)
    return Organisation(
        OrganisationId(new_id()), name, code, representative, address, answer.matched, answer.source, by
    )


async def save_organisation(tx: Transaction, desk: Desk, organisation: Organisation, *, at: datetime) -> None:
    """With its first owner. Raises OrganisationTaken."""
    if not await store.insert_organisation(tx, desk.keyring, organisation, at=at):
        raise standing.OrganisationTaken
    await store.put_member(tx, Member(organisation.id, organisation.registered_by, "owner", at))


async def checked_person(
    desk: Desk, *, mobile: str, name: str, identity_number: str | None, at: datetime, roles: frozenset[Role]
) -> Person:
    """The person with what the register says. Asks outside: not within a transaction. Raises InvalidInput."""
    checks = [lambda: numbers.normal_mobile(mobile), lambda: numbers.checked_text("name", name, most=50)]
    if identity_number is not None:
        checks.append(lambda: numbers.normal_identity_number(identity_number, on=court_day(at)))
    mobile, name, *number = gathered(*checks)
    matched, source = None, None
    if number:
        answer = await desk.register.check_person(name, number[0])
        matched, source = answer.matched, answer.source
    return Person(
        id=PersonId(new_id()), name=name, mobile=mobile, identity_number=number[0] if number else None, roles=roles,
        real_name_checked_at=at if matched else None, real_name_matched=matched, real_name_source=source,
    )  # fmt: skip


async def save_person(tx: Transaction, desk: Desk, person: Person, *, at: datetime) -> None:
    """Raises MobileTaken, IdentityTaken."""
    if await people.insert(tx, desk.keyring, person, at=at):
        return
    if await people.by_mobile(tx, desk.keyring, person.mobile) is not None:
        raise standing.MobileTaken
    raise standing.IdentityTaken


async def register(desk: Desk, form: PersonForm, *, altcha: str, device: str) -> tuple[session.Opened, SessionView]:
    """Open an account and a session. A name that the register does not match is kept, and acts that need it say so.

    Raises: InvalidInput, ProofOfWorkRefused, CodeWrong, MobileTaken, IdentityTaken, OrganisationTaken.
    Law: ORL art. 7 (real-name registration, dedicated account).
    """
    now = desk.clock.now()
    if form.identity_number is None and form.organisation is None:
        missing = Text("请填写公民身份号码", "Enter the identity number")
        raise InvalidInput(fields=(FieldProblem("identity_number", "missing", missing),))
    await passwords.check_strength(form.password, personal=(form.name, form.mobile, form.identity_number or ""))
    solved = proof_of_work.check(desk, altcha)
    person = await checked_person(
        desk, mobile=form.mobile, name=form.name, identity_number=form.identity_number, at=now,
        roles=frozenset({Role.LITIGANT}),
    )  # fmt: skip
    person = msgspec.structs.replace(person, password_hash=await passwords.hashed(desk, form.password))
    organisation = await checked_organisation(desk, form.organisation, by=person.id) if form.organisation else None
    counted = await codes.count_try(desk, person.mobile, Purpose.REGISTER)
    async with desk.database.transaction() as tx:
        await proof_of_work.spend(tx, solved)
        code_id = await codes.spend(tx, desk, person.mobile, Purpose.REGISTER, form.code, counted=counted, at=now)
        await save_person(tx, desk, person, at=now)
        names: list[OrganisationName] = []
        if organisation is not None:
            await save_organisation(tx, desk, organisation, at=now)
            names = [OrganisationName(organisation.id, organisation.name)]
        await desk.journal.tell(tx, PersonRegistered(person_id=person.id), actor=person.id, at=now)
        opened = await session.open_session(tx, person, device=device, at=now)
        # A repeated request hears that the account is open, but gets no session: the cookie went out once.
        tx.answer(session.view(desk, person, "", organisations=names, unread=0))
    await codes.forget_text(desk, code_id)
    return opened, session.view(desk, person, opened.csrf_token, organisations=names, unread=0)
