"""Accounts opened by the court itself, from its own machine: the first administrators, and the people of the demo court.

No route leads here. Each is idempotent by mobile number or credit code, so that a seed may run again.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import msgspec

from tianping.contexts.identity.actions import passwords, register
from tianping.contexts.identity.actions.desk import Desk
from tianping.contexts.identity.model import Person
from tianping.contexts.identity.rules import duties
from tianping.contexts.identity.store import people
from tianping.contexts.identity.store import standing as store
from tianping.interfaces.events import Event
from tianping.interfaces.identity import PersonRegistered, Role, StaffRegistered
from tianping.kit.ids import OrganisationId, PersonId
from tianping.kit.problems import Text


async def open_account(
    desk: Desk,
    *,
    name: str,
    mobile: str,
    identity_number: str | None = None,
    email: str | None = None,
    address: str | None = None,
    roles: Iterable[Role] = (Role.LITIGANT,),
    licence: str | None = None,
    firm: str | None = None,
    password: str | None = None,
    about: Text | None = None,
) -> PersonId:
    """A person without a code. `about` (demo court only) puts the person on the one-click sign-in page.

    `licence` with Role.LAWYER is a licence that the court has checked. Raises InvalidInput, IdentityTaken.
    """
    now = desk.clock.now()
    person = await register.checked_person(
        desk, mobile=mobile, name=name, identity_number=identity_number, at=now, roles=frozenset(roles)
    )
    person = msgspec.structs.replace(
        person, email=email, address=address, licence=licence, firm=firm,
        licence_state="confirmed" if licence and Role.LAWYER in person.roles else None,
        password_hash=await passwords.hashed(desk, password) if password else None,
        demo_about=about if desk.court.is_demo else None,
    )  # fmt: skip
    return await _kept(desk, person, PersonRegistered(person_id=person.id), at=now)


async def register_staff(
    desk: Desk,
    *,
    name: str,
    mobile: str,
    roles: Iterable[Role],
    division: str | None = None,
    subjects: Iterable[str] = (),
    load_weight: str = "1",
    identity_number: str | None = None,
    password: str | None = None,
    about: Text | None = None,
) -> PersonId:
    """A member of the court with roles that need no confirmation, because no administrator exists yet.

    Raises: InvalidInput, IdentityTaken, DutiesNotSeparate.
    """
    now = desk.clock.now()
    held = frozenset(roles)
    duties.check_separate(held)
    person = await register.checked_person(
        desk, mobile=mobile, name=name, identity_number=identity_number, at=now, roles=held
    )
    person = msgspec.structs.replace(
        person, staff=True, division=division, subjects=tuple(subjects), load_weight=Decimal(load_weight),
        real_name_checked_at=now, real_name_matched=True, real_name_source="court",
        password_hash=await passwords.hashed(desk, password) if password else None,
        demo_about=about if desk.court.is_demo else None,
    )  # fmt: skip
    return await _kept(desk, person, StaffRegistered(person_id=person.id), at=now)


async def _kept(desk: Desk, person: Person, told: Event, *, at: datetime) -> PersonId:
    """The person saved and told, or whoever has the number already."""
    async with desk.database.transaction() as tx:
        known = await people.lock_by_mobile(tx, desk.keyring, person.mobile)
        if known is not None:
            return known.id
        await register.save_person(tx, desk, person, at=at)
        await desk.journal.tell(tx, told, at=at)
    return person.id


async def open_organisation(
    desk: Desk,
    *,
    owner: PersonId,
    name: str,
    credit_code: str,
    legal_representative: str,
    address: str | None = None,
) -> OrganisationId:
    """An organisation with its first owner. Raises InvalidInput."""
    form = register.OrganisationForm(name, credit_code, legal_representative, address)
    organisation = await register.checked_organisation(desk, form, by=owner)
    async with desk.database.transaction() as tx:
        known = await store.organisation_by_code(tx, desk.keyring, organisation.credit_code)
        if known is not None:
            return known.id
        await register.save_organisation(tx, desk, organisation, at=desk.clock.now())
    return organisation.id
