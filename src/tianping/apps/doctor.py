"""`tianping doctor`: what this machine has and lacks for the court, each with the command that mends it."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import httpx
import msgspec
import psycopg

from tianping.apps.console import spoken
from tianping.apps.up import PortTaken, check_port
from tianping.engines.capture.finding import as_root, find_browser, sandboxed, version_of
from tianping.kit.problems import Problem, Text
from tianping.law.dated import LawbookInvalid
from tianping.law.lawbook import load
from tianping.platform.court import CourtInvalid, fee_problems, read_court
from tianping.platform.settings import Settings, SettingsInvalid, read_settings
from tianping.platform.supervisor import DataDirectory
from tianping.platform.supervisor.account import database_account
from tianping.platform.supervisor.binaries import find
from tianping.platform.supervisor.store import login_rights, server_version

OLDEST_NODE = 20
OLDEST_SERVER = 15
GIB = 1024**3
# Below the first the court cannot take files any more; below the second it is time to act.
DISK_NEEDED = GIB
DISK_COMFORTABLE = 5 * GIB
CLAMD_SOCKETS = ("/var/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl", "/tmp/clamd.socket")  # noqa: S108  clamd's own


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    MISSING = "missing"


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. `missing` stops the court from working; `warn` costs a part of it. `fix` is a command."""

    name: str
    state: Verdict
    title: Text
    said: Text
    fix: str | None = None


def _finding(name: str, title: Text, state: Verdict, *said: str, fix: str | None = None) -> Finding:
    """`said` is one sentence that needs no translation, or the Chinese and the English."""
    return Finding(name, state, title, Text(said[0], said[-1]), fix)


def python(settings: Settings) -> Finding:
    return _finding("python", Text("Python", "Python"), Verdict.OK, f"{sys.version.split()[0]}（{sys.executable}）",
                    f"{sys.version.split()[0]} ({sys.executable})")  # fmt: skip


def node(settings: Settings) -> Finding:
    """Only building the web app needs it, so with a built one its absence is a warning."""
    title = Text("Node.js", "Node.js")
    built = (settings.web_dist / "index.html").is_file()
    lacking = Verdict.WARN if built else Verdict.MISSING
    program = shutil.which("node")
    if not program or not shutil.which("npm"):
        return _finding("node", title, lacking, "未找到 node 或 npm", "node or npm was not found",
                        fix="install Node.js 20+ / 安装 Node.js 20 以上版本")  # fmt: skip
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = said.lstrip("v").split(".")[0]
    new_enough = major.isdigit() and int(major) >= OLDEST_NODE
    return _finding("node", title, Verdict.OK if new_enough else lacking, said,
                    fix=None if new_enough else "install Node.js 20+ / 安装 Node.js 20 以上版本")  # fmt: skip


def web_app(settings: Settings) -> Finding:
    built = (settings.web_dist / "index.html").is_file()
    return _finding("web-app", Text("网页", "Web app"), Verdict.OK if built else Verdict.MISSING,
                    str(settings.web_dist) if built else "尚未构建", str(settings.web_dist) if built else "not built",
                    fix=None if built else "tools/setup")  # fmt: skip


def fonts(settings: Settings) -> Finding:
    """The Chinese typefaces that documents are set in."""
    found = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    files = list(Path(found.origin).parent.rglob("*.[ot]tf")) if found and found.origin else []
    return _finding("fonts", Text("中文字体", "Chinese fonts"), Verdict.OK if files else Verdict.MISSING,
                    f"{len(files)} 个字体文件", f"{len(files)} font files", fix=None if files else "tools/setup")  # fmt: skip


