"""`tianping ledger officer …`: whose signatures decide on access, and handing a key over to the person it is of.

A ledger is founded with two officers' keys in the court's directory. As long as both are there, whoever has that directory and its
passphrase decides alone. `hand-over` gives one to its officer: a new key that the court never keeps, entered on every chain in
place of the old one, whose file is removed.
"""

import asyncio
import base64
import contextlib
import os
from pathlib import Path
from typing import Any

import click

from tianping.apps.console import say
from tianping.apps.ledger_decisions import PASSPHRASE, said_of
from tianping.apps.ledger_gateway import Gateway, Refusal, gateway
from tianping.apps.ledger_keys import NODE, OFFICERS, passphrase_of, signer_of
from tianping.apps.passphrases import passphrase
from tianping.engines.ledger.building import transaction
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.transactions.membership import ChangeOfficer
from tianping.engines.signing.authority import open_authority
from tianping.engines.signing.certificates import Subject, pem_of
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.keys import write_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import AlreadyRevoked, Register
from tianping.engines.signing.revocation import RevocationReason
from tianping.interfaces.signing import CertificateFacts, CertificateRole, Signer
from tianping.kit.clock import SystemClock
from tianping.kit.problems import Conflict, InvalidInput, NotFound, Text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class OfficerUnknown(NotFound):
    code = "officer-unknown"
    title = Text("本目录没有这名审核人的证书", "This directory has no certificate of such an officer")
    detail = Text("{officer}", "{officer}")


class KeyWouldStay(InvalidInput):
    """The key would lie where the court's are."""

    code = "officer-key-inside"
    title = Text(
        "新私钥不能写在账本目录之内，请给出审核人自己的介质",
        "The new key must not lie in the ledger's directory: name a medium of the officer's own",
    )


class CertificateUnfit(Conflict):
    code = "officer-certificate-unfit"
    title = Text(
        "不是本院证书机构签发、角色为法院的新证书",
        "This is no new certificate of the role court by this court's authority",
    )


class OthersMustSign(Conflict):
    code = "officer-change-proposed"
    title = Text(
        "换钥已提出，须其他成员的节点密钥签署（ledger decision pending → sign → send），然后再次运行本命令；在此之前本院的旧私钥仍在",
        "The change is proposed; the nodes of other members must sign it (ledger decision pending → sign → send). Then run this "
        "again: until then the court's old key stays",
    )


@click.group(name="officer", help="准入审核人的密钥 · Keys of the officers who decide on access.")
def officer_commands() -> None:
    pass


@officer_commands.command("list", help="谁的私钥在本院、谁的已移交 · Whose keys are here, whose were handed over.")
@click.pass_obj
def list_officers(home: Home) -> None:
    home.config()
    register = Register(home.ca, sm2())
    for name in OFFICERS:
        file = home.keys / f"{name}.crt"
        if not file.is_file():
            continue
        facts = register.trust.read(file.read_bytes())
        here = (home.keys / f"{name}.key").is_file()
        where = Text("私钥在本院", "its key is here") if here else Text("已移交", "handed over")
        say(f"{name}  {facts.serial}  {where.zh}", f"{name}  {facts.serial}  {where.en}")


@officer_commands.command(
    "hand-over",
    help="把一名审核人的密钥交给其本人：新私钥由其口令加密写在其介质上（或用其自行生成的证书），各链换钥，删除本院的旧私钥 · "
    "Give an officer a key of their own, enter it on every chain, remove the court's.",
)
@click.argument("officer", type=click.Choice(OFFICERS))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path),
    help="新私钥与证书写到此目录 / folder, on a medium of the officer's, for the new key and certificate",
)  # fmt: skip
@click.option(
    "--certificate", type=_FILE,
    help="审核人自行生成密钥、经 ca sign-request 签发的证书 / of a key that was made elsewhere, by `ca sign-request`",
)  # fmt: skip
@click.option("--passphrase-file", type=_FILE, help=f"新私钥口令文件，或 {PASSPHRASE} / or {PASSPHRASE}")
@click.option("--yes", is_flag=True, help="不询问 / do not ask")
@click.pass_obj
def hand_over(
    home: Home, officer: str, out: Path | None, certificate: Path | None, passphrase_file: Path | None, yes: bool
) -> None:
    if (out is None) == (certificate is None):
        raise click.UsageError("--out DIR, or --certificate FILE / 请给出其一")
    home.config()
    own = home.keys / f"{officer}.crt"
    if not own.is_file():
        raise OfficerUnknown(officer=officer)
    register = Register(home.ca, sm2())
    old = register.trust.read(own.read_bytes())
    secret = passphrase_of(home)
    node = signer_of(home, NODE, register, secret)
    if not yes:
        asked = Text(
            f"{officer} 换成本人保管的密钥；此后须其本人签署的决定，本院不能代签。继续？",
            f"{officer} gets a key of their own: the court signs for them no more. Go on?",
        )
        click.confirm(f"{asked.zh} · {asked.en}", abort=True, err=True)
    if certificate is not None:
        new = _given(register, certificate, old)
    else:
        assert out is not None
        new = _made(home, officer, out, passphrase_file, old, secret)
    if new.fingerprint == old.fingerprint:
        say(f"{officer} 的私钥已移交", f"the key of {officer} was handed over already")
        return
    asyncio.run(_rotate(home, node, old, new))
    _remove(home, officer, new)
    with contextlib.suppress(AlreadyRevoked):
        open_authority(home.ca, secret, sm2(), SystemClock()).revoke(old.serial, RevocationReason.SUPERSEDED)
    say(
        f"{officer} 的私钥已不在本院；旧证书 {old.serial} 已吊销",
        f"the key of {officer} is not here any more; the old certificate {old.serial} is revoked",
        mark="✓ ",
    )
    say("请发布新的吊销列表：tianping ca crl", "publish a new list: tianping ca crl")


