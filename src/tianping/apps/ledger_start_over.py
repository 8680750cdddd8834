"""`tianping ledger consortium start-over MEMBER`: a member whose root differs, or whose files are broken, fetches the chains anew.

Its keys, certificates, settings and vault stay, and so does the engine's record of what it has signed: without that it could
sign a height twice. What it had of the chains is put aside, not deleted.
"""

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from tianping.apps.console import say, spoken
from tianping.engines.ledger import machine
from tianping.engines.ledger.drivers.cometbft.consortium import Consortium, MemberStatus
from tianping.engines.ledger.drivers.cometbft.driver import start_over
from tianping.engines.ledger.drivers.cometbft.engine import end_process
from tianping.engines.ledger.drivers.cometbft.homes import Home as EngineHome
from tianping.engines.ledger.drivers.cometbft.node import NodeState
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.locking import Lock, Taken
from tianping.engines.ledger.store import Store
from tianping.kit.problems import Conflict, NotFound, Text, Unavailable

_TAKE_WITHIN_S = 30.0
_PAUSE_S = 0.005
_SIGNED = "priv_validator_state.json"


class MemberUnknown(NotFound):
    code = "member-unknown"
    title = Text("联盟中没有这个成员", "The consortium has no such member")
    detail = Text("{member}；现有 {members}", "{member}; there are {members}")


class QuorumNeedsMember(Conflict):
    """`chain`: where; `power`, `total`: of the members that are in step without this one, and of all."""

    code = "quorum-needs-member"
    title = Text(
        "其余成员不足法定多数，此时重来会使链停住",
        "The other members are no quorum: starting over now would halt the chain",
    )
    detail = Text(
        "{chain} 链：其余就绪成员权重 {power}，共 {total}，须超过三分之二。先启动或修复其他成员（tianping ledger consortium status）",
        "chain {chain}: the others that are ready have power {power} of {total}; more than two thirds are needed. Start or repair "
        "them first (tianping ledger consortium status)",
    )
    shown = ("chain", "power", "total")


class NotTheSame(Unavailable):
    code = "member-still-differs"
    title = Text("重来之后仍与其他成员不一致", "It started over and still differs from the others")
    detail = Text("{chain} 链，高度 {height}", "chain {chain}, height {height}")


class Renewed(msgspec.Struct, frozen=True):
    """A chain that was fetched anew: how far it is, with the same root as `like` has there. `bytes_aside`: of the old one."""

    chain: str
    height: int
    size: int
    root: str
    like: str
    bytes_aside: int


@click.command(
    "start-over",
    help="成员的根与他人不一致或数据损坏时：旧数据移到一旁，从其他成员重新同步；密钥不动 · "
    "A member that diverged or whose files are broken: put its chain data aside and fetch it anew from the others. Keys stay.",
)
@click.argument("member")
@click.option("--chain", "chains", multiple=True, help="只这些链，默认全部 / only these chains")
@click.option(
    "--within", "within_s", type=click.IntRange(5), default=300, show_default=True, help="最多等待秒数 / seconds"
)
@click.option("--yes", is_flag=True, help="不询问 / do not ask")
@click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
@click.pass_obj
def start_over_command(
    home: Home, member: str, chains: tuple[str, ...], within_s: int, yes: bool, in_json: bool
) -> None:
    consortium = Consortium(home.place.parent / "consortium")
    founded = consortium.founded
    if member not in founded.members:
        raise MemberUnknown(member=member, members=", ".join(founded.members))
    if unknown := set(chains) - set(founded.chains):
        raise click.BadParameter(", ".join(sorted(unknown)), param_hint="--chain")
    wanted = [chain for chain in founded.chains if not chains or chain in chains]
    others = {chain: _others_in_step(consortium, member, chain) for chain in wanted}
    if not yes:
        asked = Text(
            f"{member} 的 {'、'.join(wanted)} 链数据将移到一旁并重新同步，确认？",
            f"Put the chain data of {member} ({', '.join(wanted)}) aside and fetch it anew?",
        )
        click.confirm(spoken(asked), abort=True, err=True)
    renewed = Home(consortium.member(member))
    aside = renewed.aside / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    with _at_rest(consortium, member, renewed):
        moved = {chain: _put_aside(renewed, chain, aside) for chain in wanted}
    if not in_json:
        say(f"旧数据在 {aside}", f"the old data is in {aside}")
        say("正在从其他成员同步", "Fetching from the others", mark="… ")
    consortium.up(within_s=within_s)
    done = [_compared(consortium, renewed, chain, others[chain][0], moved[chain]) for chain in wanted]
    if in_json:
        told = {"member": member, "aside": str(aside), "chains": msgspec.to_builtins(done)}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in done:
        say(
            f"{one.chain}：高度 {one.height}，{one.size} 条，与 {one.like} 相同",
            f"{one.chain}: height {one.height}, {one.size} entries, the same as {one.like}",
            mark="✓ ",
        )


