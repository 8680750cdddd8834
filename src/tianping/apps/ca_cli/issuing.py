"""The authority is made; keys, requests and certificates."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from tianping.apps.ca_cli.files import as_json, asked, content_of, hand_out, new_key, opened, purpose_of, shown
from tianping.apps.ca_cli.options import (
    DAYS,
    END_ROLES,
    FILE,
    ISSUER,
    ISSUER_PASSPHRASE,
    JSON,
    KEY,
    KEY_PASSPHRASE,
    OUT,
    PURPOSE,
    ROOT,
    ROOT_PASSPHRASE,
    SUBJECT,
)
from tianping.apps.console import say
from tianping.engines.signing import authority as authorities
from tianping.engines.signing import certificates, object_ids
from tianping.engines.signing.certificates import Subject
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.requests import build_request
from tianping.interfaces.signing import CertificateRole
from tianping.kit.clock import SystemClock


@click.command(help="建立根与签发密钥 · Make the root and the issuing key.")
@click.option("--court", "court_zh", required=True, help="法院名称 / name of the court in Chinese")
@click.option("--court-en", required=True, help="英文名称 / name in English")
@click.option(
    "--arc", default=object_ids.EXAMPLE_ARC, show_default=True, help="角色 OID 的弧 / arc of role identifiers"
)
@click.option("--crl-url", default="", help="吊销列表的网址 / where the list will be published")
@click.option("--root-key", type=FILE, help="根私钥文件，宜在可移走的介质上 / best on a removable medium")
@ROOT_PASSPHRASE
@ISSUER_PASSPHRASE
@JSON
@click.pass_obj
def init(
    directory: Path,
    root_passphrase_file: Path | None,
    passphrase_file: Path | None,
    in_json: bool,
    **plan: Any,
) -> None:
    root = asked(root_passphrase_file, ROOT, "根口令", "passphrase of the root", "--root-passphrase-file", new=True)
    issuer = asked(passphrase_file, ISSUER, "签发口令", "passphrase of the issuing key", "--passphrase-file", new=True)
    made = authorities.create_authority(
        directory,
        authorities.AuthorityPlan(**plan),
        root_passphrase=root,
        issuer_passphrase=issuer,
        sm2=sm2(),
        clock=SystemClock(),
    )
    if in_json:
        as_json({"root": shown(made.root), "issuer": shown(made.issuer), "directory": str(directory)})
        return
    say(f"证书机构已建立：{directory}", f"the authority is in {directory}", mark="✓ ")
    say(f"根证书指纹（SM3）{made.root.fingerprint.hex()}", f"root fingerprint (SM3) {made.root.fingerprint.hex()}")
    if plan["root_key"] is None:
        say(
            "请把 root.key 移到离线介质并从此处删除", "move root.key to an offline medium and delete it here", mark="! "
        )


@click.command(help="生成密钥并签发证书 · Make a key and its certificate.")
@click.argument("role", type=END_ROLES)
@SUBJECT
@DAYS
@PURPOSE
@click.option("--key-out", type=FILE, required=True, help="加密私钥文件 / file for the encrypted key")
@OUT
@KEY_PASSPHRASE
@ISSUER_PASSPHRASE
@JSON
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
    authority = opened(directory, passphrase_file)
    secret = asked(
        key_passphrase_file, KEY, "新私钥口令", "passphrase of the new key", "--key-passphrase-file", new=True
    )
    subject, private_key = Subject(**names), new_key(key_out, secret)
    public_key = sm2().public_key(private_key)
    facts = authority.issue(CertificateRole(role), subject, public_key, days=days, purpose=purpose_of(sealing))
    hand_out(facts, out, in_json)


@click.command(help="生成密钥与证书请求（在持有人处）· Make a key and a request, where the key will live.")
@SUBJECT
@click.option("--key-out", type=FILE, required=True, help="加密私钥文件 / file for the encrypted key")
@OUT
@KEY_PASSPHRASE
@JSON
def request(key_out: Path, out: Path, key_passphrase_file: Path | None, in_json: bool, **names: str) -> None:
    secret = asked(
        key_passphrase_file, KEY, "新私钥口令", "passphrase of the new key", "--key-passphrase-file", new=True
    )
    subject, private_key = Subject(**names), new_key(key_out, secret)
    public_key = sm2().public_key(private_key)
    der = build_request(subject, public_key, partial(sm2().sign, private_key))
    write_whole(out, certificates.pem_of(der, "CERTIFICATE REQUEST"))
    if in_json:
        as_json({"request": str(out), "key": str(key_out), "public_key": public_key.hex()})
    else:
        say(f"证书请求已写入 {out}，私钥 {key_out} 不要离开本机", f"wrote {out}; keep {key_out} here", mark="✓ ")


@click.command("sign-request", help="核验外来请求（PKCS#10）并签发 · Check a request made elsewhere and sign it.")
@click.argument("file", type=FILE)
@click.argument("role", type=END_ROLES)
@SUBJECT
@DAYS
@PURPOSE
@OUT
@ISSUER_PASSPHRASE
@JSON
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
    authority = opened(directory, passphrase_file)
    content, subject = content_of(file), Subject(**names)
    facts = authority.sign_request(content, CertificateRole(role), subject, days=days, purpose=purpose_of(sealing))
    hand_out(facts, out, in_json)