def database(settings: Settings) -> Finding:
    title = Text("数据库", "PostgreSQL")
    dsn = os.environ.get("TIANPING_DATABASE_DSN")
    if dsn:
        try:
            version = server_version(dsn)
        except psycopg.Error as error:
            first = str(error).strip().splitlines()[0]
            return _finding("postgresql", title, Verdict.MISSING, f"无法连接：{first}", f"cannot connect: {first}",
                            fix="set TIANPING_DATABASE_DSN / 更正 TIANPING_DATABASE_DSN")  # fmt: skip
        fits = int(version.split(".")[0]) >= OLDEST_SERVER
        return _finding("postgresql", title, Verdict.OK if fits else Verdict.MISSING, f"{version}（TIANPING_DATABASE_DSN）",
                        f"{version} (TIANPING_DATABASE_DSN)", fix=None if fits else "PostgreSQL 15+")  # fmt: skip
    try:
        home = settings.data / "postgres"
        version_file = home / "cluster" / "PG_VERSION"
        binaries = find(int(version_file.read_text()) if version_file.exists() else None)
        account = database_account(settings.data, home)
    except Problem as problem:
        said = problem.explanation or problem.title
        return Finding("postgresql", Verdict.MISSING, title, said, "tools/setup")
    except OSError as error:
        return _finding("postgresql", title, Verdict.WARN, f"{settings.data}: {error.strerror}")
    who = f"uid {account.uid}"
    return _finding("postgresql", title, Verdict.OK, f"{binaries.version}，以 {who} 运行（{binaries.place}）",
                    f"{binaries.version}, runs as {who} ({binaries.place})")  # fmt: skip


def database_login(settings: Settings) -> list[Finding]:
    """Whether the processes log in with no more than they need. The embedded database sees to it by itself."""
    if not os.environ.get("TIANPING_DATABASE_DSN"):
        return []
    title = Text("数据库登录", "Database login")
    try:
        serving = login_rights(settings.database_dsn)
    except psycopg.Error:
        return []
    found = []
    if serving.powers:
        powers = "、".join(serving.powers)
        found.append(_finding(
            "database-login", title, Verdict.WARN,
            f"各进程以 {serving.name} 登录，权限过大（{powers}）；见 docs/operations.md“最小权限”",
            f"the processes log in as {serving.name}, which may do too much ({', '.join(serving.powers)}); "
            "see “Least privilege” in docs/operations.md",
            fix="CREATE ROLE tianping_app LOGIN NOINHERIT PASSWORD '…'; set TIANPING_DATABASE_DSN (tianping_app) and "
                "TIANPING_DATABASE_MIGRATION_DSN (the present login)",
        ))  # fmt: skip
    else:
        found.append(_finding("database-login", title, Verdict.OK, serving.name))
    if settings.migration_dsn == settings.database_dsn:
        if not serving.powers:
            said = ("没有升级数据库结构所用的登录", "there is no login for changing the structure of the database")
            found.append(_finding("database-migration", title, Verdict.MISSING, *said,
                                  fix="set TIANPING_DATABASE_MIGRATION_DSN / 设置 TIANPING_DATABASE_MIGRATION_DSN"))  # fmt: skip
        return found
    try:
        migrating = login_rights(settings.migration_dsn)
    except psycopg.Error as error:
        first = str(error).strip().splitlines()[0]
        found.append(_finding("database-migration", title, Verdict.MISSING, f"无法连接：{first}", f"cannot connect: {first}",
                              fix="correct TIANPING_DATABASE_MIGRATION_DSN / 更正 TIANPING_DATABASE_MIGRATION_DSN"))  # fmt: skip
        return found
    enough = bool({"SUPERUSER", "CREATEROLE"} & set(migrating.powers))
    found.append(_finding("database-migration", title, Verdict.OK if enough else Verdict.MISSING, migrating.name,
                          fix=None if enough else f"ALTER ROLE {migrating.name} CREATEROLE"))  # fmt: skip
    return found


def data_directory(settings: Settings) -> Finding:
    title = Text("数据目录", "Data directory")
    place = settings.data
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK | os.X_OK):
        return _finding("data", title, Verdict.MISSING, f"{place} 不可写", f"{place} cannot be written",
                        fix=f"sudo chown -R {os.geteuid()} {place}")  # fmt: skip
    free = shutil.disk_usage(place).free
    state = Verdict.OK if free >= DISK_COMFORTABLE else Verdict.WARN if free >= DISK_NEEDED else Verdict.MISSING
    return _finding("data", title, state, f"{settings.data}，剩余 {free / GIB:.1f} GiB",
                    f"{settings.data}, {free / GIB:.1f} GiB free",
                    fix=None if state is Verdict.OK else "free some space / 清理磁盘，或另设 TIANPING_DATA")  # fmt: skip


def running(settings: Settings) -> Finding:
    title = Text("运行状态", "Running")
    directory = DataDirectory(settings.data)
    status = directory.read_status() if directory.locked else None
    if status is None:
        return _finding("running", title, Verdict.OK, "未启动（tianping up）", "not started (tianping up)")
    shown = ", ".join(f"{child.name} {child.state}" for child in status.children)
    healthy = all(child.state in ("ready", "starting") for child in status.children)
    return _finding("running", title, Verdict.OK if healthy else Verdict.WARN, f"进程 {status.pid}：{shown}",
                    f"process {status.pid}: {shown}", fix=None if healthy else f"tail {directory.log}/*.log")  # fmt: skip


