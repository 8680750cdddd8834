"""`tianping ledger audit`: recompute everything from the log and compare."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from tianping.apps.console import say, spoken
from tianping.engines.ledger.audit import Report, audit
from tianping.engines.ledger.home import Home
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.verifying import ThreadedVerifying

_SHOWN = 20


@click.command(
    name="audit",
    help="由交易重算每条链，与所存逐项比对；退出码 0 无差异，2 有差异 · Recompute every chain from its transactions. "
    "Exit status 2 where anything differs.",
)
@click.option("--chain", "chains", multiple=True, help="只核这些链 / only these")
@click.option(
    "--genesis", "pins", multiple=True, metavar="CHAIN=DIGEST", help="信任的创世摘要 / pinned digest of a genesis"
)
@click.option(
    "--scratch", type=click.Path(file_okay=False, path_type=Path), help="临时目录 / a folder with room for a chain"
)
@click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
@click.pass_obj
def audit_command(
    home: Home, chains: tuple[str, ...], pins: tuple[str, ...], scratch: Path | None, in_json: bool
) -> None:
    config = home.config()
    pinned = {name: bytes.fromhex(digest) for name, _, digest in (pin.partition("=") for pin in pins)}
    verifying = ThreadedVerifying(sm2())
    found: dict[str, Report] = {}
    try:
        for chain in config.chains:
            if chains and chain.name not in chains:
                continue
            found[chain.name] = audit(
                home.chain(chain.name), verifying.verify_many, pinned=pinned.get(chain.name), scratch=scratch
            )
            if not in_json:
                _show(chain.name, found[chain.name])
    finally:
        verifying.close()
    if in_json:
        click.echo(json.dumps({name: _as_json(report) for name, report in found.items()}, ensure_ascii=False))
    sys.exit(0 if all(report.sound for report in found.values()) else 2)


def _show(name: str, report: Report) -> None:
    mark = "✓" if report.sound else "✗"
    say(
        f"{name}：{report.transactions} 笔交易，{report.size} 条，{report.checkpoints} 个检查点，{report.stamps} 个时间戳",
        f"{name}: {report.transactions} transactions, {report.size} entries, {report.checkpoints} checkpoints, "
        f"{report.stamps} stamps",
        mark=f"{mark} ",
    )
    for one in report.differences[:_SHOWN]:
        click.echo(f"    {spoken(one.text)}")
    if len(report.differences) > _SHOWN:
        click.echo(f"    … {len(report.differences) - _SHOWN}")


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "sound": report.sound, "height": report.height, "size": report.size, "root": report.root.hex(),
        "transactions": report.transactions, "checkpoints": report.checkpoints, "stamps": report.stamps,
        "differences": [{"place": one.place, "code": one.code, "zh": one.text.zh, "en": one.text.en} for one in report.differences],
    }  # fmt: skip
