"""A ledger node beside a court of the journeys: founded in its folder and running before the court opens."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.journeys.browser import ROOT, free_port

FOUNDED_WITHIN_S = 90


@contextmanager
def ledger_node(place: Path) -> Iterator[Path]:
    """Found a ledger in `place` and run its node; it ends with the block. Yields the ledger's directory."""
    place.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "TIANPING_DATA": str(place), "TIANPING_LEDGER_PORT": str(free_port())}
    command = (sys.executable, "-m", "tianping.apps.cli", "ledger")
    subprocess.run((*command, "init", "--own-stamps"), env=environment, cwd=ROOT, check=True, capture_output=True)
    log = place / "ledger-node.log"
    with log.open("ab") as out:
        node = subprocess.Popen(
            (*command, "node"), env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + FOUNDED_WITHIN_S
        while "node ready" not in log.read_text(errors="replace"):
            assert node.poll() is None, log.read_text(errors="replace")[-3000:]
            assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
            time.sleep(0.1)
        yield place / "ledger"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(node.pid, signal.SIGTERM)
        node.wait(20)


def application_certificate(ledger: Path, at: Path, identifier: str) -> Path:
    """A certificate for a depositing application by the ledger's own authority, as a platform would get it."""
    passphrase = at / "application.passphrase"
    passphrase.write_text("a platform keeps its own key\n", encoding="utf-8")
    out = at / f"{identifier}.pem"
    subprocess.run(
        (
            sys.executable, "-m", "tianping.apps.cli", "ca", "--dir", str(ledger / "ca"), "issue", "application",
            "--id", identifier, "--name", "晨光图库存证", "--name-en", "Chenguang deposits", "--organisation", "晨光图库",
            "--organisation-en", "Chenguang", "--key-out", str(at / f"{identifier}.key"), "--out", str(out),
            "--key-passphrase-file", str(passphrase), "--passphrase-file", str(ledger / "passphrase"),
        ),
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return out