def port(settings: Settings) -> Finding:
    title = Text("端口", "Port")
    where = f"{settings.host}:{settings.port}"
    try:
        check_port(settings.host, settings.port)
    except PortTaken as problem:
        if DataDirectory(settings.data).locked:
            return _finding("port", title, Verdict.OK, f"{where}（本法院正在使用）", f"{where} (in use by this court)")
        other = problem.values["other"]
        return _finding("port", title, Verdict.MISSING, f"{where} 不可用：{problem.values['reason']}",
                        f"{where} cannot be used: {problem.values['reason']}", fix=f"TIANPING_PORT={other} make run")  # fmt: skip
    return _finding("port", title, Verdict.OK, f"{where} 空闲", f"{where} is free")


def law_and_court(settings: Settings) -> list[Finding]:
    lawbook_title, court_title = Text("法律参数", "Lawbook"), Text("本法院", "Court")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    fix = "git checkout -- lawbook"
    try:
        law = load(settings.lawbook)
    except LawbookInvalid as error:
        law = None
        first = _finding("lawbook", lawbook_title, Verdict.MISSING, str(error), fix=fix)
    else:
        unverified = len(law.unverified(today))
        first = _finding("lawbook", lawbook_title, Verdict.OK, f"{law.root}，其中 {unverified} 项未经核实",
                         f"{law.root}, {unverified} items not verified")  # fmt: skip
    try:
        court = read_court(settings.court_file)
        problems = fee_problems(court, law, today) if law else []
    except CourtInvalid as error:
        return [first, _finding("court", court_title, Verdict.MISSING, str(error), fix=f"edit {settings.court_file}")]
    if problems:
        return [first, _finding("court", court_title, Verdict.MISSING, "；".join(problems), "; ".join(problems),
                                fix=f"edit {settings.court_file}")]  # fmt: skip
    demo = Text("，演示法院", ", a demo court") if court.is_demo else Text("", "")
    rules = court.subject_rules_on(today)
    return [first, _finding("court", court_title, Verdict.OK, f"{court.name.zh}（{court.code}{demo.zh}），管辖规定 {rules}",
                            f"{court.name.en} ({court.code}{demo.en}), jurisdiction {rules}")]  # fmt: skip


def virus_scanner(settings: Settings) -> Finding:
    """Without one uploads are kept apart by rules, and people are told so."""
    title = Text("病毒扫描", "Virus scanner")
    place = next((place for place in CLAMD_SOCKETS if _speaks_clamd(place)), None)
    if place:
        return _finding("clamd", title, Verdict.OK, place)
    return _finding("clamd", title, Verdict.WARN, "没有运行中的 clamd；上传文件按隔离规则处理",
                    "no clamd is running; uploads are handled by the quarantine rules",
                    fix="sudo apt-get install clamav-daemon && sudo freshclam")  # fmt: skip