def _given(register: Register, file: Path, old: CertificateFacts) -> CertificateFacts:
    """Raises CertificateUnfit, CertificateRefused."""
    report = register.trust.check(
        file.read_bytes(), at=SystemClock().now(), role=CertificateRole.COURT, revocations=register
    )
    facts = report.require()
    if facts.public_key == old.public_key:
        raise CertificateUnfit
    return facts


def _made(
    home: Home, officer: str, out: Path, passphrase_file: Path | None, old: CertificateFacts, secret: str
) -> CertificateFacts:
    """Key and certificate in `out`; those of a hand-over that was broken off are gone on with. Raises KeyWouldStay."""
    if out.resolve().is_relative_to(home.place.resolve()):
        raise KeyWouldStay
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    key, certificate = out / f"{officer}.key", out / f"{officer}.crt"
    authority = open_authority(home.ca, secret, sm2(), SystemClock())
    if certificate.is_file() and key.is_file():
        return authority.trust.read(certificate.read_bytes())
    chosen = passphrase(
        passphrase_file, PASSPHRASE, zh="新私钥口令（由审核人输入）", en="passphrase of the new key, typed by the officer",
        option="--passphrase-file", new=True,
    )  # fmt: skip
    private_key = sm2().new_private_key()
    write_key_file(key, private_key, chosen, sm2())
    subject = Subject(
        name_zh=old.subject, name_en=old.subject_en, organisation_zh=old.organisation,
        organisation_en=old.organisation_en, identifier=old.identifier,
    )  # fmt: skip
    facts = authority.issue(CertificateRole.COURT, subject, sm2().public_key(private_key))
    write_whole(certificate, pem_of(facts.der))
    return facts


async def _rotate(home: Home, node: Signer, old: CertificateFacts, new: CertificateFacts) -> None:
    """On every chain the new key begins before the old one ends. What is there already stays. Raises OthersMustSign."""
    config = home.config()
    steps = ((new, True), (old, False))
    proposed = False
    async with gateway(home) as reach:
        for chain in config.chains:
            for facts, active in steps:
                content = ChangeOfficer(facts.fingerprint, config.member, facts.public_key, active)
                ref = f"officer/{facts.fingerprint.hex()[:24]}/{'on' if active else 'off'}"
                envelope = transaction(
                    chain=chain.name, kind="officer.change", author=config.member, ref=ref, content=content, signers=[node]
                )  # fmt: skip
                answer = await _submitted(reach, chain.name, config.member, ref, envelope)
                if answer is not None:
                    told = said_of(answer)
                    say(f"{chain.name} {told.zh}", f"{chain.name} {told.en}")
                proposed |= answer is not None and answer["state"] != "stored"
    if proposed:
        raise OthersMustSign


async def _submitted(reach: Gateway, chain: str, author: str, ref: str, envelope: bytes) -> dict[str, Any] | None:
    """None where it is on the chain already. Raises Refusal."""
    try:
        return await reach.send("/transactions", {"envelope": base64.b64encode(envelope).decode()})
    except Refusal:
        known = await reach.http.get("/ledger/v1/deposits", params={"chain": chain, "application": author, "ref": ref})
        if known.status_code == 404:
            raise
        return None


def _remove(home: Home, officer: str, new: CertificateFacts) -> None:
    """The court's copy: overwritten first, then gone. A backup, or a disk that moves its blocks, may have it still: that is why the
    key was changed and not only moved.
    """
    file = home.keys / f"{officer}.key"
    if file.is_file():
        with file.open("r+b") as content:
            content.write(os.urandom(file.stat().st_size))
            content.flush()
            os.fsync(content.fileno())
        file.unlink()
    write_whole(home.keys / f"{officer}.crt", pem_of(new.der))
