"""My account: password, contact, real name, a lawyer's licence; recovering a forgotten password."""

import msgspec

from tianping.contexts.identity.actions import codes, passwords, register
from tianping.contexts.identity.actions.desk import Desk, in_person, who
from tianping.contexts.identity.model import Done, Person, Purpose
from tianping.contexts.identity.model.account import AccountView
from tianping.contexts.identity.rules import numbers, standing
from tianping.contexts.identity.rules import signing_in as rules
from tianping.contexts.identity.rules.codes import CodeWrong
from tianping.contexts.identity.store import people, sessions
from tianping.interfaces.acts import PermittedAct
from tianping.interfaces.identity import Actor, PasswordRecovered, Role
from tianping.kit.problems import FieldProblem, InvalidInput, Text
from tianping.law.lawbook import Lawbook
from tianping.platform.database import Reader


async def recover(desk: Desk, mobile: str, code: str, password: str) -> None:
    """Replace a forgotten password; every session of the person ends, and a text message tells.

    Raises: InvalidInput, CodeWrong (also for a number without an account), AccountIsClosed.
    """
    now = desk.clock.now()
    mobile = numbers.normal_mobile(mobile)
    await passwords.check_strength(password, personal=(mobile,))
    new_hash = await passwords.hashed(desk, password)
    counted = await codes.count_try(desk, mobile, Purpose.RECOVER)
    async with desk.changing_sessions() as tx:
        code_id = await codes.spend(tx, desk, mobile, Purpose.RECOVER, code, counted=counted, at=now)
        person = await people.lock_by_mobile(tx, desk.keyring, mobile)
        if person is None:
            raise CodeWrong
        rules.check_open(person)
        await people.set_password(tx, person.id, new_hash)
        await sessions.end_all(tx, person.id, besides=None, at=now)
        await sessions.revoke_tokens_of(tx, person.id, at=now)
        await sessions.forget_failures(tx, people.mobile_digest(desk.keyring, mobile))
        await desk.journal.tell(tx, PasswordRecovered(person_id=person.id), actor=person.id, at=now)
    await codes.forget_text(desk, code_id)


async def change_password(desk: Desk, actor: Actor, *, present: str, new: str) -> Done:
    """Other sessions end. Raises InvalidInput, SignInRefused for a wrong present password."""
    person_id = in_person(actor)
    async with desk.database.reading() as reader:
        person = await people.person(reader, desk.keyring, person_id)
    await passwords.check_strength(new, personal=(person.name, person.mobile))
    if person.password_hash is not None and not await passwords.matches(desk, person.password_hash, present):
        raise rules.SignInRefused
    new_hash = await passwords.hashed(desk, new)
    async with desk.changing_sessions() as tx:
        await people.set_password(tx, person_id, new_hash)
        ended = await sessions.end_all(tx, person_id, besides=actor.session_id, at=desk.clock.now())
        return tx.answer(Done(ended))


async def my_account(desk: Desk, actor: Actor) -> AccountView:
    async with desk.database.reading() as reader:
        return await view(desk, reader, await people.person(reader, desk.keyring, who(actor)))


async def change_contact(desk: Desk, actor: Actor, *, email: str | None, address: str | None) -> AccountView:
    """Where papers and notices may go. Raises InvalidInput."""
    person_id = in_person(actor)
    email = numbers.normal_email(email) if email else None
    address = numbers.checked_text("address", address, most=200) if address else None
    async with desk.database.transaction() as tx:
        await people.set_contact(tx, desk.keyring, person_id, email, address)
        return tx.answer(await view(desk, tx, await people.person(tx, desk.keyring, person_id)))


async def check_real_name(desk: Desk, actor: Actor, *, name: str | None, identity_number: str | None) -> AccountView:
    """Ask the register again, after a correction or when it was away. A name that matched is not changed any more.

    Raises: InvalidInput, IdentityTaken. Law: ORL art. 7.
    """
    person_id = in_person(actor)
    now = desk.clock.now()
    async with desk.database.reading() as reader:
        person = await people.person(reader, desk.keyring, person_id)
        if person.real_name_checked_at is not None:
            return await view(desk, reader, person)
    wanted = identity_number or person.identity_number
    if wanted is None:
        missing = Text("请填写公民身份号码", "Enter the identity number")
        raise InvalidInput(fields=(FieldProblem("identity_number", "missing", missing),))
    checked = await register.checked_person(
        desk, mobile=person.mobile, name=name or person.name, identity_number=wanted, at=now, roles=person.roles
    )
    async with desk.database.transaction() as tx:
        if await people.identity_number_taken(tx, desk.keyring, checked.identity_number or "", besides=person_id):
            raise standing.IdentityTaken
        await people.set_real_name(tx, desk.keyring, msgspec.structs.replace(checked, id=person_id))
        return tx.answer(await view(desk, tx, await people.person(tx, desk.keyring, person_id)))


async def state_licence(desk: Desk, actor: Actor, *, licence: str, firm: str) -> AccountView:
    """State a lawyer's licence (17 digits); the court compares it with the register before it counts. CPL art. 61."""
    person_id = in_person(actor)
    number = "".join(licence.split())
    if not (len(number) == 17 and number.isascii() and number.isdigit()):
        wrong = Text("律师执业证号为 17 位数字", "A lawyer's licence number has 17 digits")
        raise InvalidInput(fields=(FieldProblem("licence", "licence-invalid", wrong),))
    firm = numbers.checked_text("firm", firm, most=100)
    async with desk.changing_sessions() as tx:
        person = await people.lock(tx, desk.keyring, person_id)
        standing.check_real_name(person)
        await people.set_licence(tx, desk.keyring, person_id, number, firm, "stated")
        await people.set_roles(tx, person_id, person.roles - {Role.LAWYER})
        return tx.answer(await view(desk, tx, await people.person(tx, desk.keyring, person_id)))


async def view(desk: Desk, reader: Reader, person: Person) -> AccountView:
    number = person.identity_number
    return AccountView(
        id=person.id, name=person.name, mobile=numbers.masked_mobile(person.mobile),
        identity_number=f"{number[:3]}***********{number[-4:]}" if number else None, email=person.email,
        address=person.address, roles=sorted(person.roles), real_name_checked=person.real_name_checked_at is not None,
        real_name_matched=person.real_name_matched, real_name_source=person.real_name_source,
        real_name_note=standing.real_name_note(person), licence_state=person.licence_state, firm=person.firm,
        totp_on=person.totp_on, recovery_codes_left=await people.recovery_codes_left(reader, person.id),
        has_password=person.password_hash is not None, permitted_acts=_acts(person, desk.law),
    )  # fmt: skip


def _acts(person: Person, law: Lawbook) -> list[PermittedAct]:
    checked = person.real_name_checked_at is not None
    unchecked = None if checked else standing.RealNameNotChecked.detail
    return [
        PermittedAct(
            "check_real_name", Text("核验实名", "Have my name checked"), not checked, "/account/real-name-check",
            reason=Text("已核验一致", "It was matched already") if checked else None, article=law.article("ORL 7"),
        ),
        PermittedAct(
            "give_mandate", Text("委托代理人", "Appoint an agent"), checked, "/mandates", unchecked, law.article("CPL 61")
        ),
        PermittedAct(
            "state_licence", Text("登记律师执业证", "State a lawyer's licence"), checked, "/account/licence", unchecked,
            law.article("CPL 61"),
        ),
    ]  # fmt: skip
