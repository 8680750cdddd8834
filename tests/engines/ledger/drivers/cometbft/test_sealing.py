"""Extensions and seals by themselves: what is taken in, what is left out, what hash the engine is told."""

import msgspec
import pytest
from tests.engines.ledger.cast import cast, verify

from tianping.engines.ledger import codec
from tianping.engines.ledger.checkpoints import LIMIT, Checkpoint, cosign
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.drivers.cometbft import sealing
from tianping.engines.ledger.drivers.cometbft.homes import address_of
from tianping.engines.ledger.drivers.cometbft.sealing import SEAL, Seal, open_seal, read_extension, seal_of
from tianping.engines.ledger.model import FORMAT

PEOPLE = cast(nodes=4)
MEMBERS = [msgspec.structs.replace(one, engine_key=bytes([at]) * 32) for at, one in enumerate(PEOPLE.genesis.members)]
HERE = Checkpoint("court.test/works", 7, b"r" * 32, 12)


def signer(member):
    return PEOPLE.nodes[member.id].sign


def said(member, checkpoint=HERE, time=1000):
    return sealing.extension(checkpoint, member, time, signer(member))


def seal(cosignatures, height=12):
    return SEAL + codec.encode(Seal(FORMAT, height, cosignatures))


def test_a_seal_of_all_opens_to_a_quorate_checkpoint_with_the_median_time():
    raw, _, others = seal_of(HERE, [said(one, time=1000 + at) for at, one in enumerate(MEMBERS)], MEMBERS, verify)
    found = open_seal(raw, HERE, MEMBERS, verify)
    assert found is not None
    assert found.quorate
    assert found.time == 1001
    assert [one.member for one in found.cosignatures] == [one.id for one in MEMBERS]
    assert others == []


def test_what_is_wrong_is_left_out_and_told():
    wrong_root = said(MEMBERS[0], msgspec.structs.replace(HERE, root=b"x" * 32))
    other_height = said(MEMBERS[1], msgspec.structs.replace(HERE, height=11))
    raw, _, others = seal_of(
        HERE, [wrong_root, other_height, b"", b"\xff" * 40, said(MEMBERS[3]), said(MEMBERS[3])], MEMBERS, verify
    )
    found = open_seal(raw, HERE, MEMBERS, verify)
    assert found is not None
    assert [one.member for one in found.cosignatures] == [MEMBERS[3].id]
    assert not found.quorate
    assert [one.cosignature.member for one in others] == [MEMBERS[0].id]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_seal_of_few_is_valid_and_not_quorate(count):
    raw, _, _ = seal_of(HERE, [said(one) for one in MEMBERS[:count]], MEMBERS, verify)
    found = open_seal(raw, HERE, MEMBERS, verify)
    assert found is not None
    assert not found.quorate


def test_a_seal_with_anything_wrong_in_it_is_none():
    right = [cosign(HERE, one, 1000, signer(one)) for one in MEMBERS]
    assert open_seal(seal(right), HERE, MEMBERS, verify) is not None
    forged = msgspec.structs.replace(right[0], signature=right[1].signature)
    later = msgspec.structs.replace(right[0], time=2000)
    stranger = cosign(HERE, MEMBERS[0], 1000, PEOPLE.newcomer.sign)
    endless = cosign(HERE, MEMBERS[0], LIMIT, signer(MEMBERS[0]))
    for wrong in (
        seal([forged, *right[1:]]),
        seal([later, *right[1:]]),
        seal([stranger, *right[1:]]),
        seal([endless, *right[1:]]),
        seal([right[1], right[0]]),
        seal([right[0], right[0]]),
        seal(right, height=13),
        seal(right)[:-1],
        seal(right) + b"\x00",
        seal(right)[1:],
        b"",
        SEAL,
    ):
        assert open_seal(wrong, HERE, MEMBERS, verify) is None


def test_every_changed_byte_of_a_seal_is_found():
    raw, _, _ = seal_of(HERE, [said(one) for one in MEMBERS[:2]], MEMBERS, verify)
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        assert open_seal(bytes(changed), HERE, MEMBERS, verify) is None, at


def test_members_without_power_and_those_who_left_are_not_counted():
    [first, *rest] = MEMBERS
    watching = [msgspec.structs.replace(first, power=0), *rest]
    raw, _, _ = seal_of(HERE, [said(one) for one in MEMBERS], watching, verify)
    found = open_seal(raw, HERE, watching, verify)
    assert found is not None
    assert first.id not in {one.member for one in found.cosignatures}
    assert sealing.member_at(address_of(first.engine_key), watching) is None
    assert sealing.member_at(address_of(rest[0].engine_key), watching) == rest[0]


def test_an_extension_is_judged_by_its_signer_and_height_not_by_its_root():
    told = read_extension(said(MEMBERS[0], msgspec.structs.replace(HERE, root=b"x" * 32)))
    judge = sealing.is_signed_by
    assert judge(told, MEMBERS[0], HERE.origin, 12, verify)
    assert not judge(told, MEMBERS[1], HERE.origin, 12, verify)
    assert not judge(told, MEMBERS[0], HERE.origin, 13, verify)
    assert not judge(told, MEMBERS[0], "elsewhere/works", 12, verify)
    assert not judge(msgspec.structs.replace(told, size=8), MEMBERS[0], HERE.origin, 12, verify)


def test_an_extension_that_no_note_could_hold_is_malformed():
    one = cosign(HERE, MEMBERS[0], LIMIT, signer(MEMBERS[0]))
    with pytest.raises(Malformed):
        read_extension(codec.encode(sealing.Extension(FORMAT, 7, b"r" * 32, one)))


def test_a_transaction_can_never_pass_for_a_seal():
    from tests.engines.ledger.depositor import deposit

    assert not sealing.is_seal(deposit("a", PEOPLE.platform))


def test_the_engine_is_told_another_hash_until_the_seal_is_whole():
    root = b"r" * 32
    owed = {sealing.application_hash(root, height, sealed=False) for height in range(5)}
    assert len(owed) == 5
    assert root not in owed
    assert sealing.application_hash(root, 3, sealed=True) == root
