"""`tianping ledger decision …`: transactions that are signed where the keys are, carried between places as a file.

Prepared where the node is (`app … --prepare FILE`, or `decision pending --out FILE` for what waits there), shown and signed on
any machine without a network, sent where the node is. What is signed is the body alone: what stands beside it in the file is shown
only where its digest is in that body.
"""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import click
import msgspec

from tianping.apps.console import say, spoken
from tianping.apps.ledger_gateway import Gateway, gateway
from tianping.apps.passphrases import passphrase
from tianping.engines.ledger import codec
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.model import FORMAT, Body, Envelope, Signature, signed_message
from tianping.engines.signing.certificates import der_of, digest
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.keys import read_key_file
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import KeyUnusable
from tianping.kit.digests import canonical
from tianping.kit.problems import InvalidInput, Text

PASSPHRASE = "TIANPING_OFFICER_PASSPHRASE"  # noqa: S105  the name of a variable
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
_VERSION = "tianping-decision/1"

STATES = {
    "stored": Text("已入链（第 {index} 条）", "entered (entry {index})"),
    "pending": Text("已受理，尚未共签", "taken, not yet co-signed"),
    "proposed": Text("已提出，等待更多签名", "proposed, waits for more signatures"),
}


class FileInvalid(InvalidInput):
    code = "decision-file-invalid"
    title = Text("不是待签文件，或已损坏", "This is no file of decisions to sign, or it is damaged")
    detail = Text("{place}", "{place}")


class NotSigned(InvalidInput):
    code = "decision-not-signed"
    title = Text("文件中还没有签名，请先 decision sign", "Nothing in the file is signed yet: decision sign comes first")


class _Signed(msgspec.Struct, frozen=True):
    """Hexadecimal."""

    fingerprint: str
    signature: str


class Unsigned(msgspec.Struct, frozen=True):
    """`body`: base64 of the encoded body, which is what is signed."""

    body: str
    signatures: list[_Signed] = []

    @property
    def encoded(self) -> bytes:
        return base64.b64decode(self.body, validate=True)

    def decoded(self) -> Body:
        """Raises Malformed, ValueError."""
        return codec.decode(self.encoded, Body)

    def envelope(self) -> bytes:
        marks = [Signature(bytes.fromhex(one.fingerprint), bytes.fromhex(one.signature)) for one in self.signatures]
        return codec.encode(Envelope(FORMAT, self.encoded, [], sorted(marks, key=lambda one: one.fingerprint)))


class Sheaf(msgspec.Struct, frozen=True):
    """The file. `origin`: of the ledger; `texts`: reasons and score sheets that the bodies name by their digests."""

    format: str
    origin: str
    transactions: list[Unsigned]
    texts: list[dict[str, Any]] = []


@click.group(name="decision", help="在别处签署的决定：查看、签署、送出 · Decisions signed elsewhere: show, sign, send.")
def decision_commands() -> None:
    pass


@decision_commands.command("show", help="所签为何，逐笔列出 · What one would sign, each transaction.")
@click.argument("file", type=_FILE)
def show(file: Path) -> None:
    _show(read_sheaf(file))


@decision_commands.command("pending", help="节点上等待签名的事项 · What waits for signatures at the node.")
@click.option("--out", type=_OUT, help="写成待签文件 / write it as a file to sign")
@click.pass_obj
def pending(home: Home, out: Path | None) -> None:
    async def work(reach: Gateway) -> Sheaf:
        waiting = await reach.read("/proposals")
        texts = []
        for one in waiting:
            for named in (part for part in one["content"] if _is_digest(part)):
                found = await reach.http.get(f"/ledger/v1/texts/{named}")
                texts += [found.json()] if found.status_code == 200 else []
        return Sheaf(_VERSION, home.config().origin, [Unsigned(one["body"]) for one in waiting], texts)

    sheaf = asyncio.run(_reaching(home, work))
    _show(sheaf)
    if out is not None:
        write_sheaf(out, sheaf)


