"""Sealed columns: SM4-GCM, bound to their column, rotated without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.platform.keyring import FileKeys, Keyring, SealBroken


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return FileKeys(tmp_path_factory.mktemp("keys"))


@given(plain=st.text())
def test_what_is_sealed_opens_again(provider, plain):
    keyring = Keyring(provider)
    sealed = keyring.seal(plain, place="a.b")
    assert keyring.open(sealed, place="a.b") == plain


@given(place=st.integers(0, 60), bit=st.integers(0, 7))
def test_any_changed_bit_is_seen(provider, place, bit):
    keyring = Keyring(provider)
    sealed = bytearray(keyring.seal("身份证号 110101199003070000", place="a.b"))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        keyring.open(bytes(sealed), place="a.b")


def test_a_value_cannot_be_moved_to_another_column(provider):
    keyring = Keyring(provider)
    with pytest.raises(SealBroken):
        keyring.open(keyring.seal("x", place="a.b"), place="a.c")


def test_rotation_keeps_old_values_readable_and_reseals_them(tmp_path):
    provider = FileKeys(tmp_path)
    keyring = Keyring(provider)
    old = keyring.seal("李明", place="a.b")
    digest = keyring.digest("李明", place="a.b")
    provider.rotate()
    keyring.rotate()
    assert keyring.open(old, place="a.b") == "李明"
    assert not keyring.is_current(old)
    renewed = keyring.reseal(old, place="a.b")
    assert keyring.is_current(renewed)
    assert keyring.open(renewed, place="a.b") == "李明"
    assert keyring.digest("李明", place="a.b") == digest, "search survives rotation"


def test_keys_are_readable_by_their_owner_only(tmp_path):
    FileKeys(tmp_path)
    assert {p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {0o600}
