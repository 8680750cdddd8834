"""Passphrases, keys and certificates in files, and certificates as they are printed."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from tianping.apps.ca_cli.options import ISSUER
from tianping.apps.console import say, spoken
from tianping.apps.passphrases import passphrase
from tianping.engines.signing import authority as authorities
from tianping.engines.signing import certificates
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.keys import write_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.interfaces.signing import CertificateFacts, CertificatePurpose
from tianping.kit.clock import COURT_ZONE, SystemClock
from tianping.kit.problems import Text


def asked(file: Path | None, variable: str, zh: str, en: str, option: str, *, new: bool = False) -> str:
    return passphrase(file, variable, zh=zh, en=en, option=option, new=new)


def opened(directory: Path, passphrase_file: Path | None) -> authorities.Authority:
    Register(directory, sm2())  # say that there is none before a passphrase is asked for
    secret = asked(passphrase_file, ISSUER, "签发口令", "passphrase of the issuing key", "--passphrase-file")
    return authorities.open_authority(directory, secret, sm2(), SystemClock())


def new_key(file: Path, secret: str) -> bytes:
    """A private key in a new file; an existing one is never written over."""
    if file.exists():
        raise click.ClickException(spoken(Text(f"文件已存在：{file}", f"the file exists: {file}")))
    private_key = sm2().new_private_key()
    write_key_file(file, private_key, secret, sm2())
    return private_key


def hand_out(facts: CertificateFacts, out: Path, in_json: bool) -> None:
    write_whole(out, certificates.pem_of(facts.der))
    if in_json:
        as_json(shown(facts) | {"file": str(out)})
    else:
        say(f"证书 {facts.serial} 已写入 {out}", f"certificate {facts.serial} is in {out}", mark="✓ ")


def purpose_of(sealing: bool) -> CertificatePurpose:
    return CertificatePurpose.SEALING if sealing else CertificatePurpose.SIGNING


def content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error


def instant(text: str | None) -> datetime:
    if not text:
        return SystemClock().now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(text, param_hint="ISO 8601") from error
    return found if found.tzinfo else found.replace(tzinfo=COURT_ZONE)


def shown(facts: CertificateFacts) -> dict[str, Any]:
    plain = msgspec.structs.asdict(facts)
    plain.pop("der")
    return plain | {"fingerprint": facts.fingerprint.hex(), "public_key": facts.public_key.hex()}


def as_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
