"""SM3 and SM4: the vectors of the standards; `cryptography`, gmssl-pyx and the openssl command line agree."""

import gmssl_pyx
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.signing.openssl import openssl

from tianping.kit.digests import keyed_sm3, sm3

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_sm3_of_the_standard():
    """GB/T 32905-2016, A.1 and A.2."""
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sm4_of_the_standard():
    """GB/T 32907-2016, A.1."""
    encryptor = Cipher(SM4(KEY), modes.ECB()).encryptor()  # noqa: S305
    assert encryptor.update(KEY).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_of_rfc_8998():
    """RFC 8998, A.1."""
    nonce = bytes.fromhex("00001234567800000000ABCD")
    plain = bytes.fromhex("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD")
    plain += bytes.fromhex("EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA")
    associated = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    sealed = (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    encryptor = Cipher(SM4(KEY), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(associated)
    assert (encryptor.update(plain) + encryptor.finalize()).hex() == sealed
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@settings(max_examples=60, deadline=None)
@given(message=st.binary(max_size=500), key=st.binary(min_size=1, max_size=80))
def test_sm3_agrees_with_gmssl(message, key):
    assert bytes.fromhex(sm3(message)) == gmssl_pyx.sm3_hash(message)
    assert keyed_sm3(key, message) == gmssl_pyx.sm3_hmac(key, message)


@settings(max_examples=60, deadline=None)
@given(
    plain=st.binary(min_size=1, max_size=500),
    key=st.binary(min_size=16, max_size=16),
    nonce=st.binary(min_size=12, max_size=12),
    associated=st.binary(max_size=50),
)
def test_sm4_gcm_agrees_with_gmssl(plain, key, nonce, associated):
    encryptor = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(associated)
    sealed = encryptor.update(plain) + encryptor.finalize()
    assert gmssl_pyx.sm4_gcm_encrypt(key, nonce, associated, plain) == (sealed, encryptor.tag)
    assert gmssl_pyx.sm4_gcm_decrypt(key, nonce, associated, sealed, encryptor.tag) == plain


def test_the_command_line_agrees():
    message = bytes(range(256)) * 5
    assert openssl("dgst", "-sm3", "-r", given=message).split()[0].decode() == sm3(message)
    sealed = openssl("enc", "-sm4-cbc", "-K", KEY.hex(), "-iv", KEY.hex(), given=message)
    assert gmssl_pyx.sm4_cbc_padding_encrypt(KEY, KEY, message) == sealed
    decryptor = Cipher(SM4(KEY), modes.CBC(KEY)).decryptor()
    assert decryptor.update(sealed)[: len(message)] == message