@decision_commands.command("sign", help="签署文件中的全部事项，无需联网 · Sign all of a file; needs no network.")
@click.argument("file", type=_FILE)
@click.option("--key", required=True, type=_FILE, help="加密私钥文件 / the encrypted private key")
@click.option("--certificate", required=True, type=_FILE, help="其证书 / its certificate")
@click.option("--passphrase-file", type=_FILE, help=f"口令文件，或 {PASSPHRASE} / or {PASSPHRASE}")
@click.option("--yes", is_flag=True, help="不再询问 / do not ask")
def sign(file: Path, key: Path, certificate: Path, passphrase_file: Path | None, yes: bool) -> None:
    sheaf = read_sheaf(file)
    _show(sheaf)
    if not yes:
        click.confirm(spoken(Text("签署以上全部？", "Sign all of these?")), abort=True, err=True)
    secret = passphrase(
        passphrase_file, PASSPHRASE, zh="私钥口令", en="passphrase of the key", option="--passphrase-file"
    )
    private_key = read_key_file(key, secret, sm2())
    der = der_of(certificate.read_bytes())
    if sm2().public_key(private_key) not in der:
        raise KeyUnusable
    mark = digest(der).hex()
    signed = []
    for one in sheaf.transactions:
        signature = sm2().sign(private_key, signed_message(one.encoded)).hex()
        others = [each for each in one.signatures if each.fingerprint != mark]
        signed.append(Unsigned(one.body, [*others, _Signed(mark, signature)]))
    write_sheaf(file, msgspec.structs.replace(sheaf, transactions=signed))


@decision_commands.command("send", help="把签署的事项交给节点 · Hand what is signed to the node.")
@click.argument("file", type=_FILE)
@click.pass_obj
def send(home: Home, file: Path) -> None:
    sheaf = read_sheaf(file)
    if any(not one.signatures for one in sheaf.transactions):
        raise NotSigned

    async def work(reach: Gateway) -> None:
        for one in sheaf.transactions:
            body = one.decoded()
            answer = await reach.send("/transactions", {"envelope": base64.b64encode(one.envelope()).decode()})
            click.echo(f"{body.chain:<10} {body.kind:<14} {spoken(said_of(answer))}")

    asyncio.run(_reaching(home, work))


def said_of(answer: dict[str, Any]) -> Text:
    """What became of a transaction that was submitted."""
    told = STATES[answer["state"]]
    return Text(told.zh.format(**answer), told.en.format(**answer))


def read_sheaf(file: Path) -> Sheaf:
    """Raises FileInvalid."""
    try:
        sheaf = msgspec.json.decode(file.read_bytes(), type=Sheaf)
        for one in sheaf.transactions:
            one.decoded()
    except (OSError, msgspec.MsgspecError, Malformed, ValueError) as wrong:
        raise FileInvalid(place=file) from wrong
    if sheaf.format != _VERSION:
        raise FileInvalid(place=file)
    return sheaf


def write_sheaf(file: Path, sheaf: Sheaf) -> None:
    write_whole(file, msgspec.json.format(msgspec.json.encode(sheaf)) + b"\n")
    say(f"已写入 {file}", f"{file} written")


def prepared(origin: str, bodies: list[bytes], texts: list[dict[str, Any]]) -> Sheaf:
    return Sheaf(_VERSION, origin, [Unsigned(base64.b64encode(body).decode()) for body in bodies], texts)


def _show(sheaf: Sheaf) -> None:
    texts = {sm3(canonical(one)).hex(): one for one in sheaf.texts}
    say(
        f"账本 {sheaf.origin}，{len(sheaf.transactions)} 项",
        f"ledger {sheaf.origin}, {len(sheaf.transactions)} transactions",
    )
    for number, one in enumerate(sheaf.transactions, 1):
        body = one.decoded()
        say(
            f"{number}. {body.chain} {body.kind}，提出者 {body.author}，编号 {body.ref}，已有 {len(one.signatures)} 个签名",
            f"{number}. {body.chain} {body.kind}, by {body.author}, ref {body.ref}, {len(one.signatures)} signatures so far",
        )
        for part in _plain(body.content):
            click.echo(f"     {json.dumps(part, ensure_ascii=False)}")
            if isinstance(part, str) and part in texts:
                click.echo(f"       = {json.dumps(texts[part], ensure_ascii=False)}")


def _plain(content: list[Any]) -> list[Any]:
    return [one.hex() if isinstance(one, bytes) else _plain(one) if isinstance(one, list) else one for one in content]


def _is_digest(part: object) -> bool:
    return isinstance(part, str) and len(part) == 64 and all(one in "0123456789abcdef" for one in part)


async def _reaching(home: Home, work: Any) -> Any:
    async with gateway(home) as reach:
        return await work(reach)
