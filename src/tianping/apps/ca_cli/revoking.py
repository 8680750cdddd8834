"""Revoking certificates, and publishing that they are."""

from pathlib import Path

import click

from tianping.apps.ca_cli.files import as_json, asked, instant, opened
from tianping.apps.ca_cli.options import FILE, ISSUER_PASSPHRASE, JSON, OUT, ROOT, ROOT_PASSPHRASE
from tianping.apps.console import say
from tianping.engines.signing import authority as authorities
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.revocation import RevocationReason


@click.command(help="吊销证书，不可撤回 · Revoke a certificate, for good.")
@click.argument("serial")
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in RevocationReason]),
    default=RevocationReason.UNSPECIFIED.value,
    show_default=True,
    help="原因 / reason",
)
@click.option("--invalid-since", help="密钥自何时不可信 / since when the key is not to be trusted")
@ISSUER_PASSPHRASE
@JSON
@click.pass_obj
def revoke(
    directory: Path, serial: str, reason: str, invalid_since: str | None, passphrase_file: Path | None, in_json: bool
) -> None:
    since = instant(invalid_since) if invalid_since else None
    done = opened(directory, passphrase_file).revoke(serial, RevocationReason(reason), invalid_since=since)
    if in_json:
        as_json(done)
    else:
        say(f"已吊销 {done.serial}", f"revoked {done.serial}", mark="✓ ")
        say("请发布新的吊销列表：tianping ca crl", "publish a new list: tianping ca crl")


@click.command(help="签发吊销列表（CRL）· Sign the next revocation list.")
@click.option(
    "--days", type=click.IntRange(1), default=authorities.LIST_DAYS, show_default=True, help="下次更新之前的天数"
)
@click.option("--root", "of_root", is_flag=True, help="根的列表（签发证书）/ the root's list, of issuing certificates")
@click.option("--root-key", type=FILE, help="根私钥文件 / file of the root's key")
@OUT
@ROOT_PASSPHRASE
@ISSUER_PASSPHRASE
@JSON
@click.pass_obj
def crl(
    directory: Path,
    days: int,
    of_root: bool,
    root_key: Path | None,
    out: Path,
    root_passphrase_file: Path | None,
    passphrase_file: Path | None,
    in_json: bool,
) -> None:
    authority = opened(directory, passphrase_file)
    if of_root:
        secret = asked(root_passphrase_file, ROOT, "根口令", "passphrase of the root", "--root-passphrase-file")
        root = authorities.open_root(directory, root_key, secret, sm2())
        number, content = authority.publish_root_list(root, days=days)
    else:
        number, content = authority.publish_list(days=days)
    write_whole(out, content)
    if in_json:
        as_json({"number": number, "file": str(out)})
    else:
        say(f"第 {number} 号吊销列表已写入 {out}", f"list number {number} is in {out}", mark="✓ ")
