"""`tianping docket`: check an exported docket on any machine, without a server or a database."""

import sys
from pathlib import Path

import click
import msgspec

from tianping.apps.console import say
from tianping.contexts.cases.rules import chain

_LIMIT = 256 * 1024 * 1024


@click.group(help="案件卷宗链 · The docket of a case as a file.")
def docket() -> None:
    pass


@docket.command(
    help="核验导出的卷宗链，指出第一条不符的记录；相符时退出码为 0，不符为 1，读不到文件为 2。\n\n"
    "Check an exported docket and name the first entry that does not fit. Exit status: 0 it fits, 1 it does not, "
    "2 the file cannot be read. The format: docs/docket-format.md."
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--head", help="已知的末条摘要（64 位十六进制） / the hash of an entry that is known from elsewhere")
@click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
def verify(file: Path, head: str | None, in_json: bool) -> None:
    try:
        if file.stat().st_size > _LIMIT:
            raise OSError(f"{file}: more than {_LIMIT // 1024 // 1024} MB")
        data = file.read_bytes()
    except OSError as error:
        click.echo(f"✗ {error.strerror or error}: {file}", err=True)
        sys.exit(2)
    found = chain.verify(data)
    if found.good and head is not None and not chain.holds(data, head.strip().lower()):
        found = msgspec.structs.replace(
            found,
            good=False,
            code="head-unknown",
            zh="文件中没有所给摘要的记录",
            en="no entry has the hash that was given",
        )
    if in_json:
        click.echo(msgspec.json.encode(found).decode())
    elif found.good:
        say(
            f"{found.number}：{found.entries} 条记录全部相符",
            f"{found.number}: all {found.entries} entries fit",
            mark="✓ ",
        )
        say(f"末条摘要 {found.head}", f"head {found.head}", mark="  ")
    else:
        say(found.zh, found.en, mark="✗ ")
    sys.exit(0 if found.good else 1)
