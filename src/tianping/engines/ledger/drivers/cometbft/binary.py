"""The engine's program: the one that `TIANPING_COMETBFT` names, or built from `servers/cometbft` once for each pin.

`python -m tianping.engines.ledger.drivers.cometbft.binary` builds it and prints its path.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tianping.engines.ledger.drivers.cometbft.problems import EngineNotBuilt, EngineProgramUnusable, GoMissing
from tianping.platform.settings import CHECKOUT

MODULE = CHECKOUT / "servers" / "cometbft"
BUILT = CHECKOUT / ".tools" / "servers"
PACKAGE = "github.com/cometbft/cometbft/cmd/cometbft"
OLDEST_GO = "1.24"


def pinned_version() -> str:
    """The version that go.mod names, without the `v`."""
    found = re.search(r"github\.com/cometbft/cometbft v(\S+)", (MODULE / "go.mod").read_text())
    assert found, "servers/cometbft/go.mod pins no CometBFT"
    return found.group(1)


def version_of(program: Path) -> str:
    """What the program calls itself; empty if it does not run."""
    try:
        asked = subprocess.run([program, "version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def engine_program(environment: Mapping[str, str] = os.environ, *, built: Path = BUILT) -> Path:
    """Path of the program; builds it where that is still to be done (a minute, once).

    Raises GoMissing, EngineNotBuilt, EngineProgramUnusable.
    """
    if named := environment.get("TIANPING_COMETBFT"):
        found = version_of(Path(named))
        if found != pinned_version():
            raise EngineProgramUnusable(program=named, wanted=pinned_version(), found=found or "?")
        return Path(named).absolute()
    pins = hashlib.sha256((MODULE / "go.mod").read_bytes() + (MODULE / "go.sum").read_bytes()).hexdigest()[:16]
    program = built / f"cometbft-{pins}"
    if program.exists():
        return program
    if not shutil.which("go", path=environment.get("PATH")):
        raise GoMissing(oldest=OLDEST_GO)
    built.mkdir(parents=True, exist_ok=True)
    with (built / "cometbft.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not program.exists():
            _build(program, environment)
    return program


def _build(program: Path, environment: Mapping[str, str]) -> None:
    fresh = program.with_name(f"{program.name}.new")
    command = ["go", "build", "-trimpath", "-ldflags", "-s -w", "-o", str(fresh), PACKAGE]
    told = {**environment, "CGO_ENABLED": "0"}
    done = subprocess.run(
        command, cwd=MODULE, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0 or version_of(fresh) != pinned_version():
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise EngineNotBuilt(command=" ".join(command), place=MODULE, tail=tail)
    fresh.replace(program)


if __name__ == "__main__":
    sys.stdout.write(f"{engine_program()}\n")
