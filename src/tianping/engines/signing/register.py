"""The register of an authority: a directory in which every fact is one file, written whole or not at all.

```
authority.json          what the authority was made with
root.crt issuer.crt     PEM
root.key issuer.key     encrypted; root.key belongs on a medium that is kept elsewhere
issued/SERIAL.crt       every certificate, before it is handed out
revoked/SERIAL.json     every revocation, for ever
lists/NUMBER.crl        the issuer's revocation lists (PEM)
root-lists/NUMBER.crl   the root's
```
There is nothing to repair after a crash: a certificate or a revocation is there, or it was never acknowledged.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tianping.engines.signing import certificates
from tianping.engines.signing.chain import Trust
from tianping.engines.signing.files import write_once
from tianping.engines.signing.revocation import Revocation, status_at
from tianping.interfaces.signing import CertificateFacts, CertificateRefused, CertificateStatus, Sm2
from tianping.kit.problems import Conflict, NotFound, Problem, Text

_FORMAT = 1


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`arc`: of the role identifiers. `crl_url`: where the issuer's list is published; empty where nowhere."""

    format: int = _FORMAT
    arc: str
    crl_url: str = ""
    created_at: datetime


class NoAuthority(NotFound):
    code = "no-authority"
    title = Text(
        "此目录中没有证书机构，请先运行 tianping ca init", "No authority in this directory: run tianping ca init"
    )


class RegisterDamaged(Problem):
    status = 500
    code = "register-damaged"
    title = Text("证书登记簿中的文件已损坏", "A file of the register is damaged")
    detail = Text("文件：{file}", "File: {file}")
    shown = ("file",)


class CertificateUnknown(NotFound):
    code = "certificate-unknown"
    title = Text("登记簿中没有这一序列号", "The register has no such serial number")


class AlreadyRevoked(Conflict):
    code = "already-revoked"
    title = Text("该证书已被吊销", "The certificate is revoked already")


class Register:
    """Reads the register; `Revocations` for whoever has the directory. Needs no key."""

    def __init__(self, directory: Path, sm2: Sm2) -> None:
        """Raises: NoAuthority, RegisterDamaged."""
        self.directory = directory
        self.settings = _read(directory / "authority.json", Settings, missing=NoAuthority())
        try:
            root = (directory / "root.crt").read_bytes()
            self.trust = Trust(root, [(directory / "issuer.crt").read_bytes()], sm2)
        except (OSError, CertificateRefused) as error:
            raise RegisterDamaged(file="root.crt, issuer.crt") from error
        self.root, self.issuer = self.trust.root, self.trust.issuers[0]

    def certificate(self, serial: str) -> CertificateFacts:
        """Raises: CertificateUnknown, RegisterDamaged."""
        file = self.directory / "issued" / f"{_plain(serial)}.crt"
        try:
            facts = self.trust.read(file.read_bytes())
        except FileNotFoundError as error:
            raise CertificateUnknown from error
        except CertificateRefused as error:
            raise RegisterDamaged(file=str(file)) from error
        if facts.serial != _plain(serial):
            raise RegisterDamaged(file=str(file))
        return facts

    def certificates(self) -> Iterator[CertificateFacts]:
        """All that were ever issued, the issuing certificate too, by serial number."""
        for file in sorted((self.directory / "issued").glob("[0-9a-f]*.crt")):
            yield self.certificate(file.stem)

    def status(self, serial: str, at: datetime) -> CertificateStatus:
        """The status at an instant, by what is known now; UNKNOWN for what was never issued here."""
        try:
            facts = self.certificate(serial)
        except CertificateUnknown:
            return CertificateStatus.UNKNOWN
        return status_at(facts, self.revocation_of(serial), at)

    def revocation_of(self, serial: str) -> Revocation | None:
        return _read(self.directory / "revoked" / f"{_plain(serial)}.json", Revocation)

    def revocations(self) -> list[Revocation]:
        found = [self.revocation_of(file.stem) for file in sorted((self.directory / "revoked").glob("[0-9a-f]*.json"))]
        return [each for each in found if each is not None]

    def revocation(self, issuer: CertificateFacts, serial: str) -> Revocation | None:
        """`Revocations`: by the files themselves, which are never behind."""
        return self.revocation_of(serial)

    def known_until(self, issuer: CertificateFacts) -> datetime | None:
        return datetime.max.replace(tzinfo=UTC)

    def newest_list(self, *, of_root: bool = False) -> tuple[int, bytes] | None:
        """Number and PEM of the newest revocation list; None before the first."""
        numbers = self._list_numbers(of_root)
        if not numbers:
            return None
        return numbers[-1], self._list_file(numbers[-1], of_root).read_bytes()

    def _list_numbers(self, of_root: bool) -> list[int]:
        return sorted(int(file.stem) for file in self._list_file(0, of_root).parent.glob("[0-9]*.crl"))

    def _list_file(self, number: int, of_root: bool) -> Path:
        return self.directory / ("root-lists" if of_root else "lists") / f"{number:08d}.crl"

    def _enter(self, facts: CertificateFacts) -> None:
        write_once(self.directory / "issued" / f"{facts.serial}.crt", certificates.pem_of(facts.der))

    def _enter_revocation(self, revocation: Revocation) -> None:
        try:
            write_once(self.directory / "revoked" / f"{revocation.serial}.json", msgspec.json.encode(revocation))
        except FileExistsError as error:
            raise AlreadyRevoked from error


def _plain(serial: str) -> str:
    """A serial number as we write it. Raises: CertificateUnknown: not hexadecimal, so none of ours."""
    try:
        return f"{int(serial.replace(':', ''), 16):x}"
    except ValueError as error:
        raise CertificateUnknown from error


def _read(file: Path, kind: Any, *, missing: Problem | None = None) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except FileNotFoundError:
        if missing is not None:
            raise missing from None
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise RegisterDamaged(file=str(file)) from error
