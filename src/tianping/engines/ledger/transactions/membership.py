"""Membership: who co-signs, with what weight; which officers may decide. The members themselves decide, by more than two thirds.

"Visible nodes" of the access rules: every member, its level, its key and each change of them is an entry of the log.
"""

from collections.abc import Sequence

from tianping.engines.ledger.codec import Encoded
from tianping.engines.ledger.model import (
    Bytes32,
    Level,
    Member,
    PublicKey,
    SignerRole,
    SigningKey,
    Slug,
    Standing,
    ValidatorUpdate,
)
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


class ChangeMember(Encoded, frozen=True):
    """The member as it shall stand from now on; standing `removed` takes it out."""

    member: Member


class ChangeOfficer(Encoded, frozen=True):
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
    if before is not None and (leaves or before.fingerprint != member.fingerprint):
        retire(desk, before.fingerprint)
    if leaves or member.level == Level.SECOND:
        _retire_officers(desk, member.id)
    if not leaves:
        enrol(desk, member.fingerprint, SignerRole.NODE, member.id, member.public_key)
    desk.state.write(key_of("member", member.id), member)
    if not sound(members_of(desk.state)) or ((leaves or member.level == Level.SECOND) and member.power):
        raise Refused("not-permitted")
    desk.members_changed = True


def sound(members: Sequence[Member]) -> bool:
    """Whether these members can make a quorum: some power, none on the second level, and engine keys for all or none."""
    powerful = [member for member in members if member.power]
    keys = [member.engine_key for member in members if member.engine_key]
    return (
        bool(powerful)
        and all(member.level == Level.FIRST for member in powerful)
        and all(len(key) == 32 for key in keys)
        and len(set(keys)) == len(keys)
        and len({bool(member.engine_key) for member in powerful}) == 1
    )


def updates(before: Sequence[Member], after: Sequence[Member]) -> list[ValidatorUpdate]:
    """What a consensus engine must hear when the members are others than before: those who go or whose power changes.

    An engine key that had no power and gets none is left out: engines refuse to remove what they do not have.
    """
    had = {member.engine_key: member for member in before if member.power and member.engine_key}
    has = {member.engine_key: member for member in after if member.power and member.engine_key}
    gone = [ValidatorUpdate(member.id, key, 0) for key, member in had.items() if key not in has]
    changed = [
        ValidatorUpdate(member.id, key, member.power)
        for key, member in has.items()
        if key not in had or had[key].power != member.power
    ]
    return gone + changed


def _retire_officers(desk: Desk, member_id: str) -> None:
    for place in desk.state.keys("key/"):
        key = desk.state.read(place, SigningKey)
        if key is not None and (key.role, key.owner) == (SignerRole.OFFICER, member_id):
            retire(desk, key.fingerprint)


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
