"""`tianping ledger member …` and `tianping ledger app …`: who co-signs, and who may deposit."""

import asyncio
import base64
import json
import mimetypes
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from tianping.apps.console import say, spoken
from tianping.apps.ledger_decisions import prepared, said_of, write_sheaf
from tianping.apps.ledger_gateway import Gateway, gateway
from tianping.apps.ledger_keys import NODE, officers_here, passphrase_of, signer_of
from tianping.engines.ledger import codec
from tianping.engines.ledger.building import body_of, transaction
from tianping.engines.ledger.home import MAIN, Home, write_place
from tianping.engines.ledger.model import Level, Member, Standing
from tianping.engines.ledger.store import Store
from tianping.engines.ledger.transactions.access import Apply, Assess, Decide, Decision
from tianping.engines.ledger.transactions.membership import ChangeMember
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.interfaces.ledger_access import OfficeAbsent
from tianping.interfaces.signing import CertificateRole, Signer
from tianping.kit.ids import new_id
from tianping.kit.problems import Conflict, InvalidInput, NotFound, Text

T = TypeVar("T")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_JSON = click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
_ID = click.argument("application")
_PREPARE = click.option(
    "--prepare", "prepare_to", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="不签名，写成待签文件（decision sign）/ do not sign: write a file for `decision sign`",
)  # fmt: skip
_REF = click.option("--ref", default="", help="业务编号；重试时相同 / own reference, the same when retried")


class PowerNeedsConsortium(Conflict):
    code = "power-needs-consortium"
    title = Text(
        "单节点账本只能由本节点共签：新成员权重须为 0，或改用联盟",
        "One node co-signs alone here: a new member has power 0, or the ledger becomes a consortium",
    )


class ApplicationFileInvalid(InvalidInput):
    code = "application-file-invalid"
    title = Text("申请文件不符合要求", "The application's file is not as it should be")
    detail = Text("{reason}", "{reason}")


@click.group(name="member", help="成员节点 · Members.")
def member_commands() -> None:
    pass


@click.group(name="app", help="接入应用：申请、评估、决定 · Applications: apply, assess, decide.")
def application_commands() -> None:
    pass


@member_commands.command("list", help="全部成员及共签记录 · All members with their record.")
@_JSON
@click.pass_obj
def list_members(home: Home, in_json: bool) -> None:
    async def work(reach: Gateway) -> Any:
        return await reach.read("/nodes")

    members = _run(home, work)
    if in_json:
        click.echo(json.dumps(members, ensure_ascii=False))
        return
    for one in members:
        click.echo(
            f"{one['id']:<20} L{one['level']} ×{one['power']} {one['standing']:<9} {one['share']:>7.2%} {spoken(Text(**one['name']))}"
        )


@member_commands.command("add", help="接纳成员，写入每条链 · Admit a member, on every chain.")
@click.argument("member")
@click.option("--name", "name_zh", required=True, help="中文名称 / name in Chinese")
@click.option("--name-en", required=True, help="英文名称 / name in English")
@click.option("--level", type=click.IntRange(1, 2), default=2, show_default=True, help="一级共签，二级同步核验 / level")
@click.option("--power", type=click.IntRange(0, 1_000_000), default=0, show_default=True, help="权重 / weight")
@click.option("--certificate", required=True, type=_FILE, help="其节点证书 / certificate of its node")
@_REF
@click.pass_obj
def add_member(
    home: Home, member: str, name_zh: str, name_en: str, level: int, power: int, certificate: Path, ref: str
) -> None:
    if power and home.config().driver == "solo":
        raise PowerNeedsConsortium
    facts = Register(home.ca, sm2()).trust.read(certificate.read_bytes())
    if facts.role is not CertificateRole.NODE:
        raise click.ClickException("not a certificate of a node / 不是节点证书")
    wanted = Member(
        member, name_zh, name_en, Level(level), power, facts.fingerprint, facts.public_key, b"", Standing.ADMITTED
    )
    _change_member(home, wanted, ref)


@member_commands.command("remove", help="成员退出，写入每条链 · A member leaves, on every chain.")
@click.argument("member")
@_REF
@click.pass_obj
def remove_member(home: Home, member: str, ref: str) -> None:
    home.config()
    known = _known_member(home, member)
    _change_member(home, msgspec.structs.replace(known, power=0, standing=Standing.REMOVED), ref)


