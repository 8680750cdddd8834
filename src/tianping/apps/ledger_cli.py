"""`tianping ledger`: deposit, verify, prove; run a node; admit applications. Works on a directory without the court."""

import asyncio
import hashlib
import importlib
import json
import mimetypes
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tianping.apps.console import say, spoken
from tianping.apps.ledger_gateway import Gateway, gateway
from tianping.apps.ledger_keys import PASSPHRASE
from tianping.apps.ledger_setup import Plan, set_up
from tianping.apps.passphrases import passphrase
from tianping.engines.ledger.home import Home
from tianping.kit.digests import Sm3, canonical
from tianping.kit.ids import new_id
from tianping.kit.problems import InvalidInput, Text
from tianping.platform.court import CourtInvalid, read_court
from tianping.platform.settings import read_settings

T = TypeVar("T")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)
_JSON = click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
_BLOCK = 1 << 20
VERDICTS = {
    "match": Text("一致：自存入以来未被篡改", "MATCH: unaltered since it was stored"),
    "mismatch": Text("不一致：这不是当时存入的文件", "MISMATCH: this is not what was stored"),
    "not_found": Text("没有这一编号的存证", "NOT FOUND: nothing is stored under this number"),
    "pending": Text("已受理，尚未共签，请稍后再查", "PENDING: taken, not yet co-signed"),
    "chain_inconsistent": Text(
        "链上数据不一致，请立即报告法院", "CHAIN INCONSISTENT: report this to the court at once"
    ),
}


class MetaInvalid(InvalidInput):
    code = "meta-invalid"
    title = Text("来源事实文件不是 JSON 对象", "The file of provenance facts is no JSON object")


# Imported when they are called, so that the others are quick: name, module, attribute, one line of help.
LATER: dict[str, tuple[str, str, str]] = {
    "member": ("tianping.apps.ledger_access", "member_commands", "成员节点 · Members"),
    "app": ("tianping.apps.ledger_access", "application_commands", "接入应用：申请、评估、决定 · Applications"),
    "officer": ("tianping.apps.ledger_officers", "officer_commands", "审核人的密钥与移交 · Officers' keys"),
    "decision": (
        "tianping.apps.ledger_decisions",
        "decision_commands",
        "在别处签署的决定 · Decisions signed elsewhere",
    ),
    "audit": ("tianping.apps.ledger_checks", "audit_command", "由交易重算每条链 · Recompute every chain and compare"),
    "witness": ("tianping.apps.ledger_witness", "witness_command", "独立见证 · Follow a node from elsewhere"),
    "consortium": (
        "tianping.apps.ledger_consortium",
        "consortium_commands",
        "本机多成员联盟 · A consortium on this machine",
    ),
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *LATER]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in LATER:
            module, attribute, _ = LATER[cmd_name]
            return getattr(importlib.import_module(module), attribute)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.commands[name].get_short_help_str(80)) for name in super().list_commands(ctx)]
        with formatter.section("命令 / Commands"):
            formatter.write_dl([*rows, *((name, said) for name, (_, _, said) in LATER.items())])


@click.group(
    cls=Commands,
    help="存证链 · The evidence ledger.\n\n在数据目录上直接工作；该目录有节点在运行时，经由节点 · "
    "Works on the data directory, through the node where one runs there.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("TIANPING_DATA", ".data")),
    help="数据目录，默认 $TIANPING_DATA / the data directory",
)
@click.pass_context
def ledger(context: click.Context, data: Path) -> None:
    context.obj = Home(data.absolute())


