"""`tianping ca`: the court's certificate authority on a directory, without a server or a database."""

import os
from pathlib import Path

import click

from tianping.apps.ca_cli.issuing import init, issue, request, sign_request
from tianping.apps.ca_cli.looking import show, status, verify
from tianping.apps.ca_cli.revoking import crl, revoke


@click.group(
    help="法院证书机构（SM2）· The court's certificate authority (SM2). \n\n口令由终端、文件或环境变量给出 · Passphrases are typed, or come from a file or the environment."
)
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("TIANPING_DATA", ".data")) / "ca",
    help="目录，默认 $TIANPING_DATA/ca / the directory of the authority",
)
@click.pass_context
def ca(context: click.Context, directory: Path) -> None:
    context.obj = directory


for command in (init, issue, request, sign_request, revoke, crl, show, status, verify):
    ca.add_command(command)
