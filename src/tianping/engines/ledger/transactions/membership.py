"""Membership: who co-signs, with what weight; which officers may decide. The members themselves decide, by more than two thirds.

"Visible nodes" of the access rules: every member, its level, its key and each change of them is an entry of the log.
"""

import msgspec

from tianping.engines.ledger.model import Bytes32, Level, Member, PublicKey, SignerRole, Slug, Standing, ValidatorUpdate
from tianping.engines.ledger.transactions.base import (
    Desk,
    Kind,
    Refused,
    Transaction,
    enrol,
    key_of,
    members_of,
    need_quorum,
    retire,
)


class ChangeMember(msgspec.Struct, frozen=True, array_like=True):
    """The member as it shall stand from now on; standing `removed` takes it out."""

    member: Member


class ChangeOfficer(msgspec.Struct, frozen=True, array_like=True):
    """An officer's certificate of a first-level member begins or ceases to count."""

    fingerprint: Bytes32
    owner: Slug
    public_key: PublicKey
    active: bool


def change_member(desk: Desk, tx: Transaction) -> None:
    need_quorum(desk, tx)
    member = tx.content(ChangeMember).member
    before = desk.state.read(key_of("member", member.id), Member)
    leaves = member.standing == Standing.REMOVED
    if member.standing not in (Standing.ADMITTED, Standing.REMOVED) or (leaves and before is None):
        raise Refused("wrong-standing")
    if (member.level == Level.SECOND or leaves) and member.power:
        raise Refused("not-permitted")
    if before is not None and (leaves or before.fingerprint != member.fingerprint):
        retire(desk, before.fingerprint)
    if not leaves:
        enrol(desk, member.fingerprint, SignerRole.NODE, member.id, member.public_key)
    desk.state.write(key_of("member", member.id), member)
    if not any(left.power for left in members_of(desk.state)):
        raise Refused("not-permitted")
    if before is not None and before.engine_key and before.engine_key != member.engine_key and before.power:
        desk.validators.append(ValidatorUpdate(member.id, before.engine_key, 0))
    if before is None or before != member:
        desk.validators.append(ValidatorUpdate(member.id, member.engine_key, member.power))


def change_officer(desk: Desk, tx: Transaction) -> None:
    need_quorum(desk, tx)
    content = tx.content(ChangeOfficer)
    owner = desk.state.read(key_of("member", content.owner), Member)
    if owner is None or owner.standing != Standing.ADMITTED or owner.level != Level.FIRST:
        raise Refused("unknown-member")
    if content.active:
        enrol(desk, content.fingerprint, SignerRole.OFFICER, content.owner, content.public_key)
    else:
        retire(desk, content.fingerprint)


KINDS = (Kind("member.change", change_member), Kind("officer.change", change_officer))
