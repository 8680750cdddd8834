"""`tianping ca`: the court's certificate authority on a directory, without a server or a database."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec

from tianping.apps.console import say, spoken
from tianping.apps.passphrases import passphrase
from tianping.engines.signing import authority as authorities
from tianping.engines.signing import certificates, object_ids
from tianping.engines.signing.certificates import Subject
from tianping.engines.signing.chain import Trust
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.keys import write_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.engines.signing.requests import build_request
from tianping.engines.signing.revocation import RevocationReason, SignedLists
from tianping.interfaces.signing import CertificateFacts, CertificatePurpose, CertificateRole, CertificateStatus
from tianping.kit.clock import COURT_ZONE, SystemClock
from tianping.kit.problems import Text

_ROOT, _ISSUER, _KEY = "TIANPING_CA_ROOT_PASSPHRASE", "TIANPING_CA_PASSPHRASE", "TIANPING_KEY_PASSPHRASE"
_FILE = click.Path(dir_okay=False, path_type=Path)
_END_ROLES = click.Choice([role.value for role in CertificateRole if not role.is_authority])

Decorator = Callable[[Any], Any]


def _options(*decorators: Decorator) -> Decorator:
    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


_JSON = click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
_KEY_PASSPHRASE = click.option("--key-passphrase-file", type=_FILE, help=f"私钥口令文件 / or {_KEY}")
_ISSUER_PASSPHRASE = click.option("--passphrase-file", type=_FILE, help=f"签发口令文件 / or {_ISSUER}")
_ROOT_PASSPHRASE = click.option("--root-passphrase-file", type=_FILE, help=f"根口令文件 / or {_ROOT}")
_OUT = click.option("--out", type=_FILE, required=True, help="输出文件（PEM）/ file to write")
_DAYS = click.option("--days", type=click.IntRange(1), default=authorities.END_DAYS, show_default=True, help="有效天数")
_PURPOSE = click.option(
    "--sealing", is_flag=True, help="加密证书（信封），不用于签名 / a key to seal for, not one to sign with"
)
_AT = click.option(
    "--at", "at_text", help="时刻（ISO 8601；无时区时按北京时间），默认现在 / an instant; now by default"
)
_SUBJECT = _options(
    click.option("--id", "identifier", required=True, help="标识，如 node-01 / identifier"),
    click.option("--name", "name_zh", required=True, help="中文名称 / name in Chinese"),
    click.option("--name-en", required=True, help="英文名称 / name in English"),
    click.option("--organisation", "organisation_zh", required=True, help="中文单位 / organisation in Chinese"),
    click.option("--organisation-en", required=True, help="英文单位 / organisation in English"),
)


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


@ca.command(help="建立根与签发密钥 · Make the root and the issuing key.")
@click.option("--court", "court_zh", required=True, help="法院名称 / name of the court in Chinese")
@click.option("--court-en", required=True, help="英文名称 / name in English")
@click.option(
    "--arc", default=object_ids.EXAMPLE_ARC, show_default=True, help="角色 OID 的弧 / arc of role identifiers"
)
@click.option("--crl-url", default="", help="吊销列表的网址 / where the list will be published")
@click.option("--root-key", type=_FILE, help="根私钥文件，宜在可移走的介质上 / best on a removable medium")
@_ROOT_PASSPHRASE
@_ISSUER_PASSPHRASE
@_JSON
@click.pass_obj
def init(
    directory: Path,
    root_passphrase_file: Path | None,
    passphrase_file: Path | None,
    in_json: bool,
    **plan: Any,
) -> None:
    root = _asked(root_passphrase_file, _ROOT, "根口令", "passphrase of the root", "--root-passphrase-file", new=True)
    issuer = _asked(
        passphrase_file, _ISSUER, "签发口令", "passphrase of the issuing key", "--passphrase-file", new=True
    )
    made = authorities.create_authority(
        directory,
        authorities.AuthorityPlan(**plan),
        root_passphrase=root,
        issuer_passphrase=issuer,
        sm2=sm2(),
        clock=SystemClock(),
    )
    if in_json:
        _as_json({"root": _view(made.root), "issuer": _view(made.issuer), "directory": str(directory)})
        return
    say(f"证书机构已建立：{directory}", f"the authority is in {directory}", mark="✓ ")
    say(f"根证书指纹（SM3）{made.root.fingerprint.hex()}", f"root fingerprint (SM3) {made.root.fingerprint.hex()}")
    if plan["root_key"] is None:
        say(
            "请把 root.key 移到离线介质并从此处删除", "move root.key to an offline medium and delete it here", mark="! "
        )


@ca.command(help="生成密钥并签发证书 · Make a key and its certificate.")
@click.argument("role", type=_END_ROLES)
@_SUBJECT
@_DAYS
@_PURPOSE
@click.option("--key-out", type=_FILE, required=True, help="加密私钥文件 / file for the encrypted key")
@_OUT
@_KEY_PASSPHRASE
@_ISSUER_PASSPHRASE
@_JSON
@click.pass_obj
def issue(
    directory: Path,
    role: str,
    days: int,
    sealing: bool,
    key_out: Path,
    out: Path,
    key_passphrase_file: Path | None,
    passphrase_file: Path | None,
    in_json: bool,
    **names: str,
) -> None:
    authority = _opened(directory, passphrase_file)
    secret = _asked(
        key_passphrase_file, _KEY, "新私钥口令", "passphrase of the new key", "--key-passphrase-file", new=True
    )
    subject, private_key = Subject(**names), _new_key(key_out, secret)
    public_key = sm2().public_key(private_key)
    facts = authority.issue(CertificateRole(role), subject, public_key, days=days, purpose=_purpose(sealing))
    _hand_out(facts, out, in_json)


@ca.command(help="生成密钥与证书请求（在持有人处）· Make a key and a request, where the key will live.")
@_SUBJECT
@click.option("--key-out", type=_FILE, required=True, help="加密私钥文件 / file for the encrypted key")
@_OUT
@_KEY_PASSPHRASE
@_JSON
def request(key_out: Path, out: Path, key_passphrase_file: Path | None, in_json: bool, **names: str) -> None:
    secret = _asked(
        key_passphrase_file, _KEY, "新私钥口令", "passphrase of the new key", "--key-passphrase-file", new=True
    )
    subject, private_key = Subject(**names), _new_key(key_out, secret)
    public_key = sm2().public_key(private_key)
    der = build_request(subject, public_key, partial(sm2().sign, private_key))
    write_whole(out, certificates.pem_of(der, "CERTIFICATE REQUEST"))
    if in_json:
        _as_json({"request": str(out), "key": str(key_out), "public_key": public_key.hex()})
    else:
        say(f"证书请求已写入 {out}，私钥 {key_out} 不要离开本机", f"wrote {out}; keep {key_out} here", mark="✓ ")


@ca.command("sign-request", help="核验外来请求（PKCS#10）并签发 · Check a request made elsewhere and sign it.")
@click.argument("file", type=_FILE)
@click.argument("role", type=_END_ROLES)
@_SUBJECT
@_DAYS
@_PURPOSE
@_OUT
@_ISSUER_PASSPHRASE
@_JSON
@click.pass_obj
def sign_request(
    directory: Path,
    file: Path,
    role: str,
    days: int,
    sealing: bool,
    out: Path,
    passphrase_file: Path | None,
    in_json: bool,
    **names: str,
) -> None:
    authority = _opened(directory, passphrase_file)
    content, subject = _content(file), Subject(**names)
    facts = authority.sign_request(content, CertificateRole(role), subject, days=days, purpose=_purpose(sealing))
    _hand_out(facts, out, in_json)


@ca.command(help="吊销证书，不可撤回 · Revoke a certificate, for good.")
@click.argument("serial")
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in RevocationReason]),
    default=RevocationReason.UNSPECIFIED.value,
    show_default=True,
    help="原因 / reason",
)
@click.option("--invalid-since", help="密钥自何时不可信 / since when the key is not to be trusted")
@_ISSUER_PASSPHRASE
@_JSON
@click.pass_obj
def revoke(
    directory: Path, serial: str, reason: str, invalid_since: str | None, passphrase_file: Path | None, in_json: bool
) -> None:
    since = _instant(invalid_since) if invalid_since else None
    done = _opened(directory, passphrase_file).revoke(serial, RevocationReason(reason), invalid_since=since)
    if in_json:
        _as_json(done)
    else:
        say(f"已吊销 {done.serial}", f"revoked {done.serial}", mark="✓ ")
        say("请发布新的吊销列表：tianping ca crl", "publish a new list: tianping ca crl")


@ca.command(help="签发吊销列表（CRL）· Sign the next revocation list.")
@click.option(
    "--days", type=click.IntRange(1), default=authorities.LIST_DAYS, show_default=True, help="下次更新之前的天数"
)
@click.option("--root", "of_root", is_flag=True, help="根的列表（签发证书）/ the root's list, of issuing certificates")
@click.option("--root-key", type=_FILE, help="根私钥文件 / file of the root's key")
@_OUT
@_ROOT_PASSPHRASE
@_ISSUER_PASSPHRASE
@_JSON
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
    authority = _opened(directory, passphrase_file)
    if of_root:
        secret = _asked(root_passphrase_file, _ROOT, "根口令", "passphrase of the root", "--root-passphrase-file")
        root = authorities.open_root(directory, root_key, secret, sm2())
        number, content = authority.publish_root_list(root, days=days)
    else:
        number, content = authority.publish_list(days=days)
    write_whole(out, content)
    if in_json:
        _as_json({"number": number, "file": str(out)})
    else:
        say(f"第 {number} 号吊销列表已写入 {out}", f"list number {number} is in {out}", mark="✓ ")


@ca.command(help="列出证书，或显示一张 · List the certificates, or show one.")
@click.argument("serial", required=False)
@_JSON
@click.pass_obj
def show(directory: Path, serial: str | None, in_json: bool) -> None:
    register, now = Register(directory, sm2()), SystemClock().now()
    found = [register.certificate(serial)] if serial else list(register.certificates())
    views = [_view(facts) | {"status": register.status(facts.serial, now).value} for facts in found]
    if in_json:
        _as_json(views[0] if serial else views)
        return
    for view in views:
        click.echo(f"{view['serial']}  {view['status']:13}  {view['role']:11}  {view['identifier']}  {view['subject']}")


@ca.command(
    short_help="某一时刻的状态 · The status at an instant",
    help="某一时刻的状态；有效时退出码为 0，否则为 1 · The status at an instant; exit status 0 when good, else 1.",
)
@click.argument("serial")
@_AT
@_JSON
@click.pass_obj
def status(directory: Path, serial: str, at_text: str | None, in_json: bool) -> None:
    at = _instant(at_text)
    register = Register(directory, sm2())
    found = register.status(serial, at)
    if in_json:
        _as_json({"serial": serial, "at": at, "status": found, "revocation": register.revocation_of(serial)})
    else:
        click.echo(f"{found.value}  {at.isoformat()}")
    sys.exit(0 if found is CertificateStatus.GOOD else 1)


@ca.command(
    short_help="逐项核验证书 · Check a certificate step by step",
    help="逐项核验证书；全部通过时退出码为 0，否则为 1。没有登记簿时用 --root、--issuer、--crl。\n\n"
    "Check a certificate step by step; exit status 0 when all is good, else 1. Without the register: --root, --issuer, --crl.",
)
@click.argument("file", type=_FILE)
@click.option("--role", type=_END_ROLES, help="应有的角色 / the role it must have")
@_AT
@click.option("--root", type=_FILE, help="受信任的根证书 / the trusted root")
@click.option("--issuer", "issuers", type=_FILE, multiple=True, help="签发证书 / issuing certificate")
@click.option("--crl", "lists", type=_FILE, multiple=True, help="吊销列表 / revocation list")
@_JSON
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
    revocations: Any = SignedLists(map(_content, lists), sm2()) if lists else None
    if root is not None:
        trust = Trust(_content(root), list(map(_content, issuers)), sm2())
    else:
        register = Register(directory, sm2())
        trust, revocations = register.trust, revocations or register
    wanted = CertificateRole(role) if role else None
    report = trust.check(_content(file), at=_instant(at_text), role=wanted, revocations=revocations)
    if in_json:
        certificate = _view(report.certificate) if report.certificate else None
        _as_json(
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


def _asked(file: Path | None, variable: str, zh: str, en: str, option: str, *, new: bool = False) -> str:
    return passphrase(file, variable, zh=zh, en=en, option=option, new=new)


def _opened(directory: Path, passphrase_file: Path | None) -> authorities.Authority:
    Register(directory, sm2())  # say that there is none before a passphrase is asked for
    secret = _asked(passphrase_file, _ISSUER, "签发口令", "passphrase of the issuing key", "--passphrase-file")
    return authorities.open_authority(directory, secret, sm2(), SystemClock())


def _new_key(file: Path, secret: str) -> bytes:
    """A private key in a new file; an existing one is never written over."""
    if file.exists():
        raise click.ClickException(spoken(Text(f"文件已存在：{file}", f"the file exists: {file}")))
    private_key = sm2().new_private_key()
    write_key_file(file, private_key, secret, sm2())
    return private_key


def _hand_out(facts: CertificateFacts, out: Path, in_json: bool) -> None:
    write_whole(out, certificates.pem_of(facts.der))
    if in_json:
        _as_json(_view(facts) | {"file": str(out)})
    else:
        say(f"证书 {facts.serial} 已写入 {out}", f"certificate {facts.serial} is in {out}", mark="✓ ")


def _purpose(sealing: bool) -> CertificatePurpose:
    return CertificatePurpose.SEALING if sealing else CertificatePurpose.SIGNING


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error


def _instant(text: str | None) -> datetime:
    if not text:
        return SystemClock().now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(text, param_hint="ISO 8601") from error
    return found if found.tzinfo else found.replace(tzinfo=COURT_ZONE)


def _view(facts: CertificateFacts) -> dict[str, Any]:
    plain = msgspec.structs.asdict(facts)
    plain.pop("der")
    return plain | {"fingerprint": facts.fingerprint.hex(), "public_key": facts.public_key.hex()}


def _as_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