@ledger.command(help="建立存证链：证书机构、密钥、各链 · Found a ledger: CA, keys, chains.")
@click.option("--origin", default="", help="链的来源名，默认由根证书得出 / name of the origin, else made from the root")
@click.option("--own-stamps", is_flag=True, help="由本院时钟盖时间戳 / the court's own clock stamps")
@click.option("--passphrase-file", type=_FILE, help=f"密钥口令文件 / or {PASSPHRASE}")
@click.option("--ask-passphrase", is_flag=True, help="在终端输入口令，不落盘 / type a passphrase that is kept nowhere")
@click.pass_obj
def init(home: Home, origin: str, own_stamps: bool, passphrase_file: Path | None, ask_passphrase: bool) -> None:
    zh, en, notice, place = "互联网法院", "Internet court", None, None
    try:
        court = read_court(read_settings(need_database=False).court_file)
        zh, en = court.name.zh, court.name.en
        place = (court.place.longitude, court.place.latitude) if court.place else None
        if court.is_demo:
            notice = Text("演示法院签发，不具有法律效力", "Issued by a demonstration court, without legal effect")
    except CourtInvalid:
        say("没有法院说明文件，用通用名称", "No court.toml: a general name is used", mark="  ! ")
    secret = None
    if ask_passphrase or passphrase_file or PASSPHRASE in os.environ:
        secret = passphrase(
            passphrase_file, PASSPHRASE, zh="账本密钥口令", en="Passphrase of the ledger's keys",
            option="--passphrase-file", new=True,
        )  # fmt: skip
    config = set_up(
        home,
        Plan(court_zh=zh, court_en=en, origin=origin, own_stamps=own_stamps, notice=notice, place=place),
        passphrase=secret,
    )
    say(f"已建立 {len(config.chains)} 条链：{config.origin}", f"{len(config.chains)} chains begun: {config.origin}")
    click.echo(f"  {home.place}")
    if secret is None:
        say(
            f"密钥口令保存在 {home.passphrase}，仅供演示与单机默认使用；正式使用请以 --ask-passphrase 建立",
            f"The passphrase is kept in {home.passphrase}: for demonstrations and the one-machine default; "
            "found a ledger that counts with --ask-passphrase",
            mark="  ! ",
        )
    say(
        "两名审核人的私钥都在此目录，持有目录者即可独自准入；请移交至少一把：tianping ledger officer hand-over",
        "Both officers' keys are in this directory: whoever has it admits alone. Give one away at least: "
        "tianping ledger officer hand-over",
        mark="  ! ",
    )
    say(
        f"根证书私钥 {home.ca / 'root.key'} 应移至离线介质",
        f"Move the root's private key {home.ca / 'root.key'} to a medium that is kept elsewhere",
        mark="  ! ",
    )


@ledger.command(help="运行本目录的节点与接口 · Run the node and its API.")
@click.pass_obj
def node(home: Home) -> None:
    from tianping.apps import ledger_node

    ledger_node.main(home.place.parent)


@ledger.command(help="存证，每个文件得到一个存证编号 · Deposit: a storage number for each file.")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--meta", type=_FILE, help="来源事实（JSON 对象），不上链 / provenance facts, kept off the chain")
@click.option("--chain", "category", default="works", show_default=True, help="证据类别 / kind of evidence")
@click.option("--ref", default="", help="业务编号；重试时相同 / own reference, the same when retried")
@_JSON
@click.pass_obj
def deposit(home: Home, files: tuple[Path, ...], meta: Path | None, category: str, ref: str, in_json: bool) -> None:
    facts = _facts(meta)
    items = [{**_measured(file), "facts": facts} for file in files]
    asked = {"own": {"category": category, "ref": ref or f"cli-{new_id().hex}", "items": items}}

    async def work(reach: Gateway) -> Any:
        return await reach.send("/deposits", asked)

    answer = _run(home, work)
    if answer["state"] == "pending":
        say(
            "已受理，尚未共签；以同一业务编号再试",
            "Taken, not yet co-signed; try again with the same reference",
            mark="… ",
        )
        click.echo(f"  --ref {answer['ref']}")
        sys.exit(3)
    done = [
        {"file": str(file), **one, "sm3": item["digest"], "sha256": item["sha256"]}
        for file, item, one in zip(files, items, answer["deposits"], strict=True)
    ]
    if in_json:
        about = {name: answer[name] for name in ("chain", "ref", "transaction", "stored_at", "duplicate", "checkpoint")}
        click.echo(
            json.dumps(
                {"number": done[0]["number"], "salt": done[0]["salt"], **about, "deposits": done}, ensure_ascii=False
            )
        )
        return
    for one in done:
        click.echo(f"{one['number']}  {one['file']}")
        say(f"开封值 {one['salt']}", f"salt {one['salt']}", mark="    ")


