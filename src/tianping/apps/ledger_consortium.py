"""`tianping ledger consortium`: several members on one machine, each with its own node, keys and gateway.

Made for trying a consortium and for its tests: all keys lie on one machine, so it proves to nobody that the members are
many. Each member's directory is what `docs/ledger.md` says of a member elsewhere.
"""

import json
import secrets
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from tianping.apps.console import say, spoken
from tianping.apps.ledger_keys import NODE, OFFICERS, OWN, SEAL
from tianping.apps.ledger_setup import QUICK, issue
from tianping.apps.ledger_start_over import start_over_command
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.drivers.cometbft.consortium import Consortium, ConsortiumStatus
from tianping.engines.ledger.drivers.cometbft.genesis import app_state
from tianping.engines.ledger.drivers.cometbft.homes import Identity
from tianping.engines.ledger.home import (
    EMBEDDED,
    MAIN,
    ChainPlan,
    Config,
    Founders,
    Home,
    genesis_of,
    write_config,
)
from tianping.engines.ledger.machine import begin
from tianping.engines.ledger.model import (
    FORMAT,
    Application,
    Genesis,
    Level,
    Member,
    SignerRole,
    SigningKey,
    Standing,
)
from tianping.engines.ledger.store import Store
from tianping.engines.signing.authority import Authority, AuthorityPlan, create_authority
from tianping.engines.signing.certificates import Subject
from tianping.engines.signing.files import write_whole
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import CertificateFacts, CertificateRole
from tianping.kit.clock import SystemClock
from tianping.kit.problems import Text

FIRST_PORT = 8020
KINDS = (
    Text("示范法院", "Demo court"),
    Text("示范公证处", "Demo notary"),
    Text("示范鉴定机构", "Demo appraisal"),
    Text("示范行业协会", "Demo association"),
)
_JSON = click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")


class Party(msgspec.Struct, frozen=True):
    """A member as it is founded."""

    name: str
    title: Text
    home: Home
    keys: dict[str, CertificateFacts]


@click.group(name="consortium", help="本机多成员联盟，供试用与测试 · A consortium on this machine, for trying it.")
def consortium_commands() -> None:
    pass


@consortium_commands.command("up", help="建立（首次）并启动 · Found it the first time, and start it.")
@click.option("-n", "count", type=click.IntRange(1, 16), default=4, show_default=True, help="成员数 / members")
@click.option("--chain", "chains", multiple=True, help="业务链，默认 works；每链每成员一个引擎进程 / business chains")
@click.option(
    "--port", type=click.IntRange(1, 65000), default=FIRST_PORT, show_default=True, help="首个接口端口 / first port"
)
@click.pass_obj
def up(home: Home, count: int, chains: tuple[str, ...], port: int) -> None:
    consortium = _consortium(home)
    if not consortium.exists:
        say("正在建立联盟（证书机构、密钥、创世）", "Founding the consortium: CA, keys, genesis", mark="… ")
        found(consortium, count, chains or ("works",), port)
    say("正在启动各成员", "Starting the members", mark="… ")
    consortium.up()
    _show(consortium.status(), consortium)


