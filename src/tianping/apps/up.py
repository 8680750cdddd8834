"""`tianping up`: the whole court on one machine, in one terminal."""

import importlib.util
import os
import socket
import sys
import time
import tomllib
from pathlib import Path

import click

from tianping.apps.console import complain, say, spoken
from tianping.kit.problems import Text
from tianping.platform.court import Court, fee_problems, read_court
from tianping.platform.settings import Settings, SettingsInvalid, read_settings
from tianping.platform.supervisor import (
    CannotRun,
    ChildSpec,
    EmbeddedPostgres,
    State,
    StopAsked,
    Supervisor,
    write_private,
)

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  what to call where one may listen
SEEDED = "demo-court-filled"
LOOPBACK, LEDGER_PORT = "127.0.0.1", 8010

STATES = {
    State.STARTING: Text("正在启动", "starting"),
    State.READY: Text("就绪", "ready"),
    State.BACKING_OFF: Text("已退出，稍后重启", "died, will be restarted"),
    State.GAVE_UP: Text("反复退出，放弃", "keeps dying, given up"),
    State.STOPPED: Text("已停止", "stopped"),
}


class PortTaken(CannotRun):
    code = "port-taken"
    title = Text("端口不可用", "The port cannot be used")
    detail = Text(
        "{host}:{port} 不可用（{reason}）。换一个端口：TIANPING_PORT={other} make run",
        "{host}:{port} cannot be used ({reason}). Choose another port: TIANPING_PORT={other} make run",
    )


class WebAppMissing(CannotRun):
    code = "web-app-missing"
    title = Text("网页尚未构建", "The web app is not built")
    detail = Text("{place} 中没有 index.html。修复：tools/setup", "There is no index.html in {place}. Fix: tools/setup")


def check_port(host: str, port: int) -> None:
    """Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            other = port + 1 if port < 65535 else 8000
            raise PortTaken(host=host, port=port, reason=reason, other=other) from error


def local_address(settings: Settings) -> str:
    """Where this machine reaches the web process."""
    host = EVERYWHERE.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def report(name: str, state: State, reason: str) -> None:
    if state is State.WAITING:
        return
    marks = {State.READY: "✓", State.BACKING_OFF: "!", State.GAVE_UP: "✗"}
    why = f" ({reason})" if reason else ""
    click.echo(f"  {marks.get(state, '…')} {name}: {spoken(STATES[state])}{why}")
    sys.stdout.flush()


def our_processes(settings: Settings, environment: dict[str, str], after: tuple[str, ...]) -> list[ChildSpec]:
    def python(name: str, **more: object) -> ChildSpec:
        argv = (sys.executable, "-m", f"tianping.apps.{name}")
        return ChildSpec(name=name, argv=argv, env=environment, after=after, cwd=Path.cwd(), **more)  # type: ignore[arg-type]

    return [python("web", ready=f"{local_address(settings)}/readyz"), python("worker")]


def ledger_port(settings: Settings) -> int:
    """TIANPING_LEDGER_PORT, else 8010 or, where that is taken, any free one: the court finds its node by the directory.

    Raises PortTaken, SettingsInvalid.
    """
    wanted = os.environ.get("TIANPING_LEDGER_PORT", "")
    if wanted:
        if not wanted.isdigit():
            raise SettingsInvalid(f"TIANPING_LEDGER_PORT must be a port, not {wanted!r}")
        check_port(LOOPBACK, int(wanted))
        return int(wanted)
    try:
        check_port(LOOPBACK, LEDGER_PORT)
    except PortTaken:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            return probe.getsockname()[1]
    return LEDGER_PORT


def place_node(supervisor: Supervisor, settings: Settings, court: Court, environment: dict[str, str]) -> None:
    """The court's node stands on the map where court.toml says, unless the ledger says something else already."""
    told = tomllib.loads((settings.data / "ledger" / "ledger.toml").read_text())
    if court.place is None or told["member"] in told.get("map", {}):
        return
    place = ("--longitude", str(court.place.longitude), "--latitude", str(court.place.latitude))
    command = (sys.executable, "-m", "tianping.apps.cli", "ledger", "--data", str(settings.data), "member", "place")
    supervisor.step("ledger-place", (*command, str(told["member"]), *place), environment)


def start_ledger(supervisor: Supervisor, settings: Settings, court: Court, environment: dict[str, str]) -> None:
    """The evidence ledger's node, founded where there is none; not where the court has one elsewhere."""
    if settings.ledger_url:
        say(
            "使用 TIANPING_LEDGER_URL 指定的存证节点", "Using the ledger node named by TIANPING_LEDGER_URL", mark="  ✓ "
        )
        return
    port = ledger_port(settings)
    # Not asked of the ledger itself: this process, which only watches, stays small.
    if not (settings.data / "ledger" / "ledger.toml").is_file():
        say("建立存证链（仅首次）", "Founding the evidence ledger (only this once)", mark="  … ")
        command = (sys.executable, "-m", "tianping.apps.cli", "ledger", "--data", str(settings.data), "init")
        supervisor.step("ledger-init", command, environment)
    place_node(supervisor, settings, court, environment)
    supervisor.add(
        ChildSpec(
            name="ledger",
            argv=(sys.executable, "-m", "tianping.apps.ledger_node"),
            env={**environment, "TIANPING_LEDGER_HOST": LOOPBACK, "TIANPING_LEDGER_PORT": str(port)},
            cwd=Path.cwd(),
            ready=f"http://{LOOPBACK}:{port}/healthz",
        )
    )


