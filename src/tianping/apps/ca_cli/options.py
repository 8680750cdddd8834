"""Options that several commands of the authority share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tianping.engines.signing import authority as authorities
from tianping.interfaces.signing import CertificateRole

ROOT, ISSUER, KEY = "TIANPING_CA_ROOT_PASSPHRASE", "TIANPING_CA_PASSPHRASE", "TIANPING_KEY_PASSPHRASE"
FILE = click.Path(dir_okay=False, path_type=Path)
END_ROLES = click.Choice([role.value for role in CertificateRole if not role.is_authority])

_Decorator = Callable[[Any], Any]


def _options(*decorators: _Decorator) -> _Decorator:
    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


JSON = click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
KEY_PASSPHRASE = click.option("--key-passphrase-file", type=FILE, help=f"私钥口令文件 / or {KEY}")
ISSUER_PASSPHRASE = click.option("--passphrase-file", type=FILE, help=f"签发口令文件 / or {ISSUER}")
ROOT_PASSPHRASE = click.option("--root-passphrase-file", type=FILE, help=f"根口令文件 / or {ROOT}")
OUT = click.option("--out", type=FILE, required=True, help="输出文件（PEM）/ file to write")
DAYS = click.option("--days", type=click.IntRange(1), default=authorities.END_DAYS, show_default=True, help="有效天数")
PURPOSE = click.option(
    "--sealing", is_flag=True, help="加密证书（信封），不用于签名 / a key to seal for, not one to sign with"
)
AT = click.option("--at", "at_text", help="时刻（ISO 8601；无时区时按北京时间），默认现在 / an instant; now by default")
SUBJECT = _options(
    click.option("--id", "identifier", required=True, help="标识，如 node-01 / identifier"),
    click.option("--name", "name_zh", required=True, help="中文名称 / name in Chinese"),
    click.option("--name-en", required=True, help="英文名称 / name in English"),
    click.option("--organisation", "organisation_zh", required=True, help="中文单位 / organisation in Chinese"),
    click.option("--organisation-en", required=True, help="英文单位 / organisation in English"),
)
