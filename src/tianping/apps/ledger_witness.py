"""`tianping ledger witness`: follows a node's checkpoints from another machine, co-signs what grew, alarms on a fork."""

import asyncio
import base64
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import httpx

from tianping.apps.console import say, spoken
from tianping.apps.passphrases import passphrase
from tianping.engines.ledger import codec
from tianping.engines.ledger.model import Genesis, Signature
from tianping.engines.ledger.transactions.following import ProvenChange
from tianping.engines.ledger.witness import Alarm, Seen, Witness
from tianping.engines.signing.certificates import arc_of_root, read_certificate
from tianping.engines.signing.keys import KeySigner, read_key_file
from tianping.engines.signing.provider import sm2
from tianping.kit.problems import Text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KEY = "TIANPING_KEY_PASSPHRASE"
_SAID = {
    Seen.FIRST: Text("首次见到", "seen for the first time"),
    Seen.GROWN: Text("链已增长，一致", "it grew as it should"),
    Seen.SAME: Text("无变化", "nothing new"),
    Seen.BEHIND: Text("所见落后于已见", "the source shows an earlier checkpoint"),
    Seen.UNREACHABLE: Text("无法连接", "no answer"),
    Seen.UNPROVEN: Text("所见不足以采信", "what it shows is not proven"),
    Seen.ALARM: Text("警报", "ALARM"),
}


class NodeSource:
    """A chain as a node's gateway shows it. Nothing it says is believed. Raises OSError where it does not answer."""

    def __init__(self, http: httpx.AsyncClient, chain: str) -> None:
        self._http = http
        self._chain = chain

    async def genesis(self) -> bytes:
        return (await self._get(f"/chains/{self._chain}/genesis")).content

    async def note(self) -> str:
        return (await self._get("/checkpoints/latest", chain=self._chain)).text

    async def consistency(self, old: int, new: int) -> Sequence[bytes]:
        if not old:
            return []
        shown = (await self._get("/consistency", chain=self._chain, old=old, new=new)).json()
        return [bytes.fromhex(step) for step in shown["path"]]

    async def changes(self, old: int, new: int) -> Sequence[ProvenChange]:
        shown = (await self._get("/changes", chain=self._chain, old=old, new=new)).json()
        return [
            ProvenChange(
                one["index"],
                base64.b64decode(one["body"]),
                [Signature(*map(base64.b64decode, by)) for by in one["signatures"]],
                [base64.b64decode(step) for step in one["path"]],
            )
            for one in shown
        ]

    async def _get(self, path: str, **params: Any) -> httpx.Response:
        try:
            answer = await self._http.get(f"/ledger/v1{path}", params=params)
            answer.raise_for_status()
        except httpx.HTTPError as gone:
            raise ConnectionError(str(gone)) from gone
        return answer


@click.command(
    name="witness",
    help="独立见证：在另一台机器上跟踪检查点，分叉时报警（退出码 3）· Follow a node from elsewhere; exit status 3 on an alarm.",
)
@click.argument("url")
@click.option(
    "--chain", "chains", multiple=True, default=("main",), show_default=True, help="跟踪的链 / chains to follow"
)
@click.option(
    "--genesis",
    "pins",
    multiple=True,
    required=True,
    metavar="CHAIN=DIGEST",
    help="创世摘要，须从别处得到 / pinned digest",
)
@click.option(
    "--folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="见证记录目录 / its own folder"
)
@click.option("--name", default="witness", show_default=True, help="见证人名称 / under which it signs")
@click.option("--key", required=True, type=_FILE, help="见证人私钥（加密）/ its encrypted key")
@click.option("--certificate", required=True, type=_FILE, help="见证人证书 / its certificate")
@click.option("--root", required=True, type=_FILE, help="根证书 / the root certificate")
@click.option("--key-passphrase-file", type=_FILE, help=f"私钥口令文件 / or {_KEY}")
@click.option(
    "--every", default=60.0, show_default=True, help="间隔秒数；0 只看一次 / seconds between looks; 0 looks once"
)
def witness_command(
    url: str, chains: tuple[str, ...], pins: tuple[str, ...], folder: Path, name: str, key: Path, certificate: Path,
    root: Path, key_passphrase_file: Path | None, every: float,
) -> None:  # fmt: skip
    secret = passphrase(
        key_passphrase_file, _KEY, zh="私钥口令", en="Passphrase of the key", option="--key-passphrase-file"
    )
    facts = read_certificate(certificate.read_bytes(), arc=arc_of_root(root.read_bytes()))
    signer = KeySigner(facts, read_key_file(key, secret, sm2()), sm2())
    pinned = {chain: digest for chain, _, digest in (pin.partition("=") for pin in pins)}
    missing = [chain for chain in chains if chain not in pinned]
    if missing:
        raise click.BadParameter(", ".join(missing), param_hint="--genesis")

    async def follow() -> bool:
        async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as http:
            witnesses: dict[str, Witness] = {}
            for chain in chains:
                source = NodeSource(http, chain)
                genesis = codec.decode(await source.genesis(), Genesis)
                if genesis.digest().hex() != pinned[chain]:
                    raise click.ClickException(f"{chain}: the genesis is not the pinned one / 创世与所锁定的不一致")
                witnesses[chain] = Witness(
                    folder / chain, genesis, name, signer, sm2().verify, source, raised=_raised
                )  # fmt: skip
            while True:
                seen = {chain: await witness.look() for chain, witness in witnesses.items()}
                for chain, found in seen.items():
                    last = witnesses[chain].last
                    click.echo(
                        f"{time.strftime('%H:%M:%S')} {chain:<10} {last.size if last else 0:>10} {spoken(_SAID[found])}"
                    )
                sys.stdout.flush()
                if Seen.ALARM in seen.values() or not every:
                    return Seen.ALARM in seen.values()
                await asyncio.sleep(every)

    sys.exit(3 if asyncio.run(follow()) else 0)


async def _raised(alarm: Alarm) -> None:
    say(alarm.text.zh, alarm.text.en, mark="✗ ")
    click.echo(f"{alarm.before}\n---\n{alarm.after}", err=True)
