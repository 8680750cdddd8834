"""Ledgers to measure: a solo one in a directory, with the key that deposits; and its node as a process."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bench.ledger.envelopes import Depositor
from tianping.apps.ledger_keys import OWN, passphrase_of
from tianping.apps.ledger_setup import Plan, set_up
from tianping.engines.ledger.drivers.cometbft.consortium import free_ports
from tianping.engines.ledger.home import Home, Limits, write_config
from tianping.engines.signing.keys import read_key_file
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register

CHAIN = "works"
WITHIN_S = 90.0


def solo_home(place: Path) -> Home:
    """A new ledger of one node, with the embedded default's ten chains and no limit on requests a minute."""
    home = Home(place)
    config = set_up(home, Plan(court_zh="测量法院", court_en="Measured court"))
    write_config(home, msgspec.structs.replace(config, limits=Limits(10**9, 10**9, 10**9)))
    return home


def depositor_of(home: Home) -> Depositor:
    """The directory's own application."""
    facts = Register(home.ca, sm2()).trust.read((home.keys / f"{OWN}.crt").read_bytes())
    key = read_key_file(home.keys / f"{OWN}.key", passphrase_of(home), sm2())
    return Depositor(home.config().application, facts, key, CHAIN, CHAIN)


@contextmanager
def running(home: Home) -> Iterator[tuple[int, int]]:
    """The node of a directory, up and answering: its process and port."""
    [port] = free_ports(1)
    environment = {**os.environ, "TIANPING_LEDGER_PORT": str(port), "TIANPING_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "tianping.apps.ledger_node", str(home.place.parent)]
    with (home.place / "node.log").open("ab") as log:
        node = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until_ready(port)
        yield node.pid, port
    finally:
        node.terminate()
        node.wait(60)


def until_ready(port: int) -> None:
    end = time.monotonic() + WITHIN_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
