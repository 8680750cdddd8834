"""`tianping ledger audit`: recompute everything from the log and compare."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import msgspec

from tianping.apps.console import say, spoken
from tianping.engines.ledger import codec
from tianping.engines.ledger.audit import UNREADABLE, Difference, Report, StampCheck, audit
from tianping.engines.ledger.checkpoints import read_note
from tianping.engines.ledger.codec import Malformed
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.home import MAIN, Config, Founders, Home, genesis_of
from tianping.engines.ledger.machine import read_envelope
from tianping.engines.ledger.model import Genesis
from tianping.engines.ledger.store import ChainUnknown, Store
from tianping.engines.ledger.transactions.anchors import Anchor
from tianping.engines.ledger.transactions.base import Refused
from tianping.engines.ledger.vault.looking import look
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.engines.signing.stamp_tokens import StampTrust, TimeStampRefused, check_token
from tianping.engines.signing.verifying import ThreadedVerifying
from tianping.kit.problems import InvalidInput, Text
from tianping.platform.keyring import FileKeys, Keyring

_SHOWN = 20
_SAY_EVERY_S = 2.0
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class HeldUnreadable(InvalidInput):
    code = "held-note-unreadable"
    title = Text("既不是检查点，也不是证明包", "This is neither a checkpoint with its co-signatures nor a proof bundle")
    detail = Text("{place}", "{place}")


@click.command(
    name="audit",
    help="由交易重算每条链，与所存逐项比对；并核对时间戳、各链在主链的锚、创世信息、开封值与发件箱。退出码 0 无差异，2 有差异 · "
    "Recompute every chain from its transactions; check time stamps, anchors, the founding, openings and outbox. "
    "Exit status 2 where anything differs.",
)
@click.option("--chain", "chains", multiple=True, help="只核这些链，不核保管库 / only these, and not the vault")
@click.option(
    "--genesis", "pins", multiple=True, metavar="CHAIN=DIGEST", help="信任的创世摘要 / pinned digest of a genesis"
)
@click.option(
    "--held", multiple=True, type=_FILE,
    help="他处保存的检查点或证明包：截去末尾由此发现 / a note or bundle kept elsewhere: shows an end that was cut off",
)  # fmt: skip
@click.option(
    "--stamp-trust", "roots", multiple=True, type=_FILE,
    help="另信任的时间戳机构证书（PEM）/ certificate of another time-stamp authority",
)  # fmt: skip
@click.option(
    "--scratch", type=click.Path(file_okay=False, path_type=Path), help="临时目录 / a folder with room for a chain"
)
@click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
@click.pass_obj
def audit_command(
    home: Home, chains: tuple[str, ...], pins: tuple[str, ...], held: tuple[Path, ...], roots: tuple[Path, ...],
    scratch: Path | None, in_json: bool,
) -> None:  # fmt: skip
    config = home.config()
    pinned = {name: bytes.fromhex(digest) for name, _, digest in (pin.partition("=") for pin in pins)}
    notes = [*map(_note_in, held), *_anchored(home)]
    check_stamp = _stamp_check(home, config, roots)
    verifying = ThreadedVerifying(sm2())
    found: dict[str, Report] = {}
    beside: list[Difference] = []
    try:
        for chain in config.chains:
            if chains and chain.name not in chains:
                continue
            origin = f"{config.origin}/{chain.name}"
            found[chain.name] = audit(
                home.chain(chain.name), verifying.verify_many, pinned=pinned.get(chain.name), scratch=scratch,
                held=[note for note in notes if note.startswith(f"{origin}\n")], check_stamp=check_stamp,
                progress=_Progress(chain.name),
            )  # fmt: skip
            if not in_json:
                _show(chain.name, found[chain.name])
        if not chains:
            beside = [*_founding(home, config, set(pinned)), *_vault(home, config)]
    finally:
        verifying.close()
    if in_json:
        told: dict[str, Any] = {name: _as_json(report) for name, report in found.items()}
        if not chains:
            told["beside"] = {"sound": not beside, "differences": _listed(beside)}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif not chains:
        _show_beside(beside)
    sys.exit(0 if all(report.sound for report in found.values()) and not beside else 2)


class _Progress:
    """A line on the terminal's error stream every two seconds of a long audit; nothing of a short one."""

    def __init__(self, chain: str) -> None:
        self._chain = chain
        self._said = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._said < _SAY_EVERY_S or not of:
            return
        self._said = now
        said = Text(f"{self._chain}：{done} / {of} 块", f"{self._chain}: {done} of {of} blocks")
        click.echo(f"… {spoken(said)} ({done / of:.0%})", err=True)