@member_commands.command(
    "place", help="成员在地图上的位置（经纬度，不上链）· Where a member stands on the map; not on the chain."
)
@click.argument("member")
@click.option("--longitude", type=click.FloatRange(-180, 180), help="东经为正 / degrees, east is positive")
@click.option("--latitude", type=click.FloatRange(-90, 90), help="北纬为正 / degrees, north is positive")
@click.option("--none", "nowhere", is_flag=True, help="不再公开位置 / not public any more")
@click.pass_obj
def place_member(home: Home, member: str, longitude: float | None, latitude: float | None, nowhere: bool) -> None:
    if nowhere == (longitude is not None or latitude is not None) or (longitude is None) != (latitude is None):
        raise click.UsageError("--longitude … --latitude …, or --none / 请给出经度和纬度，或者 --none")
    home.config()
    _known_member(home, member)
    at = None if longitude is None or latitude is None else (longitude, latitude)
    write_place(home, member, at)
    shown = f"{longitude}, {latitude}" if at else "-"
    say(f"{member} 的位置：{shown}", f"{member} stands at: {shown}")


@application_commands.command("list", help="全部应用与准入状态 · All applications with their standing.")
@_JSON
@click.pass_obj
def list_applications(home: Home, in_json: bool) -> None:
    async def work(reach: Gateway) -> Any:
        return await reach.read("/apps")

    found = _run(home, work)
    if in_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo(
            f"{one['id']:<20} {one['standing']:<10} {one['items']:>10} {spoken(Text(**one['name']))} {','.join(one['categories'])}"
        )


@application_commands.command("show", help="一个应用及其全部决定 · One application and its history (JSON).")
@_ID
@click.pass_obj
def show_application(home: Home, application: str) -> None:
    async def work(reach: Gateway) -> Any:
        return await reach.read(f"/apps/{application}")

    click.echo(json.dumps(_run(home, work), ensure_ascii=False, indent=2))


@application_commands.command(
    "apply",
    help="登记申请并写入主链及所涉各链 · Enter an application.\n\nFILE 为 JSON：id, name_zh, name_en, organisation, categories, "
    "certificate（文件名）, papers: [{kind, file}]，文件名相对于 FILE。",
)
@click.argument("file", type=_FILE)
@click.option("--officer", default="", help="由谁签名，默认私钥在此的第一人 / who signs; the first whose key is here")
@_PREPARE
@click.pass_obj
def apply_for(home: Home, file: Path, officer: str, prepare_to: Path | None) -> None:
    asked = _application_file(file)
    office = _Office(home, [officer] if officer else officers_here(home)[:1], prepare_to)

    async def work(reach: Gateway) -> None:
        came_in = await reach.send("/apps", asked)
        for chain, categories in _chains(home, came_in["categories"]).items():
            content = Apply(
                came_in["id"], came_in["name"]["zh"], came_in["name"]["en"], came_in["organisation"],
                bytes.fromhex(came_in["fingerprint"]), bytes.fromhex(came_in["public_key"]), categories,
                bytes.fromhex(came_in["papers"]),
            )  # fmt: skip
            ref = f"apply/{came_in['id']}/{came_in['papers'][:16]}"
            await office.submit(reach, chain, "access.apply", ref, content)

    _run(home, work)
    office.write()


@application_commands.command("assess", help="按标准评分（JSON：各项得分）· Assess by the published standard.")
@_ID
@click.option("--sheet", required=True, type=_FILE, help="评分表 {standard, points, remarks} / the score sheet, JSON")
@click.option("--officer", default="", help="由谁签名，默认私钥在此的第一人 / who signs; the first whose key is here")
@_PREPARE
@click.pass_obj
def assess(home: Home, application: str, sheet: Path, officer: str, prepare_to: Path | None) -> None:
    asked = json.loads(sheet.read_bytes())
    office = _Office(home, [officer] if officer else officers_here(home)[:1], prepare_to)

    async def work(reach: Gateway) -> None:
        kept = await reach.send(f"/apps/{application}/sheets", asked)
        content = Assess(application, asked["standard"], kept["score"], bytes.fromhex(kept["digest"]))
        ref = f"assess/{application}/{kept['digest'][:16]}"
        for chain in await _chains_of(home, reach, application):
            await office.submit(reach, chain, "access.assess", ref, content)
        await office.enclose(reach, kept["digest"])
        say(f"得分 {kept['score']}", f"score {kept['score']}")

    _run(home, work)
    office.write()


@application_commands.command("decide", help="决定：试用、准入、拒绝、暂停、恢复、吊销；除暂停外须两人签名 · Decide.")
@_ID
@click.argument("decision", type=click.Choice([one.value for one in Decision]))
@click.option("--reasons", required=True, help="理由 / the reasons, in words")
@click.option("--officer", "officers", multiple=True, help="签名者，可重复，默认两人 / who signs; two by default")
@_REF
@_PREPARE
@click.pass_obj
def decide(
    home: Home,
    application: str,
    decision: str,
    reasons: str,
    officers: tuple[str, ...],
    ref: str,
    prepare_to: Path | None,
) -> None:
    taken = Decision(decision)
    here = officers_here(home)
    office = _Office(home, officers or (here[:1] if taken is Decision.SUSPEND else here), prepare_to)

    async def work(reach: Gateway) -> None:
        kept = await reach.send(f"/apps/{application}/reasons", {"text": reasons})
        content = Decide(application, taken, bytes.fromhex(kept["digest"]))
        own = ref or f"decide/{application}/{new_id().hex}"
        for chain in await _chains_of(home, reach, application):
            await office.submit(reach, chain, "access.decide", own, content)
        await office.enclose(reach, kept["digest"])

    _run(home, work)
    office.write()


