"""`tianping`: the one command line. Each command's module is imported when it is called, so that help is quick."""

import importlib
import json
import sys
import tempfile
from typing import Any

import click

from tianping import __version__

# name: (module, attribute, one line of help). The attribute is a click command, or a function without arguments.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "up": ("tianping.apps.up", "up", "启动数据库、迁移、网站与后台 · Start everything and keep it running"),
    "doctor": ("tianping.apps.doctor", "doctor", "检查环境并给出修复命令 · Name what is missing and the fix"),
    "demo": ("tianping.apps.demo", "demo", "填入演示法院的人物与案件 · Fill the demo court"),
    "migrate": ("tianping.apps.cli", "migrate", "升级数据库结构 · Bring the database up to date"),
    "law": ("tianping.apps.law_cli", "law", "诉讼费、期限、管辖计算 · Fees, deadlines, jurisdiction"),
    "docket": ("tianping.apps.docket_cli", "docket", "核验案件卷宗链（无需服务器）· Verify a docket, no server needed"),
    "ca": ("tianping.apps.ca_cli", "ca", "证书机构：签发、吊销、核验 · The court's certificate authority"),
    "ledger": ("tianping.apps.ledger_cli", "ledger", "存证、核验、证明 · Deposit, verify, prove; run a node"),
    "openapi": ("tianping.apps.cli", "openapi", "输出接口说明（OpenAPI 3.1）· Print the API description"),
    "web": ("tianping.apps.web", "main", "只运行网站进程 · Run the web process alone"),
    "worker": ("tianping.apps.worker", "main", "只运行后台进程 · Run the worker alone"),
}

HELP = """天平：开源的互联网法院 · Tianping: an open-source Internet court.

\b
常用 / Often needed:
  tianping up             启动 / start (make run does this and installs first)
  tianping doctor         体检 / what is missing, and how to fix it
  tianping law fee        计算诉讼费 / compute a fee, one JSON object a line

\b
环境变量 / Environment:
  TIANPING_DATA           数据目录 / data directory (.data)
  TIANPING_HOST, _PORT    监听地址 / where to listen (127.0.0.1, 8000)
  TIANPING_DATABASE_DSN   已有数据库 / a PostgreSQL 15+ instead of the embedded one
  TIANPING_DATABASE_MIGRATION_DSN  升级结构所用的登录 / the login that changes its structure
  TIANPING_COURT          法院说明文件 / description of the court (court.toml)
  TIANPING_LANGUAGE       终端语言 zh 或 en / language of the terminal, zh or en
"""


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, short_help = COMMANDS[cmd_name]
        found = globals()[attribute] if module == __name__ else getattr(importlib.import_module(module), attribute)
        if isinstance(found, click.Command):
            return found
        return click.Command(cmd_name, callback=found, help=short_help)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 / Commands"):
            formatter.write_dl([(name, short_help) for name, (_, _, short_help) in COMMANDS.items()])


@click.group(
    cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(version)s")
def tianping() -> None:
    pass


def _as_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@click.command(help="升级数据库结构 · Bring the database up to date.")
@click.option("--dry", is_flag=True, help="只列出将执行的迁移 / only name what is pending")
@click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
def migrate(dry: bool, in_json: bool) -> None:
    from tianping.apps import migrate as migration

    steps = migration.run(dry=dry)
    if in_json:
        _as_json({"pending" if dry else "applied": steps})
    elif steps:
        click.echo("\n".join(steps))
    else:
        click.echo("数据库结构已是最新 · The database is up to date")


@click.command(help="输出接口说明（OpenAPI 3.1，JSON）· Print the API description (OpenAPI 3.1, JSON).")
def openapi() -> None:
    from tianping.apps.assembly import assemble
    from tianping.platform.http.openapi import document
    from tianping.platform.settings import read_settings

    # The description is the same for every installation: it must not depend on, or touch, the data of this one.
    with tempfile.TemporaryDirectory() as nowhere:
        settings = read_settings({"TIANPING_DATA": nowhere}, need_database=False)
        _as_json(document(assemble(settings).site()))


def main() -> None:
    """Entry point. Expected refusals are said in a sentence with exit status 1; anything else shows its traceback."""
    try:
        tianping.main(prog_name="tianping")
    except Exception as error:
        if not isinstance(error, _refusals()):
            raise
        from tianping.apps.console import complain

        complain(error)
        sys.exit(1)


def _refusals() -> tuple[type[Exception], ...]:
    from tianping.kit.problems import Problem
    from tianping.law.dated import LawbookInvalid
    from tianping.platform.court import CourtInvalid
    from tianping.platform.settings import SettingsInvalid

    return Problem, LawbookInvalid, CourtInvalid, SettingsInvalid


if __name__ == "__main__":
    main()
