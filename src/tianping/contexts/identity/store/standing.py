"""Organisations, their members and invitations, mandates."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tianping.contexts.identity.model import Invitation, Mandate, Member, Organisation
from tianping.contexts.identity.model.account import OrganisationName
from tianping.contexts.identity.store.people import MOBILE, mobile_digest
from tianping.kit.ids import MandateId, OrganisationId, PersonId
from tianping.platform.database import Reader, Transaction, read_as
from tianping.platform.keyring import Keyring

_REPRESENTATIVE = "identity.organisations.legal_representative"
_SIGNATURE = "identity.mandates.signature"

_ORGANISATION = (
    """id, name, credit_code, legal_representative, address, register_matched, register_source, registered_by"""
)
_MANDATE = """id, agent, agent_kind, principal_person, principal_organisation, given_by, matter, powers, valid_until,
              given_at, signature_kind, signature, digest, revoked_at"""
_INVITATION = (
    """i.id, i.organisation_id, o.name AS organisation_name, i.mobile, i.role, i.invited_by, i.invited_at, i.state"""
)


class _Signature(msgspec.Struct, frozen=True):
    name: str
    image: str | None


def _organisation(row: dict[str, Any], keyring: Keyring) -> Organisation:
    opened = dict(row)
    opened["legal_representative"] = keyring.open(row["legal_representative"], place=_REPRESENTATIVE)
    return read_as(Organisation, opened)


def _invitation(row: dict[str, Any], keyring: Keyring) -> Invitation:
    return read_as(Invitation, {**row, "mobile": keyring.open(row["mobile"], place=MOBILE)})


def _mandate(row: dict[str, Any], keyring: Keyring) -> Mandate:
    opened = dict(row)
    signature = msgspec.json.decode(keyring.open_bytes(opened.pop("signature"), place=_SIGNATURE), type=_Signature)
    return read_as(Mandate, {**opened, "signed_name": signature.name})


async def insert_organisation(tx: Transaction, keyring: Keyring, organisation: Organisation, *, at: datetime) -> bool:
    """False if the credit code is registered already."""
    inserted = await tx.run(
        """INSERT INTO identity.organisations
             (id, name, credit_code, legal_representative, address, register_matched, register_source, registered_by,
              registered_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (credit_code) DO NOTHING""",
        (
            organisation.id, organisation.name, organisation.credit_code,
            keyring.seal(organisation.legal_representative, place=_REPRESENTATIVE), organisation.address,
            organisation.register_matched, organisation.register_source, organisation.registered_by, at,
        ),
    )  # fmt: skip
    return inserted == 1


async def organisation(reader: Reader, keyring: Keyring, organisation_id: OrganisationId) -> Organisation:
    """Raises NotFound."""
    row = await reader.one(f"SELECT {_ORGANISATION} FROM identity.organisations WHERE id = %s", (organisation_id,))
    return _organisation(row, keyring)


async def organisation_by_code(reader: Reader, keyring: Keyring, credit_code: str) -> Organisation | None:
    row = await reader.maybe(
        f"SELECT {_ORGANISATION} FROM identity.organisations WHERE credit_code = %s", (credit_code,)
    )
    return None if row is None else _organisation(row, keyring)


async def organisations_of(reader: Reader, keyring: Keyring, person_id: PersonId) -> list[Organisation]:
    rows = await reader.all(
        f"""SELECT {_ORGANISATION} FROM identity.organisations
            WHERE id IN (SELECT organisation_id FROM identity.members WHERE person_id = %s) ORDER BY id""",
        (person_id,),
    )
    return [_organisation(row, keyring) for row in rows]


async def organisation_names_of(reader: Reader, person_id: PersonId) -> list[OrganisationName]:
    return await reader.all_as(
        OrganisationName,
        """SELECT o.id, o.name FROM identity.organisations o JOIN identity.members m ON m.organisation_id = o.id
           WHERE m.person_id = %s ORDER BY o.id""",
        (person_id,),
    )


async def organisation_names(reader: Reader, ids: Iterable[OrganisationId]) -> dict[OrganisationId, str]:
    rows = await reader.all("SELECT id, name FROM identity.organisations WHERE id = ANY(%s)", (list(ids),))
    return {row["id"]: row["name"] for row in rows}


async def lock_organisation(tx: Transaction, organisation_id: OrganisationId) -> None:
    """Changes of its members come one after another. Raises NotFound."""
    await tx.one("SELECT id FROM identity.organisations WHERE id = %s FOR UPDATE", (organisation_id,))


async def members(reader: Reader, organisation_id: OrganisationId) -> list[Member]:
    return await reader.all_as(
        Member,
        """SELECT organisation_id, person_id, role, joined_at FROM identity.members
           WHERE organisation_id = %s ORDER BY joined_at, person_id""",
        (organisation_id,),
    )


async def member(reader: Reader, organisation_id: OrganisationId, person_id: PersonId) -> Member | None:
    return await reader.maybe_as(
        Member,
        """SELECT organisation_id, person_id, role, joined_at FROM identity.members
           WHERE organisation_id = %s AND person_id = %s""",
        (organisation_id, person_id),
    )


async def put_member(tx: Transaction, member: Member) -> None:
    """Add a member, or change the role of one."""
    await tx.run(
        """INSERT INTO identity.members (organisation_id, person_id, role, joined_at) VALUES (%s, %s, %s, %s)
           ON CONFLICT (organisation_id, person_id) DO UPDATE SET role = excluded.role""",
        (member.organisation_id, member.person_id, member.role, member.joined_at),
    )


async def remove_member(tx: Transaction, organisation_id: OrganisationId, person_id: PersonId) -> None:
    await tx.run(
        "DELETE FROM identity.members WHERE organisation_id = %s AND person_id = %s", (organisation_id, person_id)
    )


async def insert_invitation(tx: Transaction, keyring: Keyring, invitation: Invitation) -> bool:
    """False if this number has an open invitation of the organisation."""
    inserted = await tx.run(
        """INSERT INTO identity.invitations
             (id, organisation_id, mobile, mobile_digest, role, invited_by, invited_at, state)
           VALUES (%s, %s, %s, %s, %s, %s, %s, 'open') ON CONFLICT DO NOTHING""",
        (
            invitation.id, invitation.organisation_id, keyring.seal(invitation.mobile, place=MOBILE),
            mobile_digest(keyring, invitation.mobile), invitation.role, invitation.invited_by, invitation.invited_at,
        ),
    )  # fmt: skip
    return inserted == 1


async def invitation(reader: Reader, keyring: Keyring, invitation_id: UUID) -> Invitation:
    """Raises NotFound."""
    row = await reader.one(
        f"""SELECT {_INVITATION} FROM identity.invitations i JOIN identity.organisations o ON o.id = i.organisation_id
            WHERE i.id = %s""",
        (invitation_id,),
    )
    return _invitation(row, keyring)


async def invitations_to(reader: Reader, keyring: Keyring, mobile: str) -> list[Invitation]:
    rows = await reader.all(
        f"""SELECT {_INVITATION} FROM identity.invitations i JOIN identity.organisations o ON o.id = i.organisation_id
            WHERE i.mobile_digest = %s AND i.state = 'open' ORDER BY i.id""",
        (mobile_digest(keyring, mobile),),
    )
    return [_invitation(row, keyring) for row in rows]


async def invitations_by(reader: Reader, keyring: Keyring, organisation_id: OrganisationId) -> list[Invitation]:
    rows = await reader.all(
        f"""SELECT {_INVITATION} FROM identity.invitations i JOIN identity.organisations o ON o.id = i.organisation_id
            WHERE i.organisation_id = %s AND i.state = 'open' ORDER BY i.id""",
        (organisation_id,),
    )
    return [_invitation(row, keyring) for row in rows]


async def settle_invitation(tx: Transaction, invitation_id: UUID, state: str, *, at: datetime) -> bool:
    """False if it was settled before."""
    settled = await tx.run(
        "UPDATE identity.invitations SET state = %s, settled_at = %s WHERE id = %s AND state = 'open'",
        (state, at, invitation_id),
    )
    return settled == 1


async def insert_mandate(tx: Transaction, keyring: Keyring, mandate: Mandate, *, image: str | None) -> None:
    signature = msgspec.json.encode(_Signature(mandate.signed_name, image))
    await tx.run(
        """INSERT INTO identity.mandates
             (id, agent, agent_kind, principal_person, principal_organisation, given_by, matter, powers, valid_until,
              given_at, signature_kind, signature, digest)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            mandate.id, mandate.agent, mandate.agent_kind, mandate.principal_person, mandate.principal_organisation,
            mandate.given_by, mandate.matter, [str(p) for p in mandate.powers], mandate.valid_until, mandate.given_at,
            mandate.signature_kind, keyring.seal(signature, place=_SIGNATURE), mandate.digest,
        ),
    )  # fmt: skip


