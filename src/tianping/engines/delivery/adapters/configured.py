"""Which gateways this installation has: `delivery.toml` in the data directory, secrets in files beside it."""

import tomllib
from pathlib import Path

import msgspec

from tianping.engines.delivery.adapters.email_smtp import SmtpEmail
from tianping.engines.delivery.adapters.gateway import Gateway
from tianping.engines.delivery.adapters.sms_http import HttpSms
from tianping.engines.delivery.adapters.sms_smpp import SmppSms
from tianping.engines.delivery.adapters.stand_in import StandIn


class GatewaysInvalid(Exception):
    """`delivery.toml` is wrong, or a production court has no gateway; the message says what would be right."""


class _StandIn(msgspec.Struct, frozen=True, tag_field="adapter", tag="stand_in", forbid_unknown_fields=True):
    """No gateway."""


class _Http(msgspec.Struct, frozen=True, tag_field="adapter", tag="http", forbid_unknown_fields=True):
    url: str
    secret_file: str


class _Smpp(msgspec.Struct, frozen=True, tag_field="adapter", tag="smpp", forbid_unknown_fields=True):
    host: str
    system_id: str
    secret_file: str
    source: str
    port: int = 2775
    tls: bool = False


class _Smtp(msgspec.Struct, frozen=True, tag_field="adapter", tag="smtp", forbid_unknown_fields=True):
    host: str
    sender: str
    port: int = 587
    username: str | None = None
    secret_file: str | None = None
    security: str = "starttls"


class _Gateways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sms: _Http | _Smpp | _StandIn = _StandIn()
    email: _Smtp | _StandIn = _StandIn()


def read_gateways(file: Path, *, production: bool) -> dict[str, Gateway]:
    """The gateway of each channel. Raises GatewaysInvalid."""
    try:
        found = msgspec.convert(tomllib.loads(file.read_text("utf-8")) if file.exists() else {}, _Gateways)
        chosen = {"sms": _sms(found.sms, file.parent), "email": _email(found.email, file.parent)}
    except (OSError, ValueError, tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise GatewaysInvalid(f"{file}: {wrong}") from wrong
    missing = [channel for channel, gateway in chosen.items() if isinstance(gateway, StandIn)]
    if production and missing:
        raise GatewaysInvalid(f"{file}: a production court needs a gateway for {', '.join(missing)}; see docs/engines")
    return chosen


def _secret(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8").strip()


def _sms(choice: _Http | _Smpp | _StandIn, folder: Path) -> Gateway:
    if isinstance(choice, _Http):
        return HttpSms(choice.url, _secret(folder, choice.secret_file))
    if isinstance(choice, _Smpp):
        return SmppSms(
            choice.host, choice.port, choice.system_id, _secret(folder, choice.secret_file),
            source=choice.source, tls=choice.tls,
        )  # fmt: skip
    return StandIn()


def _email(choice: _Smtp | _StandIn, folder: Path) -> Gateway:
    if isinstance(choice, _StandIn):
        return StandIn()
    password = _secret(folder, choice.secret_file) if choice.secret_file else None
    return SmtpEmail(
        choice.host, choice.port, sender=choice.sender, username=choice.username, password=password,
        security=choice.security,
    )  # fmt: skip
