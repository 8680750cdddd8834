"""What was issued, its status at an instant, and the check of a certificate."""

import sys
from pathlib import Path
from typing import Any

import click

from tianping.apps.ca_cli.files import as_json, content_of, instant, shown
from tianping.apps.ca_cli.options import AT, END_ROLES, FILE, JSON
from tianping.apps.console import say, spoken
from tianping.engines.signing.chain import Trust
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.engines.signing.revocation import SignedLists
from tianping.interfaces.signing import CertificateRole, CertificateStatus
from tianping.kit.clock import SystemClock


@click.command(help="列出证书，或显示一张 · List the certificates, or show one.")
@click.argument("serial", required=False)
@JSON
@click.pass_obj
def show(directory: Path, serial: str | None, in_json: bool) -> None:
    register, now = Register(directory, sm2()), SystemClock().now()
    found = [register.certificate(serial)] if serial else list(register.certificates())
    views = [shown(facts) | {"status": register.status(facts.serial, now).value} for facts in found]
    if in_json:
        as_json(views[0] if serial else views)
        return
    for view in views:
        click.echo(f"{view['serial']}  {view['status']:13}  {view['role']:11}  {view['identifier']}  {view['subject']}")


@click.command(
    short_help="某一时刻的状态 · The status at an instant",
    help="某一时刻的状态；有效时退出码为 0，否则为 1 · The status at an instant; exit status 0 when good, else 1.",
)
@click.argument("serial")
@AT
@JSON
@click.pass_obj
def status(directory: Path, serial: str, at_text: str | None, in_json: bool) -> None:
    at = instant(at_text)
    register = Register(directory, sm2())
    found = register.status(serial, at)
    if in_json:
        as_json({"serial": serial, "at": at, "status": found, "revocation": register.revocation_of(serial)})
    else:
        click.echo(f"{found.value}  {at.isoformat()}")
    sys.exit(0 if found is CertificateStatus.GOOD else 1)


@click.command(
    short_help="逐项核验证书 · Check a certificate step by step",
    help="逐项核验证书；全部通过时退出码为 0，否则为 1。没有登记簿时用 --root、--issuer、--crl。\n\n"
    "Check a certificate step by step; exit status 0 when all is good, else 1. Without the register: --root, --issuer, --crl.",
)
@click.argument("file", type=FILE)
@click.option("--role", type=END_ROLES, help="应有的角色 / the role it must have")
@AT
@click.option("--root", type=FILE, help="受信任的根证书 / the trusted root")
@click.option("--issuer", "issuers", type=FILE, multiple=True, help="签发证书 / issuing certificate")
@click.option("--crl", "lists", type=FILE, multiple=True, help="吊销列表 / revocation list")
@JSON
@click.pass_obj
def verify(
    directory: Path,
    file: Path,
    role: str | None,
    at_text: str | None,
    root: Path | None,
    issuers: tuple[Path, ...],
    lists: tuple[Path, ...],
    in_json: bool,
) -> None:
    revocations: Any = SignedLists(map(content_of, lists), sm2()) if lists else None
    if root is not None:
        trust = Trust(content_of(root), list(map(content_of, issuers)), sm2())
    else:
        register = Register(directory, sm2())
        trust, revocations = register.trust, revocations or register
    wanted = CertificateRole(role) if role else None
    report = trust.check(content_of(file), at=instant(at_text), role=wanted, revocations=revocations)
    if in_json:
        certificate = shown(report.certificate) if report.certificate else None
        as_json(
            {
                "good": report.good,
                "at": report.at,
                "revocation_checked": revocations is not None,
                "certificate": certificate,
                "checks": report.checks,
            }
        )
    else:
        for check in report.checks:
            click.echo(f"{'✓' if check.good else '✗'} {spoken(check.said)}")
        if revocations is None:
            say("未检查吊销：没有给出吊销列表", "revocation was not looked at: no list was given", mark="! ")
    sys.exit(0 if report.good else 1)
