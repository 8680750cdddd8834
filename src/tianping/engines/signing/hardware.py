"""Private keys in a device behind PKCS#11 (v2.40), which never gives them out.

PKCS#11 has no number for SM2, so each maker has his own: it is configured, as is what the device wants to be given.
Nothing is believed: when a key is opened, the device signs once and the signature is checked under the certificate.
"""

from enum import StrEnum
from threading import Lock
from typing import Any

import msgspec
import pkcs11
from pkcs11.exceptions import PKCS11Error

from tianping.engines.signing import curve
from tianping.interfaces.signing import CertificateFacts, KeyUnusable, Sm2
from tianping.kit.problems import Text

_VENDOR_NUMBERS = 0x80000000


class DeviceInput(StrEnum):
    """What the device signs."""

    DIGEST = "digest"  # e = SM3(Z ‖ message), 32 bytes: the digest is made here
    MESSAGE = "message"  # the message: the device makes Z with the user id 1234567812345678, and the digest


class DeviceKey(msgspec.Struct, frozen=True, kw_only=True):
    """Where a key is. `mechanism` is the maker's CKM_ number for signing with SM2, `parameter` its pParameter."""

    module: str
    token: str
    label: str
    mechanism: int
    input: DeviceInput = DeviceInput.DIGEST
    parameter: bytes | None = None


class DeviceUnusable(KeyUnusable):
    """`reason` is what the device or its library answered."""

    status = 503
    code = "signing-device-unusable"
    title = Text("签名设备无法使用", "The signing device cannot be used")
    detail = Text("原因：{reason}", "Reason: {reason}")
    shown = ("reason",)


class DeviceSession:
    """One session with one key of a device. Safe in several threads, one at a time; reopens itself once if it was lost."""

    def __init__(self, place: DeviceKey, pin: str) -> None:
        """Raises: DeviceUnusable: no such module, token or key, or a wrong PIN."""
        self._place, self._pin = place, pin
        self._mechanism = _numbered(place.mechanism)
        self._lock = Lock()
        self._session: Any = None
        self._key: Any = None
        with self._lock:
            self._open()

    def sign(self, given: bytes) -> bytes:
        """What the mechanism answers; 64 bytes `r ‖ s` for the elliptic curves. Raises: DeviceUnusable."""
        with self._lock:
            try:
                return self._signed(given)
            except (pkcs11.SessionHandleInvalid, pkcs11.SessionClosed, pkcs11.DeviceRemoved, pkcs11.UserNotLoggedIn):
                self._close()
                self._open()
            except PKCS11Error as error:
                raise _unusable(error) from error
            try:
                return self._signed(given)
            except PKCS11Error as error:
                raise _unusable(error) from error

    def close(self) -> None:
        with self._lock:
            self._close()

    def _signed(self, given: bytes) -> bytes:
        return self._key.sign(given, mechanism=self._mechanism, mechanism_param=self._place.parameter)

    def _open(self) -> None:
        try:
            library = pkcs11.lib(self._place.module)
            token = library.get_token(token_label=self._place.token)
            self._session = token.open(user_pin=self._pin)
            self._key = self._session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._place.label)
        except (PKCS11Error, OSError, RuntimeError) as error:
            self._close()
            raise _unusable(error) from error

    def _close(self) -> None:
        session, self._session, self._key = self._session, None, None
        if session is not None:
            try:
                session.close()
            except PKCS11Error:
                return


class DeviceSigner:
    """`interfaces.signing.Signer` with the key in a device."""

    def __init__(self, certificate: CertificateFacts, session: DeviceSession, input: DeviceInput, sm2: Sm2) -> None:
        """Raises: DeviceUnusable: the device's first signature is not right under the certificate."""
        self.certificate = certificate
        self._session, self._input = session, input
        trial = b"tianping"
        if not sm2.verify(certificate.public_key, trial, self.sign(trial)):
            raise DeviceUnusable(reason="its signature is not right under the certificate")

    def sign(self, message: bytes) -> bytes:
        if self._input is DeviceInput.MESSAGE:
            return self._session.sign(message)
        return self._session.sign(curve.digest_to_sign(self.certificate.public_key, message))


def open_device(place: DeviceKey, pin: str, certificate: CertificateFacts, sm2: Sm2) -> DeviceSigner:
    session = DeviceSession(place, pin)
    try:
        return DeviceSigner(certificate, session, place.input, sm2)
    except KeyUnusable:
        session.close()
        raise


def _numbered(mechanism: int) -> pkcs11.Mechanism:
    """A member of the enumeration with this number: python-pkcs11 takes nothing else, and knows no maker's numbers."""
    try:
        return pkcs11.Mechanism(mechanism)
    except ValueError:
        if not _VENDOR_NUMBERS <= mechanism < 2 * _VENDOR_NUMBERS:
            raise DeviceUnusable(reason=f"no mechanism has the number {mechanism:#x}") from None
        member = int.__new__(pkcs11.Mechanism, mechanism)
        member._name_, member._value_ = f"VENDOR_{mechanism:08X}", mechanism
        return member


def _unusable(error: Exception) -> DeviceUnusable:
    return DeviceUnusable(reason=str(error) or type(error).__name__)
