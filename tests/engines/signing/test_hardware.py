"""Keys behind PKCS#11, with SoftHSM2 where it is installed.

SoftHSM knows no SM2. It shows that sessions, key lookup, PINs, lost sessions and the transport of a digest work (with
ECDSA over a raw digest, which travels as SM2 would), and that a device which does not sign SM2 is refused. The digest that
an SM2 device is given is tested with a device made of the SM2 of this machine.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from tests.engines.signing.conftest import subject

from tianping.engines.signing import curve
from tianping.engines.signing.hardware import (
    DeviceInput,
    DeviceKey,
    DeviceSession,
    DeviceSigner,
    DeviceUnusable,
    open_device,
)
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import CertificateRole

PIN, ECDSA = "123456", 0x1041
_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((place for place in _PLACES if Path(place).exists()), "")


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token with one P-256 key. The module reads its configuration once a process, so all tests share it."""
    if not MODULE or not shutil.which("softhsm2-util"):
        pytest.skip("no SoftHSM2 on this machine (Debian package softhsm2)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    given = ("--init-token", "--free", "--label", "tianping", "--pin", PIN, "--so-pin", "12345678")
    subprocess.run(["softhsm2-util", *given], check=True, capture_output=True, timeout=60)
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    with pkcs11.lib(MODULE).get_token(token_label="tianping").open(rw=True, user_pin=PIN) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        public, _ = parameters.generate_keypair(store=True, label="node-key")
        point = public[pkcs11.Attribute.EC_POINT][2:]
    yield ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    os.environ.pop("SOFTHSM2_CONF")


def place(**changed):
    return DeviceKey(**{"module": MODULE, "token": "tianping", "label": "node-key", "mechanism": ECDSA} | changed)


class TestSoftHsm:
    def test_signs_a_raw_digest(self, token):
        session = DeviceSession(place(), PIN)
        digest = curve.digest_to_sign(sm2().public_key(sm2().new_private_key()), b"message")
        signature = session.sign(digest)
        session.close()
        assert len(signature) == 64
        numbers = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        token.verify(encode_dss_signature(*numbers), digest, ec.ECDSA(Prehashed(hashes.SHA256())))

    def test_a_lost_session_is_opened_again(self, token):
        session = DeviceSession(place(), PIN)
        session._session.close()
        assert len(session.sign(bytes(range(32)))) == 64
        session.close()
        session.close()

    @pytest.mark.parametrize(
        ("changed", "pin"),
        [
            ({"token": "another"}, PIN),
            ({"label": "another"}, PIN),
            ({"module": "/nowhere/module.so"}, PIN),
            ({}, "999999"),
            ({"mechanism": 0x7FFF0000}, PIN),
        ],
        ids=["token", "key", "module", "pin", "number"],
    )
    def test_what_is_not_there_is_said(self, token, changed, pin):
        with pytest.raises(DeviceUnusable) as refused:
            DeviceSession(place(**changed), pin)
        assert refused.value.values["reason"]
        assert pin not in str(refused.value)

    def test_a_makers_number_reaches_the_device(self, token):
        """SoftHSM has no such mechanism and says so: the number went through."""
        session = DeviceSession(place(mechanism=0x80000A01), PIN)
        with pytest.raises(DeviceUnusable) as refused:
            session.sign(bytes(32))
        assert "echanism" in str(refused.value.values["reason"])
        session.close()

    def test_a_device_that_does_not_sign_sm2_is_refused(self, token, authority):
        public_key = sm2().public_key(sm2().new_private_key())
        certificate = authority.issue(CertificateRole.NODE, subject(), public_key)
        with pytest.raises(DeviceUnusable) as refused:
            open_device(place(), PIN, certificate, sm2())
        assert "certificate" in str(refused.value.values["reason"])


class _Sm2Device:
    """Signs as a device with SM2 does; which input it takes is fixed by how it was made."""

    def __init__(self, private_key: bytes, takes: DeviceInput) -> None:
        self._private_key, self._takes = private_key, takes

    def sign(self, given: bytes) -> bytes:
        if self._takes is DeviceInput.MESSAGE:
            return sm2().sign(self._private_key, given)
        import gmssl_pyx

        assert len(given) == 32
        return curve.signature_from_der(gmssl_pyx.sm2_sign_sm3_digest(self._private_key, given))


class TestSm2Device:
    @pytest.mark.parametrize("takes", list(DeviceInput))
    def test_gets_what_it_signs(self, authority, takes):
        private_key = sm2().new_private_key()
        public_key = sm2().public_key(private_key)
        certificate = authority.issue(CertificateRole.NODE, subject(), public_key)
        signer = DeviceSigner(certificate, _Sm2Device(private_key, takes), takes, sm2())
        assert sm2().verify(public_key, b"message", signer.sign(b"message"))

    def test_the_wrong_input_is_noticed_at_once(self, authority):
        private_key = sm2().new_private_key()
        certificate = authority.issue(CertificateRole.NODE, subject(), sm2().public_key(private_key))
        device = _Sm2Device(private_key, DeviceInput.MESSAGE)
        with pytest.raises(DeviceUnusable):
            DeviceSigner(certificate, device, DeviceInput.DIGEST, sm2())