@ledger.command(help="核验：文件是否为该编号存入之物 · Verify. Exit status 0 for a match, 2 otherwise.")
@click.argument("number")
@click.argument("file", type=_FILE)
@click.option("--salt", default="", help="开封值（本院自存的不需要）/ salt; not needed for the court's own deposits")
@_JSON
@click.pass_obj
def verify(home: Home, number: str, file: Path, salt: str, in_json: bool) -> None:
    headers = {"Tianping-Number": number, "Content-Type": "application/octet-stream"}
    if salt:
        headers["Tianping-Salt"] = salt

    async def work(reach: Gateway) -> Any:
        return (await reach.ask("POST", "/verifications:file", content=_blocks(file), headers=headers)).json()

    answer = _run(home, work)
    if in_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        mark = "✓" if answer["verdict"] == "match" else "✗"
        click.echo(f"{mark} {spoken(VERDICTS[answer['verdict']])}")
        for reason in answer["reasons"]:
            click.echo(f"  {spoken(Text(**reason))}")
    sys.exit(0 if answer["verdict"] == "match" else 2)


@ledger.command(help="存证证书（PDF）· The certificate of storage.")
@click.argument("number")
@click.option("--out", required=True, type=_OUT, help="输出文件 / file to write")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--opening", is_flag=True, help="附开封值与来源事实，交当事人 / with salt and facts, for the party")
@click.pass_obj
def certificate(home: Home, number: str, out: Path, language: str, opening: bool) -> None:
    async def work(reach: Gateway) -> bytes:
        params = {"language": language, "opening": str(opening).lower()}
        return (await reach.ask("GET", f"/deposits/{number}/certificate", params=params)).content

    out.write_bytes(_run(home, work))
    say(f"已写入 {out}", f"{out} written")


@ledger.command(help="证明包（JSON），任何人可离线核验 · The proof bundle, for tianping-verify.")
@click.argument("number")
@click.option("--out", required=True, type=_OUT, help="输出文件 / file to write")
@click.option("--opening", is_flag=True, help="附开封值与来源事实，交当事人 / with salt and facts, for the party")
@click.pass_obj
def proof(home: Home, number: str, out: Path, opening: bool) -> None:
    async def work(reach: Gateway) -> bytes:
        return (await reach.ask("GET", f"/deposits/{number}/proof", params={"opening": str(opening).lower()})).content

    out.write_bytes(_run(home, work))
    say(f"已写入 {out}", f"{out} written")


@ledger.command(help="销毁开封值与来源事实：该条目从此无人能解 · Forget salt and facts of a deposit; cannot be undone.")
@click.argument("number")
@click.confirmation_option(prompt="不可撤销，确认？· This cannot be undone. Go on?")
@click.pass_obj
def forget(home: Home, number: str) -> None:
    async def work(reach: Gateway) -> None:
        await reach.ask("DELETE", f"/deposits/{number}/opening")

    _run(home, work)
    say("已销毁", "Forgotten")


@ledger.command(help="各链的现状 · How the chains stand.")
@_JSON
@click.pass_obj
def status(home: Home, in_json: bool) -> None:
    async def work(reach: Gateway) -> Any:
        return await reach.read("/chains")

    chains = _run(home, work)
    if in_json:
        click.echo(json.dumps(chains, ensure_ascii=False))
        return
    for one in chains:
        click.echo(f"{one['name']:<10} {one['size']:>10} {one['time'] or '-':<28} {spoken(Text(**one['title']))}")


@ledger.command(help="输出接口说明（OpenAPI 3.1）· Print the gateway's API description.")
@click.pass_obj
def openapi(home: Home) -> None:
    async def work(reach: Gateway) -> Any:
        return await reach.read("/schema/openapi.json")

    click.echo(json.dumps(_run(home, work), ensure_ascii=False, indent=2, sort_keys=True))


def _run(home: Home, work: Callable[[Gateway], Awaitable[T]]) -> T:
    async def go() -> T:
        async with gateway(home) as reach:
            return await work(reach)

    return asyncio.run(go())


def _measured(file: Path) -> dict[str, Any]:
    """Both digests, size and media type of a file, read once."""
    by_sm3, by_sha256, size = Sm3(), hashlib.sha256(), 0
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            by_sm3.update(block)
            by_sha256.update(block)
            size += len(block)
    media = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return {"digest": by_sm3.hexdigest(), "sha256": by_sha256.hexdigest(), "size": size, "media_type": media}


def _facts(meta: Path | None) -> str | None:
    if meta is None:
        return None
    try:
        found = json.loads(meta.read_bytes())
    except ValueError as wrong:
        raise MetaInvalid from wrong
    if not isinstance(found, dict):
        raise MetaInvalid
    return canonical(found).decode()


async def _blocks(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as content:
        while block := await asyncio.to_thread(content.read, _BLOCK):
            yield block