def _others_in_step(consortium: Consortium, member: str, chain: str) -> Sequence[str]:
    """The other members that are ready on a chain. Raises QuorumNeedsMember where they are no quorum by themselves."""
    others = [one for one in consortium.status().members if one.name != member and _in_step(one, chain)]
    powers: dict[str, int] = {}
    if others:
        store = Store(Home(Path(others[0].place)).chain(chain), read_only=True)
        try:
            powers = {one.id: one.power for one in machine.members(store)}
        finally:
            store.close()
    power, total = sum(powers.get(_id(one), 0) for one in others), sum(powers.values())
    if not others or power * 3 <= total * 2:
        raise QuorumNeedsMember(chain=chain, power=power, total=total or "?")
    return [one.name for one in others]


def _in_step(one: MemberStatus, chain: str) -> bool:
    told = one.chains.get(chain)
    return one.alive and told is not None and told.state is NodeState.READY and told.running.process() is not None


def _id(one: MemberStatus) -> str:
    return Home(Path(one.place)).config().member


@contextmanager
def _at_rest(consortium: Consortium, member: str, home: Home) -> Iterator[None]:
    """The member's node is stopped and cannot start: its watcher tries again until the directory is free. Raises Taken."""
    lock, until = Lock(home.lock), time.monotonic() + _TAKE_WITHIN_S
    while True:
        end_process(consortium.running(member))
        try:
            lock.take()
            break
        except Taken:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)
    try:
        consortium.end_engines(member)
        yield
    finally:
        lock.release()


def _put_aside(home: Home, chain: str, aside: Path) -> int:
    """Move a chain's file and its engine's blocks. Returns how many bytes. The file goes first: an engine that has blocks and an
    empty application plays them to it, the other way round it would not start.
    """
    engine = EngineHome(home.engines / chain)
    whole = home.chain(chain)
    files = [file for ending in ("", "-wal", "-shm") if (file := whole.with_name(whole.name + ending)).exists()]
    blocks = [found for found in engine.state.iterdir() if found.name != _SIGNED]
    size = 0
    for room, moving in ((aside / "chains", files), (aside / "engines" / chain, blocks)):
        room.mkdir(parents=True, exist_ok=True, mode=0o700)
        for one in moving:
            size += sum(file.stat().st_size for file in ([one] if one.is_file() else one.rglob("*")) if file.is_file())
            shutil.move(one, room / one.name)
    # What the engine has signed stays; that nothing runs there is made sure of once more.
    start_over(engine, whole)
    return size


def _compared(consortium: Consortium, home: Home, chain: str, like: str, moved: int) -> Renewed:
    """Raises NotTheSame."""
    mine, its = (
        Store(home.chain(chain), read_only=True),
        Store(Home(consortium.member(like)).chain(chain), read_only=True),
    )
    try:
        until = time.monotonic() + _TAKE_WITHIN_S
        head, other = mine.head(), its.head()
        goal = other.height if other else 0
        while head is None or other is None or not goal <= head.height <= other.height:
            if time.monotonic() > until:
                raise NotTheSame(chain=chain, height=head.height if head else 0)
            time.sleep(0.1)
            head, other = mine.head(), its.head()
        if head.height and its.block_root(head.height) != (head.size, head.root):
            raise NotTheSame(chain=chain, height=head.height)
        return Renewed(chain, head.height, head.size, head.root.hex(), like, moved)
    finally:
        mine.close()
        its.close()
