"""A node as a real process on a directory of its own, and an application with a certificate to talk to it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from tianping.apps.ledger_keys import passphrase_of
from tianping.apps.ledger_setup import Plan, set_up
from tianping.engines.ledger.home import Home
from tianping.engines.signing.authority import open_authority
from tianping.engines.signing.certificates import Subject, pem_of
from tianping.engines.signing.keys import write_key_file
from tianping.engines.signing.provider import sm2
from tianping.interfaces.signing import CertificateRole
from tianping.kit.clock import SystemClock

ROOT = Path(__file__).resolve().parents[3]
for own in (ROOT / "clients" / "python", ROOT / "verifier" / "src"):
    if str(own) not in sys.path:
        sys.path.insert(0, str(own))

from tianping_client import Client, Key  # noqa: E402

START_WITHIN_S = 40
PASSPHRASE = "an application's passphrase"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """`place` is the data directory. `start`, `kill` as the kernel does, `stop` politely."""

    def __init__(self, place: Path, **settings: str) -> None:
        self.place = place
        self.home = Home(place)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def token(self) -> str:
        return self.home.token.read_text().strip()

    @property
    def environment(self) -> dict[str, str]:
        mine = {
            "TIANPING_DATA": str(self.place),
            "TIANPING_LEDGER_PORT": str(self.port),
            "TIANPING_LOG_LEVEL": "WARNING",
        }
        return {**os.environ, **mine, **self.settings}

    def launch(self) -> None:
        with (self.place / "node.log").open("ab") as log:
            argv = [sys.executable, "-m", "tianping.apps.ledger_node"]
            self.process = subprocess.Popen(argv, env=self.environment, stdout=log, stderr=log)

    def start(self) -> "Node":
        self.launch()
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2, trust_env=False).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(self.log())

    def log(self) -> str:
        return (self.place / "node.log").read_text()

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def memory_mb(self) -> float:
        """Proportional share of the process and its children."""
        assert self.process is not None
        root = psutil.Process(self.process.pid)
        return sum(one.memory_full_info().pss for one in [root, *root.children(recursive=True)]) / 1e6

    def http(self, *, token: bool = False) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"} if token else {}
        return httpx.Client(base_url=f"{self.url}/ledger/v1", headers=headers, timeout=30, trust_env=False)

    def client(self, key: Key | None = None, application: str = "") -> Client:
        return Client(self.url, application=application, key=key, trust_env=False)


def founded(place: Path) -> Path:
    """A data directory with a ledger. Founding takes a second: make one and copy it."""
    set_up(Home(place), Plan(court_zh="测试互联网法院", court_en="Test Internet Court", own_stamps=True))
    return place


def copy_of(template: Path, place: Path) -> Path:
    shutil.copytree(template, place, dirs_exist_ok=True)
    return place


def certified(home: Home, place: Path, name: str, role: CertificateRole = CertificateRole.APPLICATION) -> Path:
    """Key and certificate of the court's CA: NAME.key, NAME.crt in `place`; the passphrase is PASSPHRASE."""
    place.mkdir(parents=True, exist_ok=True)
    authority = open_authority(home.ca, passphrase_of(home, {}), sm2(), SystemClock())
    private_key = sm2().new_private_key()
    write_key_file(place / f"{name}.key", private_key, PASSPHRASE, sm2(), iterations=1000)
    subject = Subject(
        name_zh=f"{name}应用",
        name_en=name,
        organisation_zh=f"{name}公司",
        organisation_en=f"{name} Ltd",
        identifier=name,
    )
    facts = authority.issue(role, subject, sm2().public_key(private_key))
    (place / f"{name}.crt").write_bytes(pem_of(facts.der))
    return place


def key_of(place: Path, name: str) -> Key:
    return Key.from_files(place / f"{name}.key", place / f"{name}.crt", passphrase=PASSPHRASE)


def tianping(*arguments: str | Path, place: Path, settings: dict[str, str] | None = None, status: int = 0) -> str:
    """The command line as a person runs it. Returns what it wrote on standard output."""
    environment = {**os.environ, "TIANPING_DATA": str(place), **(settings or {})}
    argv = [sys.executable, "-m", "tianping.apps.cli", *map(str, arguments)]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=90)
    assert done.returncode == status, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def admit(place: Path, papers: Path, name: str, *categories: str) -> None:
    """Apply, assess, decide: probation, then admitted. Through the command line, by two officers."""
    import json

    from tianping.engines.ledger.gateway.standard import STANDARD

    (papers / "licence.pdf").write_bytes(b"%PDF-1.7 the licence")
    application = {
        "id": name, "name_zh": f"{name}应用", "name_en": name, "organisation": f"{name}公司", "categories": categories,
        "certificate": f"{name}.crt", "papers": [{"kind": "qualification", "file": "licence.pdf"}],
    }  # fmt: skip
    (papers / "application.json").write_text(json.dumps(application))
    points = {item.id: item.most for part in STANDARD.parts for item in part.items}
    (papers / "sheet.json").write_text(json.dumps({"standard": STANDARD.version, "points": points}))
    tianping("ledger", "app", "apply", papers / "application.json", place=place)
    tianping("ledger", "app", "assess", name, "--sheet", papers / "sheet.json", place=place)
    tianping("ledger", "app", "decide", name, "probation", "--reasons", "材料齐全", place=place)
    tianping("ledger", "app", "decide", name, "admit", "--reasons", "试用期合格", place=place)