async def mandate(reader: Reader, keyring: Keyring, mandate_id: MandateId) -> Mandate:
    """Raises NotFound."""
    return _mandate(await reader.one(f"SELECT {_MANDATE} FROM identity.mandates WHERE id = %s", (mandate_id,)), keyring)


async def lock_mandate(tx: Transaction, keyring: Keyring, mandate_id: MandateId) -> Mandate:
    """Raises NotFound."""
    return _mandate(
        await tx.one(f"SELECT {_MANDATE} FROM identity.mandates WHERE id = %s FOR UPDATE", (mandate_id,)), keyring
    )


async def revoke_mandate(tx: Transaction, mandate_id: MandateId, *, by: PersonId, at: datetime) -> None:
    await tx.run("UPDATE identity.mandates SET revoked_at = %s, revoked_by = %s WHERE id = %s", (at, by, mandate_id))


async def mandates_in_force(reader: Reader, keyring: Keyring, agent: PersonId, *, on: date) -> list[Mandate]:
    rows = await reader.all(
        f"""SELECT {_MANDATE} FROM identity.mandates
            WHERE agent = %s AND revoked_at IS NULL AND (valid_until IS NULL OR valid_until >= %s) ORDER BY id""",
        (agent, on),
    )
    return [_mandate(row, keyring) for row in rows]


async def mandates_held(reader: Reader, keyring: Keyring, agent: PersonId) -> list[Mandate]:
    rows = await reader.all(
        f"SELECT {_MANDATE} FROM identity.mandates WHERE agent = %s ORDER BY id DESC LIMIT 200", (agent,)
    )
    return [_mandate(row, keyring) for row in rows]


async def mandates_given(reader: Reader, keyring: Keyring, person_id: PersonId) -> list[Mandate]:
    """By the person, or by an organisation that the person belongs to."""
    rows = await reader.all(
        f"""SELECT {_MANDATE} FROM identity.mandates
            WHERE principal_person = %s OR principal_organisation IN
              (SELECT organisation_id FROM identity.members WHERE person_id = %s)
            ORDER BY id DESC LIMIT 200""",
        (person_id, person_id),
    )
    return [_mandate(row, keyring) for row in rows]