@consortium_commands.command("status", help="各成员与各链的现状 · How members and chains stand.")
@_JSON
@click.pass_obj
def status(home: Home, in_json: bool) -> None:
    consortium = _consortium(home)
    found = consortium.status()
    if in_json:
        click.echo(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
    else:
        _show(found, consortium)
    sys.exit(0 if all(member.ready for member in found.members) else 1)


@consortium_commands.command("stop", help="停止全部成员 · Stop all members.")
@click.pass_obj
def stop(home: Home) -> None:
    _consortium(home).stop()
    say("已全部停止", "All have stopped")


consortium_commands.add_command(start_over_command)


def found(consortium: Consortium, count: int, chains: tuple[str, ...], port: int) -> None:
    """Everything of every member's directory. The record of the consortium comes before the engines' homes: a founding that was
    broken off is begun again from nothing.
    """
    if consortium.place.exists():
        shutil.rmtree(consortium.place)
    plans = [chain for chain in EMBEDDED if chain.name == MAIN or chain.name in chains]
    unknown = set(chains) - {chain.name for chain in EMBEDDED}
    if unknown:
        raise click.BadParameter(", ".join(sorted(unknown)), param_hint="--chain")
    secret = secrets.token_hex(32)
    authority = create_authority(
        consortium.place / "ca", AuthorityPlan(court_zh="示范联盟", court_en="Demo consortium", iterations=QUICK),
        root_passphrase=secret, issuer_passphrase=secret, sm2=sm2(), clock=SystemClock(),
    )  # fmt: skip
    parties = [_party(consortium, authority, at) for at in range(count)]
    origin = f"{authority.root.fingerprint.hex()[:16]}.consortium"
    created = datetime.now(UTC)
    begun: dict[str, Genesis] = {}
    configs = [_config(party, origin, plans, port + at) for at, party in enumerate(parties)]

    def state_of(plan: ChainPlan, identities: Any) -> Any:
        founders = _founders(parties, authority.root.fingerprint, plans, identities)
        begun[plan.name] = genesis_of(configs[0], plan, founders, int(created.timestamp() * 1000))
        return app_state(begun[plan.name])

    consortium.found(
        "demo",
        {party.name: 1 for party in parties},
        {plan.name: lambda identities, plan=plan: state_of(plan, identities) for plan in plans},
        [sys.executable, "-m", "tianping.apps.ledger_node"],
        created,
    )
    for party, config in zip(parties, configs, strict=True):
        _begin(party.home, config, begun)


def _consortium(home: Home) -> Consortium:
    return Consortium(home.place.parent / "consortium")


def _party(consortium: Consortium, authority: Authority, at: int) -> Party:
    """A member's keys and certificates, each member with a passphrase of its own."""
    name, title = (
        f"member-{at + 1}",
        KINDS[at] if at < len(KINDS) else Text(f"示范成员{at + 1}", f"Demo member {at + 1}"),
    )
    home = Home(consortium.member(name))
    home.keys.mkdir(parents=True, mode=0o700)
    passphrase = secrets.token_hex(32)
    write_whole(home.passphrase, passphrase.encode(), mode=0o600)
    write_whole(home.token, secrets.token_hex(32).encode(), mode=0o600)
    wanted = {
        NODE: (CertificateRole.NODE, "存证节点", "node"),
        OFFICERS[0]: (CertificateRole.COURT, "准入审核", "access officer"),
        OWN: (CertificateRole.APPLICATION, "存证应用", "own deposits"),
        SEAL: (CertificateRole.COURT, "存证证书签发", "certificates of storage"),
    }
    keys = {}
    for key, (role, zh, en) in wanted.items():
        subject = Subject(
            name_zh=f"{title.zh}{zh}", name_en=f"{title.en} {en}", organisation_zh=title.zh, organisation_en=title.en,
            identifier=f"{name}-{key}",
        )  # fmt: skip
        keys[key] = issue(home, authority, key, role, subject, passphrase, QUICK)
    # The member knows the CA and its register; the CA's keys it has not.
    shutil.copytree(authority.directory, home.ca, ignore=shutil.ignore_patterns("*.key"))
    return Party(name, title, home, keys)


def _config(party: Party, origin: str, plans: list[ChainPlan], port: int) -> Config:
    return Config(
        format=FORMAT, origin=origin, court_zh=party.title.zh, court_en=party.title.en, member=party.name,
        notice_zh="示范联盟签发，不具有法律效力", notice_en="Issued by a demonstration consortium, without legal effect",
        application=f"{party.name}-own", driver="cometbft", port=port, chains=plans,
    )  # fmt: skip


def _founders(parties: list[Party], root: bytes, plans: list[ChainPlan], identities: dict[str, Identity]) -> Founders:
    categories = [plan.category for plan in plans if plan.category]
    return Founders(
        root=root,
        members=[
            Member(
                one.name, one.title.zh, one.title.en, Level.FIRST, 1, one.keys[NODE].fingerprint,
                one.keys[NODE].public_key, identities[one.name].engine_key, Standing.ADMITTED,
            )
            for one in parties
        ],
        officers=[
            SigningKey(
                one.keys[OFFICERS[0]].fingerprint, SignerRole.OFFICER, one.name, one.keys[OFFICERS[0]].public_key, 0, None
            )
            for one in parties
        ],
        applications=[
            Application(
                f"{one.name}-own", f"{one.title.zh}存证应用", f"{one.title.en}, own deposits", one.title.zh,
                one.keys[OWN].fingerprint, one.keys[OWN].public_key, categories, sm3(b""), Standing.ADMITTED, None, None,
            )
            for one in parties
        ],
    )  # fmt: skip


def _begin(home: Home, config: Config, begun: dict[str, Genesis]) -> None:
    home.chains.mkdir(exist_ok=True, mode=0o700)
    for name, genesis in begun.items():
        store = Store(home.chain(name))
        try:
            store.keep(begin(genesis))
        finally:
            store.close()
    write_config(home, config)


def _show(status: ConsortiumStatus, consortium: Consortium) -> None:
    for member in status.members:
        config = Home(Path(member.place)).config()
        mark = "✓" if member.ready else "✗"
        title = Text(config.court_zh, config.court_en)
        click.echo(f"{mark} {member.name:<10} http://127.0.0.1:{config.port}  {spoken(title)}")
        for chain, told in member.chains.items():
            said = f"{told.state.value}, {told.height}" if told else "-"
            click.echo(f"    {chain:<10} {said}")
    say(f"目录：{consortium.place}", f"directory: {consortium.place}")