def _speaks_clamd(place: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(place)
            line.sendall(b"nPING\n")
            return line.recv(8).startswith(b"PONG")
    except OSError:
        return False


def browser(settings: Settings) -> Finding:
    """Captures of web pages need it, and the journeys among the tests. Without it nobody is offered a capture."""
    title = Text("网页取证用的浏览器", "Browser for captures")
    install = "sudo apt-get install chromium fonts-noto-cjk"
    found = find_browser(settings.capture_browser)
    if found is None:
        if settings.capture_browser is not None:
            return _finding("chromium", title, Verdict.WARN, f"TIANPING_CHROMIUM 指定的 {settings.capture_browser} 不能运行",
                            f"{settings.capture_browser}, named by TIANPING_CHROMIUM, cannot be run",
                            fix="correct or unset TIANPING_CHROMIUM / 更正或者去掉 TIANPING_CHROMIUM")  # fmt: skip
        return _finding("chromium", title, Verdict.WARN, "未找到 Chromium，网页取证不可用",
                        "Chromium was not found: pages cannot be captured", fix=install)  # fmt: skip
    version = version_of(found)
    if version is None:
        return _finding("chromium", title, Verdict.WARN, f"{found} 不能启动", f"{found} does not start", fix=install)
    if as_root():
        return _finding("chromium", title, Verdict.OK, f"{version}，{found}；以 root 运行时没有浏览器自身的沙箱",
                        f"{version}, {found}; without its own sandbox, since this is root")  # fmt: skip
    if not sandboxed():
        return _finding("chromium", title, Verdict.WARN, f"{found} 的沙箱在本机不可用，浏览器无法启动",
                        f"the sandbox of {found} cannot work on this machine: it will not start",
                        fix="sudo sysctl -w user.max_user_namespaces=15000, or install chromium-sandbox")  # fmt: skip
    return _finding("chromium", title, Verdict.OK, f"{version}，{found}", f"{version}, {found}")


def evidence_ledger(settings: Settings) -> Finding:
    """Founded, its keys openable by whoever starts it, and its node well where one runs."""
    title = Text("存证链", "Evidence ledger")
    if settings.ledger_url:
        return _ledger_answers(title, settings.ledger_url)
    place = settings.data / "ledger"
    if not (place / "ledger.toml").is_file():
        return _finding(
            "ledger", title, Verdict.OK, "尚未建立（tianping up 会建立）", "not founded yet (tianping up does it)"
        )
    try:
        held = json.loads((place / "lock").read_text())["address"] if DataDirectory(settings.data).locked else ""
    except (OSError, ValueError, KeyError):
        held = ""
    if held:
        return _ledger_answers(title, held)
    opens = (place / "passphrase").is_file() or "TIANPING_LEDGER_PASSPHRASE" in os.environ
    if not opens:
        return _finding("ledger", title, Verdict.MISSING, "没有密钥口令", "no passphrase for its keys",
                        fix="set TIANPING_LEDGER_PASSPHRASE / 设置 TIANPING_LEDGER_PASSPHRASE")  # fmt: skip
    chains = len(list((place / "chains").glob("*.sqlite")))
    return _finding("ledger", title, Verdict.OK, f"{chains} 条链，{place}", f"{chains} chains, {place}")


def _ledger_answers(title: Text, url: str) -> Finding:
    try:
        answer = httpx.get(f"{url}/readyz", timeout=3, trust_env=False)
        symptoms = answer.json()["symptoms"]
    except (httpx.HTTPError, ValueError, KeyError):
        return _finding("ledger", title, Verdict.WARN, f"{url} 没有回答", f"{url} does not answer",
                        fix="tianping ledger node; tail .data/log/ledger.log")  # fmt: skip
    if symptoms:
        zh, en = ("；".join(one["zh"] for one in symptoms.values()), "; ".join(one["en"] for one in symptoms.values()))
        return _finding("ledger", title, Verdict.WARN, zh, en, fix="tianping ledger status")
    return _finding("ledger", title, Verdict.OK, url)


LOOKS: tuple[Callable[[Settings], Finding | list[Finding]], ...] = (
    python, node, web_app, fonts, database, database_login, data_directory, running, port, law_and_court, evidence_ledger, virus_scanner, browser,
)  # fmt: skip


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; starts and changes nothing."""
    findings: list[Finding] = []
    for look in LOOKS:
        found = look(settings)
        findings += found if isinstance(found, list) else [found]
    return findings


@click.command(help="检查环境，指出缺少什么以及修复命令 · Name what is missing and the command that fixes it. "
               "Exit status 1 if the court cannot run.")  # fmt: skip
@click.option("--json", "in_json", is_flag=True, help="以 JSON 输出 / answer in JSON")
def doctor(in_json: bool) -> None:
    try:
        findings = examine(read_settings(need_database=False))
    except SettingsInvalid as error:
        title = Text("设置", "Settings")
        findings = [
            _finding("settings", title, Verdict.MISSING, str(error), fix="correct the variable / 更正该环境变量")
        ]
    well = all(finding.state is not Verdict.MISSING for finding in findings)
    if in_json:
        click.echo(json.dumps({"ok": well, "findings": msgspec.to_builtins(findings)}, ensure_ascii=False, indent=2))
    else:
        marks = {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.MISSING: "✗"}
        for finding in findings:
            click.echo(f" {marks[finding.state]} {spoken(finding.title)}: {spoken(finding.said)}")
            if finding.fix:
                click.echo(f"     → {finding.fix}")
        click.echo()
        verdict = Text("可以运行", "The court can run") if well else Text("还不能运行", "The court cannot run yet")
        click.echo(f" {spoken(verdict)}")
    sys.exit(0 if well else 1)
