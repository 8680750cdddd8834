"""Private keys in files: what OpenSSL opens, what of OpenSSL opens here, and what does not open."""

import stat

import pytest
from tests.engines.signing.conftest import subject
from tests.engines.signing.openssl import openssl

from tianping.engines.signing import certificates, keys
from tianping.engines.signing import object_ids as oid
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.signers import open_signer
from tianping.interfaces.signing import CertificateRefused, CertificateRole, KeyUnusable

FEW = 1_000


@pytest.fixture
def private_key():
    return sm2().new_private_key()


@pytest.mark.parametrize("cipher", [oid.SM4_CBC, oid.AES_256_CBC])
def test_openssl_opens_what_we_write_and_says_the_same_key(tmp_path, private_key, cipher):
    file = tmp_path / "node.key"
    file.write_bytes(keys.sealed_private_key(private_key, "口令 passphrase", sm2(), iterations=FEW, cipher=cipher))
    said = openssl("pkey", "-in", file, "-passin", "pass:口令 passphrase", "-noout", "-text").decode()
    digits = said.replace(":", "").replace(" ", "").replace("\n", "")
    assert private_key.hex() in digits
    assert sm2().public_key(private_key).hex() in digits
    openssl("pkey", "-in", file, "-passin", "pass:another", "-noout", good=False)


@pytest.mark.parametrize("cipher", ["sm4-cbc", "aes-256-cbc"])
def test_a_key_file_of_openssl_opens_here(tmp_path, cipher):
    plain = openssl("genpkey", "-algorithm", "SM2")
    sealed = openssl("pkcs8", "-topk8", "-v2", cipher, "-iter", "1000", "-passout", "pass:secret", given=plain)
    private_key = keys.opened_private_key(sealed, "secret", sm2())
    (tmp_path / "key.pem").write_bytes(plain)
    said = openssl("pkey", "-in", tmp_path / "key.pem", "-noout", "-text").decode().replace(":", "").split()
    assert private_key.hex() in "".join(said)


@pytest.mark.parametrize("function", oid.HMAC_SM3)
def test_a_key_file_derived_with_sm3_opens_here(monkeypatch, private_key, function):
    """As GmSSL writes them: PBKDF2 with HMAC-SM3, SM4-CBC."""
    monkeypatch.setattr(oid, "HMAC_SHA_256", function)
    sealed = keys.sealed_private_key(private_key, "secret", sm2(), iterations=FEW)
    monkeypatch.undo()
    assert b"hmacWithSHA256" not in openssl("asn1parse", given=sealed)
    with pytest.raises(KeyUnusable):
        keys.opened_private_key(sealed, "another", sm2())
    assert keys.opened_private_key(sealed, "secret", sm2()) == private_key


def test_a_file_is_written_whole_and_for_its_owner_only(tmp_path, private_key):
    file = tmp_path / "node.key"
    keys.write_key_file(file, private_key, "passphrase", sm2(), iterations=FEW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["node.key"]
    assert keys.read_key_file(file, "passphrase", sm2()) == private_key


def test_the_default_is_a_million_rounds(private_key):
    sealed = keys.sealed_private_key(private_key, "passphrase", sm2())
    assert b":0F4240" in openssl("asn1parse", given=sealed)


def test_a_wrong_passphrase_never_opens(private_key):
    """Padding alone is right once in 256 times; then the structure is not."""
    sealed = keys.sealed_private_key(private_key, "right", sm2(), iterations=1)
    for attempt in range(600):
        with pytest.raises(KeyUnusable):
            keys.opened_private_key(sealed, f"wrong {attempt}", sm2())


def test_damage_is_seen_and_told_as_unusable(private_key):
    from asn1crypto import pem

    _, _, der = pem.unarmor(keys.sealed_private_key(private_key, "passphrase", sm2(), iterations=FEW))
    for at in range(len(der)):
        damaged = bytearray(der)
        damaged[at] ^= 0x10
        try:
            opened = keys.opened_private_key(bytes(damaged), "passphrase", sm2())
        except KeyUnusable:
            continue
        assert opened == private_key, f"byte {at}: another key came out"


def test_other_keys_are_refused(tmp_path):
    other = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    sealed = openssl("pkcs8", "-topk8", "-iter", "1000", "-passout", "pass:secret", given=other)
    for content in (sealed, other, b"", b"-----BEGIN NOTHING-----\n-----END NOTHING-----\n", b"\x30\x80"):
        with pytest.raises(KeyUnusable):
            keys.opened_private_key(content, "secret", sm2())
    with pytest.raises(KeyUnusable):
        keys.read_key_file(tmp_path / "absent.key", "secret", sm2())


def test_a_signer_opens_from_its_files(authority, tmp_path, private_key):
    facts = authority.issue(CertificateRole.NODE, subject(), sm2().public_key(private_key))
    certificate, key, other = tmp_path / "node.crt", tmp_path / "node.key", tmp_path / "other.key"
    certificate.write_bytes(certificates.pem_of(facts.der))
    keys.write_key_file(key, private_key, "passphrase", sm2(), iterations=FEW)
    keys.write_key_file(other, sm2().new_private_key(), "passphrase", sm2(), iterations=FEW)
    signer = open_signer(certificate, key, "passphrase", authority.trust, sm2())
    assert signer.certificate == facts
    assert sm2().verify(facts.public_key, b"message", signer.sign(b"message"))
    with pytest.raises(KeyUnusable):
        open_signer(certificate, other, "passphrase", authority.trust, sm2())
    with pytest.raises(CertificateRefused):
        open_signer(key, key, "passphrase", authority.trust, sm2())
    with pytest.raises(CertificateRefused):
        open_signer(tmp_path / "absent.crt", key, "passphrase", authority.trust, sm2())