def _note_in(file: Path) -> str:
    """A checkpoint with its co-signatures, by itself or in a proof bundle. Raises HeldUnreadable."""
    try:
        text = file.read_text()
        if text.lstrip().startswith("{"):
            text = str(msgspec.json.decode(text)["checkpoint"])
        read_note(text)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, KeyError, TypeError, Malformed) as wrong:
        raise HeldUnreadable(place=file) from wrong
    return text


def _anchored(home: Home) -> Iterator[str]:
    """The notes of other chains that the main chain keeps. What cannot be read there, the main chain's own audit names."""
    try:
        main = Store(home.chain(MAIN), read_only=True)
    except (*UNREADABLE, ChainUnknown):
        return
    try:
        for entry in main.entries_of("anchor", 1 << 53):
            yield codec.shape(read_envelope(entry.envelope)[1].content, Anchor).note
    except (*UNREADABLE, Malformed, Refused):
        return
    finally:
        main.close()


def _stamp_check(home: Home, config: Config, roots: Sequence[Path]) -> StampCheck:
    """Tokens of the authorities of `ledger.toml` and `roots`, and of the court's own clock."""
    register = Register(home.ca, sm2())
    trusted = [*roots, home.place / config.stamps.trust] if config.stamps.trust else roots
    trust = StampTrust(roots=tuple(file.read_bytes() for file in trusted), court=register.trust, revocations=register)
    began = datetime(1970, 1, 1, tzinfo=UTC)

    def check(text: str, token: bytes) -> tuple[int, str] | None:
        try:
            facts = check_token(token, sm3(text.encode()), trust, sm2())
        except TimeStampRefused:
            return None
        return (facts.time - began) // timedelta(milliseconds=1), facts.authority

    return check


def _founding(home: Home, config: Config, pinned: set[str]) -> Iterator[Difference]:
    """Every chain begins with the same words, but for its name, its categories and the engines' keys; a genesis that is pinned
    was compared with its pin. A genesis is in no tree, so nothing else would show that a name in it was altered.
    """
    begun = {chain.name: _genesis(home, chain.name) for chain in config.chains}
    main = begun.get(MAIN)
    if main is None:
        return
    founders = Founders(root=main.root, members=main.members, officers=main.officers, applications=main.applications)
    for chain in config.chains:
        genesis = begun.get(chain.name)
        if genesis is None or chain.name in pinned:
            continue
        if _nameless(genesis) != _nameless(genesis_of(config, chain, founders, main.created_at)):
            yield Difference(f"{chain.name} genesis", "founding")


def _genesis(home: Home, chain: str) -> Genesis | None:
    """None where it cannot be read, which the chain's own audit says."""
    try:
        store = Store(home.chain(chain), read_only=True)
    except (*UNREADABLE, ChainUnknown):
        return None
    try:
        return store.genesis()
    except (*UNREADABLE, ChainUnknown, Malformed):
        return None
    finally:
        store.close()


def _nameless(genesis: Genesis) -> Genesis:
    members = [msgspec.structs.replace(one, engine_key=b"") for one in genesis.members]
    return msgspec.structs.replace(genesis, members=members)


def _vault(home: Home, config: Config) -> list[Difference]:
    if not home.vault.exists():
        return []
    keys = home.keys / "vault"
    if not (keys / "index.key").is_file():
        return [Difference("vault keys", "missing")]
    stores = home.stores(config, read_only=True)
    try:
        return list(look(home.vault, Keyring(FileKeys(keys)), stores, sm2().verify))
    finally:
        for store in stores.values():
            store.close()


def _show(name: str, report: Report) -> None:
    mark = "✓" if report.sound else "✗"
    say(
        f"{name}：{report.transactions} 笔交易，{report.size} 条，{report.checkpoints} 个检查点，{report.stamps} 个时间戳",
        f"{name}: {report.transactions} transactions, {report.size} entries, {report.checkpoints} checkpoints, "
        f"{report.stamps} stamps",
        mark=f"{mark} ",
    )
    _show_differences(report.differences)


def _show_beside(differences: Sequence[Difference]) -> None:
    mark = "✗" if differences else "✓"
    say("创世信息、开封值、发件箱、材料", "the founding, openings, outbox, papers", mark=f"{mark} ")
    _show_differences(differences)


def _show_differences(differences: Sequence[Difference]) -> None:
    for one in differences[:_SHOWN]:
        click.echo(f"    {spoken(one.text)}")
    if len(differences) > _SHOWN:
        click.echo(f"    … {len(differences) - _SHOWN}")


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "sound": report.sound, "height": report.height, "size": report.size, "root": report.root.hex(),
        "transactions": report.transactions, "checkpoints": report.checkpoints, "stamps": report.stamps,
        "differences": _listed(report.differences),
    }  # fmt: skip


def _listed(differences: Sequence[Difference]) -> list[dict[str, str]]:
    return [{"place": one.place, "code": one.code, "zh": one.text.zh, "en": one.text.en} for one in differences]