def _known_member(home: Home, member: str) -> Member:
    """As the main chain has it. Raises NotFound."""
    store = Store(home.chain(MAIN), read_only=True)
    try:
        encoded = store.get(f"member/{member}")
    finally:
        store.close()
    if encoded is None:
        raise NotFound
    return codec.decode(encoded, Member)


def _change_member(home: Home, wanted: Member, ref: str) -> None:
    signer = _signer(home, NODE)
    own = ref or f"member/{wanted.id}/{new_id().hex}"

    async def work(reach: Gateway) -> None:
        for chain in home.config().chains:
            await _submit(home, reach, chain.name, "member.change", own, ChangeMember(wanted), [signer])

    _run(home, work)


class _Office:
    """Signs and submits with officers' keys of this directory, or gathers what is to be signed elsewhere."""

    def __init__(self, home: Home, officers: Sequence[str], prepare_to: Path | None) -> None:
        """Raises KeyUnusable, PassphraseUnknown; OfficeAbsent where nobody's key is here."""
        if prepare_to is None and not officers:
            raise OfficeAbsent
        self._home, self._file = home, prepare_to
        self._signers = [] if prepare_to else [_signer(home, name) for name in officers]
        self._bodies: list[bytes] = []
        self._texts: list[dict[str, Any]] = []

    async def submit(self, reach: Gateway, chain: str, kind: str, ref: str, content: object) -> None:
        if self._file is None:
            await _submit(self._home, reach, chain, kind, ref, content, self._signers)
            return
        author = self._home.config().member
        self._bodies.append(body_of(chain=chain, kind=kind, author=author, ref=ref, content=content))

    async def enclose(self, reach: Gateway, digest: str) -> None:
        """Reasons or a sheet, for whoever signs to read."""
        if self._file is not None:
            self._texts.append(await reach.read(f"/texts/{digest}"))

    def write(self) -> None:
        if self._file is not None:
            write_sheaf(self._file, prepared(self._home.config().origin, self._bodies, self._texts))


async def _submit(
    home: Home, reach: Gateway, chain: str, kind: str, ref: str, content: object, signers: list[Signer]
) -> None:
    envelope = transaction(
        chain=chain, kind=kind, author=home.config().member, ref=ref, content=content, signers=signers
    )
    answer = await reach.send("/transactions", {"envelope": base64.b64encode(envelope).decode()})
    click.echo(f"{chain:<10} {kind:<14} {spoken(said_of(answer))}")


def _chains(home: Home, categories: list[str]) -> dict[str, list[str]]:
    """Where access to these categories is decided: the main chain with all of them, and each of their chains with its own."""
    found = {MAIN: list(categories)}
    for chain in home.config().chains:
        if chain.category in categories:
            found[chain.name] = [str(chain.category)]
    return found


async def _chains_of(home: Home, reach: Gateway, application: str) -> list[str]:
    known = await reach.read(f"/apps/{application}")
    return list(_chains(home, known["application"]["categories"]))


def _application_file(file: Path) -> dict[str, Any]:
    """What the gateway wants, from a file that names others beside it. Raises ApplicationFileInvalid."""
    try:
        said = json.loads(file.read_bytes())
        papers = []
        for one in said["papers"]:
            paper = file.parent / one["file"]
            media = mimetypes.guess_type(paper.name)[0] or "application/octet-stream"
            content = base64.b64encode(paper.read_bytes()).decode()
            papers.append({"kind": one["kind"], "name": paper.name, "media_type": media, "content": content})
        certificate = (file.parent / said["certificate"]).read_bytes()
        text = certificate.decode() if certificate.startswith(b"-----") else base64.b64encode(certificate).decode()
        return {**said, "papers": papers, "certificate": text}
    except (ValueError, KeyError, TypeError, OSError) as wrong:
        raise ApplicationFileInvalid(reason=f"{type(wrong).__name__}: {wrong}") from wrong


def _signer(home: Home, name: str) -> Signer:
    """A key of this directory. Each officer may have a passphrase of its own: TIANPING_KEY_PASSPHRASE."""
    secret = os.environ.get("TIANPING_KEY_PASSPHRASE") or passphrase_of(home)
    return signer_of(home, name, Register(home.ca, sm2()), secret)


def _run(home: Home, work: Callable[[Gateway], Awaitable[T]]) -> T:
    async def go() -> T:
        async with gateway(home) as reach:
            return await work(reach)

    return asyncio.run(go())