def start(supervisor: Supervisor, settings: Settings, court: Court, *, fill: bool) -> None:
    """Bring everything up in order, each step visible. Raises CannotRun, StopAsked."""
    check_port(settings.host, settings.port)
    environment = {"TIANPING_DATA": str(settings.data), "PYTHONUNBUFFERED": "1"}
    needed: tuple[str, ...] = ()
    dsn = os.environ.get("TIANPING_DATABASE_DSN", "")
    migration_dsn = os.environ.get("TIANPING_DATABASE_MIGRATION_DSN", "") or dsn
    if dsn:
        say("使用 TIANPING_DATABASE_DSN 指定的数据库", "Using the database named by TIANPING_DATABASE_DSN", mark="  ✓ ")
    else:
        server = EmbeddedPostgres(supervisor.directory)
        supervisor.add(server.child_spec())
        supervisor.until_ready()
        dsn, migration_dsn = server.app_dsn, server.dsn
        needed = ("postgres",)
    # Other commands (`tianping migrate`, `tianping demo`) find the running database by this file.
    write_private(settings.data / "run" / "database.dsn", dsn.encode())
    write_private(settings.data / "run" / "migration.dsn", migration_dsn.encode())
    # The processes that serve are not told how to change the structure of the database.
    environment |= {"TIANPING_DATABASE_DSN": dsn, "TIANPING_DATABASE_MIGRATION_DSN": ""}
    building = {**environment, "TIANPING_DATABASE_MIGRATION_DSN": migration_dsn}

    command = (sys.executable, "-m", "tianping.apps.cli")
    say("升级数据库结构", "Bringing the database up to date", mark="  … ")
    supervisor.step("migrate", (*command, "migrate"), building)
    start_ledger(supervisor, settings, court, environment)
    filled = settings.data / SEEDED
    if fill and court.is_demo and not filled.exists():
        say("填入演示法院的人物与案件（仅首次）", "Filling the demo court (only this once)", mark="  … ")
        supervisor.step("demo", (*command, "demo"), building)
        filled.touch()
    supervisor.address = local_address(settings)
    for spec in our_processes(settings, environment, needed):
        supervisor.add(spec)
    supervisor.until_ready()


def summary(settings: Settings, court: Court, took_s: float) -> None:
    click.echo()
    say(f"{court.name.zh}已就绪（{took_s:.1f} 秒）", f"{court.name.en} is ready ({took_s:.1f} s)")
    click.echo(f"\n    {settings.public_url}\n")
    if court.is_demo and importlib.util.find_spec("tianping.apps.demo"):
        from tianping.apps.demo import people

        say("演示人物（在登录页一键登录）：", "Demo people (one click on the sign-in page):")
        for person in people():
            click.echo(f"    {person}")
        click.echo()
    say(
        f"数据：{settings.data}    日志：{settings.data / 'log'}",
        f"data: {settings.data}    logs: {settings.data / 'log'}",
    )
    say("按 Ctrl-C 停止", "Ctrl-C stops it")
    sys.stdout.flush()


@click.command(help="启动数据库、迁移、网站与后台，并守护它们 · Start everything and keep it running until Ctrl-C.")
@click.option("--fill/--no-fill", default=True, help="首次填入演示案件 / fill a demo court the first time")
def up(fill: bool) -> None:
    begun = time.monotonic()
    settings = read_settings(need_database=False)
    court = read_court(settings.court_file)
    say(f"{court.name.zh}（{court.code}）", f"{court.name.en} ({court.code})")
    check_start(settings, court)
    recorded = [settings.data / "run" / name for name in ("database.dsn", "migration.dsn")]
    try:
        with Supervisor(settings.data, report=report, echo=lambda line: click.echo(f"      {line}")) as supervisor:
            if supervisor.ended:
                pids = ", ".join(map(str, supervisor.ended))
                say(f"已结束上次遗留的进程：{pids}", f"Ended what an earlier run left behind: {pids}", mark="  ! ")
            try:
                start(supervisor, settings, court, fill=fill)
                summary(settings, court, time.monotonic() - begun)
                supervisor.watch()
            except StopAsked:
                pass
            finally:
                for file in recorded:
                    file.unlink(missing_ok=True)
                click.echo()
                say("正在停止…", "Stopping…")
    except CannotRun as refusal:
        complain(refusal)
        sys.exit(1)
    say("已全部停止", "Everything has stopped")


def check_start(settings: Settings, court: Court) -> None:
    """What can be refused before anything is started. Raises CourtInvalid, LawbookInvalid, WebAppMissing."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from tianping.law.lawbook import load
    from tianping.platform.court import CourtInvalid

    if not (settings.web_dist / "index.html").is_file():
        raise WebAppMissing(place=settings.web_dist)
    if problems := fee_problems(court, load(settings.lawbook), datetime.now(ZoneInfo("Asia/Shanghai")).date()):
        raise CourtInvalid(settings.court_file, "; ".join(problems))
