"""Digital envelopes: each reader alone, nobody else, and nothing changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianping.engines.signing import envelopes
from tianping.engines.signing.certificates import key_identifier
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import KeyUnusable

PRIVATES = [sm2().new_private_key() for _ in range(3)]
PUBLICS = [sm2().public_key(each) for each in PRIVATES]


@settings(max_examples=20, deadline=None)
@given(plain=st.binary(max_size=5_000), readers=st.integers(1, 3), context=st.text(max_size=30))
def test_each_reader_opens_it_alone(plain, readers, context):
    envelope = envelopes.seal(plain, PUBLICS[:readers], context, sm2())
    for number, private_key in enumerate(PRIVATES):
        if number < readers:
            assert envelopes.open_envelope(envelope, private_key, context, sm2()) == plain
        else:
            with pytest.raises(KeyUnusable):
                envelopes.open_envelope(envelope, private_key, context, sm2())
    assert [each.key_id for each in envelopes.head_of(envelope).readers] == list(map(key_identifier, PUBLICS[:readers]))


def test_another_context_does_not_open():
    envelope = envelopes.seal("合同".encode(), PUBLICS, "TP-1", sm2())
    with pytest.raises(KeyUnusable):
        envelopes.open_envelope(envelope, PRIVATES[0], "TP-2", sm2())


def test_every_changed_or_missing_byte_fails():
    """Also in the part of another reader: the whole head is authenticated."""
    envelope = envelopes.seal("合同".encode(), PUBLICS, "TP-1", sm2())
    for at in range(len(envelope)):
        changed = bytearray(envelope)
        changed[at] ^= 1
        for content in (bytes(changed), envelope[:at]):
            with pytest.raises(KeyUnusable):
                envelopes.open_envelope(content, PRIVATES[0], "TP-1", sm2())


def test_readers_are_keys():
    with pytest.raises(KeyUnusable):
        envelopes.seal(b"plain", [b"\x04" + bytes(64)], "", sm2())
    with pytest.raises(ValueError, match="readers"):
        envelopes.seal(b"plain", [], "", sm2())
