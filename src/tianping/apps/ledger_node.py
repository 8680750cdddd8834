"""`tianping ledger node`: all chains of a directory and their gateway, in one process."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
import structlog
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

from tianping.apps.console import complain
from tianping.apps.ledger_setup import open_node, own_certificates
from tianping.engines.ledger.drivers.base import Stopped
from tianping.engines.ledger.gateway.site import build_site
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.locking import Lock
from tianping.kit.problems import Problem, Text
from tianping.platform.settings import CHECKOUT, SettingsInvalid
from tianping.platform.supervisor.problems import CannotRun
from tianping.platform.telemetry import start_logging

log = structlog.get_logger(__name__)

DEFAULT_PORT = 8010


class NodeSettings(msgspec.Struct, frozen=True):
    """All that a node is told from outside."""

    data: Path
    host: str
    port: int
    log_level: str

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  what to call it locally
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class LedgerPortTaken(CannotRun):
    code = "ledger-port-taken"
    title = Text("存证节点的端口不可用", "The port of the ledger's node cannot be used")
    detail = Text(
        "{host}:{port} 不可用（{reason}）。换一个端口：TIANPING_LEDGER_PORT",
        "{host}:{port} cannot be used ({reason}). Choose another with TIANPING_LEDGER_PORT",
    )


def read_node_settings(environment: Mapping[str, str] = os.environ, data: Path | None = None) -> NodeSettings:
    """The port is the environment's, else that of `ledger.toml`, else 8010. Raises SettingsInvalid."""
    place = (data or Path(environment.get("TIANPING_DATA", CHECKOUT / ".data"))).absolute()
    home = Home(place)
    usual = (home.config().port if home.exists else 0) or DEFAULT_PORT
    port = environment.get("TIANPING_LEDGER_PORT", str(usual))
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingsInvalid(f"TIANPING_LEDGER_PORT must be a port, not {port!r}")
    return NodeSettings(
        place,
        environment.get("TIANPING_LEDGER_HOST", "127.0.0.1"),
        int(port),
        environment.get("TIANPING_LOG_LEVEL", "INFO").upper(),
    )


async def serve(settings: NodeSettings) -> None:
    """Until SIGTERM or SIGINT: what was taken is finished first. Raises Taken, NoLedger, LedgerPortTaken, Stopped."""
    home = Home(settings.data)
    home.config()
    failed = False
    lock = Lock(home.lock)
    lock.take()
    try:
        _check_port(settings)
        opened = open_node(home)
        stopped = asyncio.Event()
        for one in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(one, stopped.set)
        await opened.node.start()
        try:
            await opened.node.vault.papers.keep_certificates(own_certificates(home))
            server = Server(
                build_site(opened.desk), address=settings.host, port=settings.port, interface=Interfaces.ASGI,
                log_enabled=False, websockets=False, backpressure=1024,
            )  # fmt: skip
            serving = asyncio.create_task(server.serve())
            # What was built now stays for good: the collector need not look through it again and again.
            gc.collect()
            gc.freeze()
            lock.say(settings.url)
            log.info("node ready", url=settings.url, chains=len(opened.node.drivers))
            # A driver that cannot go on ends the process: whoever supervises it starts it again.
            ends = [asyncio.create_task(driver.ended()) for driver in opened.node.drivers.values()]
            asked = asyncio.create_task(stopped.wait())
            done, _ = await asyncio.wait([serving, asked, *ends], return_when=asyncio.FIRST_COMPLETED)
            lock.say("")
            server.stop()
            await serving
            asked.cancel()
            for one in ends:
                one.cancel()
                if one in done:
                    log.error("a driver ended", reason=repr(one.exception()))
                    failed = True
        finally:
            await opened.node.stop()
            opened.close()
    finally:
        lock.release()
    log.info("node stopped", failed=failed)
    if failed:
        raise Stopped


def _check_port(settings: NodeSettings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise LedgerPortTaken(host=settings.host, port=settings.port, reason=reason) from error


def main(data: Path | None = None) -> None:
    """`data`: the directory, else that of TIANPING_DATA."""
    settings = read_node_settings(data=data)
    start_logging(settings.log_level)
    uvloop.run(serve(settings))


if __name__ == "__main__":
    # A consortium names the member's directory.
    try:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    except (Problem, SettingsInvalid) as refusal:
        complain(refusal)
        sys.exit(1)
